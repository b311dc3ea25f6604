"""Sending files to a named endpoint: C-STORE by DIMSE, or STOW-RS by DICOMweb. They go as they are.

Storing the same object twice is harmless, so whoever was broken off sends everything again. It must not know
what the objects are, and contacts nobody but the endpoint it is given.
"""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adcurate.dicom.network.http_connection import (
    HttpConnection,
    check_status,
    hang_up,
    named_failures,
)
from adcurate.dicom.network.outgoing import associated, read_certificate
from adcurate.dicom.reading.headers import scan_header
from adcurate.errors import NetworkError
from adcurate.model.endpoint import DimseEndpoint, Endpoint, WebEndpoint
from adcurate.model.progress import Progress, no_progress

_SOP_CLASS: Final = 0x00080016
_STEP: Final = "Sending objects"
_MOST_CONTEXTS: Final = 120
_MOST_IN_A_REQUEST: Final = 64
_MOST_BYTES_IN_A_REQUEST: Final = 64 * 2**20
_LONGEST_ANSWER: Final = 8 * 2**20
_BOUNDARY: Final = "adcurate-part-3f1d7a90c2b84e65"
_FAILED_SEQUENCE: Final = "00081198"
_FAILED_UID: Final = "00081155"
_FAILURE_REASON: Final = "00081197"
_STOW_CONFLICT: Final = (202, 409)


@dataclass(frozen=True, slots=True)
class NotStored:
    """An object that the archive did not take; `status` is its own word for why, in hexadecimal."""

    file: Path
    status: str


@dataclass(frozen=True, slots=True)
class Sent:
    """What the archive took of what was sent."""

    n_sent: int
    refused: tuple[NotStored, ...]


@dataclass(frozen=True, slots=True)
class _Object:
    file: Path
    sop_class: str
    sop_instance: str
    syntax: str


def send_files(endpoint: Endpoint, files: Sequence[Path], *, progress: Progress = no_progress) -> Sent:
    """Send DICOM files in their order; an object that is refused is told, the others go on.

    Raises
    ------
    NetworkError
        ``network.unreachable``, ``network.rejected``, ``network.interrupted`` and the others of the
        endpoint's kind; nothing is lost, and the same call sends everything again.
    DicomError
        ``dicom.not-dicom``, ``dicom.truncated``
    """
    objects = [_object(file) for file in files]
    if isinstance(endpoint, DimseEndpoint):
        return _send_by_dimse(endpoint, objects, progress)
    return _send_by_web(endpoint, objects, progress)


def _object(file: Path) -> _Object:
    header = scan_header(file.read_bytes(), [_SOP_CLASS, 0x00080018]).header
    syntax = str(header.file_meta.get("TransferSyntaxUID", ""))
    return _Object(file, str(header.get("SOPClassUID", "")), str(header.get("SOPInstanceUID", "")), syntax)


def _send_by_dimse(endpoint: DimseEndpoint, objects: Sequence[_Object], progress: Progress) -> Sent:
    from pynetdicom import build_context

    tls = read_certificate(endpoint.certificate)
    kinds = sorted({(one.sop_class, one.syntax) for one in objects})
    refused: list[NotStored] = []
    done = 0
    for first in range(0, len(kinds), _MOST_CONTEXTS):
        wanted = kinds[first : first + _MOST_CONTEXTS]
        contexts = [build_context(sop_class, [syntax]) for sop_class, syntax in wanted]
        with associated(endpoint, tls, [], contexts) as association:
            accepted = {
                (str(context.abstract_syntax), str(context.transfer_syntax[0]))
                for context in association.accepted_contexts
            }
            for one in objects:
                if (one.sop_class, one.syntax) not in wanted:
                    continue
                status = _store(endpoint, association, one, accepted)
                refused += [NotStored(one.file, status)] if status else []
                done += 1
                progress(_STEP, done, len(objects))
    return Sent(len(objects) - len(refused), tuple(refused))


