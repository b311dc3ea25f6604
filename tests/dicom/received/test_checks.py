"""What refuses one object, and under which name."""

from __future__ import annotations

import struct
import time

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import RLELossless

from adcurate.dicom.received.checks import check_object, reason_to_leave
from adcurate.dicom.received.structure import walk_object
from adcurate.errors import AdcurateError, DicomError


def code_of(content: bytes) -> str:
    try:
        check_object(walk_object(content))
    except AdcurateError as refusal:
        return refusal.code
    return ""


def test_a_whole_object_passes(make_mr, written) -> None:
    layout = check_object(walk_object(written(make_mr())))
    assert (layout.rows, layout.columns, layout.frames, layout.kind) == (16, 12, 1, "native")


@pytest.mark.parametrize("syntax", ["explicit", "implicit", "big"])
def test_an_object_cut_at_any_byte_is_never_taken_for_whole(make_mr, syntax: str) -> None:
    import io

    import pydicom
    from pydicom.uid import ExplicitVRBigEndian, ImplicitVRLittleEndian

    received = make_mr()
    if syntax == "implicit":
        received.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    if syntax == "big":
        received.file_meta.TransferSyntaxUID = ExplicitVRBigEndian
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, received, enforce_file_format=True)
    content = stream.getvalue()
    assert code_of(content) == ""
    assert [cut for cut in range(len(content)) if not code_of(content[:cut])] == []


def test_compressed_pixels_cut_at_any_byte_are_never_taken_for_whole(make_mr, written) -> None:
    received = make_mr()
    received.compress(RLELossless, generate_instance_uid=False)
    content = written(received)
    assert code_of(content) == ""
    assert [cut for cut in range(len(content) - 400, len(content)) if not code_of(content[:cut])] == []


def test_sequences_of_undefined_length_are_followed_to_their_end(make_mr, written) -> None:
    received = make_mr()
    inner = Dataset()
    inner.CodeMeaning = "x"
    outer = Dataset()
    outer.ProcedureCodeSequence = [inner]
    outer["ProcedureCodeSequence"].is_undefined_length = True
    received.RequestAttributesSequence = [outer]
    received["RequestAttributesSequence"].is_undefined_length = True
    content = written(received)
    assert code_of(content) == ""
    assert code_of(content[: content.index(b"\xfe\xff\xdd\xe0")]) == "dicom.truncated"


@pytest.mark.parametrize("depth", [15, 17, 100, 5000])
def test_nesting_is_bounded(make_mr, written, depth: int) -> None:
    content = written(make_mr())
    opening = b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    sequence = b"\x40\x00\x75\x02SQ\0\0\xff\xff\xff\xff"
    closing = b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
    nested = (
        sequence + (opening + sequence) * (depth - 1) + b"\xfe\xff\xdd\xe0\0\0\0\0" + closing * (depth - 1)
    )
    place = content.index(b"\xe0\x7f\x10\x00OW")
    expected = "" if depth <= 16 else "dicom.too-deep"
    assert code_of(content[:place] + nested + content[place:]) == expected


def insert(content: bytes, element: bytes) -> bytes:
    """`element` before the pixel data."""
    place = content.index(b"\xe0\x7f\x10\x00OW")
    return content[:place] + element + content[place:]


@pytest.mark.parametrize("vr", [b"SQ", b"UN"])
@pytest.mark.parametrize("depth", [15, 16, 17, 100, 3000])
def test_nesting_is_bounded_where_sequences_have_lengths(make_mr, written, vr: bytes, depth: int) -> None:
    nested = b""
    for level in range(depth):
        item = b"\xfe\xff\x00\xe0" + struct.pack("<L", len(nested)) + nested
        # Inside UN everything is implicit, so only the outermost has a VR there.
        explicit = vr == b"SQ" or level == depth - 1
        head = b"\x40\x00\x75\x02" + (vr + b"\0\0" if explicit else b"")
        nested = head + struct.pack("<L", len(item)) + item
    assert code_of(insert(written(make_mr()), nested)) == ("" if depth <= 16 else "dicom.too-deep")


def test_bytes_that_only_look_like_items_are_a_value(make_mr, written) -> None:
    blob = b"\x31\x00\x10\x10UN\0\0\x0c\0\0\0\xfe\xff\x00\xe0\xff\0\0\0abcd"
    assert code_of(insert(written(make_mr()), blob)) == ""


def test_a_sequence_whose_items_lead_out_of_it_is_refused(make_mr, written) -> None:
    lying = b"\x40\x00\x75\x02SQ\0\0\x08\0\0\0\xfe\xff\x00\xe0\x10\0\0\0"
    assert code_of(insert(written(make_mr()), lying)) == "dicom.truncated"


