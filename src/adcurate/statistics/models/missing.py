"""What is missing, and where? Counts by column and by pattern; nothing is filled or dropped here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from adcurate.errors import StatisticsError
from adcurate.statistics.values import at_least


@dataclass(frozen=True, slots=True)
class Pattern:
    """Rows that lack the same columns: which, in the order of the columns, and how many rows."""

    is_missing: tuple[bool, ...]
    n: int

    @property
    def n_missing(self) -> int:
        """Columns that these rows lack."""
        return sum(self.is_missing)


@dataclass(frozen=True, slots=True)
class MissingPattern:
    """Counts of missing values of `n` rows.

    `n_missing` stands in the order of `columns`. `patterns` begin with the complete rows, if there are any,
    and go on by the number of columns missing and then by how many rows they hold. `n_complete` rows lack
    nothing.
    """

    columns: tuple[str, ...]
    n_missing: tuple[int, ...]
    patterns: tuple[Pattern, ...]
    n: int
    n_complete: int

    @property
    def n_cells(self) -> int:
        """Missing values in all."""
        return sum(self.n_missing)


def describe_missing(missing: Mapping[str, npt.ArrayLike]) -> MissingPattern:
    """Count what is missing by column and by pattern.

    Parameters
    ----------
    missing : mapping of column to (n,) booleans
        True where the row lacks the column; at least one column and one row.

    Raises
    ------
    StatisticsError
        ``statistics.too-few``, ``statistics.shape``

    Examples
    --------
    >>> found = describe_missing({"ADC": [False, True, False], "Ki-67": [False, True, True]})
    >>> found.n_missing, found.n_complete, [(p.is_missing, p.n) for p in found.patterns]
    ((1, 2), 1, [((False, False), 1), ((False, True), 1), ((True, True), 1)])
    """
    at_least(len(missing), 1, "the columns")
    flags = [np.asarray(column) for column in missing.values()]
    if any(column.ndim != 1 or column.dtype != np.bool_ or column.size != flags[0].size for column in flags):
        raise StatisticsError(
            "statistics.shape",
            "What is missing is one true or false for each row and column.",
            remedy="Give vectors of booleans of the same length.",
        )
    n = at_least(flags[0].size, 1, "the rows")
    table = np.stack(flags, axis=1)
    distinct, counts = np.unique(table, axis=0, return_counts=True)
    patterns = [
        Pattern(tuple(bool(cell) for cell in row), int(count))
        for row, count in zip(distinct, counts, strict=True)
    ]
    patterns.sort(key=lambda pattern: (pattern.n_missing, -pattern.n, pattern.is_missing))
    return MissingPattern(
        columns=tuple(missing),
        n_missing=tuple(int(column.sum()) for column in flags),
        patterns=tuple(patterns),
        n=n,
        n_complete=int(np.count_nonzero(~table.any(axis=1))),
    )
