"""Models: least squares, logistic, ordinal, mixed, censored; calibration; imputation and pooling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.correlation import interval_values
from adcurate.statistics.models import (
    compare_anova,
    compare_proportional_odds,
    fit_linear,
    fit_logistic,
    fit_ordinal,
)
from adcurate.statistics.models.censored import fit_interval_regression
from adcurate.statistics.models.imputation import impute_chained
from adcurate.statistics.models.mixed import compare_mixed_columns, fit_mixed
from adcurate.statistics.models.pooling import pool_rubin
from adcurate.statistics.validation import assess_calibration, correct_model_optimism
from adcurate.statistics.validation.smoothing import smooth_locally
from parity.comparison import Adapter, Compared, LeftOut, Quantity, ask, number, numbers

QUESTION = "Models"
LINEAR = "statistics.models.fit_linear"
ANOVA = "statistics.models.compare_anova"
LOGISTIC = "statistics.models.fit_logistic"
ORDINAL = "statistics.models.fit_ordinal"
ODDS = "statistics.models.compare_proportional_odds"
MIXED = "statistics.models.mixed.fit_mixed"
COLUMNS = "statistics.models.mixed.compare_mixed_columns"
CENSORED = "statistics.models.censored.fit_interval_regression"
POOLING = "statistics.models.pooling.pool_rubin"
IMPUTATION = "statistics.models.imputation.impute_chained"
CALIBRATION = "statistics.validation.assess_calibration"
REFIT = "statistics.validation.correct_model_optimism"
SEPARATED = "separated classes: refused here, large numbers and a warning in R"


def named(columns: Any) -> dict[str, Any]:
    return {f"x{i}": column for i, column in enumerate(columns)}


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


def mixed(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in [*oracle["random"], *oracle["detailed"]]:
        model = case["y"], {"g": case["g"]}, named(case["x"])
        fits = {estimation: fit_mixed(*model, estimation=estimation) for estimation in ("reml", "ml")}
        for estimation, fit in fits.items():
            yield from _one_grouping(fit, case["answer"][estimation])
        answer, fit = case["answer"], fits["reml"]
        if "df" in answer:
            yield "df", [effect.df for effect in fit.fixed], answer["df"]
            yield "mixed p", [effect.p_value for effect in fit.fixed], answer["p"]
        if "f" in answer or "lr" in answer:
            test = compare_mixed_columns(*model, [f"x{i}" for i in range(len(case["x"]))])
            if "f" in answer:
                yield "mixed f", [test.f, test.df_denominator, test.p_value], answer["f"]
            if "lr" in answer:
                yield "lr", test.likelihood_ratio, answer["lr"]
        if "nlme" in answer:
            yield "nlme", [effect.value for effect in fit.fixed], answer["nlme"]["beta"]
            yield "nlme", -fit.minus_two_log_likelihood / 2, answer["nlme"]["log_likelihood"]
            limits = [numbers(part.interval) for part in fits["ml"].components]
            yield "profile sd", limits, answer["profile_sd"]
    for case in oracle["two"]:
        fit = fit_mixed(case["y"], {"g": case["g"], "h": case["h"]}, {"x1": case["x1"]})
        yield "theta two", [part.sd / fit.residual.sd for part in fit.components[:-1]], case["theta"]
        yield "sigma", fit.residual.sd, case["sigma"]
        yield "fixed", [effect.value for effect in fit.fixed], case["beta"]
        yield "fixed error", [effect.standard_error for effect in fit.fixed], case["se"]
        yield "deviance", fit.minus_two_log_likelihood, case["deviance"]
        yield "df", [effect.df for effect in fit.fixed], case["df"]


def _one_grouping(fit: Any, theirs: Any) -> Iterator[Compared | LeftOut]:
    group, residual = fit.components
    yield "theta", group.sd / residual.sd, theirs["theta"]
    yield "sigma", residual.sd, theirs["sigma"]
    yield "fixed", [effect.value for effect in fit.fixed], theirs["beta"]
    yield "fixed error", [effect.standard_error for effect in fit.fixed], theirs["se"]
    yield "deviance", fit.minus_two_log_likelihood, theirs["deviance"]
    # The limits of theta as shares of variance, which end at 1.
    shares = [1.0 if math.isinf(end) else end**2 / (1 + end**2) for end in numbers(theirs["theta_95"])]
    yield "icc", fit.icc_interval, shares


def censored(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["no_maximum"]:
        if ask(fit_interval_regression, _ends(case), named(case["x"])) is None:
            yield LeftOut("censored", "a line through every range: refused here, an end without word in R")
    for case in oracle["regression"]:
        fit = fit_interval_regression(_ends(case), named(case["x"]))
        yield "censored", [term.estimate for term in fit.terms], case["coefficients"]
        yield "censored", fit.sigma, case["sigma"]
        errors = [*(term.standard_error for term in fit.terms), fit.log_sigma_error]
        yield "censored error", errors, case["se"]
        yield "censored likelihood", fit.log_likelihood, case["loglik"]
        yield "censored test", [term.likelihood_ratio for term in fit.terms[1:]], case["lr"]


def _ends(case: Any) -> Any:
    low = np.array([-math.inf if end is None else end for end in case["low"]])
    return interval_values(low, np.array([math.inf if end is None else end for end in case["high"]]))


def missing(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["pooled"]:
        df = math.inf if case["n"] == 0 else case["n"] - case["k"]
        found = pool_rubin(case["q"], case["u"], df_complete=df)
        mine = [found.value, found.within, found.between, found.total]
        yield "pooled", mine, [case[key] for key in ("qbar", "ubar", "b", "t")]
        if (found.total - found.within) / found.total < 1e-4:
            yield LeftOut("pooled df", "mice takes a share of variance below 0.0001 as 0.0001")
            continue
        mine = [found.df, found.relative_increase, found.fraction_missing]
        yield "pooled df", mine, [case[key] for key in ("df", "r", "fmi")]
        yield "pooled interval", found.interval, [case["low"], case["high"]]
    holes = {name: np.array(numbers(column)) for name, column in oracle["holes"].items()}
    for case, method in zip(oracle["mice"], ("normal", "predictive-mean-matching"), strict=True):
        filled = impute_chained(
            holes, n_imputations=100, iterations=5, rng=np.random.default_rng(7), method=method
        )
        yield "imputed", _regression(filled), case["se"]


def _regression(filled: Any) -> list[float]:
    """Pooled standard errors of the regression of y on x and z."""
    estimates, variances = [], []
    for i in range(filled.n_imputations):
        y = filled.tables["y"][i]
        fit = fit_linear(
            np.column_stack([filled.tables[name][i] for name in ("x", "z")]), y, names=("x", "z")
        )
        estimates.append([one.value for one in fit.coefficients])
        variances.append([one.standard_error**2 for one in fit.coefficients])
    columns = zip(np.transpose(estimates), np.transpose(variances), strict=True)
    return [pool_rubin(q, u, df_complete=117).standard_error for q, u in columns]


def risks(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["calibrations"]:
        y, risk = np.array(case["y"], dtype=bool), np.array(case["risk"])
        found = assess_calibration(risk, y, n_groups=case["groups"])
        large = found.in_the_large
        yield "large", [large.value, large.standard_error], case["large"]
        if case["line"][2] > 1e3:
            yield LeftOut("slope", SEPARATED)
        else:
            mine = [found.intercept, found.slope]
            line = [one.value for one in mine] + [one.standard_error for one in mine]
            yield "slope", line, case["line"]
        yield "brier", found.brier.value, case["brier"]
        yield "spiegelhalter", [found.spiegelhalter_z, found.spiegelhalter_p], [case["z"], case["p"]]
        yield "groups", [group.mean_risk for group in found.groups], case["said"]
        test = found.hosmer_lemeshow
        yield "hosmer", [test.chi_squared, test.p_value], [case["hl"], case["hl_p"]]
        wanted = np.interp(risk, case["smooth_x"], case["smooth_y"])
        yield "lowess", smooth_locally(risk, y.astype(float)), wanted
    for case in oracle["models"]:
        x = np.array(case["x"], dtype=float)
        found = correct_model_optimism(
            x, np.array(case["y"], dtype=bool), names=names_of(x), draws=case["draws"]
        )
        quantities = [found.of(name) for name in ("auc", "brier", "intercept", "slope")]
        yield "apparent", [item.apparent for item in quantities], case["apparent"]
        yield "corrected", [item.corrected for item in quantities], case["corrected"]


OWN = "R code of our own"
IT = "iterative"
STOPS = "differentiates numerically at lme4's stopping point"
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
    Adapter(
        QUESTION,
        "mixed.json",
        {
            "theta": Quantity(
                "mixed: SD ratio of one grouping",
                MIXED,
                "R `lme4::lmer`; SPSS MIXED",
                by=("lme4",),
                kind=IT,
                zero=1e-6,
            ),
            "theta two": Quantity(
                "SD ratios, two groupings", MIXED, "R `lme4::lmer`", by=("lme4",), kind=IT, zero=1e-6
            ),
            "sigma": Quantity("residual SD", MIXED, "R `lme4::lmer`; SPSS MIXED", by=("lme4",), kind=IT),
            "fixed": Quantity(
                "fixed effects",
                MIXED,
                "R `lme4::lmer`; SPSS MIXED",
                'estimation="reml" or "ml"',
                ("lme4",),
                kind=IT,
                zero=1e-6,
            ),
            "fixed error": Quantity(
                "their standard errors", MIXED, "R `lme4::lmer`; SPSS MIXED", by=("lme4",), kind=IT
            ),
            "deviance": Quantity(
                "-2 log-likelihood", MIXED, "R `lme4::lmer`; SPSS MIXED", by=("lme4",), kind=IT
            ),
            "icc": Quantity(
                "interval of the share between subjects",
                MIXED,
                "R `lme4` deviance, solved",
                by=("lme4",),
                kind=IT,
                zero=1e-6,
            ),
            "lr": Quantity(
                "likelihood ratio of columns", COLUMNS, "R `anova(lmer)`", by=("lme4",), kind=IT, zero=1e-6
            ),
            "df": Quantity(
                "Satterthwaite's degrees of freedom",
                MIXED,
                "SPSS MIXED; R `lmerTest`",
                by=("lmerTest",),
                kind=IT,
                least=4.5,
                because=f"lmerTest {STOPS}",
            ),
            "mixed p": Quantity(
                "p with them",
                MIXED,
                "SPSS MIXED; R `lmerTest`",
                by=("lmerTest",),
                kind=IT,
                least=4.5,
                because=f"lmerTest {STOPS}",
            ),
            "mixed f": Quantity(
                "F of columns, its degrees of freedom, p",
                COLUMNS,
                "R `lmerTest::contestMD`",
                by=("lmerTest",),
                kind=IT,
                least=4.5,
                because=f"lmerTest {STOPS}",
            ),
            "nlme": Quantity(
                "fixed effects, log-likelihood", MIXED, "R `nlme::lme`", by=("nlme",), kind=IT, zero=1e-6
            ),
            "profile sd": Quantity(
                "profile limits of SDs",
                MIXED,
                "R `confint(lmer)`",
                'estimation="ml"',
                ("lme4",),
                kind=IT,
                zero=1e-4,
                least=2.5,
                because="lme4's profile is a spline",
            ),
        },
        mixed,
    ),
    Adapter(
        QUESTION,
        "ki67.json",
        {
            "censored": Quantity(
                "ranges and bounds: coefficients, SD",
                CENSORED,
                "R `survival::survreg`",
                by=("survival",),
                kind=IT,
                zero=1e-6,
            ),
            "censored error": Quantity(
                "their standard errors", CENSORED, "R `survival::survreg`", by=("survival",), kind=IT
            ),
            "censored likelihood": Quantity(
                "log-likelihood", CENSORED, "R `survival::survreg`", by=("survival",), kind=IT
            ),
            "censored test": Quantity(
                "likelihood ratio of a column",
                CENSORED,
                "R `survival::survreg`",
                by=("survival",),
                kind=IT,
                zero=1e-6,
            ),
        },
        censored,
    ),
    Adapter(
        QUESTION,
        "missing.json",
        {
            "pooled": Quantity(
                "Rubin's rules: value and variances", POOLING, "R `mice::pool.scalar`", by=("mice",)
            ),
            "pooled df": Quantity(
                "degrees of freedom, information missing", POOLING, "R `mice::pool.scalar`", by=("mice",)
            ),
            "pooled interval": Quantity("interval", POOLING, "R `mice`", by=("mice",), zero=1e-6),
            "imputed": Quantity(
                "standard errors over 100 imputed tables",
                IMPUTATION,
                "R `mice`, methods `norm` and `pmm`, other draws",
                'method="normal", "predictive-mean-matching"',
                ("mice",),
                kind="simulation",
            ),
        },
        missing,
    ),
    Adapter(
        QUESTION,
        "validation.json",
        {
            "large": Quantity(
                "calibration in the large", CALIBRATION, "R `glm(offset = qlogis(risk))`", kind=IT, zero=1e-6
            ),
            "slope": Quantity(
                "calibration intercept, slope",
                CALIBRATION,
                "R `rms::val.prob`, `glm`",
                by=("rms",),
                kind=IT,
                zero=1e-6,
            ),
            "brier": Quantity("Brier score", CALIBRATION, "R `rms::val.prob`", by=("rms",)),
            "spiegelhalter": Quantity(
                "Spiegelhalter's z and p", CALIBRATION, "R `rms::val.prob`", by=("rms",), zero=1e-6
            ),
            "groups": Quantity("mean risk of groups", CALIBRATION, "R `cut` at `quantile`"),
            "hosmer": Quantity(
                "Hosmer-Lemeshow chi-squared and p", CALIBRATION, f"R `hoslem.test`, not run; {OWN}"
            ),
            "lowess": Quantity(
                "smooth curve",
                "statistics.validation.smoothing.smooth_locally",
                "R `lowess(iter = 0, delta = 0)`",
                zero=1e-6,
            ),
            "apparent": Quantity(
                "refitted model: apparent AUC, Brier, line",
                REFIT,
                "R `rms::validate`",
                by=("rms",),
                kind=IT,
                zero=1e-6,
            ),
            "corrected": Quantity(
                "the same, corrected",
                REFIT,
                "R `rms::validate`, same resamples",
                by=("rms",),
                kind=IT,
                zero=1e-6,
                least=5.0,
                because="lrm of rms stops its search early in each resample",
            ),
        },
        risks,
    ),
)
