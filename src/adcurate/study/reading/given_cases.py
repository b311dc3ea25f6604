"""From a design to the cases of one reader: which lesions, in which order, under which ids."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from adcurate.errors import ReadError
from adcurate.model.protocol import Reading
from adcurate.model.reading.design import ReadDesign, ReadItem
from adcurate.study.reading.lesions import ReadableLesion
from adcurate.study.reading.order import reading_order, training_order
from adcurate.study.reading.room import ReadingRoom


def order_of(
    lesions: Sequence[ReadableLesion], reader: str, design: ReadDesign, rules: Reading
) -> tuple[tuple[str, ...], ...]:
    """The lesions of each session, by key."""
    return reading_order(
        [one.key for one in lesions],
        reader,
        seed=design.seed,
        sessions=rules.sessions,
        repeat_fraction=rules.repeat_fraction,
    )


def cases_of(
    room: ReadingRoom,
    reader: str,
    design: ReadDesign,
    lesions: Sequence[ReadableLesion],
    rules: Reading,
) -> list[ReadItem]:
    """A reader's cases under new opaque ids: training first, then session by session."""
    by_key = {one.key: one for one in lesions}
    read = [one for one in lesions if one.key not in design.training]
    made = []
    counts: dict[str, int] = {}
    training = training_order(design.training, reader, design.seed)
    for session, order in enumerate(order_of(read, reader, design, rules), start=1):
        ahead = training if session == 1 else ()
        kinds = itertools.chain(((key, "training") for key in ahead), ((key, "read") for key in order))
        for position, (key, kind) in enumerate(kinds, start=1):
            counts[key] = counts.get(key, 0) + 1
            one = by_key[key]
            made.append(
                ReadItem(
                    item=room.new_id(),
                    reader=reader,
                    session=session,
                    position=position,
                    kind="training" if kind == "training" else "read",
                    subject=one.subject,
                    visit=one.visit,
                    lesion=one.lesion,
                    study_instance_uid=one.study_instance_uid,
                    number=counts[key],
                )
            )
    return made


def beyond_rights(room: ReadingRoom, design: ReadDesign, lesions: Sequence[ReadableLesion]) -> list[str]:
    """Every reader gets every case: who may read for one site only cannot have those of another."""
    sites = {one.site for one in lesions}
    people = [person for name in design.readers if (person := room.store.people.named(name)) is not None]
    return [
        f"{person.name} may not read for every site that has cases."
        for person in people
        if not all(person.has("reader", site=site) for site in sites)
    ]


def check_maps(room: ReadingRoom, lesion: ReadableLesion) -> None:
    """Stop where the room's maps are made by another rule than the protocol's.

    Raises
    ------
    ReadError
        ``read.design``
    """
    if room.images.exam(lesion.study_instance_uid).task.adc != room.protocol().adc:
        raise ReadError(
            "read.design",
            "The protocol's ADC rule was changed after the room was opened.",
            remedy="Stop the server and start it again: its maps are made by the old rule.",
        )
