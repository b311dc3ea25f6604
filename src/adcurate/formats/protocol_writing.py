"""The protocol back into its file: what was changed is written; comments and order stay as they were."""

from __future__ import annotations

import dataclasses
import re
import typing
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from adcurate.errors import ProtocolError
from adcurate.formats.protocol import parse_protocol
from adcurate.model.plan import QUESTION_KINDS, PlannedQuestion
from adcurate.model.protocol import Protocol

_EMPTY_LINES = re.compile(r"\n{3,}")
# Tables whose keys are the user's own: a key that is no longer said goes.
_OWN_KEYS = {("grading", "edition_by_primary_site")}


def change_protocol(text: str, said: Mapping[str, Any]) -> str:
    """The text of a protocol file with other values.

    Parameters
    ----------
    text
        A protocol file that `parse_protocol` reads.
    said
        Keys and values as in `Protocol.as_json`; sections and keys that are left out stay as they are. None
        takes a key out of the file; a section stays, but for one that a protocol may be without.

    Returns
    -------
    str
        The new text; `text` itself where nothing differs.

    Raises
    ------
    ProtocolError
        The codes of `parse_protocol`, for the new text.
    """
    before = parse_protocol(text.encode()).as_json()
    _refuse_no_section(said)
    document = tomlkit.parse(text)
    try:
        _change(document, before, said, ())
    except (TOMLKitError, TypeError, ValueError, AttributeError) as error:
        raise ProtocolError(
            "protocol.type",
            "A value is of no kind that a protocol can hold.",
            remedy="Give text, numbers, yes or no, or lists of them.",
        ) from error
    changed = tomlkit.dumps(document)
    if changed != text:
        changed = _EMPTY_LINES.sub("\n\n", changed).rstrip("\n") + "\n"
    parse_protocol(changed.encode())
    return changed


def _refuse_no_section(said: Mapping[str, Any]) -> None:
    """Refuse to take a section out: the usual values would silently stand for those that were chosen."""
    hints = typing.get_type_hints(Protocol)
    for key, value in said.items():
        if value is None and key in hints and type(None) not in typing.get_args(hints[key]):
            raise ProtocolError(
                "protocol.type",
                f"{key} is no value that can be left empty.",
                remedy="Say its keys one by one; those that are left out stay as they are.",
                key=key,
            )


def _change(table: Any, before: Mapping[str, Any], said: Mapping[str, Any], path: tuple[str, ...]) -> None:
    for key, value in said.items():
        if key in before and _same(before[key], value):
            continue
        if value is None:
            if key in table:
                table.remove(key)
        elif isinstance(value, Mapping):
            if key not in table:
                table.add(key, tomlkit.table())
            inner = before.get(key) or {}
            if (*path, key) in _OWN_KEYS:
                for gone in set(inner) - set(value):
                    table[key].remove(gone)
            _change(table[key], inner, value, (*path, key))
        elif _is_rows(value) or _is_rows(before.get(key)):
            table[key] = _rows(table.get(key), before.get(key) or (), value)
        else:
            table[key] = list(value) if isinstance(value, tuple) else value


def _rows(old: Any, before: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]]) -> AoT:
    """Rows that are the same keep their table, with its comments."""
    rows = tomlkit.aot()
    left = list(zip(before, old or (), strict=False))
    for row in said:
        same = next((one for one in left if _same(one[0], row)), None)
        if same is None:
            rows.append(_row(row))
        else:
            left.remove(same)
            rows.append(same[1])
    return rows


def _row(said: Mapping[str, Any]) -> Table:
    defaults = _defaults(said)
    row = tomlkit.table()
    for key, value in said.items():
        if value is not None and not (key in defaults and _same(defaults[key], value)):
            row.add(key, list(value) if isinstance(value, tuple) else value)
    row.add(tomlkit.nl())
    return row


def _defaults(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an entry of the plan may leave out; rows of other kinds say all."""
    kind = QUESTION_KINDS.get(str(said.get("kind")))
    if kind is None:
        return {}
    found = {}
    for field in (*dataclasses.fields(kind), *dataclasses.fields(PlannedQuestion)):
        if field.default is not dataclasses.MISSING and field.name != "role":
            found[field.name] = field.default
    return found


def _is_rows(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], Mapping)


def _same(one: Any, other: Any) -> bool:
    """Equal as a file would say it: a list is a tuple, and 10 is 10.0, but true is not 1."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
