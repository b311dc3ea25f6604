"""docs/analysis.md documents exactly the keys that ``adcurate analyze`` writes, and what each of them is."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from doc_pages import DOCS, sections, table_rows

from adcurate.model.answers.assessability import AssessabilityQuestion
from adcurate.model.plan import Plan, PlannedQuestion
from adcurate.model.protocol import Analysis
from adcurate.model.table_plan import TableColumns, TableMarker, TablePlan
from adcurate.study.analysis_json import SCHEMA_VERSION
from adcurate.study.tables.analyze_table import analyze_table

TEXT = (DOCS / "analysis.md").read_text(encoding="utf-8")
STUDY_ONLY = ", only in a study"
SCALARS: dict[str, Any] = {
    "text": lambda value: isinstance(value, str),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "whole number": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "yes or no": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
}


def _shapes() -> dict[str, dict[str, str]]:
    shapes = {}
    for name, body in sections(TEXT).items():
        rows = [row for row in table_rows(body) if len(row) == 3]
        if rows:
            shapes[name] = {key: kind for keys, kind, _ in rows for key in re.findall(r"`([^`]+)`", keys)}
    return shapes


SHAPES = _shapes()


def _faults(value: Any, kind: str, where: str) -> list[str]:
    """Where `value` is not what the page says: `kind` in the page's own words."""
    if kind in SCALARS:
        return [] if SCALARS[kind](value) else [f"{where} is no {kind}"]
    if kind.endswith(" by name"):
        inner = kind.removesuffix(" by name")
        return [fault for name, one in value.items() for fault in _faults(one, inner, f"{where}.{name}")]
    if kind.startswith("list of "):
        inner = kind.removeprefix("list of ")
        return [fault for i, one in enumerate(value) for fault in _faults(one, inner, f"{where}[{i}]")]
    if " or " in kind:
        either = [_faults(value, one, where) for one in kind.split(" or ")]
        return [] if [] in either else either[0 if value is not None else -1]
    fields = {key: one for key, one in SHAPES[kind].items() if not one.endswith(STUDY_ONLY)}
    if not isinstance(value, dict):
        return [f"{where} is no {kind}"]
    faults = [f"{where}.{key} is not documented" for key in value.keys() - SHAPES[kind].keys()]
    faults += [f"{where}.{key} is documented and not written" for key in fields.keys() - value.keys()]
    for key in fields.keys() & value.keys():
        faults += _faults(value[key], fields[key], f"{where}.{key}")
    return faults


def _analysis(**asked: Any) -> dict[str, Any]:
    cohort = resources.files("adcurate.phantom.cohort").joinpath("reconstructed_cohort.csv")
    plan = TablePlan(
        title="",
        columns=TableColumns(outcome="who_grade", positive=("G3",), grade=asked.pop("grade", "")),
        markers=(TableMarker("avg_adc_1e-3_mm2_s", "low"), TableMarker("min_adc_1e-3_mm2_s", "low")),
        analysis=Analysis(seed=1, bootstrap_resamples=200, **asked),
        plan=Plan(questions=(PlannedQuestion("assessability", AssessabilityQuestion()),)),
    )
    return analyze_table(Path(str(cohort)), plan).as_json()


FULL = _analysis(grade="who_grade", stated_prevalence=0.19)


def test_the_keys_written_are_the_keys_documented() -> None:
    assert _faults(FULL, "top", "") == []


def test_without_grades_and_prevalence_what_is_missing_is_null() -> None:
    found = _analysis()
    assert _faults(found, "top", "") == []
    marker = found["markers"]["avg_adc_1e-3_mm2_s"]
    assert marker["kruskal_wallis"] is None
    assert marker["spearman"] is None
    assert marker["at_cutoff"]["at_stated_prevalence"] is None


@pytest.mark.parametrize(
    ("path", "key", "value"),
    [((), "new", 1), (("roc",), "auc", "0.871"), (("at_cutoff", "table"), "tp", None)],
)
def test_an_undocumented_key_or_another_type_would_be_noticed(path: Any, key: str, value: Any) -> None:
    changed = json.loads(json.dumps(FULL))
    place = changed["markers"]["avg_adc_1e-3_mm2_s"]
    for step in path:
        place = place[step]
    place[key] = value
    assert len(_faults(changed, "top", "")) == 1


def test_a_key_that_is_no_longer_written_would_be_noticed() -> None:
    changed = json.loads(json.dumps(FULL))
    del changed["markers"]["min_adc_1e-3_mm2_s"]["youden"]["j"]
    assert _faults(changed, "top", "") == [
        ".markers.min_adc_1e-3_mm2_s.youden.j is documented and not written"
    ]


def test_the_page_states_the_schema_and_its_version() -> None:
    assert (FULL["schema"], FULL["schema_version"]) == ("adcurate.analysis", SCHEMA_VERSION)
    assert f"| `schema_version` | whole number | {SCHEMA_VERSION} |" in TEXT


def test_every_shape_is_used() -> None:
    used = " ".join(kind for fields in SHAPES.values() for kind in fields.values())
    assert [name for name in SHAPES if name != "top" and name not in used] == []
