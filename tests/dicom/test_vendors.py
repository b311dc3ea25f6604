from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from adcurate.dicom.reading.headers import FrameHeader, frame_headers, private_tag
from adcurate.dicom.siemens_csa import csa_numbers, parse_csa
from adcurate.dicom.vendors import DIALECTS, REMARKS, DiffusionReading, dialect_of

Build = Callable[..., Dataset]
SIEMENS = "SIEMENS MR HEADER"
GE = "GEMS_PARM_01"
UIH = "Image Private Header"


def read(header: Dataset) -> DiffusionReading:
    (frame,) = frame_headers(header)
    return dialect_of(str(header.Manufacturer)).read_diffusion(frame)


def csa(**values: list[str]) -> bytes:
    table = b"SV10\4\3\2\1" + struct.pack("<II", len(values), 77)
    for name, items in values.items():
        table += struct.pack("<64si4siii", name.encode(), len(items), b"IS", 6, len(items), 77)
        for item in items:
            text = item.encode() + b"\0"
            table += struct.pack("<4i", len(text), len(text), 77, len(text)) + text
            table += b"\0" * (-len(text) % 4)
    return table


@pytest.mark.parametrize("vendor", sorted(DIALECTS))
def test_every_dialect_keeps_the_contract(vendor: str, mr_dataset: Build) -> None:
    dialect = DIALECTS[vendor]
    assert vendor == dialect.VENDOR
    assert all(name == name.lower() for name in dialect.MANUFACTURERS)
    empty = dialect.read_diffusion(FrameHeader(mr_dataset()))
    assert empty == DiffusionReading()
    plain = dialect.read_diffusion(FrameHeader(mr_dataset(DiffusionBValue=800.0)))
    assert plain.b_value is not None
    assert (plain.b_value.value, plain.b_value.source) == (800.0, "(0018,9087)")
    assert not plain.b_value.inferred
    for impossible in (-5.0, 2e6):
        bad = dialect.read_diffusion(FrameHeader(mr_dataset(DiffusionBValue=impossible)))
        assert bad.b_value is None
        assert "b-value.range" in bad.remarks
    assert set(empty.remarks) <= set(REMARKS)


@pytest.mark.parametrize(
    ("manufacturer", "vendor"),
    [
        ("SIEMENS", "siemens"),
        ("Siemens Healthineers", "siemens"),
        ("GE MEDICAL SYSTEMS", "ge"),
        ("Philips Healthcare", "philips"),
        ("Philips Medical Systems", "philips"),
        ("UIH", "uih"),
        ("TOSHIBA_MEC", "canon"),
        ("CANON_MEC", "canon"),
        ("Bruker BioSpin MRI GmbH", "bruker"),
        ("Hitachi", "other"),
        ("", "other"),
        ("General Hospital of Gent", "other"),
    ],
)
def test_the_makers_name_picks_the_dialect(manufacturer: str, vendor: str) -> None:
    assert vendor == dialect_of(manufacturer).VENDOR


@pytest.mark.parametrize(("vr", "stored"), [("IS", 800), ("OB", b"800 "), ("UN", b"800 ")])
def test_siemens_private_b_value_is_read_even_where_its_type_was_lost(
    vr: str, stored: Any, mr_dataset: Build
) -> None:
    reading = read(mr_dataset(private=[(0x0019, SIEMENS, 0x0C, vr, stored)]))
    assert reading.b_value is not None
    assert (reading.b_value.value, reading.b_value.source) == (800.0, "(0019,100C)")


def test_siemens_csa_header_is_the_fallback(mr_dataset: Build) -> None:
    table = csa(
        B_value=["650"], DiffusionDirectionality=["DIRECTIONAL"], DiffusionGradientDirection=["1", "0", "0"]
    )
    reading = read(mr_dataset(private=[(0x0029, "SIEMENS CSA HEADER", 0x10, "OB", table)]))
    assert reading.b_value is not None
    assert reading.b_value.source == "(0029,1010) B_value"
    assert reading.b_value.value == 650.0
    assert reading.direction == (1.0, 0.0, 0.0)
    assert reading.directionality == "directional"


def test_siemens_sequence_name_is_the_last_resort_and_says_so(mr_dataset: Build) -> None:
    reading = read(mr_dataset(SequenceName="*ep_b400t"))
    assert reading.b_value is not None
    assert reading.b_value.value == 400.0
    assert reading.b_value.inferred
    assert reading.remarks == ("b-value.from-name",)
    assert read(mr_dataset(SequenceName="*ep_b50_800")).b_value is None


def test_siemens_conflict_of_public_and_private_is_remarked(mr_dataset: Build) -> None:
    reading = read(mr_dataset(DiffusionBValue=1000.0, private=[(0x0019, SIEMENS, 0x0C, "IS", 500)]))
    assert reading.b_value is not None
    assert reading.b_value.value == 1000.0
    assert reading.remarks == ("b-value.conflict",)


