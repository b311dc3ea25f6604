"""Whether outcomes are sealed, for the steps that need or would bring them."""

from __future__ import annotations

from adcurate.errors import ReadError
from adcurate.store import StudyStore


def refuse_while_sealed(store: StudyStore, because: str) -> None:
    """Stop where outcomes are sealed; `because` says what waits.

    Raises
    ------
    ReadError
        ``read.sealed``
    """
    seal = store.reading.seals.latest()
    if seal is not None and not seal.opened_at:
        raise ReadError(
            "read.sealed",
            f"{because}: the outcomes are sealed.",
            remedy=f"{seal.sealer} opens the seal in the reading room, after the last reading is locked.",
        )
