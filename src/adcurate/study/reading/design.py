"""The design of a reader study: set, previewed, begun. From the first case on it stands."""

from __future__ import annotations

from collections.abc import Sequence

from adcurate.errors import ReadError
from adcurate.model.protocol import Protocol, Reading
from adcurate.model.reading.design import (
    PreviewedReading,
    ReadDesign,
    Someone,
    StoredDesign,
)
from adcurate.study.reader_of_record import CONSENSUS, READERS_CHOICE, readers_in_order
from adcurate.study.reading.amend import CLOSED_CHOICE, is_closed
from adcurate.study.reading.given_cases import beyond_rights, cases_of, check_maps, order_of
from adcurate.study.reading.lesions import ReadableLesion, readable_lesions, with_pointer
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.regions.contours import FIRST_READING_CHOICE


def current_design(room: ReadingRoom) -> StoredDesign | None:
    """The design that counts, or None."""
    return room.store.reading.designs.latest()


def set_design(room: ReadingRoom, who: Someone, design: ReadDesign) -> StoredDesign:
    """Keep a design; before the start any, after it one with further readers or adjudicators.

    Raises
    ------
    ReadError
        ``read.design``, ``read.design-started``
    """
    before = current_design(room)
    if before is not None and before.started_at:
        return start_reading(room, who, design)
    faults = [*_faults(design, room.protocol()), *_sealers(room, design)]
    if faults:
        raise ReadError("read.design", faults[0], remedy="Correct the design, and save it again.")
    return room.store.reading.designs.set(design, who.id)


def preview_design(room: ReadingRoom, design: ReadDesign) -> PreviewedReading:
    """What a design would make, and what it lacks; once reading began, what its readers have."""
    protocol = room.protocol()
    rules = protocol.reading or Reading()
    every = readable_lesions(room.store, protocol)
    had = _had(room)
    _, without_pointer = with_pointer(room.store, every, rules)
    lesions = _lesions_of_record(room, had)
    read = [one for one in lesions if one.key not in design.training]
    cases, n_repeats = {}, 0
    for reader in design.readers:
        if reader in had:
            cases[reader] = _cases_had(room, reader)
        else:
            cases[reader] = tuple(len(session) for session in order_of(read, reader, design, rules))
        n_repeats = sum(cases[reader]) - len(read)
    problems = [*_faults(design, protocol), *_sealers(room, design), *_lacks(design, lesions)]
    problems += beyond_rights(room, design, lesions)
    if not read:
        problems.append("No lesion is ready to be read.")
    return PreviewedReading(
        n_lesions=len(read),
        cases=cases,
        n_training=len(design.training),
        n_repeats=n_repeats,
        without_pointer=tuple(one.key for one in without_pointer),
        without_exam=tuple(one.key for one in every if not one.study_instance_uid),
        problems=tuple(problems),
    )


def start_reading(
    room: ReadingRoom,
    who: Someone,
    design: ReadDesign | None = None,
    *,
    leave_out_without_pointer: bool = False,
) -> StoredDesign:
    """Give every reader their cases and freeze the protocol; once begun, only readers who were added.

    Raises
    ------
    ReadError
        ``read.design``: nothing to begin with, or not so. ``read.pointer-missing``: lesions without a
        pointer, unless they are to be left out. ``read.design-started``: the same design began before.
    """
    stored = current_design(room)
    wanted = design if design is not None or stored is None else stored.design
    if wanted is None:
        raise ReadError("read.design", "There is no design yet.", remedy="Name the readers first.")
    had = _had(room)
    if stored is not None and had:
        wanted = _grown(stored.design, wanted)
    seen = preview_design(room, wanted)
    if seen.without_pointer and not leave_out_without_pointer and not had:
        raise ReadError(
            "read.pointer-missing",
            f"{len(seen.without_pointer)} lesions have no pointer: a reader could not tell which is meant.",
            remedy="Place them, or say that these lesions are left out.",
            n_lesions=len(seen.without_pointer),
        )
    if seen.problems:
        raise ReadError("read.design", seen.problems[0], remedy="Correct the design, and begin again.")
    lesions = _lesions_of_record(room, had)
    check_maps(room, lesions[0])
    items = [
        item
        for reader in wanted.readers
        if reader not in had
        for item in cases_of(room, reader, wanted, lesions, room.rules())
    ]
    before = readers_in_order(room.store)
    order = [*before, *(reader for reader in wanted.readers if reader not in before)]
    protocol = room.store.protocols.latest()
    if protocol is None or not protocol.frozen_at:
        text = room.study.protocol_file.read_text(encoding="utf-8")
        protocol = room.store.protocols.add(text, "study.toml")
    first_reading = room.store.choices.latest(FIRST_READING_CHOICE)
    choices: list[tuple[str, object]] = [(READERS_CHOICE, order)]
    if first_reading is None:
        choices.append((FIRST_READING_CHOICE, {"protocol_version": protocol.version}))
    if had and is_closed(room):
        choices.append((CLOSED_CHOICE, {"readers": list(had)}))
    return room.store.reading.designs.start(
        wanted, items, who.id, left_out=seen.without_pointer, choices=choices
    )


