"""Reader agreement asked of a long table."""

import json
import math

import numpy as np
import pytest

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.agreement import AgreementQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Analysis
from adcurate.statistics.agreement import (
    estimate_bland_altman,
    estimate_icc,
    estimate_precision,
    estimate_reproducibility,
)
from adcurate.study.questions.agreement import answer_agreement
from adcurate.study.streams import Streams


def long_table(values, lesions_of_one=1):
    """From (n_lesions, n_readers, n_sessions); NaN becomes a row without a value."""
    n, k, m = values.shape
    keys = [(i, j, s) for i in range(n) for j in range(k) for s in range(m)]
    return CaseTable(
        rows=tuple(f"row {number + 2}" for number in range(len(keys))),
        subject=tuple(f"S{i // lesions_of_one:02}" for i, _, _ in keys),
        lesion=tuple(str(i % lesions_of_one + 1) for i, _, _ in keys),
        reader=tuple(f"R{j + 1}" for _, j, _ in keys),
        session=tuple(str(s + 1) if m > 1 else "" for _, _, s in keys),
        grade=(None,) * len(keys),
        positive=(None,) * len(keys),
        markers={"avgADC": np.array([values[key] for key in keys])},
        directions={"avgADC": "low"},
        resolution=1e-6,
    )


@pytest.fixture
def values():
    rng = np.random.default_rng(12)
    lesion = rng.lognormal(0, 0.3, (14, 1, 1)) * 1e-3
    return lesion * np.exp(rng.normal(0, 0.05, (14, 3, 2)) + np.array([0, 0.04, 0])[None, :, None])


def ask(cases, **keys):
    return answer_agreement(AgreementQuestion(**keys), cases, Analysis(), Streams(1))


def test_every_part_is_the_statistic_of_the_right_readings(values):
    answer = ask(long_table(values))
    entry = answer.markers["avgADC"]
    assert answer.compared == "reader-and-session"
    first = values[:, :, 0]
    assert entry.between.icc["2,1"].value == pytest.approx(estimate_icc(first, form="2,1").value)
    assert entry.between.values == pytest.approx(first)
    by_pair = {(p.first, p.second): p for p in entry.between.pairs}
    limits = estimate_bland_altman(first[:, 0], first[:, 2])
    assert by_pair["R1", "R3"].limits.upper_interval == limits.upper_interval
    own = estimate_precision(values[:, 1].ravel(), np.repeat(np.arange(14), 2))
    assert entry.within["R2"].precision.rc.value == pytest.approx(own.rc.value)
    assert entry.within["R2"].icc["2,1"].value == pytest.approx(estimate_icc(values[:, 1], form="2,1").value)
    assert entry.reproducibility.rdc.value == pytest.approx(estimate_reproducibility(values).rdc.value)
    assert by_pair["R1", "R2"].repeated.n_first == 28
    json.dumps(as_jsonable(answer))


@pytest.mark.parametrize(
    ("between", "readers", "within"),
    [("reader", 3, 0), ("session", 0, 3), ("reader-and-session", 3, 3), ("auto", 3, 3)],
)
def test_between_says_what_is_compared(values, between, readers, within):
    entry = ask(long_table(values), between=between).markers["avgADC"]
    assert (len(entry.between.columns) if entry.between else 0, len(entry.within)) == (readers, within)
    assert (entry.reproducibility is not None) == (readers > 0)


def test_auto_takes_what_the_table_holds(values):
    assert ask(long_table(values[:, :, :1])).compared == "reader"
    assert ask(long_table(values[:, :1])).compared == "session"


def test_the_order_of_rows_changes_nothing(values):
    cases = long_table(values)
    shuffled = cases.take(np.random.default_rng(3).permutation(len(cases)))
    assert json.dumps(as_jsonable(ask(cases))) == json.dumps(as_jsonable(ask(shuffled)))


def test_missing_readings_are_counted_and_only_cost_what_they_must(values):
    values[0, 2, 0] = values[0, 2, 1] = math.nan
    values[1, 0, 1] = math.nan
    entry = ask(long_table(values)).markers["avgADC"]
    assert entry.n_missing == 3
    assert (len(entry.between.lesions), entry.between.n_incomplete) == (13, 1)
    assert {(p.first, p.second): p.limits.n for p in entry.between.pairs} == {
        ("R1", "R2"): 14,
        ("R1", "R3"): 13,
        ("R2", "R3"): 13,
    }
    assert entry.within["R1"].precision.n_single == 1
    assert entry.reproducibility.n_lesions == 12
    assert "agreement.incomplete" in [finding.code for finding in entry.findings]


def test_several_lesions_of_a_subject_are_a_finding(values):
    assert "agreement.lesions-share-subject" not in codes(ask(long_table(values)))
    assert "agreement.lesions-share-subject" in codes(ask(long_table(values, lesions_of_one=2)))


def codes(answer):
    return [finding.code for finding in answer.findings]


def test_one_bias_test_a_pair_is_counted(values):
    assert len(ask(long_table(values)).p_values) == 3 + 3
    assert list(ask(long_table(values[:, :2, :1])).p_values) == ["avgADC: R1 and R2, bias"]


@pytest.mark.parametrize("variant", ["percent", "log"])
def test_the_variant_is_passed_on(values, variant):
    pair = ask(long_table(values), bland_altman=variant).markers["avgADC"].between.pairs[0]
    assert pair.limits.variant == variant and pair.repeated is None


def test_a_claim_is_found_or_not_and_never_borrowed(values):
    assert ask(long_table(values), organ="liver").claim.smallest_true_change == 0.27
    assert ask(long_table(values), organ="pancreas").claim is None
    assert ask(long_table(values)).claim is None


def test_two_rows_of_one_reading_are_named(values):
    cases = long_table(values)
    doubled = cases.take([*range(len(cases)), 5])
    with pytest.raises(TableError) as refused:
        ask(doubled)
    assert refused.value.code == "table.value" and refused.value.facts["row"] == "row 7"


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ({"markers": ("minADC",)}, "table.missing-column"),
        ({"between": "scanner"}, "statistics.option"),
        ({"icc": "A,1"}, "statistics.option"),
        ({"bland_altman": "ratio"}, "statistics.option"),
        ({"limits_interval": "bootstrap"}, "statistics.option"),
    ],
)
def test_impossible_keys_are_refused(values, keys, code):
    with pytest.raises((StatisticsError, TableError)) as refused:
        ask(long_table(values), **keys)
    assert refused.value.code == code


def test_a_table_without_a_second_reading_is_refused(values):
    for between in ("auto", "reader", "session"):
        with pytest.raises(StatisticsError) as refused:
            ask(long_table(values[:, :1, :1]), between=between)
        assert refused.value.code == "statistics.option"


def test_lesions_that_nobody_shares_are_refused(values):
    values[:7, 0] = math.nan
    values[7:, 1:] = math.nan
    with pytest.raises(StatisticsError) as refused:
        ask(long_table(values[:, :2]), between="reader")
    assert refused.value.code == "statistics.too-few"


def test_a_pair_that_shares_too_little_is_left_out_and_said(values):
    values[2:, 2] = math.nan
    answer = ask(long_table(values), between="reader")
    entry = answer.markers["avgADC"]
    assert [(p.first, p.second) for p in entry.between.pairs] == [("R1", "R2")]
    assert entry.between.icc is None and "too few" in entry.between.why_no_icc
    assert entry.reproducibility is None and entry.why_no_reproducibility
    assert "agreement.pair-too-few" in codes(answer)
