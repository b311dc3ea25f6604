"""The intraclass correlation coefficient: which part of the spread of readings is the lesions' own.

Six forms share one analysis of variance (Shrout and Fleiss 1979). They differ in what the readers are, a
sample of all readers or these and no others; in whether a reader who reads higher throughout disagrees;
and in whether one reading or the mean of k is meant. A coefficient without its form means nothing, so the
form is asked for and each estimate says it in the words of three traditions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import fdtrc

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.agreement.quantiles import f_quantile
from adcurate.statistics.agreement.readings import finite_readings, is_rounding
from adcurate.statistics.interval import Interval, check_level

IccForm = Literal["1,1", "2,1", "3,1", "1,k", "2,k", "3,k"]
ICC_FORMS: Final[tuple[IccForm, ...]] = get_args(IccForm)

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "1,1": ("ICC(1)", "one-way random effects, absolute agreement, single reading"),
    "2,1": ("ICC(A,1)", "two-way random effects, absolute agreement, single reading"),
    "3,1": ("ICC(C,1)", "two-way mixed effects, consistency, single reading"),
    "1,k": ("ICC(k)", "one-way random effects, absolute agreement, mean of k readings"),
    "2,k": ("ICC(A,k)", "two-way random effects, absolute agreement, mean of k readings"),
    "3,k": ("ICC(C,k)", "two-way mixed effects, consistency, mean of k readings"),
}
# A sum of mean squares below this part of its terms has no digits left.
_CANCELLED: Final = 1e-12
_FEWEST_DEGREES: Final = 1e-3
_SPSS_MODEL: Final = {"1": "one-way random", "2": "two-way random", "3": "two-way mixed"}


@dataclass(frozen=True, slots=True)
class MeanSquares:
    """The analysis of variance behind every form: lesions (rows), readers (columns), and what is left."""

    between_lesions: float
    within_lesions: float
    between_readers: float
    residual: float


@dataclass(frozen=True, slots=True)
class IccEstimate:
    """One form of the coefficient.

    `mcgraw_wong` and `spss` name the same form elsewhere; `model` says it in words. `f_statistic`, `df1`,
    `df2` and `p_value` are of the test that the coefficient is zero. The value may be negative, and is
    kept so: the readings of one lesion then differ more than lesions do. NaN where it is not defined.
    """

    form: IccForm
    value: float
    interval: Interval
    f_statistic: float
    df1: int
    df2: int
    p_value: float
    n_lesions: int
    n_readers: int
    model: str
    mcgraw_wong: str
    spss: str


@dataclass(frozen=True, slots=True)
class IccForms:
    """All six forms of one table of readings."""

    forms: Mapping[str, IccEstimate]
    mean_squares: MeanSquares
    n_lesions: int
    n_readers: int
    method: str
    findings: tuple[Finding, ...]

    def __getitem__(self, form: str) -> IccEstimate:
        return self.forms[form]


def estimate_icc(readings: npt.ArrayLike, *, form: IccForm, level: float = 0.95) -> IccEstimate:
    """Estimate one form of the intraclass correlation; `estimate_icc_forms` gives the details.

    Raises
    ------
    StatisticsError
        ``statistics.option`` for an unknown form, and the codes of `estimate_icc_forms`.

    Examples
    --------
    >>> judges = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> round(estimate_icc(judges, form="2,1").value, 2)
    0.29
    """
    if form not in ICC_FORMS:
        raise StatisticsError(
            "statistics.option",
            f"The form of the intraclass correlation is one of {'; '.join(ICC_FORMS)}.",
            remedy='For readers who stand for all readers, single readings and absolute agreement: "2,1".',
        )
    return estimate_icc_forms(readings, level=level)[form]


def estimate_icc_forms(readings: npt.ArrayLike, *, level: float = 0.95) -> IccForms:
    """Estimate all six forms with their F intervals.

    Reading = lesion + reader + residual, every effect normal. The intervals of forms 1 and 3 are exact
    under that model; that of form 2 uses Satterthwaite's degrees of freedom and is approximate. Outliers
    move all of them, and a wide range of lesions raises all of them: a coefficient is no precision.

    Parameters
    ----------
    readings : (n_lesions, n_readers), any unit
        Every cell filled: a lesion that one reader did not read is left out, and counted, before.

    Returns
    -------
    IccForms
        Unclipped. A form whose denominator is zero or negative is NaN, and a lower limit that runs out
        of bounds is -inf, with a finding.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.too-few`` (two lesions),
        ``statistics.constant`` when no reading differs.

    Notes
    -----
    Shrout and Fleiss 1979 (published example .17 .29 .71 .44 .62 .91); McGraw and Wong 1996, table 7, for
    the interval of form 2. Checked against psych 2.2.9 (``ICC(lmer = FALSE)``).
    """
    check_level(level)
    table = finite_readings(readings)
    n, k = table.shape
    if is_rounding(float(np.ptp(table)), table):
        raise StatisticsError(
            "statistics.constant",
            "All readings are the same number: no part of their spread can be given to lesions or readers.",
            remedy="Check the table, or leave this statistic out.",
            n=n,
        )
    squares = _mean_squares(table)
    forms = (
        _one_way(squares, n, k, level) | _absolute(squares, n, k, level) | _consistency(squares, n, k, level)
    )
    return IccForms(
        forms={form: forms[form] for form in ICC_FORMS},
        mean_squares=squares,
        n_lesions=n,
        n_readers=k,
        method="analysis of variance; F intervals (Shrout and Fleiss 1979, McGraw and Wong 1996)",
        findings=tuple(_findings(forms, squares, n)),
    )


def _mean_squares(table: Floats) -> MeanSquares:
    n, k = table.shape
    of_lesion, of_reader = table.mean(axis=1), table.mean(axis=0)
    within = table - of_lesion[:, None]
    residual = within - (of_reader - table.mean())
    sums = [
        k * float(np.sum((of_lesion - table.mean()) ** 2)),
        float(np.sum(within**2)),
        n * float(np.sum((of_reader - table.mean()) ** 2)),
        float(np.sum(residual**2)),
    ]
    spreads = [np.ptp(of_lesion), np.max(np.abs(within)), np.ptp(of_reader), np.max(np.abs(residual))]
    freedom = [n - 1, n * (k - 1), k - 1, (n - 1) * (k - 1)]
    return MeanSquares(
        *(
            0.0 if is_rounding(float(spread), table) else total / degrees
            for total, spread, degrees in zip(sums, spreads, freedom, strict=True)
        )
    )


def _one_way(squares: MeanSquares, n: int, k: int, level: float) -> dict[str, IccEstimate]:
    rows, within = squares.between_lesions, squares.within_lesions
    return _ratio_forms("1", rows, within, n - 1, n * (k - 1), n, k, level)


def _consistency(squares: MeanSquares, n: int, k: int, level: float) -> dict[str, IccEstimate]:
    rows, residual = squares.between_lesions, squares.residual
    return _ratio_forms("3", rows, residual, n - 1, (n - 1) * (k - 1), n, k, level)


def _ratio_forms(
    model: str, rows: float, error: float, df1: int, df2: int, n: int, k: int, level: float
) -> dict[str, IccEstimate]:
    """Forms that depend on one ratio of mean squares, whose interval is F's own."""
    upper = (1.0 + level) / 2.0
    low_by, high_by = f_quantile(upper, df1, df2), f_quantile(upper, df2, df1)
    # Each limit is the estimate with the ratio divided or multiplied by a quantile of F.
    single = tuple(
        _share(rows - scale * error, rows + (k - 1) * scale * error) for scale in (1.0, low_by, 1.0 / high_by)
    )
    mean = tuple(_share(rows - scale * error, rows) for scale in (1.0, low_by, 1.0 / high_by))
    test = _f_test(rows, error, df1, df2)
    return {
        f"{model},1": _estimate(f"{model},1", single, test, n, k, level, "f"),
        f"{model},k": _estimate(f"{model},k", mean, test, n, k, level, "f"),
    }


