"""Whose reading of a study counts where the plan says ``first-reader``: who drew first stays first.

A reader who is added later changes no number. Which readers came when stands in the study's choices; what a
table of numbers says of its readers is not known here (`adcurate.study.units`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Final

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.plan import Plan
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder

READERS_CHOICE: Final = "readers-in-order"
CONSENSUS: Final = "consensus"
"""The reader under whose name what was adjudicated in the reading room is measured."""


def readers_in_order(store: StudyStore) -> tuple[str, ...]:
    """Readers with regions in the study, who drew first before all; those of one import by name."""
    drawn = {one["reader"] for region in store.contours.all() for one in region.payload}
    record = store.choices.latest(READERS_CHOICE)
    noted = [name for name in record.payload if name in drawn] if record is not None else []
    return (*noted, *sorted(drawn - set(noted)))


def readers_of(study: StudyFolder) -> tuple[str, ...]:
    """`readers_in_order` of a study that is not open."""
    with study.open_store("read") as store:
        return readers_in_order(store)


def note_readers(store: StudyStore, before: Sequence[str]) -> None:
    """Keep the order after an import; `before` are the readers who were there."""
    after = readers_in_order(store)
    order = [*before, *(name for name in after if name not in before)]
    store.choices.add(READERS_CHOICE, order)


def reader_and_session(reader: str) -> tuple[str, str]:
    """Who read, and which reading of the lesion it was: ``anna#2`` is Anna's second, ``anna`` her first."""
    name, _, number = reader.partition("#")
    return name, number or "1"


def is_first_reading(reader: str) -> bool:
    """Whether a reading is a reader's first and own: neither a repeat nor what was adjudicated."""
    return "#" not in reader and reader != CONSENSUS


def reader_who_counts(plan: Plan, order: Sequence[str], readings: Iterable[tuple[str, bool]]) -> str:
    """The reader whose readings are analysed, or "mean"; "" where nobody read.

    Parameters
    ----------
    order
        The readers of `readers_in_order`.
    readings
        The reader of each measured region, and whether its lesion is in the worksheet: who read none of those
        does not count, unless nobody did.

    Raises
    ------
    StatisticsError
        ``statistics.option``: the plan names a reader who read nothing.
    """
    pairs = set(readings)
    readers = {reader for reader, _ in pairs}
    if plan.value == "first-reader":
        known = {reader for reader, is_known in pairs if is_known} or readers
        return min(known, key=lambda name: (_place(name, order), name), default="")
    if plan.value != "mean" and plan.value not in readers:
        raise StatisticsError(
            "statistics.option",
            f"The plan analyses the readings of {plan.value!r}, who read nothing.",
            remedy=f"Readers: {', '.join(sorted(readers)) or 'none'}; else first-reader or mean.",
        )
    return plan.value


def reader_finding(plan: Plan, value: str, readers: Collection[str]) -> tuple[Finding, ...]:
    """Whose readings are analysed, where several read and the plan names nobody."""
    others = sorted(set(readers) - {value})
    if plan.value != "first-reader" or not others:
        return ()
    sentence = (
        f"The readings of {value}, whose regions came into the study first, are analysed; those of "
        f"{', '.join(others)} serve the questions about readers. {_how_to_change(value)}"
    )
    return (Finding("plan.first-reader", sentence, "note"),)


def new_readers_finding(plan: Plan, order: Sequence[str], added: Sequence[str]) -> tuple[Finding, ...]:
    """What an import that brings a further reader does to the analysis: nothing, and whose reading counts."""
    earlier = [name for name in order if name not in added]
    if not added or not earlier:
        return ()
    if plan.value == "mean":
        says = "The plan analyses the mean of all readers: these readings change it."
    else:
        counts = earlier[0] if plan.value == "first-reader" else plan.value
        says = f"The readings of {counts} count in the analysis. {_how_to_change(counts)}"
    return (Finding("plan.reader-added", f"New in the study: {', '.join(added)}. {says}", "warning"),)


def _how_to_change(value: str) -> str:
    return (
        f'To say so for good, or to change it: value = "{value}", "mean" or a reader\'s name, under [plan].'
    )


def _place(name: str, order: Sequence[str]) -> int:
    return order.index(name) if name in order else len(order)
