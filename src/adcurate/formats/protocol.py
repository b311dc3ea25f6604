"""The protocol file: ``study.toml`` to `Protocol`, each fault named with its line.

The shape of the file is the shape of the `Protocol` dataclass: nothing is listed twice.
"""

from __future__ import annotations

import dataclasses
import difflib
import itertools
import math
import re
import tomllib
import types
import typing
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NoReturn

from adcurate.errors import ProtocolError
from adcurate.formats.source import read_source
from adcurate.grading import EDITIONS
from adcurate.model.protocol import SCHEMA_VERSION, Protocol

_MAXIMUM_BYTES = 1_000_000
_LARGEST = 1e300
_OPEN_FRACTIONS = {"confidence_level", "stated_prevalence"}
_FRACTIONS = {"sensitivity", "specificity"}
_POSITIVE = {"resolution_mm2_per_s", "cutoff_mm2_per_s", "bootstrap_resamples", "minimum_voxels"}
_NOT_NEGATIVE = {"minimum_lesion_size_mm", "seed"}
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_KEYS = rf"(?:{_KEY.pattern})(?:\s*\.\s*(?:{_KEY.pattern}))*"
_HEADER = re.compile(rf"\s*\[(\[?)\s*({_KEYS})\s*\]")
_ASSIGNMENT = re.compile(rf"\s*({_KEYS})\s*=")


def read_protocol(path: Path) -> Protocol:
    """Read and check a protocol file.

    Raises
    ------
    InputError
        As `read_source`.
    ProtocolError
        ``protocol.parse``, ``protocol.too-big``, ``protocol.unknown-key`` (the nearest known key and the
        line are named), ``protocol.type``, ``protocol.value``, ``protocol.version``.
    """
    return parse_protocol(
        read_source(path, limit=_MAXIMUM_BYTES, too_big=ProtocolError, too_big_code="protocol.too-big")
    )


def parse_protocol(content: bytes) -> Protocol:
    """Parse the bytes of a protocol file (UTF-8 TOML); errors as `read_protocol`."""
    if len(content) > _MAXIMUM_BYTES:
        raise ProtocolError(
            "protocol.too-big",
            f"The protocol file has {len(content)} bytes; at most {_MAXIMUM_BYTES} are read.",
            remedy="A protocol is a page of text: check that this is the right file.",
        )
    try:
        text = content.decode("utf-8-sig")
        table = tomllib.loads(text)
    except UnicodeDecodeError as error:
        raise ProtocolError(
            "protocol.parse",
            f"The protocol is not UTF-8 text (byte {error.start}).",
            remedy="Save the file as UTF-8.",
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ProtocolError(
            "protocol.parse",
            f"The protocol is not valid TOML: {error}.",
            remedy="Text goes in double quotes, a table name in [brackets], a key stands once.",
        ) from error
    except (RecursionError, ValueError) as error:
        raise ProtocolError(
            "protocol.parse",
            "The protocol nests too deep, or holds a number of thousands of digits.",
            remedy="A protocol is a page of text: check that this is the right file.",
        ) from error
    version = table.get("schema_version", SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise ProtocolError(
            "protocol.version",
            f"The protocol has schema version {version!r:.40}; this Adcurate reads version {SCHEMA_VERSION}.",
            remedy="Use the Adcurate release that wrote it, or create a study from a template and copy over.",
        )
    protocol: Protocol = _Reader(text).dataclass(Protocol, table, ())
    _check_whole(protocol)
    return protocol


class _Reader:
    """Turns parsed TOML into dataclasses, remembering the text for line numbers."""

    def __init__(self, text: str) -> None:
        self._lines = _lines_of_keys(text)

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
        if dataclasses.is_dataclass(hint):
            if not isinstance(value, dict):
                self._fault("protocol.type", path, "must be a table of its own")
            return self.dataclass(hint, value, path)
        return self._scalar(hint, value, path)

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
            f"Line {line}: '{_shown(path)}' is not a key of the protocol; the nearest is {nearest!r}.",
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
            remedy="Correct the line and read the protocol again.",
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


def _check_whole(protocol: Protocol) -> None:
    """What no single key can say: grades and groups agree, names stand once."""

    def refuse(sentence: str, remedy: str) -> NoReturn:
        raise ProtocolError("protocol.value", sentence, remedy=remedy)

    grouped = [*protocol.outcome.positive, *protocol.outcome.negative]
    if not protocol.outcome.positive or not protocol.outcome.negative:
        refuse("The outcome needs grades on both sides.", "List grades under both positive and negative.")
    if len(set(grouped)) != len(grouped):
        refuse("A grade stands twice in the outcome.", "Each grade belongs to one side.")
    if set(grouped) - set(protocol.grades):
        refuse("The outcome names a grade that is not in grades.", "Add it to grades, or correct it.")
    outcome = protocol.outcome
    sides = ((outcome.positive_label, outcome.positive), (outcome.negative_label, outcome.negative))
    if outcome.positive_label == outcome.negative_label:
        refuse("Both sides of the outcome have one label.", "Give each side its own label.")
    if any(label in protocol.grades and side != (label,) for label, side in sides):
        refuse("A side of several grades is labelled as one of them.", "Give the side a label of its own.")
    names = [marker.name for marker in protocol.markers]
    if not names or len(set(names)) != len(names):
        refuse("Markers need names that stand once.", "Give each [[markers]] its own name.")
    for published in protocol.published_cutoffs:
        if published.marker not in names:
            refuse(
                f"A published cut-off names {published.marker!r}, which is not one of the markers.",
                f"Use one of: {', '.join(names)}.",
            )
    b_values = protocol.adc.b_values
    if len(b_values) == 1:
        refuse("adc.b_values names one b-value; a fit needs two.", "List two or more, or leave it empty.")
    if any(second <= first for first, second in itertools.pairwise(b_values)):
        refuse("adc.b_values does not rise.", "List each b-value once, lowest first.")
    editions = protocol.grading
    for edition in (editions.other, *editions.edition_by_primary_site.values()):
        if edition != "none" and edition not in EDITIONS:
            refuse(
                "The grading rule names an edition that is not known.",
                f"Use one of: none, {', '.join(EDITIONS)}.",
            )
