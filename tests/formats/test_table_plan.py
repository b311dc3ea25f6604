"""The plan file of a plain table."""

import pytest

from adcurate.errors import ProtocolError
from adcurate.formats.table_plan import parse_table_plan, read_table_plan
from adcurate.model.answers.sensitivity import SensitivityQuestion

PLAN = """
title = "a table"

[columns]
outcome = "grade"
positive = ["G3"]

[[markers]]
column = "adc"
name = "avgADC"
direction = "low"

[plan]
date = "2026-01-15"
value = "mean"

[[plan.questions]]
kind = "sensitivity"
role = "confirmatory"
rows = ["age <= 60"]
markers = ["avgADC"]

[[plan.questions]]
kind = "assessability"
"""


def test_a_plan_is_read_into_its_questions(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    plan = read_table_plan(tmp_path / "plan.toml")
    assert plan.markers[0].label == "avgADC"
    first, second = plan.plan.questions
    assert (first.kind, first.role, second.role) == ("sensitivity", "confirmatory", "exploratory")
    assert first.ask == SensitivityQuestion(rows=("age <= 60",), markers=("avgADC",))
    assert plan.plan.as_json()["questions"][0]["rows"] == ("age <= 60",)


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ('kind = "assessability"', 'kind = "assesability"', "protocol.value", "Line 24.*assessability"),
        ('kind = "assessability"', "title = 'no kind'", "protocol.value", "Line 23.*must be one of"),
        ('rows = ["age <= 60"]', 'row = ["age <= 60"]', "protocol.unknown-key", "Line 20.*'rows'"),
        ('rows = ["age <= 60"]', "rows = [60]", "protocol.type", "Line 20.*text in quotes"),
        ('role = "confirmatory"', 'role = "proof"', "protocol.value", "Line 19.*exploratory"),
        ('markers = ["avgADC"]', 'markers = ["adc"]', "protocol.value", "'adc', which is no marker"),
        ('positive = ["G3"]', "positive = []", "protocol.value", "no positive value"),
        ('direction = "low"', 'direction = "down"', "protocol.value", "Line 11"),
        ('name = "avgADC"', "[[markers]]", "protocol.value", "direction"),
        ('value = "mean"', "unit = 'scan'", "protocol.value", "Line 15.*subject, lesion"),
        ('title = "a table"', 'title = "a table"\nschema_version = 9', "protocol.version", "9"),
    ],
)
def test_a_fault_is_named_with_its_line(old, new, code, words):
    with pytest.raises(ProtocolError, match=words) as refused:
        parse_table_plan(PLAN.replace(old, new).encode())
    assert refused.value.code == code
