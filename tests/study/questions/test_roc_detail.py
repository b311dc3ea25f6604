"""``roc-detail``: what is asked is what the statistics answer, and bad options are refused."""

from dataclasses import replace

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.model.answers.roc_detail import RocDetailQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.cutoff import choose_cutoff
from adcurate.study.questions.roc_detail import answer_roc_detail
from adcurate.study.streams import Streams


def table(n=40, seed=0):
    rng = np.random.default_rng(seed)
    positive = np.arange(n) % 3 == 0
    none = ("",) * n
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(n)),
        subject=tuple(str(i) for i in range(n)),
        lesion=none,
        reader=none,
        session=none,
        grade=(None,) * n,
        positive=tuple(map(bool, positive)),
        markers={"m": np.round(rng.normal(1, 0.3, n) - 0.4 * positive, 2)},
        directions={"m": "low"},
    )


def ask(cases, **keys):
    question = RocDetailQuestion(**keys)
    return answer_roc_detail(question, cases, Analysis(bootstrap_resamples=100), Streams(7))


def test_each_part_is_what_the_statistics_say():
    cases = table()
    detail = ask(cases, specificities=(0.9, 0.7), partial_range=(0.7, 1.0)).markers["m"]
    assert [point.at for point in detail.at_specificity.points] == [0.9, 0.7]
    assert (detail.partial.low, detail.partial.high) == (0.7, 1.0)
    assert list(detail.cutoffs) == ["youden", "closest-corner", "fixed-sensitivity", "fixed-specificity"]
    expected = choose_cutoff(
        cases.marker("m"), cases.positive, direction="low", by="closest-corner", interval="none"
    )
    assert detail.cutoffs["closest-corner"].cutoff == expected.cutoff
    assert detail.cutoffs["fixed-sensitivity"].target == 0.9


def test_costs_add_a_priced_rule():
    detail = ask(table(), cutoff_rules=("youden",), cost_ratio=5.0, prevalence=0.2).markers["m"]
    assert list(detail.cutoffs) == ["youden", "youden-priced"]
    assert detail.cutoffs["youden-priced"].weight == pytest.approx(0.8)


def test_missing_rows_are_counted_and_findings_name_the_marker():
    cases = table()
    values = cases.markers["m"].copy()
    values[3] = np.nan
    separated = np.where(np.array(cases.positive), 0.5, 1.5)
    separated[3] = np.nan
    answer = ask(replace(cases, markers={"m": separated}), point_interval="percentile-bootstrap")
    assert answer.markers["m"].n_missing == 1
    assert {finding.where["marker"] for finding in answer.findings} == {"m"}
    assert "operating-point.no-width" in {finding.code for finding in answer.findings}
    assert answer.p_values == {}


def test_the_order_of_rows_changes_no_number():
    cases = table()
    shuffled = cases.take(np.random.default_rng(0).permutation(len(cases)))
    assert as_jsonable(ask(cases)) == as_jsonable(ask(shuffled))


@pytest.mark.parametrize(
    "keys",
    [
        {"cutoff_rules": ("dor",)},
        {"partial_range": (0.9,)},
        {"partial_range": (0.9, 0.8)},
        {"cost_ratio": 2.0},
        {"specificities": (90.0,)},
    ],
)
def test_an_impossible_option_is_refused(keys):
    with pytest.raises(StatisticsError) as refused:
        ask(table(), **keys)
    assert refused.value.code == "statistics.option"
