"""The mixed model as a paragraph and tables."""

from __future__ import annotations

import numpy as np

from adcurate.model.answers.mixed import MixedQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.answers.mixed import view_mixed
from adcurate.report.scale import ADC
from adcurate.study.questions.mixed import answer_mixed
from adcurate.study.streams import Streams


def readings(n_subjects: int = 16) -> CaseTable:
    """Two lesions a subject, each read by two readers."""
    rng = np.random.default_rng(5)
    n = n_subjects * 4
    subject = np.repeat(np.arange(n_subjects), 4)
    high = subject % 2 == 0
    adc = 1.2 - 0.3 * high + rng.normal(0, 0.2, n_subjects)[subject] + rng.normal(0, 0.1, n)
    grades = np.where(high, "G3", np.where(subject % 4 == 1, "G1", "G2"))
    return CaseTable(
        rows=tuple(f"row {i:03d}" for i in range(n)),
        subject=tuple(f"S{i:02d}" for i in subject),
        lesion=tuple(("1", "1", "2", "2") * n_subjects),
        reader=tuple(("R1", "R2") * (2 * n_subjects)),
        session=("",) * n,
        grade=tuple(str(grade) for grade in grades),
        positive=tuple(bool(flag) for flag in high),
        markers={"avgADC": adc * 1e-3},
        directions={"avgADC": "low"},
        grades=("G1", "G2", "G3"),
        positive_label="high grade",
        negative_label="low grade",
        resolution=None,
        columns={
            "age": tuple(float(40 + i) for i in subject),
            "vendor": tuple("GE" if i % 3 else "Philips" for i in subject),
        },
    )


def view(question: MixedQuestion):
    return view_mixed(answer_mixed(question, readings(), Analysis(), Streams(1)), ADC)


def test_the_paragraph_names_the_model_the_effect_and_the_correlation():
    (paragraph,) = view(MixedQuestion()).sentences
    for part in (
        "64 values of 16 subjects (at most 4 of one)",
        "random intercept for subject (REML)",
        "high grade differed from low grade by −",
        "10⁻³ mm²/s (95 % CI −",
        "14.0 df",
        "Satterthwaite",
        "intraclass correlation of 0.",
        "profile likelihood",
    ):
        assert part in paragraph


def test_grades_are_tested_together_as_well():
    (paragraph,) = view(MixedQuestion(compare="grade")).sentences
    assert "no difference of G2 from G1 was shown: " in paragraph
    assert "All together: F(2, 13.0)" in paragraph


def test_two_groupings_have_no_interval_of_the_correlation():
    found = view(MixedQuestion(second_group="lesion", factors=("vendor",)))
    assert "adjusted for vendor" in found.sentences[0]
    assert "nan" not in found.sentences[0]
    assert found.tables[1].rows[0][3] == "–"


def test_no_comparison_gives_the_variances_only():
    found = view(MixedQuestion(compare="none"))
    assert "differed" not in found.sentences[0]
    assert len(found.tables[0].rows) == 1
