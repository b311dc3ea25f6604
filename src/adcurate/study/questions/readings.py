"""Readings of a long table: one for each subject, lesion, reader and session, and never two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from adcurate.arrays import Floats
from adcurate.errors import TableError
from adcurate.model.cases import CaseTable

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Reading(Generic[V]):
    """One reading; `of` is (subject, lesion)."""

    of: tuple[str, str]
    reader: str
    session: str
    value: V


@dataclass(frozen=True, slots=True)
class Readings(Generic[V]):
    """Readings that hold a value, sorted by lesion, reader and session; `n_missing` rows hold none."""

    kept: tuple[Reading[V], ...]
    n_missing: int


def collect_readings(cases: CaseTable, values: Floats) -> Readings[float]:
    """Return the readings whose value is not NaN.

    Raises
    ------
    TableError
        ``table.value`` names two rows of the same lesion, reader and session.
    """
    return _collect(cases, [None if np.isnan(value) else float(value) for value in values])


def collect_calls(cases: CaseTable, calls: tuple[str | None, ...]) -> Readings[str]:
    """Return the categorical readings that are not blank; errors as of `collect_readings`."""
    return _collect(cases, list(calls))


def name_of_lesion(lesion: tuple[str, str]) -> str:
    """A lesion as it is shown: its subject, and its own name where it has one."""
    subject, name = lesion
    return f"{subject} / {name}" if name else subject


def _collect(cases: CaseTable, values: list[V | None]) -> Readings[V]:
    row_of: dict[tuple[str, str, str, str], str] = {}
    kept: list[Reading[V]] = []
    for i, value in enumerate(values):
        if value is None:
            continue
        key = (cases.subject[i], cases.lesion[i], cases.reader[i], cases.session[i])
        if key in row_of:
            raise TableError(
                "table.value",
                f"{row_of[key]} and {cases.rows[i]} name one subject, lesion, reader and session.",
                remedy="Name the reader or the session of each reading, or take one of the rows out.",
                row=cases.rows[i],
                other_row=row_of[key],
            )
        row_of[key] = cases.rows[i]
        kept.append(Reading((key[0], key[1]), key[2], key[3], value))
    kept.sort(key=lambda reading: (reading.of, reading.reader, reading.session))
    return Readings(tuple(kept), len(values) - len(kept))
