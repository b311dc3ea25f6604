"""Decide where readers differ: both readings side by side, after both are locked; a decision is final.

Who reads too sees others' readings only when the own are all locked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from adcurate.errors import ReadError
from adcurate.model.contour_record import ContourRecord
from adcurate.model.reading.design import ReadItem, Someone
from adcurate.model.reading.draft import Draft
from adcurate.model.reading.kept import (
    AdjudicationChoice,
    Decision,
    Dispute,
    DisputeReason,
    Lock,
    SavedDraft,
)
from adcurate.study.reader_of_record import CONSENSUS
from adcurate.study.reading.amend import checked_reason
from adcurate.study.reading.counting import locked_records, order_with, region_payloads
from adcurate.study.reading.disputes import disputes
from adcurate.study.reading.measure import measure_whole
from adcurate.study.reading.next_case import with_ids_of_now
from adcurate.study.reading.numbers_now import numbers_now
from adcurate.study.reading.room import ReadingRoom


@dataclass(frozen=True, slots=True)
class ListedDispute:
    """A dispute as who decides sees it in the list."""

    id: str
    label: str
    reason: DisputeReason
    state: Literal["open", "decided"]


@dataclass(frozen=True, slots=True)
class DisputeView:
    """Both readings of a dispute. `item` shows the images; readers are "first" and "second", never named.

    Until it is decided, `shows_numbers` is what the protocol says of numbers while somebody draws.
    Numbers are by the rules that count now, as their difference is.
    """

    dispute: Dispute
    item: ReadItem
    first: SavedDraft
    second: SavedDraft
    first_lock: Lock
    second_lock: Lock
    first_numbers: Mapping[str, Any]
    second_numbers: Mapping[str, Any]
    decision: Decision | None
    shows_numbers: bool


def adjudication_list(room: ReadingRoom, who: Someone) -> tuple[ListedDispute, ...]:
    """What there is to decide for an adjudicator; nothing for anybody else."""
    if not _may_decide(room, who):
        return ()
    decided = room.store.reading.adjudications.all()
    return tuple(
        ListedDispute(one.id, f"Difference {number}", one.reason, "decided" if one.id in decided else "open")
        for number, one in enumerate(disputes(room), start=1)
    )


def adjudication_case(room: ReadingRoom, who: Someone, dispute_id: str) -> DisputeView:
    """Both readings of one dispute. The log keeps who opened it: see `amend_reading`.

    Raises
    ------
    ReadError
        ``read.adjudication``: there is no such dispute, or it is not this person's to decide.
    """
    found = next((one for one in disputes(room) if one.id == dispute_id), None)
    if found is None or not _may_decide(room, who):
        raise _no_dispute()
    first, second = (room.store.reading.designs.item(one) for one in (found.first_item, found.second_item))
    if first is None or second is None:
        raise _no_dispute()
    (first_lock, first_draft), (second_lock, second_draft) = _locked(room, first), _locked(room, second)
    decision = room.store.reading.adjudications.all().get(dispute_id)
    room.store.reading.adjudications.note_opened(dispute_id, (first.item, second.item), who.id)
    shows = decision is not None or room.rules().show_numbers == "live"
    return DisputeView(
        found,
        first,
        first_draft,
        second_draft,
        first_lock,
        second_lock,
        numbers_now(room, first, first_lock),
        numbers_now(room, second, second_lock),
        decision,
        shows,
    )


def adjudicate(
    room: ReadingRoom,
    who: Someone,
    dispute_id: str,
    choice: AdjudicationChoice,
    reason: str,
    draft: Draft | None = None,
) -> Decision:
    """Decide a dispute.

    ``first`` and ``second`` take that reading, ``new`` takes `draft`, as the reader ``consensus``; ``mean``
    lets both stand. Readers' own readings go on counting in agreement between readers, but for those that are
    of another lesion: after ``not-same-lesion`` neither does, and of a mismatch only the reading chosen.

    Raises
    ------
    ReadError
        ``read.adjudication``, ``read.adjudicated``, ``read.reason``; ``read.choice`` for a new reading
        without a drawing or a drawing with another choice; ``read.not-measurable``.
    """
    view = adjudication_case(room, who, dispute_id)
    said = checked_reason(reason)
    if (choice == "new") != (draft is not None):
        raise ReadError(
            "read.choice",
            "A new reading is a drawing, and no other choice has one.",
            remedy='Choose "new" with a drawing, or one of the readings without.',
        )
    contours = _counting(room, view, choice, draft)
    return room.store.reading.adjudications.decide(
        Decision(dispute_id, "", who.name, choice, said, draft),
        contours=contours,
        choices=order_with(room, CONSENSUS),
        person_id=who.id,
    )


def _counting(
    room: ReadingRoom, view: DisputeView, choice: AdjudicationChoice, draft: Draft | None
) -> dict[str, Any]:
    items = (view.item, room.store.reading.designs.item(view.dispute.second_item))
    first, second = (locked_records(room, one)[1] if one else () for one in items)
    chosen: tuple[ContourRecord, ...] = ()
    if choice == "new" and draft is not None:
        found = measure_whole(room, view.item, draft)
        if not found.numbers.is_valid:
            raise ReadError(
                "read.not-measurable",
                f"The drawing cannot be measured: {found.numbers.problems[0].sentence}",
                remedy="Draw it again.",
            )
        chosen = found.records
    elif choice in ("first", "second"):
        chosen = first if choice == "first" else second
    payloads = region_payloads(room, view.item, CONSENSUS, chosen)
    if view.dispute.reason == "not-same-lesion" or choice == "not-same-lesion":
        stands = {"mean": (True, True), "first": (True, False), "second": (False, True)}
        for item, records, counts in zip(
            items, (first, second), stands.get(choice, (False, False)), strict=True
        ):
            if item is not None:
                payloads |= region_payloads(room, item, item.reading_name, records if counts else ())
    return payloads


def _locked(room: ReadingRoom, item: ReadItem) -> tuple[Lock, SavedDraft]:
    lock = room.store.reading.locks.status(item.item).lock
    saved = None if lock is None else room.store.reading.drafts.at(item.item, lock.revision)
    if lock is None or saved is None:
        raise _no_dispute()
    return lock, with_ids_of_now(saved, room.images.exam(item.study_instance_uid))


def _may_decide(room: ReadingRoom, who: Someone) -> bool:
    design = room.store.reading.designs.latest()
    if design is None or who.name not in design.design.adjudicators:
        return False
    own = [one.item for one in room.store.reading.designs.items(who.name)]
    return all(one.state == "locked" for one in room.store.reading.locks.statuses(own).values())


def _no_dispute() -> ReadError:
    return ReadError(
        "read.adjudication", "There is nothing of that name to decide.", remedy="Go back to the list."
    )
