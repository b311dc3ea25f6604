"""Are modalities equally good in the hands of readers? Obuchowski and Rockette's analysis, Hillis's df.

The areas of readers and modalities are analysed as a two-way layout whose errors are correlated, because
all areas come from the same cases. What is random decides what a result speaks of: other readers, other
cases, or both.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
from scipy.special import chdtrc, fdtrc, ndtr, ndtri, stdtr, stdtrit

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.readers.areas import AreaCovariance, ReaderAreas
from adcurate.statistics.readers.components import (
    VarianceComponents,
    estimate_components,
    unless_rounding,
)
from adcurate.statistics.values import at_least

Sampled = Literal["random", "fixed"]


@dataclass(frozen=True, slots=True)
class ModalityArea:
    """The area of a modality averaged over readers; its error comes from this modality's data alone."""

    modality: str
    value: float
    standard_error: float
    df: float
    interval: Interval
    ms_reader: float
    variance: float
    cov2: float


@dataclass(frozen=True, slots=True)
class ModalityDifference:
    """Two modalities compared on the reader-averaged area: ``difference = first - second``."""

    first: str
    second: str
    difference: float
    standard_error: float
    df: float
    interval: Interval
    t: float
    p_value: float


@dataclass(frozen=True, slots=True)
class ReadersTest:
    """The analysis of a full layout: modalities by readers by cases.

    `f` (with `numerator_df` and `denominator_df`, infinite for fixed readers) tests that all modalities have
    the same reader-averaged area. All three, and `p_value`, are NaN with a single modality or no error
    variance.
    """

    readers: Sampled
    cases: Sampled
    covariance_method: AreaCovariance
    f: float
    numerator_df: float
    denominator_df: float
    p_value: float
    components: VarianceComponents
    areas: tuple[ModalityArea, ...]
    differences: tuple[ModalityDifference, ...]
    n_readers: int
    n_positive: int
    n_negative: int
    method: str
    findings: tuple[Finding, ...]


def compare_modalities(
    areas: ReaderAreas, *, readers: Sampled = "random", cases: Sampled = "random", level: float = 0.95
) -> ReadersTest:
    """Compare modalities on the area averaged over readers, and estimate each modality's own.

    With random readers and cases ``F = MS(T) / (MS(TR) + max(r (Cov2 - Cov3), 0))`` on t - 1 and Hillis's
    denominator degrees of freedom; with fixed readers ``MS(T) / (Var - Cov1 + (r - 1) max(Cov2 - Cov3, 0))``
    on infinite ones; with fixed cases ``MS(T) / MS(TR)`` on (t - 1)(r - 1). A single modality gets the
    interval of its reader-averaged area only. Generalizing to readers is paid for in width.

    Parameters
    ----------
    areas : ReaderAreas
        From `estimate_reader_areas`; two readers or more unless readers are fixed.
    readers, cases : {"random", "fixed"}
        Whether results shall speak of other readers, and of other cases, than these. Not both fixed.

    Returns
    -------
    ReadersTest
        Intervals of areas are cut at 0 and 1, those of differences at -1 and 1.

    Raises
    ------
    StatisticsError
        ``statistics.option``, ``statistics.too-few``

    Notes
    -----
    Obuchowski and Rockette 1995; Hillis 2007, Statistics in Medicine 26:596-619 (degrees of freedom); Hillis,
    Obuchowski and Berbaum 2011; Hillis 2018 for a single modality. Checked against an own calculation in R,
    its ``anova``, and the printed RJafroc analysis of Franken's data (jackknife).

    Examples
    --------
    >>> from adcurate.statistics.readers.areas import estimate_reader_areas
    >>> ratings = [[[6, 9, 10, 14, 9], [7, 8, 7, 12, 8]], [[9, 6, 10, 8, 11], [7, 9, 8, 12, 8]]]
    >>> areas = estimate_reader_areas(ratings, [True, True, False, False, False], modalities=("mean", "min"),
    ...                               readers=("A", "B"), directions=("low", "low"), covariance="delong")
    >>> test = compare_modalities(areas)
    >>> round(test.f, 3), round(test.denominator_df, 3), round(test.p_value, 3)
    (1.0, 1.0, 0.5)
    """
    check_level(level)
    if readers not in ("random", "fixed") or cases not in ("random", "fixed") or readers == cases == "fixed":
        raise StatisticsError(
            "statistics.option",
            "Readers and cases are random or fixed, and not both fixed.",
            remedy="Say which of them stand for others of their kind.",
        )
    n_modalities, n_readers = areas.values.shape
    if readers == "random":
        at_least(n_readers, 2, "the readers")
    components = estimate_components(areas)
    error, df = _error_of_difference(components, n_modalities, n_readers, readers, cases)
    f = numerator_df = p_value = math.nan
    findings: tuple[Finding, ...] = ()
    if n_modalities > 1:
        if error > 0.0:
            f, numerator_df = components.ms_modality / error, n_modalities - 1.0
            p_value = _upper_tail_of_f(f, numerator_df, df)
        else:
            df = math.nan
            findings = (_NO_VARIANCE,) if error == 0.0 else (_SINGLE_CASE,)
    own = tuple(_own_area(areas, i, readers, cases, level) for i in range(n_modalities))
    if any(not area.standard_error > 0.0 for area in own) and not findings:
        findings = (_NO_VARIANCE if all(area.standard_error >= 0.0 for area in own) else _SINGLE_CASE,)
    if readers == "random" and n_readers < _FEW_READERS:
        findings = (*findings, _few_readers(n_readers))
    return ReadersTest(
        readers=readers,
        cases=cases,
        covariance_method=areas.covariance_method,
        f=f,
        numerator_df=numerator_df,
        denominator_df=df if n_modalities > 1 else math.nan,
        p_value=p_value,
        components=components,
        areas=own,
        differences=tuple(
            _difference(own[i], own[j], math.sqrt(2.0 * error / n_readers), df, level)
            for i, j in combinations(range(n_modalities), 2)
        ),
        n_readers=n_readers,
        n_positive=areas.n_positive,
        n_negative=areas.n_negative,
        method=f"Obuchowski-Rockette, {readers} readers, {cases} cases, {areas.covariance_method} covariances"
        + (", Hillis degrees of freedom" if readers == cases else ""),
        findings=findings,
    )


