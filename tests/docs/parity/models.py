"""Models: least squares, analysis of variance, logistic and ordinal regression."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.models import (
    compare_anova,
    compare_proportional_odds,
    fit_linear,
    fit_logistic,
    fit_ordinal,
)
from parity.comparison import Adapter, Compared, LeftOut, Quantity, ask, number, numbers

QUESTION = "Models"
LINEAR = "statistics.models.fit_linear"
ANOVA = "statistics.models.compare_anova"
LOGISTIC = "statistics.models.fit_logistic"
ORDINAL = "statistics.models.fit_ordinal"
ODDS = "statistics.models.compare_proportional_odds"
SEPARATED = "separated classes: refused here, large numbers and a warning in R"


def names_of(x: Any) -> tuple[str, ...]:
    return tuple(f"x{j}" for j in range(x.shape[1]))


def linear(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["models"]:
        x = np.array(case["x"])
        fit = fit_linear(x, case["y"], names=names_of(x), intercept=case["intercept"])
        table = [[one.value, one.standard_error, one.t, one.p_value] for one in fit.coefficients]
        yield "coefficients", table, case["table"]
        yield "interval", [numbers(one.interval) for one in fit.coefficients], case["interval"]
        yield "sd", fit.residual_sd, case["sd"]
        yield "r squared", [fit.r_squared, fit.adjusted_r_squared], [case["r_squared"], case["adjusted"]]
        yield "f", [fit.f, fit.p_value], [case["f"], case["p_value"]]
    for case in oracle["anova"]:
        y, g = np.array(case["y"]), np.array(case["g"])
        table = compare_anova({str(group): y[g == group] for group in np.unique(g)})
        squares = [table.between_sum_of_squares, table.within_sum_of_squares]
        yield "squares", squares, [case["between"], case["within"]]
        yield "anova", [table.f, table.p_value], [case["f"], case["p_value"]]


def logistic(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in [*oracle["named"], *oracle["random"]]:
        x = np.array(case["x"], dtype=float)
        for penalty, key in (("none", "ml"), ("firth", "firth")):
            theirs = case.get(key)
            interval = "profile" if theirs is None or "profile" in theirs else "wald"
            fit = ask(fit_logistic, x, case["y"], names=names_of(x), penalty=penalty, interval=interval)
            if theirs is None:
                yield LeftOut("ml", SEPARATED) if fit is None else ("ml", fit.log_likelihood, None)
                continue
            yield key, [one.value for one in fit.coefficients], theirs["values"]
            yield f"{key} error", [one.standard_error for one in fit.coefficients], theirs["errors"]
            yield f"{key} likelihood", fit.log_likelihood, theirs["log_likelihood"]
            if key == "ml" and "aic" in theirs:
                yield "wald", [one.wald_p_value for one in fit.coefficients], theirs["wald_p"]
                mine = [fit.aic, fit.nagelkerke_r2, fit.tjur_r2]
                yield "r2", mine, [theirs["aic"], theirs["nagelkerke"], theirs["tjur"]]
            if "flic" in theirs:
                yield "flic", fit.flic_intercept, theirs["flic"]
            if "profile" in theirs:
                profile = theirs["profile"]
                ends = [[one.interval.low for one in fit.coefficients]]
                ends += [[one.interval.high for one in fit.coefficients]]
                yield f"{key} profile", ends, [profile["low"], profile["high"]]
                yield f"{key} test", fit.model_test.chi_squared, profile["model"]


def ordinal(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in [*oracle["named"], *oracle["random"]]:
        x, grades = np.array(case["x"], dtype=float), [str(grade) for grade in case["g"]]
        order = tuple(str(grade) for grade in range(1, max(case["g"]) + 1))
        fit, wald = (
            fit_ordinal(x, grades, names=names_of(x), order=order, interval=interval)
            for interval in ("profile" if case["profile"] else "wald", "wald")
        )
        terms = [*fit.thresholds, *fit.coefficients]
        yield "values", [one.value for one in terms], case["values"]
        yield "errors", [one.standard_error for one in terms], case["errors"]
        yield "likelihood", [fit.log_likelihood, fit.aic], [case["log_likelihood"], case["aic"]]
        if case["profile"]:
            limits = np.transpose([[one.interval.low, one.interval.high] for one in fit.coefficients])
            yield "profile", limits, case["profile"]
        rows = x[[0, -1]]
        low, high = wald.predict_interval(rows)
        yield "predicted", [wald.predict(rows), low, high], [case["predicted"], case["low"], case["high"]]
        if "polr" in case:
            yield "polr", [one.value for one in terms], case["polr"]["values"]
        tests = compare_proportional_odds(x, grades, names=names_of(x), order=order)
        if tests.brant_omnibus is None:
            continue
        for key, mine in (
            ("brant", (*tests.brant, tests.brant_omnibus)),
            ("ratio", (*tests.likelihood_ratio, tests.likelihood_ratio_omnibus)),
        ):
            for test, expected in zip(mine, case[key] or [None] * len(mine), strict=True):
                if math.isnan(number(expected)):
                    yield LeftOut(key, "R's fit fails")
                else:
                    yield key, test.chi_squared, expected


OWN = "R code of our own"
IT = "iterative"
ADAPTERS = (
    Adapter(
        QUESTION,
        "linear.json",
        {
            "coefficients": Quantity(
                "least squares: coefficient, error, t, p", LINEAR, "SPSS, MedCalc, R `lm`", zero=1e-6
            ),
            "interval": Quantity("their interval", LINEAR, "SPSS, R `confint(lm)`", zero=1e-6),
            "sd": Quantity("residual SD", LINEAR, "SPSS, MedCalc, R `lm`"),
            "r squared": Quantity("R², adjusted R²", LINEAR, "SPSS, MedCalc, R `lm`", zero=1e-6),
            "f": Quantity("F and its p", LINEAR, "SPSS, MedCalc, R `lm`"),
            "squares": Quantity("one-way analysis of variance: sums of squares", ANOVA, "SPSS, R `aov`"),
            "anova": Quantity("its F and p", ANOVA, "SPSS, MedCalc, R `aov`"),
        },
        linear,
    ),
    Adapter(
        QUESTION,
        "logistic.json",
        {
            "ml": Quantity(
                "logistic: coefficients",
                LOGISTIC,
                "SPSS, MedCalc, R `glm`",
                'penalty="none"',
                kind=IT,
                zero=1e-6,
            ),
            "ml error": Quantity(
                "their standard errors", LOGISTIC, "SPSS, MedCalc, R `glm`", 'penalty="none"', kind=IT
            ),
            "wald": Quantity(
                "their p, Wald",
                LOGISTIC,
                "SPSS, MedCalc, R `summary(glm)`",
                'penalty="none", interval="wald"',
                kind=IT,
            ),
            "ml likelihood": Quantity(
                "log-likelihood", LOGISTIC, "R `logLik(glm)`", 'penalty="none"', kind=IT
            ),
            "r2": Quantity(
                "AIC, Nagelkerke's and Tjur's R²",
                LOGISTIC,
                "SPSS (Nagelkerke), R `AIC`",
                'penalty="none"',
                kind=IT,
            ),
            "ml profile": Quantity(
                "profile limits",
                LOGISTIC,
                "the equation of R `confint(glm)`, solved",
                'penalty="none", interval="profile"',
                kind=IT,
                zero=1e-6,
            ),
            "ml test": Quantity(
                "chi-squared of the model",
                LOGISTIC,
                "SPSS omnibus, R `anova(glm)`",
                'penalty="none"',
                kind=IT,
                zero=1e-6,
            ),
            "firth": Quantity(
                "Firth: coefficients",
                LOGISTIC,
                'R `brglm2(type = "AS_mean")`, `logistf`',
                'penalty="firth"',
                ("brglm2",),
                kind=IT,
                zero=1e-6,
            ),
            "firth error": Quantity(
                "their standard errors",
                LOGISTIC,
                "R `brglm2`, `logistf`",
                'penalty="firth"',
                ("brglm2",),
                kind=IT,
            ),
            "firth likelihood": Quantity(
                "log-likelihood", LOGISTIC, "R `brglm2`", 'penalty="firth"', ("brglm2",), kind=IT
            ),
            "flic": Quantity(
                "intercept corrected (FLIC)", LOGISTIC, OWN, ".flic_intercept", kind=IT, zero=1e-6
            ),
            "firth profile": Quantity(
                "penalized profile limits",
                LOGISTIC,
                f"R `logistf`, not run; {OWN}",
                'penalty="firth", interval="profile"',
                kind=IT,
                zero=1e-6,
            ),
            "firth test": Quantity(
                "penalized chi-squared of the model", LOGISTIC, OWN, 'penalty="firth"', kind=IT, zero=1e-6
            ),
        },
        logistic,
    ),
    Adapter(
        QUESTION,
        "ordinal.json",
        {
            "values": Quantity(
                "ordinal: thresholds, coefficients",
                ORDINAL,
                "SPSS PLUM; R `clm`",
                by=("ordinal",),
                kind=IT,
                zero=1e-6,
            ),
            "errors": Quantity(
                "their standard errors", ORDINAL, "SPSS PLUM; R `clm`", by=("ordinal",), kind=IT
            ),
            "likelihood": Quantity("log-likelihood, AIC", ORDINAL, "R `clm`", by=("ordinal",), kind=IT),
            "profile": Quantity(
                "profile limits",
                ORDINAL,
                f"the equation of R `confint(clm)`; {OWN}",
                'interval="profile"',
                kind=IT,
                zero=1e-6,
            ),
            "predicted": Quantity(
                "probabilities with interval",
                ORDINAL,
                "R `predict(clm, interval = TRUE)`",
                ".predict_interval(...)",
                ("ordinal",),
                kind=IT,
            ),
            "polr": Quantity(
                "thresholds, coefficients",
                ORDINAL,
                "R `MASS::polr`",
                by=("MASS",),
                kind=IT,
                least=4.0,
                because="polr stops when its numerical search does",
            ),
            "brant": Quantity("Brant's test", ODDS, f"R `brant`, not run; {OWN}", kind=IT, zero=1e-6),
            "ratio": Quantity(
                "likelihood ratio against free slopes",
                ODDS,
                "R `nominal_test(clm)`",
                by=("ordinal",),
                kind=IT,
                zero=1e-6,
            ),
        },
        ordinal,
    ),
)
