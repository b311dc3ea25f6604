from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.dicom.conftest import build_object
from tests.dicom.vendors.contract import held, ingested, only_series

from adcurate.dicom.deidentification.vocabulary import TERMS
from adcurate.dicom.reading import series_kind
from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.reading.series_kind import SeriesHints, tell_kind
from adcurate.dicom.reading.unit_proof import prove_adc_unit

Build = Callable[..., Any]


def hints(*image_type: str, **others: Any) -> SeriesHints:
    return SeriesHints(image_type=image_type, **others)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (hints("DERIVED", "PRIMARY", "DIFFUSION", "ADC", "DIS2D"), "adc"),
        (hints("DERIVED", "SECONDARY", "ADC"), "adc"),
        (hints("DERIVED", "PRIMARY", "DIFFUSION", "FA"), "other"),
        (hints("DERIVED", "PRIMARY", "DIFFUSION", "TRACEW"), "trace"),
        (hints("DERIVED", "PRIMARY", "DIFFUSION", "TRACEW", sequence_name="*ep_b50_800"), "calculated_b"),
        (hints("DERIVED", "PRIMARY", "DIFFUSION", "CALC_BVALUE", "TRACEW"), "calculated_b"),
        (hints("DERIVED", "PRIMARY", "113041"), "adc"),
        (hints("DERIVED", "SECONDARY", name="ADC (10^-6 mm2/s)", echo_planar=True), "adc"),
        (hints("DERIVED", "SECONDARY", name="eADC", echo_planar=True), "other"),
        (hints("ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"), "dwi"),
        (hints("ORIGINAL", "PRIMARY", "LOCALIZER", name="t2 localizer"), "other"),
        (hints("ORIGINAL", "PRIMARY", echo_planar=True, name="fmri"), "other"),
        (hints("ORIGINAL", "PRIMARY"), "other"),
    ],
)
def test_image_types_and_names_tell_the_kind(given: SeriesHints, kind: str) -> None:
    assert tell_kind(given, []).kind == kind


@pytest.mark.parametrize(
    ("sequence", "tr", "te", "name", "agent", "kind", "uncertain"),
    [
        (("SE",), 5660, 104, "t2_tse_tra", False, "t2", False),
        (("SE",), 1100, 90, "haste", False, "t2", False),
        (("SE",), 600, 12, "", False, "t1", False),
        (("SE",), 3000, 20, "pd_tse", False, "other", False),
        (("GR",), 4, 2, "vibe", False, "t1", False),
        (("GR",), 4, 2, "vibe", True, "t1_ce", False),
        (("GR",), 4, 2, "vibe arterial", False, "t1_ce", True),
        (("SE",), 600, 12, "t2 wrongly named", False, "t1", True),
        ((), None, None, "t1 post", False, "t1_ce", True),
        ((), 4, 2, "", False, "t1", False),
    ],
)
def test_timing_tells_the_contrast_and_a_disagreeing_name_makes_it_uncertain(
    sequence: tuple[str, ...],
    tr: float | None,
    te: float | None,
    name: str,
    agent: bool,
    kind: str,
    uncertain: bool,
) -> None:
    verdict = tell_kind(
        SeriesHints(
            image_type=("ORIGINAL", "PRIMARY"),
            scanning_sequence=sequence,
            repetition_time_ms=tr,
            echo_time_ms=te,
            name=name,
            contrast_agent=agent,
        ),
        [],
    )
    assert (verdict.kind, verdict.uncertain) == (kind, uncertain)
    assert verdict.evidence


def test_evidence_repeats_no_free_text_of_the_header() -> None:
    verdict = tell_kind(
        SeriesHints(image_type=("ORIGINAL",), name="t2 of Mrs Miller", scanning_sequence=("SE",)), []
    )
    assert verdict.kind == "t2"
    assert "Miller" not in " ".join(verdict.evidence)


