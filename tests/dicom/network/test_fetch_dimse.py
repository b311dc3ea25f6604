"""DIMSE: what an archive does on bad days has a name each time, and nothing unasked-for comes through."""

from __future__ import annotations

import socket
import threading
import time
import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from tests.dicom.network.dimse_archive import dimse_archive, sends
from tests.orthanc import free_port

from adcurate.dicom.network.archive import ExamQuery
from adcurate.dicom.network.fetch_dimse import DimseArchive
from adcurate.dicom.network.object_gate import ObjectGate
from adcurate.errors import NetworkError
from adcurate.model.endpoint import DimseEndpoint, FetchLimits

QUICK = FetchLimits(timeout_s=1.0, longest_series_s=3.0, largest_object_bytes=10_000_000, attempts=1)
ANYBODY = ExamQuery(patient_id="QZX008841")


def archive(port: int, **changes: object) -> DimseArchive:
    known = {"name": "pacs", "host": "127.0.0.1", "port": port, "ae_title": "PACS", "limits": QUICK}
    return DimseArchive(DimseEndpoint(**{**known, **changes}))  # type: ignore[arg-type]


@pytest.fixture
def series(exam_objects: dict[str, list[bytes]]) -> tuple[str, str, list[bytes]]:
    """Study UID, series UID and objects of the first series."""
    objects = exam_objects[min(exam_objects)]
    header = dcmread(BytesIO(objects[0]), stop_before_pixels=True)
    return str(header.StudyInstanceUID), str(header.SeriesInstanceUID), objects


def code_of(call: Any, *arguments: Any) -> str:
    with pytest.raises(NetworkError) as caught:
        call(*arguments)
    assert "QZX" not in str(caught.value.as_json())
    return caught.value.code


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    assert code_of(archive(free_port()).check) == "network.unreachable"


def test_a_host_that_does_not_exist_is_unreachable() -> None:
    assert code_of(archive(104, host="pacs.invalid").check) == "network.unreachable"


def test_a_program_that_speaks_no_dicom_is_unreachable_within_its_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        assert code_of(archive(mute.getsockname()[1]).check) == "network.unreachable"
        assert time.monotonic() - began < 5


def test_a_wrong_ae_title_says_whose_title_is_wrong() -> None:
    with (
        dimse_archive() as pacs,
        pytest.raises(NetworkError, match="does not answer to the AE title 'OTHER'"),
    ):
        archive(pacs.port, ae_title="OTHER").check()
    with (
        dimse_archive(knows=("SOMEBODY",)) as pacs,
        pytest.raises(NetworkError, match="does not know our AE title 'ADCURATE'") as caught,
    ):
        archive(pacs.port).check()
    assert caught.value.code == "network.rejected"


def test_an_archive_that_does_not_offer_retrieval_is_told_at_the_check() -> None:
    from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind, Verification

    with dimse_archive(models=(Verification, StudyRootQueryRetrieveInformationModelFind)) as pacs:
        assert code_of(archive(pacs.port).check) == "network.rejected"
        assert code_of(archive(pacs.port, retrieve="move", move_port=1).check) == "network.rejected"
    with dimse_archive() as pacs:
        archive(pacs.port).check()


@pytest.mark.parametrize("status", [0xA700, 0xA900, 0xC001, 0x0122])
def test_a_failed_query_is_an_error_and_no_empty_answer(status: int) -> None:
    with dimse_archive(find=lambda _: iter([(status, None)])) as pacs:
        assert code_of(archive(pacs.port).find_exams, ANYBODY) == "network.answer"


def test_an_archive_that_matches_loosely_is_compared_again() -> None:
    def everybody(_: Any) -> Iterator[tuple[int, Dataset]]:
        for number in ("QZX008841", "QZX0088412", "qzx008841", ""):
            answer = Dataset()
            answer.PatientID, answer.StudyInstanceUID = number, f"1.2.{len(number)}"
            answer.StudyDate, answer.ModalitiesInStudy = "20240301", ["MR", "SR"]
            yield 0xFF00, answer

    with dimse_archive(find=everybody) as pacs:
        [exam] = archive(pacs.port).find_exams(ANYBODY)
        assert (exam.study_uid, exam.modalities) == ("1.2.9", ("MR", "SR"))
        assert "QZX" not in repr(exam)


def test_odd_values_of_an_archive_stand_in_no_warning() -> None:
    def odd(_: Any) -> Iterator[tuple[int, Dataset]]:
        answer = Dataset()
        answer.PatientID, answer.StudyInstanceUID = "QZX008841" + "x" * 80, "1.02.8841"
        answer.StudyDate, answer.AccessionNumber = "20240399", "PLANTED" * 4
        yield 0xFF00, answer

    with dimse_archive(find=odd) as pacs, warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        asked = archive(pacs.port)
        assert asked.find_exams(ExamQuery(study_uid="1.02.8841"))[0].day is None
    assert [str(one.message) for one in warned] == []


def test_answers_without_end_are_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adcurate.dicom.network.archive.MAXIMUM_ANSWERS", 50)

    def endless(event: Any) -> Iterator[tuple[int, Dataset]]:
        while not event.is_cancelled:
            yield 0xFF00, Dataset()

    with dimse_archive(find=endless) as pacs:
        assert code_of(archive(pacs.port).find_exams, ANYBODY) == "network.answer"


