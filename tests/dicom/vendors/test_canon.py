"""Canon and Toshiba: b-value and direction in the image comment; b = 0 images without the element."""

from __future__ import annotations

from tests.dicom.vendors.contract import Habits, WithPhantom, held, only_series

from adcurate.dicom.reading.exams import read_exams


class TestCanon(WithPhantom):
    habits = Habits(
        vendor="canon",
        manufacturers=("CANON_MEC", "TOSHIBA_MEC", "Canon Medical Systems", "TOSHIBA"),
        weighted=lambda b: {"ImageComments": f"b={b:.0f}(0.600,0.000,0.800)"},
        source="(0020,4000)",
        unweighted={"ImageComments": "b=0"},
        zero_source="(0020,4000)",
        absent_means_zero=True,
        direction={},
        dialects=("canon", "toshiba"),
    )

    def test_a_comment_that_says_another_b_value_is_a_conflict(self) -> None:
        objects = [held(self.build(1, DiffusionBValue=0.0), "a")]
        objects.append(held(self.build(2, DiffusionBValue=1000.0, ImageComments="b=500(1,0,0)"), "b"))
        series = only_series(read_exams(objects))
        (finding,) = [one for one in series.findings if one.code == "b-value.conflict"]
        assert finding.where["adc_percent"] == "100.00"
