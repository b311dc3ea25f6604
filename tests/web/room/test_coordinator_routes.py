"""A coordinator's other work over the wire: training with feedback, and outcomes under a seal."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from tests.room_client import Caller, OpenedRoom, drawn_like, opened_room, place_pointers
from tests.room_study import make_study, prescription

from adcurate.phantom import SyntheticExam, contour_records
from adcurate.study.regions.contours import import_contours
from adcurate.study.rows import current_rows

PROTOCOL = '\n[reading]\nshow_numbers = "never"\ntraining_cases = 1\n'
PASSPHRASE = "four words at random"
PEOPLE = {"cora": "coordinator", "sela": "coordinator", "rita": "reader"}
Opened = tuple[OpenedRoom, dict[str, SyntheticExam], str]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    folder = tmp_path_factory.mktemp("coordinator")
    exams = [prescription(f"COORD{at}", at) for at in (1, 2)]
    study, simulated = make_study(folder, exams, grades=("G2",), protocol=PROTOCOL)
    with study.open_store() as store:
        store.protocols.add(study.protocol_file.read_text(encoding="utf-8"), "study.toml")
    file = folder / "contours.json"
    document = {
        "schema": "adcurate.contours",
        "schema_version": 1,
        "contours": contour_records(simulated["COORD1"], reader="teacher"),
    }
    file.write_text(json.dumps(document), encoding="utf-8")
    import_contours(study, file)
    with opened_room(study, PEOPLE) as room:
        keys = place_pointers(room["cora"], simulated)
        drawn = {one.key.split("/")[0] for one in room.room.store.contours.all()}
        (training,) = (key for key in keys if key.split("/")[0] in drawn)
        yield room, simulated, training


def point_at(coordinator: Caller, key: str) -> None:
    """A pointer on one lesion, at a corner of its first ADC image."""
    case = coordinator.get(f"/api/coordinator/lesions/{key}/case")
    adc = next(one for one in case["series"] if one["role"] == "adc")
    frame = adc["frames"][0]
    where = {"series": adc["id"], "frame": frame["number"], "point_lps_mm": frame["position_lps_mm"]}
    coordinator.post(f"/api/coordinator/lesions/{key}/pointer", where | {"organ": "liver"}, 204, "PUT")


def test_a_key_with_its_slash_encoded_is_the_same_lesion(opened):
    room, _, key = opened
    encoded = key.replace("/", "%2F")
    cora = room["cora"]
    assert cora.get(f"/api/coordinator/lesions/{encoded}/case") == cora.get(
        f"/api/coordinator/lesions/{key}/case"
    )


def test_outcomes_are_sealed_and_opened_again(opened):
    room, _, _ = opened
    store, sela = room.room.store, room["sela"]
    assert {row.grade for row in current_rows(store)} == {"G2"}
    sealed = sela.post("/api/coordinator/outcomes/seal", {"passphrase": PASSPHRASE})
    assert (sealed["sealed_by"], sealed["opened_at"]) == ("sela", "")
    assert {row.grade for row in current_rows(store)} == {None}
    assert room["cora"].get("/api/coordinator/progress")["outcomes_sealed_by"] == "sela"
    path = "/api/coordinator/outcomes/unseal"
    early = {"passphrase": PASSPHRASE}
    assert sela.ask("POST", path, early).json()["error"]["code"] == "read.too-early"
    wrong = {"passphrase": "another four words", "early_reason": "test"}
    assert sela.ask("POST", path, wrong).status_code == 403
    assert sela.post(path, early | {"early_reason": "The sealer leaves."})["opened_at"]
    assert {row.grade for row in current_rows(store)} == {"G2"}
    assert room["cora"].get("/api/coordinator/blinding")["seal_broken_early"]


def test_a_training_case_comes_first_and_tells_how_it_went(opened):
    room, simulated, training = opened
    design = {
        "readers": ["rita"],
        "training": [training],
        "training_reference": "teacher",
        "adjudicators": [],
    }
    room["cora"].post("/api/coordinator/design", design, method="PUT")
    room["cora"].post("/api/coordinator/start")
    rita = room["rita"]
    first, second = rita.get("/api/reading")["items"]
    assert (first["kind"], first["label"]) == ("training", "Training case 1")
    assert (second["kind"], second["label"]) == ("read", "Case 1")
    exam = simulated["COORD1"]
    for one in (first, second):
        path = f"/api/reading/items/{one['item']}"
        case = rita.get(path)
        draft = drawn_like(simulated["COORD2"] if one is second else exam, case)
        assert rita.post(f"{path}/numbers", {"draft": draft})["numbers"] == []
        locked = rita.lock(one["item"], rita.save(one["item"], draft, 0))
        if one is second:
            assert locked["numbers"] is None and locked["feedback"] is None and locked["next"] is None
            assert case["show_numbers"] == "never"
            adc = next(series for series in case["series"] if series["role"] == "adc")
            assert (adc["unit"], adc["window"]) == ("", {"center": 50.0, "width": 100.0})
            frames = rita.ask("GET", f"{path}/series/{adc['id']}/frames/1-{len(adc['frames'])}").content
            shown, adcs = np.frombuffer(frames, "<f4"), simulated["COORD2"].adc.ravel().astype(float)
            known = adcs > 0
            # A picture of the same map, black at 0 and white at 2500, in which no voxel has its ADC.
            np.testing.assert_allclose(shown[known] * 25, adcs[known], rtol=1e-5)
            assert not np.any(np.isclose(shown[known], adcs[known]))
        else:
            feedback = locked["feedback"]
            assert feedback["overlap"] == 1.0 and feedback["difference"] == 0.0
            assert feedback["reader"] == pytest.approx(exam.lesions[0].prescription.mean_adc, abs=1e-12)
            assert len(feedback["contours"][0]["points_lps_mm"]) == len(exam.lesions[0].points_lps_mm)
            assert np.isfinite(feedback["reference"]) and locked["next"] == second["item"]
            assert case["show_numbers"] == "after_lock"


def test_a_lesion_that_came_late_is_given_by_who_coordinates_and_named_to_no_reader(
    tmp_path_factory: pytest.TempPathFactory,
):
    exams = [prescription(f"LATE{at}", at) for at in (1, 2)]
    study, _ = make_study(tmp_path_factory.mktemp("late"), exams, protocol="\n[reading]\n")
    with opened_room(study, {"cora": "coordinator", "rita": "reader"}) as room:
        cora, rita = room["cora"], room["rita"]
        where = "/api/coordinator/late-lesions"
        early, late = (one["key"] for one in cora.get("/api/coordinator/lesions")["lesions"])
        point_at(cora, early)
        design = {"readers": ["rita"], "training": [], "adjudicators": []}
        cora.post("/api/coordinator/design", design, method="PUT")
        begun = cora.post("/api/coordinator/start", {"leave_out_without_pointer": True})
        assert begun["late"]["without_pointer"] == [late] and begun["late"]["ready"] == []
        point_at(cora, late)
        assert cora.get("/api/coordinator/progress")["late"]["cases"] == {"rita": 1}
        assert cora.get("/api/coordinator/blinding")["n_not_given"] == 1
        (waited,) = [one for one in cora.get("/api/home")["waited_for"] if one["cause"] == "lesions"]
        assert waited["names"] == [late]
        assert cora.ask("POST", where, {"reason": " "}).json()["error"]["code"] == "read.reason"
        assert rita.ask("POST", where, {"reason": "I want more"}).status_code == 403
        assert len(rita.get("/api/reading")["items"]) == 1

        given = cora.post(where, {"reason": "The disc came late."})
        assert given["version"] == begun["version"] + 1 and given["late"]["ready"] == []
        told = rita.ask("GET", "/api/reading")
        assert [one["label"] for one in told.json()["items"]] == ["Case 1", "Case 2"]
        assert late.split("/")[0] not in told.text and "disc" not in told.text
        room.room.store.reading.told_results.note("results.make", {}, cora.person.id)
        assert cora.ask("POST", where, {"reason": "More"}).json()["error"]["code"] == "read.too-late"
