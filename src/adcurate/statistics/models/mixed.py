"""Several lesions or readings of a subject: a linear model with a random intercept.

``y = X b + u_group + e``: what a subject's values share is one normal draw a subject, so that eight lesions
of one subject do not count as eight subjects. The likelihood is profiled over the coefficients and the
residual variance (Bates 2015); what is left is one ratio of variances for each grouping. It is found as the
root of an analytic slope, so that a variance of exactly zero is found as such, and said.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, fdtrc, stdtr, stdtrit

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.models.mixed_design import Estimation, MixedDesign
from adcurate.statistics.models.mixed_likelihood import VarianceRatios, fit_ratios
from adcurate.statistics.models.mixed_profile import profile_interval

INTERCEPT: Final = "(intercept)"
_FEW_GROUPS = 5


@dataclass(frozen=True, slots=True)
class FixedEffect:
    """A coefficient in the unit of the response over that of its column; df are Satterthwaite's."""

    name: str
    value: float
    standard_error: float
    df: float
    t: float
    p_value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class VarianceComponent:
    """A variance, of a grouping or ``residual``, in the unit of the response squared.

    `sd` is its root. `interval` is of the SD and by profile likelihood; None with two groupings.
    `is_zero`: the likelihood is highest at exactly zero.
    """

    name: str
    variance: float
    sd: float
    interval: Interval | None
    n_groups: int
    is_zero: bool


@dataclass(frozen=True, slots=True)
class MixedFit:
    """A linear mixed model.

    `icc` is the first grouping's share of the variance that the fixed effects leave: the correlation of two
    values of the same group. `variance_p` tests all groupings' variances against zero by the likelihood ratio
    (half a chi-squared of one degree of freedom: with one grouping only, else NaN). `covariance` is of the
    coefficients, in their order. `minus_two_log_likelihood` is of the restricted likelihood for ``reml``.
    """

    fixed: tuple[FixedEffect, ...]
    covariance: Floats
    components: tuple[VarianceComponent, ...]
    icc: float
    icc_interval: Interval | None
    variance_p: float
    minus_two_log_likelihood: float
    n: int
    estimation: Estimation
    method: str
    findings: tuple[Finding, ...]

    @property
    def residual(self) -> VarianceComponent:
        """The variance within groups."""
        return self.components[-1]

    def effect(self, name: str) -> FixedEffect:
        """The coefficient of a column.

        Raises
        ------
        StatisticsError
            ``statistics.option``
        """
        for effect in self.fixed:
            if effect.name == name:
                return effect
        raise StatisticsError(
            "statistics.option", f"The model has no column {name!r}.", remedy="Name one of its columns."
        )


@dataclass(frozen=True, slots=True)
class MixedTest:
    """Whether columns can be left out.

    `f` has `df` and `df_denominator` degrees of freedom (Satterthwaite; REML), and `p_value` is its.
    `likelihood_ratio` compares two ML fits; its p-value is too small with few groups.
    """

    columns: tuple[str, ...]
    f: float
    df: int
    df_denominator: float
    p_value: float
    likelihood_ratio: float
    likelihood_ratio_p: float


