"""What would studies of this size have found, if the pilot's lesions were the world?

Each simulated study draws its lesions from the pilot, class by class, and is analysed as a real one: the
empirical area with DeLong's interval. A formula knows the area only; a simulation also knows the pilot's
shape, its ties and what happens near 1. It knows no more than the pilot does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import Interval, check_level
from adcurate.statistics.marker import Direction, check_case_vectors, count_by_value, rule_of
from adcurate.statistics.planning.correlation import CorrelationSpread, spread_factor
from adcurate.statistics.planning.delong_rows import (
    delong_covariance,
    midranks_of_rows,
    placements_of_rows,
)
from adcurate.statistics.planning.size import Units, level_z, refuse_choice
from adcurate.statistics.proportion import wilson_interval
from adcurate.statistics.values import at_least, finite_pair, to_resolution

Drawing = Literal["resample", "smoothed", "binormal"]
DRAWINGS: Final[tuple[Drawing, ...]] = get_args(Drawing)
_BLOCK_VALUES: Final = 1 << 20
_FEW_DEFINED: Final = 0.05
_DRAWN: Final = {
    "resample": "lesions drawn from the pilot with replacement",
    "smoothed": "lesions drawn from the pilot with normal noise added",
    "binormal": "lesions drawn from normal distributions fitted to the pilot",
}


@dataclass(frozen=True, slots=True)
class SimulatedSize:
    """What simulated studies of one size found.

    `power` is the share whose interval leaves the null value out, on the side of the pilot; `half_width` the
    mean half of the interval as printed (cut at its bounds); `half_width_90` what 90 % of the studies stay
    within; `coverage` the share of intervals that hold the pilot's own value. The intervals beside them are
    Monte Carlo error (95 %), not uncertainty about the pilot. `n_undefined` studies had no interval (perfect
    separation, or all values tied): they count as having shown nothing, and have no width.
    """

    units: Units
    power: float
    power_interval: Interval
    half_width: float
    half_width_interval: Interval
    half_width_90: float
    coverage: float
    mean_estimate: float
    n_simulations: int
    n_undefined: int


@dataclass(frozen=True, slots=True)
class Simulation:
    """Simulated studies over sizes. `truth` is the value in the world they were drawn from."""

    sizes: tuple[SimulatedSize, ...]
    truth: float
    null: float
    drawing: Drawing
    level: float
    n_pilot: int
    n_positive: int | None
    n_negative: int | None
    method: str
    findings: tuple[Finding, ...]


def simulate_auc(
    marker: npt.ArrayLike,
    positive: npt.ArrayLike,
    sizes: Sequence[Units],
    *,
    direction: Direction,
    rng: np.random.Generator,
    null: float = 0.5,
    drawing: Drawing = "resample",
    level: float = 0.95,
    n_simulations: int = 2000,
    resolution: float | None = None,
) -> Simulation:
    """Simulate studies of one area from a pilot, with DeLong's interval.

    Parameters
    ----------
    marker, positive : (n,)
        The pilot: at least two of each class.
    sizes
        Each with its classes.
    null
        The area that the interval must leave out for the study to have shown something.
    drawing
        ``resample``: the pilot's own values with replacement. ``smoothed``: these with normal noise of
        Silverman's width added, so that larger studies are not all ties; the area falls a little.
        ``binormal``: normal classes with the pilot's means and SDs.
    level
        Of each interval; the test is two-sided at 1 - level.

    Returns
    -------
    Simulation
        Draws depend on the generator, not on the order of the rows nor on how many sizes come later.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.one-class``, ``statistics.not-finite``, ``statistics.shape``,
        ``statistics.option``

    Notes
    -----
    Every simulated study equals `estimate_auc` with ``interval="delong"`` on its values.

    Examples
    --------
    >>> import numpy as np
    >>> adc = [0.7, 0.8, 0.9, 1.2, 0.85, 1.0, 1.1, 1.3, 1.4, 1.5]
    >>> high_grade = [True] * 4 + [False] * 6
    >>> found = simulate_auc(
    ...     adc, high_grade, [Units(40, 20, 20)], direction="low", rng=np.random.default_rng(1)
    ... )
    >>> round(found.truth, 3), found.sizes[0].power > 0.95
    (0.833, True)
    """
    values, flags = check_case_vectors(marker, positive, resolution)
    count_by_value(values, flags, direction=direction)
    signed = _signed(values, direction)[:, None]
    classes = _classes(signed, flags)
    z = level_z(level)

    def study(drawn: list[Floats]) -> Limits:
        found = placements_of_rows(drawn[0][..., 0], drawn[1][..., 0])
        return _normal_limits(found.area, delong_covariance(found, found), z)

    world = _World(classes, drawing, resolution)
    return _simulate(
        world, study, sizes, null, level, n_simulations, rng, _areas(world)[0], (0.0, 1.0), "DeLong"
    )


def simulate_auc_difference(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    positive: npt.ArrayLike,
    sizes: Sequence[Units],
    *,
    directions: tuple[Direction, Direction],
    rng: np.random.Generator,
    drawing: Drawing = "resample",
    level: float = 0.95,
    n_simulations: int = 2000,
    resolution: float | None = None,
) -> Simulation:
    """Simulate studies of the difference of two markers' areas (first - second), with DeLong's interval.

    A lesion is drawn with both of its values, so that what the markers share is the pilot's. Parameters and
    result as `simulate_auc`; the null difference is 0.

    Raises
    ------
    StatisticsError
        As `simulate_auc`.
    """
    x, flags = check_case_vectors(first, positive, resolution)
    y, _ = check_case_vectors(second, positive, resolution)
    for values, direction in ((x, directions[0]), (y, directions[1])):
        count_by_value(values, flags, direction=direction)
    signed = np.column_stack([_signed(x, directions[0]), _signed(y, directions[1])])
    z = level_z(level)

    def study(drawn: list[Floats]) -> Limits:
        one, other = (placements_of_rows(drawn[0][..., i], drawn[1][..., i]) for i in (0, 1))
        variance = (
            delong_covariance(one, one)
            + delong_covariance(other, other)
            - 2.0 * delong_covariance(one, other)
        )
        return _normal_limits(one.area - other.area, variance, z)

    world = _World(_classes(signed, flags), drawing, resolution)
    areas = _areas(world)
    difference = areas[0] - areas[1]
    return _simulate(
        world, study, sizes, 0.0, level, n_simulations, rng, difference, (-1.0, 1.0), "paired DeLong"
    )


def simulate_spearman(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    sizes: Sequence[Units],
    *,
    rng: np.random.Generator,
    null: float = 0.0,
    spread: CorrelationSpread = "bonett-wright",
    drawing: Literal["resample", "binormal"] = "resample",
    level: float = 0.95,
    n_simulations: int = 2000,
) -> Simulation:
    """Simulate studies of Spearman's rho from a pilot's pairs, with a closed-form interval.

    ``binormal`` draws from the normal pair with the pilot's Pearson correlation.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.constant``, ``statistics.not-finite``, ``statistics.shape``,
        ``statistics.option``

    Notes
    -----
    Every simulated study equals `estimate_spearman` on its pairs.
    """
    first, second = finite_pair(x, y, "the first variable", "the second variable")
    at_least(first.size, 4, "the pilot's pairs")
    if drawing not in ("resample", "binormal"):
        raise refuse_choice("The drawing of pairs", ("resample", "binormal"))
    if np.ptp(first) == 0.0 or np.ptp(second) == 0.0:
        raise StatisticsError(
            "statistics.constant",
            "A variable of the pilot does not differ: it has no correlation.",
            remedy="Check the column.",
            n=first.size,
        )
    z = level_z(level)

    def study(drawn: list[Floats]) -> Limits:
        ranks = [midranks_of_rows(drawn[0][..., i]) for i in (0, 1)]
        rho = _correlation_of_rows(ranks[0], ranks[1])
        n = ranks[0].shape[1]
        share = np.vectorize(lambda r: spread_factor(spread, float(r)))(rho)
        inside = np.where(np.abs(rho) < 1.0 - 1e-12, rho, np.nan)
        half = z * np.sqrt(share / (n - 3))
        return Limits(rho, np.tanh(np.arctanh(inside) - half), np.tanh(np.arctanh(inside) + half))

    spread_factor(spread, 0.0)
    world = _World([_canonical(np.column_stack([first, second]))], drawing, None)
    if drawing == "resample":
        ranks = [midranks_of_rows(values[None, :]) for values in (first, second)]
        truth = float(_correlation_of_rows(ranks[0], ranks[1])[0])
    else:
        pearson = float(_correlation_of_rows(first[None, :], second[None, :])[0])
        truth = 6.0 / math.pi * math.asin(pearson / 2.0)
    return _simulate(
        world, study, sizes, null, level, n_simulations, rng, truth, (-1.0, 1.0), f"Spearman, {spread}"
    )


class Limits(NamedTuple):
    """(rows,) estimates and the limits of their intervals; limits NaN where there is none."""

    estimate: Floats
    low: Floats
    high: Floats


@dataclass(frozen=True, slots=True)
class _World:
    """What studies are drawn from: each class (n, n_variables), and how."""

    classes: list[Floats]
    drawing: Drawing
    resolution: float | None

    def draw(self, counts: Sequence[int], rows: int, rng: np.random.Generator) -> list[Floats]:
        """(rows, count, n_variables) of each class."""
        return [
            to_resolution(_draw(pilot, rows, n, self.drawing, rng), self.resolution)
            for pilot, n in zip(self.classes, counts, strict=True)
        ]


def _draw(pilot: Floats, rows: int, n: int, drawing: Drawing, rng: np.random.Generator) -> Floats:
    if drawing == "binormal":
        noise = rng.standard_normal((rows, n, pilot.shape[1]))
        return np.asarray(pilot.mean(axis=0) + noise @ _root_covariance(pilot).T)
    drawn = pilot[rng.integers(0, pilot.shape[0], size=(rows, n))]
    if drawing == "smoothed":
        noise = rng.standard_normal(drawn.shape)
        drawn = drawn + _silverman(pilot) * (noise @ _root_covariance(pilot).T)
    return np.asarray(drawn)


def _silverman(pilot: Floats) -> float:
    """Width of the noise in SDs (Silverman 1986, eq. 4.14, for one or two variables)."""
    n, d = pilot.shape
    return float((4.0 / ((d + 2.0) * n)) ** (1.0 / (d + 4.0)))


def _root_covariance(pilot: Floats) -> Floats:
    """A root of the covariance; variables that copy each other have one too."""
    values, vectors = np.linalg.eigh(np.atleast_2d(np.cov(pilot, rowvar=False)))
    return np.asarray(vectors * np.sqrt(np.maximum(values, 0.0)))


def _areas(world: _World) -> list[float]:
    """The area of each variable in the world studies are drawn from."""
    positives, negatives = world.classes
    areas = []
    for i in range(positives.shape[1]):
        x, y = positives[:, i], negatives[:, i]
        variance = float(x.var(ddof=1) + y.var(ddof=1))
        if world.drawing == "binormal" and variance > 0.0:
            areas.append(float(ndtr((x.mean() - y.mean()) / math.sqrt(variance))))
            continue
        if world.drawing == "smoothed" and variance > 0.0:
            noise = _silverman(positives) ** 2 * x.var(ddof=1) + _silverman(negatives) ** 2 * y.var(ddof=1)
            areas.append(float(ndtr(np.subtract.outer(x, y) / math.sqrt(noise)).mean()))
            continue
        areas.append(float(placements_of_rows(x[None, :], y[None, :]).area[0]))
    return areas


def _simulate(
    world: _World,
    study: Callable[[list[Floats]], Limits],
    sizes: Sequence[Units],
    null: float,
    level: float,
    n_simulations: int,
    rng: np.random.Generator,
    truth: float,
    bounds: tuple[float, float],
    analysis: str,
) -> Simulation:
    check_level(level)
    if world.drawing not in DRAWINGS:
        raise refuse_choice("The drawing from a pilot", DRAWINGS)
    at_least(n_simulations, 100, "the simulated studies")
    found = []
    for units, own in zip(sizes, rng.spawn(len(sizes)), strict=True):
        counts = _counts_of(units, len(world.classes))
        block = max(1, _BLOCK_VALUES // sum(counts))
        parts = [
            study(world.draw(counts, min(block, n_simulations - done), own))
            for done in range(0, n_simulations, block)
        ]
        every = Limits(*(np.concatenate(column) for column in zip(*parts, strict=True)))
        found.append(_summarize(units, every, truth, null, level, bounds))
    n_classes = [int(values.shape[0]) for values in world.classes]
    with_classes = len(n_classes) == 2
    return Simulation(
        sizes=tuple(found),
        truth=truth,
        null=null,
        drawing=world.drawing,
        level=level,
        n_pilot=sum(n_classes),
        n_positive=n_classes[0] if with_classes else None,
        n_negative=n_classes[1] if with_classes else None,
        method=f"{n_simulations} simulated studies of each size, {_DRAWN[world.drawing]}; {analysis}",
        findings=tuple(_findings(found, min(n_classes))),
    )


def _counts_of(units: Units, n_classes: int) -> list[int]:
    if n_classes == 1:
        return [at_least(units.n, 4, "a simulated study")]
    if units.n_positive is None or units.n_negative is None:
        raise StatisticsError(
            "statistics.option",
            "A simulated study of areas needs its numbers of positives and of negatives.",
            remedy="Give units with both classes.",
        )
    return [
        at_least(count, 2, "a class of a simulated study") for count in (units.n_positive, units.n_negative)
    ]


def _summarize(
    units: Units, every: Limits, truth: float, null: float, level: float, bounds: tuple[float, float]
) -> SimulatedSize:
    defined = np.isfinite(every.low) & np.isfinite(every.high)
    n, n_defined = every.estimate.size, int(np.count_nonzero(defined))
    low, high = every.low[defined], every.high[defined]
    shown = low > null if truth >= null else high < null
    halves = (np.minimum(high, bounds[1]) - np.maximum(low, bounds[0])) / 2.0
    mean = float(halves.mean()) if n_defined else math.nan
    error = (
        1.959963984540054 * float(halves.std(ddof=1)) / math.sqrt(n_defined) if n_defined > 1 else math.nan
    )
    power = float(np.count_nonzero(shown)) / n
    return SimulatedSize(
        units=units,
        power=power,
        power_interval=wilson_interval(round(power * n), n),
        half_width=mean,
        half_width_interval=Interval(mean - error, mean + error, 0.95, "monte-carlo"),
        half_width_90=float(np.quantile(halves, 0.9)) if n_defined else math.nan,
        coverage=float(np.mean((low <= truth) & (truth <= high))) if n_defined else math.nan,
        mean_estimate=float(np.nanmean(every.estimate)) if np.isfinite(every.estimate).any() else math.nan,
        n_simulations=n,
        n_undefined=n - n_defined,
    )


def _findings(found: Sequence[SimulatedSize], smallest: int) -> list[Finding]:
    findings = [
        Finding(
            "sample-size.pilot-as-world",
            f"The simulation takes the pilot for the world, of which it saw {smallest} lesions in its "
            "smallest class. Its own value is uncertain, and the number of cases is as uncertain with it.",
        )
    ]
    without = [one for one in found if one.n_undefined > _FEW_DEFINED * one.n_simulations]
    if without:
        findings.append(
            Finding(
                "sample-size.no-interval",
                f"With {without[0].units.n} cases {without[0].n_undefined} of {without[0].n_simulations} "
                "simulated studies had no interval, mostly because the classes were perfectly separated: "
                "their widths are not counted, and they count as having shown nothing.",
            )
        )
    return findings


def _normal_limits(estimate: Floats, variance: Floats, z: float) -> Limits:
    """The interval of each row; none where the variance is zero, up to rounding."""
    half = np.where(variance > 1e-15, z * np.sqrt(np.maximum(variance, 0.0)), np.nan)
    return Limits(estimate, estimate - half, estimate + half)


def _correlation_of_rows(x: Floats, y: Floats) -> Floats:
    x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
    scale = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(scale > 0.0, (x * y).sum(axis=1) / scale, np.nan))


def _signed(values: Floats, direction: Direction) -> Floats:
    """Values whose high end is the suspicious one."""
    return values if rule_of(direction) == ">=" else -values


def _classes(signed: Floats, flags: npt.NDArray[np.bool_]) -> list[Floats]:
    classes = [_canonical(signed[flags]), _canonical(signed[~flags])]
    for pilot, name in zip(classes, ("the pilot's positives", "the pilot's negatives"), strict=True):
        at_least(pilot.shape[0], 2, name)
    return classes


def _canonical(pilot: Floats) -> Floats:
    """The rows in an order of their own, so that how the table was sorted changes no draw."""
    return np.asarray(pilot[np.lexsort(pilot.T[::-1])])
