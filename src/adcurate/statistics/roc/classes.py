"""Which classes does a marker tell apart? The area of each pair of three or more ordered classes.

One area for "high grade against the rest" hides which grades the marker tells apart; the pairs say it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.groups import compare_mann_whitney
from adcurate.statistics.marker import Direction
from adcurate.statistics.roc.auc import AucEstimate, AucInterval, estimate_auc
from adcurate.statistics.roc.comparison import holm_adjusted
from adcurate.statistics.values import at_least, finite_vector, to_resolution

PairTest = Literal["delong", "mann-whitney"]


@dataclass(frozen=True, slots=True)
class ClassPair:
    """The area for telling `higher` from `lower`: the higher class is the positive one.

    `p_value` is of an area of one half, by `test`, the test that was used; `p_adjusted` is Holm's over all
    pairs.
    """

    lower: str
    higher: str
    area: AucEstimate
    test: PairTest
    p_value: float
    p_adjusted: float
    findings: tuple[Finding, ...]


def compare_class_pairs(
    classes: Mapping[str, npt.ArrayLike],
    *,
    direction: Direction,
    interval: AucInterval = "delong",
    test: PairTest = "delong",
    level: float = 0.95,
    resolution: float | None = None,
    rng: np.random.Generator | None = None,
    n_resamples: int = 2000,
) -> tuple[ClassPair, ...]:
    """Estimate the area of each pair of classes, with its interval and a test adjusted by Holm.

    Each pair is an analysis of its own cases; the third class plays no part. Where DeLong's variance is zero
    (perfect separation) the exact binomial interval and the Mann-Whitney test stand in, and say so.

    Parameters
    ----------
    classes : mapping of name to (n_class,), any one unit
        In order, lowest class first; two or more, each with at least one value.
    direction
        ``"low"``: the marker falls as the class rises.
    test : {"delong", "mann-whitney"}
        ``mann-whitney`` is exact in small samples.

    Returns
    -------
    tuple of ClassPair
        First with second, first with third, and so on.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.not-finite``, ``statistics.shape``, ``statistics.option``

    Notes
    -----
    Hand and Till 2001 take the mean of these areas. Checked against pROC 1.18 ``ci.auc`` and R ``p.adjust``.

    Examples
    --------
    >>> adc = {"G1": [1.4, 1.2, 1.3], "G2": [1.25, 1.0, 1.1], "G3": [0.7, 0.9, 1.05]}
    >>> pairs = compare_class_pairs(adc, direction="low")
    >>> [(pair.lower, pair.higher, round(pair.area.value, 3), pair.test) for pair in pairs]
    [('G1', 'G2', 0.889, 'delong'), ('G1', 'G3', 1.0, 'mann-whitney'), ('G2', 'G3', 0.889, 'delong')]
    """
    if test not in ("delong", "mann-whitney"):
        raise StatisticsError(
            "statistics.option",
            "A pair of classes is tested by delong or by mann-whitney.",
            remedy="Name one of the two.",
        )
    vectors = ordered_classes(classes, 2, resolution)
    pairs = []
    for lower, higher in combinations(vectors, 2):
        marker = np.concatenate([vectors[higher], vectors[lower]])
        positive = np.arange(marker.size) < vectors[higher].size
        area = estimate_auc(
            marker,
            positive,
            direction=direction,
            interval=interval,
            level=level,
            rng=rng,
            n_resamples=n_resamples,
        )
        findings = [_named(own, lower, higher) for own in area.findings]
        if area.interval is not None and not area.standard_error > 0.0 and interval != "exact-binomial":
            exact = estimate_auc(
                marker, positive, direction=direction, interval="exact-binomial", level=level
            )
            area = replace(area, interval=exact.interval)
            findings.append(_named(_EXACT_INTERVAL, lower, higher))
        used, p_value = test, area.p_value
        if test == "mann-whitney" or math.isnan(p_value):
            used, p_value = "mann-whitney", _mann_whitney_p(vectors[higher], vectors[lower])
            if test == "delong":
                findings.append(_named(_OTHER_TEST, lower, higher))
        pairs.append(ClassPair(lower, higher, area, used, p_value, p_value, tuple(findings)))
    adjusted = holm_adjusted([pair.p_value for pair in pairs])
    return tuple(replace(pair, p_adjusted=p) for pair, p in zip(pairs, adjusted, strict=True))


def ordered_classes(
    classes: Mapping[str, npt.ArrayLike], minimum: int, resolution: float | None
) -> dict[str, Floats]:
    """Return the classes as finite vectors at the resolution of ties, each with at least one value."""
    at_least(len(classes), minimum, "the ordered classes")
    vectors = {
        name: to_resolution(finite_vector(values, f"class {name}"), resolution)
        for name, values in classes.items()
    }
    for name, vector in vectors.items():
        at_least(vector.size, 1, f"class {name}")
    return vectors


def _mann_whitney_p(higher: Floats, lower: Floats) -> float:
    if np.all(np.concatenate([higher, lower]) == lower[0]):
        return 1.0
    return compare_mann_whitney(higher, lower).p_value


def _named(finding: Finding, lower: str, higher: str) -> Finding:
    return replace(finding, where={**finding.where, "lower": lower, "higher": higher})


_EXACT_INTERVAL: Final = Finding(
    "classes.exact-interval",
    "The interval asked for has no width for this pair, so the exact binomial one stands in.",
)
_OTHER_TEST: Final = Finding(
    "classes.other-test",
    "DeLong's test is not defined for this pair, so the Mann-Whitney test stands in.",
)
