"""The scanner answer as a paragraph and tables."""

from __future__ import annotations

from dataclasses import replace

from tests.cohort_tables import scanner_cohort

from adcurate.model.answers.scanners import ScannersQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.answers.scanners import view_scanners
from adcurate.report.scale import ADC
from adcurate.study.questions.scanners import answer_scanners
from adcurate.study.streams import Streams


def view(question: ScannersQuestion, cases: CaseTable):
    return view_scanners(answer_scanners(question, cases, Analysis(), Streams(1)), ADC)


def test_one_paragraph_answers_the_reviewer_in_numbers():
    (paragraph,) = view(ScannersQuestion(markers=("avgADC",)), scanner_cohort()).sentences
    for part in (
        "avgADC of 47 cases (9 high grade) came from 8 scanner settings",
        "vendor, field strength and b-values",
        "explained 12.7 % of the variance",
        "pure chance explain 15.6 %",
        "75 of 342 pairs",
        "the AUC was 0.893 (95 % CI 0.684 to 0.970",
        "against 0.871",
        "Leaving any one setting out, the AUC was 0.859 to 0.886",
        "7 of 9 high grade",
        "GE · 1.5 T · 0-1000 (n = 1, no low grade case)",
    ):
        assert part in paragraph


def test_the_tables_say_why_a_cell_is_empty():
    strata, effects, left_out = view(ScannersQuestion(markers=("avgADC",)), scanner_cohort()).tables
    assert strata.rows[3][5] == "no high grade case"
    assert strata.rows[4][0].endswith("*")
    assert "fewer than 5 cases" in strata.note
    assert [row[0] for row in effects.rows][-1] == "all combined"
    assert len(left_out.rows) == 8 + 3 + 2 + 2


def test_what_was_asked_beyond_is_a_paragraph_of_its_own():
    found = view(ScannersQuestion(markers=("avgADC",), combat=True, random=True), scanner_cohort())
    assert len(found.sentences) == 2
    assert "random intercept" in found.sentences[1]
    assert "circular" in found.sentences[1]
    assert any("nothing to borrow" in note for note in found.notes)


def test_confounding_is_said_plainly():
    cases = scanner_cohort()
    vendor = tuple("A" if flag else "B" for flag in cases.positive)
    (paragraph,) = view(
        ScannersQuestion(markers=("avgADC",), by=("vendor",)), replace(cases, columns={"vendor": vendor})
    ).sentences
    assert "none can be estimated within scanners" in paragraph
    assert "no scanner holds cases of both classes" in paragraph
    assert "only the numbers from within settings are free of that" in paragraph


def test_a_single_scanner_reads_well():
    cases = replace(scanner_cohort(), columns={"vendor": ("A",) * 47})
    (paragraph,) = view(ScannersQuestion(markers=("avgADC",), by=("vendor",)), cases).sentences
    assert "single setting" in paragraph
    assert "With one scanner there is none to leave out." in paragraph
    assert "nan" not in paragraph.lower().replace("resonance", "")
