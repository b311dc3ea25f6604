"""The account of the reading for the report: from the log's entries, not from what the design intended."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Mapping, Sequence

from adcurate.model.provenance import canonical_json, content_digest
from adcurate.model.reading.account import ReaderAccount, ReadingAccount
from adcurate.model.reading.audit_entry import AuditEntry
from adcurate.model.reading.design import ReadItem
from adcurate.model.reading.kept import ItemStatus
from adcurate.model.reading.standing import LesionStanding
from adcurate.study.reading.blinding import blinding_of
from adcurate.study.reading.room import ReadingRoom

_DAY = datetime.timedelta(days=1)


def reading_account(
    room: ReadingRoom, standings: Mapping[tuple[str, str], LesionStanding]
) -> ReadingAccount | None:
    """Every reader of the design, counted from the log; None before reading began."""
    design = room.store.reading.designs.latest()
    if design is None or not design.started_at:
        return None
    items = [one for one in room.store.reading.designs.items() if one.kind == "read"]
    entries = room.store.audit.done("reading.lock", "reading.amend")
    statuses = room.store.reading.locks.statuses([one.item for one in items])
    blinded = blinding_of(room.store)
    not_blinded = {one.reader: one.n_not_blinded for one in blinded.readers}
    washout = room.rules().washout_days
    head = room.store.audit.head()
    return ReadingAccount(
        started_at=design.started_at,
        seed=design.design.seed,
        washout_days=washout,
        readers=tuple(
            _reader(
                reader,
                [one for one in items if one.reader == reader],
                entries,
                statuses,
                not_blinded.get(reader, 0),
                washout,
            )
            for reader in design.design.readers
        ),
        n_decided=sum(one.decision is not None for one in standings.values()),
        n_undecided=sum(one.standing == "undecided" for one in standings.values()),
        outcomes_sealed_by=blinded.outcomes_sealed_by,
        seal_broken_early=blinded.seal_broken_early,
        n_unnamed=blinded.n_unnamed,
        n_log_entries=head.sequence,
        log_head=head.hash,
    )


def _reader(
    reader: str,
    items: Sequence[ReadItem],
    entries: Sequence[AuditEntry],
    statuses: Mapping[str, ItemStatus],
    n_not_blinded: int,
    washout: int,
) -> ReaderAccount:
    own = {one.item: one for one in items}
    # The first lock of each case: a later one tells of an amendment, not of when it was read.
    first: dict[str, AuditEntry] = {}
    for entry in entries:
        if entry.action == "reading.lock" and entry.object in own:
            first.setdefault(entry.object, entry)
    amended = {one.object for one in entries if one.action == "reading.amend" and one.object in own}
    read = [own[item] for item in first]
    lesions = {one.key for one in read}
    pause = _shortest_pause(read, first)
    return ReaderAccount(
        reader=reader,
        n_cases=len(items),
        n_lesions=len(lesions),
        n_repeats=len(read) - len(lesions),
        n_not_blinded=n_not_blinded,
        n_amended=len(amended),
        n_cannot_assess=sum(_cannot_assess(statuses[item]) for item in first),
        shortest_pause_days=pause,
        washout_kept=None if pause is None else pause >= washout,
        n_before_their_turn=_before_their_turn(items, first),
        order_digest=_order_digest(items),
    )


def _shortest_pause(read: Sequence[ReadItem], first: Mapping[str, AuditEntry]) -> float | None:
    """Days between the last first lock of a session and the earliest of the next that was begun."""
    times: dict[int, list[datetime.datetime]] = {}
    for one in read:
        times.setdefault(one.session, []).append(datetime.datetime.fromisoformat(first[one.item].at))
    pauses = [(min(times[b]) - max(times[a])) / _DAY for a, b in itertools.pairwise(sorted(times))]
    return min(pauses, default=None)


def _before_their_turn(items: Sequence[ReadItem], first: Mapping[str, AuditEntry]) -> int:
    """Cases that were locked before one that stood ahead of them; one never locked is ahead of them all."""
    n, latest, session = 0, 0, 0
    last = len(first) and max(entry.sequence for entry in first.values())
    for one in sorted(items, key=lambda one: (one.session, one.position)):
        if one.session != session:
            session, latest = one.session, 0
        at = first[one.item].sequence if one.item in first else last + 1
        n += one.item in first and at < latest
        latest = max(latest, at)
    return n


def _cannot_assess(status: ItemStatus) -> bool:
    return status.lock is not None and bool((status.lock.numbers or {}).get("cannot_assess"))


def _order_digest(items: Sequence[ReadItem]) -> str:
    order = sorted((one.session, one.position, one.subject, one.lesion, one.number) for one in items)
    return content_digest(canonical_json([list(one) for one in order]).encode())
