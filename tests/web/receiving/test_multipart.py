"""Parts come apart however the body is cut into chunks; what is no multipart body is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.errors import WebError
from adcurate.web.receiving.multipart import MultipartReader, Part, PartHead

BOUNDARY = "a-boundary:7"
MORSELS = [b"\r", b"\n", b"--", b"a-boundary", b":", b"\r\n--a-bound", b"x"]
DELIMITER = b"\r\n--a-boundary:7"


def body_of(parts: list[bytes], *, preamble: bytes = b"") -> bytes:
    """A body with these parts."""
    whole = b"".join(DELIMITER + b"\r\nContent-Type: application/dicom\r\n\r\n" + part for part in parts)
    whole = preamble + whole + DELIMITER + b"--\r\n"
    return whole if preamble else whole[2:]


def read(body: bytes, size: int = 10**9, *, limit_parts: int = 100) -> list[bytes]:
    """The parts of a body that comes in chunks of `size` bytes."""
    reader = MultipartReader(BOUNDARY, limit_parts=limit_parts)
    parts: list[bytes] = []
    for start in range(0, len(body), size):
        for event in reader.feed(body[start : start + size]):
            if isinstance(event, PartHead):
                assert event.headers == {"content-type": "application/dicom"}
                parts.append(b"")
            elif event is not Part.END:
                assert isinstance(event, bytes)
                parts[-1] += event
    reader.finish()
    return parts


@given(
    st.lists(
        st.lists(st.sampled_from([b"\r", b"\n", b"--", b"a-boundary", b":", b"\r\n--a-bound", b"x"])),
        max_size=4,
    ),
    st.integers(1, 40),
    st.sampled_from([b"", b"before the first\r\n"]),
)
def test_any_chunks_give_the_same_parts(pieces: list[list[bytes]], size: int, preamble: bytes) -> None:
    parts = [b"".join(piece).replace(b"a-boundary:", b"a-boundary;") for piece in pieces]
    if parts or not preamble:
        assert read(body_of(parts, preamble=preamble), size) == parts


@pytest.mark.parametrize("boundary", ["", "x" * 201, "ends with a blank ", 'a"quote', "ünïcode", "a\r\nb"])
def test_a_boundary_that_none_can_be_is_refused(boundary: str) -> None:
    with pytest.raises(WebError) as refused:
        MultipartReader(boundary, limit_parts=1)
    assert refused.value.code == "web.malformed"


WHOLE = body_of([b"first", b"second"])


@pytest.mark.parametrize("end", range(len(WHOLE) - 2))
def test_a_body_that_is_cut_off_anywhere_is_not_taken_as_whole(end: int) -> None:
    if not WHOLE[:end].endswith(b"--\r") and not WHOLE[:end].endswith(b":7--"):
        with pytest.raises(WebError):
            read(WHOLE[:end])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (DELIMITER + b"?\r\n\r\nx" + DELIMITER + b"--", "web.malformed"),
        (DELIMITER + b"\r\nno colon\r\n\r\nx" + DELIMITER + b"--", "web.malformed"),
        (DELIMITER + b"\r\n: no name\r\n\r\nx" + DELIMITER + b"--", "web.malformed"),
        (DELIMITER + b"\r\nA: " + b"x" * 9000, "web.too-big"),
        (b"x" * 70_000, "web.too-big"),
        (body_of([b"x"]) + b"x" * 70_000, "web.too-big"),
        (body_of([b"x"] * 101), "web.too-big"),
        (b"no parts at all", "web.malformed"),
    ],
)
def test_what_is_no_multipart_body_is_refused_by_name(body: bytes, code: str) -> None:
    with pytest.raises(WebError) as refused:
        read(body, 1000)
    assert refused.value.code == code


def test_a_part_without_headers_is_a_part() -> None:
    reader = MultipartReader(BOUNDARY, limit_parts=1)
    events = list(reader.feed(DELIMITER + b"\r\n\r\ncontent" + DELIMITER + b"--"))
    assert events == [PartHead({}), b"content", Part.END]
    reader.finish()