def fit_mixed(
    response: npt.ArrayLike,
    groups: Mapping[str, Sequence[str]],
    fixed: Mapping[str, npt.ArrayLike] | None = None,
    *,
    estimation: Estimation = "reml",
    level: float = 0.95,
) -> MixedFit:
    """Fit a linear model with a random intercept for one grouping, or for two (crossed or nested).

    Assumes normal draws for groups and residuals, and the same spread in every group. With fewer than five
    groups their variance is hardly known (``mixed.few-groups``): a fixed effect for each is the better model.

    Parameters
    ----------
    response : (n,), any unit
        Finite values.
    groups : mapping of name to (n,)
        The subject of each value, as text. A second grouping may be crossed with the first (scanner) or
        nested in it (lesion, named so that no two subjects share a name).
    fixed : mapping of name to (n,), any units
        Columns beside the intercept; indicator columns for classes.
    estimation
        ``reml`` for estimates; ``ml`` is biased downward in the variances.

    Returns
    -------
    MixedFit
        Coefficients: the intercept first, then the order of `fixed`. A variance at zero has the finding
        ``mixed.singular``; the degrees of freedom are then those without that grouping.

    Raises
    ------
    StatisticsError
        ``statistics.too-few`` if every group has one value, or no residual is left;
        ``statistics.collinear``; ``statistics.constant`` if the response does not differ, or not within
        groups; ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``,
        ``statistics.no-convergence``

    Notes
    -----
    Bates 2015, eqs. 34 and 39 (profiled deviance); Kuznetsova 2017 (Satterthwaite). Checked to 1e-6
    against R's ``lme4::lmer`` with ``lmerTest`` and ``nlme::lme``, the intervals against the roots of lme4's
    own deviance.

    Examples
    --------
    >>> adc = [1.0, 1.1, 1.3, 1.2, 0.8, 0.7, 0.9, 1.1]
    >>> subject = ["a", "a", "b", "b", "c", "c", "d", "d"]
    >>> fit = fit_mixed(adc, {"subject": subject}, {"high grade": [0, 0, 0, 0, 1, 1, 1, 1]})
    >>> effect = fit.effect("high grade")
    >>> round(effect.value, 3), round(effect.df, 2), round(effect.p_value, 3), round(fit.icc, 3)
    (-0.275, 2.0, 0.228, 0.708)
    """
    check_level(level)
    if estimation not in ("reml", "ml"):
        raise StatisticsError(
            "statistics.option",
            "A mixed model is estimated by 'reml' or 'ml'.",
            remedy="Use reml for estimates; ml is for likelihood-ratio tests.",
        )
    model = MixedDesign(response, groups, fixed or {}, estimation)
    found = fit_ratios(model.likelihood)
    components, icc, icc_interval = _components(model, found, level)
    findings = [_singular(part.name) for part in components[:-1] if part.is_zero]
    findings += [
        _few_groups(part.name, part.n_groups) for part in components[:-1] if part.n_groups < _FEW_GROUPS
    ]
    coefficients, covariance = model.coefficients(found.ratios, found.variance)
    names = (INTERCEPT, *model.names)
    df = [model.satterthwaite(row, found) for row in np.eye(len(names))]
    return MixedFit(
        fixed=tuple(
            _fixed(name, float(coefficients[i]), math.sqrt(float(covariance[i, i])), df[i], level)
            for i, name in enumerate(names)
        ),
        covariance=covariance,
        components=components,
        icc=icc,
        icc_interval=icc_interval,
        variance_p=_variance_p(model, found),
        minus_two_log_likelihood=found.deviance + model.constant,
        n=model.n,
        estimation=estimation,
        method=f"random intercept for {' and '.join(groups)}, {estimation.upper()}; Satterthwaite",
        findings=tuple(findings),
    )


def compare_mixed_columns(
    response: npt.ArrayLike,
    groups: Mapping[str, Sequence[str]],
    fixed: Mapping[str, npt.ArrayLike],
    columns: Sequence[str],
) -> MixedTest:
    """Test whether some columns of a mixed model can be left out.

    Parameters
    ----------
    response, groups, fixed
        As `fit_mixed`.
    columns : names in `fixed`
        Such as the indicators of all grades but one.

    Returns
    -------
    MixedTest

    Raises
    ------
    StatisticsError
        As `fit_mixed`; ``statistics.option`` for a column that the model does not have.

    Notes
    -----
    Fai and Cornelius 1996 for several columns. Checked against ``lmerTest::contestMD`` and R's ``anova`` of
    two ML fits.

    Examples
    --------
    >>> adc = [1.0, 1.1, 1.3, 1.2, 0.8, 0.7, 0.9, 1.1]
    >>> subject = ["a", "a", "b", "b", "c", "c", "d", "d"]
    >>> high = {"high grade": [0, 0, 0, 0, 1, 1, 1, 1]}
    >>> test = compare_mixed_columns(adc, {"subject": subject}, high, ["high grade"])
    >>> round(test.p_value, 3), round(test.likelihood_ratio_p, 3)
    (0.228, 0.057)
    """
    missing = [name for name in columns if name not in fixed]
    if missing or not columns:
        raise StatisticsError(
            "statistics.option",
            "The columns to be tested must be columns of the model.",
            remedy="Name at least one of them.",
        )
    model = MixedDesign(response, groups, fixed, "reml")
    found = fit_ratios(model.likelihood)
    coefficients, covariance = model.coefficients(found.ratios, found.variance)
    at = [1 + model.names.index(name) for name in columns]
    sizes, directions = np.linalg.eigh(covariance[np.ix_(at, at)])
    contrasts = np.zeros((len(at), covariance.shape[0]))
    contrasts[:, at] = directions.T
    f = float(np.sum((contrasts @ coefficients) ** 2 / sizes)) / len(at)
    df_denominator = _joined_df([model.satterthwaite(row, found) for row in contrasts])
    larger = MixedDesign(response, groups, fixed, "ml")
    kept = {name: values for name, values in fixed.items() if name not in columns}
    smaller = MixedDesign(response, groups, kept, "ml")
    ratio = max(
        0.0,
        fit_ratios(smaller.likelihood).deviance
        + smaller.constant
        - fit_ratios(larger.likelihood).deviance
        - larger.constant,
    )
    return MixedTest(
        columns=tuple(columns),
        f=f,
        df=len(at),
        df_denominator=df_denominator,
        p_value=float(fdtrc(len(at), df_denominator, f)),
        likelihood_ratio=ratio,
        likelihood_ratio_p=float(chdtrc(len(at), ratio)),
    )


