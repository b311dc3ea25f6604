"""Every transfer syntax: read to the same pixels, or refused by name before it is unpacked."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import imagecodecs
import numpy as np
import pydicom
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import UID
from tests.dicom.hostile.seeds import SYNTAXES, deflated, mr_object, picture, rle_frame, seed

from adcurate.compute import run_limited
from adcurate.dicom.reading.decoding import read_pixels
from adcurate.dicom.received.checks import check_object
from adcurate.dicom.received.codestream import read_codestream
from adcurate.dicom.received.ingest_object import Prepared, Refusal, prepare_object
from adcurate.dicom.received.sources import Skipped, find_objects
from adcurate.dicom.received.structure import file_meta, walk_object
from adcurate.errors import AdcurateError
from adcurate.model import Pseudonyms

KEY = Pseudonyms(b"a secret of thirty-two bytes or more")
Program = Callable[[str, str], str]


class Held:
    name = "file 1"

    def __init__(self, content: bytes) -> None:
        self.content = content

    def read(self) -> bytes:
        return self.content


def compressed(
    syntax: str, parts: list[bytes], frames: int = 1, shape: tuple[int, int] = (64, 48), **how: object
) -> bytes:
    """An object whose pixel data are the given fragments."""
    made = mr_object(np.zeros((frames, *shape), np.uint16))
    made.file_meta.TransferSyntaxUID = UID(syntax)
    made.PixelData = encapsulate(parts, has_bot=True)
    made["PixelData"].is_undefined_length = True
    made["PixelData"].VR = "OB"
    for keyword, value in how.items():
        setattr(made, keyword, value)
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, made, enforce_file_format=True)
    return stream.getvalue()


def code_of(content: bytes) -> str:
    result = prepare_object(Held(content), KEY, run_limited=run_limited)
    return result.code if isinstance(result, Refusal) else type(result).__name__


@pytest.mark.parametrize("frames", [1, 3])
@pytest.mark.parametrize("name", sorted(SYNTAXES))
def test_every_syntax_gives_the_same_pixels_when_read_and_when_stored(name: str, frames: int) -> None:
    content = seed(name, frames)
    assert np.array_equal(read_pixels(Held(content), run_limited=run_limited), picture(frames))
    stored = prepare_object(Held(content), KEY, run_limited=run_limited)
    assert isinstance(stored, Prepared)
    assert np.array_equal(read_pixels(Held(stored.content)), picture(frames))


@pytest.mark.parametrize("kind", [np.uint8, np.int16])
@pytest.mark.parametrize("name", ["rle", "jpeg-ls", "jpeg-2000"])
def test_other_words_than_unsigned_16_bit_survive(name: str, kind: type) -> None:
    pixels = (picture()[0] // 16).astype(kind)
    if kind is np.int16:
        pixels = pixels - 100
    how = (
        {"BitsAllocated": 8, "BitsStored": 8, "HighBit": 7}
        if kind is np.uint8
        else {"BitsStored": 16, "HighBit": 15}
    )
    how["PixelRepresentation"] = int(kind is np.int16)
    encode = {
        "rle": rle_frame if kind is np.int16 else _one_plane,
        "jpeg-ls": lambda frame: imagecodecs.jpegls_encode(
            frame.view(np.uint16) if kind is np.int16 else frame
        ),
        "jpeg-2000": lambda frame: imagecodecs.jpeg2k_encode(
            frame, level=0, reversible=True, codecformat="j2k"
        ),
    }[name]
    content = compressed(SYNTAXES[name], [encode(pixels)], **how)
    assert np.array_equal(read_pixels(Held(content), run_limited=run_limited)[0], pixels)
    assert code_of(content) == "Prepared"


def _one_plane(frame: np.ndarray) -> bytes:
    packed = imagecodecs.packbits_encode(frame.tobytes())
    return np.array([1, 64, *[0] * 14], "<u4").tobytes() + packed + b"\0" * (len(packed) % 2)


@pytest.fixture(scope="module")
def native_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("native") / "one.dcm"
    path.write_bytes(seed("explicit", frames=3))
    return path


@pytest.mark.parametrize(
    "command",
    [
        *(["dcmcjpeg", "+el", "+sv", str(n)] for n in range(1, 8)),
        ["dcmcjpeg", "+e1"],
        ["dcmcjpeg", "+e1", "+fs", "2"],
        ["dcmcjpeg", "+e1", "-ot", "+fs", "2"],
        ["dcmcrle"],
        ["dcmcjpls", "+el"],
        ["dcmconv", "+td"],
        ["dcmconv", "+ti"],
        ["dcmconv", "+tb"],
    ],
    ids=" ".join,
)
def test_what_dcmtk_writes_is_read(
    command: list[str], native_file: Path, tmp_path: Path, program: Program
) -> None:
    out = tmp_path / "out.dcm"
    subprocess.run(
        [program(command[0], "dcmtk"), *command[1:], native_file, out], check=True, capture_output=True
    )
    content = out.read_bytes()
    assert np.array_equal(read_pixels(Held(content), run_limited=run_limited), picture(3))
    assert code_of(content) == "Prepared"


def test_near_lossless_streams_of_dcmtk_are_refused_as_lossy(
    native_file: Path, tmp_path: Path, program: Program
) -> None:
    out = tmp_path / "out.dcm"
    subprocess.run(
        [program("dcmcjpls", "dcmtk"), "+en", "+md", "2", native_file, out], check=True, capture_output=True
    )
    assert code_of(out.read_bytes()) == "dicom.lossy"


LOSSY_STREAMS = {
    "1.2.840.10008.1.2.4.81": lambda frame: imagecodecs.jpegls_encode(frame, level=3),
    "1.2.840.10008.1.2.4.80": lambda frame: imagecodecs.jpegls_encode(frame, level=3),
    "1.2.840.10008.1.2.4.91": lambda frame: imagecodecs.jpeg2k_encode(
        frame, level=40, reversible=False, codecformat="j2k"
    ),
    "1.2.840.10008.1.2.4.90": lambda frame: imagecodecs.jpeg2k_encode(
        frame, level=40, reversible=False, codecformat="j2k"
    ),
    "1.2.840.10008.1.2.4.203": lambda frame: imagecodecs.htj2k_encode(frame, level=0.01, reversible=False),
}


@pytest.mark.parametrize("syntax", sorted(LOSSY_STREAMS))
def test_a_stream_that_lost_something_is_refused_whatever_the_syntax_says(syntax: str) -> None:
    stream = LOSSY_STREAMS[syntax](picture()[0])
    head = read_codestream(stream)
    assert head is not None
    assert not head.is_lossless
    assert code_of(compressed(syntax, [stream])) == "dicom.lossy"


def test_the_syntaxes_that_may_lose_are_read_where_the_stream_lost_nothing() -> None:
    frame = picture()[0]
    assert code_of(compressed("1.2.840.10008.1.2.4.81", [imagecodecs.jpegls_encode(frame)])) == "Prepared"
    stream = imagecodecs.htj2k_encode(frame, reversible=True)
    assert code_of(compressed("1.2.840.10008.1.2.4.203", [stream])) == "Prepared"
    assert (
        code_of(
            compressed(
                "1.2.840.10008.1.2.4.81", [imagecodecs.jpegls_encode(frame)], LossyImageCompression="01"
            )
        )
        == "dicom.lossy"
    )


@pytest.mark.parametrize(
    ("syntax", "code"),
    [
        ("1.2.840.10008.1.2.4.50", "dicom.lossy"),
        ("1.2.840.10008.1.2.4.51", "dicom.lossy"),
        ("1.2.840.10008.1.2.4.100", "dicom.syntax-unsupported"),
        ("1.2.840.10008.1.2.4.102", "dicom.syntax-unsupported"),
        ("1.2.840.10008.1.2.4.92", "dicom.syntax-unsupported"),
        ("1.2.840.10008.1.2.4.94", "dicom.syntax-unsupported"),
        ("1.2.840.10008.1.2.7.1", "dicom.syntax-unsupported"),
        ("1.2.840.113619.5.2", "dicom.syntax-unsupported"),
        ("1.2.3.4", "dicom.syntax-unsupported"),
    ],
)
def test_what_is_not_read_is_refused_with_a_remedy(syntax: str, code: str) -> None:
    content = seed("jpeg-ls").replace(SYNTAXES["jpeg-ls"].encode(), syntax.encode().ljust(22, b"\0")[:22])
    result = prepare_object(Held(content), KEY, run_limited=run_limited)
    assert isinstance(result, Refusal)
    assert (result.code, bool(result.remedy)) == (code, True)


def test_a_stream_of_another_size_or_family_is_refused_before_it_is_unpacked() -> None:
    def never(*_: object, **__: object) -> bytes:
        raise AssertionError

    frame = picture(rows=128)[0]
    other = imagecodecs.jpeg2k_encode(frame, level=0, reversible=True, codecformat="j2k")
    for content in (
        compressed(SYNTAXES["jpeg-2000"], [other]),
        compressed(SYNTAXES["jpeg-2000"], [imagecodecs.jpegls_encode(picture()[0])]),
        compressed(SYNTAXES["jpeg-ls"], [b"\xff\xd8\xff\xf7"]),
        compressed(SYNTAXES["rle"], [b"\0" * 10]),
    ):
        result = prepare_object(Held(content), KEY, run_limited=never)
        assert isinstance(result, Refusal)
        assert result.code in ("dicom.pixel-length", "dicom.bomb")


def bomb(name: str) -> bytes:
    """An object of a few kilobytes that unpacks, or says so, to many megabytes."""
    if name == "deflate":
        content = seed("deflated")
        start = file_meta(content)[0]
        return content[:start] + deflated(walk_object(content).content[start:] + bytes(40 * 2**20))
    blank = np.zeros((8192, 8192), np.uint16)
    if name == "jpeg-2000":
        small = bytearray(
            imagecodecs.jpeg2k_encode(picture(1, 64, 64)[0], level=0, reversible=True, codecformat="j2k")
        )
        small[8:16] = (8192).to_bytes(4, "big") * 2
        small[24:32] = (8192).to_bytes(4, "big") * 2
        return compressed(SYNTAXES["jpeg-2000"], [bytes(small)], shape=blank.shape)
    if name == "jpeg-ls":
        return compressed(SYNTAXES["jpeg-ls"], [imagecodecs.jpegls_encode(blank)], shape=blank.shape)
    runs = b"\x81\x00" * (8192 * 8192 // 128)
    if name == "rle":
        head = np.array([2, 64, 64, *[0] * 13], "<u4").tobytes()
        return compressed(SYNTAXES["rle"], [head + runs[:8000]], shape=blank.shape)
    return compressed(SYNTAXES["rle"], [rle_frame(picture()[0])], frames=1, NumberOfFrames=20_000)


@pytest.mark.parametrize("name", ["deflate", "jpeg-2000", "jpeg-ls", "rle", "frames"])
def test_a_bomb_is_refused_before_it_is_unpacked(name: str) -> None:
    assert code_of(bomb(name)) in ("dicom.bomb", "dicom.pixel-length", "dicom.pixel-geometry")


OUTCOMES = {
    "JPEG-lossy.dcm": "not-mr",
    "JPEG2000-embedded-sequence-delimiter.dcm": "not-mr",
    "MR_truncated.dcm": "dicom.truncated",
    "MR_small_padded.dcm": "dicom.pixel-length",
    "rtplan_truncated.dcm": "dicom.truncated",
    "meta_missing_tsyntax.dcm": "not-mr",
}


@pytest.mark.samples
def test_the_odd_files_of_others_have_the_outcome_that_is_known_of_them(samples: Path) -> None:
    folder = samples / "bad_and_edge_pydicom"
    known = json.loads((folder / "EXPECTED_pydicom3_outcomes.json").read_text())
    expected = {Path(name).name: outcome[0] for name, outcome in known.items()}
    for path in sorted(folder.glob("*.dcm")):
        found = find_objects([path])
        if not found.sources:
            assert expected[path.name] == "read:InvalidDicomError"
            continue
        result = prepare_object(found.sources[0], KEY, run_limited=run_limited)
        if path.name in OUTCOMES:
            outcome = result.reason_code if isinstance(result, Skipped) else getattr(result, "code", "stored")
            assert outcome == OUTCOMES[path.name], path.name
        if isinstance(result, Prepared):
            assert expected[path.name] == "ok", path.name
            pixels = read_pixels(found.sources[0], run_limited=run_limited)
            try:
                theirs = pydicom.dcmread(path).pixel_array
            except (RuntimeError, NotImplementedError):
                continue
            assert np.array_equal(pixels.reshape(theirs.shape), theirs), path.name
        elif path.name.startswith("MR_small") and path.name not in OUTCOMES:
            pytest.fail(f"{path.name} was not read")


def test_a_table_of_geometries_is_refused_without_allocating() -> None:
    refused = 0
    for rows in (0, 1, 46_341, 65_535, 8193):
        for columns in (46_341, 65_535, 8193, 0):
            for frames in (1, 20_001):
                made = mr_object(np.zeros((1, 16, 12), np.uint16))
                made.file_meta.TransferSyntaxUID = UID(SYNTAXES["explicit"])
                made.Rows, made.Columns, made.NumberOfFrames = rows, columns, frames
                made.PixelData = bytes(384)
                stream = io.BytesIO()
                pydicom.dcmwrite(stream, made, enforce_file_format=True)
                with pytest.raises(AdcurateError) as refusal:
                    check_object(walk_object(stream.getvalue()))
                assert refusal.value.code == "dicom.pixel-geometry"
                refused += 1
    assert refused == 40
