"""What ingest tells the store of received objects, and what the store tells of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from adcurate.store.packs import StagedBlob

Fate = Literal["stored", "duplicate", "quarantined", "skipped"]


class NewInstance(Protocol):
    """What the store must be told of an object that is ready for it."""

    @property
    def content(self) -> bytes | StagedBlob:
        """The research object's bytes, or where they were staged."""

    @property
    def subject(self) -> str:
        """The subject's code."""

    @property
    def study_uid(self) -> str:
        """Stand-in of the Study Instance UID."""

    @property
    def series_uid(self) -> str:
        """Stand-in of the Series Instance UID."""

    @property
    def sop_instance_uid(self) -> str:
        """Stand-in of the SOP Instance UID."""

    @property
    def exam_date(self) -> str:
        """Shifted, YYYYMMDD or ""."""

    @property
    def received_digest(self) -> str:
        """Keyed digest of the bytes as received."""

    @property
    def source_name(self) -> str:
        """What messages call the source."""

    @property
    def account(self) -> str:
        """What was taken off the object and what was proved of it, as JSON."""


class NewRefusal(Protocol):
    """What the store must be told of an object that is quarantined."""

    @property
    def code(self) -> str:
        """Why, as an error code."""

    @property
    def sentence(self) -> str:
        """Why, for a person."""

    @property
    def received_digest(self) -> str:
        """Keyed digest of the bytes as received."""

    @property
    def source_name(self) -> str:
        """What messages call the source."""


class KnownObject(Protocol):
    """What the store must be told of bytes that it has met before."""

    @property
    def received_digest(self) -> str:
        """Keyed digest of the bytes as received."""

    @property
    def source_name(self) -> str:
        """What messages call the source."""


@dataclass(frozen=True, slots=True)
class InstanceRecord:
    """One stored object."""

    sop_instance_uid: str
    series_uid: str
    study_uid: str
    subject: str
    exam_date: str
    blob: str
    received_digest: str


@dataclass(frozen=True, slots=True)
class ExamRecord:
    """One exam by its stored objects; its date is shifted, YYYYMMDD or ""."""

    study_uid: str
    subject: str
    exam_date: str
    n_objects: int


@dataclass(frozen=True, slots=True)
class QuarantineRecord:
    """One refused object; its bytes lie in the vault under `vault_name`."""

    received_digest: str
    code: str
    sentence: str
    source_name: str
    vault_name: str


@dataclass(frozen=True, slots=True)
class StoreSize:
    """How much the study holds."""

    n_objects: int
    n_exams: int
    n_subjects: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one received object.

    `code` says why it was quarantined, or the reason for which it was left alone (``skipped``). The codes
    and UIDs are the study's, "" where the object has none.
    """

    fate: Fate
    source_name: str
    code: str = ""
    sentence: str = ""
    subject: str = ""
    study_uid: str = ""
    series_uid: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The count of one batch, or of all of them."""

    received: int
    stored: int
    duplicate: int
    quarantined: int
    skipped: Mapping[str, int]
    outcomes: tuple[Outcome, ...] = ()
