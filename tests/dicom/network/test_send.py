"""Sending to a real Orthanc and to archives that misbehave: everything arrives as it is, or is told."""

from __future__ import annotations

import http.server
import io
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pydicom
import pytest
from tests.dicom.objects.exams_to_write import exam_in
from tests.orthanc import AE_TITLE, Orthanc, free_port

from adcurate.dicom.network.send import send_files
from adcurate.dicom.objects.parametric_map import write_parametric_map
from adcurate.dicom.objects.segmentation import Segment, write_segmentation
from adcurate.errors import NetworkError
from adcurate.model.endpoint import DimseEndpoint, FetchLimits, WebEndpoint

_QUICK = FetchLimits(timeout_s=5.0, longest_series_s=20.0)


def _dimse(port: int, title: str = AE_TITLE) -> DimseEndpoint:
    return DimseEndpoint("pacs", "127.0.0.1", port, title, limits=_QUICK)


def _web(port: int, root: str = "/dicom-web", **more: Any) -> WebEndpoint:
    return WebEndpoint("pacs", "http", "127.0.0.1", port, root, limits=_QUICK, **more)


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A map and a segmentation."""
    folder, exam = tmp_path_factory.mktemp("objects"), exam_in("ge")
    lesion = exam.synthetic.lesions[0]
    voxels = exam.values > 1
    voxels[lesion.slice_index] = lesion.voxels
    made = write_segmentation(
        [Segment("1", "R1", voxels)],
        exam.grid,
        exam.context,
        measurement_ids=["m"],
        description="Regions",
        series_number=9100,
    )
    (folder / "map.dcm").write_bytes(write_parametric_map(exam.map(), exam.context, series_number=9001))
    (folder / "seg.dcm").write_bytes(made.content)
    return [folder / "map.dcm", folder / "seg.dcm"]


def _data_set(content: bytes) -> bytes:
    """The object without its file header, which an archive may write anew."""
    read = pydicom.dcmread(io.BytesIO(content))
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, pydicom.Dataset(dict(read.items())), implicit_vr=False, little_endian=True)
    return stream.getvalue()


@pytest.mark.parametrize("way", ["dimse", "web"])
def test_what_orthanc_stored_is_what_was_sent(orthanc: Orthanc, objects, way):
    orthanc.empty()
    endpoint = _dimse(orthanc.dicom_port) if way == "dimse" else _web(orthanc.http_port)
    told: list[tuple[str, int, int]] = []
    sent = send_files(endpoint, objects, progress=lambda *step: told.append(step))
    assert (sent.n_sent, sent.refused) == (2, ())
    assert told[-1] == ("Sending objects", 2, 2)
    stored = {}
    for name in orthanc.call("GET", "/instances"):
        content = _fetch(orthanc, f"/instances/{name}/file")
        stored[str(pydicom.dcmread(io.BytesIO(content)).SOPInstanceUID)] = content
    for file in objects:
        content = file.read_bytes()
        uid = str(pydicom.dcmread(io.BytesIO(content)).SOPInstanceUID)
        assert _data_set(stored.pop(uid)) == _data_set(content)
    assert stored == {}


def _fetch(orthanc: Orthanc, path: str) -> bytes:
    import urllib.request

    with urllib.request.urlopen(orthanc.address + path, timeout=30) as answer:
        return bytes(answer.read())


def test_dicom_web_gives_the_maps_metadata_with_its_unit(orthanc: Orthanc, objects):
    send_files(_web(orthanc.http_port), objects)
    header = pydicom.dcmread(objects[0])
    place = f"/studies/{header.StudyInstanceUID}/series/{header.SeriesInstanceUID}/metadata"
    (told,) = json.loads(_fetch(orthanc, "/dicom-web" + place))
    shared = told["52009229"]["Value"][0]
    mapping = shared["00409096"]["Value"][0]
    assert mapping["004008EA"]["Value"][0]["00080100"]["Value"] == ["um2/s"]
    assert told["00080016"]["Value"] == ["1.2.840.10008.5.1.4.1.1.30"]


def test_sending_twice_doubles_nothing(orthanc: Orthanc, objects):
    orthanc.empty()
    for _ in range(2):
        send_files(_dimse(orthanc.dicom_port), objects)
        send_files(_web(orthanc.http_port), objects)
    assert len(orthanc.call("GET", "/instances")) == 2


def test_nobody_at_the_port_is_said(objects):
    for endpoint in (_dimse(free_port()), _web(free_port())):
        with pytest.raises(NetworkError) as refused:
            send_files(endpoint, objects)
        assert refused.value.code == "network.unreachable"


@contextmanager
def _server(answer: Callable[[http.server.BaseHTTPRequestHandler], None]) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            answer(self)

        def log_message(self, *words: object) -> None: ...

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def _says(status: int, body: bytes = b"", **headers: str) -> Callable[[Any], None]:
    def answer(handler: Any) -> None:
        handler.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (401, "network.unauthorized"),
        (403, "network.unauthorized"),
        (404, "network.not-found"),
        (500, "network.answer"),
        (503, "network.interrupted"),
    ],
)
def test_each_refusal_of_a_web_archive_has_its_name(objects, status, code):
    with _server(_says(status)) as port, pytest.raises(NetworkError) as refused:
        send_files(_web(port), objects)
    assert refused.value.code == code


def test_nobody_is_followed_to_another_address(objects):
    visited: list[str] = []

    def elsewhere(handler: Any) -> None:
        visited.append(handler.path)
        _says(200)(handler)

    with _server(elsewhere) as other:
        away = _says(307, Location=f"http://127.0.0.1:{other}/studies")
        with _server(away) as port, pytest.raises(NetworkError) as refused:
            send_files(_web(port), objects)
    assert refused.value.code == "network.redirect"
    assert visited == []


def test_an_object_that_the_archive_did_not_take_is_told(objects):
    uid = str(pydicom.dcmread(objects[1]).SOPInstanceUID)
    failed = {
        "00081198": {
            "vr": "SQ",
            "Value": [
                {
                    "00081155": {"vr": "UI", "Value": [uid]},
                    "00081197": {"vr": "US", "Value": [0xA700]},
                }
            ],
        }
    }
    with _server(_says(202, json.dumps(failed).encode())) as port:
        sent = send_files(_web(port), objects)
    assert sent.n_sent == 1
    assert [(one.file.name, one.status) for one in sent.refused] == [("seg.dcm", "A700")]


@pytest.mark.parametrize("body", [b"<html>", b"[]", b'{"00081198": {"Value": [{}]}}'])
def test_an_answer_that_is_no_dicom_json_is_refused(objects, body):
    with _server(_says(200, body)) as port, pytest.raises(NetworkError) as refused:
        send_files(_web(port), objects)
    assert refused.value.code == "network.answer"


def test_the_token_goes_to_the_endpoint_and_is_never_said(objects, tmp_path):
    (tmp_path / "token").write_text("very-secret\n")
    seen: list[str] = []

    def answer(handler: Any) -> None:
        seen.append(handler.headers["Authorization"])
        _says(403)(handler)

    with _server(answer) as port, pytest.raises(NetworkError) as refused:
        send_files(_web(port, token_file=tmp_path / "token"), objects)
    assert seen == ["Bearer very-secret"]
    assert "very-secret" not in str(refused.value.as_json())


def test_an_archive_that_refuses_one_kind_by_dimse_still_gets_the_other(objects):
    from pynetdicom import AE, evt

    got: list[str] = []

    def store(event: Any) -> int:
        got.append(str(event.request.AffectedSOPInstanceUID))
        return 0xA700 if len(got) > 1 else 0x0000

    archive = AE(ae_title="ARCHIVE")
    archive.add_supported_context("1.2.840.10008.5.1.4.1.1.30")
    server = archive.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, store)])
    try:
        endpoint = _dimse(server.server_address[1], "ARCHIVE")
        sent = send_files(endpoint, objects)
        again = send_files(endpoint, objects[:1])
    finally:
        server.shutdown()
    assert (sent.n_sent, [(one.file.name, one.status) for one in sent.refused]) == (
        1,
        [("seg.dcm", "not accepted")],
    )
    assert (again.n_sent, [one.status for one in again.refused]) == (0, ["A700"])
