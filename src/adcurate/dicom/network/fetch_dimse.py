"""Fetching by DIMSE: C-FIND for what is there, then C-GET, or C-MOVE to a receiver that listens meanwhile.

Objects are handed on as the bytes that came; nothing is decoded. One association for each request, and one
clock for each series.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

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
    keep_values_out_of_warnings,
    series_of,
    values_of_dataset,
)
from adcurate.dicom.network.move_receiver import receiving
from adcurate.dicom.network.object_gate import ObjectGate
from adcurate.dicom.network.outgoing import associated, read_certificate, storage_contexts
from adcurate.errors import NetworkError
from adcurate.model.endpoint import DimseEndpoint

_PENDING = (0xFF00, 0xFF01)
_SUCCESS = 0x0000
_SOME_FAILED = 0xB000
_MOVE_DESTINATION_UNKNOWN = 0xA801
_OBJECTS_A_REQUEST = 50


class DimseArchive:
    """A PACS asked by DIMSE."""

    def __init__(self, endpoint: DimseEndpoint) -> None:
        self._endpoint = endpoint
        self._tls = read_certificate(endpoint.certificate)
        keep_values_out_of_warnings()

    def check(self) -> None:
        """C-ECHO, then a C-FIND and a retrieval are negotiated but not asked for."""
        from pynetdicom.sop_class import Verification  # type: ignore[attr-defined]

        models = [_model("Find"), _model("Move" if self._endpoint.retrieve == "move" else "Get")]
        with self._associated([Verification, *models]) as association:
            _require(association, [Verification, *models])
            status = association.send_c_echo()
            if "Status" not in status:
                raise _silent(self._endpoint)
            if status.Status != _SUCCESS:
                raise _failed(self._endpoint, status.Status)

    def find_exams(self, query: ExamQuery) -> tuple[ExamAtArchive, ...]:
        """C-FIND at the level STUDY."""
        check_query(query)
        answers = self._find("STUDY", EXAM_KEYS, asked_values(query))
        return matching_exams(query, [exam_of(values) for values in answers])

    def find_series(self, study_uid: str) -> tuple[SeriesAtArchive, ...]:
        """C-FIND at the level SERIES."""
        answers = self._find("SERIES", SERIES_KEYS, {}, StudyInstanceUID=study_uid)
        found = {one.series_uid: one for one in map(series_of, answers) if one.series_uid}
        return tuple(sorted(found.values(), key=lambda one: (one.number or 0, one.series_uid)))

    def find_objects(self, study_uid: str, series_uid: str) -> tuple[str, ...]:
        """C-FIND at the level IMAGE."""
        answers = self._find(
            "IMAGE", OBJECT_KEYS, {}, StudyInstanceUID=study_uid, SeriesInstanceUID=series_uid
        )
        return tuple(sorted({uid for values in answers for uid in values.get("sop_uid", ()) if uid}))

    def fetch(
        self, study_uid: str, series_uid: str, take: TakeObject, objects: Sequence[str] = ()
    ) -> SubOperations:
        """C-GET or C-MOVE a series; some of its objects at the level IMAGE."""
        gate = ObjectGate(take, study_uid, series_uid, self._endpoint.limits)
        requests = [_retrieval(study_uid, series_uid)]
        if objects:
            requests = [
                _retrieval(study_uid, series_uid, objects[first : first + _OBJECTS_A_REQUEST])
                for first in range(0, len(objects), _OBJECTS_A_REQUEST)
            ]
        counts = [0, 0, 0]
        for request in requests:
            fetched = (
                self._move(request, gate) if self._endpoint.retrieve == "move" else self._get(request, gate)
            )
            for place, count in enumerate(fetched):
                counts[place] += count
        return SubOperations(*counts)

    def _get(self, request: Any, gate: ObjectGate) -> tuple[int, int, int]:
        from pynetdicom import build_role, evt

        contexts = storage_contexts()
        classes = dict.fromkeys(str(context.abstract_syntax) for context in contexts)
        roles = [build_role(name, scp_role=True) for name in classes]
        handlers = [(evt.EVT_C_STORE, gate.on_store), (evt.EVT_PDU_RECV, gate.on_pdu)]
        with self._associated([_model("Get")], contexts, roles, handlers, gate) as association:
            _require(association, [_model("Get")])
            return self._outcome(association.send_c_get(request, _model("Get")), gate)

    def _move(self, request: Any, gate: ObjectGate) -> tuple[int, int, int]:
        with receiving(self._endpoint, gate), self._associated([_model("Move")], gate=gate) as association:
            _require(association, [_model("Move")])
            answers = association.send_c_move(request, self._endpoint.our_ae_title, _model("Move"))
            outcome = self._outcome(answers, gate)
            # The last object may still be on its way when the PACS says that all were sent.
            gate.wait_for(outcome[0] + outcome[2], self._endpoint.limits.timeout_s)
            gate.raise_trouble()
            return outcome

    def _outcome(self, answers: Iterator[tuple[Any, Any]], gate: ObjectGate) -> tuple[int, int, int]:
        status, last = None, None
        for last, _ in answers:
            if gate.trouble is not None:
                break
            status = last.get("Status")
        gate.raise_trouble()
        if last is None or last.get("Status") is None or status in _PENDING:
            raise _silent(self._endpoint)
        if status not in (_SUCCESS, _SOME_FAILED):
            if status == _MOVE_DESTINATION_UNKNOWN:
                raise NetworkError(
                    "network.rejected",
                    "The archive does not know where a C-MOVE to our AE title shall go (0xA801).",
                    remedy="Have our AE title, address and move_port entered at the PACS, or use C-GET.",
                )
            raise _failed(self._endpoint, int(status or 0))
        return (
            int(last.get("NumberOfCompletedSuboperations") or 0),
            int(last.get("NumberOfFailedSuboperations") or 0),
            int(last.get("NumberOfWarningSuboperations") or 0),
        )

    def _find(
        self, level: str, keys: Mapping[str, tuple[str, str]], asked: Mapping[str, str], **above: str
    ) -> list[dict[str, tuple[str, ...]]]:
        from pydicom.dataset import Dataset

        question = Dataset()
        question.QueryRetrieveLevel = level
        for key, (keyword, _) in keys.items():
            setattr(question, keyword, asked.get(key))
        for keyword, value in above.items():
            setattr(question, keyword, value)
        if not all(value.isascii() for value in asked.values()):
            question.SpecificCharacterSet = "ISO_IR 192"
        found: list[dict[str, tuple[str, ...]]] = []
        with self._associated([_model("Find")]) as association:
            _require(association, [_model("Find")])
            for status, answer in association.send_c_find(question, _model("Find")):
                code = status.get("Status")
                if code is None:
                    raise _silent(self._endpoint)
                if code in _PENDING and answer is not None:
                    found.append(values_of_dataset(answer, keys))
                    check_found(len(found))
                elif code != _SUCCESS:
                    raise _failed(self._endpoint, code)
        return found

    @contextmanager
    def _associated(
        self,
        models: Sequence[Any],
        contexts: Sequence[Any] = (),
        roles: Sequence[Any] = (),
        handlers: Sequence[Any] = (),
        gate: ObjectGate | None = None,
    ) -> Iterator[Any]:
        with associated(self._endpoint, self._tls, models, contexts, roles, handlers) as association:
            if gate is None:
                yield association
                return
            with gate.ending(association.abort):
                yield association


def _model(verb: str) -> Any:
    from pynetdicom import sop_class

    return getattr(sop_class, f"StudyRootQueryRetrieveInformationModel{verb}")


def _retrieval(study_uid: str, series_uid: str, objects: Sequence[str] = ()) -> Any:
    from pydicom.dataset import Dataset

    request = Dataset()
    request.QueryRetrieveLevel = "IMAGE" if objects else "SERIES"
    request.StudyInstanceUID, request.SeriesInstanceUID = study_uid, series_uid
    if objects:
        request.SOPInstanceUID = list(objects)
    return request


def _require(association: Any, models: Sequence[Any]) -> None:
    accepted = {context.abstract_syntax for context in association.accepted_contexts}
    missing = [model for model in models if model not in accepted]
    if missing:
        raise NetworkError(
            "network.rejected",
            f"The archive does not offer us {missing[0].name}.",
            remedy="Ask the PACS's administrator to allow it for our AE title, or change retrieve.",
        )


def _silent(endpoint: DimseEndpoint) -> NetworkError:
    return NetworkError(
        "network.interrupted",
        f"The connection to {endpoint.name!r} dropped, or it was silent for {endpoint.limits.timeout_s:g} s.",
        remedy="Run the same command again: it goes on where it stopped.",
    )


def _failed(endpoint: DimseEndpoint, status: int) -> NetworkError:
    return NetworkError(
        "network.answer",
        f"The archive {endpoint.name!r} answered with the DIMSE status 0x{status:04X}.",
        remedy="Give this status to the PACS's administrator; its log says why.",
        status=status,
    )
