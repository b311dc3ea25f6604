"""No identity in a research object, and all of the science still in it."""

from __future__ import annotations

import datetime
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate, generate_frames
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless
from tests.dicom.deidentification.planting import csa_header

from adcurate.dicom.deidentification.vocabulary import (
    GRADIENT_COMMENT,
    SEQUENCE_NAME,
    TERMS,
    WORDS,
    known_words,
)
from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.model import Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")
SENTINEL = "Zwiebelkuchen"


@dataclass(frozen=True)
class Bytes:
    content: bytes
    name: str = "file 1"

    def read(self) -> bytes:
        return self.content


def prepared(content: bytes, key: Pseudonyms = KEY) -> Prepared:
    result = prepare_object(Bytes(content), key)
    assert isinstance(result, Prepared), result
    return result


def reread(result: Prepared) -> Dataset:
    return pydicom.dcmread(io.BytesIO(result.content))


def test_two_worlds_that_differ_only_in_identity_give_the_same_bytes(make_mr, written) -> None:
    one = make_mr(PatientName="Kowalska^Anna", PatientBirthDate="19600101", InstitutionName="North")
    two = make_mr(
        PatientName="Nowak-Lewandowski^Jan Maria",
        PatientBirthDate="19611231",
        InstitutionName="South-West Hospital",
        StudyTime="235959",
        AccessionNumber="987654",
        StudyDescription="Dr. Nowak asks: liver?",
        SeriesDescription="Nowak ep2d_diff_b50_400_800_tra",
        StationName="MR7",
        DeviceSerialNumber="45190",
        PatientComments="x" * 900,
        SpecificCharacterSet="ISO_IR 100",
    )
    two.preamble = b"II*\0" + bytes(124)
    assert prepared(written(one)).content == prepared(written(two)).content


def test_without_the_key_no_number_or_uid_can_be_told(make_mr, written) -> None:
    result = prepared(written(make_mr()))
    other = prepared(written(make_mr()), Pseudonyms(b"another secret of thirty-two bytes."))
    assert b"1234567" not in result.content
    assert b"1.2.826" not in result.content
    assert result.subject != other.subject
    assert result.sop_instance_uid != other.sop_instance_uid
    assert result.identity.patient_id == "1234567"
    assert "1234567" not in repr(result)


def test_the_object_says_how_it_was_deidentified(make_mr, written) -> None:
    result = reread(prepared(written(make_mr())))
    assert result.PatientIdentityRemoved == "YES"
    assert [item.CodeValue for item in result.DeidentificationMethodCodeSequence] == [
        "113100",
        "113105",
        "113107",
        "113108",
        "113111",
    ]
    assert result.preamble == bytes(128)
    assert result.file_meta.MediaStorageSOPInstanceUID == result.SOPInstanceUID
    assert result.LongitudinalTemporalInformationModified == "MODIFIED"


def test_the_science_is_kept(make_mr, written) -> None:
    received = make_mr(RescaleSlope="0.00015", RescaleIntercept="-2", RescaleType="US")
    kept = reread(prepared(written(received)))
    for keyword in [
        "ImageType",
        "Rows",
        "Columns",
        "PixelSpacing",
        "ImagePositionPatient",
        "ImageOrientationPatient",
        "SliceThickness",
        "RepetitionTime",
        "EchoTime",
        "MagneticFieldStrength",
        "SeriesNumber",
        "InstanceNumber",
        "SequenceName",
        "Manufacturer",
        "ManufacturerModelName",
        "BitsStored",
        "RescaleSlope",
        "RescaleIntercept",
        "PatientSex",
        "PatientAge",
        "PixelData",
    ]:
        assert kept[keyword].value == received[keyword].value, keyword
    assert kept.SeriesDescription == "ep2d diff b50 400 800 tra"
    block = kept.private_block(0x0019, "SIEMENS MR HEADER")
    assert block[0x0C].value == 400
    assert list(block[0x0E].value) == [0.6, 0.0, 0.8]


def test_intervals_between_days_survive_the_shift(make_mr, written) -> None:
    days = [
        datetime.datetime.strptime(prepared(written(make_mr(StudyDate=date))).exam_date, "%Y%m%d")
        for date in ("20190402", "20200229")
    ]
    assert (days[1] - days[0]).days == 333
    assert days[0].strftime("%Y%m%d") != "20190402"


def test_a_date_that_is_none_is_left_out_and_said(make_mr, written) -> None:
    content = written(make_mr()).replace(b"20190402", b"***     ")
    result = prepared(content)
    assert result.exam_date == ""
    assert "deid.value-dropped" in {finding.code for finding in result.findings}


