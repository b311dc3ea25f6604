"""How large lesions are by the ruler: from the drafts that were locked, and from what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from adcurate.model.reading.draft import Axis, Draft
from adcurate.model.reading.size import ReadSize
from adcurate.model.reading.standing import LesionStanding
from adcurate.store import StudyStore
from adcurate.study.reader_of_record import CONSENSUS

_CHOSEN = ("first", "second")


def read_sizes(
    store: StudyStore, standings: Mapping[tuple[str, str], LesionStanding]
) -> tuple[ReadSize, ...]:
    """The axes of every reader's first locked reading, training apart; then those of drawings decided for.

    What a lock held counts until the next one, also while the reading is being amended.
    """
    items = [one for one in store.reading.designs.items() if one.kind == "read" and one.number == 1]
    statuses = store.reading.locks.statuses([one.item for one in items])
    sizes: dict[str, ReadSize] = {}
    for item in items:
        lock = statuses[item.item].lock
        saved = None if lock is None else store.reading.drafts.at(item.item, lock.revision)
        if saved is not None:
            sizes[item.item] = size_of(saved.draft, item.subject, item.lesion, item.reader)
    decided = [_decided(one, sizes) for one in standings.values() if one.standing == "drawing"]
    return (*sizes.values(), *(one for one in decided if one is not None))


def size_of(draft: Draft, subject: str, lesion: str, reader: str) -> ReadSize:
    """The longest of the long axes that were drawn, and the longest of the short ones."""
    return ReadSize(
        subject,
        lesion,
        reader,
        _longest(draft, "long"),
        _longest(draft, "short"),
        draft.cannot_assess is not None,
    )


def _decided(standing: LesionStanding, sizes: Mapping[str, ReadSize]) -> ReadSize | None:
    dispute, decision = standing.dispute, standing.decision
    if dispute is None or decision is None:
        return None
    if decision.choice in _CHOSEN:
        item = dispute.first_item if decision.choice == "first" else dispute.second_item
        chosen = sizes.get(item)
    else:
        chosen = (
            None
            if decision.draft is None
            else size_of(decision.draft, standing.subject, standing.lesion, CONSENSUS)
        )
    if chosen is None:
        return None
    return ReadSize(
        standing.subject,
        standing.lesion,
        CONSENSUS,
        chosen.long_axis_mm,
        chosen.short_axis_mm,
        chosen.cannot_assess,
    )


def _longest(draft: Draft, axis: Axis) -> float | None:
    """To a nanometre: ten millimetres between two points of doubles must be ten."""
    lengths: Iterable[float] = [round(one.length_mm, 6) for one in draft.rulers if one.axis == axis]
    return max(lengths, default=None)
