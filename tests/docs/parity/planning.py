"""Planning: variances, powers and sizes for areas, shares, correlations, agreement, groups and models."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from adcurate.statistics.planning import (
    Units,
    auc_difference_variances,
    auc_variance,
    chance_of_both,
    find_sample_size,
    plan_auc_difference,
    plan_auc_power,
    plan_correlation_power,
    plan_correlation_precision,
    plan_icc_power,
    plan_icc_precision,
    plan_limits_assurance,
    plan_limits_power,
    plan_limits_precision,
    plan_logistic_model,
    plan_mann_whitney,
    plan_proportion_assurance,
    plan_proportion_power,
    plan_proportion_precision,
)
from adcurate.statistics.planning.binormal import bivariate_normal
from parity.comparison import Adapter, Compared, LeftOut, Quantity, ask

QUESTION = "Planning"
ROOM = "statistics.planning"


def sizes(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["areas"]:
        yield from _area(case)
    for case in oracle["pairs"]:
        yield from _pair(case)
    for case in oracle["normal_pairs"]:
        yield "bivariate", bivariate_normal(case["h"], case["k"], case["r"]), case["p"]
    for case in oracle["proportions"]:
        yield from _proportion(case)
    for case in oracle["counted"]:
        plan = plan_proportion_power(case["p"], null=case["null"], alpha=case["alpha"])
        yield "share n", find_sample_size(plan, case["power"]).units.n, case["settled"]
    for case in oracle["correlations"]:
        yield from _correlation(case)
    for case in oracle["coefficients"]:
        yield from _coefficient(case)
    for case in oracle["limits"]:
        yield from _limits(case)
    for case in oracle["groups"]:
        plan = plan_mann_whitney(case["p"], ratio=case["ratio"], alpha=case["alpha"])
        yield "groups", plan.formula(case["power"]) * (1 + case["ratio"]), case["n"]
    for case in oracle["models"]:
        found = plan_logistic_model(case["k"], prevalence=case["f"], r_squared=case["r2"])
        mine = [found.shrinkage, found.optimism, found.prevalence_estimate]
        yield "model", mine, [case["a"], case["b"], case["c"]]
    for case in oracle["recruited"]:
        found = chance_of_both(case["n"], case["a"], case["b"], case["f"], case["kept"])
        yield "recruited", found, case["chance"]


def _area(case: Any) -> Iterator[Compared | LeftOut]:
    auc, asked = case["auc"], {"alpha": case["alpha"], "one_sided": case["one_sided"]}
    units = Units(case["m"] + case["n"], case["m"], case["n"])
    yield "area n", plan_auc_power(auc, ratio=case["ratio"], **asked).formula(case["power"]), case["ncases"]
    yield "area power", plan_auc_power(auc, **asked).value_at(units), case["power_given"]
    for method, key in (("hanley-mcneil", "hanley"), ("binormal", "binormal")):
        yield f"area {method}", auc_variance(auc, case["m"], case["n"], method=method), case[key]
    hanley = plan_auc_power(auc, null=case["null"], variance="hanley-mcneil", **asked)
    yield "area null", hanley.value_at(units), case["hanley_power"]


def _pair(case: Any) -> Iterator[Compared | LeftOut]:
    asked = {"r_positive": case["rp"], "r_negative": case["rn"]}
    planned = {"ratio": case["ratio"], "alpha": case["alpha"], **asked}
    two = (case["first"], case["second"])
    proc = ask(plan_auc_difference, *two, variance="obuchowski-proc", **planned)
    if case["ncases"] is None:
        yield LeftOut("pair n", "pROC's covariance leaves a negative variance")
    else:
        yield "pair n", proc.formula(case["power"]), case["ncases"]
    units = Units(case["m"] + case["n"], case["m"], case["n"])
    if case["power_given"] is None:
        yield LeftOut("pair power", "pROC's covariance leaves a negative variance")
    else:
        yield "pair power", proc.value_at(units), case["power_given"]
    paper = plan_auc_difference(*two, variance="obuchowski", **planned)
    yield "pair paper", paper.formula(case["power"]), case["paper_n"]
    counts = (*two, case["m"], case["n"])
    yield "pair binormal", auc_difference_variances(*counts, method="binormal", **asked), case["binormal"]
    expected = auc_difference_variances(*counts, method="hanley-mcneil", **asked)[1]
    yield "pair hanley", expected, case["hanley"]


def _proportion(case: Any) -> Iterator[Compared | LeftOut]:
    p, units, level = case["p"], Units(case["n"]), case["level"]
    for interval, key in (("wald", "wald"), ("clopper-pearson", "exact"), ("wilson", "wilson")):
        plan = plan_proportion_precision(p, interval=interval, level=level)
        yield f"share {interval}", plan.value_at(units), case[key]
    for interval, key in (("clopper-pearson", "exact_assured"), ("wilson", "wilson_assured")):
        plan = plan_proportion_assurance(p, half_width=case["half"], interval=interval, level=level)
        yield "share assured", plan.value_at(units), case[key]
    plan = plan_proportion_power(p, null=case["null"], alpha=case["alpha"])
    yield "share power", plan.value_at(units), case["power"]


def _correlation(case: Any) -> Iterator[Compared | LeftOut]:
    r, units = case["r"], Units(case["n"])
    for spread, expected in zip(("fisher-z", "fisher-z-1.06", "bonett-wright"), case["half"], strict=True):
        plan = plan_correlation_precision(r, spread=spread, level=case["level"])
        yield "rho half", plan.value_at(units), expected
    asked = {"alpha": case["alpha"], "one_sided": case["one_sided"]}
    tested = plan_correlation_power(r, spread="t-test", **asked)
    yield "rho power", tested.value_at(units), case["t_power"]
    if case["t_n"] is None:
        yield LeftOut("rho n", "pwr finds no number")
    else:
        # pwr gives a fraction: the whole number that reaches the power is the next one.
        yield "rho n", find_sample_size(tested, case["power"]).units.n, math.ceil(case["t_n"])
    for spread, key in (("fisher-z", "z_n"), ("bonett-wright", "bonett_n")):
        yield (
            "rho formula",
            plan_correlation_power(r, spread=spread, **asked).formula(case["power"]),
            (case[key]),
        )


def _coefficient(case: Any) -> Iterator[Compared | LeftOut]:
    icc, k, units = case["icc"], case["k"], Units(case["n"])
    yield "icc bonett", plan_icc_precision(icc, n_readers=k).formula(case["width"] / 2), case["bonett"]
    by_f = plan_icc_precision(icc, n_readers=k, method="f")
    yield "icc half", by_f.value_at(units), case["f_half"]
    asked = {"null": case["null"], "n_readers": k, "alpha": case["alpha"]}
    yield "icc walter", plan_icc_power(icc, **asked).formula(case["power"]), case["walter"]
    exact = plan_icc_power(icc, method="exact-f", **asked)
    yield "icc power", exact.value_at(units), case["f_power"]


def _limits(case: Any) -> Iterator[Compared | LeftOut]:
    units, sd = Units(case["n"]), case["sd"]
    for method, key in (("rule-1986", "rule"), ("exact", "exact"), ("exact-mean", "mean")):
        if case[key] is None:
            yield LeftOut(f"limits {method}", "beyond the noncentrality that R's qt takes")
            continue
        plan = plan_limits_precision(sd, level=case["level"], method=method)
        yield f"limits {method}", plan.value_at(units), case[key]
    if case["assured"] is not None:
        plan = plan_limits_assurance(sd, half_width=case["half"], level=case["level"])
        yield "limits assured", plan.value_at(units), case["assured"]
    for method, key in (("lu", "lu"), ("exact", "within")):
        plan = plan_limits_power(
            case["bias"], sd, clinical_difference=case["delta"], alpha=case["alpha"], method=method
        )
        if case[key] is not None:
            yield f"limits power {method}", plan.value_at(units), case[key]


OWN = "R code of our own"
PROC = ("pROC",)
ADAPTERS = (
    Adapter(
        QUESTION,
        "planning.json",
        {
            "area n": Quantity(
                "one area: positives needed",
                f"{ROOM}.plan_auc_power",
                "pROC `power.roc.test`",
                'variance="obuchowski"',
                PROC,
            ),
            "area power": Quantity(
                "one area: power of given numbers", f"{ROOM}.plan_auc_power", "pROC `power.roc.test`", by=PROC
            ),
            "area null": Quantity(
                "one area against a stated one: power",
                f"{ROOM}.plan_auc_power",
                f"MedCalc's documented formula (Hanley and McNeil); {OWN}",
                'variance="hanley-mcneil", null=',
            ),
            "area hanley-mcneil": Quantity(
                "its variance", f"{ROOM}.auc_variance", f"MedCalc; {OWN}", 'method="hanley-mcneil"'
            ),
            "area binormal": Quantity(
                "its variance", f"{ROOM}.auc_variance", "R `mvtnorm`", 'method="binormal"', ("mvtnorm",)
            ),
            "pair n": Quantity(
                "two areas: positives needed",
                f"{ROOM}.plan_auc_difference",
                "pROC `power.roc.test(parslist)`",
                'variance="obuchowski-proc"',
                PROC,
            ),
            "pair power": Quantity(
                "two areas: power of given numbers",
                f"{ROOM}.plan_auc_difference",
                "pROC `power.roc.test(parslist)`",
                'variance="obuchowski-proc"',
                PROC,
            ),
            "pair paper": Quantity(
                "two areas: positives needed",
                f"{ROOM}.plan_auc_difference",
                "Obuchowski and McClish 1997 on pROC's terms",
                'variance="obuchowski"',
                PROC,
            ),
            "pair binormal": Quantity(
                "variance of the difference",
                f"{ROOM}.auc_difference_variances",
                "R `mvtnorm`",
                'method="binormal"',
                ("mvtnorm",),
            ),
            "pair hanley": Quantity(
                "variance of the difference",
                f"{ROOM}.auc_difference_variances",
                f"MedCalc's documented formula; {OWN}",
                'method="hanley-mcneil"',
            ),
            "bivariate": Quantity(
                "bivariate normal probability",
                f"{ROOM}.binormal.bivariate_normal",
                "R `mvtnorm::pmvnorm`",
                by=("mvtnorm",),
                zero=1e-9,
            ),
            **{
                f"share {interval}": Quantity(
                    "a share: half-width",
                    f"{ROOM}.plan_proportion_precision",
                    of,
                    f'interval="{interval}"',
                )
                for interval, of in (
                    ("wald", f"Buderer 1996; {OWN}"),
                    ("clopper-pearson", "R `binom.test`, all counts"),
                    ("wilson", "R `prop.test(correct = FALSE)`, all counts"),
                )
            },
            "share assured": Quantity(
                "a share: chance of a half-width",
                f"{ROOM}.plan_proportion_assurance",
                "R `binom.test`, `prop.test`, all counts",
                zero=1e-9,
            ),
            "share power": Quantity(
                "a share: power",
                f"{ROOM}.plan_proportion_power",
                "R `binom.test`, all counts",
                'test="exact"',
            ),
            "share n": Quantity(
                "a share: number needed", f"{ROOM}.plan_proportion_power", "R `qbinom`, all n", 'test="exact"'
            ),
            "rho half": Quantity(
                "a correlation: half-width, all three spreads", f"{ROOM}.plan_correlation_precision", OWN
            ),
            "rho power": Quantity(
                "a correlation: power",
                f"{ROOM}.plan_correlation_power",
                "R `pwr::pwr.r.test`",
                'spread="t-test"',
                ("pwr",),
            ),
            "rho n": Quantity(
                "a correlation: number needed",
                f"{ROOM}.plan_correlation_power",
                "R `pwr::pwr.r.test`, rounded up",
                'spread="t-test"',
                ("pwr",),
            ),
            "rho formula": Quantity(
                "a correlation: number needed",
                f"{ROOM}.plan_correlation_power",
                OWN,
                'spread="fisher-z", "bonett-wright"',
            ),
            "icc bonett": Quantity(
                "an ICC: number for a width",
                f"{ROOM}.plan_icc_precision",
                f"R `ICC.Sample.Size`, not run; {OWN}",
                'method="bonett"',
            ),
            "icc half": Quantity("an ICC: half-width", f"{ROOM}.plan_icc_precision", "R `qf`", 'method="f"'),
            "icc walter": Quantity(
                "an ICC: number for a power",
                f"{ROOM}.plan_icc_power",
                f"R `ICC.Sample.Size`, not run; {OWN}",
                'method="walter"',
            ),
            "icc power": Quantity("an ICC: power", f"{ROOM}.plan_icc_power", "R `pf`", 'method="exact-f"'),
            "limits rule-1986": Quantity(
                "limits of agreement: half-width",
                f"{ROOM}.plan_limits_precision",
                f"Bland and Altman 1986; {OWN}",
                'method="rule-1986"',
            ),
            "limits exact": Quantity(
                "limits of agreement: half-width",
                f"{ROOM}.plan_limits_precision",
                "R `pt(ncp = )`, inverted",
                'method="exact"',
            ),
            "limits exact-mean": Quantity(
                "limits of agreement: half-width",
                f"{ROOM}.plan_limits_precision",
                "R `pt(ncp = )`, inverted",
                'method="exact-mean"',
            ),
            "limits assured": Quantity(
                "limits of agreement: chance of a half-width",
                f"{ROOM}.plan_limits_assurance",
                "R `pt(ncp = )`, `pchisq`",
                zero=1e-9,
            ),
            "limits power lu": Quantity(
                "limits of agreement: power",
                f"{ROOM}.plan_limits_power",
                "MedCalc, R `SimplyAgree`, not run; R `pt(ncp = )`",
                'method="lu"',
                zero=1e-6,
            ),
            "limits power exact": Quantity(
                "limits of agreement: power",
                f"{ROOM}.plan_limits_power",
                "R `integrate`",
                'method="exact"',
                zero=1e-6,
            ),
            "groups": Quantity(
                "Mann-Whitney: number needed (Noether 1987)", f"{ROOM}.plan_mann_whitney", OWN
            ),
            "model": Quantity(
                "a logistic model: three criteria (Riley 2019)",
                f"{ROOM}.plan_logistic_model",
                f"R `pmsampsize`, not run; {OWN}",
            ),
            "recruited": Quantity(
                "chance of enough of both classes",
                f"{ROOM}.chance_of_both",
                "R `dbinom`, `pbinom`, all counts",
                zero=1e-9,
            ),
        },
        sizes,
    ),
)
