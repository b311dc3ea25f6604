"""A reader's day over the wire: list, case, images, save, measure, lock, amend; a coordinator's before it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from tests.room_client import MEANING, OpenedRoom, drawn_like, opened_room, place_pointers
from tests.room_study import make_study, prescription

from adcurate.phantom import SyntheticExam

PROTOCOL = '\n[reading]\nshow_numbers = "live"\nwants_confidence = true\nadjudicate_over = 1.0\n'
PEOPLE = {"cora": "coordinator", "rita": "reader", "ravi": "reader", "adam": "reader", "oda": "administrator"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenedRoom, dict[str, SyntheticExam]]]:
    exams = [prescription(f"ROUTE{at}", at) for at in (1, 2, 3)]
    study, simulated = make_study(tmp_path_factory.mktemp("routes"), exams, protocol=PROTOCOL)
    store_protocol(study)
    with opened_room(study, PEOPLE) as room:
        yield room, simulated


def store_protocol(study) -> None:
    with study.open_store() as store:
        store.protocols.add(study.protocol_file.read_text(encoding="utf-8"), "study.toml")


@pytest.fixture(scope="module")
def begun(served) -> tuple[OpenedRoom, dict[str, SyntheticExam]]:
    room, simulated = served
    cora = room["cora"]
    place_pointers(cora, simulated)
    design = {"readers": ["rita", "ravi"], "seed": 7, "training": [], "adjudicators": ["adam"]}
    seen = cora.post("/api/coordinator/design/preview", design)
    assert seen["problems"] == [] and seen["cases"] == {"rita": [3], "ravi": [3]}
    saved = cora.post("/api/coordinator/design", design, method="PUT")
    assert saved["design"]["readers"] == ["rita", "ravi"] and saved["started_at"] == ""
    assert {one["name"] for one in saved["people"] if one["is_reader"]} == {"rita", "ravi", "adam"}
    assert cora.post("/api/coordinator/start")["started_at"]
    return room, simulated


def exam_behind(room: OpenedRoom, simulated: dict[str, SyntheticExam], item: str) -> SyntheticExam:
    """Which phantom a case shows, told by its pixels."""
    found = room.room.store.reading.designs.item(item)
    shown = room.room.reading.images.exam(found.study_instance_uid)
    values = next(one for one in shown.series if one.role == "t2").values
    return next(one for one in simulated.values() if np.array_equal(one.t2, values))


def test_a_reader_gets_cases_whose_pixels_are_the_scanners(begun):
    room, simulated = begun
    rita = room["rita"]
    listed = rita.get("/api/reading")
    assert listed["total"] == 3 and listed["done"] == 0 and listed["next"] == listed["items"][0]["item"]
    assert listed["layout"] == [["t2", "dwi"], ["adc", "t1"]]
    assert [one["label"] for one in listed["items"]] == ["Case 1", "Case 2", "Case 3"]
    item = listed["next"]
    case = rita.get(f"/api/reading/items/{item}")
    exam = exam_behind(room, simulated, item)
    truth = {"t2": exam.t2, "dwi": exam.dwi[800.0], "t1": exam.t1_ce}
    for role, values in truth.items():
        series = next(one for one in case["series"] if one["role"] == role)
        n = len(series["frames"])
        answer = rita.ask("GET", f"/api/reading/items/{item}/series/{series['id']}/frames/2-{n}")
        assert answer.headers["content-type"] == "application/octet-stream"
        got = np.frombuffer(answer.content, "<u2").reshape(n - 1, series["rows"], series["columns"])
        np.testing.assert_array_equal(got, values[1:])
    assert case["pointer"]["series"] == next(one["id"] for one in case["series"] if one["role"] == "adc")
    assert case["organ"] == "liver" and case["show_numbers"] == "live" and case["revision"] == 0


def test_a_case_is_drawn_measured_locked_and_amended(begun):
    room, simulated = begun
    rita = room["rita"]
    item = rita.get("/api/reading")["items"][1]["item"]
    path = f"/api/reading/items/{item}"
    exam = exam_behind(room, simulated, item)
    draft = drawn_like(exam, rita.get(path))
    found = rita.post(f"{path}/numbers", {"draft": draft})
    (record,) = (one for one in found["numbers"] if one["is_record"])
    lesion = exam.lesions[0].prescription
    assert found["valid"] and record["map"] == "scanner"
    assert record["mean"] == pytest.approx(lesion.mean_adc, abs=1e-12)
    assert record["minimum"] == pytest.approx(lesion.minimum_adc, abs=1e-12)
    revision = rita.save(item, draft, 0)
    assert revision == 1
    assert rita.get(path)["draft"] == draft and rita.get(path)["state"] == "drafted"
    locked = rita.lock(item, revision)
    assert locked["numbers"]["numbers"] == found["numbers"] and locked["next"] != item
    again = rita.get(path)
    assert again["state"] == "locked" and again["locked"]["numbers"]["numbers"] == found["numbers"]
    refused = rita.ask("PUT", f"{path}/draft", {"base_revision": 1, "key": "late-0001", "draft": draft})
    assert refused.status_code == 423 and refused.json()["error"]["code"] == "read.locked"
    amended = rita.post(f"{path}/amend", {"reason": "Wrong slice."})
    assert amended["state"] == "amending"
    assert rita.save(item, draft | {"comment": "moved"}, amended["revision"]) == amended["revision"] + 1
    rita.lock(item, amended["revision"] + 1)


def test_a_stale_save_shows_what_was_saved_and_overwrites_nothing(begun):
    room, simulated = begun
    ravi = room["ravi"]
    item = ravi.get("/api/reading")["items"][0]["item"]
    draft = drawn_like(exam_behind(room, simulated, item), ravi.get(f"/api/reading/items/{item}"))
    ravi.save(item, draft, 0)
    late = {"base_revision": 0, "key": "another-tab", "draft": draft | {"comment": "other tab"}}
    answer = ravi.ask("PUT", f"/api/reading/items/{item}/draft", late)
    assert answer.status_code == 409
    told = answer.json()
    assert told["error"]["code"] == "read.stale"
    assert told["current"] == {"revision": 1, "draft": draft}
    assert ravi.get(f"/api/reading/items/{item}")["draft"] == draft
    same = {"base_revision": 1, "key": "same-save-1", "draft": draft | {"comment": "once"}}
    twice = [ravi.post(f"/api/reading/items/{item}/draft", same, method="PUT") for _ in range(2)]
    assert twice == [{"revision": 2}, {"revision": 2}]


def test_a_crossing_contour_is_kept_told_and_repaired(begun):
    room, simulated = begun
    ravi = room["ravi"]
    item = ravi.get("/api/reading")["items"][1]["item"]
    path = f"/api/reading/items/{item}"
    draft = drawn_like(exam_behind(room, simulated, item), ravi.get(path))
    points = draft["contours"][0]["points_lps_mm"]
    points[5], points[20] = points[20], points[5]
    revision = ravi.save(item, draft, 0)
    assert ravi.get(path)["draft"]["contours"][0]["points_lps_mm"] == points
    found = ravi.post(f"{path}/numbers", {"draft": draft})
    assert not found["valid"] and found["numbers"] == []
    assert [(one["contour"], one["repair"]) for one in found["problems"]] == [("c1", True)]
    repaired = ravi.post(f"{path}/repair", {"contour": draft["contours"][0]})
    better = draft | {"contours": repaired["contours"]}
    assert ravi.post(f"{path}/numbers", {"draft": better})["valid"] and repaired["sentence"]
    assert ravi.save(item, better, revision) == revision + 1


def test_a_wrong_password_signs_nothing(begun):
    ravi = begun[0]["ravi"]
    item = ravi.get("/api/reading")["items"][0]["item"]
    body = {"base_revision": 2, "key": "lock-wrong", "password": "not mine at all", "meaning": MEANING}
    answer = ravi.ask("POST", f"/api/reading/items/{item}/lock", body)
    assert answer.status_code == 401 and ravi.get(f"/api/reading/items/{item}")["state"] == "drafted"
    answer = ravi.ask("POST", f"/api/reading/items/{item}/lock", body | {"meaning": "whatever"})
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"grade": "G3"},
        {"reader": "ravi"},
        {"locked": True},
        {"id": 1},
        {"created_at": "2020-01-01"},
        {"base_revision": -1},
        {"base_revision": "0"},
        {"key": ""},
        {"draft": {"contours": [{"id": "c1"}]}},
        {"draft": {"confidence": True}},
        {"draft": {"confidence": 6}},
        {"draft": {"revision": 3}},
        {"draft": None},
    ],
)
def test_what_a_reader_may_not_set_is_refused_and_nothing_is_kept(begun, change):
    room, _ = begun
    rita = room["rita"]
    item = rita.get("/api/reading")["items"][2]["item"]
    body = {"base_revision": 0, "key": "key-of-eight", "draft": {"comment": "x"}} | change
    answer = rita.ask("PUT", f"/api/reading/items/{item}/draft", body)
    assert answer.status_code == 422, answer.text
    assert set(answer.json()) == {"error"}
    assert rita.get(f"/api/reading/items/{item}")["revision"] == 0


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "", None),
        ("GET", "/series/s1/frames/1-2", None),
        ("PUT", "/draft", {"base_revision": 0, "key": "key-of-eight", "draft": {}}),
        ("POST", "/numbers", {"draft": {}}),
        ("POST", "/amend", {"reason": "why"}),
    ],
)
def test_anothers_case_and_one_that_does_not_exist_are_the_same_404(begun, method, rest, body):
    room, _ = begun
    others = room["ravi"].get("/api/reading")["items"][0]["item"]
    answers = [
        room["rita"].ask(method, f"/api/reading/items/{item}{rest}", body) for item in (others, "a" * 26)
    ]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    assert dict(answers[0].headers) == dict(answers[1].headers)


def test_images_beyond_the_last_and_unknown_series_are_not_there(begun):
    rita = begun[0]["rita"]
    item = rita.get("/api/reading")["items"][0]["item"]
    for rest in ("s1/frames/1-99", "s1/frames/5-2", "s9/frames/1-1", "s1/frames/0-1", "s1/frames/x-1"):
        assert rita.ask("GET", f"/api/reading/items/{item}/series/{rest}").status_code in (404, 422), rest


def test_two_locked_readings_that_differ_are_decided_side_by_side(begun):
    room, simulated = begun
    drafts = {}
    for name, shift in (("rita", 0.0), ("ravi", 3.0)):
        reader = room[name]
        for one in reader.get("/api/reading")["items"]:
            path = f"/api/reading/items/{one['item']}"
            case = reader.get(path)
            if case["state"] == "locked":
                continue
            draft = drawn_like(exam_behind(room, simulated, one["item"]), case)
            moved = np.array(draft["contours"][0]["points_lps_mm"]) + np.array([shift, 0.0, 0.0])
            draft["contours"][0]["points_lps_mm"] = moved.tolist()
            reader.lock(one["item"], reader.save(one["item"], draft, case["revision"]))
            drafts[name] = draft
    adam = room["adam"]
    disputes = adam.get("/api/adjudication")["disputes"]
    assert disputes and {one["state"] for one in disputes} == {"open"}
    path = f"/api/adjudication/{disputes[0]['id']}"
    view = adam.get(path)
    assert view["reason"] == "difference" and view["difference"] > 1e-6
    assert view["first"]["draft"] != view["second"]["draft"] and view["decision"] is None
    text = json.dumps(view)
    assert "rita" not in text.lower() and "ravi" not in text.lower()
    series = view["series"][0]
    frames = adam.ask("GET", f"{path}/series/{series['id']}/frames/1-1")
    assert len(frames.content) == series["rows"] * series["columns"] * 2
    decided = adam.post(path, {"choice": "first", "reason": "The second one takes in the vessel."})
    assert decided["decision"]["choice"] == "first"
    assert adam.ask("POST", path, {"choice": "second", "reason": "no"}).status_code == 409
    for other in ("rita", "cora"):
        assert room[other].get("/api/adjudication")["disputes"] == []
        assert room[other].ask("GET", path).status_code == 404
    progress = room["cora"].get("/api/coordinator/progress")
    assert progress["all_locked"] and [one["n_done"] for one in progress["readers"]] == [3, 3]
    assert progress["n_adjudicated"] == 1
    blinding = room["cora"].get("/api/coordinator/blinding")
    assert {one["reader"]: one["n_readings"] for one in blinding["readers"]} == {"rita": 3, "ravi": 3}


def test_who_does_not_coordinate_coordinates_nothing(begun):
    room, _ = begun
    for name in ("rita", "oda"):
        for method, path, body in (
            ("GET", "/api/coordinator/lesions", None),
            ("GET", "/api/coordinator/progress", None),
            ("POST", "/api/coordinator/start", {}),
            ("POST", "/api/coordinator/outcomes/seal", {"passphrase": "four words at random"}),
        ):
            assert room[name].ask(method, path, body).status_code == 403, (name, path)
    assert room["oda"].ask("GET", "/api/reading").status_code == 403
