"""Objects that the key de-identified before are taken as they are; nobody else can make such an object."""

from __future__ import annotations

import io
from pathlib import Path

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import ImplicitVRLittleEndian
from tests.dicom.conftest import HeldObject

from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.dicom.received.sources import find_objects
from adcurate.model import Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")
OTHER = Pseudonyms(b"another secret of thirty-two bytes.")


def prepared(content: bytes, key: Pseudonyms = KEY) -> Prepared:
    result = prepare_object(HeldObject("file 1", content), key)
    assert isinstance(result, Prepared), result
    return result


def codes(result: Prepared) -> set[str]:
    return {finding.code for finding in result.findings}


def changed(content: bytes, **changes: object) -> bytes:
    header = pydicom.dcmread(io.BytesIO(content))
    for keyword, value in changes.items():
        setattr(header, keyword, value)
    stream = io.BytesIO()
    header.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def test_a_second_centre_with_the_key_stores_the_same_bytes(make_mr, written) -> None:
    home = prepared(written(make_mr()))
    there = prepared(home.content)
    assert there.content == home.content
    assert (there.subject, there.study_uid, there.exam_date) == (home.subject, home.study_uid, home.exam_date)
    assert there.findings == ()


def test_another_key_codes_the_object_anew_and_says_nothing_of_a_seal(make_mr, written) -> None:
    home = prepared(written(make_mr()))
    there = prepared(home.content, OTHER)
    assert there.subject == OTHER.subject_code(home.subject)
    assert there.sop_instance_uid == OTHER.uid(home.sop_instance_uid)
    assert there.exam_date != home.exam_date
    assert "deid.seal-broken" not in codes(there)
    assert there.identity.patient_id == home.subject


@pytest.mark.parametrize(
    "forgery",
    [
        {"PatientID": "S-22222-22222"},
        {"StudyDate": "20190402"},
        {"SeriesInstanceUID": "2.25.4711"},
        {"SeriesDescription": "dwi b50"},
        {"DiffusionBValue": 50.0},
        {"FrameOfReferenceUID": "2.25.4712"},
    ],
)
def test_a_sealed_object_that_was_changed_is_coded_like_any_other(make_mr, written, forgery) -> None:
    home = prepared(written(make_mr()))
    there = prepared(changed(home.content, **forgery))
    assert "deid.seal-broken" in codes(there)
    assert there.sop_instance_uid == KEY.uid(home.sop_instance_uid)


def test_a_sealed_header_over_other_pixels_is_no_seal(make_mr, written) -> None:
    home = prepared(written(make_mr()))
    pixels = bytearray(pydicom.dcmread(io.BytesIO(home.content)).PixelData)
    pixels[0] ^= 1
    assert "deid.seal-broken" in codes(prepared(changed(home.content, PixelData=bytes(pixels))))


def test_a_seal_copied_onto_another_patient_s_object_is_no_seal(make_mr, written) -> None:
    home = pydicom.dcmread(io.BytesIO(prepared(written(make_mr())).content))
    forged: Dataset = make_mr(
        PatientID=home.PatientID, DeidentificationMethod=list(home.DeidentificationMethod)
    )
    there = prepared(written(forged))
    assert "deid.seal-broken" in codes(there)
    assert b"20190402" not in there.content
    assert there.study_uid == KEY.uid(forged.StudyInstanceUID)


def test_what_an_archive_adds_or_re_encodes_does_not_break_the_seal(make_mr, written) -> None:
    home = prepared(written(make_mr()))
    header = pydicom.dcmread(io.BytesIO(home.content))
    header.InstitutionName = "Archive"
    header.private_block(0x0009, "AN ARCHIVE", create=True).add_new(1, "LO", "stored")
    header.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    stream = io.BytesIO()
    header.save_as(stream, implicit_vr=True, little_endian=True, enforce_file_format=True)
    assert prepared(stream.getvalue()).content == home.content


@pytest.mark.samples
@pytest.mark.parametrize(
    "folder",
    [
        "canon_galan_v6_classic",
        "ge_pioneer_dti",
        "philips_elition_biobank_classic",
        "prostatex_0001",
        "siemens_e11_mosaic",
        "siemens_xa30_enhanced",
        "uih_umr770_dti",
    ],
)
def test_every_scanner_s_objects_stay_the_same_when_they_come_a_second_time(
    samples: Path, folder: str
) -> None:
    for source in find_objects([samples / folder]).sources[::9]:
        home = prepared(source.read())
        assert prepared(home.content).content == home.content
