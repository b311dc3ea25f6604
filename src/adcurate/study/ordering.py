"""The order of grades, and a few values by name."""

from __future__ import annotations

from collections.abc import Sequence, Set

from adcurate.errors import UsageError

_MOST_LISTED = 12
_LONGEST_LISTED = 24


def order_grades(held: Set[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The grades that occur, lowest first: as `wanted` says, else by number, then by name.

    Raises
    ------
    UsageError
        ``usage.option`` where `wanted` leaves one out.
    """
    if not wanted:
        return tuple(sorted(held, key=_by_number_then_name))
    unknown = held - set(wanted)
    if unknown:
        raise UsageError(
            "usage.option",
            f"The order of the grades leaves out values of their column: {listed(unknown)}.",
            remedy="Name every grade, lowest first.",
        )
    return tuple(grade for grade in wanted if grade in held)


def listed(values: Set[str]) -> str:
    """A few short values by name; more, or longer ones, only by their number: they may name people."""
    if len(values) > _MOST_LISTED or any(len(value) > _LONGEST_LISTED for value in values):
        return f"{len(values)} different ones"
    return ", ".join(sorted(values))


def _by_number_then_name(text: str) -> tuple[int, float, str]:
    try:
        return 0, float(text), text
    except ValueError:
        return 1, 0.0, text
