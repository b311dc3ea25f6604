"""ComBat against sva, against what it must do, and where it must not be used."""

import json
from pathlib import Path

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.scanners import harmonize_combat

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "combat.json").read_text("utf-8"))
SETS = [pytest.param(case, id=str(i)) for i, case in enumerate(ORACLE["sets"])]


def harmonized(case):
    return harmonize_combat(
        case["features"],
        case["batch"],
        preserve=np.array(case["group"], dtype=float)[:, None] if case["with_mod"] else None,
        adjusts="location" if case["mean_only"] else "location and scale",
        tolerance=1e-13,
    )


def codes(fit):
    return [finding.code for finding in fit.findings]


@pytest.mark.parametrize("case", SETS)
def test_the_values_equal_sva_with_a_tight_stopping_rule(case):
    fit = harmonized(case)
    assert fit.values == pytest.approx(np.array(case["tight"]), rel=1e-8)
    assert fit.method == "parametric empirical Bayes"


@pytest.mark.parametrize("case", SETS)
def test_sva_as_shipped_stops_close_to_it(case):
    assert harmonized(case).values == pytest.approx(np.array(case["default"]), rel=1e-5)


def test_one_feature_is_brought_to_the_pooled_mean_and_spread_by_hand():
    features = np.array([1.0, 1.2, 1.4, 2.0, 2.4, 2.8])
    fit = harmonize_combat(features[:, None], ["A"] * 3 + ["B"] * 3)
    pooled = np.sqrt((2 * 0.04 + 2 * 0.16) / 6)
    expected = 1.8 + pooled * np.array([-1, 0, 1, -1, 0, 1])
    assert fit.values.ravel() == pytest.approx(expected, rel=1e-12)
    assert codes(fit) == ["combat.few-features", "combat.few-cases"] or set(codes(fit)) == {
        "combat.few-features",
        "combat.few-cases",
    }


def test_location_only_keeps_each_spread():
    generator = np.random.default_rng(1)
    features = generator.normal(size=(20, 1)) * np.repeat([1.0, 3.0], 10)[:, None] + 5
    strata = ["A"] * 10 + ["B"] * 10
    fit = harmonize_combat(features, strata, adjusts="location")
    first, second = fit.values[:10, 0], fit.values[10:, 0]
    assert first.mean() == pytest.approx(second.mean(), rel=1e-12)
    assert first.std() == pytest.approx(features[:10].std(), rel=1e-12)
    assert second.std() == pytest.approx(features[10:].std(), rel=1e-12)


def test_a_single_case_allows_the_location_only_and_loses_its_value():
    features = np.array([[1.0], [1.2], [1.4], [1.3], [9.0]])
    fit = harmonize_combat(features, ["A", "A", "A", "A", "Z"])
    assert fit.adjusts == "location"
    assert fit.values[-1, 0] == pytest.approx(features.mean(), rel=1e-12)
    assert "combat.single-case" in codes(fit)


def test_the_class_is_taken_away_unless_it_is_preserved():
    generator = np.random.default_rng(2)
    high = np.repeat([True, False, True, False], [9, 1, 1, 9])
    strata = ["A"] * 10 + ["B"] * 10
    values = 1.0 - 0.5 * high + generator.normal(size=20) * 0.05
    lost = harmonize_combat(values[:, None], strata, adjusts="location").values[:, 0]
    kept = harmonize_combat(
        values[:, None], strata, preserve=high[:, None].astype(float), adjusts="location"
    ).values[:, 0]
    assert abs(lost[high].mean() - lost[~high].mean()) < 0.2
    assert kept[high].mean() - kept[~high].mean() == pytest.approx(-0.5, abs=0.1)


def test_the_unit_does_not_matter_and_the_order_of_cases_neither():
    case = ORACLE["sets"][2]
    features, strata = np.array(case["features"]), np.array(case["batch"])
    plain = harmonize_combat(features, strata.tolist()).values
    assert harmonize_combat(features * 1e-3, strata.tolist()).values == pytest.approx(plain * 1e-3, rel=1e-9)
    shuffled = np.random.default_rng(0).permutation(len(strata))
    again = harmonize_combat(features[shuffled], strata[shuffled].tolist()).values
    assert again == pytest.approx(plain[shuffled], rel=1e-9)


@pytest.mark.parametrize(
    ("features", "strata", "options", "code"),
    [
        ([[1.0], [2.0], [3.0]], ["A", "A", "A"], {}, "statistics.too-few"),
        ([[1.0], [2.0]], ["A", "B"], {}, "statistics.too-few"),
        ([[1.0], [np.nan], [3.0]], ["A", "A", "B"], {}, "statistics.not-finite"),
        ([1.0, 2.0, 3.0], ["A", "A", "B"], {}, "statistics.shape"),
        ([[1.0], [1.0], [3.0], [3.0]], ["A", "A", "B", "B"], {}, "statistics.constant"),
        ([[1.0], [1.0], [3.0], [3.0]], ["A", "A", "B", "B"], {"adjusts": "location"}, "statistics.constant"),
        ([[1.0], [2.0], [3.0], [5.0]], ["A", "A", "B", "B"], {"adjusts": "scale"}, "statistics.option"),
        (
            [[1.0], [2.0], [3.0], [5.0]],
            ["A", "A", "B", "B"],
            {"preserve": [[1.0], [1.0], [0.0], [0.0]]},
            "statistics.collinear",
        ),
        (
            [[1.0], [2.0], [3.0], [5.0]],
            ["A", "A", "B", "B"],
            {"preserve": [[1.0], [0.0]]},
            "statistics.shape",
        ),
        (
            [[1.0] * 3, [2.0] * 3, [3.0] * 3, [5.0] * 3, [4.0] * 3],
            ["A", "A", "B", "B", "B"],
            {},
            "statistics.constant",
        ),
    ],
)
def test_combat_refuses_what_it_cannot_harmonize(features, strata, options, code):
    with pytest.raises(StatisticsError) as refused:
        harmonize_combat(features, strata, **options)
    assert refused.value.code == code
