"""A multipart/related answer read part by part: never more than one part in memory, every part bounded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Protocol

from adcurate.errors import NetworkError

_CHUNK: Final = 65_536
_LONGEST_HEADER: Final = 16_384
_LONGEST_BOUNDARY: Final = 256


class Readable(Protocol):
    """What an HTTP answer can do."""

    def read1(self, n: int = -1) -> bytes: ...


def boundary_of(content_type: str) -> bytes | None:
    """The boundary that a multipart Content-Type names; None where it is none.

    Examples
    --------
    >>> boundary_of('multipart/related; type="application/dicom"; boundary="a b"')
    b'a b'
    """
    from email.message import Message

    message = Message()
    message["Content-Type"] = content_type[:4096]
    boundary = message.get_param("boundary")
    if message.get_content_maintype() != "multipart" or not isinstance(boundary, str):
        return None
    usable = 0 < len(boundary) <= _LONGEST_BOUNDARY and boundary.isascii()
    return boundary.encode("ascii") if usable else None


def read_parts(stream: Readable, boundary: bytes, *, largest_part: int) -> Iterator[bytes]:
    """The bodies of the parts, as they come.

    Raises
    ------
    NetworkError
        ``network.interrupted`` where the answer ends before its last boundary; ``network.too-big``;
        ``network.answer`` where it is no multipart message.
    """
    reader = _Reader(stream, largest_part)
    mark = b"--" + boundary
    reader.skip_past(mark)
    while True:
        after = reader.take(2)
        if after == b"--":
            return
        if after != b"\r\n":
            raise _not_multipart()
        if reader.peek(2) == b"\r\n":
            reader.take(2)
        else:
            reader.up_to(b"\r\n\r\n", _LONGEST_HEADER)
        yield reader.up_to(b"\r\n" + mark, largest_part)


class _Reader:
    def __init__(self, stream: Readable, largest_part: int) -> None:
        self._stream = stream
        self._largest_part = largest_part
        self._buffer = bytearray()

    def take(self, n: int) -> bytes:
        taken = self.peek(n)
        del self._buffer[:n]
        return taken

    def peek(self, n: int) -> bytes:
        while len(self._buffer) < n:
            self._more()
        return bytes(self._buffer[:n])

    def skip_past(self, mark: bytes) -> None:
        if self.peek(len(mark)) == mark:
            del self._buffer[: len(mark)]
        else:
            self.up_to(b"\r\n" + mark, _LONGEST_HEADER)

    def up_to(self, mark: bytes, most: int) -> bytes:
        """Everything before `mark`, which is taken too."""
        searched = 0
        while True:
            found = self._buffer.find(mark, searched)
            if 0 <= found <= most:
                before = bytes(self._buffer[:found])
                del self._buffer[: found + len(mark)]
                return before
            if found > most or len(self._buffer) > most + len(mark):
                raise NetworkError(
                    "network.too-big",
                    f"A part of the archive's answer is longer than {most} bytes.",
                    remedy="Raise largest_object_mb of the endpoint if such an object is expected.",
                )
            searched = max(0, len(self._buffer) - len(mark) + 1)
            self._more()

    def _more(self) -> None:
        chunk = self._stream.read1(_CHUNK)
        if not chunk:
            raise NetworkError(
                "network.interrupted",
                "The archive's answer ended before its last object.",
                remedy="Run the same command again: it goes on where it stopped.",
            )
        self._buffer += chunk


def _not_multipart() -> NetworkError:
    return NetworkError(
        "network.answer",
        "The archive's answer is no multipart message as DICOMweb prescribes.",
        remedy="Check that the url is that of a DICOMweb service.",
    )
