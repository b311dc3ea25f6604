"""JSON read strictly: no repeated keys, no NaN or infinite numbers, no deep nesting, UTF-8 only."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NoReturn

DEEPEST: Final = 20

_STRING_OR_BRACKET: Final = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)


class StrictJsonError(ValueError):
    """Why a text is no strict JSON, in one clause without anything the text says."""


def parse_strict_json(content: bytes) -> object:
    """The value of a JSON text.

    Raises
    ------
    StrictJsonError
        Not UTF-8, not JSON, nested deeper than 20, a key twice in one object, NaN, Infinity or a number that
        is too large to be one.

    Examples
    --------
    >>> parse_strict_json(b'{"a": [1, 2.5]}')
    {'a': [1, 2.5]}
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise StrictJsonError(f"is not UTF-8 at byte {fault.start + 1}") from None
    _check_depth(text)
    try:
        return json.loads(
            text,
            object_pairs_hook=_without_repeats,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_bounded,
        )
    except json.JSONDecodeError as fault:
        raise StrictJsonError(f"is not JSON at line {fault.lineno}, column {fault.colno}") from None


def _check_depth(text: str) -> None:
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(text):
        match found[0]:
            case "[" | "{":
                depth += 1
                if depth > DEEPEST:
                    raise StrictJsonError(f"is nested deeper than {DEEPEST}")
            case "]" | "}":
                depth -= 1


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise StrictJsonError("has a key twice in one object")
    return fields


def _refuse_constant(_: str) -> NoReturn:
    raise StrictJsonError("holds NaN or Infinity")


def _finite(digits: str) -> float:
    value = float(digits)
    if not math.isfinite(value):
        raise StrictJsonError("holds a number that is too large")
    return value


def _bounded(digits: str) -> int:
    if len(digits) > 18:
        raise StrictJsonError("holds a number that is too large")
    return int(digits)
