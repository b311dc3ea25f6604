"""Lesions that could not be assessed."""

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.model.answers.assessability import AssessabilityQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.plan import Plan
from adcurate.model.protocol import Analysis
from adcurate.study.questions.assessability import POLICIES, answer_assessability
from adcurate.study.streams import Streams
from adcurate.study.units import level_cases


def cases(adc, positive):
    n = len(adc)
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(n)),
        subject=tuple(f"S{i:02}" for i in range(n)),
        lesion=("",) * n,
        reader=("",) * n,
        session=("",) * n,
        grade=(None,) * n,
        positive=tuple(positive),
        markers={"adc": np.array(adc, dtype=float)},
        directions={"adc": "low"},
    )


def ask(table, policy="leave-out"):
    plan = Plan(cannot_assess=policy)
    return answer_assessability(
        AssessabilityQuestion(), level_cases(table, plan), Analysis(), Streams(1), plan=plan
    ).markers[0]


NAN = float("nan")
ADC = [0.6, 0.7, 0.9, NAN, 1.0, 1.1, 0.8, NAN, NAN, 1.2]
HIGH = [True, True, True, True, False, False, False, False, False, None]


def test_each_policy_adds_the_missing_lesions_to_its_own_cells():
    found = ask(cases(ADC, HIGH))
    assert (found.n_assessed, found.n_positive_not_assessed, found.n_negative_not_assessed) == (6, 1, 2)
    tables = {name: one.table for name, one in found.by_policy.items()}
    assert list(tables) == list(POLICIES)
    known = tables["leave-out"]
    cells = {
        name: (t.tp - known.tp, t.fn - known.fn, t.fp - known.fp, t.tn - known.tn)
        for name, t in tables.items()
    }
    assert cells == {
        "leave-out": (0, 0, 0, 0),
        "test-negative": (0, 1, 0, 2),
        "test-positive": (1, 0, 2, 0),
        "worst-case": (0, 1, 2, 0),
    }


def test_the_worst_case_is_the_worst():
    by_policy = ask(cases(ADC, HIGH)).by_policy
    worst = by_policy["worst-case"]
    assert all(worst.sensitivity.value <= one.sensitivity.value for one in by_policy.values())
    assert all(worst.specificity.value <= one.specificity.value for one in by_policy.values())


def test_without_missing_lesions_every_policy_says_the_same():
    found = ask(cases([0.6, 0.7, 1.0, 1.1], [True, True, False, False]))
    assert len({one.table for one in found.by_policy.values()}) == 1


def test_nothing_measured_is_refused():
    with pytest.raises(StatisticsError) as refused:
        ask(cases([NAN, NAN], [True, False]))
    assert refused.value.code == "statistics.too-few"
