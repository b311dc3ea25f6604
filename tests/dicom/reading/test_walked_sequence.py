"""Sequences read one level at a time: what comes out is what pydicom makes of them, and sooner."""

from __future__ import annotations

import io
import time

import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from adcurate.dicom.reading.headers import frame_headers, items, numbers, raw_value, text, texts
from adcurate.dicom.reading.scanning import header_of
from adcurate.dicom.reading.walked_sequence import WalkedSequence
from adcurate.dicom.received.index import Wanted, index_object
from adcurate.errors import DicomError

SHARED, FRAMES, PLANE = 0x52009229, 0x52009230, 0x00209113
WANTED = Wanted([0x00080005, SHARED, FRAMES, 0x00081140])
ENCODINGS = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]


def item(*elements, **named) -> Dataset:
    made = Dataset()
    for tag, vr, value in elements:
        made.add_new(tag, vr, value)
    for name, value in named.items():
        setattr(made, name, value)
    return made


def frame(number: int) -> Dataset:
    private = item((0x00191010, "DS", [str(number), "2.5"]), (0x00190010, "LO", "SIEMENS MR HEADER"))
    return item(
        (0x00211001, "SQ", Sequence([private, item()])),
        (0x00210010, "LO", "SIEMENS MR SDI 02"),
        PlanePositionSequence=Sequence([item(ImagePositionPatient=[float(number), 2.5, -3.0])]),
        MRDiffusionSequence=Sequence(
            [
                item(
                    DiffusionBValue=50.0 * number,
                    DiffusionGradientDirectionSequence=Sequence(
                        [item(DiffusionGradientOrientation=[0.0, 1.0, 0.0])]
                    ),
                )
            ]
        ),
        RealWorldValueMappingSequence=Sequence([]),
        FrameContentSequence=Sequence([item(FrameComments="Größe" if number % 2 else "plain")]),
    )


def written(made: Dataset, encoding: str, undefined: bool = False) -> bytes:
    made.SOPClassUID, made.SOPInstanceUID = "1.2.840.10008.5.1.4.1.1.4.1", "1.2.3"
    made.file_meta = FileMetaDataset()
    made.file_meta.TransferSyntaxUID = encoding
    for element in made.iterall():
        if element.VR == "SQ":
            element.is_undefined_length = undefined
            for one in element.value:
                one.is_undefined_length_sequence_item = undefined
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, made, enforce_file_format=True)
    return stream.getvalue()


def enhanced(n_frames: int) -> Dataset:
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SharedFunctionalGroupsSequence = Sequence(
        [item(PixelMeasuresSequence=Sequence([item(SliceThickness=5)]))]
    )
    made.PerFrameFunctionalGroupsSequence = Sequence([frame(number) for number in range(n_frames)])
    return made


def read_here(content: bytes) -> Dataset:
    return header_of(index_object(content, WANTED), WANTED)


def all_of(header: Dataset) -> dict[int, object]:
    """Every value, through the accessors that readers use."""
    found: dict[int, object] = {}
    for tag in header.keys():  # noqa: SIM118 - a data set of pydicom
        inside = items(header, tag)
        found[int(tag)] = (
            [all_of(one) for one in inside] if inside else (texts(header, tag), numbers(header, tag))
        )
    return found


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("undefined", [False, True])
def test_every_value_is_what_pydicom_reads(encoding, undefined):
    content = written(enhanced(5), encoding, undefined)
    ours, theirs = read_here(content), pydicom.dcmread(io.BytesIO(content))
    assert isinstance(ours._dict[FRAMES], WalkedSequence)
    for tag in (SHARED, FRAMES):
        assert all_of(items(ours, tag)[0])
        assert [all_of(one) for one in items(ours, tag)] == [all_of(one) for one in items(theirs, tag)]
    assert text(items(items(ours, FRAMES)[1], 0x00209111)[0], 0x00209158) == "Größe"


def test_the_accessors_of_pydicom_read_the_items_too():
    first = items(read_here(written(enhanced(2), ExplicitVRLittleEndian)), FRAMES)[1]
    assert first.MRDiffusionSequence[0].DiffusionBValue == 50.0
    assert first.PlanePositionSequence[0].ImagePositionPatient == [1.0, 2.5, -3.0]
    assert 0x00189117 in first
    assert len(first) == 6
    assert raw_value(first, 0x00100010) is None


def test_items_are_made_once():
    header = read_here(written(enhanced(2), ExplicitVRLittleEndian))
    assert items(header, FRAMES)[0] is items(header, FRAMES)[0]


def test_a_sequence_that_says_its_own_character_set_is_left_to_pydicom():
    made = enhanced(1)
    named = item(SpecificCharacterSet="ISO_IR 100", FrameComments="Größe")
    made.PerFrameFunctionalGroupsSequence[0].FrameContentSequence = Sequence([named])
    header = read_here(written(made, ExplicitVRLittleEndian))
    assert not isinstance(header._dict[FRAMES], WalkedSequence)
    assert text(items(items(header, FRAMES)[0], 0x00209111)[0], 0x00209158) == "Größe"


def test_a_sequence_cut_or_broken_inside_has_the_items_that_pydicom_finds():
    content = written(enhanced(3), ExplicitVRLittleEndian)
    at = content.rindex(b"\x20\x00\x13\x91SQ")  # the last frame's plane position: its length lies
    broken = content[: at + 8] + b"\xff\xff\x00\x00" + content[at + 12 :]
    header = read_here(broken)
    assert not isinstance(header._dict[FRAMES], WalkedSequence)
    theirs = pydicom.dcmread(io.BytesIO(broken))
    assert [all_of(one) for one in items(header, FRAMES)] == [all_of(one) for one in items(theirs, FRAMES)]


def test_too_many_levels_are_refused():
    made = item(FrameComments="deep")
    for _ in range(20):
        made = item(ReferencedImageSequence=Sequence([made]))
    made.SpecificCharacterSet = "ISO_IR 100"
    with pytest.raises(DicomError) as caught:
        read_here(written(made, ExplicitVRLittleEndian))
    assert caught.value.code == "dicom.too-deep"


def test_the_frames_of_a_large_object_are_reached_in_half_of_pydicoms_time():
    content = written(enhanced(1200), ExplicitVRLittleEndian, undefined=True)

    def seconds(read) -> float:
        began = time.process_time()
        header = read()
        found = [numbers(one.group(PLANE), 0x00200032) for one in frame_headers(header)]
        assert len(found) == 1200
        assert found[7] == (7.0, 2.5, -3.0)
        return time.process_time() - began

    ours = min(seconds(lambda: read_here(content)) for _ in range(3))
    theirs = min(seconds(lambda: pydicom.dcmread(io.BytesIO(content))) for _ in range(3))
    assert ours < theirs / 2
