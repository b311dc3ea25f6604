"""The plan and its answers on a page."""

from dataclasses import replace

import pytest

from adcurate.findings import Finding
from adcurate.model.answers.assessability import AssessabilityQuestion
from adcurate.model.answers.sensitivity import SensitivityAnswer, SensitivityQuestion, SensitivityRow
from adcurate.model.plan import Plan, PlannedAnswer, PlannedQuestion
from adcurate.report.answer_figures import figures_of_answers
from adcurate.report.answer_sections import answer_sections
from adcurate.report.page import Heading, Paragraph, Picture, Table
from adcurate.report.plan_page import plan_table, render_plan
from adcurate.report.scale import ADC
from adcurate.report.table_report import TableReport, write_table_report
from adcurate.statistics.interval import Interval

ROW = SensitivityRow(
    *(
        "Primary analysis",
        "primary",
        "avgADC",
        47,
        9,
        0,
        0.8713,
        Interval(0.741, 0.951, 0.95, "delong"),
        0.957e-3,
    ),
    *("<=", None, 1.0, 0.658, -0.606, None),
)
SENSITIVITY = PlannedQuestion("sensitivity", SensitivityQuestion(rows=("age <= 60",)), "confirmatory")
LATER = PlannedQuestion("assessability", AssessabilityQuestion(), "post-hoc", "Asked by reviewer 2")
PLAN = Plan(date="2026-01-15", value="mean", questions=(SENSITIVITY, LATER))
NOTE = Finding("sensitivity.unknown", "Some are left out.", "note")
ANSWERS = (
    PlannedAnswer(SENSITIVITY, SensitivityAnswer((ROW,), (NOTE, NOTE)), None, "planned", (("a test", 0.04),)),
    PlannedAnswer(LATER, None, Finding("statistics.one-class", "One class is empty."), "post hoc"),
)


def sections(answers=ANSWERS):
    return {
        section.anchor: section
        for section in answer_sections(PLAN, answers, figures_of_answers(answers, ADC), ADC)
    }


def test_what_was_planned_is_shown_and_what_was_not_is_folded():
    found = sections()
    assert list(found) == ["plan", "planned", "post-hoc"]
    assert [section.folded for section in found.values()] == [False, False, True]
    heading = found["planned"].blocks[0]
    assert isinstance(heading, Heading) and heading.badge == "planned, confirmatory"
    assert found["post-hoc"].blocks[0].text == "Asked by reviewer 2"
    assert "could not be answered: One class is empty." in found["post-hoc"].blocks[1].text


def test_an_answer_brings_sentences_figures_tables_corrected_p_values_and_each_finding_once():
    blocks = sections()["planned"].blocks
    assert [type(block) for block in blocks[1:]] == [Paragraph, Picture, Table, Paragraph, Paragraph]
    assert "a test: p = 0.040" in blocks[4].text and blocks[4].tone == "quiet"
    assert blocks[5] == Paragraph("Some are left out.", "note")


def test_a_plan_without_questions_makes_no_section():
    assert answer_sections(Plan(), (), {}, ADC) == []


def test_the_plans_page_says_what_is_analysed_and_what_was_chosen():
    page = render_plan(PLAN, title="A <study>", methods=("Ties at 1e-6.",), version="1")
    for words in (
        "A &lt;study&gt;",
        "Settled on 2026-01-15",
        "the mean of all readers",
        "corrected by Holm",
        "rows: age &lt;= 60",
        "post hoc",
        "Ties at 1e-6.",
    ):
        assert words in page, words
    assert "Not dated" in render_plan(Plan(), title="T", methods=(), version="")
    assert len(plan_table(PLAN, ANSWERS)[1].rows[0].cells) == 5


@pytest.fixture
def report(results):
    return TableReport(
        *(
            "A table",
            "t.csv",
            47,
            PLAN,
            results.of_record,
            {a.marker: ADC for a in results.of_record},
            ANSWERS,
        ),
        *(ADC, (Finding("plan.x", "Look here.", "serious"),), "1"),
    )


def test_the_report_on_a_table_is_a_folder_that_names_all_it_holds(report, tmp_path):
    page = write_table_report(report, tmp_path, {"analysis.json": b"{}\n"})
    text = page.read_text(encoding="utf-8")
    main = text[text.index("<main>") :]
    assert main.index("Look here.") < main.index("The markers") < main.index("Analysis plan")
    assert "<details>" in text and "t.csv" in text
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert {"roc.csv", "roc.svg", "q1-sensitivity-avgadc.csv", "q1-sensitivity-avgadc.tiff"} <= names
    assert (tmp_path / "analysis.json").read_bytes() == b"{}\n"


def test_a_title_that_would_be_markup_stays_text(report, tmp_path):
    page = write_table_report(replace(report, title="<script>alert(1)</script>"), tmp_path, {})
    assert "<script>" not in page.read_text(encoding="utf-8")
