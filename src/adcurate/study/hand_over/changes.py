"""What moved between two states of a study's data: every row, variable and number, one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from adcurate.model.data_table import MISSING_REASONS, WITHDREW

What = Literal[
    "row came", "row went", "variable came", "variable went", "unit or codes", "value", "not comparable"
]

CHANGES_HEADER: Final = ("table", "id", "variable", "what", "before", "now")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `row` is "" for a variable, `variable` is "" for a row; numbers stay numbers.

    Where the data of the lock before were erased, one that is ``not comparable`` stands for all.
    """

    table: str
    row: str
    variable: str
    what: What
    before: str | float
    now: str | float

    def as_row(self) -> list[str | float]:
        """The cells of `CHANGES_HEADER`."""
        return [self.table, self.row, self.variable, self.what, self.before, self.now]


def changes_between(
    before: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> tuple[Change, ...]:
    """Everything that differs, as `StudyTables.as_json` gives the data."""
    found: list[Change] = []
    earlier = {table["name"]: table for table in before}
    for table in now:
        found += _of_table(earlier[table["name"]], table)
    return tuple(found)


def moved_numbers(before: Mapping[str, float], now: Mapping[str, float]) -> tuple[Change, ...]:
    """Numbers of the analysis that differ, by their path in analysis.json."""
    return tuple(
        Change("results", key, "", "value", _number(before.get(key)), _number(now.get(key)))
        for key in (*before, *(key for key in now if key not in before))
        if before.get(key) != now.get(key)
    )


def _of_table(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    name = str(now["name"])
    old, new = _variables(before), _variables(now)
    found = [Change(name, "", one, "variable went", "", "") for one in old if one not in new]
    found += [Change(name, "", one, "variable came", "", "") for one in new if one not in old]
    shared = [one for one in new if one in old]
    found += [
        Change(name, "", one, "unit or codes", str(old[one]), str(new[one]))
        for one in shared
        if old[one] != new[one]
    ]
    rows, others = _rows(before), _rows(now)
    found += [Change(name, one, "", "row went", "", "") for one in rows if one not in others]
    found += [Change(name, one, "", "row came", "", "") for one in others if one not in rows]
    for row, cells in others.items():
        was = rows.get(row, {})
        found += [
            Change(
                name, row, one, "value", _before(was[one], cells[one], old[one]), _said(cells[one], new[one])
            )
            for one in shared
            if was and was[one] != cells[one]
        ]
    return found


def _variables(table: Mapping[str, Any]) -> dict[str, Any]:
    return {one["name"]: {"unit": one["unit"], "codes": one["codes"]} for one in table["variables"]}


def _rows(table: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    names = [one["name"] for one in table["variables"]]
    rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
    return {str(row[table["id"]]): row for row in rows}


def _number(number: float | None) -> str | float:
    return "" if number is None else number


def _before(value: Any, now: Any, variable: Mapping[str, Any]) -> str | float:
    """What a value was, but of a subject who withdrew."""
    return "" if now == {"missing": WITHDREW} else _said(value, variable)


def _said(value: Any, variable: Mapping[str, Any]) -> str | float:
    if isinstance(value, dict):
        return f"none: {MISSING_REASONS[value['missing']]}"
    if variable["codes"]:
        return str(variable["codes"][str(value)])
    return value if isinstance(value, str) else float(value)
