"""TOML files whose shape is a dataclass: nothing is listed twice, and each fault is named with its line."""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, NoReturn

from adcurate.errors import ProtocolError
from adcurate.model.plan import QUESTION_KINDS, PlannedQuestion

MAXIMUM_BYTES = 1_000_000

_LARGEST = 1e300
_OPEN_FRACTIONS = {"confidence_level", "stated_prevalence"}
_FRACTIONS = {"sensitivity", "specificity", "repeat_fraction"}
_POSITIVE = {
    "resolution_mm2_per_s",
    "resolution",
    "cutoff_mm2_per_s",
    "bootstrap_resamples",
    "minimum_voxels",
    "sessions",
}
_NOT_NEGATIVE = {
    "minimum_lesion_size_mm",
    "exam_within_days",
    "seed",
    "washout_days",
    "training_cases",
    "adjudicate_over",
}
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_KEYS = rf"(?:{_KEY.pattern})(?:\s*\.\s*(?:{_KEY.pattern}))*"
_HEADER = re.compile(rf"\s*\[(\[?)\s*({_KEYS})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_KEYS})\s*=")


def parse_keyed(kind: type, content: bytes, *, version: int, what: str) -> Any:
    """Parse the bytes of a UTF-8 TOML file into `kind`; `what` names the file in errors ("protocol").

    Raises
    ------
    ProtocolError
        ``protocol.parse``, ``protocol.too-big``, ``protocol.unknown-key`` (the nearest known key and the
        line are named), ``protocol.type``, ``protocol.value``, ``protocol.version``.
    """
    if len(content) > MAXIMUM_BYTES:
        raise ProtocolError(
            "protocol.too-big",
            f"The {what} file has {len(content)} bytes; at most {MAXIMUM_BYTES} are read.",
            remedy=f"A {what} is a page of text: check that this is the right file.",
        )
    try:
        text = content.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ProtocolError(
            "protocol.parse",
            f"The {what} is not UTF-8 text (byte {error.start}).",
            remedy="Save the file as UTF-8.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(
            "protocol.parse",
            f"The {what} is not valid TOML: {error}.",
            remedy="Text goes in double quotes, a table name in [brackets], a key stands once.",
        ) from error
    except (RecursionError, ValueError) as error:
        raise ProtocolError(
            "protocol.parse",
            f"The {what} nests too deep, or holds a number of thousands of digits.",
            remedy=f"A {what} is a page of text: check that this is the right file.",
        ) from error
    written = table.get("schema_version", version)
    if written != version:
        raise ProtocolError(
            "protocol.version",
            f"The {what} has schema version {written!r:.40}; this Adcurate reads version {version}.",
            remedy="Use the Adcurate release that wrote it, or create a study from a template and copy over.",
        )
    return _Reader(text, what).dataclass(kind, table, ())


