"""What is asked of one exam: its objects, the contours drawn on it, and the protocol's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adcurate.model import Derivation, ObjectSource, canonical_json, content_digest
from adcurate.model.contour_record import ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import AdcRule, RegionRule

METHOD = "derive-exam/1"


@dataclass(frozen=True, slots=True)
class ExamTask:
    """One exam to derive: its objects (with the digests of their bytes), contours and the rules."""

    study_instance_uid: str
    subject: str
    sources: tuple[ObjectSource, ...]
    digests: tuple[str, ...]
    contours: tuple[ContourRecord, ...]
    adc: AdcRule
    region: RegionRule

    @property
    def derivation(self) -> Derivation:
        """Names the outcome before it is computed, so that it is computed once."""
        parameters = {
            "adc": as_jsonable(self.adc),
            "region": as_jsonable(self.region),
            "contours": [contour_digest([contour]) for contour in self.contours],
        }
        return Derivation("exam", METHOD, parameters, tuple(sorted(self.digests)))


def contour_digest(contours: Sequence[ContourRecord]) -> str:
    """The id of a region as drawn."""
    return content_digest(canonical_json([as_jsonable(contour) for contour in contours]).encode())