def test_an_archive_that_falls_silent_is_left_within_its_time() -> None:
    def silent(_: Any) -> Iterator[tuple[int, None]]:
        time.sleep(3)
        yield 0x0000, None

    with dimse_archive(find=silent) as pacs:
        began = time.monotonic()
        assert code_of(archive(pacs.port).find_exams, ANYBODY) == "network.interrupted"
        assert time.monotonic() - began < 2.5


def test_objects_come_through_as_the_bytes_that_were_sent(series: tuple[str, str, list[bytes]]) -> None:
    study, uid, objects = series
    got: list[tuple[bytes, str]] = []
    with dimse_archive(get=sends(objects)) as pacs:
        counts = archive(pacs.port).fetch(study, uid, lambda content, sop: got.append((content, sop)))
    assert counts.completed == len(objects)
    sent = {dcmread(BytesIO(one)).SOPInstanceUID: dcmread(BytesIO(one)) for one in objects}
    assert {sop for _, sop in got} == set(sent)
    for content, sop in got:
        assert dcmread(BytesIO(content)) == sent[sop]


def test_sub_operations_that_fail_are_counted(series: tuple[str, str, list[bytes]]) -> None:
    study, uid, objects = series
    got: list[str] = []
    with dimse_archive(get=sends(objects, failing=3)) as pacs:
        counts = archive(pacs.port).fetch(study, uid, lambda _, sop: got.append(sop))
    assert (counts.completed, counts.failed) == (len(objects) - 3, 3)
    assert len(got) == len(objects) - 3


def test_an_object_of_another_series_is_not_taken(
    series: tuple[str, str, list[bytes]], exam_objects: dict[str, list[bytes]]
) -> None:
    study, uid, objects = series
    other = exam_objects[max(exam_objects)][:1]
    got: list[str] = []
    with dimse_archive(get=sends([*objects[:2], *other, *objects[2:]])) as pacs:
        assert (
            code_of(archive(pacs.port).fetch, study, uid, lambda _, sop: got.append(sop)) == "network.answer"
        )
    assert len(got) == 2


def test_an_object_beyond_the_limit_ends_the_fetch(series: tuple[str, str, list[bytes]]) -> None:
    study, uid, objects = series
    limits = FetchLimits(1.0, 3.0, largest_object_bytes=1000, attempts=1)
    with dimse_archive(get=sends(objects)) as pacs:
        assert (
            code_of(archive(pacs.port, limits=limits).fetch, study, uid, lambda *_: None) == "network.too-big"
        )


def test_an_object_longer_than_the_limit_is_cut_off_while_it_comes(
    series: tuple[str, str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    study, uid, objects = series
    large = dcmread(BytesIO(objects[0]))
    large.PixelData = bytes(60_000_000)
    stream = BytesIO()
    large.save_as(stream)
    whole: list[int] = []
    monkeypatch.setattr(ObjectGate, "on_store", lambda *_: whole.append(1) or 0x0000)
    limits = FetchLimits(3.0, 30.0, largest_object_bytes=1_000_000, attempts=1)
    with dimse_archive(get=sends([stream.getvalue()])) as pacs:
        asked = archive(pacs.port, limits=limits)
        assert code_of(asked.fetch, study, uid, lambda *_: None) == "network.too-big"
    assert whole == []


def test_a_series_that_takes_too_long_is_left(series: tuple[str, str, list[bytes]]) -> None:
    study, uid, objects = series

    def slow(event: Any) -> Iterator[Any]:
        yield len(objects)
        for content in objects:
            time.sleep(0.3)
            yield 0xFF00, dcmread(BytesIO(content))

    limits = FetchLimits(timeout_s=1.0, longest_series_s=1.0, attempts=1)
    with dimse_archive(get=slow) as pacs:
        assert (
            code_of(archive(pacs.port, limits=limits).fetch, study, uid, lambda *_: None) == "network.timeout"
        )


def test_what_the_keeper_raises_ends_the_fetch_and_is_raised(series: tuple[str, str, list[bytes]]) -> None:
    study, uid, objects = series

    def full(_: bytes, __: str) -> None:
        raise OSError("disk full")

    with dimse_archive(get=sends(objects)) as pacs, pytest.raises(OSError, match="disk full"):
        archive(pacs.port).fetch(study, uid, full)


def test_a_port_that_is_taken_is_named_before_a_move_is_asked_for(
    series: tuple[str, str, list[bytes]],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, dimse_archive() as pacs:
        moving = archive(pacs.port, retrieve="move", move_port=taken.getsockname()[1])
        assert code_of(moving.fetch, series[0], series[1], lambda *_: None) == "network.port"


def test_a_connection_that_drops_in_a_series_is_interrupted(series: tuple[str, str, list[bytes]]) -> None:
    study, uid, objects = series

    def dropping(event: Any) -> Iterator[Any]:
        yield len(objects)
        yield 0xFF00, dcmread(BytesIO(objects[0]))
        threading.Thread(target=event.assoc.abort, daemon=True).start()
        time.sleep(0.5)

    got: list[str] = []
    with dimse_archive(get=dropping) as pacs:
        code = code_of(archive(pacs.port).fetch, study, uid, lambda _, sop: got.append(sop))
    assert code == "network.interrupted"
    assert len(got) == 1
