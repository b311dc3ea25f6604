"""ComBat: shift and rescale each scanner's values so that all scanners agree. When it may not be done.

ComBat was made for thousands of features measured at once: what it borrows between features steadies the
estimate of each. With one or two ADC numbers there is nothing to borrow from, and what is left is subtracting
each scanner's mean and dividing by its spread. Three things follow from its being an estimate of scanner
means: a scanner of one case is moved on to the mean of all, a scanner of one class has its class taken away
unless the class is preserved, and preserving the class before testing it is circular (Nygaard 2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.scanners.strata import check_strata

CombatMethod = Literal["parametric empirical Bayes", "each feature by itself"]
CombatAdjustment = Literal["location and scale", "location"]

_FEWEST_FEATURES = 3
_MOST_STEPS = 10_000
_WELL_ESTIMATED = 5


@dataclass(frozen=True, slots=True)
class CombatFit:
    """Harmonised values and what was taken away.

    `values` is (n, n_features) in the unit of the features. `shift` and `ratio` are (n_strata, n_features),
    strata in the order of their names: a standardized value z became ``(z - shift) / sqrt(ratio)``. `ratio`
    is 1 where only the location was adjusted. `kept_as_is` are features without spread on some scanner,
    which are handed back unchanged (NaN in `shift` and `ratio`).
    """

    values: Floats
    shift: Floats
    ratio: Floats
    strata: tuple[str, ...]
    sizes: tuple[int, ...]
    adjusts: CombatAdjustment
    method: CombatMethod
    kept_as_is: tuple[int, ...]
    n_steps: int
    findings: tuple[Finding, ...]


def harmonize_combat(
    features: npt.ArrayLike,
    stratum: Sequence[str],
    *,
    preserve: npt.ArrayLike | None = None,
    adjusts: CombatAdjustment = "location and scale",
    tolerance: float = 1e-10,
) -> CombatFit:
    """Bring the values of several scanners to one location and scale.

    ``y = a + X b + sd (shift + sqrt(ratio) e)`` for each scanner and feature; shift and ratio get normal and
    inverse gamma priors whose parameters are estimated over features by moments, and their posterior modes
    by alternating until no number changes by more than `tolerance`, relatively. With fewer than three
    features there is no prior to estimate, and each feature is adjusted by itself.

    Parameters
    ----------
    features : (n, n_features), any units
        Finite; one row a case.
    stratum : (n,)
        The scanner of each case, as text; at least two different ones.
    preserve : (n, n_columns), optional
        Numbers whose effect is to be kept, an intercept left out.
    adjusts
        ``location`` when the spread must stay. Where a stratum has a single case only the location can be
        adjusted, of all strata, with the finding ``combat.single-case``.

    Returns
    -------
    CombatFit

    Raises
    ------
    StatisticsError
        ``statistics.collinear`` if the preserved columns tell the scanner, wholly or in part;
        ``statistics.too-few``, ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``,
        ``statistics.constant`` if a feature does not differ within the scanners.

    Notes
    -----
    Johnson, Li and Rabinovic 2007; Fortin 2018. Checked against R's ``sva::ComBat`` (parametric, with and
    without ``mean.only`` and ``mod``) with its stopping rule made as tight as ours; at its own 1e-4 the two
    differ by a few parts in a million.

    Examples
    --------
    >>> fit = harmonize_combat([[1.0], [1.2], [1.4], [2.0], [2.4], [2.8]], ["A"] * 3 + ["B"] * 3)
    >>> fit.method, fit.values.round(3).ravel().tolist()
    ('each feature by itself', [1.542, 1.8, 2.058, 1.542, 1.8, 2.058])
    """
    table = _table(features)
    n, n_features = table.shape
    names = check_strata(stratum, n)
    levels, codes, sizes = np.unique(names, return_inverse=True, return_counts=True)
    if levels.size < 2:
        raise StatisticsError(
            "statistics.too-few",
            "With one scanner there is nothing to harmonize.",
            remedy="Name a column that differs between cases, or leave this analysis out.",
            n_strata=int(levels.size),
        )
    if adjusts not in ("location and scale", "location") or not 0.0 < tolerance < 1.0:
        raise StatisticsError(
            "statistics.option",
            "ComBat adjusts 'location and scale' or 'location', to a tolerance between 0 and 1.",
            remedy="Name one of the two.",
        )
    findings: list[Finding] = []
    used: CombatAdjustment = adjusts
    if sizes.min() < 2 and adjusts == "location and scale":
        used = "location"
    findings += _size_findings(sizes)
    design = _design(np.eye(levels.size)[codes], preserve, n)
    flat = [j for j in range(n_features) if used != "location" and _is_flat(table[:, j], codes, sizes)]
    moving = [j for j in range(n_features) if j not in flat]
    if not moving:
        raise StatisticsError(
            "statistics.constant",
            "No feature differs within every scanner, so no spread can be matched.",
            remedy="Adjust the location only, or check the columns.",
            n_features=n_features,
        )
    has_prior = len(moving) >= _FEWEST_FEATURES
    if not has_prior:
        findings.append(_few_features(len(moving)))
    if flat:
        findings.append(_flat(len(flat)))

    own = table[:, moving]
    middle = own.mean(axis=0)  # taken off first, so that small differences of large numbers keep their digits
    centred = own - middle
    coefficients, *_ = np.linalg.lstsq(design, centred, rcond=None)
    left = centred - design @ coefficients
    scale = np.sqrt(np.mean(left**2, axis=0))
    if np.any(scale <= 1e-13 * np.abs(centred).max(axis=0)):
        raise StatisticsError(
            "statistics.constant",
            "A feature does not differ within the scanners once the preserved columns are taken off.",
            remedy="Leave that feature out, or preserve fewer columns.",
            n_features=n_features,
        )
    grand = (sizes / n) @ coefficients[: levels.size]
    expected = grand + design[:, levels.size :] @ coefficients[levels.size :]
    standardized = (centred - expected) / scale
    shift, ratio, n_steps = _estimate(standardized, codes, sizes, used, has_prior, tolerance)
    harmonized = table.copy()
    harmonized[:, moving] = (standardized - shift[codes]) / np.sqrt(ratio[codes]) * scale + expected + middle
    every_shift, every_ratio = np.full((2, levels.size, n_features), np.nan)
    every_shift[:, moving], every_ratio[:, moving] = shift, ratio
    return CombatFit(
        values=harmonized,
        shift=every_shift,
        ratio=every_ratio,
        strata=tuple(levels.tolist()),
        sizes=tuple(sizes.tolist()),
        adjusts=used,
        method="parametric empirical Bayes" if has_prior else "each feature by itself",
        kept_as_is=tuple(flat),
        n_steps=n_steps,
        findings=tuple(findings),
    )


def _estimate(
    standardized: Floats,
    codes: npt.NDArray[np.int64],
    sizes: npt.NDArray[np.int64],
    used: CombatAdjustment,
    has_prior: bool,
    tolerance: float,
) -> tuple[Floats, Floats, int]:
    """Shift and ratio of each stratum (rows) and feature (columns)."""
    n_features = standardized.shape[1]
    shifts, ratios, most = [], [], 0
    for code, n in enumerate(sizes.tolist()):
        own = standardized[codes == code]
        shift = own.mean(axis=0)
        ratio = np.ones(n_features) if used == "location" else own.var(axis=0, ddof=1)
        if has_prior:
            centre, spread = float(shift.mean()), float(shift.var(ddof=1))
            if used == "location":
                # ComBat weighs every mean as one observation here, whatever its n (sva's mean.only).
                shift = (spread * shift + centre) / (spread + 1.0)
            else:
                shift, ratio, steps = _alternate(own, shift, ratio, centre, spread, n, tolerance)
                most = max(most, steps)
        shifts.append(shift)
        ratios.append(ratio)
    return np.array(shifts), np.array(ratios), most


def _alternate(
    own: Floats, mean: Floats, variance: Floats, centre: float, spread: float, n: int, tolerance: float
) -> tuple[Floats, Floats, int]:
    """Posterior modes of shift and ratio (Johnson 2007, appendix), each given the other, until still."""
    average, dispersion = float(variance.mean()), float(variance.var(ddof=1))
    if dispersion <= 1e-24 * average**2 or spread <= 0.0:
        raise StatisticsError(
            "statistics.constant",
            "All features have the same location or spread on a scanner, so no prior can be estimated.",
            remedy="Check that no feature is given twice; adjust the location only.",
        )
    shape = (2.0 * dispersion + average**2) / dispersion
    rate = (average * dispersion + average**3) / dispersion
    shift, ratio = mean, variance
    within = np.sum((own - mean) ** 2, axis=0)
    for step in range(1, _MOST_STEPS + 1):
        new_shift = (spread * n * mean + ratio * centre) / (spread * n + ratio)
        squares = within + n * (mean - new_shift) ** 2
        new_ratio = (0.5 * squares + rate) / (n / 2.0 + shape - 1.0)
        moved = max(
            float(np.max(np.abs(new_shift - shift) / (np.abs(shift) + 1e-8))),
            float(np.max(np.abs(new_ratio - ratio) / ratio)),
        )
        shift, ratio = new_shift, new_ratio
        if moved <= tolerance:
            return shift, ratio, step
    raise StatisticsError(
        "statistics.no-convergence",
        "ComBat's shift and ratio did not settle.",
        remedy="Ask for a larger tolerance, or adjust the location only.",
        n_steps=_MOST_STEPS,
    )


def _table(features: npt.ArrayLike) -> Floats:
    table = np.asarray(features)
    if table.ndim != 2 or table.shape[1] == 0 or table.dtype.kind not in "iuf":
        raise StatisticsError(
            "statistics.shape",
            "Features must be a table of numbers: one row a case, one column a feature.",
            remedy="Give a single marker as one column.",
        )
    numbers = np.array(table, dtype=np.float64)
    if not np.isfinite(numbers).all():
        raise StatisticsError(
            "statistics.not-finite",
            "Every feature of every case must be finite.",
            remedy="Leave out the lesions that were not estimated, and report how many.",
            n_not_finite=int(np.count_nonzero(~np.isfinite(numbers))),
        )
    return numbers


def _design(batches: Floats, preserve: npt.ArrayLike | None, n: int) -> Floats:
    if preserve is None:
        kept = np.empty((n, 0))
    else:
        kept = np.array(preserve, dtype=np.float64)
        if kept.ndim != 2 or kept.shape[0] != n or not np.isfinite(kept).all():
            raise StatisticsError(
                "statistics.shape",
                "What is preserved must be a table of finite numbers with one row a case.",
                remedy="Give one column for each number, and indicator columns for classes.",
                n=n,
            )
        if kept.shape[1]:
            kept = kept - kept.mean(axis=0)
            kept = kept / np.maximum(np.linalg.norm(kept, axis=0), 1e-300)
    design = np.concatenate([batches, kept], axis=1)
    if np.linalg.matrix_rank(design, tol=1e-9) < design.shape[1]:
        raise StatisticsError(
            "statistics.collinear",
            "What is to be preserved cannot be told apart from the scanner.",
            remedy="Do not harmonize: compare within scanners, or say that scanner and class are confounded.",
            n_columns=int(design.shape[1]),
        )
    if n <= design.shape[1]:
        raise StatisticsError(
            "statistics.too-few",
            f"{n} cases leave nothing to judge {design.shape[1]} means by.",
            remedy="Join strata, or preserve fewer columns.",
            n=n,
        )
    return design


def _is_flat(column: Floats, codes: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> bool:
    return any(
        float(np.ptp(column[codes == code])) <= 1e-14 * float(np.abs(column).max())
        for code in range(sizes.size)
    )


def _size_findings(sizes: npt.NDArray[np.int64]) -> list[Finding]:
    single, few = int(np.count_nonzero(sizes == 1)), int(np.count_nonzero(sizes < _WELL_ESTIMATED))
    findings = []
    if single:
        findings.append(
            Finding(
                "combat.single-case",
                f"{single} of {sizes.size} scanners have a single case, so only the location can be "
                "adjusted. "
                "Without a prior such a case is moved on to what is expected of it, and says nothing any "
                "more.",
                severity="serious",
            )
        )
    if few:
        findings.append(
            Finding(
                "combat.few-cases",
                f"{few} of {sizes.size} scanners have fewer than {_WELL_ESTIMATED} cases: their shift is "
                "mostly "
                "chance, and ComBat takes it for the scanner's.",
            )
        )
    return findings


def _few_features(n: int) -> Finding:
    return Finding(
        "combat.few-features",
        f"ComBat borrows between many features; with {n} there is nothing to borrow, and each is adjusted by "
        "itself: scanner means (and spreads) are made equal, nothing more.",
    )


def _flat(n: int) -> Finding:
    return Finding(
        "combat.flat-feature",
        f"{n} features do not differ on some scanner; they are handed back as they were.",
    )
