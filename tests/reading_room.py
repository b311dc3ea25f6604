"""A reading room for tests: a small study with pointers, people who read, and regions to draw."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import numpy as np
from tests.room_study import make_study, prescription

from adcurate.model.reading.design import ReadDesign
from adcurate.model.reading.draft import Draft, DrawnContour
from adcurate.model.reading.kept import SIGNATURE_MEANING
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.protocol.amend import amend_protocol, differs_from_frozen
from adcurate.study.reading.design import start_reading
from adcurate.study.reading.images import ImageCache
from adcurate.study.reading.lock import lock_reading
from adcurate.study.reading.next_case import reading_list
from adcurate.study.reading.pointers import lesions_to_point, place_pointer
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.room_exam import RoomExam
from adcurate.study.reading.save import save_draft


@dataclass(frozen=True)
class Somebody:
    """A person by name; the id is another word, as in the log."""

    name: str

    @property
    def id(self) -> str:
        return f"id-{self.name}"


@dataclass
class Clock:
    """A clock that a test sets."""

    day: int = 1

    def __call__(self) -> str:
        return f"2030-{1 + (self.day - 1) // 28:02d}-{1 + (self.day - 1) % 28:02d}T08:00:00+00:00"


COORDINATOR = Somebody("carla")
ANNA, BEN = Somebody("anna"), Somebody("ben")
PROTOCOL = "\n[reading]\n"


def reading_study(
    folder: Path, n_exams: int, *, reading: str = "", grades: Sequence[str] = ("G1",), **options: object
) -> StudyFolder:
    """A study of as many exams of one lesion each."""
    exams = [prescription(f"READ{number}", number, **options) for number in range(1, n_exams + 1)]
    return make_study(folder, exams, grades=grades, protocol=PROTOCOL + reading)[0]


class LoadedOnce(ImageCache):
    """Exams that any test loaded before: copies of a study hold the same bytes."""

    known: ClassVar[dict[tuple[object, ...], RoomExam]] = {}

    def exam(self, study_instance_uid: str) -> RoomExam:
        digests = [record.blob for record in self._store.instances.all(study_uid=study_instance_uid)]
        key = (study_instance_uid, self._rules, *digests)
        if key not in self.known:
            self.known[key] = super().exam(study_instance_uid)
        return self.known[key]


@contextlib.contextmanager
def opened_room(study: StudyFolder, clock: Clock | None = None) -> Iterator[ReadingRoom]:
    """The room of a study; names of cases are 1, 2, 3, … in the order in which they are made."""
    numbers = itertools.count(1)
    with StudyStore.open(study.store, **({} if clock is None else {"clock": clock})) as store:
        protocol = study.protocol()
        with LoadedOnce(store, protocol.adc, protocol.region) as images:
            taken = len(store.reading.designs.items())
            yield ReadingRoom(study, store, images, lambda: f"item{taken + next(numbers):04d}")


def place_all_pointers(room: ReadingRoom) -> None:
    """A pointer in the middle of every exam's ADC map: where it lies does not matter to these tests."""
    for one in lesions_to_point(room):
        exam = room.images.exam(one.study_instance_uid)
        frame = adc_series(room, one.study_instance_uid).frames[0]
        point = frame.plane.to_lps(np.array([[20.0, 20.0]]))[0]
        origin = frame.origin
        assert exam.frame("s1", 1)
        place_pointer(
            room, COORDINATOR, one.key, origin.sop_instance_uid, origin.frame_number, tuple(point), "liver"
        )


def begin(room: ReadingRoom, readers: Sequence[str] = ("anna", "ben"), **design: object) -> None:
    """Pointers everywhere, and reading begun."""
    place_all_pointers(room)
    start_reading(room, COORDINATOR, ReadDesign(readers=tuple(readers), **design))  # type: ignore[arg-type]


def amend_where_frozen(study: StudyFolder) -> None:
    """Say why the protocol was changed, where reading has begun."""
    with study.open_store() as store:
        if differs_from_frozen(study, store):
            amend_protocol(study, store, "The test changes it.")


def adc_series(room: ReadingRoom, study_instance_uid: str):
    """The series of the map of record."""
    return next(one for one in room.images.exam(study_instance_uid).series if one.is_record)


def square(
    room: ReadingRoom,
    study_instance_uid: str,
    *,
    middle: tuple[float, float] = (24.0, 24.0),
    half: float = 4.2,
    frame: int = 1,
    name: str = "c1",
    role: str = "lesion",
    crossed: bool = False,
) -> DrawnContour:
    """A square on the map of record, in pixels; `crossed` draws it as a bow tie."""
    series = adc_series(room, study_instance_uid)
    row, column = middle
    corners = [(-1, -1), (-1, 1), (1, 1), (1, -1)]
    if crossed:
        corners = [(-1, -1), (1, 1), (-1, 1), (1, -1)]
    pixels = np.array([(row + half * r, column + half * c) for r, c in corners])
    points = series.frames[frame - 1].plane.to_lps(pixels)
    return DrawnContour(
        name,
        role,  # type: ignore[arg-type]
        series.series_id,
        frame,
        "freehand",
        tuple((float(x), float(y), float(z)) for x, y, z in points),
    )


@dataclass
class Hand:
    """A reader who draws and locks; keys are counted."""

    room: ReadingRoom
    who: Somebody
    keys: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def key(self) -> str:
        return f"key-{self.who.name}-{next(self.keys):06d}"

    def exam_of(self, item: str) -> str:
        one = self.room.store.reading.designs.item(item)
        assert one is not None
        return one.study_instance_uid

    def draw(self, item: str, **how: object) -> int:
        """Save a square on top of what there is; gives the revision."""
        draft = Draft((square(self.room, self.exam_of(item), **how),))  # type: ignore[arg-type]
        return self.save(item, draft)

    def save(self, item: str, draft: Draft) -> int:
        base = self.room.store.reading.locks.status(item).revision
        return save_draft(self.room, self.who, item, base, self.key(), draft)

    def lock(self, item: str):
        base = self.room.store.reading.locks.status(item).revision
        return lock_reading(self.room, self.who, item, base, self.key(), SIGNATURE_MEANING)

    def read_all(self, **how: object) -> list[str]:
        """Draw and lock every case of the session that is open; gives them in order."""
        items = [one.item for one in reading_list(self.room, self.who.name).items if one.state != "locked"]
        for item in items:
            self.draw(item, **how)
            self.lock(item)
        return items
