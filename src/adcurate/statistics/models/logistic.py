"""Logistic regression: how the odds of the outcome change with one or several predictors.

With few events the maximum-likelihood estimate is biased away from no effect, and where the predictors
separate the classes it does not exist. Firth's penalty mends both, and is the default; its intervals and
tests are then profiles of the penalised likelihood, because the estimate's distribution is skewed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, chdtri, expit, ndtr, ndtri

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.models.binary_likelihood import BinaryMaximum, maximise_binary, search_binary
from adcurate.statistics.models.coefficient import Coefficient, CoefficientInterval, TermTest, check_units
from adcurate.statistics.models.design import Standardised, check_predictors, standardise
from adcurate.statistics.models.profile import ProfileCurve, no_convergence
from adcurate.statistics.models.separation import Separation, find_separation

Penalty = Literal["none", "firth"]

EVENTS_PER_COEFFICIENT: Final = 10
"""Below this many events for each slope `fit_logistic` warns (Peduzzi 1996; a custom more than a law)."""


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """A fitted logistic model; `coefficients` begin with the intercept.

    `log_likelihood` is without the penalty; `penalized_log_likelihood` adds half the log determinant of the
    information of the raw predictors under Firth's, and equals it for maximum likelihood.
    `covariance` (k, k) is the inverse of Fisher's information, in the order of the coefficients.
    `model_test` compares with the intercept alone. `aic` and `nagelkerke_r2` are NaN under a penalty, for
    which they are not defined; `tjur_r2` is the mean predicted probability of the positives less that of the
    negatives. `flic_intercept` is the intercept under which the predicted probabilities average to the
    share of positives (Puhr 2017); without a penalty it is the intercept itself.
    """

    coefficients: tuple[Coefficient, ...]
    covariance: tuple[tuple[float, ...], ...] = field(repr=False)
    log_likelihood: float
    penalized_log_likelihood: float
    null_log_likelihood: float
    model_test: TermTest
    aic: float
    nagelkerke_r2: float
    tjur_r2: float
    flic_intercept: float
    separation: Separation
    penalty: Penalty
    n: int
    n_positive: int
    iterations: int
    method: str
    findings: tuple[Finding, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The predictors, without the intercept."""
        return tuple(coefficient.name for coefficient in self.coefficients[1:])

    def linear_predictor(self, predictors: npt.ArrayLike, *, flic: bool = False) -> Floats:
        """Log-odds of each row of predictors (n, p), in the units of the fit; `flic` corrects the level."""
        rows = np.atleast_1d(np.asarray(predictors, dtype=np.float64))
        columns = check_predictors(rows, self.names, rows.shape[0])
        values = np.array([coefficient.value for coefficient in self.coefficients])
        return np.asarray((self.flic_intercept if flic else values[0]) + columns @ values[1:])

    def predict(self, predictors: npt.ArrayLike, *, flic: bool = False) -> Floats:
        """Probability of the outcome for each row of predictors (n, p).

        Firth's penalty draws the predictions toward one half, too high for a rare outcome; `flic` uses the
        intercept that corrects it and leaves the odds ratios as they are.
        """
        return np.asarray(expit(self.linear_predictor(predictors, flic=flic)))


