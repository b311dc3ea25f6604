"""Store over the web (STOW-RS): each part is one object, kept as it arrives, answered for one by one.

What an object is, and whether it is kept, is decided behind `keep`; nothing of a request is said again in
the answer but UIDs, which the standard asks for.
Source: DICOM PS3.18 section 10.5.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path

from starlette.requests import ClientDisconnect, Request

from adcurate.dicom.network.object_names import ObjectNames, read_object_names
from adcurate.dicom.network.received_as import (
    NOT_ITS_CLASS,
    OUT_OF_RESOURCES,
    SUCCESS,
    KeepObject,
    ReceivedAs,
)
from adcurate.dicom.network.spool import Spool, SpoolOverflowError
from adcurate.errors import StoreError, WebError
from adcurate.web.receiving.limits import WebLimits
from adcurate.web.receiving.multipart import MultipartReader, Part, PartHead, malformed, too_big

_AT_ONCE = 8
_AT_ONCE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class StoredPart:
    """What became of one part; `refused_status` is set where it was refused before it was kept."""

    names: ObjectNames
    received: ReceivedAs | None
    refused_status: int = 0

    @property
    def status(self) -> int:
        """The status of PS3.18 table 10.5.3: 0 is success, the rest warnings and failures."""
        return self.refused_status if self.received is None else self.received.status

    @property
    def is_kept(self) -> bool:
        """Whether all of it is on disk."""
        return self.received is not None and self.received.is_kept


@dataclass(slots=True)
class StowRequest:
    """One request while it is read. `study_uid` is the one of its address, "" where that names none."""

    keep: KeepObject
    limits: WebLimits
    spool_folder: Path | None
    study_uid: str = ""
    parts: list[StoredPart] = field(default_factory=list)
    _running: dict[asyncio.Task[StoredPart], int] = field(default_factory=dict)

    async def read(self, request: Request) -> list[StoredPart]:
        """Read and keep every part.

        Raises
        ------
        WebError
            ``web.media-type``, ``web.length-required``, ``web.too-big``, ``web.malformed``, ``web.slow``;
            what came before it is kept, and known when it is sent again.
        StoreError
            ``store.disk-full``
        """
        reader = MultipartReader(boundary_of(request), limit_parts=self.limits.parts)
        check_length(request, self.limits)
        spool: Spool | None = None
        try:
            async for chunk in bounded_chunks(request, self.limits):
                for event in reader.feed(chunk):
                    if isinstance(event, PartHead):
                        _check_part(event)
                        spool = Spool(self.limits.part_bytes, self.limits.memory_bytes, self.spool_folder)
                    elif event is Part.END and spool is not None:
                        await self._keep(spool)
                        spool = None
                    elif isinstance(event, bytes) and spool is not None:
                        self._write(spool, event)
            reader.finish()
        finally:
            if spool is not None:
                spool.close()
            await self._wait(0, 0)
        return self.parts

    @staticmethod
    def _write(spool: Spool, piece: bytes) -> None:
        try:
            spool.write(piece)
        except SpoolOverflowError as trouble:
            raise too_big("A part of the request is too large.") from trouble
        except OSError as trouble:
            raise StoreError(
                "store.disk-full", "The disk has no room for the request.", remedy="Send it again later."
            ) from trouble

    async def _keep(self, spool: Spool) -> None:
        await self._wait(_AT_ONCE - 1, max(_AT_ONCE_BYTES - spool.n_bytes, 0))
        task = asyncio.create_task(asyncio.to_thread(self._keep_now, spool))
        self._running[task] = spool.n_bytes

    def _keep_now(self, spool: Spool) -> StoredPart:
        with spool:
            content = spool.content()
        names = read_object_names(content)
        if self.study_uid and names.study_uid and names.study_uid != self.study_uid:
            return StoredPart(names, None, NOT_ITS_CLASS)
        return StoredPart(names, self.keep(content, "object from the web"))

    async def _wait(self, n_running: int, n_bytes: int) -> None:
        """Wait until no more than so many objects and bytes are being kept."""
        while self._running and (len(self._running) > n_running or sum(self._running.values()) > n_bytes):
            done, _ = await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                del self._running[task]
                self.parts.append(task.result())


def boundary_of(request: Request) -> str:
    """The boundary that a request's type names.

    Raises
    ------
    WebError
        ``web.media-type``, ``web.malformed``
    """
    kind = Message()
    kind["content-type"] = request.headers.get("content-type", "")
    if kind.get_content_type() != "multipart/related":
        raise _media_type("A request to store is multipart/related.")
    inner = kind.get_param("type", "application/dicom")
    if str(inner).lower() != "application/dicom":
        raise _media_type("Only DICOM files (application/dicom) are stored.")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise _media_type("A compressed request is not unpacked.")
    boundary = kind.get_param("boundary")
    if not isinstance(boundary, str):
        raise malformed("The request does not say where its parts end.")
    return boundary


def check_length(request: Request, limits: WebLimits) -> None:
    """Refuse, before it is read, a request without an end or with too far an end.

    Raises
    ------
    WebError
        ``web.length-required``, ``web.too-big``
    """
    if "transfer-encoding" in request.headers:
        return
    length = request.headers.get("content-length")
    if length is None:
        sentence = "The request has neither a length nor chunks."
        raise WebError("web.length-required", sentence, remedy="Send Content-Length.")
    if not length.isdigit() or len(length) > 18:
        raise malformed("The request's length is no number.")
    if int(length) > limits.body_bytes:
        raise too_big("The request is larger than is taken.")


async def bounded_chunks(request: Request, limits: WebLimits) -> AsyncIterator[bytes]:
    """The body as it arrives, within its size and time.

    Raises
    ------
    WebError
        ``web.too-big``, ``web.slow``, ``web.malformed`` where the sender went away
    """
    deadline = time.monotonic() + limits.body_seconds
    received = 0
    stream = aiter(request.stream())
    while True:
        left = min(deadline - time.monotonic(), limits.silence_seconds)
        try:
            chunk = await asyncio.wait_for(anext(stream), max(left, 0.001))
        except StopAsyncIteration:
            return
        except TimeoutError as trouble:
            raise WebError("web.slow", "The request stopped coming.", remedy="Send it again.") from trouble
        except ClientDisconnect as trouble:
            raise malformed("The sender went away.") from trouble
        received += len(chunk)
        if received > limits.body_bytes:
            raise too_big("The request is larger than is taken.")
        yield chunk


def answer_status(parts: list[StoredPart]) -> int:
    """The status of the whole: 200 all stored, 202 some not or in doubt, 409 none, 507 no room at all."""
    if any(part.is_kept for part in parts):
        return 200 if all(part.status == SUCCESS for part in parts) else 202
    return 507 if parts and all(part.status == OUT_OF_RESOURCES for part in parts) else 409


def answer_json(parts: list[StoredPart]) -> dict[str, object]:
    """The answer's data set in DICOM JSON (PS3.18 table I.1-1)."""
    kept = [
        _item(part, {"00081196": _numbers(part.status)} if part.status != SUCCESS else {})
        for part in parts
        if part.is_kept
    ]
    failed = [_item(part, {"00081197": _numbers(part.status)}) for part in parts if not part.is_kept]
    answer: dict[str, object] = {"00081190": {"vr": "UR"}}
    if failed:
        answer["00081198"] = {"vr": "SQ", "Value": failed}
    if kept:
        answer["00081199"] = {"vr": "SQ", "Value": kept}
    return answer


def _item(part: StoredPart, reason: dict[str, object]) -> dict[str, object]:
    named = {"00081150": part.names.sop_class_uid, "00081155": part.names.sop_instance_uid}
    uids: dict[str, object] = {tag: {"vr": "UI", "Value": [uid]} for tag, uid in named.items() if uid}
    return uids | reason


def _numbers(value: int) -> dict[str, object]:
    return {"vr": "US", "Value": [value]}


def _check_part(head: PartHead) -> None:
    kind = Message()
    kind["content-type"] = head.headers.get("content-type", "application/dicom")
    if kind.get_content_type() != "application/dicom":
        raise _media_type("Only DICOM files (application/dicom) are stored.")
    if head.headers.get("content-transfer-encoding", "binary").lower() not in ("binary", "8bit"):
        raise _media_type("A part that is encoded is not decoded.")


def _media_type(sentence: str) -> WebError:
    return WebError(
        "web.media-type",
        sentence,
        remedy='Send Content-Type: multipart/related; type="application/dicom"; boundary=...',
    )
