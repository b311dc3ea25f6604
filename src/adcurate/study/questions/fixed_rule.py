"""The rule that a question judges: a stated cut-off, or the one that the sample chooses."""

from __future__ import annotations

from dataclasses import dataclass

from adcurate.arrays import Bools, Floats
from adcurate.errors import StatisticsError
from adcurate.model.cases import CaseTable
from adcurate.statistics.cutoff import estimate_youden
from adcurate.statistics.marker import Direction, rule_of
from adcurate.statistics.values import to_resolution
from adcurate.study.questions.roc_cases import positives_of, with_outcome


@dataclass(frozen=True, slots=True, eq=False)
class FixedRule:
    """A marker's complete cases in the order of their values, and the rule applied to them."""

    marker: Floats
    positive: Bools
    direction: Direction
    cutoff: float
    rule: str
    is_stated: bool
    n_missing: int

    @property
    def called(self) -> Bools:
        """Whether each case is called positive, (n,)."""
        return self.marker <= self.cutoff if self.rule == "<=" else self.marker >= self.cutoff


def check_stated_cutoff(cutoff: float | None, names: tuple[str, ...]) -> None:
    """A stated cut-off belongs to one marker.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    if cutoff is not None and len(names) != 1:
        raise StatisticsError(
            "statistics.option",
            f"A stated cut-off belongs to one marker; {len(names)} are asked for.",
            remedy="Name the one marker it is for, in its own unit.",
        )


def fixed_rule(cases: CaseTable, name: str, cutoff: float | None) -> FixedRule:
    """The rule of a marker on its complete cases.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.one-class``, ``statistics.constant``
    """
    complete, n_missing = with_outcome(cases, [name])
    marker, positive = complete.marker(name), positives_of(complete)
    by_value = sorted(range(marker.size), key=lambda i: (marker[i], positive[i]))
    marker, positive = marker[by_value], positive[by_value]
    direction = complete.directions[name]
    if cutoff is None:
        limit = estimate_youden(marker, positive, direction=direction, interval="none").cutoff
    else:
        limit = float(to_resolution([cutoff], cases.resolution)[0])
    return FixedRule(marker, positive, direction, limit, rule_of(direction), cutoff is not None, n_missing)
