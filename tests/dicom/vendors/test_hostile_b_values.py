"""b-value elements as no scanner should write them: each becomes a ledger row or a finding, never a crash.

The bytes are put into the file as they stand, past pydicom's own checks of what it writes.
"""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dicom.conftest import HeldObject, build_object
from tests.dicom.vendors.contract import PSEUDONYMS, held, ingested, only_series

from adcurate.dicom.reading.exams import read_exams
from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.dicom.vendors import REMARKS

STANDARD = 0x00189087
UNREADABLE, RANGE = "b-value.unreadable", "b-value.range"
GE, SIEMENS, UIH, PHILIPS = "GE MEDICAL SYSTEMS", "SIEMENS", "UIH", "Philips"
CREATORS = {
    0x00431039: "GEMS_PARM_01",
    0x0019100C: "SIEMENS MR HEADER",
    0x00651009: "Image Private Header",
    0x20011003: "Philips Imaging DD 001",
}


OWN = {GE: 0x00431039, SIEMENS: 0x0019100C, UIH: 0x00651009, PHILIPS: 0x20011003}


def double(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}d", *values)


def single(*values: float) -> bytes:
    return struct.pack(f"<{len(values)}f", *values)


# maker, tag, VR, bytes, and what it is: a b-value, or the finding that says why there is none
CASES = [
    ("Hitachi", STANDARD, "FD", double(1000.0), 1000.0),
    ("Hitachi", STANDARD, "FD", double(1000.0, 1000.0), 1000.0),
    ("Hitachi", STANDARD, "FD", double(1000.0, 8.0), UNREADABLE),
    ("Hitachi", STANDARD, "FD", double(float("nan")), UNREADABLE),
    ("Hitachi", STANDARD, "FD", double(float("inf")), UNREADABLE),
    ("Hitachi", STANDARD, "FD", double(-1.0), RANGE),
    ("Hitachi", STANDARD, "FD", double(1e6), RANGE),
    ("Hitachi", STANDARD, "FD", double(1e9 + 800), RANGE),
    ("Hitachi", STANDARD, "FD", double(100_000.0), 100_000.0),
    ("Hitachi", STANDARD, "FD", double(100_001.0), RANGE),
    ("Hitachi", STANDARD, "FD", double(-0.0), 0.0),
    ("Hitachi", STANDARD, "FD", b"\x00\x00\x00\x01\x02", UNREADABLE),
    ("Hitachi", STANDARD, "FD", b"", None),
    ("Hitachi", STANDARD, "DS", b"800.5 ", 800.5),
    ("Hitachi", STANDARD, "DS", b"8e2 ", 800.0),
    ("Hitachi", STANDARD, "DS", b"8E+99 ", RANGE),
    ("Hitachi", STANDARD, "IS", b"800 ", 800.0),
    ("Hitachi", STANDARD, "IS", b"800.5 ", 800.5),
    ("Hitachi", STANDARD, "LO", b"b = 800 ", UNREADABLE),
    ("Hitachi", STANDARD, "LO", b"800 s/mm2 ", UNREADABLE),
    ("Hitachi", STANDARD, "SH", b"800\\800 ", 800.0),
    ("Hitachi", STANDARD, "UN", double(800.0), 800.0),
    ("Hitachi", STANDARD, "OB", b"800 ", 800.0),
    ("Hitachi", STANDARD, "OB", double(800.0), 800.0),
    ("Hitachi", STANDARD, "UT", b"   ", None),
    (SIEMENS, 0x0019100C, "IS", b"800.7 ", 800.7),
    (SIEMENS, 0x0019100C, "OB", b"800 ", 800.0),
    (SIEMENS, 0x0019100C, "OB", b"800\0", 800.0),
    (SIEMENS, 0x0019100C, "UN", b"-800", RANGE),
    (SIEMENS, 0x0019100C, "LO", b"eight hundred ", UNREADABLE),
    (SIEMENS, 0x0019100C, "IS", b"99999999999 ", RANGE),
    (SIEMENS, 0x0019100C, "SL", struct.pack("<i", 800), 800.0),
    (GE, 0x00431039, "IS", b"1000000800\\8\\0\\0", 800.0),
    (GE, 0x00431039, "IS", b"1000000800.0\\8\\0\\0 ", 800.0),
    (GE, 0x00431039, "UN", b"1000000800\\8\\0\\0", 800.0),
    (GE, 0x00431039, "IS", b"2000000800", 800.0),
    (GE, 0x00431039, "IS", b"999999999 ", RANGE),
    (GE, 0x00431039, "IS", b"-1\\8\\0\\0", RANGE),
    (GE, 0x00431039, "IS", b"\\8\\0\\0", UNREADABLE),
    (GE, STANDARD, "FD", double(1e9 + 1400), 1400.0),
    (UIH, 0x00651009, "FD", double(928.5), 928.5),
    (UIH, 0x00651009, "UN", double(928.5), 928.5),
    (UIH, 0x00651009, "OB", double(float("nan")), UNREADABLE),
    (UIH, 0x00651009, "FD", double(-3.0), RANGE),
    (PHILIPS, 0x20011003, "FL", single(700.0), 700.0),
    (PHILIPS, 0x20011003, "OB", single(700.0), 700.0),
    (PHILIPS, 0x20011003, "FL", single(-1.0), RANGE),
    (PHILIPS, 0x20011003, "FL", b"\x01\x02\x03", UNREADABLE),
]