def _absolute(squares: MeanSquares, n: int, k: int, level: float) -> dict[str, IccEstimate]:
    rows, columns, error = squares.between_lesions, squares.between_readers, squares.residual
    single = _share(rows - error, rows + (k - 1 - k / n) * error + k * columns / n)
    mean = _bounded(rows - error, rows, (columns - error) / n, math.nan)
    test = _f_test(rows, error, n - 1, (n - 1) * (k - 1))
    limits: tuple[tuple[float, ...], tuple[float, ...]]
    if columns == 0.0 and error == 0.0:
        limits = ((1.0, 1.0), (1.0, 1.0))
    elif (degrees := _satterthwaite(single, columns, error, n, k)) < _FEWEST_DEGREES:
        limits = ((math.nan, math.nan), (math.nan, math.nan))
    else:
        upper = (1.0 + level) / 2.0
        low_by, high_by = f_quantile(upper, n - 1, degrees), 1.0 / f_quantile(upper, degrees, n - 1)
        limits = (
            tuple(
                _share(
                    n * (rows - scale * error),
                    n * rows + scale * (k * columns + (k * n - k - n) * error),
                )
                for scale in (low_by, high_by)
            ),
            tuple(
                _bounded(n * (rows - scale * error), n * rows, scale * (columns - error), -math.inf)
                for scale in (low_by, high_by)
            ),
        )
    return {
        "2,1": _estimate("2,1", (single, *limits[0]), test, n, k, level, "f-satterthwaite"),
        "2,k": _estimate("2,k", (mean, *limits[1]), test, n, k, level, "f-satterthwaite"),
    }