def _store(endpoint: DimseEndpoint, association: Any, one: _Object, accepted: set[tuple[str, str]]) -> str:
    """The archive's status where it did not take the object, else ""."""
    if (one.sop_class, one.syntax) not in accepted:
        return "not accepted"
    try:
        answer = association.send_c_store(one.file)
    except (OSError, RuntimeError, ValueError):
        raise _broken_off(endpoint) from None
    if "Status" not in answer:
        raise _broken_off(endpoint)
    status = int(answer.Status)
    # Success, or stored with a warning (coercion, elements discarded).
    return "" if status == 0 or status & 0xF000 == 0xB000 else f"{status:04X}"


def _send_by_web(endpoint: WebEndpoint, objects: Sequence[_Object], progress: Progress) -> Sent:
    connection = _Uploads(endpoint)
    refused: list[NotStored] = []
    done = 0
    for batch in _batches(objects):
        answer = connection.store(batch)
        failed = _failures(answer)
        refused += [
            NotStored(one.file, failed[one.sop_instance]) for one in batch if one.sop_instance in failed
        ]
        done += len(batch)
        progress(_STEP, done, len(objects))
    return Sent(len(objects) - len(refused), tuple(refused))


def _batches(objects: Sequence[_Object]) -> Iterator[list[_Object]]:
    batch: list[_Object] = []
    n_bytes = 0
    for one in objects:
        size = one.file.stat().st_size
        if batch and (len(batch) >= _MOST_IN_A_REQUEST or n_bytes + size > _MOST_BYTES_IN_A_REQUEST):
            yield batch
            batch, n_bytes = [], 0
        batch.append(one)
        n_bytes += size
    if batch:
        yield batch


class _Uploads(HttpConnection):
    """POST requests below an endpoint's root, with the limits and named failures of its GETs."""

    def store(self, batch: Sequence[_Object]) -> bytes:
        """Send objects in one STOW-RS request; the answer's JSON as bytes."""
        parts = []
        for one in batch:
            parts += [
                f"--{_BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n".encode("ascii"),
                one.file.read_bytes(),
                b"\r\n",
            ]
        body = b"".join([*parts, f"--{_BOUNDARY}--\r\n".encode("ascii")])
        with self._posted(body) as answer:
            # 202 and 409 say in their body which objects were not taken.
            if answer.status not in _STOW_CONFLICT:
                check_status(answer.status, self._endpoint)
            content = answer.read(_LONGEST_ANSWER + 1)
        if len(content) > _LONGEST_ANSWER:
            raise NetworkError(
                "network.too-big",
                f"The answer of {self._endpoint.name!r} is longer than an answer to storing can be.",
                remedy="Have the address checked: this is hardly a DICOMweb server.",
            )
        return content

    @contextmanager
    def _posted(self, body: bytes) -> Iterator[http.client.HTTPResponse]:
        connection = self._connection()
        late = threading.Event()
        clock = threading.Timer(self._endpoint.limits.longest_series_s, hang_up, [connection, late])
        clock.daemon = True
        clock.start()
        headers = {
            **self._headers,
            "Accept": "application/dicom+json",
            "Content-Type": f'multipart/related; type="application/dicom"; boundary={_BOUNDARY}',
        }
        try:
            with named_failures(self._endpoint, late):
                connection.connect()
            with named_failures(self._endpoint, late, connected=True):
                connection.request("POST", f"{self._endpoint.root}/studies", body, headers)
                yield connection.getresponse()
        finally:
            clock.cancel()
            connection.close()


def _failures(answer: bytes) -> dict[str, str]:
    """SOP Instance UIDs that were not stored, with the reason; an empty answer says that all were."""
    if not answer.strip():
        return {}
    try:
        told = json.loads(answer)
        failed = told.get(_FAILED_SEQUENCE, {}).get("Value", [])
        return {
            str(one[_FAILED_UID]["Value"][0]): f"{int(one.get(_FAILURE_REASON, {}).get('Value', [0])[0]):04X}"
            for one in failed
        }
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        raise NetworkError(
            "network.answer",
            "The archive's answer to storing is not the JSON that DICOMweb says.",
            remedy="Look in the archive whether the objects arrived; sending them again does no harm.",
        ) from None


def _broken_off(endpoint: DimseEndpoint) -> NetworkError:
    return NetworkError(
        "network.interrupted",
        f"The connection to {endpoint.name!r} broke off while an object was sent.",
        remedy="Run the same command again: objects that arrived already are not doubled.",
    )
