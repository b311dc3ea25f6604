"""Ki-67 and mitoses as a pathologist writes them: a number, a bound or a range, read as an interval.

Pathology reports say ``12``, ``<1``, ``≤2``, ``>20`` or ``3-5``. Each is kept as an interval with open or
closed ends and with its text, so that nothing is rounded to a midpoint. This module knows no grades.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from adcurate.errors import GradingError

MitosesUnit = Literal["per-10-hpf", "per-2-mm2"]
DecimalSign = Literal[".", ","]

LONGEST_TEXT: Final = 40

_BOUND: Final = re.compile(r"(?P<sign><=|>=|<|>|≤|≥|=)?\s*(?P<number>[0-9]+(?:[.,][0-9]+)?)\s*%?")
_RANGE: Final = re.compile(
    r"(?P<low>[0-9]+(?:[.,][0-9]+)?)\s*%?\s*[-\u2010-\u2015\u2212]\s*(?P<high>[0-9]+(?:[.,][0-9]+)?)\s*%?"
)


@dataclass(frozen=True, slots=True)
class Ki67:
    """A Ki-67 labelling index in percent, from `low` to `high`; an end belongs to it where `..._closed`."""

    low: float
    high: float
    low_closed: bool
    high_closed: bool
    text: str


@dataclass(frozen=True, slots=True)
class Mitoses:
    """A mitotic count, from `low` to `high` (infinite for ``>20``), in the unit it was counted in."""

    low: float
    high: float
    low_closed: bool
    high_closed: bool
    text: str
    unit: MitosesUnit


class _Ends(NamedTuple):
    low: float
    high: float
    low_closed: bool
    high_closed: bool


def parse_ki67(text: str, *, decimal: DecimalSign = ".") -> Ki67:
    """Read a Ki-67 index in percent.

    Parameters
    ----------
    text : percent
        A number (``12``, ``2.5``), a bound (``<1``, ``<=2``, ``≤2``, ``>20``) or a range (``3-5``, ``3–5``);
        a percent sign is allowed.
    decimal
        The decimal sign the writer used. ``2,5`` is refused unless ``,`` is named.

    Returns
    -------
    Ki67
        Within 0 to 100 percent; `text` as written, without outer blanks.

    Raises
    ------
    GradingError
        ``grading.value``: not one of these forms, a falling range, or outside 0 to 100.

    Examples
    --------
    >>> parse_ki67("3-5 %")
    Ki67(low=3.0, high=5.0, low_closed=True, high_closed=True, text='3-5 %')
    >>> parse_ki67("<1").high_closed
    False
    """
    ends = _parse_interval(text, decimal, ceiling=100.0, what="Ki-67 index")
    return Ki67(*ends, text=text.strip())


def parse_mitoses(text: str, unit: MitosesUnit, *, decimal: DecimalSign = ".") -> Mitoses:
    """Read a mitotic count written in the forms of `parse_ki67` (without an upper limit).

    Raises
    ------
    GradingError
        ``grading.value``: an unknown form, a falling range or an unknown unit.

    Examples
    --------
    >>> parse_mitoses("<2", "per-2-mm2").high
    2.0
    """
    if unit not in ("per-10-hpf", "per-2-mm2"):
        raise GradingError(
            "grading.value",
            "Mitoses are counted per 10 high-power fields or per 2 mm².",
            remedy='Name the unit "per-10-hpf" or "per-2-mm2".',
        )
    ends = _parse_interval(text, decimal, ceiling=math.inf, what="mitotic count")
    return Mitoses(*ends, text=text.strip(), unit=unit)


def _parse_interval(text: str, decimal: DecimalSign, *, ceiling: float, what: str) -> _Ends:
    written = text.strip()
    if len(written) > LONGEST_TEXT:
        raise _refusal(what, f"is longer than {LONGEST_TEXT} characters")
    bound, span = _BOUND.fullmatch(written), _RANGE.fullmatch(written)
    if bound:
        value = _number(bound["number"], decimal, what)
        match bound["sign"]:
            case "<" | "<=" | "≤" as sign:
                ends = _Ends(0.0, value, True, sign != "<")
            case ">" | ">=" | "≥" as sign:
                ends = _Ends(value, ceiling, sign != ">", math.isfinite(ceiling))
            case _:
                ends = _Ends(value, value, True, True)
    elif span:
        ends = _Ends(_number(span["low"], decimal, what), _number(span["high"], decimal, what), True, True)
    else:
        raise _refusal(what, "is not a number, a bound such as <1 or a range such as 3-5")
    if ends.low > ends.high or (ends.low == ends.high and not (ends.low_closed and ends.high_closed)):
        raise _refusal(what, "holds no value: its upper end lies below its lower end or outside the scale")
    if max(ends.low, ends.high if math.isfinite(ends.high) else 0.0) > ceiling:
        raise _refusal(what, f"lies above {ceiling:g}")
    return ends


def _number(digits: str, decimal: DecimalSign, what: str) -> float:
    other = "," if decimal == "." else "."
    if other in digits:
        raise _refusal(what, f'uses "{other}" as decimal sign where "{decimal}" is the one named')
    value = float(digits.replace(",", "."))
    if not math.isfinite(value):
        raise _refusal(what, "is not a finite number")
    return value


def _refusal(what: str, why: str) -> GradingError:
    return GradingError(
        "grading.value",
        f"The {what} {why}.",
        remedy='Write a number, "<1", "<=2", ">20" or a range such as "3-5", as in the pathology report.',
    )