def weighted(maker: str, number: int = 2):
    """A sane neighbour, without which no series is one of diffusion."""
    return build_object(number, Manufacturer=maker, DiffusionBValue=600.0)


def odd(maker: str, tag: int, vr: str, content: bytes) -> HeldObject:
    """An object with these bytes as the value of the tag, whatever they are."""
    header = build_object(1, Manufacturer=maker)
    if tag in CREATORS:
        header.add_new(tag >> 16 << 16 | 0x10, "LO", CREATORS[tag])
    header.add_new(tag, "LO", "PLACEHOLDER!")
    whole = held(header).content
    number = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    written = number + b"LO" + struct.pack("<H", 12) + b"PLACEHOLDER!"
    assert whole.count(written) == 1
    long = vr in ("OB", "UN", "SQ", "UT")
    length = b"\0\0" + struct.pack("<L", len(content)) if long else struct.pack("<H", len(content))
    return HeldObject("odd", whole.replace(written, number + vr.encode() + length + content))


@pytest.mark.parametrize(("maker", "tag", "vr", "content", "expected"), CASES)
def test_every_odd_b_value_is_a_row_or_a_finding(
    maker: str, tag: int, vr: str, content: bytes, expected: float | str | None
) -> None:
    series = only_series(read_exams([odd(maker, tag, vr, content), held(weighted(maker), "sane")]))
    (frame,) = [one for one in series.frames if one.instance_number == 1]
    codes = {one.code for one in series.findings}
    if isinstance(expected, str):
        assert frame.b_value is None
        assert {expected, "b-value.missing"} <= codes
    elif expected is None:
        absent_means_zero = maker == GE
        assert (frame.b_value is None) != absent_means_zero
        assert not codes & {UNREADABLE, RANGE}
    else:
        assert frame.b_value is not None
        assert frame.b_value.value == pytest.approx(expected)
        assert not codes & {UNREADABLE, RANGE, "b-value.missing"}


@pytest.mark.parametrize(("maker", "tag", "vr", "content", "expected"), CASES)
def test_ingest_keeps_an_odd_b_value_as_it_was_or_says_by_name_that_it_did_not(
    maker: str, tag: int, vr: str, content: bytes, expected: float | str | None
) -> None:
    received = odd(maker, tag, vr, content)
    prepared = prepare_object(received, PSEUDONYMS)
    if not isinstance(prepared, Prepared):
        assert prepared.code.startswith("dicom.")  # type: ignore[union-attr]
        return
    dropped = [one.sentence for one in prepared.findings if one.code == "deid.value-dropped"]
    if any(f"({tag >> 16:04X},{tag & 0xFFFF:04X})" in sentence for sentence in dropped):
        return
    sane = held(weighted(maker), "sane")
    kept = HeldObject("kept", prepared.content)
    before, after = (
        [frame.b_value for one in read_exams([it, other]).exams for frame in one.series[0].frames]
        for it, other in ((received, sane), (kept, ingested([sane])[0]))
    )
    assert before == after or not isinstance(expected, float)


@pytest.mark.parametrize(("maker", "tag"), sorted(OWN.items()))
def test_the_ways_in_which_real_archives_leave_private_b_values_survive_ingest(maker: str, tag: int) -> None:
    content = {
        SIEMENS: b"800 ",
        GE: b"1000000800\\8\\0\\0",
        UIH: double(800.0),
        PHILIPS: single(800.0),
    }[maker]
    for vr in ("UN", "OB"):
        kept = ingested([odd(maker, tag, vr, content)])
        assert only_series(read_exams(kept)).b_values == (800.0,)


@settings(max_examples=80, deadline=None)
@given(
    content=st.binary(max_size=40),
    vr=st.sampled_from(["FD", "FL", "DS", "IS", "LO", "OB", "UN", "SL", "SQ", "US", "AT", "UT"]),
    where=st.sampled_from(
        [(GE, 0x00431039), (SIEMENS, 0x0019100C), (UIH, 0x00651009), (PHILIPS, 0x20011003)]
    ),
    standard=st.booleans(),
)
def test_no_bytes_raise_or_give_an_impossible_b_value(
    content: bytes, vr: str, where: tuple[str, int], standard: bool
) -> None:
    maker, tag = where
    result = read_exams(
        [odd(maker, STANDARD if standard else tag, vr, content), held(weighted(maker), "sane")]
    )
    rows = [frame.b_value for exam in result.exams for one in exam.series for frame in one.frames]
    assert all(0 <= row.value <= 100_000 for row in rows if row is not None)
    found = {one.code for exam in result.exams for series in exam.series for one in series.findings}
    assert {code for code in found if code in REMARKS} <= set(REMARKS)
