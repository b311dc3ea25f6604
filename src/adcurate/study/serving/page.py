"""What the page of results is made from, as bytes that are kept beside the report."""

from __future__ import annotations

import json

from adcurate.model.cohort import StudyResults
from adcurate.model.jsonable import as_jsonable
from adcurate.report.moved import printed_cells
from adcurate.report.results_view import view_results
from adcurate.study.what_if import offered_choices


def page_of(results: StudyResults) -> bytes:
    """The view, what can be chosen otherwise, the printed numbers, and the measurements of each lesion."""
    regions: dict[str, list[str]] = {}
    for one in results.measurements:
        regions.setdefault(f"{one.subject}/{one.lesion}", []).append(one.measurement_id)
    content = {
        "view": as_jsonable(view_results(results)),
        "offered": as_jsonable(offered_choices(results)),
        "cells": [[*key, *said] for key, said in printed_cells(results).items()],
        "regions": regions,
    }
    return json.dumps(content, ensure_ascii=False, allow_nan=False).encode()
