"""The gate that every fetched object passes: is it of the series that was asked for, and of bearable size?

It stands between the network and whoever keeps the objects, for C-GET, C-MOVE and WADO-RS alike, and ends
a fetch that takes too long or that cannot be kept.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from adcurate.dicom.network.archive import TakeObject
from adcurate.dicom.received.structure import walk_object
from adcurate.errors import AdcurateError, NetworkError
from adcurate.model.endpoint import FetchLimits

_OUT_OF_RESOURCES: Final = 0xA700
_NOT_ASKED_FOR: Final = 0x0124
_SOP_UID: Final = 0x00080018
_STUDY_UID: Final = 0x0020000D
_SERIES_UID: Final = 0x0020000E


class ObjectGate:
    """Lets the objects of one series through to `take`, one by one. `trouble` is why it closed."""

    def __init__(self, take: TakeObject, study_uid: str, series_uid: str, limits: FetchLimits) -> None:
        self._take = take
        self._asked = (study_uid, series_uid)
        self._limits = limits
        self._pending_bytes: dict[int, int] = {}
        self._changed = threading.Condition()
        self._end: Callable[[], None] = lambda: None
        self.n_through = 0
        self.trouble: BaseException | None = None

    def pass_object(self, content: bytes) -> None:
        """Hand one object on; one of another series is refused, one that cannot be walked is handed on.

        Raises
        ------
        NetworkError
            ``network.answer`` for an object nobody asked for; ``network.too-big``; and what `take` raises.
        """
        if len(content) > self._limits.largest_object_bytes:
            raise self.too_big()
        try:
            walked = walk_object(content)
        except AdcurateError:
            # Whoever keeps objects says what is wrong with it, and keeps its bytes.
            named, sop_uid = self._asked, ""
        else:
            named, sop_uid = (walked.text(_STUDY_UID), walked.text(_SERIES_UID)), walked.text(_SOP_UID)
        if named != self._asked:
            raise NetworkError(
                "network.answer",
                "The archive sent an object of another series than the one asked for; it was not taken.",
                remedy="Tell the PACS's administrator; fetching stopped here.",
            )
        self._take(content, sop_uid)
        with self._changed:
            self.n_through += 1
            self._changed.notify_all()

    def too_big(self) -> NetworkError:
        """The error for an object beyond the endpoint's limit."""
        megabytes = self._limits.largest_object_bytes // 2**20
        return NetworkError(
            "network.too-big",
            f"The archive sent an object of more than {megabytes} MB.",
            remedy="Raise largest_object_mb of the endpoint if such an object is expected.",
        )

    def close(self, trouble: BaseException) -> None:
        """Let nothing more through, and end the fetch."""
        if self.trouble is None:
            self.trouble = trouble
        self._end()

    def raise_trouble(self) -> None:
        """Raise why the gate closed, if it did."""
        if self.trouble is not None:
            raise self.trouble

    def wait_for(self, n_objects: int, longest_s: float) -> None:
        """Wait until so many objects came through, or nothing moved for that long."""
        with self._changed:
            while self.n_through < n_objects and self.trouble is None:
                if not self._changed.wait(longest_s):
                    return

    @contextmanager
    def ending(self, end: Callable[[], None]) -> Iterator[None]:
        """While this lasts, `end` breaks the connection off: when the gate closes, or time is up."""
        self._end = end
        clock = threading.Timer(self._limits.longest_series_s, self.close, [self._too_long()])
        clock.daemon = True
        clock.start()
        try:
            yield
        finally:
            clock.cancel()
            self._end = lambda: None

    def on_store(self, event: Any) -> int:
        """A C-STORE request: 0x0000 once the object was handed on."""
        if self.trouble is not None:
            return _OUT_OF_RESOURCES
        try:
            self.pass_object(event.encoded_dataset())
        except NetworkError as trouble:
            self.close(trouble)
            return _NOT_ASKED_FOR
        except BaseException as trouble:
            self.close(trouble)
            return _OUT_OF_RESOURCES
        finally:
            self._pending_bytes.pop(id(event.assoc), None)
        return 0x0000

    def on_pdu(self, event: Any) -> None:
        """Count the bytes of the message that is coming in; beyond the limit the association ends."""
        fragments = getattr(event.pdu, "presentation_data_value_items", None)
        if not fragments:
            return
        key = id(event.assoc)
        size = sum(len(one.presentation_data_value) for one in fragments)
        self._pending_bytes[key] = self._pending_bytes.get(key, 0) + size
        if self._pending_bytes[key] > self._limits.largest_object_bytes + 2**20:
            # Not from here: this thread is the one that an abort waits for.
            threading.Thread(target=event.assoc.abort, daemon=True).start()
            threading.Thread(target=self.close, args=[self.too_big()], daemon=True).start()

    def _too_long(self) -> NetworkError:
        return NetworkError(
            "network.timeout",
            f"One series took longer than {self._limits.longest_series_s:g} s.",
            remedy="Run the same command again: it goes on where it stopped.",
        )