@pytest.mark.parametrize("count", [10_000, 60_000, 1_000_000])
def test_the_number_of_elements_is_bounded(make_mr, written, count: int) -> None:
    numbers = np.arange(count, dtype=np.uint32)
    tiny = np.zeros((count, 8), np.uint8)
    tiny[:, 0] = 1 + 2 * (numbers >> 16)
    tiny[:, 1] = 0x40
    tiny[:, 2], tiny[:, 3] = numbers & 0xFF, numbers >> 8 & 0xFF
    tiny[:, 4:6] = np.frombuffer(b"CS", np.uint8)
    start = time.process_time()
    code = code_of(insert(written(make_mr()), tiny.tobytes()))
    assert code == ("" if count < 50_000 else "dicom.too-many-elements")
    assert time.process_time() - start < 2


def test_a_million_items_are_bounded_too(make_mr, written) -> None:
    items = b"\xfe\xff\x00\xe0\0\0\0\0" * 1_000_001
    sequence = b"\x40\x00\x75\x02SQ\0\0" + struct.pack("<L", len(items)) + items
    start = time.process_time()
    assert code_of(insert(written(make_mr()), sequence)) == "dicom.too-many-elements"
    assert time.process_time() - start < 4


@pytest.mark.parametrize(
    ("element", "code"),
    [
        (b"\x10\x00\x30\x10PN" + struct.pack("<H", 60_000) + b"A" * 60_000, "dicom.value-too-long"),
        (b"\x10\x00\x30\x10PN" + struct.pack("<H", 6_000) + b"A" * 6_000, ""),
        (b"\x10\x00\x00\x40UT\0\0" + struct.pack("<L", 2**21) + b"A" * 2**21, "dicom.value-too-long"),
        (b"\x02\x00\x16\x00AE\x02\x00AA", "dicom.malformed"),
    ],
)
def test_values_have_a_greatest_length_and_a_place(make_mr, written, element: bytes, code: str) -> None:
    assert code_of(insert(written(make_mr()), element)) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Rows": 17}, "dicom.pixel-length"),
        ({"Rows": 15}, "dicom.pixel-length"),
        ({"Rows": 0}, "dicom.pixel-geometry"),
        ({"Rows": 46341, "Columns": 46341}, "dicom.pixel-geometry"),
        ({"NumberOfFrames": "1000000"}, "dicom.pixel-geometry"),
        ({"NumberOfFrames": "2"}, "dicom.pixel-length"),
        ({"BitsAllocated": 24}, "dicom.pixel-geometry"),
        ({"SamplesPerPixel": 4}, "dicom.pixel-geometry"),
        ({"BitsStored": 17}, "dicom.pixel-geometry"),
        ({"PixelData": None}, "dicom.truncated"),
        ({"PatientID": None}, "dicom.missing-attribute"),
        ({"PatientID": "  "}, "dicom.missing-attribute"),
        ({"StudyInstanceUID": None}, "dicom.missing-attribute"),
        ({"RescaleSlope": "0", "RescaleIntercept": "0"}, "dicom.rescale"),
        ({"BurnedInAnnotation": "YES"}, "dicom.pixel-text-risk"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7"}, "dicom.pixel-text-risk"),
        ({"ConversionType": "WSD"}, "dicom.pixel-text-risk"),
        ({"ImageType": ["DERIVED", "SECONDARY", "SCREEN SAVE"]}, "dicom.pixel-text-risk"),
        ({"PhotometricInterpretation": "RGB"}, "dicom.pixel-text-risk"),
        ({"LossyImageCompression": "01"}, "dicom.lossy"),
        ({"LossyImageCompression": "00", "RescaleSlope": "0.001", "RescaleIntercept": "0"}, ""),
    ],
)
def test_each_fault_has_its_name(make_mr, written, changes: dict[str, object], code: str) -> None:
    assert code_of(written(make_mr(**changes))) == code


@pytest.mark.parametrize("uid", ["1.2." + "3" * 62, "1.2.a", "../1.2", "12", "1..2", "1.2."])
def test_what_is_no_uid_is_refused(make_mr, written, uid: str) -> None:
    content = written(make_mr())
    short = b"\x20\x00\x0d\x00UI"
    place = content.index(short)
    (length,) = struct.unpack_from("<H", content, place + 6)
    value = uid.encode() + b"\0" * (len(uid) % 2)
    broken = content[: place + 6] + struct.pack("<H", len(value)) + value + content[place + 8 + length :]
    assert code_of(broken) == "dicom.bad-uid"


def test_a_slope_that_is_no_number_is_refused_in_functional_groups_too(make_mr, written) -> None:
    received = make_mr(RescaleSlope="1", RescaleIntercept="0")
    assert code_of(written(received)) == ""
    broken = written(received).replace(b"(\x00S\x10DS\x02\x001 ", b"(\x00S\x10DS\x04\x00NaN ")
    assert code_of(broken) == "dicom.rescale"
    shared, values = Dataset(), Dataset()
    values.RescaleSlope, values.RescaleIntercept = "0", "0"
    shared.PixelValueTransformationSequence = [values]
    assert code_of(written(make_mr(PerFrameFunctionalGroupsSequence=[shared]))) == "dicom.rescale"


