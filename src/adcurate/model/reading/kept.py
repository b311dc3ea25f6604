"""What is kept of a reading: saved drafts, locks with their signature, amendments, adjudications, seals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from adcurate.model.reading.design import ItemState
from adcurate.model.reading.draft import Draft

SIGNATURE_MEANING: Final = "I drew this region and it is my reading."

DisputeReason = Literal["difference", "not-same-lesion", "cannot-assess"]
AdjudicationChoice = Literal["first", "second", "mean", "new", "not-same-lesion"]


@dataclass(frozen=True, slots=True)
class SavedDraft:
    """One revision of a draft. `series` names what stood behind ``s1``, ``s2``, … when it was drawn."""

    item: str
    revision: int
    at: str
    key: str
    draft: Draft
    series: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """A reading that stands: the revision, its digest, and who signed it when with which meaning."""

    item: str
    version: int
    at: str
    person: str
    key: str
    revision: int
    draft_digest: str
    meaning: str
    numbers: Mapping[str, Any] | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class Amendment:
    """A lock that was opened again, and why; the lock and its draft stay."""

    item: str
    version: int
    at: str
    person: str
    reason: str


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """How far one item is. `revision` is 0 before the first save."""

    state: ItemState
    revision: int
    lock: Lock | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two locked readings of one lesion that somebody must decide between. The items are of the readings."""

    id: str
    subject: str
    lesion: str
    first_item: str
    second_item: str
    reason: DisputeReason
    difference_mm2_per_s: float | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of a dispute, by whom and why. `draft` is a new reading, where one was drawn."""

    id: str
    at: str
    person: str
    choice: AdjudicationChoice
    reason: str
    draft: Draft | None = None


@dataclass(frozen=True, slots=True)
class OutcomeSeal:
    """Outcomes under a named person's passphrase. `opened_at` and `opened_by` are "" while it stands."""

    id: int
    at: str
    sealer: str
    n_rows: int
    sealed: bytes = field(repr=False)
    opened_at: str = ""
    opened_by: str = ""
