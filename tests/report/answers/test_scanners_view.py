"""The scanner answer as a paragraph and tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from adcurate.model.answers.scanners import ScannersQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.phantom.cohort import load_reconstructed_cohort
from adcurate.report.answers.scanners import view_scanners
from adcurate.report.scale import ADC
from adcurate.study.questions.scanners import answer_scanners
from adcurate.study.streams import Streams


def cohort() -> CaseTable:
    people = load_reconstructed_cohort()
    n = len(people)
    return CaseTable(
        rows=tuple(f"row {i + 2:02d}" for i in range(n)),
        subject=tuple(person.patient for person in people),
        lesion=("1",) * n,
        reader=("",) * n,
        session=("",) * n,
        grade=tuple(person.who_grade for person in people),
        positive=tuple(person.who_grade == "G3" for person in people),
        markers={
            "avgADC": np.array([person.mean_adc for person in people]),
            "minADC": np.array([person.minimum_adc for person in people]),
        },
        directions={"avgADC": "low", "minADC": "low"},
        grades=("G1", "G2", "G3"),
        positive_label="high grade",
        negative_label="low grade",
        resolution=1e-6,
        columns={
            "vendor": tuple(person.vendor for person in people),
            "field_strength_t": tuple(float(person.field_strength_t) for person in people),
            "b_values": tuple("-".join(f"{b:g}" for b in person.b_values) for person in people),
        },
    )


def view(question: ScannersQuestion, cases: CaseTable):
    return view_scanners(answer_scanners(question, cases, Analysis(), Streams(1)), ADC)


def test_one_paragraph_answers_the_reviewer_in_numbers():
    (paragraph,) = view(ScannersQuestion(markers=("avgADC",)), cohort()).sentences
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
    strata, effects, left_out = view(ScannersQuestion(markers=("avgADC",)), cohort()).tables
    assert strata.rows[3][5] == "no high grade case"
    assert strata.rows[4][0].endswith("*")
    assert "fewer than 5 cases" in strata.note
    assert [row[0] for row in effects.rows][-1] == "all combined"
    assert len(left_out.rows) == 8 + 3 + 2 + 2


def test_what_was_asked_beyond_is_a_paragraph_of_its_own():
    found = view(ScannersQuestion(markers=("avgADC",), combat=True, random=True), cohort())
    assert len(found.sentences) == 2
    assert "random intercept" in found.sentences[1]
    assert "circular" in found.sentences[1]
    assert any("nothing to borrow" in note for note in found.notes)


def test_confounding_is_said_plainly():
    cases = cohort()
    vendor = tuple("A" if flag else "B" for flag in cases.positive)
    (paragraph,) = view(
        ScannersQuestion(markers=("avgADC",), by=("vendor",)), replace(cases, columns={"vendor": vendor})
    ).sentences
    assert "none can be estimated within scanners" in paragraph
    assert "no scanner holds cases of both classes" in paragraph
    assert "only the numbers from within settings are free of that" in paragraph


def test_a_single_scanner_reads_well():
    cases = replace(cohort(), columns={"vendor": ("A",) * 47})
    (paragraph,) = view(ScannersQuestion(markers=("avgADC",), by=("vendor",)), cases).sentences
    assert "single setting" in paragraph
    assert "With one scanner there is none to leave out." in paragraph
    assert "nan" not in paragraph.lower().replace("resonance", "")