@pytest.mark.parametrize("age", ["090Y", "101Y"])
def test_the_very_old_share_one_age(make_mr, written, age: str) -> None:
    assert reread(prepared(written(make_mr(PatientAge=age)))).PatientAge == "090Y"


def test_references_still_point_at_each_other(make_mr, written) -> None:
    reference = Dataset()
    reference.ReferencedSOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
    reference.ReferencedSOPInstanceUID = "1.2.826.0.1.3680043.8.498.3"
    source = prepared(written(make_mr()))
    referring = prepared(
        written(make_mr(SOPInstanceUID="1.2.826.0.1.3680043.8.498.4", SourceImageSequence=[reference]))
    )
    (kept,) = reread(referring).SourceImageSequence
    assert kept.ReferencedSOPInstanceUID == source.sop_instance_uid
    assert referring.study_uid == source.study_uid


def test_functional_groups_are_kept_at_every_depth(make_mr, written) -> None:
    received = make_mr(SOPClassUID="1.2.840.10008.5.1.4.1.1.4.1", NumberOfFrames="2")
    received.PixelData = received.PixelData * 2
    groups = []
    for b_value in (0.0, 800.0):
        direction, diffusion, group = Dataset(), Dataset(), Dataset()
        direction.DiffusionGradientOrientation = [0.0, 0.6, 0.8]
        diffusion.DiffusionBValue = b_value
        diffusion.DiffusionDirectionality = "DIRECTIONAL"
        diffusion.DiffusionGradientDirectionSequence = [direction]
        group.MRDiffusionSequence = [diffusion]
        group.FrameComments = SENTINEL
        groups.append(group)
    received.PerFrameFunctionalGroupsSequence = groups
    kept = reread(prepared(written(received)))
    found = [group.MRDiffusionSequence[0] for group in kept.PerFrameFunctionalGroupsSequence]
    assert [item.DiffusionBValue for item in found] == [0.0, 800.0]
    assert list(found[1].DiffusionGradientDirectionSequence[0].DiffusionGradientOrientation) == [
        0.0,
        0.6,
        0.8,
    ]


def test_a_measured_zero_vector_is_no_empty_value(make_mr, written) -> None:
    kept = reread(prepared(written(make_mr(DiffusionGradientOrientation=[0.0, 0.0, 0.0]))))
    assert list(kept.DiffusionGradientOrientation) == [0.0, 0.0, 0.0]


def test_the_siemens_header_is_written_anew_without_its_text(make_mr, written) -> None:
    received = make_mr(ImageType=["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE", "MOSAIC"])
    block = received.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    numbers = {"SliceNormalVector": b"0.0|-0.6|0.8", "NumberOfImagesInMosaic": b"25"}
    block.add_new(0x10, "OB", csa_header({"PatientName": SENTINEL.encode(), **numbers}))
    kept = reread(prepared(written(received)))
    from adcurate.dicom.siemens_csa import csa_numbers, parse_csa

    csa = parse_csa(kept.private_block(0x0029, "SIEMENS CSA HEADER")[0x10].value)
    assert csa_numbers(csa, "SliceNormalVector") == (0.0, -0.6, 0.8)
    assert csa_numbers(csa, "NumberOfImagesInMosaic") == (25.0,)
    assert "PatientName" not in csa


def test_a_private_value_stored_as_bytes_is_read_as_what_it_is(make_mr, written) -> None:
    received = make_mr()
    block = received.private_block(0x0019, "SIEMENS MR HEADER")
    block.add_new(0x0C, "OB", b"800 ")
    kept = reread(prepared(written(received)))
    assert kept.private_block(0x0019, "SIEMENS MR HEADER")[0x0C].value == 800


@pytest.mark.parametrize("syntax", [RLELossless, JPEGLSLossless])
def test_compressed_pixels_come_out_native_and_equal(make_mr, written, syntax: str) -> None:
    received = make_mr()
    pixels = received.PixelData
    received.compress(syntax, generate_instance_uid=False)
    assert list(generate_frames(received.PixelData, number_of_frames=1)) != [pixels]
    assert reread(prepared(written(received))).PixelData == pixels


