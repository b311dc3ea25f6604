"""Agreement in categories asked of a long table."""

import json

import numpy as np
import pytest

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.kappa import KappaQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.agreement import estimate_fleiss_kappa, estimate_kappa
from adcurate.study.questions.kappa import answer_kappa
from adcurate.study.streams import Streams

GRADES = ("G1", "G2", "G3")


def long_table(calls, sessions=False, values=None):
    """From (n_lesions, n_columns) grades; a blank is None. Columns are readers, or sessions of one."""
    n, k = len(calls), len(calls[0])
    keys = [(i, j) for i in range(n) for j in range(k)]
    grade = tuple(calls[i][j] for i, j in keys)
    return CaseTable(
        rows=tuple(f"row {number + 2}" for number in range(len(keys))),
        subject=tuple(f"S{i:02}" for i, _ in keys),
        lesion=("1",) * len(keys),
        reader=tuple("R1" if sessions else f"R{j + 1}" for _, j in keys),
        session=tuple(str(j + 1) if sessions else "" for _, j in keys),
        grade=grade,
        positive=(None,) * len(keys),
        markers={} if values is None else {"avgADC": np.array([values[i][j] for i, j in keys])},
        directions={"avgADC": "low"},
        grades=GRADES,
        positive_label="high grade",
        negative_label="low grade",
        resolution=1e-6,
        columns={
            "margin": tuple({"G1": "sharp", "G2": "blurred", "G3": "blurred", None: None}[g] for g in grade)
        },
    )


@pytest.fixture
def calls():
    rng = np.random.default_rng(4)
    truth = rng.normal(size=24)
    noisy = truth[:, None] + rng.normal(0, 0.5, (24, 3))
    return [[GRADES[int(np.digitize(x, [-0.4, 0.5]))] for x in row] for row in noisy]


def ask(cases, **keys):
    return answer_kappa(KappaQuestion(**keys), cases, Analysis(), Streams(1))


def column(calls, j):
    return [row[j] for row in calls]


def test_every_pair_and_all_readers(calls):
    answer = ask(long_table(calls), weights="quadratic")
    assert [(p.first, p.second) for p in answer.pairs] == [("R1", "R2"), ("R1", "R3"), ("R2", "R3")]
    expected = estimate_kappa(column(calls, 0), column(calls, 2), categories=GRADES, weights="quadratic")
    assert answer.pairs[1].kappa.value == pytest.approx(expected.value)
    assert answer.several.value == pytest.approx(estimate_fleiss_kappa(calls, categories=GRADES).value)
    assert answer.mean_of_pairs == pytest.approx(np.mean([p.kappa.value for p in answer.pairs]))
    assert len(answer.p_values) == 4
    json.dumps(as_jsonable(answer))


def test_a_cutoff_makes_two_categories_of_a_marker():
    values = [[0.9e-3, 0.96e-3], [0.95e-3, 0.95e-3], [1.2e-3, 0.7e-3], [1.4e-3, 1.3e-3], [0.6e-3, 0.5e-3]]
    answer = ask(long_table([["G1", "G1"]] * 5, values=values), column="avgADC", cutoff=0.95e-3)
    assert answer.rule == "<=" and answer.categories == ("low grade", "high grade")
    assert answer.pairs[0].kappa.table == ((1, 1), (1, 2))


def test_a_value_at_the_cutoff_is_positive_at_the_resolution():
    values = [[0.95e-3 + 1e-10, 0.95e-3], [1.2e-3, 1.2e-3], [0.5e-3, 0.5e-3]]
    answer = ask(long_table([["G1", "G1"]] * 3, values=values), column="avgADC", cutoff=0.95e-3)
    assert answer.pairs[0].kappa.value == 1.0


def test_sessions_of_one_reader(calls):
    answer = ask(long_table([row[:2] for row in calls], sessions=True))
    assert answer.compared == "session" and answer.pairs[0].reader == "R1"
    assert answer.several is None and answer.mean_of_pairs is None


def test_missing_calls_are_counted_and_cost_only_their_pairs(calls):
    calls[0][2] = None
    answer = ask(long_table(calls))
    assert (answer.n_missing, answer.n_lesions, answer.n_incomplete) == (1, 23, 1)
    assert [p.kappa.n for p in answer.pairs] == [24, 23, 23]
    assert answer.several.n_lesions == 23


def test_the_order_of_rows_changes_nothing(calls):
    cases = long_table(calls)
    shuffled = cases.take(np.random.default_rng(3).permutation(len(cases)))
    assert json.dumps(as_jsonable(ask(cases))) == json.dumps(as_jsonable(ask(shuffled)))


def test_another_column_needs_an_order_for_weights_only(calls):
    cases = long_table(calls)
    assert ask(cases, column="margin").categories == ("blurred", "sharp")
    ordered = ask(cases, column="margin", weights="linear", order=("sharp", "blurred"))
    assert ordered.categories == ("sharp", "blurred")
    with pytest.raises(StatisticsError) as refused:
        ask(cases, column="margin", weights="linear")
    assert refused.value.code == "statistics.option"


def test_a_pair_without_a_kappa_is_named_and_the_others_stay():
    calls = [["G1", "G1", "G1"], ["G1", "G1", "G2"], ["G1", "G1", "G1"], ["G1", "G1", "G3"]]
    answer = ask(long_table(calls))
    assert [name for name, _ in answer.refused] == ["R1 and R2"]
    assert len(answer.pairs) == 2


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"column": "shape"}, "table.missing-column"),
        ({"column": "avgADC", "cutoff": 1.0}, "table.missing-column"),
        ({"weights": "cubic"}, "statistics.option"),
        ({"between": "scanner"}, "statistics.option"),
        ({"between": "session"}, "statistics.option"),
        ({"order": ("G1", "G2")}, "table.value"),
    ],
)
def test_impossible_keys_are_refused(calls, keys, code):
    with pytest.raises((StatisticsError, TableError)) as refused:
        ask(long_table(calls), **keys)
    assert refused.value.code == code


def test_calls_that_are_all_the_same_have_no_kappa():
    with pytest.raises(StatisticsError) as refused:
        ask(long_table([["G1", "G1"]] * 5))
    assert refused.value.code == "statistics.constant"
