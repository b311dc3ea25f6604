"""Conditions on rows, as a person writes them: ``sample_type = resection and interval_days <= 90``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from adcurate.arrays import Bools
from adcurate.errors import StatisticsError
from adcurate.model.cases import CaseTable

_CONDITION: Final = re.compile(r"\s*(?P<column>.+?)\s*(?P<sign><=|>=|!=|≤|≥|≠|=|<|>)\s*(?P<value>.+?)\s*")
_SIGNS: Final = {"≤": "<=", "≥": ">=", "≠": "!="}
_COMPARE: Final[dict[str, Callable[[float, float], bool]]] = {
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
}


@dataclass(frozen=True, slots=True)
class Condition:
    """``column sign value``."""

    column: str
    sign: str
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Selection:
    """(n,) rows that meet every condition, and how many cannot be told because a cell is blank."""

    chosen: Bools
    n_unknown: int


def parse_conditions(text: str) -> tuple[Condition, ...]:
    """Read conditions joined by `` and ``.

    Raises
    ------
    StatisticsError
        ``statistics.option``

    Examples
    --------
    >>> parse_conditions("lesion_type = primary and interval_days <= 90")[1]
    Condition(column='interval_days', sign='<=', value='90')
    """
    conditions = []
    for part in re.split(r"\s+and(?:\s+|$)", text.strip()):
        found = _CONDITION.fullmatch(part)
        if found is None:
            raise StatisticsError(
                "statistics.option",
                f"{part!r} is no condition.",
                remedy='Write a column, a sign (= != <= >= < >) and a value: "interval_days <= 90".',
            )
        sign = _SIGNS.get(found["sign"], found["sign"])
        conditions.append(Condition(found["column"].strip(), sign, found["value"].strip().strip("'\"")))
    return tuple(conditions)


def select(cases: CaseTable, conditions: tuple[Condition, ...]) -> Selection:
    """Say which rows meet every condition. Text is compared without regard to case, numbers as numbers.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value`` (with the row).
    StatisticsError
        ``statistics.option``: an order asked of something that is no number.
    """
    chosen = np.ones(len(cases), dtype=np.bool_)
    unknown = np.zeros(len(cases), dtype=np.bool_)
    for condition in conditions:
        met, blank = _meet(cases, condition)
        chosen &= met
        unknown |= blank
    return Selection(chosen & ~unknown, int(np.count_nonzero(unknown)))


def _meet(cases: CaseTable, condition: Condition) -> tuple[Bools, Bools]:
    wanted = _number(condition.value)
    if condition.sign in _COMPARE:
        if wanted is None:
            raise StatisticsError(
                "statistics.option",
                f"{condition.value!r} is no number, and {condition.sign} asks for one.",
                remedy="Write a number after the sign, with a point.",
            )
        numbers = cases.numbers(condition.column)
        met = np.array([_COMPARE[condition.sign](number, wanted) for number in numbers.tolist()])
        return met.astype(np.bool_), np.isnan(numbers)
    if condition.column in cases.markers:
        numbers = cases.numbers(condition.column)
        return (numbers == wanted) ^ (condition.sign == "!="), np.isnan(numbers)
    texts = cases.text(condition.column)
    blank = np.array([text is None for text in texts], dtype=np.bool_)
    same = np.array([text is not None and _same(text, condition.value) for text in texts], dtype=np.bool_)
    return (same if condition.sign == "=" else ~same), blank


def _same(text: str, wanted: str) -> bool:
    first, second = _number(text), _number(wanted)
    if first is not None and second is not None:
        return first == second
    return text.casefold() == wanted.casefold()


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if np.isfinite(value) else None
