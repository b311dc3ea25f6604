"""Grades told apart, in words."""

from dataclasses import replace

import numpy as np
from tests.report.graded_table import METHODS, table

from adcurate.model.answers.grades import GradesQuestion
from adcurate.report.answers.grades import view_grades
from adcurate.report.scale import ADC
from adcurate.study.questions.grades import answer_grades
from adcurate.study.streams import Streams


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
