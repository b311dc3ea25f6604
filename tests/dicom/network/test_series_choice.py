"""Which series a study needs, told from the names that scanners and technicians write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.dicom.network.archive import SeriesAtArchive
from adcurate.dicom.network.series_choice import choose_series

WANTED = {
    "diffusion": [
        "ep2d_diff_b50_400_800_tra",
        "ep2d_diff_b50_400_800_tra_ADC",
        "Ax DWI b50-800",
        "DWIBS b1000",
        "resolve_tra",
        "ADC (10^-6 mm2/s)",
        "dADC",
        "eADC",
        "Apparent Diffusion Coefficient (mm2/s)",
        "isoDWI",
        "TRACEW",
        "DTI 32dir",
        "b=800",
        "b 1000",
        "IVIM 8b",
        "Diffusie",
        "DIFFUSION tra",
        "epi_dwi_tra",
        "reg_DWI_b0",
        "t2_diff",
        "sDWI",
    ],
    "T2": [
        "t2_haste_cor",
        "Ax T2 FRFSE FS",
        "T2W_TSE",
        "SSFSE",
        "MRCP 3D",
        "t2_blade_fs_tra",
        "STIR",
        "bFFE",
    ],
    "T1": [
        "t1_vibe_fs_tra_art",
        "Ax LAVA Art",
        "eTHRIVE",
        "mDIXON-W",
        "T1 in-phase",
        "DCE dyn",
        "portal venous",
        "T1_FL2D",
        "VIBE +C",
    ],
}
LEFT_OUT = {
    "localizer, report or subtraction": [
        "localizer",
        "Localiser",
        "3-plane loc",
        "SURVEY",
        "3Pl Loc FGRE",
        "Calibration",
        "ASSET cal",
        "Scout",
        "PhoenixZIPReport",
        "t1_vibe_sub",
        "Care Bolus",
        "Screen save",
    ],
    "no known word": ["MIP", "spectro", "Fluoro trigger", "PD cor knee"],
}


def one(name: str, modality: str = "MR") -> SeriesAtArchive:
    return SeriesAtArchive("1.2.3", modality, name)


@pytest.mark.parametrize(("why", "name"), [(why, name) for why, names in WANTED.items() for name in names])
def test_a_needed_series_is_known_by_its_name(why: str, name: str) -> None:
    [choice] = choose_series([one(name)])
    assert (choice.is_wanted, choice.why) == (True, why)


@pytest.mark.parametrize(("why", "name"), [(why, name) for why, names in LEFT_OUT.items() for name in names])
def test_a_series_that_nobody_measures_is_left_out_and_says_why(why: str, name: str) -> None:
    choice = choose_series([one(name), one("DWI")])[0]
    assert (choice.is_wanted, choice.why) == (False, why)


@pytest.mark.parametrize("modality", ["SR", "PR", "CT", "OT", "SEG", "KO"])
def test_another_modality_is_never_taken(modality: str) -> None:
    for more in ({}, {"every_mr": True}, {"description": "dwi"}):
        assert not choose_series([one("DWI", modality)], **more)[0].is_wanted  # type: ignore[arg-type]


def test_without_a_description_nothing_can_be_told_and_the_series_is_taken() -> None:
    assert choose_series([one("")])[0].is_wanted
    assert choose_series([one("DWI", "")])[0].is_wanted


def test_an_exam_in_which_nothing_speaks_of_diffusion_gives_all_but_its_localizers() -> None:
    chosen = choose_series([one("séquence 4"), one("t2_tra"), one("localizer"), one("x", "SR")])
    assert [choice.is_wanted for choice in chosen] == [True, True, False, False]


def test_a_person_may_take_every_mr_series_or_name_a_part_of_a_description() -> None:
    series = [one("localizer"), one("Special DWI 7"), one("t2")]
    assert [c.is_wanted for c in choose_series(series, every_mr=True)] == [True, True, True]
    assert [c.is_wanted for c in choose_series(series, description="dwi 7")] == [False, True, False]


@given(names=st.lists(st.text(max_size=30), max_size=8))
def test_no_name_is_lost_doubled_or_repeated_in_the_reason(names: list[str]) -> None:
    series = [one(name) for name in names]
    chosen = choose_series(series)
    assert [choice.series for choice in chosen] == series
    assert all(
        choice.why in {*WANTED, *LEFT_OUT, "no description", "no series speaks of diffusion"}
        for choice in chosen
    )
