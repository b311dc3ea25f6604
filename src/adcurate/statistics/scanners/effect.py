"""Does the scanner move the marker, beside the outcome, and does it change what the outcome does?

A linear model: the marker by outcome and by scanner columns. The share of variance that scanners explain
is printed beside the share that as many columns of chance would explain, because with few cases and many
scanners the second is not small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import check_level
from adcurate.statistics.marker import check_case_vectors
from adcurate.statistics.scanners.least_squares import (
    Difference,
    NestedTest,
    adjusted_difference,
    compare_nested,
    indicators,
)


@dataclass(frozen=True, slots=True)
class FactorEffect:
    """One scanner column. `test` is beside the outcome; `beside_others` beside the other columns as well.

    `beside_others` is None for a single column, or where the others already say which level it is.
    `interaction` asks whether the classes differ by the same amount on every level; None unless two levels
    hold both classes.
    """

    name: str
    levels: tuple[str, ...]
    sizes: tuple[int, ...]
    test: NestedTest | None
    beside_others: NestedTest | None
    interaction: NestedTest | None


@dataclass(frozen=True, slots=True)
class ScannerEffect:
    """`factors` one by one and `combined`, whose levels are the combinations that occur.

    `unadjusted` is the difference of class means (positive minus negative, pooled variance) and `adjusted`
    the same beside the combinations: a difference within scanners. `adjusted` is None where no scanner holds
    both classes.
    """

    n: int
    n_positive: int
    factors: tuple[FactorEffect, ...]
    combined: FactorEffect
    unadjusted: Difference
    adjusted: Difference | None
    findings: tuple[Finding, ...]


def estimate_scanner_effect(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    factors: Mapping[str, Sequence[str]],
    *,
    level: float = 0.95,
) -> ScannerEffect:
    """Estimate what scanner columns do to a marker beside the outcome, and the outcome beside them.

    Ordinary least squares on indicator columns, F tests of nested models. Assumes a like spread on all
    scanners; with strata of one or two cases nothing of that can be checked.

    Parameters
    ----------
    marker : (n,), any unit
        Finite values.
    positive : (n,), boolean
        The reference standard.
    factors : mapping of name to (n,) levels
        Vendor, field strength, b-values: at least one, each as text.

    Returns
    -------
    ScannerEffect
        A factor with one level has no test (None).

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``, ``statistics.one-class``,
        ``statistics.too-few`` if the combinations leave no residual, ``statistics.constant``

    Notes
    -----
    Checked against R's ``anova`` of nested ``lm`` fits and the coefficient table of ``lm``.

    Examples
    --------
    >>> adc = [0.8, 0.9, 1.2, 1.4, 0.7, 1.0, 1.3, 1.2]
    >>> high = [True, True, False, False, True, True, False, False]
    >>> effect = estimate_scanner_effect(adc, high, {"vendor": ["A"] * 4 + ["B"] * 4})
    >>> round(effect.adjusted.value, 3), round(effect.combined.test.p_value, 3)
    (-0.425, 0.786)
    """
    check_level(level)
    values, flags = check_case_vectors(marker, positive, None)
    n, n_positive = flags.size, int(np.count_nonzero(flags))
    columns = {name: tuple(str(entry) for entry in levels) for name, levels in factors.items()}
    if not columns or any(len(levels) != n for levels in columns.values()):
        raise StatisticsError(
            "statistics.shape",
            "Each scanner column must hold one entry for each case, and there must be one column.",
            remedy="Give vendor, field strength or b-values of the same cases, in the same order.",
            n=n,
        )
    if n_positive in (0, n):
        raise StatisticsError(
            "statistics.one-class",
            f"A marker needs cases of both classes; {n_positive} of {n} are positive.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n=n,
            n_positive=n_positive,
        )
    classes = np.stack([~flags, flags], axis=1).astype(np.float64)
    combined = tuple(" · ".join(entries) for entries in zip(*columns.values(), strict=True))
    findings: list[Finding] = []
    try:
        adjusted = adjusted_difference(values, flags, indicators(combined), level)
    except StatisticsError as trouble:
        if trouble.code != "statistics.collinear":
            raise
        adjusted = None
        findings.append(_CONFOUNDED)
    return ScannerEffect(
        n=n,
        n_positive=n_positive,
        factors=tuple(_factor(name, values, classes, columns) for name in columns),
        combined=_factor("combined", values, classes, {"combined": combined}),
        unadjusted=adjusted_difference(values, flags, np.ones((n, 1)), level),
        adjusted=adjusted,
        findings=tuple(findings),
    )


def _factor(name: str, values: Floats, classes: Floats, columns: Mapping[str, Sequence[str]]) -> FactorEffect:
    own = indicators(columns[name])
    names, sizes = np.unique(np.asarray(columns[name], dtype=str), return_counts=True)
    others = [indicators(levels) for other, levels in columns.items() if other != name]
    beside = np.concatenate([classes, *others], axis=1)
    both = np.concatenate([classes, own], axis=1)
    crossed = np.concatenate([own * classes[:, :1], own * classes[:, 1:]], axis=1)
    return FactorEffect(
        name=name,
        levels=tuple(names.tolist()),
        sizes=tuple(sizes.tolist()),
        test=compare_nested(values, classes, both),
        beside_others=_or_none(values, beside, np.concatenate([beside, own], axis=1)) if others else None,
        interaction=_or_none(values, both, crossed),
    )


def _or_none(values: Floats, smaller: Floats, larger: Floats) -> NestedTest | None:
    """The test, or None where these columns leave no residual: the simpler tests stand nevertheless."""
    try:
        return compare_nested(values, smaller, larger)
    except StatisticsError as trouble:
        if trouble.code not in ("statistics.too-few", "statistics.constant"):
            raise
        return None


_CONFOUNDED = Finding(
    "scanners.confounded",
    "No scanner holds cases of both classes: what is called an effect of the outcome may be an effect of the "
    "scanner, and these cases cannot tell.",
    severity="serious",
)