def fit_logistic(
    predictors: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    names: tuple[str, ...],
    penalty: Penalty = "firth",
    interval: CoefficientInterval = "profile",
    level: float = 0.95,
    units: tuple[float, ...] | None = None,
) -> LogisticFit:
    """Fit ``log odds = intercept + sum of coefficient * predictor``.

    Parameters
    ----------
    predictors : (n, p) or (n,), any units
        Finite numbers; categories as indicator columns.
    positive : (n,), boolean
        The outcome.
    names : p distinct names
    penalty : {"firth", "none"}
        ``none`` is maximum likelihood, which is refused where the predictors separate the classes.
    interval : {"profile", "wald"}
        ``profile`` inverts the likelihood-ratio test of each coefficient, penalised where the fit is;
        ``wald`` is value ± z standard errors. The p-value follows.
    units : (p,), optional
        The change of each predictor that its odds ratio is for; 1 unless given.

    Returns
    -------
    LogisticFit

    Raises
    ------
    StatisticsError
        ``statistics.no-convergence`` when maximum likelihood has no estimate because of separation;
        ``statistics.one-class``, ``statistics.constant``, ``statistics.collinear``,
        ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Firth, Biometrika 1993;80:27-38. Heinze and Schemper, Stat Med 2002;21:2409-2419: profiles and tests of
    the penalised likelihood. Puhr, Stat Med 2017;36:2302-2317: the intercept. Separation: Albert and Anderson
    1984, by linear programming (Konis 2007). Checked against R's ``glm``, ``MASS::confint`` and
    ``brglm2`` (``type = "AS_mean"``); penalised profiles against an independent calculation in R.

    Examples
    --------
    >>> adc = [0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4]
    >>> high_grade = [True, True, False, True, False, False, False, False]
    >>> fit = fit_logistic(adc, high_grade, names=("ADC",), units=(0.1,))
    >>> round(fit.coefficients[1].odds_ratio, 3), fit.coefficients[1].test
    (0.507, 'penalized likelihood ratio')
    """
    check_level(level)
    _check_options(penalty, interval)
    check_units(units, names)
    flags = check_outcome(positive)
    n, n_positive = flags.size, int(np.count_nonzero(flags))
    columns = check_predictors(predictors, names, n)
    standard = standardise(columns, names)
    firth = penalty == "firth"
    design = np.column_stack([np.ones(n), standard.columns])
    separation = find_separation(design * np.where(flags, 1.0, -1.0)[:, None])
    if not firth and separation != "none":
        raise StatisticsError(
            "statistics.no-convergence",
            f"The predictors separate the two classes ({separation}): maximum likelihood has no estimate.",
            remedy="Use Firth's penalty, which has one, or leave a predictor out.",
            separation=separation,
        )
    best, below = search_binary(design, flags, firth=firth)
    if not best.converged[0]:
        raise no_convergence()
    several = bool(np.any(2.0 * below < chdtri(1, 1.0 - level)))
    beta = best.coefficients[0]
    back = standard.back(1)
    values = back @ beta
    covariance = back @ np.linalg.inv(best.information[0]) @ back.T
    errors = np.sqrt(np.diag(covariance))
    objective = float(best.objective[0])

    z = float(ndtri((1.0 + level) / 2.0))
    wald_p = 2.0 * ndtr(-np.abs(values / errors))
    if interval == "wald":
        limits = np.column_stack([values - z * errors, values + z * errors])
        p_values, test, method = wald_p, "Wald", "wald"
    else:
        limits, p_values = _profiles(standard, flags, firth, best, errors, level, several)
        test = "penalized likelihood ratio" if firth else "likelihood ratio"
        method = "penalized-profile-likelihood" if firth else "profile-likelihood"

    coefficients = []
    for j, name in enumerate(("intercept", *names)):
        unit = 1.0 if j == 0 or units is None else float(units[j - 1])
        limit = Interval(float(limits[j, 0]), float(limits[j, 1]), level, method)
        coefficients.append(
            Coefficient.of(
                name,
                float(values[j]),
                float(errors[j]),
                limit,
                float(p_values[j]),
                test,
                float(wald_p[j]),
                unit,
            )
        )

    fitted = expit(design @ beta)
    log_likelihood = float(best.log_likelihood[0])
    null = n_positive * math.log(n_positive / n) + (n - n_positive) * math.log1p(-n_positive / n)
    return LogisticFit(
        coefficients=tuple(coefficients),
        covariance=tuple(tuple(float(cell) for cell in row) for row in covariance),
        log_likelihood=log_likelihood,
        penalized_log_likelihood=objective + (float(np.log(standard.spread).sum()) if firth else 0.0),
        null_log_likelihood=null,
        model_test=_restricted_test(
            "all predictors", design, flags, firth, beta, objective, np.arange(1, len(names) + 1)
        ),
        aic=math.nan if firth else 2.0 * (len(names) + 1) - 2.0 * log_likelihood,
        nagelkerke_r2=(
            math.nan if firth else -math.expm1(2 * (null - log_likelihood) / n) / -math.expm1(2 * null / n)
        ),
        tjur_r2=float(fitted[flags].mean() - fitted[~flags].mean()),
        flic_intercept=_flic(design, flags, beta) + float(values[0] - beta[0]) if firth else float(values[0]),
        separation=separation,
        penalty=penalty,
        n=n,
        n_positive=n_positive,
        iterations=best.iterations,
        method="Firth's penalized likelihood" if firth else "maximum likelihood",
        findings=_findings(n, n_positive, len(names), separation, several),
    )