class _Reader:
    """Turns parsed TOML into dataclasses, remembering the text for line numbers."""

    def __init__(self, text: str, what: str) -> None:
        self._lines = _lines_of_keys(text)
        self._what = what

    def dataclass(self, kind: Any, table: Mapping[str, Any], path: tuple[str, ...]) -> Any:
        hints = typing.get_type_hints(kind)
        known = {field.name: field for field in dataclasses.fields(kind)}
        for key in table:
            if key not in known:
                self._unknown(key, (*path, key), tuple(known))
        arguments = {}
        for name, field in known.items():
            if name in table:
                arguments[name] = self.value(hints[name], table[name], (*path, name))
            elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
                where = f"in [{'.'.join(path)}]" if path else "at the top level"
                raise ProtocolError(
                    "protocol.value",
                    f"The key {name!r} is missing {where}.",
                    remedy=f"Add {name} = … there.",
                    key=".".join((*path, name)),
                )
        return kind(**arguments)

    def value(self, hint: Any, value: Any, path: tuple[str, ...]) -> Any:
        origin, arguments = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            return self.value(next(a for a in arguments if a is not type(None)), value, path)
        if origin is Literal:
            if not any(value == choice and type(value) is type(choice) for choice in arguments):
                choices = ", ".join(str(choice) for choice in arguments)
                self._fault("protocol.value", path, f"must be one of: {choices}")
            return value
        if origin is tuple:
            if not isinstance(value, list):
                self._fault("protocol.type", path, "must be a list in [brackets]")
            if not dataclasses.is_dataclass(arguments[0]):
                return tuple(self.value(arguments[0], item, path) for item in value)
            *above, key = path
            return tuple(
                self.value(arguments[0], item, (*above, f"{key}[{number}]"))
                for number, item in enumerate(value, start=1)
            )
        if origin is dict:
            if not isinstance(value, dict):
                self._fault("protocol.type", path, "must be a table of its own")
            return {key: self.value(arguments[1], item, (*path, key)) for key, item in value.items()}
        if hint is PlannedQuestion:
            return self._question(value, path)
        if dataclasses.is_dataclass(hint):
            if not isinstance(value, dict):
                self._fault("protocol.type", path, "must be a table of its own")
            return self.dataclass(hint, value, path)
        return self._scalar(hint, value, path)

    def _question(self, value: Any, path: tuple[str, ...]) -> PlannedQuestion:
        """An entry of the plan: its kind says which keys it may hold beside those of every entry."""
        if not isinstance(value, dict):
            self._fault("protocol.type", path, "must be a table of its own")
        kind = value.get("kind")
        if kind not in QUESTION_KINDS:
            place = (*path, "kind") if "kind" in value else path
            nearest = difflib.get_close_matches(str(kind), QUESTION_KINDS, n=1, cutoff=0.5)
            hint = f"; the nearest is {nearest[0]!r}" if nearest else ""
            self._fault("protocol.value", place, f"must be one of: {', '.join(QUESTION_KINDS)}{hint}")
        shared = {field.name for field in dataclasses.fields(PlannedQuestion)} - {"ask"}
        asked = {key: item for key, item in value.items() if key not in shared}
        hints = typing.get_type_hints(PlannedQuestion)
        return PlannedQuestion(
            ask=self.dataclass(QUESTION_KINDS[kind], asked, path),
            **{key: self.value(hints[key], value[key], (*path, key)) for key in shared & set(value)},
        )

    def _scalar(self, hint: Any, value: Any, path: tuple[str, ...]) -> Any:
        if hint is float:
            if isinstance(value, bool) or not isinstance(value, int | float):
                self._fault("protocol.type", path, "must be a number such as 0.95 (a point, no quotes)")
            value = float(value) if abs(value) < _LARGEST else math.inf
            if not math.isfinite(value):
                self._fault("protocol.value", path, "must be a finite number")
        elif hint is bool:
            if not isinstance(value, bool):
                self._fault("protocol.type", path, "must be true or false")
        elif hint is int:
            if isinstance(value, bool) or not isinstance(value, int):
                self._fault("protocol.type", path, "must be a whole number")
        elif hint is str and (not isinstance(value, str) or not value.isprintable()):
            self._fault("protocol.type", path, "must be one line of text in quotes")
        self._check_range(value, path)
        return value

    def _check_range(self, value: Any, path: tuple[str, ...]) -> None:
        key = path[-1]
        if isinstance(value, str):
            return
        if key in _OPEN_FRACTIONS and not 0 < value < 1:
            self._fault("protocol.value", path, "must lie between 0 and 1")
        if key in _FRACTIONS and not 0 <= value <= 1:
            self._fault("protocol.value", path, "must lie between 0 and 1, both included")
        if key in _POSITIVE and not value > 0:
            self._fault("protocol.value", path, "must be positive")
        if key in _NOT_NEGATIVE and value < 0:
            self._fault("protocol.value", path, "must not be negative")
        if path[-2:] == ("adc", "b_values") and value < 0:
            self._fault("protocol.value", path, "must not hold a negative b-value")

    def _line(self, path: tuple[str, ...]) -> int | None:
        """The line of a key, or of the nearest table around it that has one."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)

    def _unknown(self, key: str, path: tuple[str, ...], known: tuple[str, ...]) -> NoReturn:
        line = self._line(path)
        nearest = difflib.get_close_matches(key, known, n=1, cutoff=0.0)[0]
        raise ProtocolError(
            "protocol.unknown-key",
            f"Line {line}: '{_shown(path)}' is not a key of the {self._what}; the nearest is {nearest!r}.",
            remedy=f"Write {nearest!r}, or take the line out. Known here: {', '.join(sorted(known))}.",
            line=line,
            key=".".join(path),
            nearest=nearest,
        )

    def _fault(self, code: str, path: tuple[str, ...], requirement: str) -> NoReturn:
        line = self._line(path)
        raise ProtocolError(
            code,
            f"Line {line}: {_shown(path)} {requirement}.",
            remedy=f"Correct the line and read the {self._what} again.",
            line=line,
            key=".".join(path),
        )


def _lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """Path of each table and key -> its line, counted from 1. Tables of a list are numbered from 1 too."""
    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        if header := _HEADER.match(line):
            table = _key_path(header[2])
            if header[1]:
                *above, key = table
                count = 1 + sum(path[:-1] == tuple(above) and _is_item(path[-1], key) for path in lines)
                table = (*above, f"{key}[{count}]")
            lines.setdefault(table, number)
        elif assignment := _ASSIGNMENT.match(line):
            path = table + _key_path(assignment[1])
            for end in range(len(table) + 1, len(path) + 1):
                lines.setdefault(path[:end], number)
    return lines


def _key_path(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip("\"'") for part in _KEY.findall(dotted))


def _is_item(item: str, key: str) -> bool:
    return item.startswith(f"{key}[")


def _shown(path: tuple[str, ...]) -> str:
    """A path as text of one line: a quoted key may hold anything."""
    return "".join(letter if letter.isprintable() else "�" for letter in ".".join(path))
