"""Seal the outcomes until the last reading is locked and the last difference decided, so that nobody looked.

A person who reads nothing seals them with a passphrase. The store's rows are emptied and the received
worksheets in the vault are encrypted once more; the file that the worksheet came from lies where its owner
keeps it, and no program can seal that.
"""

from __future__ import annotations

from typing import Final

from adcurate.errors import ReadError
from adcurate.model.reading.design import Someone
from adcurate.model.reading.kept import OutcomeSeal
from adcurate.store.reading.seals import open_bytes
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.reading.disputes import disputes
from adcurate.study.reading.lesions import OUTCOME_COLUMNS
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.sealed_worksheets import worksheets_opened, worksheets_sealed
from adcurate.study.run import ANALYZED_CHOICE

SHORTEST_PASSPHRASE: Final = 12


def current_seal(room: ReadingRoom) -> OutcomeSeal | None:
    """The seal that stands, or None."""
    seal = room.store.reading.seals.latest()
    return seal if seal is not None and not seal.opened_at else None


def seal_outcomes(room: ReadingRoom, who: Someone, passphrase: str) -> OutcomeSeal:
    """Take the outcomes out of the store under a passphrase of a person who reads nothing.

    Raises
    ------
    ReadError
        ``read.sealed``; ``read.sealer``: a reader; ``read.passphrase``: too short; ``read.too-late``: the
        study was analysed, and its results tell the outcomes.
    VaultError
        ``vault.key-missing``
    """
    refuse_while_sealed(room.store, "They cannot be sealed twice")
    design = room.store.reading.designs.latest()
    if design is not None and who.name in design.design.readers:
        raise ReadError(
            "read.sealer",
            "A reader cannot seal the outcomes.",
            remedy="Somebody who reads no case of this study does it.",
        )
    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise ReadError(
            "read.passphrase",
            f"The passphrase has fewer than {SHORTEST_PASSPHRASE} letters.",
            remedy="Take four words at random, and keep them where no reader looks.",
        )
    if room.store.choices.latest(ANALYZED_CHOICE) is not None:
        raise ReadError(
            "read.too-late",
            "The study was analysed already: its results tell the outcomes.",
            remedy="Readings from now on count as they are recorded; a new study can be sealed.",
        )
    with worksheets_sealed(room.store, room.study.open_vault(room.store), passphrase):
        room.store.reading.seals.seal(OUTCOME_COLUMNS, passphrase, who.name, who.id)
    seal = current_seal(room)
    assert seal is not None
    return seal


def unseal_outcomes(
    room: ReadingRoom, who: Someone, passphrase: str, *, early_reason: str = ""
) -> OutcomeSeal:
    """Put the outcomes back. Before the last lock and decision this needs a reason, which the report tells.

    Raises
    ------
    ReadError
        ``read.not-sealed``, ``read.passphrase``, ``read.too-early``
    """
    seal = current_seal(room)
    if seal is None:
        raise ReadError("read.not-sealed", "No outcomes are sealed.", remedy="There is nothing to open.")
    is_locked, undecided = all_locked(room), n_undecided(room)
    is_early = not is_locked or undecided > 0
    if is_early and not early_reason.strip():
        still = "One difference is" if undecided == 1 else f"{undecided} differences are"
        raise ReadError(
            "read.too-early",
            f"{still} not decided yet." if is_locked else "Some readings are not locked yet.",
            remedy="Wait for the last one; or say why the seal must be broken now: the report will tell.",
        )
    reason = early_reason.strip() if is_early else ""
    open_bytes(seal.sealed, passphrase)
    with worksheets_opened(room.store, room.study.open_vault(room.store), passphrase):
        room.store.reading.seals.open(seal, passphrase, who.name, reason, who.id)
    opened = room.store.reading.seals.latest()
    assert opened is not None
    return opened


def all_locked(room: ReadingRoom) -> bool:
    """Whether reading began and every case of every reader is locked."""
    items = [one.item for one in room.store.reading.designs.items()]
    statuses = room.store.reading.locks.statuses(items)
    return bool(items) and all(one.state == "locked" for one in statuses.values())


def n_undecided(room: ReadingRoom) -> int:
    """How many differences between readers wait for a decision."""
    decided = room.store.reading.adjudications.all()
    return sum(one.id not in decided for one in disputes(room))
