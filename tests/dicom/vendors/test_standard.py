"""Makers without a module of their own (Hitachi, Fujifilm, Esaote, Neusoft): the standard's elements."""

from __future__ import annotations

import numpy as np
from pydicom.dataset import Dataset
from tests.dicom.vendors.contract import Habits, VendorContract, held, ingested, only_series

from adcurate.dicom.reading.exams import read_exams

LEGACY_CONVERTED = "1.2.840.10008.5.1.4.1.1.4.4"


class TestStandard(VendorContract):
    habits = Habits(
        vendor="other",
        manufacturers=(
            "HITACHI MEDICAL CORPORATION",
            "FUJIFILM Healthcare Corporation",
            "Esaote",
            "Neusoft Medical Systems",
            "A maker nobody has heard of",
        ),
        weighted=lambda b: {"DiffusionBValue": b},
        source="(0018,9087)",
    )

    def test_a_converted_legacy_object_says_its_b_values_among_the_leftover_elements(self) -> None:
        header = self.build(1, SOPClassUID=LEGACY_CONVERTED, pixels=np.full((2, 4, 5), 100, dtype=np.uint16))
        header.file_meta.MediaStorageSOPClassUID = LEGACY_CONVERTED
        shared = Dataset()
        orientation, measures = Dataset(), Dataset()
        orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        measures.PixelSpacing, measures.SliceThickness = [2, 2], 5
        shared.PlaneOrientationSequence, shared.PixelMeasuresSequence = [orientation], [measures]
        frames = []
        for b in (0.0, 800.0):
            frame, position, leftover = Dataset(), Dataset(), Dataset()
            position.ImagePositionPatient = [0, 0, 0]
            leftover.DiffusionBValue = b
            frame.PlanePositionSequence = [position]
            frame.add_new(0x00209171, "SQ", [leftover])
            frames.append(frame)
        header.SharedFunctionalGroupsSequence = [shared]
        header.PerFrameFunctionalGroupsSequence = frames
        for objects in ([held(header)], ingested([held(header)])):
            assert only_series(read_exams(objects)).b_values == (0.0, 800.0)
