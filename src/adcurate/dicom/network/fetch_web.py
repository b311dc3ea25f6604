"""Fetching by DICOMweb: QIDO-RS for what is there, WADO-RS for the objects, as the bytes that come."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from adcurate.dicom.network.archive import (
    ExamAtArchive,
    ExamQuery,
    SeriesAtArchive,
    SubOperations,
    TakeObject,
    check_found,
    check_query,
    matching_exams,
)
from adcurate.dicom.network.find import (
    EXAM_KEYS,
    OBJECT_KEYS,
    SERIES_KEYS,
    asked_values,
    exam_of,
    series_of,
    values_of_json,
)
from adcurate.dicom.network.http_connection import HttpConnection
from adcurate.dicom.network.multipart_answer import boundary_of, read_parts
from adcurate.dicom.network.object_gate import ObjectGate
from adcurate.errors import NetworkError
from adcurate.model.endpoint import WebEndpoint

_JSON: Final = "application/dicom+json"
_OBJECTS: Final = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_PAGE: Final = 1000
# An archive that knows no pages sends all of its answers at once.
_MOST_JSON_BYTES: Final = 16 * 2**20
_MOST_JSON_VALUES: Final = 1_000_000
_QUESTION_TIME_OUTS: Final = 4
_UID: Final = re.compile(r"[0-9.]{1,64}")


class WebArchive:
    """A PACS asked by DICOMweb."""

    def __init__(self, endpoint: WebEndpoint) -> None:
        self._endpoint = endpoint
        self._connection = HttpConnection(endpoint)

    def check(self) -> None:
        """One QIDO-RS question that brings at most one answer, which is not read."""
        self._ask("/studies", {"limit": "1"})

    def find_exams(self, query: ExamQuery) -> tuple[ExamAtArchive, ...]:
        """QIDO-RS for studies."""
        check_query(query)
        asked = {EXAM_KEYS[key][0]: value for key, value in asked_values(query).items()}
        answers = self._find("/studies", EXAM_KEYS, asked)
        return matching_exams(query, [exam_of(values) for values in answers])

    def find_series(self, study_uid: str) -> tuple[SeriesAtArchive, ...]:
        """QIDO-RS for the series of a study."""
        answers = self._find(f"/studies/{_plain(study_uid)}/series", SERIES_KEYS, {})
        found = {one.series_uid: one for one in map(series_of, answers) if one.series_uid}
        return tuple(sorted(found.values(), key=lambda one: (one.number or 0, one.series_uid)))

    def find_objects(self, study_uid: str, series_uid: str) -> tuple[str, ...]:
        """QIDO-RS for the instances of a series."""
        path = f"/studies/{_plain(study_uid)}/series/{_plain(series_uid)}/instances"
        answers = self._find(path, OBJECT_KEYS, {})
        return tuple(sorted({uid for values in answers for uid in values.get("sop_uid", ()) if uid}))

    def fetch(
        self, study_uid: str, series_uid: str, take: TakeObject, objects: Sequence[str] = ()
    ) -> SubOperations:
        """WADO-RS for a series, or one by one for the named objects of it."""
        gate = ObjectGate(take, study_uid, series_uid, self._endpoint.limits)
        series = f"/studies/{_plain(study_uid)}/series/{_plain(series_uid)}"
        for path in [f"{series}/instances/{_plain(uid)}" for uid in objects] or [series]:
            self._fetch(path, gate)
        return SubOperations(completed=gate.n_through)

    def _fetch(self, path: str, gate: ObjectGate) -> None:
        limits = self._endpoint.limits
        with self._connection.get(path, _OBJECTS, longest_s=limits.longest_series_s) as answer:
            if answer is None:
                return
            boundary = boundary_of(answer.headers.get("Content-Type", ""))
            if boundary is None:
                raise _not_understood()
            for content in read_parts(answer, boundary, largest_part=limits.largest_object_bytes):
                gate.pass_object(content)

    def _find(
        self, path: str, keys: Mapping[str, tuple[str, str]], asked: Mapping[str, str]
    ) -> list[dict[str, tuple[str, ...]]]:
        """All answers, page by page to an empty one; an archive that knows no pages repeats its first."""
        found: list[dict[str, tuple[str, ...]]] = []
        while True:
            page = {"limit": str(_PAGE), "offset": str(len(found))}
            wanted = {"includefield": ",".join(tag for _, tag in keys.values())}
            answers = [values_of_json(one, keys) for one in self._ask(path, {**asked, **wanted, **page})]
            if not answers or answers == found[: len(answers)]:
                return found
            found += answers
            check_found(len(found))

    def _ask(self, path: str, parameters: Mapping[str, str]) -> list[Any]:
        # What may stand in a query as it is does: some servers do not decode what was encoded.
        target = f"{path}?{urlencode(parameters, quote_via=quote, safe=',/:@')}"
        longest_s = _QUESTION_TIME_OUTS * self._endpoint.limits.timeout_s
        with self._connection.get(target, _JSON, longest_s=longest_s) as answer:
            content = b"[]" if answer is None else answer.read(_MOST_JSON_BYTES + 1)
            if len(content) > _MOST_JSON_BYTES:
                raise _too_big()
            if answer is not None and answer.length:
                raise NetworkError(
                    "network.interrupted",
                    "The archive's answer ended before it was whole.",
                    remedy="Run the same command again.",
                )
            return _answers(content)


def _answers(content: bytes) -> list[Any]:
    # Every value stands behind one of these; a short text of many values would fill the memory.
    if sum(content.count(mark) for mark in (b",", b"[", b"{")) > _MOST_JSON_VALUES:
        raise _too_big()
    try:
        answers = json.loads(content)
    except (ValueError, RecursionError):
        raise _not_understood() from None
    if not isinstance(answers, list):
        raise _not_understood()
    check_found(len(answers))
    return answers


def _plain(uid: str) -> str:
    """A UID as it may stand in a path; one that an archive made up is refused."""
    if not _UID.fullmatch(uid):
        raise NetworkError(
            "network.answer",
            "The archive named something by an identifier that is no UID.",
            remedy="Tell the PACS's administrator.",
        )
    return uid


def _too_big() -> NetworkError:
    return NetworkError(
        "network.too-big",
        f"The archive's answer to one question is longer than {_MOST_JSON_BYTES // 2**20} MiB, or holds more "
        f"than {_MOST_JSON_VALUES:,} values.",
        remedy="Ask more narrowly, or tell the PACS's administrator.",
    )


def _not_understood() -> NetworkError:
    return NetworkError(
        "network.answer",
        "The archive's answer is not what DICOMweb prescribes.",
        remedy="Check that the url is that of a DICOMweb service, such as …/dicom-web.",
    )
