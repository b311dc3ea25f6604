from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.dicom.conftest import build_object
from tests.dicom.vendors.contract import held, ingested, only_series

from adcurate.dicom.deidentification.vocabulary import known_words
from adcurate.dicom.header_phrases import GRADIENT_COMMENT, says_calculated
from adcurate.dicom.reading.exams import read_exams
from adcurate.model import Series

Build = Callable[..., Any]
MAKER = "TOSHIBA_MEC"
DERIVED = ["DERIVED", "SECONDARY", "OTHER"]


def both_ways(*datasets: Any) -> tuple[Series, Series]:
    """The one series of some objects, as received and as ingested."""
    objects = [held(one, str(number)) for number, one in enumerate(datasets)]
    return only_series(read_exams(objects)), only_series(read_exams(ingested(objects)))


@pytest.mark.parametrize(
    "name",
    [
        *("c-DWI b1500", "cDWI_b1500", "cDWIb1500", "CalculatedB1500", "computedDWI", "synDWI", "calcb1500"),
        *("Syn_BVAL_1500", "computed_diffusion b2000", "Synthetic DWI", "xyz_calc", "KOWALSKA c-DWI"),
    ],
)
def test_a_name_that_says_calculated_says_so_before_and_after_ingest(name: str) -> None:
    kept = known_words(name)
    assert says_calculated(name)
    assert says_calculated(kept)
    assert known_words(kept) == kept
    assert "kowalska" not in kept
    weighted = build_object(
        1, Manufacturer=MAKER, ImageType=DERIVED, SeriesDescription=name, DiffusionBValue=1500.0
    )
    assert [one.kind for one in both_ways(weighted)] == ["calculated_b"] * 2


@pytest.mark.parametrize(
    "name", ["DWI_sync_b800", "syngo diff b800", "calcaneus dwi", "Ax +C DWI", "abc dwi b0"]
)
def test_other_names_say_nothing_of_the_kind(name: str) -> None:
    assert not says_calculated(name)
    assert not says_calculated(known_words(name))


@pytest.mark.parametrize(
    "comment",
    [
        *("b= 800", "b = 800 (0.1, 0.2, 0.3)", "b=  800(0.5,0.5,0.7)", "b=800.123456", "B=800."),
        *("b=800(-0.70710678,0.00000012,0.70710678)", "b=800(1e-07,0,1)"),
    ],
)
def test_a_comment_is_read_alike_before_and_after_ingest(comment: str) -> None:
    images = [build_object(1, Manufacturer=MAKER, ImageComments="b=0")]
    images.append(build_object(2, Manufacturer=MAKER, ImageComments=comment))
    before, after = both_ways(*images)
    assert before.b_values == after.b_values
    assert before.b_values[1] == pytest.approx(800, abs=0.2)
    assert before.frames[1].direction == after.frames[1].direction
    assert (before.frames[1].direction is not None) == ("(" in comment)


@pytest.mark.parametrize("comment", ["b=50,400", "b=800.5.3", "b=-800", "b=1234567", "b=800_1000", "b=.5"])
def test_a_comment_whose_b_value_cannot_be_read_is_no_silent_zero(comment: str) -> None:
    images = [build_object(1, Manufacturer=MAKER, ImageComments="b=1000")]
    images.append(build_object(2, Manufacturer=MAKER, ImageComments=comment))
    for series in both_ways(*images):
        assert series.b_values == (1000.0,)
        assert "b-value.unreadable" in {finding.code for finding in series.findings}


def test_a_comment_keeps_nothing_of_the_words_around_it() -> None:
    match = GRADIENT_COMMENT.search("Kowalska b=50,400 Anna")
    assert match is not None
    assert match.group() == "b="
    assert GRADIENT_COMMENT.search("b=Anna") is None


def test_the_pulse_sequence_name_that_gives_a_calculated_image_away_is_kept() -> None:
    image = build_object(
        1,
        ImageType=["DERIVED", "PRIMARY", "DIFFUSION"],
        DiffusionBValue=1400.0,
        PulseSequenceName="*ep_b0_1400",
    )
    assert [one.kind for one in both_ways(image)] == ["calculated_b"] * 2