def compare_nested(
    predictors: npt.ArrayLike,
    positive: npt.ArrayLike,
    *,
    names: tuple[str, ...],
    left_out: tuple[str, ...],
    label: str = "",
    penalty: Penalty = "firth",
) -> TermTest:
    """Test whether the predictors `left_out` add to the others, by the likelihood ratio.

    Under Firth's penalty both models share the penalty of the larger one (Heinze and Schemper 2002).

    Raises
    ------
    StatisticsError
        As `fit_logistic`.

    Notes
    -----
    Checked against ``anova(glm, glm, test = "LRT")`` of R, and an independent calculation for Firth.

    Examples
    --------
    >>> import numpy as np
    >>> adc = np.array([0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4])
    >>> size = np.array([30.0, 12, 25, 41, 18, 22, 35, 15])
    >>> high_grade = [True, True, False, True, False, False, False, False]
    >>> both = np.column_stack([adc, size])
    >>> test = compare_nested(both, high_grade, names=("ADC", "size"), left_out=("size",))
    >>> test.df, round(test.p_value, 2)
    (1, 0.47)
    """
    _check_options(penalty, "profile")
    flags = check_outcome(positive)
    columns = check_predictors(predictors, names, flags.size)
    unknown = [name for name in left_out if name not in names]
    if unknown or not left_out:
        raise StatisticsError(
            "statistics.option",
            "A nested test leaves out one or more of the model's predictors.",
            remedy="Name predictors of the model.",
        )
    standard = standardise(columns, names)
    design = np.column_stack([np.ones(flags.size), standard.columns])
    firth = penalty == "firth"
    best = search_binary(design, flags, firth=firth)[0]
    if not best.converged[0]:
        raise no_convergence()
    return _restricted_test(
        label or ", ".join(left_out),
        design,
        flags,
        firth,
        best.coefficients[0],
        float(best.objective[0]),
        np.array([1 + names.index(name) for name in left_out]),
    )


def find_class_separation(
    predictors: npt.ArrayLike, positive: npt.ArrayLike, *, names: tuple[str, ...]
) -> Separation:
    """Say whether the predictors (n, p) separate the classes, so that maximum likelihood has no estimate.

    Raises
    ------
    StatisticsError
        As `fit_logistic`.
    """
    flags = check_outcome(positive)
    standard = standardise(check_predictors(predictors, names, flags.size), names)
    design = np.column_stack([np.ones(flags.size), standard.columns])
    return find_separation(design * np.where(flags, 1.0, -1.0)[:, None])


def check_outcome(positive: npt.ArrayLike) -> Bools:
    """Return the outcome as (n,) booleans of both classes.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.one-class``
    """
    flags = np.asarray(positive)
    if flags.ndim != 1 or flags.dtype.kind not in "bui" or not np.isin(flags, (0, 1)).all():
        raise StatisticsError(
            "statistics.shape",
            "The outcome is one true or false per case.",
            remedy="Give a boolean vector; leave out cases whose outcome is unknown.",
        )
    n_positive = int(np.count_nonzero(flags))
    if n_positive in (0, flags.size):
        raise StatisticsError(
            "statistics.one-class",
            f"A model of the outcome needs cases of both classes; {n_positive} of {flags.size} are positive.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n=flags.size,
            n_positive=n_positive,
        )
    return flags.astype(np.bool_, copy=False)


def _check_options(penalty: str, interval: str) -> None:
    if penalty not in ("none", "firth") or interval not in ("profile", "wald"):
        raise StatisticsError(
            "statistics.option",
            "A logistic model has the penalty firth or none, and profile or wald intervals.",
            remedy="Name one of these.",
        )


