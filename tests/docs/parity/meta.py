"""All studies together: effect sizes, pooled effects, funnel tests, bivariate accuracy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.meta import (
    accuracy_counts,
    compare_begg,
    compare_egger,
    fisher_z,
    hedges_g,
    leave_one_out,
    log_mean_ratios,
    mean_differences,
    mean_effects,
    pool_accuracy,
    pool_effects,
)
from adcurate.statistics.meta.binomial_normal import _fit, _rule, log_likelihood
from parity.comparison import Adapter, Compared, LeftOut, Quantity, ask

QUESTION = "All studies together"
POOL = "statistics.meta.pool_effects"
EGGER = "statistics.meta.compare_egger"
ACCURACY = "statistics.meta.pool_accuracy"
MODELS = {
    "fixed": ("fixed", "normal"),
    "dl": ("dersimonian-laird", "normal"),
    "reml": ("reml", "normal"),
    "pm": ("paule-mandel", "normal"),
    "reml_kh": ("reml", "knapp-hartung"),
    "dl_adhoc": ("dersimonian-laird", "knapp-hartung-at-least-one"),
}
EGGERS = {"egger": "egger-1997", "egger_rma": "mixed-effects-reml"}
APPROXIMATE = {"all": "all-if-any-zero", "only_zero": "zero-studies-only"}


def studies(oracle: Any) -> Iterator[Compared | LeftOut]:
    yield from _sizes(oracle["sizes"])
    for case in [oracle["bcg"], *oracle["drawn"], *oracle["degenerate"].values()]:
        yield from _pooled(case)
    for case in oracle["bivariate"]:
        yield from _accuracy(case)
    for case in oracle["alone"]:
        yes = np.array(case["yes"], dtype=float)[:, None]
        total = yes + np.array(case["no"], dtype=float)[:, None]
        for key, points in (("laplace", 1), ("points_15", 15)):
            mean, _, between, _ = _fit(yes, total, points)
            yield "alone", [float(mean[0]), float(between[0, 0]) ** 0.5], case[key]
    one = oracle["integrated"]
    tp, fn, fp, tn = one["counts"]
    events, totals = np.array([[tp, tn]], dtype=float), np.array([[tp + fn, tn + fp]], dtype=float)
    place = (np.array(one["mean"]), np.array(one["lower"]).reshape(2, 2))
    yield "integrated", log_likelihood(events, totals, *place, *_rule(21, 2)), one["log_likelihood"]


def _sizes(sizes: Any) -> Iterator[Compared | LeftOut]:
    six = [sizes[name] for name in ("m1", "s1", "n1", "m2", "s2", "n2")]
    made = {
        "MN": mean_effects(*six[:3]),
        "MNLN": mean_effects(*six[:3], log=True),
        "MD": mean_differences(*six),
        "SMD": hedges_g(*six),
        "ROM": log_mean_ratios(*six),
        "ZCOR": fisher_z([-0.606, -0.33, 0.9, 0.0], [47, 48, 10, 5], variance="pearson"),
    }
    for measure, effects in made.items():
        yield (
            "sizes",
            [effects.values, effects.variances],
            ([sizes[measure]["values"], sizes[measure]["variances"]]),
        )


def _pooled(case: Any) -> Iterator[Compared | LeftOut]:
    y, v = case["y"], case["v"]
    # Effects and limits in units of the pooled one's error: a limit near zero has no digits of its own.
    typical = float(np.median(v))
    for key, (tau2, interval) in MODELS.items():
        if case.get(key) is None:
            yield LeftOut(key, "metafor does not converge")
            continue
        found = pool_effects(y, v, tau2=tau2, interval=interval, prediction="as-interval")
        estimate, error, low, high, p, tau2_wanted, i2, _, *prediction = case[key]
        if error == 0.0:
            yield LeftOut(key, "effects all alike: no error to measure in")
            continue
        yield key, found.estimate / error, estimate / error
        yield key, found.standard_error / error, 1.0
        ends = [(end - estimate) / error for end in (found.interval.low, found.interval.high)]
        yield key, ends, [(low - estimate) / error, (high - estimate) / error]
        yield "p", found.p_value, p
        yield "tau2", found.tau2 / typical, tau2_wanted / typical
        if len(y) > 1:
            yield "i2", 100 * found.i2, i2
        if found.prediction is not None:
            ends = [(end - estimate) / error for end in (found.prediction.low, found.prediction.high)]
            yield "prediction", ends, [(end - estimate) / error for end in prediction]
    if len(y) > 1:
        found = pool_effects(y, v, tau2="dersimonian-laird", interval="normal")
        yield "q", [found.q, found.q_p_value], case["q"]
        ends = [end / typical for end in (found.tau2_interval.low, found.tau2_interval.high)]
        yield "q profile", ends, [end / typical for end in case["q_profile"]]
        if "higgins" in case:
            error = found.standard_error
            ends = [(end - found.estimate) / error for end in (found.prediction.low, found.prediction.high)]
            yield "prediction", ends, [(end - found.estimate) / error for end in case["higgins"]]
    yield from _funnel(case)


def _funnel(case: Any) -> Iterator[Compared | LeftOut]:
    y, v = case["y"], case["v"]
    for key, variant in EGGERS.items():
        if case.get(key) is None:
            continue
        found = ask(compare_egger, y, v, variant=variant)
        if max(y) == min(y):
            yield LeftOut(key, "effects all alike: refused here, a rounding error in metafor")
            continue
        statistic, p, limit, low, high = case[key]
        mine = [found.statistic, found.p_value] if found else [None, None]
        yield key, mine, [statistic, p]
        if found:
            size = abs(high - low)
            ends = [found.limit, found.limit_interval.low, found.limit_interval.high]
            yield f"{key} limit", [end / size for end in ends], [end / size for end in (limit, low, high)]
    if case.get("begg") is not None:
        found = ask(compare_begg, y, v)
        yield "begg", [found.tau, found.p_value] if found else [None, None], case["begg"]
    if case.get("without"):
        rest = leave_one_out(y, v, tau2="dersimonian-laird", interval="normal")
        size = max(map(abs, y)) or 1.0
        yield "without", [one.estimate / size for one in rest], [one / size for one in case["without"]]


def _accuracy(case: Any) -> Iterator[Compared | LeftOut]:
    counts = accuracy_counts(case["tp"], case["fn"], case["fp"], case["tn"])
    for key, continuity in APPROXIMATE.items():
        found = pool_accuracy(counts, model="approximate", continuity=continuity)
        if abs(case[key][7]) > 0.995:
            yield LeftOut("approximate", "a correlation of 1 cannot be told: two models instead of one")
            continue
        sens, spec, v11, v12, v22, sd1, sd2, rho, likelihood = case[key]
        yield "approximate", [found.logit_sensitivity, found.logit_specificity], [sens, spec]
        yield "approximate", found.log_likelihood, likelihood
        errors = [found.covariance[0][0], found.covariance[0][1], found.covariance[1][1]]
        yield "spread", errors, [v11, v12, v22]
        yield "spread", [found.sd_sensitivity, found.sd_specificity, found.correlation], [sd1, sd2, rho]
    if not case.get("fit"):
        return
    found = pool_accuracy(counts, model="exact")
    sens, spec, sd1, sd2, rho, likelihood = case["fit"]
    if not found.joint:
        yield LeftOut("exact", "a correlation of 1 cannot be told: two models instead of one")
        return
    yield "exact", [found.logit_sensitivity, found.logit_specificity], [sens, spec]
    yield "exact spread", [found.sd_sensitivity, found.sd_specificity, found.correlation], [sd1, sd2, rho]
    yield "exact likelihood", found.log_likelihood, likelihood
    if case.get("covariance"):
        errors = [found.covariance[0][0], found.covariance[0][1], found.covariance[1][1]]
        yield "exact covariance", errors, case["covariance"]


RMA, IT = ("metafor",), "iterative"
ADAPTERS = (
    Adapter(
        QUESTION,
        "meta.json",
        {
            "sizes": Quantity(
                "effect sizes and variances (means, differences, g, ratios, z)",
                "statistics.meta.mean_differences",
                "R `metafor::escalc`",
                by=RMA,
                zero=1e-12,
            ),
            **{
                key: Quantity(
                    f"pooled effect, error, limits, in errors: {tau2}, {interval}",
                    POOL,
                    "R `metafor::rma`"
                    + ("; MedCalc, random effects" if key == "dl" else "")
                    + ("; MedCalc, fixed effects" if key == "fixed" else ""),
                    f'tau2="{tau2}", interval="{interval}"',
                    RMA,
                    kind=IT if key in ("reml", "pm", "reml_kh") else "closed form",
                    zero=1e-6,
                )
                for key, (tau2, interval) in MODELS.items()
            },
            "p": Quantity("p of no effect, all six", POOL, "R `metafor::rma`", by=RMA, kind=IT),
            "tau2": Quantity(
                "tau², in typical variances, all six", POOL, "R `metafor::rma`", by=RMA, kind=IT, zero=1e-6
            ),
            "i2": Quantity(
                "I², all six", POOL, "R `metafor::rma`; MedCalc (of Q)", by=RMA, kind=IT, zero=1e-3
            ),
            "q": Quantity("Q and its p", POOL, "MedCalc; R `metafor::rma`", by=RMA, zero=1e-9),
            "q profile": Quantity(
                "interval of tau²", POOL, "R `metafor::confint`", by=RMA, kind=IT, zero=1e-6
            ),
            "prediction": Quantity(
                "prediction interval, in errors",
                POOL,
                "R `predict(rma)`; Higgins, Thompson and Spiegelhalter 2009",
                'prediction="as-interval", "higgins-2009"',
                RMA,
                kind=IT,
                zero=1e-6,
            ),
            "egger": Quantity(
                "Egger's test: t and p",
                EGGER,
                'R `regtest(model = "lm")`; MedCalc',
                'variant="egger-1997"',
                RMA,
                zero=1e-6,
            ),
            "egger limit": Quantity(
                "effect at no error, in widths",
                EGGER,
                'R `regtest(model = "lm")`',
                'variant="egger-1997"',
                RMA,
                zero=1e-6,
            ),
            "egger_rma": Quantity(
                "Egger's test: z and p",
                EGGER,
                "R `regtest`",
                'variant="mixed-effects-reml"',
                RMA,
                kind=IT,
                zero=1e-6,
            ),
            "egger_rma limit": Quantity(
                "effect at no error, in widths",
                EGGER,
                "R `regtest`",
                'variant="mixed-effects-reml"',
                RMA,
                kind=IT,
                zero=1e-6,
            ),
            "begg": Quantity(
                "Begg's test: tau and p",
                "statistics.meta.compare_begg",
                "R `ranktest(exact = TRUE)`",
                by=RMA,
                zero=1e-9,
            ),
            "without": Quantity(
                "each study left out", "statistics.meta.leave_one_out", "R `leave1out`", by=RMA, zero=1e-6
            ),
            "approximate": Quantity(
                "bivariate, normal: logits, likelihood",
                ACCURACY,
                "R `metafor::rma.mv`, run to the last digits; `mada::reitsma`, not run",
                'model="approximate", continuity=',
                RMA,
                kind=IT,
                zero=1e-3,
            ),
            "spread": Quantity(
                "bivariate, normal: covariance, SDs, correlation",
                ACCURACY,
                "R `metafor::rma.mv`",
                'model="approximate", continuity=',
                RMA,
                kind=IT,
                zero=1e-3,
            ),
            "exact": Quantity(
                "bivariate, binomial: logits",
                ACCURACY,
                "R `lme4::glmer`",
                'model="exact"',
                ("lme4",),
                kind=IT,
                zero=1e-3,
            ),
            "exact spread": Quantity(
                "bivariate, binomial: SDs, correlation",
                ACCURACY,
                "R `lme4::glmer`",
                'model="exact"',
                ("lme4",),
                kind=IT,
                zero=1e-3,
                least=4.0,
                because="lme4 stops where its optimizer does",
            ),
            "exact likelihood": Quantity(
                "bivariate, binomial: likelihood",
                ACCURACY,
                "R `lme4::glmer`",
                'model="exact"',
                ("lme4",),
                kind=IT,
            ),
            "exact covariance": Quantity(
                "bivariate, binomial: covariance",
                ACCURACY,
                "R `lme4` deviance, differentiated",
                'model="exact"',
                ("lme4",),
                kind=IT,
                zero=1e-3,
                least=3.5,
                because="the second derivatives in R are numerical",
            ),
            "alone": Quantity(
                "sensitivities alone: logit, SD, 1 and 15 points",
                ACCURACY,
                "R `lme4::glmer`",
                "quadrature_points=",
                ("lme4",),
                kind=IT,
                zero=1e-3,
            ),
            "integrated": Quantity(
                "a likelihood, 21 points each way",
                "statistics.meta.binomial_normal.log_likelihood",
                "R `integrate`, nested",
            ),
        },
        studies,
    ),
)
