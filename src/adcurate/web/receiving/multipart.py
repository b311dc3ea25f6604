"""The parts of a ``multipart/related`` body, told apart as they arrive; nothing waits for the whole.

It knows neither DICOM nor HTTP. A body that is not exactly multipart is refused, never guessed at.
Source: RFC 2046 section 5.1, RFC 2387.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from adcurate.errors import WebError

# The standard ends at 70 characters; Orthanc sends 73.
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,199}[0-9A-Za-z'()+_,\-./:=?]")
_HEADER_LIMIT_BYTES = 8 * 2**10
_PREAMBLE_LIMIT_BYTES = 64 * 2**10


class Part(Enum):
    """What `MultipartReader.feed` says besides the bytes of a part."""

    END = auto()


@dataclass(frozen=True, slots=True)
class PartHead:
    """A part begins; its headers by lower-case name."""

    headers: dict[str, str]


Event = PartHead | bytes | Part


class _Place(Enum):
    PREAMBLE = auto()
    DELIMITER = auto()
    HEADERS = auto()
    BODY = auto()
    EPILOGUE = auto()


class MultipartReader:
    """Reads a body with this `boundary`.

    Raises
    ------
    WebError
        ``web.malformed`` where no boundary can be so; from `feed` and `finish` also ``web.too-big``.
    """

    def __init__(self, boundary: str, *, limit_parts: int) -> None:
        if not _BOUNDARY.fullmatch(boundary):
            raise malformed("The request does not say where its parts end.")
        self._delimiter = b"\r\n--" + boundary.encode("ascii")
        self._limit_parts = limit_parts
        # The first delimiter may stand at the very beginning.
        self._buffer = bytearray(b"\r\n")
        self._place = _Place.PREAMBLE
        self._skipped = 0
        self.n_parts = 0

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take the next bytes: gives the head of each part, its bytes in pieces, and its end."""
        self._buffer += chunk
        going = True
        while going:
            if self._place is _Place.PREAMBLE:
                going = self._skip_preamble()
            elif self._place is _Place.DELIMITER:
                going = self._after_delimiter()
            elif self._place is _Place.HEADERS:
                head = self._read_headers()
                going = head is not None
                if head is not None:
                    yield head
            elif self._place is _Place.BODY:
                found = self._buffer.find(self._delimiter)
                ready = found if found >= 0 else max(len(self._buffer) - len(self._delimiter) + 1, 0)
                if ready:
                    yield bytes(self._buffer[:ready])
                    del self._buffer[:ready]
                going = found >= 0
                if going:
                    del self._buffer[: len(self._delimiter)]
                    self._place = _Place.DELIMITER
                    yield Part.END
            else:
                self._skipped += len(self._buffer)
                self._buffer.clear()
                self._check_skipped()
                going = False

    def finish(self) -> None:
        """The body is complete: so must be the last part."""
        if self._place is not _Place.EPILOGUE:
            raise malformed("The request ends within a part.")

    def _skip_preamble(self) -> bool:
        found = self._buffer.find(self._delimiter)
        end = found if found >= 0 else max(len(self._buffer) - len(self._delimiter) + 1, 0)
        self._skipped += end
        del self._buffer[:end]
        self._check_skipped()
        if found < 0:
            return False
        del self._buffer[: len(self._delimiter)]
        self._skipped = 0
        self._place = _Place.DELIMITER
        return True

    def _after_delimiter(self) -> bool:
        """What follows a boundary: ``--`` ends the body, the end of the line begins a part."""
        if len(self._buffer) < 2:
            return False
        if self._buffer.startswith(b"--"):
            del self._buffer[:2]
            self._place = _Place.EPILOGUE
            return True
        if not self._buffer.startswith(b"\r\n"):
            raise malformed("A boundary is followed by something else than the end of its line.")
        self.n_parts += 1
        if self.n_parts > self._limit_parts:
            raise too_big(f"The request has more than {self._limit_parts} parts.")
        self._place = _Place.HEADERS
        return True

    def _read_headers(self) -> PartHead | None:
        # The end of the boundary's line is still there: a part without headers begins with an empty line.
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0 or end > _HEADER_LIMIT_BYTES:
            if len(self._buffer) > _HEADER_LIMIT_BYTES:
                raise too_big("The headers of a part are too long.")
            return None
        lines = bytes(self._buffer[2:end]).split(b"\r\n") if end >= 2 else []
        del self._buffer[: end + 4]
        headers: dict[str, str] = {}
        for line in lines:
            name, colon, value = line.partition(b":")
            if not colon or not name.strip():
                raise malformed("A part has a header that is none.")
            headers[name.strip().lower().decode("latin-1")] = value.strip().decode("latin-1")
        self._place = _Place.BODY
        return PartHead(headers)

    def _check_skipped(self) -> None:
        if self._skipped > _PREAMBLE_LIMIT_BYTES:
            raise too_big("There is too much around the parts of the request.")


def malformed(sentence: str) -> WebError:
    """A request that does not follow its protocol."""
    return WebError("web.malformed", sentence, remedy="Send a multipart/related request as in RFC 2387.")


def too_big(sentence: str) -> WebError:
    """A request with more than is taken."""
    return WebError("web.too-big", sentence, remedy="Send the exam in several requests.")