def _share(above: float, below: float) -> float:
    """A ratio of mean squares; a mean of readings without any spread has none, however bad the readings."""
    if below > 0.0:
        return above / below
    return -math.inf if below == 0.0 and above < 0.0 else math.nan


def _bounded(above: float, lesions: float, others: float, without: float) -> float:
    """A ratio whose denominator is a sum that may come to nothing, or less: then `without`."""
    below = lesions + others
    return above / below if below > _CANCELLED * (lesions + abs(others)) else without


def _satterthwaite(single: float, columns: float, error: float, n: int, k: int) -> float:
    """Degrees of freedom of the error that form 2 is compared with; 0 where the coefficient has none."""
    if not math.isfinite(single):
        return 0.0
    of_readers = k * single * columns
    of_error = (n * (1.0 - single) + k * single * (n - 1)) * error
    spread = of_readers**2 / (k - 1) + of_error**2 / ((n - 1) * (k - 1))
    return (of_readers + of_error) ** 2 / spread if spread > 0.0 else 0.0


def _f_test(rows: float, error: float, df1: int, df2: int) -> tuple[float, int, int, float]:
    ratio = rows / error if error > 0.0 else math.inf
    return ratio, df1, df2, float(fdtrc(df1, df2, ratio)) if math.isfinite(ratio) else 0.0


def _estimate(
    form: str,
    numbers: tuple[float, ...],
    test: tuple[float, int, int, float],
    n: int,
    k: int,
    level: float,
    method: str,
) -> IccEstimate:
    value, low, high = numbers
    mcgraw_wong, model = _NAMES[form]
    definition = "consistency" if form[0] == "3" else "absolute agreement"
    measures = "single" if form[2] == "1" else "average"
    known: IccForm = next(name for name in ICC_FORMS if name == form)
    return IccEstimate(
        known,
        value,
        Interval(low, high, level, method),
        *test,
        n_lesions=n,
        n_readers=k,
        model=model,
        mcgraw_wong=mcgraw_wong,
        spss=f"{_SPSS_MODEL[form[0]]}"
        + (f", {definition}" if form[0] != "1" else "")
        + f", {measures} measures",
    )


def _findings(forms: Mapping[str, IccEstimate], squares: MeanSquares, n: int) -> list[Finding]:
    found = []
    if forms["3,1"].value < 0.0:
        found.append(
            Finding(
                "icc.negative",
                "An intraclass correlation is negative: readings of one lesion differ more than lesions do.",
            )
        )
    if squares.residual == 0.0:
        found.append(
            Finding(
                "icc.no-residual",
                "The readers differ by the same number in every lesion: intervals without width say nothing.",
            )
        )
    if any(
        not math.isfinite(number) for form in forms.values() for number in (form.value, form.interval.low)
    ):
        found.append(
            Finding(
                "icc.undefined",
                "The lesions differ too little for every form or limit of the coefficient to exist.",
            )
        )
    if n < 30:
        found.append(
            Finding(
                "icc.few-lesions",
                f"{n} lesions were read by all; below 30 the coefficient hangs on which they are.",
                severity="note",
            )
        )
    return found