def test_jpeg_2000_pixels_come_out_equal(make_mr, written) -> None:
    received = make_mr()
    pixels = received.PixelData
    stream = io.BytesIO()
    image = Image.fromarray(np.frombuffer(pixels, "<u2").reshape(16, 12))
    image.save(stream, "JPEG2000", no_jp2=True, irreversible=False)
    received.PixelData = encapsulate([stream.getvalue()])
    received["PixelData"].is_undefined_length = True
    received.file_meta.TransferSyntaxUID = JPEG2000Lossless
    assert reread(prepared(written(received))).PixelData == pixels


def test_big_endian_pixels_come_out_equal(make_mr) -> None:
    from pydicom.uid import ExplicitVRBigEndian

    received = make_mr()
    values = np.frombuffer(received.PixelData, "<u2")
    received.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    received.file_meta.MediaStorageSOPClassUID = received.SOPClassUID
    received.file_meta.MediaStorageSOPInstanceUID = received.SOPInstanceUID
    received.PixelData = values.astype(">u2").tobytes()
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, received, enforce_file_format=True)
    kept = reread(prepared(stream.getvalue()))
    assert np.array_equal(np.frombuffer(kept.PixelData, "<u2"), values)
    assert kept.Rows == 16
    assert list(kept.private_block(0x0019, "SIEMENS MR HEADER")[0x0E].value) == [0.6, 0.0, 0.8]


def test_bits_beyond_those_stored_are_refused_unless_an_overlay_is_declared_there(make_mr, written) -> None:
    values = np.arange(16 * 12, dtype="<u2") | 0x8000
    refused = prepare_object(Bytes(written(make_mr(PixelData=values.tobytes()))), KEY)
    assert isinstance(refused, Refusal)
    assert refused.code == "dicom.pixel-geometry"
    received = make_mr(PixelData=values.tobytes())
    received.add_new(0x60000102, "US", 15)
    result = prepared(written(received))
    assert np.array_equal(np.frombuffer(reread(result).PixelData, "<u2"), np.arange(16 * 12))
    assert "deid.high-bits" in {finding.code for finding in result.findings}


def test_a_refusal_keeps_its_bytes_and_its_reason(make_mr, written) -> None:
    content = written(make_mr(Rows=17))
    refused = prepare_object(Bytes(content), KEY)
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.content) == ("dicom.pixel-length", content)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("KOWALSKA ANNA DWI_b50_400_800_tra", "dwi b50 400 800 tra"),
        ("ep2d_diff_b50_400_800_ADC", "ep2d diff b50 400 800 adc"),
        ("T2W_TSE ax 4mm", "t2w tse ax 4mm"),
        ("DWIb800", "dwi b800"),
        ("1980-01-01 1950 2000", ""),
        ("t1_vibe_fs_tra_p2 +C Dr Nowak 20190402 12345678", "t1 vibe fs tra p2 + c"),
    ],
)
def test_descriptions_shrink_to_what_they_say_of_the_series(text: str, kept: str) -> None:
    assert known_words(text).replace(" c", "") == kept.replace(" c", "")


def test_no_list_holds_words_of_a_person() -> None:
    assert not {"anna", "jan", "maria", "doe", "jane", "john", "smith"} & (WORDS | {t.lower() for t in TERMS})


@pytest.mark.parametrize(
    "text", ["*ep_b0", "*ep_b50_400", "*ep_b1000#12", "*tse2d1_25", "*fl3d2", "epi_dti_b1000#3"]
)
def test_sequence_names_with_b_values_are_known(text: str) -> None:
    assert SEQUENCE_NAME.fullmatch(text)
    assert not SEQUENCE_NAME.fullmatch(f"{text}Anna")


def test_a_gradient_in_a_comment_is_taken_out_of_it(make_mr, written) -> None:
    comment = f"{SENTINEL} b=1500(0.895,0.000,-0.445) {SENTINEL}"
    assert (
        reread(prepared(written(make_mr(ImageComments=comment)))).ImageComments
        == "b=1500(0.895,0.000,-0.445)"
    )
    assert not GRADIENT_COMMENT.search("b=Anna")


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
def test_every_scanner_s_objects_keep_pixels_and_geometry(samples: Path, folder: str) -> None:
    for path in sorted(path for path in (samples / folder).rglob("*") if path.is_file())[::9]:
        try:
            received = pydicom.dcmread(path)
        except pydicom.errors.InvalidDicomError:
            continue
        kept = reread(prepared(path.read_bytes()))
        assert kept.PixelData == received.PixelData
        keywords = (
            "ImagePositionPatient ImageOrientationPatient PixelSpacing DiffusionBValue RescaleSlope Rows"
        )
        for keyword in keywords.split():
            assert kept.get(keyword) == received.get(keyword)
