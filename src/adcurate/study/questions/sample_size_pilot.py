"""What a pilot says of the quantity that a study is planned for, and studies drawn from it."""

from __future__ import annotations

import math

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.model.answers.sample_size import Pilot, SampleSizeQuestion
from adcurate.model.cases import CaseTable
from adcurate.statistics.correlation import estimate_spearman
from adcurate.statistics.planning import (
    SampleSize,
    Simulation,
    Units,
    simulate_auc,
    simulate_auc_difference,
    simulate_spearman,
)
from adcurate.statistics.planning.size import units_by_ratio
from adcurate.statistics.roc import estimate_auc
from adcurate.study.questions.roc_cases import markers_of, positives_of, with_outcome
from adcurate.study.streams import Streams

_OF_AREAS = ("auc", "groups", "auc-difference")
_SHARES = (0.5, 0.75, 1.0, 1.5, 2.0)


def pilot_of(question: SampleSizeQuestion, cases: CaseTable, level: float) -> Pilot | None:
    """The pilot's own estimate; None for a design that takes nothing from a pilot.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``
    StatisticsError
        ``statistics.option`` when markers are not named as the design needs them, and the codes of
        `estimate_auc` and `estimate_spearman`.
    """
    if question.design in _OF_AREAS:
        names = _names(question, cases, 2 if question.design == "auc-difference" else 1)
        complete, n_missing = with_outcome(cases, names)
        return _areas(complete, names, n_missing, level)
    if question.design == "correlation":
        labels, x, y = _pairs_of(question, cases)
        found = estimate_spearman(x, y, interval="bonett-wright", level=level)
        known = found.interval if found.interval and math.isfinite(found.interval.low) else None
        return Pilot(labels, found.rho, known, found.n, None, None, len(cases) - found.n)
    return None


def simulated(
    asked: SampleSizeQuestion, cases: CaseTable, size: SampleSize, level: float, streams: Streams
) -> Simulation:
    """Draw studies of half to twice the number from the pilot.

    Raises
    ------
    StatisticsError
        ``statistics.option`` for a design without a simulation, and the codes of the simulations.
    """
    if asked.goal == "power":
        level = 1.0 - (2.0 * asked.alpha if asked.one_sided else asked.alpha)
    if asked.design in ("auc", "auc-difference"):
        names = _names(asked, cases, 2 if asked.design == "auc-difference" else 1)
        complete, _ = with_outcome(cases, names)
        sizes = _around(size, asked.ratio or 1.0)
        positive = positives_of(complete)
        rng = streams.rng("sample-size", asked.design, *names)
        if len(names) == 2:
            return simulate_auc_difference(
                complete.marker(names[0]),
                complete.marker(names[1]),
                positive,
                sizes,
                directions=(complete.directions[names[0]], complete.directions[names[1]]),
                rng=rng,
                drawing=asked.drawing,
                level=level,
                n_simulations=asked.simulations,
                resolution=complete.resolution,
            )
        return simulate_auc(
            complete.marker(names[0]),
            positive,
            sizes,
            direction=complete.directions[names[0]],
            rng=rng,
            null=0.5 if asked.null is None else asked.null,
            drawing=asked.drawing,
            level=level,
            n_simulations=asked.simulations,
            resolution=complete.resolution,
        )
    if asked.design == "correlation":
        labels, x, y = _pairs_of(asked, cases)
        if asked.drawing == "smoothed":
            raise StatisticsError(
                "statistics.option",
                "Pairs of a correlation are drawn as resample or binormal.",
                remedy="Name one of the two as drawing.",
            )
        return simulate_spearman(
            x,
            y,
            _around(size, None),
            rng=streams.rng("sample-size", asked.design, *labels),
            null=asked.null or 0.0,
            drawing="binormal" if asked.drawing == "binormal" else "resample",
            level=level,
            n_simulations=asked.simulations,
        )
    raise StatisticsError(
        "statistics.option",
        f"The design {asked.design} has no simulation from a pilot.",
        remedy="Simulate areas, differences of areas or correlations; for groups, an area against 0.5.",
    )


def _around(size: SampleSize, ratio: float | None) -> tuple[Units, ...]:
    """Sizes from half to twice the number; the number itself as it is."""
    if ratio is None:
        counts = sorted({max(6, round(share * size.units.n)) for share in _SHARES})
        return tuple(Units(n) for n in counts)
    n_positive, n_negative = size.units.n_positive or 2, size.units.n_negative or 2
    by_ratio = units_by_ratio(n_negative / n_positive)
    chosen = {
        units.n: units
        for units in (by_ratio(max(3, round(share * n_positive))) for share in _SHARES if share != 1.0)
    }
    chosen[size.units.n] = size.units
    return tuple(chosen[n] for n in sorted(chosen))


def _names(question: SampleSizeQuestion, cases: CaseTable, n: int) -> tuple[str, ...]:
    names = question.markers or tuple(cases.markers)[:n]
    if len(names) != n:
        raise StatisticsError(
            "statistics.option",
            f"This design is planned for {n} marker{'s' if n > 1 else ''}; {len(names)} are named.",
            remedy="Name them as markers; ask again for another marker.",
            n=len(names),
        )
    return markers_of(names, cases)


def _areas(complete: CaseTable, names: tuple[str, ...], n_missing: int, level: float) -> Pilot:
    positive = positives_of(complete)
    found = [
        estimate_auc(
            complete.marker(name),
            positive,
            direction=complete.directions[name],
            interval="delong",
            level=level,
            resolution=complete.resolution,
        )
        for name in names
    ]
    first = found[0]
    known = first.interval if first.interval and first.standard_error > 0.0 else None
    pilot = Pilot(names, first.value, known, len(complete), first.n_positive, first.n_negative, n_missing)
    if len(names) == 1:
        return pilot
    x, y = (complete.marker(name) * (1.0 if complete.directions[name] == "high" else -1.0) for name in names)
    return Pilot(
        names,
        first.value,
        None,
        len(complete),
        first.n_positive,
        first.n_negative,
        n_missing,
        second=found[1].value,
        r_positive=_normal_correlation(x, y, positive),
        r_negative=_normal_correlation(x, y, ~positive),
    )


def _normal_correlation(x: Floats, y: Floats, chosen: Bools) -> float | None:
    """The normal correlation that has these lesions' Spearman correlation; None with fewer than four."""
    if np.count_nonzero(chosen) < 4 or np.ptp(x[chosen]) == 0.0 or np.ptp(y[chosen]) == 0.0:
        return None
    rho = estimate_spearman(x[chosen], y[chosen], interval="none").rho
    return 2.0 * math.sin(math.pi * rho / 6.0)


def _pairs_of(question: SampleSizeQuestion, cases: CaseTable) -> tuple[tuple[str, ...], Floats, Floats]:
    """The two columns of a correlation, complete rows only."""
    other = (question.column,) if question.column else ()
    labels = (*_names(question, cases, 2 - len(other)), *other)
    x, y = (cases.numbers(name) for name in labels)
    kept = np.isfinite(x) & np.isfinite(y)
    return labels, x[kept], y[kept]
