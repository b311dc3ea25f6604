"""A name or a hospital number is no measurement, wherever it stands; what scanners write is kept."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.dicom.conftest import HeldObject

from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE
from adcurate.dicom.deidentification.ranges import BINARY_UNITS, are_plausible_bytes
from adcurate.dicom.deidentification.vocabulary import known_model, known_software, known_words
from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.model import Pseudonyms

NAME = b"KOWALSKA"
PRIVATE = [
    (group, creator, element, kept)
    for (group, creator, element), kept in KEPT_PRIVATE.items()
    if kept.rule == "number" and kept.vr in BINARY_UNITS
]
PUBLIC = [
    (tag, kept)
    for tag, kept in KEPT.items()
    if kept.rule == "number" and kept.vr in ("UL", "SL", "FL", "FD", "US") and kept.vr != "US/SS"
]


def prepared(received, written) -> Prepared:
    result = prepare_object(
        HeldObject("x", written(received)), Pseudonyms(b"a secret of thirty-two bytes or more")
    )
    assert isinstance(result, Prepared), result
    return result


@pytest.mark.parametrize("vr", ["UN", "OB"])
@pytest.mark.parametrize(("group", "creator", "element", "kept"), PRIVATE)
def test_a_name_in_a_private_number_is_left_out(make_mr, written, group, creator, element, kept, vr) -> None:
    received = make_mr()
    size = struct.calcsize(BINARY_UNITS[kept.vr])
    text = (NAME * 8)[: size * kept.most]
    received.private_block(group, creator, create=True).add_new(element, vr, text)
    result = prepared(received, written)
    assert text not in result.content
    assert "deid.value-dropped" in {one.code for one in result.findings}


@pytest.mark.parametrize(("tag", "kept"), PUBLIC)
def test_no_letters_pass_for_a_public_number(tag, kept) -> None:
    size = struct.calcsize(BINARY_UNITS[kept.vr])
    for text in ("KOWALSKA", "kowalska", "19570321", "Łódź, Ań", "J. Kowal"):
        raw = (text.encode() * 9)[: size * kept.most]
        if len(raw) == size * kept.most and not raw.isspace():
            assert not are_plausible_bytes(kept, tag, kept.vr, raw, False), (text, kept.name)


@given(st.floats(-4000, 4000))
def test_b_values_and_matrices_as_scanners_write_them_are_kept(value: float) -> None:
    kept = KEPT[0x00189603]
    value = float(struct.unpack("<f", struct.pack("<f", value))[0])
    if abs(value) > 1e-9 or value == 0:
        assert are_plausible_bytes(kept, 0x00189603, "FD", struct.pack("<d", value), False)


@pytest.mark.parametrize(
    "keyword",
    [
        *(
            "SeriesNumber",
            "AcquisitionNumber",
            "InstanceNumber",
            "TriggerTime",
            "WindowCenter",
            "WindowWidth",
        ),
        *("ReconstructionDiameter", "ImagingFrequency", "SliceLocation", "EchoNumbers"),
        *("TemporalPositionIdentifier", "ImagesInAcquisition", "RepetitionTime", "EchoTime", "FlipAngle"),
    ],
)
def test_a_date_or_hospital_number_in_an_attribute_of_digits_is_left_out(make_mr, written, keyword) -> None:
    for number in ("19570321", "12345678"):
        assert number.encode() not in prepared(make_mr(**{keyword: number}), written).content


def series_number(make_mr, written, number: int) -> str:
    content = prepared(make_mr(SeriesNumber=number), written).content
    at = content.index(b"\x20\x00\x11\x00IS")
    (length,) = struct.unpack_from("<H", content, at + 6)
    return content[at + 8 : at + 8 + length].decode().strip()


def test_a_series_number_that_is_too_long_becomes_a_keyed_one_and_stays_itself(make_mr, written) -> None:
    assert [series_number(make_mr, written, number) for number in (7, 1401, 99_999, 327_681)] == [
        *("7", "1401", "99999", "327681")
    ]
    stand_in = series_number(make_mr, written, 12_345_678)
    assert 90_000 <= int(stand_in) <= 99_999
    assert stand_in == series_number(make_mr, written, 12_345_678)
    assert stand_in != series_number(make_mr, written, 12_345_679)


@pytest.mark.parametrize(
    "text", ["123-45-6789", "21.03.1957", "1957-03-21", "1957.3.21", "21.03.57", "19570321"]
)
def test_a_date_or_insurance_number_is_no_software_version(text: str) -> None:
    assert known_software(f"syngo {text}") == "syngo"


@pytest.mark.parametrize(
    "text", ["syngo MR E11", "V6.0SP2000*", "MR29.1_EA_2039.g", "5.7.1.2", "5.00.02", "R002"]
)
def test_versions_as_makers_write_them_are_kept(text: str) -> None:
    assert known_software(text) == text


def test_a_model_has_one_number() -> None:
    assert known_model("943 476 5919") == "943"
    assert known_model("Skyra 1234 5678") == "Skyra"
    assert known_model("MRN4711") == ""
    for text in ("uMR 770", "Galan 3T", "Biograph 16", "MR 7700", "Ingenia Elition X", "SIGNA Pioneer"):
        assert known_model(text) in (text, text.removeprefix("Biograph ")), text


def test_digits_behind_letters_of_a_description_stay_only_as_settings() -> None:
    assert known_words("p123 R456 d789 B1957 ax") == "ax"
    assert known_words("DWI b4711 b0815 tra") == "dwi tra"
    assert (
        known_words("ep2d_diff_b0_b50_b400_b1000 p2 te80 dir64")
        == "ep2d diff b0 b50 b400 b1000 p2 te80 dir64"
    )


def test_a_code_s_words_are_those_of_the_code(make_mr, written) -> None:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "113041", "DCM", "Kowalska pat b50"
    content = prepared(make_mr(MeasurementUnitsCodeSequence=[item]), written).content
    assert b"pat b50" not in content
    assert b"Apparent Diffusion Coefficient" in content
