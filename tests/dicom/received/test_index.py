"""The index says of a header what pydicom says, and where the pixels are."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pydicom
import pytest
from pydicom.config import disable_value_validation
from pydicom.uid import ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from tests.dicom.hostile.mutator import mutant
from tests.dicom.hostile.seeds import SYNTAXES, seed

from adcurate.dicom.reading.frames import SCAN_TAGS
from adcurate.dicom.reading.headers import numbers, texts
from adcurate.dicom.reading.scanning import header_of, scan_source
from adcurate.dicom.received import index as index_module
from adcurate.dicom.received.index import FIRST_BYTES, Wanted, index_object, index_source
from adcurate.dicom.received.sources import FileSource, find_objects
from adcurate.errors import DicomError
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.phantom.vendors import DIALECTS

WANTED = Wanted(SCAN_TAGS)


def disagreements(content: bytes) -> list[str]:
    """The tags of which the index and pydicom say different things; nothing where one of them refuses."""
    try:
        index = index_object(content, WANTED)
        ours = header_of(index, WANTED)
    except DicomError:
        return []
    try:
        with disable_value_validation():
            theirs = pydicom.dcmread(io.BytesIO(content), stop_before_pixels=True)
    except Exception:
        return []
    wrong = []
    with disable_value_validation():
        for tag in WANTED.tags - {0x52009229, 0x52009230}:
            if (tag in ours) != (tag in theirs):
                # An element that stands behind the pixels is no part of the header.
                wrong.append(f"{tag:08x} present")
                continue
            if tag not in ours or theirs.get_item(tag).VR == "SQ":
                continue
            if texts(ours, tag) != converted_texts(theirs, tag) or numbers(ours, tag) != numbers(theirs, tag):
                wrong.append(f"{tag:08x}")
    return wrong


def converted_texts(header: pydicom.Dataset, tag: int) -> tuple[str, ...]:
    """As `texts`, of values that pydicom has converted."""
    try:
        _ = header[tag].value
    except Exception:
        return texts(header, tag)
    return texts(header, tag)


@pytest.mark.parametrize("name", sorted(SYNTAXES))
def test_the_index_of_every_transfer_syntax_is_that_of_pydicom(name: str) -> None:
    content = seed(name)
    assert disagreements(content) == []
    index = index_object(content, WANTED)
    assert index.transfer_syntax_uid == SYNTAXES[name]
    assert index.media_class_uid == "1.2.840.10008.5.1.4.1.1.4"
    if index.pixel_length >= 0:
        pixels = pydicom.dcmread(io.BytesIO(content)).PixelData
        assert index.content[index.pixel_start : index.pixel_start + index.pixel_length] == pixels


@pytest.mark.parametrize("dialect", sorted(DIALECTS))
def test_the_index_of_every_dialect_is_that_of_pydicom(dialect: str, tmp_path: Path) -> None:
    exam = simulate_exam(
        ExamPrescription(
            patient_id="P1",
            patient_name="SYNTHETIC^One",
            birth_date="19600101",
            sex="F",
            exam_date="20200102",
            dialect=dialect,  # type: ignore[arg-type]
            model="Made up",
            field_strength_t=3.0,
            b_values=(50.0, 800.0),
            lesions=(LesionPrescription("1", "pancreas", 1.1e-3, 0.8e-3),),
        )
    )
    for path in write_exam(exam, tmp_path)[::5]:
        assert disagreements(path.read_bytes()) == []
        from_head = scan_source(FileSource(path), WANTED).index
        assert from_head.values(WANTED) == index_object(path.read_bytes(), WANTED).values(WANTED)


@pytest.mark.samples
def test_the_index_of_every_sample_is_that_of_pydicom(samples: Path) -> None:
    seen = 0
    for source in find_objects([samples]).sources:
        content = source.read()
        assert disagreements(content) == [], source.name
        seen += 1
    assert seen > 400


def test_the_index_of_a_mutated_header_is_that_of_pydicom_where_both_accept_it() -> None:
    both = 0
    for number in range(2000, 2400):
        name, content = mutant(number)
        if name in ("deflated",) or len(content) > 100_000:
            continue
        assert disagreements(content) == [], number
        both += 1
    assert both > 250


def test_the_tight_loop_and_the_walker_find_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    content = seed("explicit")
    plain = index_module._plain(content, len(content))
    assert plain is None  # the seed has a sequence of undefined length
    simple = pydicom.dcmread(io.BytesIO(content))
    del simple.RequestAttributesSequence
    stream = io.BytesIO()
    simple.save_as(stream, enforce_file_format=True)
    content = stream.getvalue()
    plain = index_module._plain(content, len(content))
    assert plain is not None
    monkeypatch.setattr(index_module, "_plain", lambda *_: None)
    walked = index_object(content, WANTED)
    assert plain.values(WANTED) == walked.values(WANTED)
    assert (plain.pixel_start, plain.pixel_length) == (walked.pixel_start, walked.pixel_length)


@pytest.mark.parametrize("blob", [10_000, 40_000, 300_000])
def test_a_header_longer_than_the_first_read_is_read_further(
    blob: int, tmp_path: Path, make_mr, written
) -> None:
    received = make_mr()
    received.private_block(0x0029, "SIEMENS CSA HEADER", create=True).add_new(0x10, "OB", bytes(blob))
    (tmp_path / "one").write_bytes(written(received))
    reads: list[int] = []

    class Counting(FileSource):
        def read_head(self, n_bytes: int) -> tuple[bytes, int]:
            reads.append(n_bytes)
            return super().read_head(n_bytes)

    index = index_source(Counting(tmp_path / "one"), WANTED)
    assert index.value(0x00280010) == b"\x10\x00"
    assert reads[0] == FIRST_BYTES
    assert len(reads) <= 4


def test_a_deep_sequence_is_refused_before_pydicom_sees_it(make_mr, written) -> None:
    content = written(make_mr())
    opening, depth = b"\xfe\xff\x00\xe0\xff\xff\xff\xff", 3000
    sequence = b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    nested = sequence + (opening + sequence) * depth + b"\xfe\xff\xdd\xe0\0\0\0\0" + closing * depth
    place = content.index(b"\xe0\x7f\x10\x00OW")
    with pytest.raises(DicomError) as refusal:
        index_object(content[:place] + nested + content[place:], WANTED)
    assert refusal.value.code == "dicom.too-deep"


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_an_object_cut_in_its_header_has_no_index(syntax: str, make_mr) -> None:
    received = make_mr()
    received.file_meta.TransferSyntaxUID = syntax
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, received, enforce_file_format=True)
    content = stream.getvalue()
    for cut in np.linspace(1, len(content) - 1, 60).astype(int):
        try:
            index = index_object(content[:cut], WANTED)
        except DicomError:
            continue
        assert index.pixel_tag == 0
