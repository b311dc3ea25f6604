"""Grades told apart, in words."""

from dataclasses import replace

import numpy as np

from adcurate.model.answers.grades import GradesQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.answers.grades import view_grades
from adcurate.report.scale import ADC
from adcurate.study.questions.grades import answer_grades
from adcurate.study.streams import Streams

MARKERS = (("mean", 0.15), ("minimum", 0.3))
METHODS = Analysis(bootstrap_resamples=100)


def table(n=30, seed=0):
    """A made-up table of three grades and two markers; the highest grade is the positive one."""
    rng = np.random.default_rng(seed)
    grade = np.arange(n) % 3
    none = ("",) * n
    markers = {name: np.round(1.2 + 0.3 * rng.normal(size=n) - step * grade, 3) for name, step in MARKERS}
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(n)),
        subject=tuple(str(i) for i in range(n)),
        lesion=none,
        reader=none,
        session=none,
        grade=tuple(f"G{g + 1}" for g in grade),
        positive=tuple(bool(g == 2) for g in grade),
        markers=markers,
        directions=dict.fromkeys(markers, "low"),
        grades=("G1", "G2", "G3"),
        positive_label="high grade",
        negative_label="low grade",
        columns={"scanner": tuple("AB"[i % 2] for i in range(n))},
    )


def ask(cases, **keys):
    return answer_grades(GradesQuestion(**keys), cases, METHODS, Streams(3))


def test_pairs_and_order_are_said_with_intervals_and_chance():
    view = view_grades(ask(table()), ADC)
    assert len(view.sentences) == 4
    assert "(G1: 10, G2: 10 and G3: 10; p-values by DeLong" in view.sentences[0]
    assert "Of all 300 pairs of cases of different grades" in view.sentences[1]
    assert "the volume under the ROC surface, 0.167 for chance" in view.sentences[1]
    assert [row[0] for row in view.tables[0].rows] == ["G1 – G2", "G1 – G3", "G2 – G3"]


def test_a_test_that_stood_in_is_named():
    cases = table()
    separated = {"mean": np.array([float(3 - int(g[1])) + i / 100 for i, g in enumerate(cases.grade)])}
    view = view_grades(ask(replace(cases, markers=separated, directions={"mean": "low"})), ADC)
    assert "p-values by Mann-Whitney" in view.sentences[0]
    assert any("stands in" in note for note in view.notes)


def test_two_grades_have_no_volume():
    view = view_grades(ask(table(), grades=("G1", "G3")), ADC)
    assert "volume" not in view.sentences[1]
    assert "10 cases have other grades" in view.sentences[0]
