"""Effect sizes, pooled effects and funnel tests, against metafor, by hand, and at their edges."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import StatisticsError
from adcurate.statistics.meta import (
    compare_begg,
    compare_egger,
    fisher_z,
    hedges_g,
    leave_one_out,
    log_mean_ratios,
    mean_differences,
    mean_effects,
    mean_of_median_and_range,
    pool_effects,
    sd_of_range,
    sd_of_se,
)

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "meta.json").read_text())
SETS = {
    "bcg": ORACLE["bcg"],
    **{f"drawn {i}": s for i, s in enumerate(ORACLE["drawn"])},
    **ORACLE["degenerate"],
}
MODELS = {
    "fixed": ("fixed", "normal"),
    "dl": ("dersimonian-laird", "normal"),
    "reml": ("reml", "normal"),
    "pm": ("paule-mandel", "normal"),
    "reml_kh": ("reml", "knapp-hartung"),
    "dl_adhoc": ("dersimonian-laird", "knapp-hartung-at-least-one"),
}
EVERY_SET = pytest.mark.parametrize("oracle", SETS.values(), ids=SETS.keys())


def close(number, wanted, size, rel=1e-8):
    """Equal to `rel`, of the wanted number or of the size that its rounding is of."""
    return abs(number - wanted) <= rel * max(abs(wanted), size)


@EVERY_SET
def test_pooled_effects_equal_metafor(oracle):
    typical = float(np.median(oracle["v"]))
    for model, (tau2, interval) in MODELS.items():
        if oracle.get(model) is None:
            continue  # metafor does not converge here
        pooled = pool_effects(
            oracle["y"], oracle["v"], tau2=tau2, interval=interval, prediction="as-interval"
        )
        estimate, se, low, high, p, tau2_wanted, i2, h2, *prediction = oracle[model]
        size = max(abs(estimate), se)
        assert close(pooled.estimate, estimate, size)
        assert close(pooled.standard_error, se, size)
        assert close(pooled.interval.low, low, size)
        assert close(pooled.interval.high, high, size)
        assert close(pooled.tau2, tau2_wanted, typical)
        if se > 0:
            assert close(pooled.p_value, p, 1e-12)
        if len(oracle["y"]) > 1:
            assert close(100 * pooled.i2, i2, 1.0)
            assert close(pooled.h2, h2, 1e-3)
        if pooled.prediction is not None:
            assert close(pooled.prediction.low, prediction[0], size)
            assert close(pooled.prediction.high, prediction[1], size)


@EVERY_SET
def test_heterogeneity_and_prediction_equal_metafor_and_higgins(oracle):
    if len(oracle["y"]) < 2:
        return
    pooled = pool_effects(oracle["y"], oracle["v"], tau2="dersimonian-laird", interval="normal")
    assert close(pooled.q, oracle["q"][0], 1e-9)
    assert close(pooled.q_p_value, oracle["q"][1], 1e-9)
    typical = float(np.median(oracle["v"]))
    assert close(pooled.tau2_interval.low, oracle["q_profile"][0], typical)
    assert close(pooled.tau2_interval.high, oracle["q_profile"][1], typical)
    if "higgins" in oracle:
        size = max(abs(x) for x in oracle["higgins"])
        assert close(pooled.prediction.low, oracle["higgins"][0], size)
        assert close(pooled.prediction.high, oracle["higgins"][1], size)


@EVERY_SET
@pytest.mark.parametrize(("key", "variant"), [("egger", "egger-1997"), ("egger_rma", "mixed-effects-reml")])
def test_egger_equals_regtest(oracle, key, variant):
    if oracle.get(key) is None:
        return  # fewer than three studies, or metafor has no answer
    statistic, p, limit, low, high = oracle[key]
    if statistic is None or max(oracle["y"]) == min(oracle["y"]):
        with pytest.raises(StatisticsError) as refused:
            compare_egger(oracle["y"], oracle["v"], variant=variant)
        assert refused.value.code == "statistics.constant"
        return
    test = compare_egger(oracle["y"], oracle["v"], variant=variant)
    size = max(abs(limit), abs(low), abs(high))
    assert close(test.statistic, statistic, 1e-6)
    assert close(test.p_value, p, 1e-9)
    assert close(test.limit, limit, size)
    assert close(test.limit_interval.low, low, size)
    assert close(test.limit_interval.high, high, size)


@EVERY_SET
def test_begg_equals_ranktest(oracle):
    if oracle.get("begg") is None:
        return
    if oracle["begg"][0] is None:
        with pytest.raises(StatisticsError):
            compare_begg(oracle["y"], oracle["v"])
        return
    test = compare_begg(oracle["y"], oracle["v"])
    assert close(test.tau, oracle["begg"][0], 1e-6)
    assert close(test.p_value, oracle["begg"][1], 1e-9)


@pytest.mark.parametrize("oracle", [s for s in SETS.values() if s.get("without")])
def test_leaving_one_out_equals_metafor(oracle):
    rest = leave_one_out(oracle["y"], oracle["v"], tau2="dersimonian-laird", interval="normal")
    size = max(abs(y) for y in oracle["y"])
    assert all(close(a.estimate, b, size) for a, b in zip(rest, oracle["without"], strict=True))


SIX = [ORACLE["sizes"][name] for name in ("m1", "s1", "n1", "m2", "s2", "n2")]
MADE = {
    "MN": lambda: mean_effects(*SIX[:3]),
    "MNLN": lambda: mean_effects(*SIX[:3], log=True),
    "MD": lambda: mean_differences(*SIX),
    "SMD": lambda: hedges_g(*SIX),
    "ROM": lambda: log_mean_ratios(*SIX),
    "ZCOR": lambda: fisher_z([-0.606, -0.33, 0.9, 0.0], [47, 48, 10, 5], variance="pearson"),
}


@pytest.mark.parametrize("measure", MADE)
def test_effect_sizes_equal_escalc(measure):
    effects, oracle = MADE[measure](), ORACLE["sizes"][measure]
    assert effects.values == pytest.approx(oracle["values"], rel=1e-12, abs=1e-15)
    assert effects.variances == pytest.approx(oracle["variances"], rel=1e-12)


def test_two_equal_weights_give_the_plain_mean():
    pooled = pool_effects([1.0, 3.0], [0.5, 0.5], tau2="fixed", interval="normal")
    assert (pooled.estimate, pooled.standard_error, pooled.q) == pytest.approx((2.0, 0.5, 4.0))
    assert pooled.i2 == pytest.approx(0.75)


def test_equal_variances_let_tau2_be_computed_by_hand():
    y = np.array([0.1, 0.5, 0.9, 1.7])
    wanted = np.var(y, ddof=1) - 0.04
    for method in ("dersimonian-laird", "reml", "paule-mandel"):
        pooled = pool_effects(y, [0.04] * 4, tau2=method, interval="knapp-hartung")
        assert pooled.tau2 == pytest.approx(wanted, rel=1e-10)
        # Knapp and Hartung's is then the one-sample t interval.
        assert pooled.standard_error == pytest.approx(np.std(y, ddof=1) / 2, rel=1e-10)


def test_variance_of_correlations_by_each_name():
    r, n = [-0.606], [47]
    made = {
        name: fisher_z(r, n, variance=name).variances[0] * 44
        for name in ("pearson", "spearman-1.06", "spearman-bonett-wright")
    }
    assert made == pytest.approx(
        {"pearson": 1.0, "spearman-1.06": 1.06, "spearman-bonett-wright": 1 + 0.606**2 / 2}
    )


def test_conversions_are_the_formulas_of_their_papers():
    assert sd_of_se([0.2], [25])[0] == pytest.approx(1.0)
    assert mean_of_median_and_range([2.0], [1.0], [5.0])[0] == pytest.approx(2.5)
    # n = 3: the quantile at (3 - 0.375)/(3 + 0.25).
    assert sd_of_range([0.0], [2.0], [3])[0] == pytest.approx(1.0 / 0.8694237732534953, rel=1e-9)


effects = st.lists(
    st.tuples(st.floats(-5, 5, allow_nan=False), st.floats(0.01, 5)), min_size=3, max_size=12
).filter(lambda rows: len({round(y, 3) for y, _ in rows}) > 1)


@given(effects, st.sampled_from(["fixed", "dersimonian-laird", "reml", "paule-mandel"]), st.floats(1e-4, 1e4))
@settings(max_examples=60, deadline=None)
def test_pooling_follows_shift_unit_and_order(rows, tau2, unit):
    y, v = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    options = {"tau2": tau2, "interval": "knapp-hartung"}
    plain = pool_effects(y, v, **options)
    moved = pool_effects(unit * (y[::-1] + 1.0), unit**2 * v[::-1], **options)
    size = np.abs(y).max() + 1.0 + math.sqrt(v.max())
    assert abs(moved.estimate / unit - 1.0 - plain.estimate) <= 1e-7 * size
    assert abs(moved.standard_error / unit - plain.standard_error) <= 1e-7 * size
    assert abs(moved.tau2 / unit**2 - plain.tau2) <= 1e-7 * (size**2)
    assert min(y) - 1e-9 <= plain.estimate <= max(y) + 1e-9
    assert sum(plain.weights) == pytest.approx(1.0)
    assert 0.0 <= plain.i2 <= 1.0


@given(effects)
@settings(max_examples=40, deadline=None)
def test_reml_lies_at_a_peak_of_the_restricted_likelihood(rows):
    y, v = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    tau2 = pool_effects(y, v, tau2="reml", interval="normal").tau2

    def log_likelihood(t):
        w = 1 / (v + t)
        mu = (w * y).sum() / w.sum()
        return 0.5 * (np.log(w).sum() - np.log(w.sum()) - (w * (y - mu) ** 2).sum())

    best = log_likelihood(tau2)
    for other in [0.0, *np.geomspace(1e-6, 1e3, 40)]:
        assert best >= log_likelihood(other) - 1e-9


def test_the_classic_form_of_egger_is_the_weighted_regression():
    oracle = SETS["bcg"]
    y, error = np.array(oracle["y"]), np.sqrt(oracle["v"])
    x = np.column_stack([np.ones(y.size), 1 / error])
    intercept = np.linalg.lstsq(x, y / error, rcond=None)[0][0]
    assert compare_egger(y, error**2, variant="egger-1997").slope == pytest.approx(intercept, rel=1e-10)


def test_a_single_study_is_returned_as_it_is():
    pooled = pool_effects([0.3], [0.04], tau2="reml", interval="knapp-hartung")
    assert (pooled.estimate, pooled.standard_error, pooled.interval.method) == (0.3, 0.2, "normal")
    assert math.isnan(pooled.i2)
    assert pooled.prediction is None
    assert "meta.single-study" in [finding.code for finding in pooled.findings]


def test_two_studies_have_no_prediction_interval_and_say_so():
    pooled = pool_effects([0.3, 0.5], [0.04, 0.02], tau2="reml", interval="knapp-hartung")
    assert pooled.prediction is None
    codes = [finding.code for finding in pooled.findings]
    assert {"meta.few-studies", "meta.no-prediction"} <= set(codes)


def test_an_interval_shorter_than_the_normal_one_is_flagged():
    y, v = [0.40, 0.41, 0.39, 0.40], [0.04, 0.05, 0.04, 0.03]
    narrow = pool_effects(y, v, tau2="reml", interval="knapp-hartung")
    held = pool_effects(y, v, tau2="reml", interval="knapp-hartung-at-least-one")
    assert "meta.knapp-hartung-narrowed" in [finding.code for finding in narrow.findings]
    assert held.interval.high - held.interval.low > narrow.interval.high - narrow.interval.low


def test_equal_effects_leave_no_rounding_behind():
    pooled = pool_effects([0.1] * 4, [0.01, 0.02, 0.03, 0.04], tau2="reml", interval="knapp-hartung")
    assert (pooled.q, pooled.tau2, pooled.standard_error) == (0.0, 0.0, 0.0)
    assert (pooled.tau2_interval.low, pooled.tau2_interval.high) == (0.0, 0.0)


def test_a_small_funnel_carries_its_caution():
    test = compare_egger([0.9, 0.6, 0.5], [0.16, 0.09, 0.04], variant="egger-1997")
    assert [finding.code for finding in test.findings] == ["meta.few-for-funnel"]


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: pool_effects([], [], tau2="reml", interval="normal"), "statistics.too-few"),
        (lambda: pool_effects([1.0], [0.0], tau2="reml", interval="normal"), "statistics.option"),
        (lambda: pool_effects([math.nan], [1.0], tau2="reml", interval="normal"), "statistics.not-finite"),
        (lambda: pool_effects([1.0, 2.0], [1.0], tau2="reml", interval="normal"), "statistics.shape"),
        (lambda: pool_effects([1.0, 2.0], [1.0, 1.0], tau2="ml", interval="normal"), "statistics.option"),
        (lambda: pool_effects([1.0], [1.0], tau2="ml", interval="normal"), "statistics.option"),
        (lambda: pool_effects([1.0, 2.0], [1.0, 1.0], tau2="reml", interval="t"), "statistics.option"),
        (
            lambda: pool_effects([1.0, 2.0], [1.0, 1.0], tau2="reml", interval="normal", prediction="x"),
            "statistics.option",
        ),
        (lambda: compare_egger([1.0, 2.0], [1.0, 2.0], variant="egger-1997"), "statistics.too-few"),
        (lambda: compare_egger([1.0, 2.0, 3.0], [1.0, 2.0, 3.0], variant="peters"), "statistics.option"),
        (
            lambda: compare_egger([1.0, 2.0, 3.0], [1.0, 1.0, 1.0], variant="egger-1997"),
            "statistics.constant",
        ),
        (lambda: fisher_z([1.0], [20], variance="pearson"), "statistics.option"),
        (lambda: fisher_z([0.5], [3], variance="pearson"), "statistics.too-few"),
        (lambda: fisher_z([0.5], [20], variance="kendall"), "statistics.option"),
        (lambda: mean_effects([-1.0], [1.0], [5], log=True), "statistics.option"),
        (lambda: mean_effects([1.0], [1.0], [1]), "statistics.option"),
        (lambda: hedges_g([1.0], [0.0], [5], [2.0], [0.0], [5]), "statistics.constant"),
        (lambda: mean_of_median_and_range([0.82], [5.6], [1.42]), "statistics.option"),
        (lambda: leave_one_out([1.0], [1.0], tau2="reml", interval="normal"), "statistics.too-few"),
    ],
)
def test_what_has_no_answer_is_refused(call, code):
    with pytest.raises(StatisticsError) as refused:
        call()
    assert refused.value.code == code
