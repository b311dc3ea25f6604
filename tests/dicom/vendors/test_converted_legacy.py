"""Legacy objects that an archive converted: what a maker says outside the standard's tags stays findable."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from tests.dicom.conftest import build_object
from tests.dicom.vendors.contract import held, ingested, only_series

from adcurate.dicom.reading.exams import read_exams

LEGACY_CONVERTED = "1.2.840.10008.5.1.4.1.1.4.4"


def converted(maker: str, leftovers: list[dict[str, Any]]) -> Any:
    pixels = np.full((len(leftovers), 4, 5), 100, dtype=np.uint16)
    header = build_object(1, SOPClassUID=LEGACY_CONVERTED, Manufacturer=maker, pixels=pixels)
    header.file_meta.MediaStorageSOPClassUID = LEGACY_CONVERTED
    shared, orientation, measures = Dataset(), Dataset(), Dataset()
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    measures.PixelSpacing, measures.SliceThickness = [2, 2], 5
    shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
    frames = []
    for elements in leftovers:
        frame, position, leftover = Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = [0, 0, 0]
        for keyword, value in elements.items():
            setattr(leftover, keyword, value)
        frame.PlanePositionSequence = [position]
        frame.add_new(0x00209171, "SQ", [leftover])
        frames.append(frame)
    header.SharedFunctionalGroupsSequence = [shared]
    header.PerFrameFunctionalGroupsSequence = frames
    return header


@pytest.mark.parametrize(
    ("maker", "leftovers"),
    [
        ("CANON_MEC", [{"ImageComments": f"b={b}(0.600,0.000,0.800)"} for b in (50, 800)]),
        ("SIEMENS", [{"SequenceName": f"*ep_b{b}t"} for b in (50, 800)]),
    ],
)
def test_what_only_a_comment_or_a_sequence_name_says_is_found_among_the_leftover_elements(
    maker: str, leftovers: list[dict[str, Any]]
) -> None:
    header = converted(maker, leftovers)
    for objects in ([held(header)], ingested([held(header)])):
        assert only_series(read_exams(objects)).b_values == (50.0, 800.0)