def _faults(design: ReadDesign, protocol: Protocol) -> list[str]:
    rules = protocol.reading or Reading()
    faults = []
    if not design.readers:
        faults.append("The design names no reader.")
    for names, what in ((design.readers, "reader"), (design.training, "training case")):
        if len(set(names)) < len(names):
            faults.append(f"The design names a {what} twice.")
    if CONSENSUS in design.readers or any("#" in name for name in design.readers):
        faults.append(f"No reader may be called {CONSENSUS}, or have a # in the name.")
    if not 0 <= design.seed < 2**63:
        faults.append("The seed is no whole number from 0.")
    if len(design.training) != rules.training_cases:
        faults.append(
            f"The protocol has {rules.training_cases} training cases; the design names "
            f"{len(design.training)}."
        )
    if rules.adjudicate_over > 0 and not design.adjudicators:
        faults.append("The protocol has differences decided, and the design names nobody who decides.")
    return faults


def _lacks(design: ReadDesign, lesions: Sequence[ReadableLesion]) -> list[str]:
    missing = set(design.training) - {one.key for one in lesions}
    return [f"{len(missing)} training cases are not ready to be read."] if missing else []


def _sealers(room: ReadingRoom, design: ReadDesign) -> list[str]:
    """Who sealed or opened the outcomes has their passphrase; who reads already was told so in the report."""
    had = _had(room)
    sealers = {one.person for one in room.store.audit.done("outcomes.seal", "outcomes.open")}
    new = [name for name in design.readers if name not in had]
    people = [person for name in new if (person := room.store.people.named(name)) is not None]
    return [
        f"{one.name} sealed or opened the outcomes, and cannot read." for one in people if one.id in sealers
    ]


def _had(room: ReadingRoom) -> tuple[str, ...]:
    """Readers who have cases already."""
    stored = current_design(room)
    return stored.design.readers if stored is not None and stored.started_at else ()


def _cases_had(room: ReadingRoom, reader: str) -> tuple[int, ...]:
    """How many cases a reader has in each session, training apart."""
    sessions = [one.session for one in room.store.reading.designs.items(reader) if one.kind == "read"]
    return tuple(sessions.count(number) for number in range(1, max(sessions, default=0) + 1))


def _lesions_of_record(room: ReadingRoom, had: Sequence[str]) -> list[ReadableLesion]:
    """What is read: as the first readers have it, once there are any."""
    ready, _ = with_pointer(room.store, readable_lesions(room.store, room.protocol()), room.rules())
    if not had:
        return ready
    known = {item.key for item in room.store.reading.designs.items(had[0])}
    return [one for one in ready if one.key in known]


def _grown(before: ReadDesign, wanted: ReadDesign) -> ReadDesign:
    """A design that began may only gain people.

    Raises
    ------
    ReadError
        ``read.design-started``
    """
    n = len(before.readers)
    same = (wanted.seed, wanted.training, wanted.training_reference) == (
        before.seed,
        before.training,
        before.training_reference,
    )
    if (
        wanted == before
        or wanted.readers[:n] != before.readers
        or not same
        or not set(before.adjudicators) <= set(wanted.adjudicators)
    ):
        raise ReadError(
            "read.design-started",
            "The reading has begun: its design stands.",
            remedy="Readers and adjudicators may be added; anything else is another study.",
        )
    return wanted