def test_a_header_that_names_another_object_is_refused(make_mr, written) -> None:
    content = written(make_mr())
    uid = b"1.2.826.0.1.3680043.8.498.3"
    first = content.index(uid)
    assert code_of(content[:first] + uid[:-1] + b"4" + content[first + len(uid) :]) == "dicom.meta-mismatch"


def test_a_tag_that_comes_twice_with_two_values_is_refused(make_mr, written) -> None:
    content = written(make_mr())
    element = b"\x18\x00\x81\x00DS\x04\x0061.5"
    other = b"\x18\x00\x81\x00DS\x04\x0062.5"
    assert element in content
    assert code_of(content.replace(element, element + other)) == "dicom.duplicate-tag"
    assert code_of(content.replace(element, element + element)) == ""


def test_bytes_stuck_on_after_the_pixels_are_noticed_and_not_read(make_mr, written) -> None:
    content = written(make_mr())
    walked = walk_object(content + b"\x10\x00\x10\x00PN\x08\x00KOWALSKA")
    assert walked.oddities == ("trailing-bytes",)
    assert code_of(content + b"trailing text of any kind") == ""


def test_trailing_padding_of_the_standard_is_no_oddity(make_mr, written) -> None:
    padding = b"\xfc\xff\xfc\xffOB\0\0\x04\0\0\0\0\0\0\0"
    assert walk_object(written(make_mr()) + padding).oddities == ()
    assert code_of(written(make_mr()) + padding[:-1]) == "dicom.truncated"


@pytest.mark.parametrize("content", [b"", bytes(131), b"<html>" * 100, b"\xff\xd8\xff\xe0" + bytes(400)])
def test_what_is_no_dicom_is_said_so(content: bytes) -> None:
    with pytest.raises(DicomError) as refusal:
        walk_object(content)
    assert refusal.value.code == "dicom.not-dicom"


def test_declared_lengths_that_lie_are_refused(make_mr, written) -> None:
    content = written(make_mr())
    place = content.index(b"\xe0\x7f\x10\x00OW\0\0")
    lie = content[: place + 8] + b"\xf0\xff\xff\xff" + content[place + 12 :]
    assert code_of(lie) == "dicom.truncated"


def test_a_compressed_frame_that_declares_another_size_is_refused_before_it_is_unpacked(
    make_mr, written
) -> None:
    from pydicom.encaps import encapsulate
    from pydicom.uid import JPEG2000Lossless

    size = struct.pack(">HHHIIII", 0xFF51, 47, 0, 60000, 60000, 0, 0)
    received = make_mr(PixelData=encapsulate([b"\xff\x4f" + size + bytes(64)]))
    received["PixelData"].is_undefined_length = True
    received.file_meta.TransferSyntaxUID = JPEG2000Lossless
    assert code_of(written(received)) == "dicom.pixel-length"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.88.11", "PixelData": None, "Rows": None}, "not-image"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.2", "Modality": "CT"}, "not-mr"),
        ({"SOPClassUID": "1.2.840.10008.5.1.4.1.1.7", "Modality": "MR"}, None),
    ],
)
def test_what_is_no_mr_image_is_left_alone_and_not_refused(
    make_mr, written, changes: dict[str, object], reason: str | None
) -> None:
    assert reason_to_leave(walk_object(written(make_mr(**changes)))) == reason


def test_no_mutation_of_a_file_escapes_the_error_tree(make_mr, written) -> None:
    content = written(make_mr())
    generator = np.random.default_rng(20)
    for _ in range(1500):
        mutant = bytearray(content)
        for _ in range(generator.integers(1, 6)):
            mutant[generator.integers(128, len(mutant))] = generator.integers(256)
        code_of(bytes(mutant))


@pytest.mark.parametrize("tag", [b"\x00\x52\x30\x92", b"\x00\x52\x29\x92"])
@pytest.mark.parametrize("count", [1, 1000, 999_000])
def test_functional_groups_are_no_more_than_frames(make_mr, written, tag: bytes, count: int) -> None:
    items = b"\xfe\xff\x00\xe0\0\0\0\0" * count
    content = written(make_mr())
    at = content.index(b"\xe0\x7f\x10\x00")
    sequence = tag + b"SQ\0\0" + struct.pack("<L", len(items)) + items
    start = time.process_time()
    code = code_of(content[:at] + sequence + content[at:])
    assert code == ("" if count == 1 else "dicom.too-many-elements")
    assert time.process_time() - start < 2


def test_the_number_of_nested_items_is_bounded(make_mr, written) -> None:
    inner = b"\x40\x00\x20\x92SQ\0\0" + struct.pack("<L", 8 * 50) + b"\xfe\xff\x00\xe0\0\0\0\0" * 50
    item = b"\xfe\xff\x00\xe0" + struct.pack("<L", len(inner)) + inner
    content = written(make_mr())
    at = content.index(b"\xe0\x7f\x10\x00")
    for count, code in ((2_000, ""), (4_000, "dicom.too-many-elements")):
        sequence = b"\x40\x00\x96\x90SQ\0\0" + struct.pack("<L", len(item) * count) + item * count
        assert code_of(content[:at] + sequence + content[at:]) == code