def _components(
    model: MixedDesign, found: VarianceRatios, level: float
) -> tuple[tuple[VarianceComponent, ...], float, Interval | None]:
    variances = [float(ratio) * found.variance for ratio in found.ratios]
    total = sum(variances) + found.variance
    limits: list[Interval | None] = [None] * (len(variances) + 1)
    icc_interval = None
    if len(variances) == 1:
        for i, which in enumerate(("group", "residual")):
            low, high = profile_interval(model.likelihood, found, which, level)  # type: ignore[arg-type]
            limits[i] = Interval(
                math.sqrt(low) * model.scale, math.sqrt(high) * model.scale, level, "profile-likelihood"
            )
        low, high = profile_interval(model.likelihood, found, "ratio", level)
        icc_interval = Interval(
            low / (1.0 + low), 1.0 if math.isinf(high) else high / (1.0 + high), level, "profile-likelihood"
        )
    squared = model.scale**2
    components = [
        VarianceComponent(
            name, variance * squared, math.sqrt(variance) * model.scale, interval, n_groups, variance == 0.0
        )
        for name, n_groups, variance, interval in zip(
            model.group_names, model.likelihood.n_groups, variances, limits, strict=False
        )
    ]
    components.append(
        VarianceComponent(
            "residual",
            found.variance * squared,
            math.sqrt(found.variance) * model.scale,
            limits[-1],
            0,
            False,
        )
    )
    return tuple(components), variances[0] / total, icc_interval


def _fixed(name: str, value: float, standard_error: float, df: float, level: float) -> FixedEffect:
    half = float(stdtrit(df, (1.0 + level) / 2.0)) * standard_error
    return FixedEffect(
        name=name,
        value=value,
        standard_error=standard_error,
        df=df,
        t=value / standard_error,
        p_value=2.0 * float(stdtr(df, -abs(value) / standard_error)),
        interval=Interval(value - half, value + half, level, "t, satterthwaite"),
    )


def _variance_p(model: MixedDesign, found: VarianceRatios) -> float:
    """The variance at its bound of zero: half the chance is on the bound itself (Self and Liang 1987)."""
    if len(found.ratios) != 1:
        return math.nan
    ratio = model.likelihood.deviance(np.zeros(1)) - found.deviance
    return 1.0 if found.ratios[0] == 0.0 else 0.5 * float(chdtrc(1, max(0.0, ratio)))


def _joined_df(dfs: list[float]) -> float:
    """Denominator degrees of freedom of several independent t tests taken as one F test."""
    if max(dfs) - min(dfs) < 1e-8:
        return float(np.mean(dfs))
    if min(dfs) <= 2.0:
        return 2.0
    expected = sum(df / (df - 2.0) for df in dfs)
    return 2.0 * expected / (expected - len(dfs))


def _singular(name: str) -> Finding:
    return Finding(
        "mixed.singular",
        f"The variance between groups of {name} is estimated as zero: values of a group are no more alike "
        "than "
        "those of different groups, and the model is one without that grouping.",
    )


def _few_groups(name: str, n_groups: int) -> Finding:
    return Finding(
        "mixed.few-groups",
        f"A variance of {n_groups} groups of {name} is hardly known. A fixed effect for each is the better "
        "model.",
    )
