"""No planted name in a research object, whatever its spelling and wherever it stood."""

from __future__ import annotations

import io
import struct

import pydicom
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEGLSLossless
from tests.dicom.conftest import HeldObject
from tests.dicom.deidentification.planting import NAME, ROWS, hits, planted_object, spellings, traces

from adcurate.dicom.deidentification import building, encoding, seal
from adcurate.dicom.deidentification.keep_list import KEPT, Kept
from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.model import Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")
TURNS = range(len(spellings()))


def prepared(content: bytes) -> Prepared:
    result = prepare_object(HeldObject("file 1", content), KEY)
    assert isinstance(result, Prepared), result
    return result


def test_the_harness_plants_every_row_and_every_spelling(make_mr, written) -> None:
    planted = planted_object(written(make_mr()))
    assert all(form in planted for form in spellings())
    assert len(hits(planted)) >= len(traces()) - 1
    assert sum(planted.count(trace) for trace in spellings()) > 4_000
    assert len(ROWS) == 621
    text = pydicom.dcmread(io.BytesIO(planted), force=True)
    concrete = [row for row in ROWS if len(row) == 8 and "x" not in row and row > "0008"]
    assert sum(int(row, 16) in text for row in concrete) >= len(concrete) - 2


@pytest.mark.parametrize("turn", TURNS)
def test_no_planted_name_is_left(make_mr, written, turn: int) -> None:
    result = prepared(planted_object(written(make_mr()), turn))
    assert hits(result.content) == []
    assert hits(repr(result).encode()) == []
    assert hits(result.account.encode()) == []
    assert hits(str([finding.as_json() for finding in result.findings]).encode()) == []


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=st.text("BCDFGHJKLMNPQRSTVWXZ", min_size=9, max_size=12).map("K{}".format))
def test_no_word_that_is_not_on_a_list_gets_through_anywhere(make_mr, written, word: str) -> None:
    planted = planted_object(written(make_mr()), 0, word, word[::-1])
    assert hits(planted, word, word[::-1])
    assert hits(prepared(planted).content, word, word[::-1]) == []


def _with_preamble(sop_class: str, sop_instance: str) -> bytes:
    return (spellings()[0] * 20)[:128] + encoding.file_header(sop_class, sop_instance)[128:]


def test_the_harness_catches_a_preamble_that_is_carried_over(make_mr, written, monkeypatch) -> None:
    monkeypatch.setattr(seal, "file_header", _with_preamble)
    assert hits(prepared(planted_object(written(make_mr()))).content)


@pytest.mark.parametrize("tag", [0x00081030, 0x00104000, 0x00081090])
def test_the_harness_catches_a_tag_that_is_kept_without_a_rule(make_mr, written, monkeypatch, tag) -> None:
    monkeypatch.setitem(KEPT, tag, Kept("LO", "number", 1, "planted"))
    real = building.ObjectBuilder._value

    def leaks(self, kept, element, place, creators):
        if element.tag == tag:
            return "LO", self._walked.raw(element)
        return real(self, kept, element, place, creators)

    monkeypatch.setattr(building.ObjectBuilder, "_value", leaks)
    found = [turn for turn in TURNS if hits(prepared(planted_object(written(make_mr()), turn)).content)]
    assert found


def test_the_harness_catches_a_private_value_kept_only_deep_inside(make_mr, written, monkeypatch) -> None:
    real = building.ObjectBuilder.item

    def leaks(self, elements, place=(), creators=None):
        made = real(self, elements, place, creators)
        if len(place) >= 4 and 0x00104000 in elements:
            made[0x00104000] = ("LT", self._walked.raw(elements[0x00104000]))
        return made

    monkeypatch.setattr(building.ObjectBuilder, "item", leaks)
    assert hits(prepared(planted_object(written(make_mr()))).content)


def test_a_comment_in_a_compressed_stream_is_not_carried_over(make_mr, written) -> None:
    received = make_mr()
    pixels = received.PixelData
    received.compress(JPEGLSLossless, generate_instance_uid=False)
    (frame,) = generate_frames(received.PixelData, number_of_frames=1)
    note = b"Exif\0\0" + NAME.encode()
    comment = b"".join(
        marker + struct.pack(">H", len(note) + 2) + note for marker in (b"\xff\xfe", b"\xff\xe1")
    )
    received.PixelData = encapsulate([frame[:2] + comment + frame[2:]])
    content = written(received)
    assert hits(content)
    result = prepared(content)
    assert hits(result.content) == []
    assert pydicom.dcmread(io.BytesIO(result.content)).PixelData == pixels


@pytest.mark.parametrize(
    ("character_set", "codec"),
    [
        ("ISO_IR 192", "utf-8"),
        ("ISO_IR 100", "latin-1"),
        ("ISO_IR 101", "iso8859_2"),
        ("ISO_IR 144", "iso8859_5"),
        ("\\ISO 2022 IR 87", "iso2022_jp"),
        ("\\ISO 2022 IR 149", "euc_kr"),
        ("GB18030", "gb18030"),
    ],
)
def test_no_name_of_any_alphabet_is_left(make_mr, written, character_set: str, codec: str) -> None:
    name = {"iso2022_jp": "山田太郎", "euc_kr": "김희중", "gb18030": "王小东", "iso8859_5": "Люксембург"}.get(
        codec, "Łukasz" if codec == "iso8859_2" else "Müllerjörg"
    )
    raw = name.encode(codec)
    received = make_mr(SpecificCharacterSet=character_set.split("\\"))
    for keyword in ("PatientName", "SeriesDescription", "ProtocolName", "Manufacturer", "PatientComments"):
        vr = "PN" if keyword == "PatientName" else "LO"
        received.add_new(keyword, vr, "@" * (len(raw) + len(raw) % 2))
    content = written(received).replace(b"@" * (len(raw) + len(raw) % 2), raw.ljust(len(raw) + len(raw) % 2))
    assert raw in content
    assert raw not in prepared(content).content
    assert name.encode() not in prepared(content).content


def test_a_tag_that_no_table_knows_is_dropped(make_mr, written) -> None:
    received = make_mr()
    for tag in (0x00080FF1, 0x00101FFF, 0x0018EEE1, 0x00400FFF, 0x30100FFF, 0x00720FF1):
        received.add_new(tag, "LO", NAME)
    kept = pydicom.dcmread(io.BytesIO(prepared(written(received)).content))
    assert all(tag >> 16 in (2,) or tag in KEPT or tag in ALWAYS or tag >> 16 & 1 for tag in _tags(kept))


ALWAYS = {
    *(0x00080030, 0x00080050, 0x00080090, 0x00100010, 0x00100020, 0x00100030, 0x00200010),
    *(0x00120062, 0x00120063, 0x00120064, 0x7FE00010, 0x00280303),
}


def _tags(header: Dataset) -> list[int]:
    return [int(element.tag) for element in header]
