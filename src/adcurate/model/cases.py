"""The table every question of the statistics is asked of: one row for each reading of a lesion.

A study and a plain spreadsheet both become a `CaseTable`, so that a question is answered by one piece of
code wherever its numbers come from. Rows keep the name by which a person finds them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from adcurate.arrays import Bools, Floats
from adcurate.errors import TableError
from adcurate.statistics.marker import Direction
from adcurate.statistics.values import to_resolution

Cell = str | float | None

# Columns that are made, not read.
_INTERNAL = ("cannot_assess", "of_record")


@dataclass(frozen=True, slots=True, eq=False)
class CaseTable:
    """Readings of lesions of subjects, with what they are compared against.

    All tuples and arrays are (n,). `rows` names each row for an error ("row 7", a measurement's id).
    `reader` and `session` are "" where there is one only. `grade` is None and `positive` is None where the
    reference standard is unknown. `markers` are NaN where not measured, unrounded; `resolution` says which
    values tie (None: equal numbers only). `grades` is the order of the grades, lowest first. `columns` holds
    whatever else is known of a row: scanner, size, dates turned into days; None is a blank. `units` are those
    of the markers, where they are known.
    """

    rows: tuple[str, ...]
    subject: tuple[str, ...]
    lesion: tuple[str, ...]
    reader: tuple[str, ...]
    session: tuple[str, ...]
    grade: tuple[str | None, ...]
    positive: tuple[bool | None, ...]
    markers: Mapping[str, Floats]
    directions: Mapping[str, Direction]
    grades: tuple[str, ...] = ()
    positive_label: str = "positive"
    negative_label: str = "negative"
    resolution: float | None = None
    columns: Mapping[str, tuple[Cell, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, chosen: Sequence[int] | Bools) -> CaseTable:
        """Return the rows at these positions (or where a (n,) mask is true), in that order."""
        array = np.asarray(chosen)
        positions = np.flatnonzero(array) if array.dtype == np.bool_ else array.astype(np.int64)

        def pick(values: Sequence[object]) -> tuple[object, ...]:
            return tuple(values[i] for i in positions)

        return replace(
            self,
            **{
                name: pick(getattr(self, name))  # type: ignore[arg-type]
                for name in ("rows", "subject", "lesion", "reader", "session", "grade", "positive")
            },
            markers={name: values[positions] for name, values in self.markers.items()},
            columns={name: pick(values) for name, values in self.columns.items()},  # type: ignore[misc]
        )

    def marker(self, name: str) -> Floats:
        """Return a marker, (n,), at the table's resolution; NaN where not measured.

        Raises
        ------
        TableError
            ``table.missing-column``
        """
        if name not in self.markers:
            raise self._missing(name, tuple(self.markers))
        return to_resolution(self.markers[name], self.resolution)

    def numbers(self, name: str) -> Floats:
        """Return a marker or another column as numbers, (n,); NaN for a blank.

        Raises
        ------
        TableError
            ``table.missing-column``; ``table.value`` names the row whose cell is no number.
        """
        if name in self.markers:
            return self.marker(name)
        numbers = np.full(len(self), np.nan)
        for i, cell in enumerate(self._column(name)):
            if cell is None:
                continue
            try:
                numbers[i] = float(cell)
            except ValueError:
                raise TableError(
                    "table.value",
                    f"The column {name!r} must hold numbers; the cell of {self.rows[i]} does not.",
                    remedy="Correct the cell, or name another column.",
                    column=name,
                    row=self.rows[i],
                ) from None
        return numbers

    def text(self, name: str) -> tuple[str | None, ...]:
        """Return a column as text, (n,); None for a blank. 1.0 reads as "1".

        Raises
        ------
        TableError
            ``table.missing-column``
        """
        own: Mapping[str, tuple[str | None, ...]] = {
            "subject": self.subject,
            "lesion": self.lesion,
            "reader": self.reader,
            "session": self.session,
            "grade": self.grade,
        }
        if name in own and name not in self.columns:
            return own[name]
        return tuple(_as_text(cell) for cell in self._column(name))

    def _column(self, name: str) -> tuple[Cell, ...]:
        if name not in self.columns:
            own = ("subject", "lesion", "reader", "session", "grade")
            raise self._missing(
                name, (*self.markers, *own, *(one for one in self.columns if one not in _INTERNAL))
            )
        return self.columns[name]

    def _missing(self, name: str, held: tuple[str, ...]) -> TableError:
        return TableError(
            "table.missing-column",
            f"There is no column {name!r}. There are: {', '.join(held) or 'none'}.",
            remedy="Write the column's name as the table's header has it.",
            column=name,
        )


def _as_text(cell: Cell) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell or None
    return f"{cell:g}"
