"""From a table of lesions to estimates under three analyses."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.clusters import ClustersQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.clusters import estimate_clustered_auc
from adcurate.statistics.roc import estimate_auc
from adcurate.study.questions.clusters import answer_clusters
from adcurate.study.streams import Streams


def lesions(n_subjects=30, most=4, seed=2):
    generator = np.random.default_rng(seed)
    owner = np.repeat(np.arange(n_subjects), generator.integers(1, most + 1, n_subjects))
    person = generator.normal(size=n_subjects)[owner]
    burden = person + generator.normal(size=owner.size)
    grade = np.digitize(burden, [0.0, 1.0])
    values = 1.2 - 0.15 * burden + 0.1 * person + 0.1 * generator.normal(size=owner.size)
    number = [int(np.count_nonzero(owner[:i] == one)) + 1 for i, one in enumerate(owner)]
    return CaseTable(
        rows=tuple(f"row {i + 2}" for i in range(owner.size)),
        subject=tuple(f"S{one:02d}" for one in owner),
        lesion=tuple(str(one) for one in number),
        reader=("R1",) * owner.size,
        session=("",) * owner.size,
        grade=tuple(f"G{one + 1}" for one in grade),
        positive=tuple(bool(one == 2) for one in grade),
        markers={
            "avgADC": np.round(values, 3),
            "minADC": np.round(values - 0.4 + 0.1 * generator.normal(size=owner.size), 3),
        },
        directions={"avgADC": "low", "minADC": "low"},
        grades=("G1", "G2", "G3"),
        columns={"size": tuple(float(one) for one in generator.integers(8, 60, owner.size))},
    )


def ask(cases, **keys):
    methods = Analysis(bootstrap_resamples=200)
    return answer_clusters(ClustersQuestion(**keys), cases, methods, Streams(1))


def test_the_three_analyses_are_what_they_say():
    cases = lesions()
    (one,) = ask(
        cases, markers=("avgADC",), one_lesion="largest", size_column="size", auc_interval="obuchowski"
    ).markers
    values, positive = cases.markers["avgADC"], np.array(cases.positive)
    delong = estimate_auc(values, positive, direction="low", interval="delong")
    clustered = estimate_clustered_auc(values, positive, cases.subject, direction="low")
    alone = one.estimate("auc", "independent")
    assert (alone.value, alone.interval.method) == (delong.value, "delong")
    assert (alone.interval.low, alone.interval.high) == pytest.approx(
        (delong.interval.low, delong.interval.high), abs=1e-12
    )
    within = one.estimate("auc", "clustered")
    assert within.interval == clustered.interval
    assert within.design_effect == clustered.design_effect
    assert within.bootstrap.method == "cluster-percentile-bootstrap"
    largest = {}
    for i, (subject, size) in enumerate(zip(cases.subject, cases.columns["size"], strict=True)):
        if subject not in largest or size > cases.columns["size"][largest[subject]]:
            largest[subject] = i
    kept = sorted(largest.values())
    stand_in = one.estimate("auc", "one-lesion")
    expected = estimate_auc(values[kept], positive[kept], direction="low", interval="delong")
    assert (stand_in.value, stand_in.n_lesions, stand_in.n_subjects) == (expected.value, 30, 30)
    assert {estimate.quantity for estimate in one.estimates} == {
        "auc",
        "sensitivity",
        "specificity",
        "cutoff",
        "rho",
        "difference",
    }
    assert len(one.estimates) == 18


def test_estimates_over_all_lesions_are_the_same_however_they_are_grouped():
    for one in ask(lesions()).markers:
        for quantity in ("auc", "sensitivity", "specificity", "cutoff", "rho", "difference"):
            alone, within = one.estimate(quantity, "independent"), one.estimate(quantity, "clustered")
            assert alone.value == pytest.approx(within.value, rel=1e-12)


def test_one_lesion_a_subject_gives_the_same_intervals_by_formula_in_every_analysis():
    answer = ask(lesions(most=1))
    one = answer.markers[0]
    for quantity in ("auc", "sensitivity", "specificity"):
        alone, within, stand_in = (
            one.estimate(quantity, analysis) for analysis in ("independent", "clustered", "one-lesion")
        )
        limits = [(each.interval.low, each.interval.high) for each in (alone, within, stand_in)]
        assert limits[0] == pytest.approx(limits[1], abs=1e-12)
        assert limits[0] == pytest.approx(limits[2], abs=1e-12)
    assert "clusters.one-lesion-each" in [finding.code for finding in answer.findings]


def test_the_order_of_subjects_changes_nothing():
    cases = lesions()
    order = sorted(range(len(cases)), key=lambda i: cases.subject[i][::-1])
    there, back = ask(cases), ask(cases.take(order))
    assert json.dumps(as_jsonable(there)) == json.dumps(as_jsonable(back))


def test_missing_numbers_outcomes_and_grades_are_counted():
    cases = lesions()
    cases.markers["avgADC"][:2] = np.nan
    positive, grade = list(cases.positive), list(cases.grade)
    positive[4] = None
    grade[6] = None
    answer = ask(replace(cases, positive=tuple(positive), grade=tuple(grade)))
    first, second = answer.markers
    assert (first.n_missing, first.n_unclassified, first.n_ungraded) == (2, 1, 1)
    assert (second.n_missing, first.n_lesions) == (0, len(cases) - 3)
    assert first.estimate("rho", "clustered").n_lesions == len(cases) - 4
    assert answer.pairs[0].tests["clustered"].n_positive == sum(
        bool(one) for one, value in zip(positive, cases.markers["avgADC"], strict=True) if not np.isnan(value)
    )


def test_tests_are_the_clustered_ones():
    answer = ask(lesions())
    assert list(answer.p_values) == [
        "AUC of avgADC, clustered",
        "AUC of minADC, clustered",
        "AUC, avgADC and minADC, clustered",
    ]
    assert answer.pairs[0].tests["independent"].interval.method == "delong"


def test_the_logit_interval_is_named_for_what_it_is():
    (one,) = ask(lesions(), markers=("avgADC",), auc_interval="obuchowski-logit").markers
    methods = [
        one.estimate("auc", name).interval.method for name in ("independent", "clustered", "one-lesion")
    ]
    assert methods == ["delong-logit", "obuchowski-logit", "delong-logit"]


def test_a_stated_cut_off_is_used_in_every_analysis():
    (one,) = ask(lesions(), markers=("avgADC",), cutoffs=(1.05,)).markers
    assert (one.cutoff, one.cutoff_stated) == (1.05, True)
    (free,) = ask(lesions(), markers=("avgADC",)).markers
    assert free.cutoff == free.estimate("cutoff", "clustered").value


def test_what_one_lesion_a_subject_cannot_give_keeps_its_place_and_says_why():
    cases = lesions(12)
    first_of = {}
    for i, subject in enumerate(cases.subject):
        first_of.setdefault(subject, i)
    positive = [flag and i not in first_of.values() for i, flag in enumerate(cases.positive)]
    (one,) = ask(replace(cases, positive=tuple(positive)), markers=("avgADC",)).markers
    stand_in = one.estimate("auc", "one-lesion")
    assert math.isnan(stand_in.value)
    assert stand_in.shown_interval is None
    assert "both classes" in stand_in.reason


def test_without_grades_there_is_no_correlation():
    (one,) = ask(replace(lesions(), grades=()), markers=("avgADC",)).markers
    assert one.estimate("rho", "clustered") is None
    assert len(one.estimates) == 15


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"one_lesion": "largest"}, "statistics.option"),
        ({"cutoffs": (1.0,)}, "statistics.option"),
        ({"difference": "mode"}, "statistics.option"),
        ({"one_lesion": "smallest"}, "statistics.option"),
        ({"auc_interval": "delong"}, "statistics.option"),
    ],
)
def test_an_impossible_question_is_refused(keys, code):
    with pytest.raises(StatisticsError) as refused:
        ask(lesions(), **keys)
    assert refused.value.code == code


def test_a_lesion_with_two_rows_and_one_without_size_are_named():
    cases = lesions()
    with pytest.raises(TableError) as refused:
        ask(cases.take([*range(len(cases)), 3]))
    assert refused.value.facts["row"] == "row 5"
    sizes = (None, *cases.columns["size"][1:])
    with pytest.raises(TableError) as refused:
        ask(replace(cases, columns={"size": sizes}), one_lesion="largest", size_column="size")
    assert refused.value.facts["row"] == "row 2"
    with pytest.raises(TableError) as refused:
        ask(cases, one_lesion="largest", size_column="volume")
    assert refused.value.code == "table.missing-column"


def test_one_class_is_refused():
    cases = lesions()
    with pytest.raises(StatisticsError) as refused:
        ask(replace(cases, positive=(True,) * len(cases)))
    assert refused.value.code == "statistics.one-class"