def test_directions_make_dwi_and_isotropic_weighting_makes_trace(mr_object: Build) -> None:
    def kind(**weighting: Any) -> str:
        objects = [mr_object(1, DiffusionBValue=0.0), mr_object(2, DiffusionBValue=900.0, **weighting)]
        (exam,) = read_exams(objects).exams
        return str(exam.series[0].kind)

    assert kind(DiffusionDirectionality="ISOTROPIC") == "trace"
    assert kind(DiffusionDirectionality="DIRECTIONAL", DiffusionGradientOrientation=[1.0, 0.0, 0.0]) == "dwi"
    assert kind() == "dwi"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cDWI b1500", "calculated_b"),
        ("Computed DWI b2000", "calculated_b"),
        ("calc_b1400 tra", "calculated_b"),
        ("SYN_b2000", "calculated_b"),
        ("DW_Synthetic__Ax_DWI_b1k", "calculated_b"),
        ("ep2d_diff_b50_800_tra_CALC_BVAL", "calculated_b"),
        ("Ax DWI b1000", "dwi"),
        ("DWI_sync_b800 resp", "dwi"),
        ("ep2d_diff_3scan_trace_p2", "dwi"),
    ],
)
def test_a_calculated_image_that_only_its_name_gives_away_is_one_after_ingest_too(
    name: str, kind: str
) -> None:
    image = build_object(1, Manufacturer="Hitachi", DiffusionBValue=1500.0, SeriesDescription=name)
    for objects in ([held(image)], ingested([held(image)])):
        assert only_series(read_exams(objects)).kind == kind


def test_every_word_that_tells_a_kind_survives_ingest() -> None:
    said = series_kind.TRACE_WORDS | series_kind._ADC_WORDS | series_kind._OTHER_MAP_WORDS
    assert said | series_kind._CALCULATED_WORDS <= TERMS


@pytest.mark.parametrize("unit", ["10^-6 mm2/s", "10-3 mm2/s", "mm2/s", "um2/s", "um2/ms"])
def test_a_unit_that_stands_in_the_series_name_alone_survives_ingest(unit: str) -> None:
    image = build_object(
        1,
        Manufacturer="GE MEDICAL SYSTEMS",
        ImageType=["DERIVED", "SECONDARY", "PROCESSED"],
        SeriesDescription=f"ADC ({unit}):Ax DWI KOWALSKA b0-1000",
        pixels=np.full((4, 5), 7, dtype=np.uint16),
    )
    before, after = (
        prove_adc_unit(only_series(read_exams(objects)), ()).unit
        for objects in ([held(image)], ingested([held(image)]))
    )
    assert before == after
    assert "KOWALSKA" not in only_series(read_exams(ingested([held(image)]))).description


@pytest.mark.parametrize(
    ("name", "sequence", "kind"),
    [
        ("DWI b800", "EP", "dwi"),
        ("epi_dwi_tra", "EP", "dwi"),
        ("ep2d_diff_b50_400_800", "EP", "dwi"),
        ("Ax b_1000", "EP", "dwi"),
        ("ep2d_bold_rest", "EP", "other"),
        ("EPI abdomen", "EP", "other"),
        ("DWI b800", "GR", "other"),
    ],
)
def test_an_echo_planar_series_that_says_diffusion_in_its_name_alone_asks_for_its_b_values(
    name: str, sequence: str, kind: str
) -> None:
    image = build_object(1, Manufacturer="Hitachi", SeriesDescription=name, ScanningSequence=sequence)
    for objects in ([held(image)], ingested([held(image)])):
        series = only_series(read_exams(objects))
        assert series.kind == kind
        assert series.b_values == ()
        assert ("b-value.missing" in [one.code for one in series.findings]) == (kind == "dwi")


def test_a_derived_image_or_a_projection_is_no_diffusion_series_by_its_name() -> None:
    for image_type in (["DERIVED", "SECONDARY", "PROCESSED"], ["ORIGINAL", "PRIMARY", "MIP"]):
        image = build_object(1, SeriesDescription="DWI b800", ScanningSequence="EP", ImageType=image_type)
        assert only_series(read_exams([held(image)])).kind == "other"
