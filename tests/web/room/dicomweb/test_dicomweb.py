"""DICOMweb over research objects: dicomweb-client against the real server, and who is kept out."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator

import numpy as np
import pytest
from fastapi import FastAPI, Request
from tests.room_study import make_study, prescription

from adcurate.errors import AdcurateError
from adcurate.phantom import SyntheticExam
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.web.receiving.guard import error_answer
from adcurate.web.receiving.serve import WebServer
from adcurate.web.room.dicomweb.routes import router
from adcurate.web.room.state import Reach

TOKEN = "a-token-of-more-than-24-letters"


class _Room:
    """What the routes ask of the room."""

    def __init__(self, study: StudyFolder, store: StudyStore, base_url: str) -> None:
        self.study, self.store, self.reach = study, store, Reach(base_url, frozenset())


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[StudyFolder, dict[str, SyntheticExam]]:
    exams = [
        prescription("WANDERER1", 1),
        prescription("WANDERER2", 2, dialect="siemens-xa", exam_date="20240301"),
    ]
    return make_study(tmp_path_factory.mktemp("dicomweb"), exams, grades=("G3",))


@pytest.fixture(scope="module")
def port(study: tuple[StudyFolder, dict[str, SyntheticExam]]) -> Iterator[int]:
    app = FastAPI()
    app.include_router(router)

    @app.exception_handler(AdcurateError)
    async def refuse(request: Request, trouble: AdcurateError) -> object:
        return error_answer(trouble)

    with study[0].open_store() as store, WebServer(app) as server:
        app.state.dicomweb_token = TOKEN
        app.state.room = _Room(study[0], store, f"http://127.0.0.1:{server.port}/")
        yield server.port


@pytest.fixture
def client(port: int) -> object:
    from dicomweb_client import DICOMwebClient

    headers = {"Authorization": f"Bearer {TOKEN}"}
    return DICOMwebClient(f"http://127.0.0.1:{port}/dicom-web", headers=headers)


def get(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", f"/dicom-web{path}", headers={"Authorization": f"Bearer {TOKEN}"} | named)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {key.lower(): value for key, value in answer.headers.items()}, body


def test_a_client_finds_every_exam_series_and_object(client, study):
    exams = client.search_for_studies()
    assert len(exams) == 2
    with study[0].open_store("read") as store:
        records = store.instances.all()
    assert {one["0020000D"]["Value"][0] for one in exams} == {one.study_uid for one in records}
    assert {one["00100020"]["Value"][0] for one in exams} == {one.subject for one in records}
    assert all(one["00080061"]["Value"] == ["MR"] for one in exams)
    assert {one["00201206"]["Value"][0] for one in exams} == {4}
    uid = exams[0]["0020000D"]["Value"][0]
    series = client.search_for_series(uid)
    assert len(series) == 4
    mine = [one for one in records if one.study_uid == uid]
    assert sum(one["00201209"]["Value"][0] for one in series) == len(mine)
    objects = client.search_for_instances(uid)
    assert {one["00080018"]["Value"][0] for one in objects} == {one.sop_instance_uid for one in mine}


def test_a_query_narrows_the_answer(client, study):
    with study[0].open_store("read") as store:
        one = store.instances.all()[0]
    for asked in (
        {"PatientID": one.subject},
        {"PatientID": one.subject[:-2] + "*"},
        {"00100020": one.subject},
    ):
        found = client.search_for_studies(search_filters=asked)
        assert [row["00100020"]["Value"][0] for row in found] == [one.subject], asked
    assert client.search_for_studies(search_filters={"StudyDate": f"{one.exam_date}-{one.exam_date}"})
    assert not client.search_for_studies(search_filters={"StudyDate": "19000101-19010101"})
    assert len(client.search_for_studies(limit=1)) == 1
    assert len(client.search_for_studies(offset=1)) == 1
    uid = client.search_for_series(limit=1)[0]["0020000E"]["Value"][0]
    assert len(client.search_for_series(search_filters={"SeriesInstanceUID": uid})) == 1


def test_only_the_headers_of_what_was_asked_for_are_read(study, monkeypatch):
    from adcurate.study.serving import research_objects
    from adcurate.study.serving.research_objects import Asked, ResearchObjects

    read = []
    real = research_objects.header_json
    monkeypatch.setattr(research_objects, "header_json", lambda *given: read.append(1) or real(*given))
    with study[0].open_store("read") as store:
        objects = ResearchObjects(store, "")
        one = store.instances.all()[-1]
        assert len(objects.instances(Asked({}, limit=3))) == 3 and len(read) == 3
        found = ResearchObjects(store, "").instances(Asked({"SOPInstanceUID": one.sop_instance_uid}))
        assert len(found) == 1 and len(read) == 4
        assert len(ResearchObjects(store, "").studies(Asked({"0020000D": one.study_uid}))) == 1
        assert len(read) == 8


def test_objects_come_as_they_are_stored(client, study):
    with study[0].open_store("read") as store:
        record = store.instances.all()[0]
        stored = store.blobs.source(record.blob).read()
    import io

    import pydicom

    truth = pydicom.dcmread(io.BytesIO(stored))
    names = (record.study_uid, record.series_uid, record.sop_instance_uid)
    assert client.retrieve_instance(*names) == truth
    with study[0].open_store("read") as store:
        n_objects = len([one for one in store.instances.all() if one.series_uid == record.series_uid])
    assert len(client.retrieve_series(*names[:2])) == n_objects
    metadata = pydicom.Dataset.from_json(client.retrieve_instance_metadata(*names), lambda *_: b"")
    assert metadata.PatientID == record.subject
    assert metadata.ImagePositionPatient == truth.ImagePositionPatient


def test_frames_are_the_pixels_of_the_scanner(client, study):
    study_folder, simulated = study
    with study_folder.open_store("read") as store:
        enhanced = {}
        for one in store.instances.all():
            enhanced.setdefault(one.series_uid, []).append(one)
        single = [members[0] for members in enhanced.values() if len(members) == 1]
    exam = simulated["WANDERER2"]
    shapes = {}
    for record in single:
        names = (record.study_uid, record.series_uid, record.sop_instance_uid)
        rows = client.retrieve_instance_metadata(*names)["00280010"]["Value"][0]
        frames = client.retrieve_instance_frames(*names, frame_numbers=[1, 2])
        shapes[record.series_uid] = [np.frombuffer(one, "<u2").reshape(rows, rows) for one in frames]
    want = {"adc": exam.adc, "t2": exam.t2, "t1": exam.t1_ce, "dwi": exam.dwi[50.0]}
    for name, values in want.items():
        same = [pair for pair in shapes.values() if pair[0].shape == values[0].shape]
        assert any(
            np.array_equal(pair[0], values[0]) and np.array_equal(pair[1], values[1]) for pair in same
        ), name


def test_the_address_of_the_pixels_that_metadata_names_gives_them(port, client):
    found = client.search_for_instances(limit=1)[0]
    names = [found[tag]["Value"][0] for tag in ("0020000D", "0020000E", "00080018")]
    address = client.retrieve_instance_metadata(*names)["7FE00010"]["BulkDataURI"]
    path = address.partition("/dicom-web")[2]
    status, headers, body = get(port, path)
    assert status == 200 and headers["content-type"].startswith(
        'multipart/related; type="application/octet-str'
    )
    frames = client.retrieve_instance_frames(*names, frame_numbers=[1])
    assert b"".join(frames) in body


@pytest.mark.parametrize(
    "path",
    [
        "/studies",
        "/series",
        "/instances",
        "/studies/1.2",
        "/studies/1.2/metadata",
        "/studies/1.2/series",
        "/studies/1.2/series/1.3/instances/1.4/frames/1",
    ],
)
def test_without_the_token_nothing_is_there_to_see(port, path):
    for given in ("", "Bearer", "Bearer wrong-token-of-more-than-24", f"Basic {TOKEN}"):
        status, headers, body = get(port, path, Authorization=given)
        assert status == 401 and json.loads(body)["error"]["code"] == "web.unauthorized"
        assert headers["www-authenticate"] == "Bearer"


def test_a_server_without_a_token_gives_nothing_out(study):
    app = FastAPI()
    app.include_router(router)

    @app.exception_handler(AdcurateError)
    async def refuse(request: Request, trouble: AdcurateError) -> object:
        return error_answer(trouble)

    with WebServer(app) as server:
        for given in ("Bearer", "Bearer ", f"Bearer {TOKEN}"):
            assert get(server.port, "/studies", Authorization=given)[0] == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/studies/1.2", 404),
        ("/studies/1.2/series/1.3", 404),
        ("/studies?NoSuchAttribute=1", 400),
        ("/studies?limit=many", 400),
        ("/studies?PatientID=NOBODY", 204),
    ],
)
def test_what_is_not_there_and_what_is_no_query_is_said(port, path, status):
    assert get(port, path)[0] == status


def test_another_form_than_the_one_there_is_is_refused(port):
    assert get(port, "/studies", Accept="text/html")[0] == 406


def test_no_person_and_no_outcome_is_in_what_comes(port, client):
    uid = client.search_for_studies()[0]["0020000D"]["Value"][0]
    for path in ("/studies", f"/studies/{uid}/metadata", f"/studies/{uid}"):
        body = get(port, path)[2]
        assert not [
            secret for secret in (b"SYNTHETIC", b"WANDERER1", b"Phantom Hospital", b"G3") if secret in body
        ]
