"""``show``: one number, traced back to the voxels, the contour and the objects it came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adcurate.errors import StoreError
from adcurate.model.cohort import Measurement, NormalizedMeasurement
from adcurate.model.contour_record import ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.store import DerivedRecord, StudyStore
from adcurate.study.exam_task import contour_digest
from adcurate.study.folder import StudyFolder
from adcurate.study.normalized import KIND as NORMALIZED
from adcurate.study.normalized import normalized_measurement
from adcurate.study.regions.contours import as_record
from adcurate.study.results import measurement


@dataclass(frozen=True, slots=True)
class TracedMeasurement:
    """A measurement, its contours, and how it and its map were derived."""

    measurement: Measurement
    steps: tuple[DerivedRecord, ...]
    contours: tuple[ContourRecord, ...]

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study show --json``."""
        return {
            "measurement": as_jsonable(self.measurement),
            "contours": as_jsonable(self.contours),
            "derivation": as_jsonable(self.steps),
        }


@dataclass(frozen=True, slots=True)
class TracedRatio:
    """A normalized measurement with the two behind it: the lesion's and the reference tissue's."""

    normalized: NormalizedMeasurement
    lesion: TracedMeasurement
    reference: TracedMeasurement

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study show --json``."""
        return {
            "normalized": as_jsonable(self.normalized),
            "lesion": self.lesion.as_json(),
            "reference": self.reference.as_json(),
        }


def show_measurement(study: StudyFolder, measurement_id: str) -> TracedMeasurement | TracedRatio:
    """Trace a measurement by its id or the beginning of it (the report prints twelve digits).

    A normalized measurement is traced to both of its regions.

    Raises
    ------
    StoreError
        ``store.not-found`` where no measurement begins so, or several do.
    """
    with study.open_store("read") as store:
        known = (*store.derived.of_kind("measurement"), *store.derived.of_kind(NORMALIZED))
        fitting = [one for one in known if one.startswith(measurement_id)]
        if len(fitting) != 1 or not measurement_id:
            raise StoreError(
                "store.not-found",
                f"{len(fitting)} measurements begin with that id.",
                remedy="The appendix of the report lists every measurement's id; twelve digits are enough.",
            )
        if store.derived.record(fitting[0]).kind == NORMALIZED:
            found = normalized_measurement(_record(store, fitting[0]))
            return TracedRatio(found, _traced(store, found.of_lesion), _traced(store, found.of_reference))
        return _traced(store, fitting[0])


def _traced(store: StudyStore, measurement_id: str) -> TracedMeasurement:
    found = measurement(_record(store, measurement_id))
    return TracedMeasurement(found, store.derived.trace(measurement_id), _contours(store, found))


def _record(store: StudyStore, measurement_id: str) -> dict[str, Any]:
    record = store.derived.get(measurement_id)
    if not isinstance(record, dict):
        raise TypeError("a measurement is stored as a record")
    return record


def _contours(store: StudyStore, found: Measurement) -> tuple[ContourRecord, ...]:
    """The contours that were measured, from the version whose digest the measurement names."""
    key = f"{found.subject}/{found.lesion}/{found.reader}"
    for version in reversed(store.contours.history(key)):
        contours = [as_record(item) for item in version.payload]
        for several in (contours, *_by_image(contours)):
            if several and contour_digest(several) == found.contour_digest:
                return tuple(several)
    return ()


def _by_image(contours: Sequence[ContourRecord]) -> list[list[ContourRecord]]:
    """What one slice is measured from: the contours of an image, exclusions last, or one alone."""
    images: dict[tuple[str, int], list[ContourRecord]] = {}
    for one in sorted(contours, key=lambda one: one.role == "exclusion"):
        images.setdefault((one.sop_instance_uid, one.frame_number), []).append(one)
    return [*images.values(), *([one] for one in contours)]
