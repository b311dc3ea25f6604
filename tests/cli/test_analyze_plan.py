"""``adcurate analyze --plan``: a plan file, a report, and faults in words."""

import json
from importlib import resources

import pytest

COHORT = resources.files("adcurate.phantom.cohort").joinpath("reconstructed_cohort.csv")
PLAN = """
title = "A made-up cohort"

[columns]
subject = "patient"
outcome = "who_grade"
positive = ["G3"]
grade = "who_grade"

[[markers]]
column = "avg_adc_1e-3_mm2_s"
name = "avgADC"
direction = "low"
unit = "10⁻³ mm²/s"
decimals = 3

[analysis]
bootstrap_resamples = 200

[[plan.questions]]
kind = "sensitivity"
rows = ["lesion_type = metastasis"]
post_hoc_rows = ["colour = blue"]

[[plan.questions]]
kind = "assessability"
title = "Were all assessed?"
"""


@pytest.fixture
def plan(tmp_path):
    (tmp_path / "plan.toml").write_text(PLAN, encoding="utf-8")
    return tmp_path / "plan.toml"


def test_a_plan_is_answered_in_the_terminal_in_json_and_as_a_report(run, plan, tmp_path):
    plan.write_text(PLAN.replace("colour = blue", "vendor = GE"), encoding="utf-8")
    code, out, _ = run(
        "analyze", COHORT, "--plan", plan, "--output", tmp_path / "out", "--json", tmp_path / "found.json"
    )
    assert code == 0
    assert "Were all assessed?  [undated plan, exploratory]" in out
    assert "Every lesion was assessed" in out and "avgADC ≤ 0.957" in out
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    first, second = found["answers"]
    assert first["question"]["rows"] == ["lesion_type = metastasis"]
    assert [row["stamp"] for row in first["answer"]["rows"]] == ["primary", "planned", "post hoc"]
    assert first["answer"]["rows"][0]["auc"] == found["markers"]["avgADC"]["roc"]["auc"]
    assert second["refusal"] is None
    assert (tmp_path / "out" / "report.html").is_file()
    assert json.loads((tmp_path / "out" / "analysis.json").read_text(encoding="utf-8")) == found


def test_a_row_about_a_column_that_is_not_there_says_so_and_the_rest_is_answered(run, plan):
    code, out, _ = run("analyze", COHORT, "--plan", plan)
    assert code == 0
    assert "There is no column 'colour'" in " ".join(out.replace("│", " ").split())


def test_a_question_that_cannot_be_answered_is_said_and_gives_the_exit_code_of_refusals(run, plan):
    plan.write_text(PLAN + '\n[[plan.questions]]\nkind = "agreement"\n', encoding="utf-8")
    code, out, _ = run("analyze", COHORT, "--plan", plan)
    assert code == 1
    assert "This question could not be answered" in out
    assert "Every lesion was assessed" in out


def test_options_beside_a_plan_are_refused(run, plan):
    code, _, err = run("analyze", COHORT, "--plan", plan, "--seed", "3", "--marker", "adc")
    assert code == 2 and "--marker, --seed cannot stand beside it" in err


def test_without_a_plan_what_is_missing_is_named(run):
    code, _, err = run("analyze", COHORT, "--marker", "adc")
    assert code == 2 and "--outcome, --positive, --direction must be given" in " ".join(err.split())


@pytest.mark.parametrize("script", [(), ("--script", "r")], ids=["report", "script"])
def test_a_column_that_no_question_names_reaches_no_file_and_no_terminal(run, plan, tmp_path, script):
    header, *rows = COHORT.read_text(encoding="utf-8").splitlines()
    planted = [f"{header},name,born", *(f"{row},PLANTED^PERSON{i},19610203" for i, row in enumerate(rows))]
    (tmp_path / "named.csv").write_text("\n".join(planted) + "\n", encoding="utf-8")
    plan.write_text(PLAN.replace("colour = blue", "vendor = GE"), encoding="utf-8")
    code, out, err = run(
        "analyze", tmp_path / "named.csv", "--plan", plan, "--output", tmp_path / "out", *script
    )
    assert code == 0
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) > 10
    held = [
        path.name for path in files if b"PLANTED" in path.read_bytes() or b"19610203" in path.read_bytes()
    ]
    assert held == [] and "PLANTED" not in out + err
