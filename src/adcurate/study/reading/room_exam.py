"""One exam as the reading room shows it: its images under opaque ids, and the maps to measure on.

What an image came from stays here, for the server to turn a contour's series and frame into an image of the
study; nothing is read from disk again for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from adcurate.errors import ReadError
from adcurate.findings import Finding
from adcurate.geometry import nearest_plane
from adcurate.model import SliceOrigin
from adcurate.study.exam_maps import ExamMaps, load_exam_maps
from adcurate.study.exam_task import ExamTask
from adcurate.study.reading.room_series import (
    RoomFrame,
    RoomSeries,
    map_series,
    series_beside_maps,
    signal_series,
)


@dataclass(frozen=True, slots=True, eq=False)
class RoomExam:
    """The exam, ready to be looked at and measured: nothing is read from disk for it again."""

    task: ExamTask
    maps: ExamMaps = field(repr=False)  # without the signals, of which nothing more is asked
    series: tuple[RoomSeries, ...] = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)

    @property
    def n_bytes(self) -> int:
        """What the arrays take."""
        return sum(one.values.nbytes for one in self.series) + sum(
            one.values.nbytes for one in self.maps.maps
        )

    def one_series(self, series_id: str) -> RoomSeries:
        """The series of that id.

        Raises
        ------
        ReadError
            ``read.no-frame``
        """
        for one in self.series:
            if one.series_id == series_id:
                return one
        raise _no_frame()

    def frame(self, series_id: str, number: int) -> RoomFrame:
        """The image that a contour, ruler or pointer names.

        Raises
        ------
        ReadError
            ``read.no-frame``
        """
        frames = self.one_series(series_id).frames
        if not 1 <= number <= len(frames):
            raise _no_frame()
        return frames[number - 1]

    def pixels(self, series_id: str, first: int, last: int, *, as_picture: bool = False) -> bytes:
        """Images `first` to `last`, one after the other, little endian, row by row.

        `as_picture`: those of a map without its numbers, as `RoomSeries.pictured`.

        Raises
        ------
        ReadError
            ``read.no-frame``
        """
        series = self.one_series(series_id)
        if not 1 <= first <= last <= len(series.frames):
            raise _no_frame()
        values = series.values[first - 1 : last]
        return (series.pictured(values) if as_picture and series.is_map else values).tobytes()

    def locate(
        self, sop_instance_uid: str, frame_number: int, point_lps_mm: Sequence[float]
    ) -> tuple[str, int] | None:
        """The series id and number of the image behind which that image of the study stands, if one does."""
        origin = SliceOrigin(sop_instance_uid, frame_number)
        for one in self.series:
            here = [frame for frame in one.frames if frame.origin == origin]
            if len(here) == 1:
                return one.series_id, here[0].number
            if here:  # tiles of one mosaic
                planes = [frame.plane for frame in here]
                return one.series_id, here[nearest_plane(planes, [point_lps_mm])].number
        return None


def load_room_exam(task: ExamTask) -> RoomExam:
    """Read the exam and make everything that is shown of it.

    The map of record comes first of its role. At most three series of a role are kept; of the signals the
    highest b-value and the lowest.

    Raises
    ------
    ReadError
        ``read.no-images``: nothing of the exam can be shown.
    StoreError
        ``store.integrity``: stored objects are gone or changed.
    """
    findings: list[Finding] = []
    maps = load_exam_maps(task, findings)
    shown = [
        *series_beside_maps(maps, "t2", findings),
        *signal_series(maps),
        *map_series(maps, task.adc),
        *series_beside_maps(maps, "t1", findings),
    ]
    if not shown:
        raise ReadError(
            "read.no-images",
            "Nothing of this exam can be shown.",
            remedy="Ask the coordinator to look at the exam's findings (adcurate study status).",
        )
    return RoomExam(task, replace(maps, stack=None), tuple(_numbered(shown)), tuple(findings))


def _numbered(shown: Sequence[RoomSeries]) -> list[RoomSeries]:
    return [replace(one, series_id=f"s{at}") for at, one in enumerate(shown, start=1)]


def _no_frame() -> ReadError:
    return ReadError(
        "read.no-frame", "The case has no such image.", remedy="Load the page again; images count from 1."
    )
