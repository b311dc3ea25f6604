"""The design of a reader study: who reads what, how often, in which order, and what stands where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

ItemKind = Literal["read", "training"]
ItemState = Literal["open", "drafted", "locked", "amending"]


class Someone(Protocol):
    """A person who acts: the id that the log names, and the login name that readings carry."""

    @property
    def id(self) -> str:
        """The id in the log."""

    @property
    def name(self) -> str:
        """The login name."""


@dataclass(frozen=True, slots=True)
class ReadDesign:
    """What the coordinator decides of the reading; the protocol's ``[reading]`` decides the rest.

    `training` are lesion keys (``subject/lesion``) that are read first and counted nowhere. Contours of
    `training_reference`, a reader of the study, are what a training reading is compared with.
    `adjudicators` decide where readers differ.
    """

    readers: tuple[str, ...] = ()
    seed: int = 1
    training: tuple[str, ...] = ()
    training_reference: str = ""
    adjudicators: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredDesign:
    """A version of the design; `started_at` is "" until reading began, and the design is fixed from then."""

    version: int
    at: str
    design: ReadDesign
    started_at: str = ""


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One case for one reader: what stands behind the opaque id that the reader sees.

    `number` counts the reader's readings of this lesion from 1; `position` runs through a session.
    """

    item: str
    reader: str
    session: int
    position: int
    kind: ItemKind
    subject: str
    visit: str
    lesion: str
    study_instance_uid: str
    number: int = 1

    @property
    def key(self) -> str:
        """The lesion, as the coordinator sees it."""
        return f"{self.subject}/{self.lesion}"

    @property
    def reading_name(self) -> str:
        """The reader as a measurement names it: repeats are ``name#2``."""
        return self.reader if self.number == 1 else f"{self.reader}#{self.number}"


@dataclass(frozen=True, slots=True)
class Pointer:
    """A point on an image that says which lesion is meant; never a contour."""

    subject: str
    lesion: str
    version: int
    at: str
    person: str
    sop_instance_uid: str
    frame_number: int
    point_lps_mm: tuple[float, float, float]
    organ: str


@dataclass(frozen=True, slots=True)
class LateLesions:
    """Lesions that no reader was given of a reading that began, by key.

    `ready` can be given, and would make so many `cases` of each reader; `too_late` says why not, or is "".
    """

    ready: tuple[str, ...] = ()
    without_pointer: tuple[str, ...] = ()
    cases: Mapping[str, int] = field(default_factory=dict)
    too_late: str = ""

    @property
    def is_waiting(self) -> bool:
        """Whether a coordinator can give some of them now."""
        return bool(self.ready) and not self.too_late


@dataclass(frozen=True, slots=True)
class PreviewedReading:
    """What a design would make: cases of each reader by session, and lesions that lack something."""

    n_lesions: int
    cases: Mapping[str, tuple[int, ...]]
    n_training: int
    n_repeats: int
    without_pointer: tuple[str, ...] = ()
    without_exam: tuple[str, ...] = ()
    problems: tuple[str, ...] = field(default=())
