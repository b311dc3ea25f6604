"""GE: the first number of the private b-value, its bias, and b = 0 images without the standard element."""

from __future__ import annotations

from tests.dicom.vendors.contract import Habits, WithOwnTag, WithPhantom, held, ingested

from adcurate.dicom.reading.exams import read_exams

PARAMETERS = "GEMS_PARM_01"
ACQUISITION = "GEMS_ACQU_01"
BIAS = 1_000_000_000


class TestGe(WithOwnTag, WithPhantom):
    habits = Habits(
        vendor="ge",
        manufacturers=("GE MEDICAL SYSTEMS", "GE Healthcare"),
        weighted=lambda b: {"private": [(0x0043, PARAMETERS, 0x39, "IS", [round(b) + BIAS, 8, 0, 0])]},
        source="(0043,1039)",
        unweighted={"private": [(0x0043, PARAMETERS, 0x39, "IS", [0, 8, 0, 0])]},
        zero_source="(0043,1039)",
        own_tag=(0x0043, PARAMETERS, 0x39, "IS"),
        absent_means_zero=True,
        direction={
            "private": [
                (0x0019, ACQUISITION, 0xBB, "DS", "0.6"),
                (0x0019, ACQUISITION, 0xBC, "DS", "0.0"),
                (0x0019, ACQUISITION, 0xBD, "DS", "0.8"),
            ]
        },
        dialects=("ge", "ge-enhanced"),
    )

    def test_synthetic_images_have_a_biased_b_value_in_a_derived_series_and_enter_no_fit(self) -> None:
        derived = ["DERIVED", "SECONDARY", "PROCESSED"]
        objects = [held(self.zero(), "a"), held(self.weighted(1000.0), "b")]
        objects.append(held(self.weighted(2000.0, number=3, series=500, ImageType=derived), "c"))
        for version in (objects, ingested(objects)):
            (exam,) = read_exams(version).exams
            assert {one.number: one.kind for one in exam.series} == {5: "dwi", 500: "calculated_b"}
            (made,) = exam.of_kind("calculated_b")
            assert {"b-value.calculated", "series.kind-uncertain"} <= {one.code for one in made.findings}
