from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from adcurate.dicom.exams import read_exams
from adcurate.dicom.series_kind import SeriesHints, tell_kind

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
