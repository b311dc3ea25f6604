"""Agreement: intraclass correlation, limits, precision, components, kappa."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from adcurate.statistics.agreement import (
    ICC_FORMS,
    KAPPA_WEIGHTS,
    estimate_bland_altman,
    estimate_fleiss_kappa,
    estimate_icc_forms,
    estimate_kappa,
    estimate_limits_constant_truth,
    estimate_limits_varying_truth,
    estimate_precision,
    estimate_reproducibility,
)
from parity.comparison import Adapter, Compared, LeftOut, Quantity, number, numbers

QUESTION = "Agreement"
ICC = "statistics.agreement.estimate_icc_forms"
LIMITS = "statistics.agreement.estimate_bland_altman"
PRECISION = "statistics.agreement.estimate_precision"
REPRODUCIBILITY = "statistics.agreement.estimate_reproducibility"
KAPPA = "statistics.agreement.estimate_kappa"
FLEISS = "statistics.agreement.estimate_fleiss_kappa"
KINDS = ("exact", "approximate-1986", "approximate-1999")
LETTERS = "ABCDE"


def readings(oracle: Any) -> Iterator[Compared | LeftOut]:
    for item in oracle["icc"]:
        yield from _icc(item)
    for item in oracle["limits"]:
        for variant in item["variants"]:
            yield from _limits(item, variant)
    for item in oracle["repeats"]:
        standing = estimate_limits_constant_truth(item["a"], item["id_a"], item["b"], item["id_b"])
        yield "constant", _repeated(standing), item["constant"]
        moving = estimate_limits_varying_truth(item["a"], item["second_of_pair"], item["id_a"])
        yield "varying", [*_repeated(moving), moving.between], item["varying"]
    for item in oracle["precision"]:
        found = estimate_precision(item["y"], item["id"])
        parts = (found.wsd, found.rc, found.wcv_rms, found.wcv_log, found.fall, found.rise)
        yield "precision", [[part.value, numbers(part.interval)] for part in parts], item["numbers"]
    for item in oracle["designs"]:
        found = estimate_reproducibility(item["readings"])
        parts = found.components
        mine = [parts.lesion, parts.reader, parts.lesion_by_reader, parts.residual]
        yield "components", mine, item["components"]
        yield "reproducibility", [found.sd.value, numbers(found.sd.interval)], item["sd"]
        known = [x for x in item["components"] if x != "NA"]
        if item["lmer"] is None or min(known) < 0.02:
            yield LeftOut("reml", "a component at its bound, where REML is another estimator")
        else:
            yield "reml", mine, item["lmer"]


def _icc(item: Any) -> Iterator[Compared | LeftOut]:
    found = estimate_icc_forms(item["readings"])
    single = item["psych"][ICC_FORMS.index("2,1")][5]
    for form, row in zip(ICC_FORMS, item["psych"], strict=True):
        value, f, _, _, p, low, high = row
        mine = found[form]
        yield "icc f", mine.f_statistic, f
        yield "icc p", mine.p_value, p
        if isinstance(value, float) and (value > 1.0 or value < -1e12):
            yield LeftOut("icc", "a denominator of zero or less: undefined here, of any size in psych")
            continue
        if value == "-Inf":
            yield LeftOut("icc", "a denominator of zero or less: undefined here, of any size in psych")
        else:
            yield "icc", mine.value, value
        if form == "2,k" and isinstance(single, float) and single <= -1 / (found.n_readers - 1):
            yield LeftOut("icc interval", "psych steps a lower limit up past its pole; it has none here")
        elif math.isfinite(mine.value):
            yield "icc interval", mine.interval, [low, high]


def _limits(item: Any, variant: Any) -> Iterator[Compared | LeftOut]:
    of = {
        kind: estimate_bland_altman(item["a"], item["b"], variant=variant["variant"], limits_interval=kind)
        for kind in KINDS
    }
    found, theirs = of["exact"], variant["numbers"]

    def in_sd(values: Any) -> list[float]:
        """In SDs from the bias: a limit that falls near zero has no digits of its own."""
        return [(one - theirs[0]) / variant["sd"] for one in numbers(values)]

    yield "bias", found.bias / variant["sd"], theirs[0] / variant["sd"]
    mine = [numbers(found.bias_interval), found.lower_limit, found.upper_limit]
    yield "limits", in_sd(mine), in_sd(theirs[1:5])
    yield "exact", in_sd([found.lower_interval, found.upper_interval]), in_sd(theirs[5:9])
    for place, kind in ((9, "approximate-1986"), (11, "approximate-1999")):
        yield kind, in_sd(of[kind].lower_interval), in_sd(theirs[place : place + 2])
    yield "sd", found.sd, variant["sd"]
    yield "bias p", found.p_value, variant["p_value"]
    for line, expected in ((found.proportional, variant["line"]), (found.spread, variant["spread"])):
        slope = [line.slope, line.intercept, numbers(line.interval), line.p_value, line.residual_sd]
        yield "line", slope, expected


def _repeated(found: Any) -> list[Any]:
    limits = ((found.lower_limit, found.lower_interval), (found.upper_limit, found.upper_interval))
    ends = [[limit, numbers(interval)] for limit, interval in limits]
    return [found.bias, numbers(found.bias_interval), found.sd, ends]


def calls(oracle: Any) -> Iterator[Compared | LeftOut]:
    for item in oracle["pairs"]:
        yield from _kappas(item)
    for item in oracle["fleiss"]:
        spread = [[LETTERS[j] for j, n in enumerate(row) for _ in range(n)] for row in item["counts"]]
        found = estimate_fleiss_kappa(spread, categories=LETTERS[: len(item["counts"][0])])
        value, error, null = item["overall"]
        yield "fleiss", found.value, value
        yield "fleiss", [one.value for one in found.by_category], [each for each, _ in item["each"]]
        yield "fleiss error", found.standard_error, error
        nulls = [one.null_standard_error for one in found.by_category]
        yield "fleiss null", [found.null_standard_error, *nulls], [null, *[item["each_null"]] * len(nulls)]


def _kappas(item: Any) -> Iterator[Compared | LeftOut]:
    pairs = [
        (LETTERS[i], LETTERS[j])
        for i, row in enumerate(item["counts"])
        for j, count in enumerate(row)
        for _ in range(count)
    ]
    first, second = zip(*pairs, strict=True)
    for place, weights in enumerate(KAPPA_WEIGHTS):
        found = estimate_kappa(first, second, categories=LETTERS[: len(item["counts"])], weights=weights)
        value, error, null, observed, expected = item[weights]
        yield weights, [found.value] * 3, [value, item["psych"][place], item["vcd"][2 * place]]
        yield "shares", [found.observed, found.expected], [observed, expected]
        yield "null error", found.null_standard_error, null
        if number(error) > 1e-6:
            yield "error", [found.standard_error] * 2, [error, item["vcd"][2 * place + 1]]
        else:
            yield LeftOut("error", "full agreement: zero here, the root of a rounding error in R")


OWN = "R code of our own"
PSYCH, BOTH = ("psych",), ("psych", "vcd")
ADAPTERS = (
    Adapter(
        QUESTION,
        "agreement.json",
        {
            "icc": Quantity(
                "intraclass correlation, six forms",
                ICC,
                "SPSS reliability analysis; MedCalc; R `psych::ICC(lmer = FALSE)`",
                by=PSYCH,
                zero=1e-6,
            ),
            "icc interval": Quantity("its interval", ICC, "SPSS; R `psych::ICC`", by=PSYCH, zero=1e-6),
            "icc f": Quantity("its F", ICC, "SPSS; R `psych::ICC`", by=PSYCH, zero=1e-9),
            "icc p": Quantity("its p", ICC, "SPSS; R `psych::ICC`", by=PSYCH, zero=1e-14),
            "bias": Quantity(
                "bias, in SDs", LIMITS, f"MedCalc; {OWN}", "variant= difference, percent, log", zero=1e-6
            ),
            "limits": Quantity("interval of the bias, limits, in SDs from it", LIMITS, f"MedCalc; {OWN}"),
            "sd": Quantity("SD of the differences", LIMITS, f"MedCalc; {OWN}"),
            "exact": Quantity(
                "intervals of the limits, exact",
                LIMITS,
                "noncentral t integrated in R (Carkeet 2015)",
                'limits_interval="exact"',
            ),
            "approximate-1986": Quantity(
                "the same, √(3/n)",
                LIMITS,
                f"Bland and Altman 1986; {OWN}",
                'limits_interval="approximate-1986"',
            ),
            "approximate-1999": Quantity(
                "the same, √(1/n + z²/(2(n − 1)))",
                LIMITS,
                f"Bland and Altman 1999; {OWN}",
                'limits_interval="approximate-1999"',
            ),
            "bias p": Quantity("p of no bias", LIMITS, "SPSS paired t; R `t.test(paired = TRUE)`"),
            "line": Quantity(
                "differences, and their size, on means",
                LIMITS,
                "MedCalc regression of differences; R `lm`",
                zero=1e-6,
            ),
            "constant": Quantity(
                "limits of repeated readings, truth standing",
                "statistics.agreement.estimate_limits_constant_truth",
                f"MedCalc, true value constant; {OWN}",
                zero=1e-6,
            ),
            "varying": Quantity(
                "limits of repeated readings, truth moving",
                "statistics.agreement.estimate_limits_varying_truth",
                f"MedCalc, true value varies; {OWN}",
                zero=1e-6,
            ),
            "precision": Quantity(
                "wSD, RC, wCV, and their intervals", PRECISION, "QIBA's definitions; R `aov`, `qchisq`"
            ),
            "components": Quantity(
                "components of variance", REPRODUCIBILITY, "R `aov`; SPSS VARCOMP, ANOVA type", zero=1e-9
            ),
            "reproducibility": Quantity("their SD and its interval", REPRODUCIBILITY, OWN),
            "reml": Quantity(
                "components where none is at its bound",
                REPRODUCIBILITY,
                "R `lme4::lmer` (REML)",
                by=("lme4",),
                kind="iterative",
                least=3.0,
                because="lme4 stops its search near the optimum",
            ),
        },
        readings,
    ),
    Adapter(
        QUESTION,
        "agreement_kappa.json",
        {
            **{
                weights: Quantity(
                    f"Cohen's kappa, weights {weights}",
                    KAPPA,
                    "R `psych::cohen.kappa`, `vcd::Kappa`; "
                    + ("SPSS Crosstabs; MedCalc" if weights == "none" else "MedCalc, weighted"),
                    f'weights="{weights}"',
                    BOTH,
                    zero=1e-9,
                )
                for weights in KAPPA_WEIGHTS
            },
            "error": Quantity(
                "its standard error",
                KAPPA,
                "SPSS asymptotic standard error; MedCalc; R `vcd::Kappa`",
                by=("vcd",),
            ),
            "null error": Quantity("its standard error at zero", KAPPA, f"SPSS approximate T; {OWN}"),
            "shares": Quantity("agreement observed and expected", KAPPA, OWN),
            "fleiss": Quantity(
                "Fleiss' kappa, all and each category",
                FLEISS,
                f"SPSS; R `irr::kappam.fleiss`; {OWN}",
                zero=1e-9,
            ),
            "fleiss null": Quantity(
                "its standard error at zero", FLEISS, f"SPSS; R `irr::kappam.fleiss`; {OWN}"
            ),
            "fleiss error": Quantity("its standard error at any kappa (Gwet 2008)", FLEISS, OWN, zero=1e-7),
        },
        calls,
    ),
)
