"""Mixed models, values known as ranges, imputation and pooling."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.correlation import interval_values
from adcurate.statistics.models import fit_linear
from adcurate.statistics.models.censored import fit_interval_regression
from adcurate.statistics.models.imputation import impute_chained
from adcurate.statistics.models.mixed import compare_mixed_columns, fit_mixed
from adcurate.statistics.models.pooling import pool_rubin
from parity.comparison import Adapter, Compared, LeftOut, Quantity, ask, numbers

QUESTION = "Models"
MIXED = "statistics.models.mixed.fit_mixed"
COLUMNS = "statistics.models.mixed.compare_mixed_columns"
CENSORED = "statistics.models.censored.fit_interval_regression"
POOLING = "statistics.models.pooling.pool_rubin"
IMPUTATION = "statistics.models.imputation.impute_chained"


def named(columns: Any) -> dict[str, Any]:
    return {f"x{i}": column for i, column in enumerate(columns)}


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


IT = "iterative"
STOPS = "differentiates numerically at lme4's stopping point"
ADAPTERS = (
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
)