def _profiles(
    standard: Standardised,
    flags: Bools,
    firth: bool,
    best: BinaryMaximum,
    errors: Floats,
    level: float,
    several: bool,
) -> tuple[Floats, Floats]:
    """Limits (k, 2) and p-values (k,) of each raw coefficient from its profile."""
    critical = float(chdtri(1, 1.0 - level))
    beta = best.coefficients[0]
    limits, p_values = np.empty((beta.size, 2)), np.empty(beta.size)
    design = np.column_stack([np.ones(flags.size), standard.columns])
    covariance = np.linalg.inv(best.information[0])
    raw = standard.back(1)
    for j in range(beta.size):
        # In turned axes the raw coefficient is the first: as well conditioned as the standardised columns.
        length = float(np.linalg.norm(raw[j]))
        turn = np.linalg.qr(np.column_stack([raw[j], np.eye(beta.size)]))[0].T
        turn[0] = raw[j] / length
        curve = _profile(
            design @ turn.T,
            flags,
            firth,
            turn @ beta,
            float(best.objective[0]),
            np.asarray(turn @ covariance @ turn.T, dtype=np.float64),
            several,
        )
        error = float(errors[j]) / length
        limits[j] = [curve.limit(-error, critical) * length, curve.limit(error, critical) * length]
        p_values[j] = chdtrc(1, max(curve.drop(0.0), 0.0))
    return limits, p_values


def _profile(
    design: Floats,
    flags: Bools,
    firth: bool,
    top: Floats,
    objective: float,
    covariance: Floats,
    several: bool,
) -> ProfileCurve:
    free = np.arange(top.size) != 0

    def maximum(at: float, start: Floats) -> tuple[float, Floats] | None:
        if several:
            held = search_binary(design, flags, firth=firth, start=start, free=free)[0]
        else:
            held = maximise_binary(design, flags, firth=firth, start=start, free=free)
        return (float(held.objective[0]), held.coefficients[0]) if held.converged[0] else None

    return ProfileCurve(maximum, top, 0, objective, covariance)


def _restricted_test(
    name: str,
    design: Floats,
    flags: Bools,
    firth: bool,
    beta: Floats,
    objective: float,
    held: npt.NDArray[np.int64],
) -> TermTest:
    free = np.ones(beta.size, dtype=bool)
    free[held] = False
    start = np.where(free, beta, 0.0)
    restricted = search_binary(design, flags, firth=firth, start=start, free=free)[0]
    if not restricted.converged[0]:
        raise no_convergence()
    chi_squared = max(0.0, 2.0 * (objective - float(restricted.objective[0])))
    return TermTest(
        name=name,
        chi_squared=chi_squared,
        df=held.size,
        p_value=float(chdtrc(held.size, chi_squared)),
        method="penalized likelihood ratio" if firth else "likelihood ratio",
    )


def _flic(design: Floats, flags: Bools, beta: Floats) -> float:
    """The intercept by maximum likelihood with the penalised slopes as an offset."""
    offset = design[:, 1:] @ beta[1:]
    best = maximise_binary(design[:, :1], flags, firth=False, offset=offset)
    if not best.converged[0]:
        raise no_convergence()
    return float(best.coefficients[0, 0])


def _findings(
    n: int, n_positive: int, n_slopes: int, separation: Separation, several: bool
) -> tuple[Finding, ...]:
    findings = []
    events = min(n_positive, n - n_positive)
    if events < EVENTS_PER_COEFFICIENT * n_slopes:
        findings.append(
            Finding(
                "logistic.few-events",
                f"The rarer outcome has {events} cases for {n_slopes} coefficient{'s' * (n_slopes > 1)} "
                f"beside the intercept, fewer than {EVENTS_PER_COEFFICIENT} each: the estimates are "
                "unstable, and the model's fit to its own cases flatters it.",
                where={"events": str(events), "coefficients": str(n_slopes)},
            )
        )
    if separation != "none":
        findings.append(
            Finding(
                "logistic.separation",
                f"The predictors separate the classes ({separation}). Maximum likelihood has no estimate; "
                "the values shown exist because of Firth's penalty, and their size is decided by it.",
                severity="serious",
                where={"separation": separation},
            )
        )
    if several:
        findings.append(
            Finding(
                "logistic.several-maxima",
                "The penalised likelihood has another maximum that the cases do not rule out: the estimate "
                "is not unique. Often a category of very few cases is the reason; join it with another.",
                severity="serious",
            )
        )
    return tuple(findings)
