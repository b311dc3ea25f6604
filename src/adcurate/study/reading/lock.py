"""Lock a reading with its reader's signature: from then on it stands, and it counts."""

from __future__ import annotations

from typing import Any, Final

from adcurate.errors import ReadError
from adcurate.model.protocol import Reading
from adcurate.model.reading.answers import LockedReading
from adcurate.model.reading.design import ReadItem, Someone
from adcurate.model.reading.draft import Draft
from adcurate.model.reading.kept import SIGNATURE_MEANING, Lock, SavedDraft
from adcurate.store.reading.status import stale
from adcurate.study.reading.counting import contours_of_lock, order_with
from adcurate.study.reading.feedback import training_feedback
from adcurate.study.reading.measure import MeasuredDraft, measure_whole
from adcurate.study.reading.next_case import item_of, reading_list, shows_numbers, with_ids_of_now
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.save import check_key
from adcurate.study.reading.shown_series import refuse_stale_images

_TRIES: Final = 50


def lock_reading(
    room: ReadingRoom,
    who: Someone,
    item: str,
    base_revision: int,
    key: str,
    meaning: str,
    *,
    images: str = "",
) -> LockedReading:
    """Lock the last revision; who may sign as this person was checked before.

    Parameters
    ----------
    meaning
        What the signature means, as the reader confirmed it.
    images
        The `shown_series` that the reader looks at; without it, those of now.

    Raises
    ------
    ReadError
        ``read.item``, ``read.locked``, ``read.stale``, ``read.key-reused``, ``read.meaning``,
        ``read.stale-images``;
        ``read.nothing-drawn``, ``read.incomplete`` (the protocol wants more), ``read.not-measurable``.
    """
    case = item_of(room, who.name, item)
    check_key(key)
    if meaning != SIGNATURE_MEANING:
        raise ReadError(
            "read.meaning", "The signature does not say what it means.", remedy=f"Sign: {SIGNATURE_MEANING}"
        )
    refuse_stale_images(room, case, images)
    saved = room.store.reading.drafts.at(item, base_revision)
    if saved is None:
        latest = room.store.reading.drafts.latest(item)
        if latest is None:
            raise _nothing_drawn()
        raise stale(latest.revision)
    draft = with_ids_of_now(saved, room.images.exam(case.study_instance_uid)).draft
    found = _measured(room, case, draft)
    lock = _keep(room, who, case, saved, key, found)
    feedback = training_feedback(room, case, found) if case.kind == "training" else None
    numbers = lock.numbers if shows_numbers(room, case) else None
    return LockedReading(numbers, feedback, reading_list(room, who.name).next_item)


def _measured(room: ReadingRoom, case: ReadItem, draft: Draft) -> MeasuredDraft:
    """What is locked, which must be complete and measurable."""
    if draft.cannot_assess is None:
        if not any(one.role == "lesion" for one in draft.contours):
            raise _nothing_drawn()
        missing = _missing(draft, room.rules())
        if missing:
            raise ReadError(
                "read.incomplete",
                f"The protocol asks for {' and '.join(missing)}.",
                remedy="Add what is missing, then lock.",
            )
    found = measure_whole(room, case, draft)
    if not found.numbers.is_valid:
        first = found.numbers.problems[0]
        raise ReadError(
            "read.not-measurable",
            f"The drawing cannot be measured: {first.sentence}",
            remedy="Take the repair that is offered, or draw it again." if first.repair else "Draw it again.",
            problem=first.code,
            contour=first.contour,
        )
    return found


def _keep(
    room: ReadingRoom, who: Someone, case: ReadItem, saved: SavedDraft, key: str, found: MeasuredDraft
) -> Lock:
    cannot = saved.draft.cannot_assess
    numbers: dict[str, Any] = {
        **found.numbers.as_json(),
        "cannot_assess": None if cannot is None else cannot.reason,
        "rules": found.rules,
    }
    asked = Lock(
        item=case.item,
        version=0,
        at="",
        person=who.name,
        key=key,
        revision=saved.revision,
        draft_digest=saved.draft.digest,
        meaning=SIGNATURE_MEANING,
        numbers=numbers,
    )
    choices = order_with(room, case.reading_name) if case.kind == "read" else []
    for _ in range(_TRIES):
        counting = contours_of_lock(room, case, found.records)
        kept = room.store.reading.locks.lock(
            asked, seen=counting.seen, contours=counting.contours, choices=choices, person_id=who.id
        )
        if kept is not None:
            return kept
    raise ReadError("read.stale", "The lock could not be kept just now.", remedy="Lock it again.")


def _missing(draft: Draft, rules: Reading) -> list[str]:
    wanted = (
        (rules.wants_confidence and draft.confidence is None, "a confidence"),
        (rules.wants_ruler and not any(one.axis == "long" for one in draft.rulers), "the long axis"),
        (
            rules.wants_reference and not any(one.role == "reference" for one in draft.contours),
            "a region of reference tissue",
        ),
    )
    return [what for is_missing, what in wanted if is_missing]


def _nothing_drawn() -> ReadError:
    return ReadError(
        "read.nothing-drawn",
        "Nothing is drawn as the lesion.",
        remedy="Draw it, or say that it cannot be assessed and why.",
    )