def _error_of_difference(
    found: VarianceComponents, t: int, r: int, readers: Sampled, cases: Sampled
) -> tuple[float, float]:
    """The mean square that modalities are judged against, and its degrees of freedom."""
    if t == 1:
        return math.nan, math.nan
    between = 0.0 if r == 1 else unless_rounding(max(found.cov2 - found.cov3, 0.0), found.variance)
    if readers == "fixed":
        error = found.variance - found.cov1 + (r - 1) * between
        return unless_rounding(error, found.variance), math.inf
    df = float((t - 1) * (r - 1))
    if cases == "fixed":
        return found.ms_interaction, df
    if math.isnan(found.variance):
        return math.nan, math.nan
    error = unless_rounding(found.ms_interaction + r * between)
    return error, _hillis(error, found.ms_interaction, df)


def _hillis(error: float, mean_square: float, df: float) -> float:
    return df * (error / mean_square) ** 2 if mean_square > 0.0 else math.inf


def _own_area(areas: ReaderAreas, i: int, readers: Sampled, cases: Sampled, level: float) -> ModalityArea:
    r = len(areas.readers)
    own = areas.covariance[i * r : (i + 1) * r, i * r : (i + 1) * r]
    variance = float(np.trace(own)) / r
    cov2 = (float(own.sum()) - float(np.trace(own))) / (r * (r - 1)) if r > 1 else math.nan
    row = areas.values[i]
    value = float(row.mean())
    ms_reader = unless_rounding(float(np.sum((row - value) ** 2)) / (r - 1)) if r > 1 else math.nan
    shared = 0.0 if r == 1 else max(cov2, 0.0)
    if math.isnan(variance) and cases == "random":
        error, df = math.nan, math.nan
    elif readers == "fixed":
        error, df = variance + (r - 1) * shared, math.inf
    elif cases == "fixed":
        error, df = ms_reader, r - 1.0
    else:
        error = ms_reader + r * shared
        df = _hillis(error, ms_reader, r - 1.0)
    standard_error = math.sqrt(unless_rounding(error) / r)
    half = _quantile(level, df) * standard_error
    return ModalityArea(
        modality=areas.modalities[i],
        value=value,
        standard_error=standard_error,
        df=df,
        interval=_cut(value, half, 0.0, level),
        ms_reader=ms_reader,
        variance=variance,
        cov2=cov2,
    )


def _difference(
    first: ModalityArea, second: ModalityArea, standard_error: float, df: float, level: float
) -> ModalityDifference:
    difference = first.value - second.value
    half = _quantile(level, df) * standard_error
    t = difference / standard_error if standard_error > 0.0 else math.nan
    return ModalityDifference(
        first=first.modality,
        second=second.modality,
        difference=difference,
        standard_error=standard_error,
        df=df,
        interval=_cut(difference, half, -1.0, level),
        t=t,
        p_value=2.0 * (float(ndtr(-abs(t))) if math.isinf(df) else float(stdtr(df, -abs(t)))),
    )


def _cut(value: float, half: float, least: float, level: float) -> Interval:
    low, high = np.clip([value - half, value + half], least, 1.0).tolist()
    return Interval(low, high, level, _NAME)


def _quantile(level: float, df: float) -> float:
    share = (1.0 + level) / 2.0
    return float(ndtri(share)) if math.isinf(df) else float(stdtrit(df, share))


def _upper_tail_of_f(f: float, numerator_df: float, denominator_df: float) -> float:
    if math.isinf(denominator_df):
        return float(chdtrc(numerator_df, numerator_df * f))
    return float(fdtrc(numerator_df, denominator_df, f))


_NAME: Final = "obuchowski-rockette"
_FEW_READERS: Final = 3
_NO_VARIANCE: Final = Finding(
    "readers.no-variance",
    "An area or a difference does not vary over readers or cases (perfect separation, or readers who agree "
    "exactly): its standard error is zero, and its interval and test say nothing.",
)
_SINGLE_CASE: Final = Finding(
    "readers.single-case", "One class has a single case: the covariance over cases cannot be estimated."
)


def _few_readers(n_readers: int) -> Finding:
    return Finding(
        "readers.few-readers",
        f"{n_readers} readers hardly speak for all readers: their spread is estimated on "
        f"{n_readers - 1} degree of freedom.",
        where={"n_readers": str(n_readers)},
    )
