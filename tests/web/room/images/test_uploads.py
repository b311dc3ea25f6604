"""Files from a page: counted, stored without identity, known when they come again, and bounded."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.room_study import prescription
from tests.web.room.visiting import Answer, Served, Visitor, new_study, serving

from adcurate.phantom import simulate_exam, write_exam
from adcurate.web.room.images.uploads import IDLE_S
from adcurate.web.room.state import Reach

UPLOADS = "/api/images/uploads"
TYPE = 'multipart/related; type="application/dicom"; boundary=b'


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    folder = tmp_path_factory.mktemp("exam")
    write_exam(simulate_exam(prescription("SENTINEL", 1)), folder)
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()]


@pytest.fixture
def carla(served: Served) -> Iterator[Visitor]:
    if served.store.people.named("carla") is None:
        served.add("carla", "coordinator")
    yield served.visitor("carla")


def send(visitor: Visitor, upload: str, files: Sequence[bytes], **headers: str) -> Answer:
    """What the page would send."""
    body = b"".join(b"--b\r\nContent-Type: application/dicom\r\n\r\n" + one + b"\r\n" for one in files)
    visitor.ask("GET", "/api/session")
    usual = {"X_Adcurate_CSRF": visitor.csrf, "Origin": f"http://127.0.0.1:{visitor.port}"}
    return visitor.send(
        "POST", f"{UPLOADS}/{upload}/files", body + b"--b--\r\n", **{"Content_Type": TYPE, **usual, **headers}
    )


def counts(answer: Answer) -> tuple[int, ...]:
    told = answer.json
    return (*(told[name] for name in ("came", "stored", "known", "refused")), len(told["left_alone"]))


def test_every_file_is_counted_once_and_known_when_it_comes_again(
    served: Served, carla: Visitor, objects: list[bytes]
) -> None:
    upload = carla.ask("POST", UPLOADS).json["id"]
    half = len(objects) // 2
    assert counts(send(carla, upload, objects[:half])) == (half, half, 0, 0, 0)
    again = send(carla, upload, [*objects, objects[0][: len(objects[0]) // 2]])
    assert counts(again) == (half + len(objects) + 1, len(objects), half, 1, 0)
    assert again.json["refused_because"] == {"dicom.truncated": 1}
    left = carla.ask("POST", f"{UPLOADS}/{upload}/left-alone", {"reasons": {"not-dicom": 3, "dicomdir": 1}})
    assert left.json["came"] == half + len(objects) + 5
    ended = carla.ask("DELETE", f"{UPLOADS}/{upload}")
    told = ended.json
    assert told["came"] == told["stored"] + told["known"] + told["refused"] + 4
    assert send(carla, upload, objects).status == 404
    seen = carla.ask("GET", "/api/images").json
    assert (seen["stored"], seen["known"], seen["refused"]) == (len(objects), half, 1)
    assert seen["received"] == seen["stored"] + seen["known"] + seen["refused"]
    assert {one["code"]: one["count"] for one in seen["left_alone"]} == {"not-dicom": 3, "dicomdir": 1}
    assert seen["quarantine"][0]["remedy"]


def test_nothing_of_a_patient_lies_in_the_study_or_in_an_answer(
    served: Served, carla: Visitor, objects: list[bytes]
) -> None:
    assert any(b"SENTINEL" in one for one in objects)
    upload = carla.ask("POST", UPLOADS).json["id"]
    answers = [send(carla, upload, [*objects, b"\0" * 128 + b"DICMSENTINEL"])]
    look_at_all(carla)
    line = carla.ask("GET", "/api/images/exams").json["exams"][0]
    answers += [carla.ask("GET", path) for path in ("/api/images", f"/api/images/exams/{line['exam']}")]
    answers.append(carla.ask("DELETE", f"{UPLOADS}/{upload}"))
    assert all(one.status == 200 and b"SENTINEL" not in one.body for one in answers)
    for path in served.room.study.path.rglob("*"):
        assert not path.is_file() or b"SENTINEL" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("headers", "files", "code"),
    [
        ({"Content_Type": "application/json"}, [b"x"], "web.media-type"),
        ({"Content_Type": "multipart/form-data; boundary=b"}, [b"x"], "web.media-type"),
        ({"X_Adcurate_CSRF": "0" * 64}, [b"x"], "web.cross-site"),
        ({"Origin": "http://elsewhere.example"}, [b"x"], "web.cross-site"),
        ({}, [], "web.malformed"),
        ({}, [b"x"] * 513, "web.too-big"),
    ],
)
def test_a_batch_that_is_none_is_refused(
    carla: Visitor, headers: dict[str, str], files: list[bytes], code: str
) -> None:
    upload = carla.ask("POST", UPLOADS).json["id"]
    assert send(carla, upload, files, **headers).code == code
    assert counts(carla.ask("DELETE", f"{UPLOADS}/{upload}")) == (0, 0, 0, 0, 0)


def test_no_other_address_takes_a_body_that_is_not_json(carla: Visitor) -> None:
    carla.ask("GET", "/api/session")
    for path in ("/api/images/look", f"{UPLOADS}/x/files", "/api/images/folder"):
        usual = {"X_Adcurate_CSRF": carla.csrf, "Content_Type": TYPE}
        assert carla.send("POST", path, b"--b--", **usual).code == "web.media-type", path


def test_an_upload_that_nobody_uses_makes_room(served: Served, carla: Visitor) -> None:
    opened = [carla.ask("POST", UPLOADS).json.get("id") for _ in range(9)]
    assert opened[-1] is None
    for one in opened[:-1]:
        served.room.uploads.get(one).used_at -= IDLE_S + 1
    assert carla.ask("POST", UPLOADS).status == 201
    assert carla.ask("DELETE", f"{UPLOADS}/{opened[0]}").status == 404
    served.room.uploads.close()


def test_a_role_is_changed_with_a_reason_and_by_name(
    served: Served, carla: Visitor, objects: list[bytes]
) -> None:
    upload = carla.ask("POST", UPLOADS).json["id"]
    send(carla, upload, objects)
    carla.ask("DELETE", f"{UPLOADS}/{upload}")
    exam = carla.ask("GET", "/api/images/exams").json["exams"][0]["exam"]
    seen = carla.ask("GET", f"/api/images/exams/{exam}").json
    t2 = next(one for one in seen["series"] if one["kind"] == "t2")
    path = f"/api/images/exams/{exam}/series/{t2['series']}/kind"
    assert carla.ask("PUT", path, {"told": "t2", "kind": "other", "why": ""}).code == "web.invalid"
    changed = carla.ask("PUT", path, {"told": "t2", "kind": "other", "why": "moved"}).json
    now = next(one for one in changed["series"] if one["series"] == t2["series"])
    assert (now["kind"], now["told"], now["reason"]) == ("other", "t2", "moved")
    kept = [one.payload for one in served.store.choices.all() if one.key.startswith("series-kind/")]
    assert [one["by"] for one in kept] == ["carla"]
    picture = carla.send("GET", f"/api/images/exams/{exam}/series/{t2['series']}/other/thumbnail")
    assert (picture.status, picture.headers["content-type"]) == (200, "image/png")
    assert carla.send("GET", f"/api/images/exams/{exam}/quality").body.startswith(b"<!DOCTYPE html>")


def test_a_folder_is_read_by_its_path_on_one_s_own_computer_only(
    served: Served, carla: Visitor, tmp_path: Path
) -> None:
    write_exam(simulate_exam(prescription("FOLDER", 3)), tmp_path / "cd")
    work = carla.ask("POST", "/api/images/folder", {"path": str(tmp_path / "cd")}).json
    ended = wait_for(carla, work["id"])
    assert ended["state"] == "done" and ended["answer"]["stored"] > 0
    missing = carla.ask("POST", "/api/images/folder", {"path": str(tmp_path / "SENTINEL")}).json
    failed = wait_for(carla, missing["id"])
    assert failed["error"]["error"]["code"] == "input.missing" and "SENTINEL" not in str(failed)
    elsewhere = Reach("https://reading.example.org", frozenset({"127.0.0.1"}))
    assert not elsewhere.is_own_computer
    with serving(new_study(tmp_path), reach=Reach("http://127.0.0.1:1", frozenset())) as open_room:
        open_room.add_first()
        open_room.add("dora", "coordinator")
        answer = open_room.visitor("dora").ask("POST", "/api/images/folder", {"path": "/"})
        assert answer.code == "web.not-found"


def look_at_all(visitor: Visitor) -> None:
    assert wait_for(visitor, visitor.ask("POST", "/api/images/look").json["id"])["state"] == "done"


def wait_for(visitor: Visitor, work: str) -> dict:
    for _ in range(600):
        told = visitor.ask("GET", f"/api/work/{work}").json
        if told["state"] in ("done", "failed", "cancelled"):
            return told
        time.sleep(0.1)
    raise AssertionError("the work did not end")
