"""Multipart answers come back part by part, whatever their bytes and however the network cuts them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.dicom.network.multipart_answer import boundary_of, read_parts
from adcurate.errors import NetworkError


class Cut:
    """A stream that gives at most `step` bytes at a time."""

    def __init__(self, content: bytes, step: int) -> None:
        self.content, self.step, self.place = content, step, 0

    def read1(self, n: int = -1) -> bytes:
        taken = self.content[self.place : self.place + self.step]
        self.place += len(taken)
        return taken


def message(parts: list[bytes], boundary: bytes, head: bytes = b"Content-Type: application/dicom") -> bytes:
    between = b"\r\n--" + boundary
    body = b"".join(between + b"\r\n" + (head + b"\r\n" if head else b"") + b"\r\n" + part for part in parts)
    return body[2:] + between + b"--\r\n"


# A body may hold anything but the boundary, which senders choose so; near misses are what matters.
BODIES = st.lists(
    st.lists(st.sampled_from([b"\r\n--", b"\r\n", b"--", b"bnd", b"\0", b"x" * 40]), max_size=8).map(
        b"".join
    ),
    max_size=5,
).filter(lambda parts: not any(b"\r\n--bndQ" in b"\r\n" + part for part in parts))


@given(parts=BODIES, step=st.integers(1, 70), head=st.sampled_from([b"", b"A: b", b"A: b\r\nC: d"]))
def test_every_part_comes_back_however_it_is_cut(parts: list[bytes], step: int, head: bytes) -> None:
    whole = message(parts, b"bndQ", head)
    if not parts:
        whole = b"--bndQ--\r\n"
    assert list(read_parts(Cut(whole, step), b"bndQ", largest_part=10_000)) == parts


@given(parts=BODIES.filter(bool), step=st.integers(1, 70), end=st.floats(0, 0.999))
def test_an_answer_cut_off_anywhere_never_ends_as_if_whole(parts: list[bytes], step: int, end: float) -> None:
    whole = message(parts, b"bndQ").removesuffix(b"\r\n")
    got: list[bytes] = []
    with pytest.raises(NetworkError):
        got.extend(read_parts(Cut(whole[: int(len(whole) * end)], step), b"bndQ", largest_part=10_000))


def test_memory_is_bounded_by_one_part() -> None:
    class Endless:
        n_bytes = 0

        def read1(self, n: int = -1) -> bytes:
            self.n_bytes += 65_536
            return b"--b\r\n\r\n".ljust(65_536, b"x") if self.n_bytes == 65_536 else bytes(65_536)

    stream = Endless()
    with pytest.raises(NetworkError) as caught:
        list(read_parts(stream, b"b", largest_part=1_000_000))
    assert caught.value.code == "network.too-big"
    assert stream.n_bytes < 1_300_000


@pytest.mark.parametrize(
    ("header", "boundary"),
    [
        ("multipart/related; boundary=abc", b"abc"),
        ('Multipart/Related; type="application/dicom"; Boundary="a;b c"', b"a;b c"),
        ("multipart/related", None),
        ("multipart/related; boundary=", None),
        ("multipart/related; boundary=" + "x" * 300, None),
        ("application/dicom; boundary=abc", None),
        ("", None),
    ],
)
def test_the_boundary_is_read_as_the_standard_writes_it(header: str, boundary: bytes | None) -> None:
    assert boundary_of(header) == boundary