@pytest.mark.parametrize(
    ("stored", "b", "bias"),
    [
        (0, 0.0, 0.0),
        (1000, 1000.0, 0.0),
        (1_000_000_050, 50.0, 1e9),
        (1_000_001_400, 1400.0, 1e9),
        (1_000_020_000, 20_000.0, 1e9),
    ],
)
def test_ge_bias_is_taken_off_modulo_a_thousand_million(
    stored: int, b: float, bias: float, mr_dataset: Build
) -> None:
    reading = read(
        mr_dataset(
            Manufacturer="GE MEDICAL SYSTEMS", private=[(0x0043, GE, 0x39, "IS", [stored, 1073741832, 0, 0])]
        )
    )
    assert reading.b_value is not None
    assert (reading.b_value.value, reading.b_value.bias_removed) == (b, bias)
    assert ("b-value.bias-removed" in reading.remarks) == (bias > 0)


@pytest.mark.parametrize("stored", [0.001, 0.002, 0.004])
def test_philips_repeat_counters_are_b_zero_and_the_stored_value_is_kept(
    stored: float, mr_dataset: Build
) -> None:
    reading = read(mr_dataset(Manufacturer="Philips", DiffusionBValue=stored))
    assert reading.b_value is not None
    assert reading.b_value.value == 0.0
    assert f"{stored:g}" in reading.b_value.source
    assert reading.remarks == ("b-value.repeat-counter",)


def test_philips_old_software_has_only_the_private_tag_and_a_scale(mr_dataset: Build) -> None:
    reading = read(
        mr_dataset(
            Manufacturer="Philips Medical Systems",
            private=[
                (0x2001, "Philips Imaging DD 001", 0x03, "FL", 700.0),
                (0x2001, "Philips Imaging DD 001", 0x04, "CS", "I"),
                (0x2005, "Philips MR Imaging DD 001", 0x0E, "FL", 0.00142),
            ],
        )
    )
    assert reading.b_value is not None
    assert (reading.b_value.value, reading.b_value.source) == (700.0, "(2001,1003)")
    assert reading.directionality == "isotropic"
    assert reading.scale_slope == pytest.approx(0.00142)


@pytest.mark.parametrize("lost", [False, True])
def test_uih_uses_what_was_played_out_not_what_was_chosen(lost: bool, mr_dataset: Build) -> None:
    actual: Any = struct.pack("<d", 929.75) if lost else 929.75
    chosen: Any = struct.pack("<d", 1000.0) if lost else 1000.0
    vr = "UN" if lost else "FD"
    reading = read(
        mr_dataset(
            Manufacturer="UIH", private=[(0x0065, UIH, 0x09, vr, actual), (0x0065, UIH, 0x0A, vr, chosen)]
        )
    )
    assert reading.b_value is not None
    assert (reading.b_value.value, reading.b_value.nominal) == (929.75, 1000.0)
    assert reading.remarks == ("b-value.nominal-differs",)


def test_canon_direction_comes_from_the_comment(mr_dataset: Build) -> None:
    reading = read(
        mr_dataset(Manufacturer="CANON_MEC", DiffusionBValue=1500.0, ImageComments="b=1500(0.6,0.0,-0.8)")
    )
    assert reading.direction == pytest.approx((0.6, 0.0, -0.8))
    only_comment = read(mr_dataset(Manufacturer="TOSHIBA_MEC", ImageComments="b=900(1,0,0)"))
    assert only_comment.b_value is not None
    assert (only_comment.b_value.value, only_comment.b_value.source) == (900.0, "(0020,4000)")


def test_bruker_classic_has_no_b_value_and_none_is_made_up(mr_dataset: Build) -> None:
    assert read(mr_dataset(Manufacturer="Bruker BioSpin MRI GmbH")).b_value is None


def test_private_elements_are_found_in_any_block(mr_dataset: Build) -> None:
    header = mr_dataset()
    header.add_new(0x00190010, "LO", "SOMEONE ELSE")
    header.add_new(0x00190011, "LO", SIEMENS)
    header.add_new(0x0019100C, "IS", 1)
    header.add_new(0x0019110C, "IS", 800)
    assert private_tag(header, 0x0019, (SIEMENS,), 0x0C) == 0x0019110C
    assert read(header).b_value is not None
    del header[0x00190011]
    assert private_tag(header, 0x0019, (SIEMENS,), 0x0C) is None


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(0, 400), flip=st.integers(0, 399), byte=st.integers(0, 255))
def test_a_damaged_csa_header_never_raises(cut: int, flip: int, byte: int) -> None:
    table = bytearray(csa(B_value=["800"], SliceNormalVector=["0", "0", "1"]))
    if flip < len(table):
        table[flip] = byte
    parsed = parse_csa(bytes(table[:cut]))
    assert all(isinstance(value, float) for value in csa_numbers(parsed, "B_value"))


def test_csa_values_come_back_as_written() -> None:
    parsed = parse_csa(csa(B_value=["800"], SliceNormalVector=["0.0", "0.1", "0.99"]))
    assert csa_numbers(parsed, "SliceNormalVector") == (0.0, 0.1, 0.99)
    assert parse_csa(b"no such table") == {}
    assert parse_csa(None) == {}
