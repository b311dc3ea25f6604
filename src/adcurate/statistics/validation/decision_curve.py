"""Would patients be better off if the rule decided? Net benefit over the threshold probability.

The threshold probability is the risk at which a patient and a doctor would just act: at 10 % one accepts nine
needless interventions for one that was needed. Net benefit counts needed interventions, less the needless
ones at that exchange rate, for each patient seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.statistics.interval import check_level
from adcurate.statistics.marker import check_case_vectors, require_generator
from adcurate.statistics.resampling import bootstrap_indices
from adcurate.statistics.values import finite_vector

_BLOCK_CELLS = 1 << 21


@dataclass(frozen=True, slots=True, eq=False)
class NetBenefit:
    """Net benefit of one strategy at each threshold, (n_thresholds,), with pointwise limits or None.

    `true_positive_share` and `false_positive_share` are per patient of the population, at each threshold.
    """

    value: Floats
    low: Floats | None
    high: Floats | None
    true_positive_share: Floats
    false_positive_share: Floats


@dataclass(frozen=True, slots=True, eq=False)
class DecisionCurve:
    """Net benefit of strategies over the threshold probability.

    `treat_all` intervenes in everybody; treating none has a net benefit of 0. `prevalence` is the one the
    curve holds for, stated or the sample's. `best` is (n_thresholds,), the name of the strategy of greatest
    net benefit (``none`` and ``all`` among them; the simpler one where equal).
    """

    thresholds: Floats
    strategies: Mapping[str, NetBenefit]
    treat_all: Floats
    prevalence: float
    prevalence_is_stated: bool
    best: tuple[str, ...]
    n_positive: int
    n_negative: int
    level: float
    n_resamples: int
    n_undefined: int
    findings: tuple[Finding, ...]

    def avoided_per_100(self, strategy: str) -> Floats:
        """Interventions avoided in 100 patients against treating all, at equal benefit otherwise."""
        gained = self.strategies[strategy].value - self.treat_all
        return np.asarray(100.0 * gained * (1.0 - self.thresholds) / self.thresholds)


def net_benefit(
    sensitivity: npt.ArrayLike, specificity: npt.ArrayLike, prevalence: float, thresholds: npt.ArrayLike
) -> Floats:
    """Net benefit from sensitivity and specificity.

    ``sensitivity * prevalence - (1 - specificity) * (1 - prevalence) * t / (1 - t)``, a share of all patients
    (Vickers and Elkin 2006).

    Examples
    --------
    >>> net_benefit(1.0, 0.65, 0.2, [0.1, 0.2]).round(4).tolist()
    [0.1689, 0.13]
    """
    t = _check_thresholds(thresholds)
    hits = np.asarray(sensitivity, dtype=np.float64) * prevalence
    false_calls = (1.0 - np.asarray(specificity, dtype=np.float64)) * (1.0 - prevalence)
    return np.asarray(hits - false_calls * t / (1.0 - t))


def estimate_decision_curve(
    positive: npt.ArrayLike,
    *,
    rules: Mapping[str, npt.ArrayLike] | None = None,
    risks: Mapping[str, npt.ArrayLike] | None = None,
    thresholds: npt.ArrayLike | None = None,
    prevalence: float | None = None,
    level: float = 0.95,
    rng: np.random.Generator | None = None,
    n_resamples: int = 0,
) -> DecisionCurve:
    """Estimate net benefit of rules and of predicted risks over the threshold probability.

    A rule calls the same cases at every threshold. A risk calls those whose risk is at least the threshold
    (as dcurves does). Nothing is fitted here: the band takes rules and risks as given, so for a rule or model
    made from the same cases both curve and band are optimistic.

    Parameters
    ----------
    positive : (n,), boolean
        The reference standard.
    rules : name to (n,) boolean
        Whether each case is called positive.
    risks : name to (n,), within [0, 1]
        Predicted probability of being positive.
    thresholds : (n_thresholds,), strictly within (0, 1)
        0.01 to 0.99 in steps of 0.01 if not given.
    prevalence : strictly within (0, 1)
        Where the curve shall hold; needed for case-control samples. None: the sample's.
    rng, n_resamples
        For a pointwise percentile band (linear between replicates) over resamples of the cases; 0: none. The
        order of the cases matters to the draws: sort them first. Resamples without cases of both classes
        count as undefined where a prevalence is stated.

    Raises
    ------
    StatisticsError
        ``statistics.one-class``, ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``

    Notes
    -----
    Checked against R code of our own after Vickers and Elkin (2006), on given resamples as well.

    Examples
    --------
    >>> curve = estimate_decision_curve([True, False, False, False], thresholds=[0.2, 0.5],
    ...                                 rules={"ADC": [True, True, False, False]})
    >>> curve.strategies["ADC"].value.tolist(), curve.treat_all.round(4).tolist(), curve.best
    ([0.1875, 0.0], [0.0625, -0.5], ('ADC', 'none'))
    """
    check_level(level)
    t = _check_thresholds(np.linspace(0.01, 0.99, 99) if thresholds is None else thresholds)
    _, flags = check_case_vectors(np.zeros(np.size(positive)), positive, None)
    n, n_positive = flags.size, int(np.count_nonzero(flags))
    if n_positive in (0, n):
        raise StatisticsError(
            "statistics.one-class",
            f"A decision curve needs cases of both classes; {n_positive} of {n} are positive.",
            remedy="Check the outcome groups, or leave this analysis out.",
            n=n,
            n_positive=n_positive,
        )
    if prevalence is not None and not 0.0 < prevalence < 1.0:
        raise StatisticsError(
            "statistics.option",
            "A stated prevalence is a share strictly between 0 and 1.",
            remedy="Write 19 % as 0.19.",
            prevalence=prevalence,
        )
    called = {name: _rule_calls(name, rule, n, t.size) for name, rule in (rules or {}).items()}
    called |= {name: _risk_calls(name, risk, n, t) for name, risk in (risks or {}).items()}
    if not called:
        raise StatisticsError(
            "statistics.option",
            "A decision curve needs a rule or a risk to judge.",
            remedy="Give which cases are called positive, or predicted risks.",
        )
    held_at = n_positive / n if prevalence is None else prevalence
    times = np.zeros((0, n))
    if n_resamples:
        times = _drawn(n, n_resamples, require_generator(rng))
    undefined = (times @ flags == 0) | (times @ ~flags == 0)
    usable = times if prevalence is None else times[~undefined]
    exchange = t / (1.0 - t)

    strategies = {}
    for name, calls in called.items():
        hits, false_calls = _shares(np.ones((1, n)), flags, calls, prevalence)
        value = hits[0] - false_calls[0] * exchange
        low = high = None
        if usable.shape[0] > 1:
            drawn_hits, drawn_false = _shares(usable, flags, calls, prevalence)
            tail = (1.0 - level) / 2.0
            low, high = np.quantile(drawn_hits - drawn_false * exchange, [tail, 1.0 - tail], axis=0)
        strategies[name] = NetBenefit(value, low, high, hits[0], false_calls[0])
    treat_all = held_at - (1.0 - held_at) * exchange
    ladder = {"none": np.zeros(t.size), "all": treat_all} | {
        name: found.value for name, found in strategies.items()
    }
    names, table = list(ladder), np.round(np.stack(list(ladder.values())), 12)
    return DecisionCurve(
        thresholds=t,
        strategies=strategies,
        treat_all=treat_all,
        prevalence=held_at,
        prevalence_is_stated=prevalence is not None,
        best=tuple(names[i] for i in np.argmax(table, axis=0)),
        n_positive=n_positive,
        n_negative=n - n_positive,
        level=level,
        n_resamples=n_resamples,
        n_undefined=int(np.count_nonzero(undefined)) if prevalence is not None else 0,
        findings=(_OPTIMISM,),
    )


def _shares(times: Floats, flags: Bools, calls: Bools, prevalence: float | None) -> tuple[Floats, Floats]:
    """Return true and false positives per patient, (k, n_thresholds), of cases counted `times` (k, n)."""
    n_positive, n_negative = times @ flags, times @ ~flags
    hits, false_calls = (times * flags) @ calls, (times * ~flags) @ calls
    if prevalence is None:
        n = (n_positive + n_negative)[:, None]
        return hits / n, false_calls / n
    return (
        prevalence * hits / n_positive[:, None],
        (1.0 - prevalence) * false_calls / n_negative[:, None],
    )


def _drawn(n: int, n_resamples: int, rng: np.random.Generator) -> Floats:
    """Return (n_resamples, n): how often each case was drawn."""
    rows = max(1, _BLOCK_CELLS // n)
    counted = []
    for start in range(0, n_resamples, rows):
        indices = bootstrap_indices(n, min(rows, n_resamples - start), rng)
        cells = indices + n * np.arange(indices.shape[0])[:, None]
        counted.append(np.bincount(cells.ravel(), minlength=n * indices.shape[0]).reshape(-1, n))
    return np.concatenate(counted).astype(np.float64)


def _rule_calls(name: str, rule: npt.ArrayLike, n: int, n_thresholds: int) -> Bools:
    called = np.asarray(rule)
    if called.shape != (n,) or called.dtype != np.bool_:
        raise StatisticsError(
            "statistics.shape",
            f"The rule {name!r} is one true or false per case.",
            remedy="Give a boolean vector for the same cases, in the same order.",
        )
    return np.repeat(called[:, None], n_thresholds, axis=1)


def _risk_calls(name: str, risk: npt.ArrayLike, n: int, thresholds: Floats) -> Bools:
    values = finite_vector(risk, f"the risks {name!r}")
    if values.size != n or not ((values >= 0.0) & (values <= 1.0)).all():
        raise StatisticsError(
            "statistics.shape",
            f"The risks {name!r} are one probability between 0 and 1 per case.",
            remedy="Give predicted probabilities for the same cases, in the same order.",
        )
    return np.asarray(values[:, None] >= thresholds[None, :])


def _check_thresholds(thresholds: npt.ArrayLike) -> Floats:
    t = np.atleast_1d(np.array(thresholds, dtype=np.float64))
    if t.ndim != 1 or t.size == 0 or not ((t > 0.0) & (t < 1.0)).all():
        raise StatisticsError(
            "statistics.option",
            "Threshold probabilities are shares strictly between 0 and 1.",
            remedy="Write 10 % as 0.1.",
        )
    return t


_OPTIMISM: Final = Finding(
    "decision-curve.apparent",
    "Rules and risks are taken as given. Where they were made from the same cases, net benefit and its band "
    "are optimistic.",
    severity="note",
)
