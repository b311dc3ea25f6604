"""``grades``: the order of the grades, who has one, and the answer of the statistics."""

from dataclasses import replace

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.model.answers.grades import GradesQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.phantom import load_reconstructed_cohort
from adcurate.study.questions.grades import answer_grades
from adcurate.study.streams import Streams


def cohort():
    rows = load_reconstructed_cohort()
    none = ("",) * len(rows)
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(len(rows))),
        subject=tuple(row.patient for row in rows),
        lesion=none,
        reader=none,
        session=none,
        grade=tuple(row.who_grade for row in rows),
        positive=(None,) * len(rows),
        markers={"avgADC": np.array([row.mean_adc for row in rows])},
        directions={"avgADC": "low"},
        grades=("G1", "G2", "G3"),
        resolution=1e-6,
    )


def ask(cases, **keys):
    return answer_grades(GradesQuestion(**keys), cases, Analysis(bootstrap_resamples=100), Streams(7))


def test_three_grades_have_pairs_an_order_and_a_volume():
    answer = ask(cohort())
    separation = answer.markers["avgADC"]
    assert separation.sizes == {"G1": 21, "G2": 17, "G3": 9}
    assert [(pair.lower, pair.higher) for pair in separation.pairs] == [
        ("G1", "G2"),
        ("G1", "G3"),
        ("G2", "G3"),
    ]
    assert separation.c_index.n_pairs == 21 * 17 + 21 * 9 + 17 * 9
    assert separation.volume.value > separation.volume.of_chance
    assert list(answer.p_values)[-1] == "avgADC: ordinal C-index"
    assert len(answer.p_values) == 4


def test_incomplete_and_other_grades_are_counted():
    cases = cohort()
    grade = (None, "GX", *cases.grade[2:])
    answer = ask(replace(cases, grade=grade))
    assert (answer.markers["avgADC"].n_missing, answer.markers["avgADC"].n_left_out) == (1, 1)


def test_two_grades_have_no_volume_and_the_answer_says_so():
    answer = ask(cohort(), grades=("G1", "G3"))
    assert answer.markers["avgADC"].volume is None
    assert answer.markers["avgADC"].n_left_out == 17
    assert [finding.code for finding in answer.findings if "two" in finding.code] == ["grades.two-only"]


def test_a_grade_that_nobody_has_is_said():
    answer = ask(cohort(), grades=("G0", "G1", "G2", "G3"))
    (finding,) = (finding for finding in answer.findings if finding.code == "grades.absent")
    assert finding.where == {"grades": "G0", "marker": "avgADC"}


def test_the_order_of_rows_changes_no_number():
    cases = cohort()
    shuffled = cases.take(np.random.default_rng(0).permutation(len(cases)))
    keys = {"interval": "percentile-bootstrap", "c_interval": "percentile-bootstrap"}
    assert as_jsonable(ask(cases, **keys)) == as_jsonable(ask(shuffled, **keys))


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"grades": ("G1",)}, "statistics.option"),
        ({"grades": ("G1", "G1")}, "statistics.option"),
        ({"grades": ("A", "B")}, "statistics.too-few"),
    ],
)
def test_grades_without_an_order_are_refused(keys, code):
    with pytest.raises(StatisticsError) as refused:
        ask(cohort(), **keys)
    assert refused.value.code == code


def test_a_table_without_an_order_is_refused():
    with pytest.raises(StatisticsError):
        ask(replace(cohort(), grades=()))
