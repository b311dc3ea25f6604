"""``report``: the study's numbers as one HTML file, figures, tables, maps and the analysis as JSON."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from adcurate.formats.nifti import write_nifti
from adcurate.model.cohort import RegionPanel, StudyResults
from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress, no_progress
from adcurate.report.write import write_report
from adcurate.store import StudyStore
from adcurate.study.analysis_json import SCHEMA_VERSION, answer_json, marker_json
from adcurate.study.figures import figure_encoder
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.data_tables import data_digests
from adcurate.study.panel import region_panel, typical_members
from adcurate.study.regions.contours import current_contours
from adcurate.study.reproduction import compare_with_published
from adcurate.study.run import run_study

_WORDS_CHOICE = "report-words"


@dataclass(frozen=True, slots=True)
class WrittenReport:
    """Where the report lies, and what it says."""

    html: Path
    results: StudyResults


def report_study(
    study: StudyFolder,
    *,
    workers: int | None = None,
    statement: str = "",
    published: Mapping[str, Any] | None = None,
    progress: Progress = no_progress,
) -> WrittenReport:
    """Bring the study's numbers up to date and write the report into ``results/``.

    `statement` stands at the top of the report; `published` are a paper's numbers to set beside. Both are
    kept, so that a report written again says them again.

    Raises
    ------
    StudyError, ProtocolError, StatisticsError
        As `run_study`.
    """
    outcome = run_study(study, workers=workers, progress=progress)
    with study.open_store() as store, store.runs.record("report"):
        kept = _kept_words(store, statement, published)
        statement, published = kept["statement"], kept["published"]
        results = replace(
            outcome.results,
            panels=tuple(_panels(store, outcome.results)),
            statement=statement,
            digests={**outcome.results.digests, **data_digests(store, outcome.results)},
        )
        if published is not None:
            results = replace(results, reconstruction=compare_with_published(results, published))
        progress("Report", 0, 2)
        study.results.mkdir(exist_ok=True)
        _write_maps(store, outcome.exams, study.results / "maps")
        write_analysis_json(results, study.results / "analysis.json")
        progress("Report", 1, 2)
        written = write_report(results, study.results, figure_encoder(workers, progress))
        progress("Report", 2, 2)
    return WrittenReport(written.html, results)


def _kept_words(store: StudyStore, statement: str, published: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What the report must say of itself: as given now, else as given last."""
    if statement or published is not None:
        store.choices.add(_WORDS_CHOICE, {"statement": statement, "published": published})
    latest = store.choices.latest(_WORDS_CHOICE)
    return {"statement": "", "published": None} if latest is None else latest.payload


def write_analysis_json(results: StudyResults, path: Path) -> None:
    """All numbers of the study, nothing rounded, in the shape of docs/analysis.md."""
    content = {
        "schema": "adcurate.study-analysis",
        "schema_version": SCHEMA_VERSION,
        "statement": results.statement,
        "software": dict(results.software),
        "digests": dict(results.digests),
        "flow": as_jsonable(results.flow),
        "map_of_record": results.protocol.adc.map_of_record,
        "maps": {
            source: {analysis.marker: marker_json(analysis) for analysis in analyses}
            for source, analyses in results.analyses.items()
        },
        "plan": as_jsonable(results.protocol.plan.as_json()),
        "answers": [answer_json(answer) for answer in results.answers],
        "normalized": as_jsonable(results.normalized),
        "sizes": as_jsonable(results.sizes),
        "reading": as_jsonable(results.reading),
        "published_cutoffs": as_jsonable(results.published),
        "reproduction": as_jsonable(results.reconstruction),
    }
    text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")


def _panels(store: StudyStore, results: StudyResults) -> list[RegionPanel]:
    source = results.protocol.adc.map_of_record
    contours = current_contours(store)
    panels = []
    for member in typical_members(results.members, results.protocol.grades, source):
        one = member.measurements[source]
        content = store.derived.get(one.map_id)
        if isinstance(content, bytes):
            adc_map = np.load(io.BytesIO(content), allow_pickle=False).astype(np.float64)
            sources = store.instances.sources(study_uid=member.study_instance_uid)
            own = [contour for contour in contours if contour.subject == member.subject]
            panels.append(region_panel(member, one, adc_map, sources, own))
    return [panel for panel in panels if panel is not None]


def _write_maps(store: StudyStore, exams: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """Every exam's ADC maps as NIfTI in mm²/s, NaN where not estimated, named by subject and map."""
    folder.mkdir(exist_ok=True)
    for uid, exam in exams.items():
        for source, made in exam["maps"].items():
            content = store.derived.get(made["id"])
            if isinstance(content, bytes):
                name = f"{exam['facts']['subject']}_{uid[-6:]}_{source}.nii"
                values = np.load(io.BytesIO(content), allow_pickle=False)
                write_nifti(folder / name, values, made["affine_lps"])
