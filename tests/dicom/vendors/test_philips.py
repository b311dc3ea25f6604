"""Philips: the standard and the private b-value, repeats of b = 0, and the three kinds of scaling."""

from __future__ import annotations

import numpy as np
import pytest
from tests.dicom.vendors.contract import Habits, WithOwnTag, WithPhantom, held, ingested, only_series

from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.pixels import load_adc_map

IMAGING = "Philips Imaging DD 001"
MR_IMAGING = "Philips MR Imaging DD 001"


class TestPhilips(WithOwnTag, WithPhantom):
    habits = Habits(
        vendor="philips",
        manufacturers=("Philips Healthcare", "Philips Medical Systems", "Philips"),
        weighted=lambda b: {"private": [(0x2001, IMAGING, 0x03, "FL", b)]},
        source="(2001,1003)",
        unweighted={"private": [(0x2001, IMAGING, 0x03, "FL", 0.0)]},
        zero_source="(2001,1003)",
        own_tag=(0x2001, IMAGING, 0x03, "FL"),
        direction={
            "private": [
                (0x2005, MR_IMAGING, 0xB0, "FL", 0.6),
                (0x2005, MR_IMAGING, 0xB1, "FL", 0.0),
                (0x2005, MR_IMAGING, 0xB2, "FL", 0.8),
            ]
        },
        dialects=("philips", "philips-enhanced"),
    )

    def scaled(self, number: int, b: float, stored: int, slope: float, scale: float | None, series: int = 5):
        private = [(0x2005, MR_IMAGING, 0x0E, "FL", scale)] if scale else []
        return self.build(
            number,
            series=series,
            DiffusionBValue=b,
            RescaleSlope=f"{slope:g}",
            RescaleIntercept="0",
            RescaleType="normalized",
            private=private,
            pixels=np.full((4, 5), stored, dtype=np.uint16),
        )

    def test_signals_of_series_with_different_scalings_are_brought_to_the_floating_point_scale(self) -> None:
        # FP = stored / scale slope: 800 and 400, whatever the display rescale says.
        zero = held(self.scaled(1, 0.0, 1600, 1.5, 2.0, series=5), "a")
        high = held(self.scaled(2, 1000.0, 200, 3.0, 0.5, series=6), "b")
        for version in ([zero, high], ingested([zero, high])):
            stack = load_diffusion(read_exams(version).exams[0].series)
            ratio = float(stack.volumes[0][0, 0, 0]) / float(stack.volumes[1][0, 0, 0])
            assert ratio == pytest.approx(2.0)

    def test_different_scalings_without_the_vendors_scale_slope_are_a_serious_finding(self) -> None:
        zero = held(self.scaled(1, 0.0, 1600, 1.5, None), "a")
        high = held(self.scaled(2, 1000.0, 400, 3.0, None), "b")
        series = only_series(read_exams([zero, high]))
        (finding,) = [one for one in series.findings if one.code == "scale.unknown"]
        assert finding.severity == "serious"

    def test_an_adc_map_takes_the_display_rescale_and_never_the_scale_slope(self) -> None:
        header = self.scaled(1, 1000.0, 500, 2.0, 0.01)
        header.ImageType = ["DERIVED", "PRIMARY", "ADC", "ADC", "UNSPECIFIED"]
        series = only_series(read_exams([held(header)]))
        assert series.kind == "adc"
        assert np.all(load_adc_map(series).values == 1000.0)

    @pytest.mark.parametrize("stored", [0.001, 0.002, 0.003, 0.004])
    def test_repeats_of_b_zero_are_one_b_zero(self, stored: float) -> None:
        objects = [held(self.build(1, DiffusionBValue=0.0), "a")]
        objects.append(held(self.build(2, DiffusionBValue=stored), "b"))
        objects.append(held(self.weighted(1000.0, number=3), "c"))
        series = only_series(read_exams(objects))
        assert series.b_values == (0.0, 1000.0)
        assert load_diffusion([series]).averaging == "repeats-mean"
