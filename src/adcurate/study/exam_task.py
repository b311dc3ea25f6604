"""What is asked of one exam: its objects, the contours drawn on it, and the protocol's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from adcurate.model import Derivation, ObjectSource, SeriesKindChoice, canonical_json, content_digest
from adcurate.model.b_value import BValueChoice
from adcurate.model.contour_record import ContourRecord
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import AdcRule, RegionRule

METHOD = "derive-exam/2"


@dataclass(frozen=True, slots=True)
class ExamTask:
    """One exam to derive: its objects (with the digests of their bytes), contours and the rules.

    `b_values` and `kinds` are a person's, for series whose headers do not say them, or say them wrong.
    """

    study_instance_uid: str
    subject: str
    sources: tuple[ObjectSource, ...]
    digests: tuple[str, ...]
    contours: tuple[ContourRecord, ...]
    adc: AdcRule
    region: RegionRule
    b_values: tuple[BValueChoice, ...] = ()
    kinds: tuple[SeriesKindChoice, ...] = ()

    @property
    def derivation(self) -> Derivation:
        """Names the outcome before it is computed, so that it is computed once."""
        region = {
            "rule": self.region.rule,
            "minimum_voxels": self.region.minimum_voxels,
            # Regions of one slice are measured alike: nothing new for exams that have no other.
            **({"extent": self.region.extent} if self._whole_or_largest() else {}),
        }
        adc = as_jsonable(self.adc)
        if self.adc.highest_b_value is None:
            del adc["highest_b_value"]  # no limit is what exams had before there was one
        parameters = {
            "adc": adc,
            "region": region,
            "contours": [contour_digest([contour]) for contour in self.contours],
        }
        if self.b_values:
            parameters["b_values"] = as_jsonable(self.b_values)
        if self.kinds:
            parameters["kinds"] = as_jsonable(self.kinds)
        return Derivation("exam", METHOD, parameters, tuple(sorted(self.digests)))

    def _whole_or_largest(self) -> bool:
        """Whether the extent can move a number: a region is measured whole, or lies on several images."""
        frames: dict[tuple[str, str], set[tuple[str, int]]] = {}
        for one in self.contours:
            if one.role == "lesion":
                on = (one.sop_instance_uid, one.frame_number)
                frames.setdefault((one.lesion, one.reader), set()).add(on)
        return self.region.extent != "slice" or any(len(each) > 1 for each in frames.values())


def contour_digest(contours: Sequence[ContourRecord]) -> str:
    """The id of a region as drawn."""
    return content_digest(canonical_json([as_jsonable(contour) for contour in contours]).encode())
