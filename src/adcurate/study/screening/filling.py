"""A table that is pasted again: its cells fill what is blank in the rows of the same patients.

A row is the same by its subject's code, visit and lesion. What the list says stays; where the table says
something else the cell is named, for a person to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adcurate.formats.sheet import CellKind
from adcurate.study.screening.draft import Line

_KEYS = frozenset({"subject", "visit", "lesion"})


@dataclass(frozen=True, slots=True)
class Filling:
    """Cells to write into rows that are there, by row id; the rows that are new; the cells that differ."""

    texts: Mapping[str, Mapping[str, str]]
    kinds: Mapping[str, Mapping[str, CellKind]]
    new: tuple[Line, ...]
    differing: tuple[tuple[str, str], ...]


def fill_in(lines: Sequence[Line], table: Sequence[Line], code: Callable[[str], str]) -> Filling:
    """Find the row of each of the table's rows. `code` tells the code of a typed subject.

    A table's row that names neither visit nor lesion is that of the subject's only row.
    """
    of_subject: dict[str, list[Line]] = {}
    for there in lines:
        if there.subject:
            of_subject.setdefault(code(there.subject), []).append(there)
    texts: dict[str, dict[str, str]] = {}
    kinds: dict[str, dict[str, CellKind]] = {}
    new: list[Line] = []
    differing: list[tuple[str, str]] = []
    for row in table:
        line = _same(row, of_subject.get(code(row.subject), []) if row.subject else [])
        if line is None:
            new.append(row)
            continue
        filled = texts.setdefault(line.id, {})
        for name, text in row.texts.items():
            stands = {**line.texts, **filled}.get(name, "").strip()
            if name in _KEYS or stands.casefold() == text.strip().casefold():
                continue
            if stands:
                differing.append((line.id, name))
                continue
            filled[name] = text
            if name in row.kinds:
                kinds.setdefault(line.id, {})[name] = row.kinds[name]
    return Filling(
        {row_id: filled for row_id, filled in texts.items() if filled}, kinds, tuple(new), tuple(differing)
    )


def _same(row: Line, own: Sequence[Line]) -> Line | None:
    if len(own) == 1 and not row.texts.keys() & {"visit", "lesion"}:
        return own[0]
    return next((line for line in own if _place(line) == _place(row)), None)


def _place(line: Line) -> tuple[str, ...]:
    return tuple(line.texts.get(name, "").strip() or "1" for name in ("visit", "lesion"))
