"""The page of results behind its routes: what is plotted, what moves, one lesion, and who looked."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.explored_study import N_EXAMS, TREATED, explored_study, read_to_the_end
from tests.room_client import OpenedRoom, opened_room

from adcurate.study import report
from adcurate.study.what_if import Choices, what_if

PEOPLE = {"cora": "coordinator", "rita": "reader", "rob": "reader", "stan": "statistician"}
FINISH_S = 120


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedRoom]:
    """A study that was read, with results made without pictures."""
    study = explored_study(tmp_path_factory.mktemp("explore"))
    with pytest.MonkeyPatch.context() as quick, opened_room(study, PEOPLE) as opened:
        quick.setattr(
            report,
            "figure_encoder",
            lambda *given: lambda drawn: {name: {"svg": b"<svg></svg>"} for name in drawn},
        )
        assert refusal(opened, "/api/results/view") == "read.too-early"
        read_to_the_end(opened.room.reading, {name: opened[name].person for name in ("rita", "rob")})
        assert refusal(opened, "/api/results/view") == "read.no-results"
        opened["stan"].post("/api/results", status=202)
        until(lambda: opened["stan"].get("/api/results")["work"], lambda work: work["state"] == "done")
        yield opened


def refusal(room: OpenedRoom, path: str) -> str:
    return str(room["stan"].ask("GET", path).json()["error"]["code"])


def until(ask: Any, is_there: Any) -> Any:
    end = time.monotonic() + FINISH_S
    while not is_there(found := ask()):
        assert time.monotonic() < end, found
        time.sleep(0.1)
    return found


def asked(room: OpenedRoom, **choices: object) -> dict[str, Any]:
    """What is found with choices, or the work that failed."""
    after = ""

    def ask() -> dict[str, Any]:
        nonlocal after
        answer = room["stan"].post(f"/api/results/what-if?after={after}", choices)
        after = answer["work"]["id"] if answer["work"] else after
        return answer

    return until(ask, lambda one: one["found"] or one["work"]["state"] == "failed")


def test_the_page_has_every_case_in_its_plots_and_tells_the_log_once_who_looked(room):
    view = room["stan"].get("/api/results/view")["view"]
    assert len(view["cases"]) == N_EXAMS
    groups = next(one for one in view["plots"] if one["kind"] == "groups")
    assert {dot["case"] for dot in groups["dots"]} == {one["case"] for one in view["cases"]}
    assert {one["kind"] for one in view["plots"]} == {"groups", "roc", "maps", "readers"}
    room["stan"].get("/api/results/view")
    looks = [one for one in room.room.store.audit.about("results") if one.action == "results.look"]
    assert [one.person for one in looks] == [room["stan"].person.id]
    for name in ("cora", "rita"):
        for path in ("view", "report", f"lesions/{view['cases'][0]['case']}/1"):
            assert room[name].ask("GET", f"/api/results/{path}").status_code == 403


def test_without_the_treated_the_numbers_are_the_commands_and_the_sensitivity_tables(room):
    found = asked(room, exclude_treated=True)["found"]
    view = found["view"]
    assert len(view["cases"]) == N_EXAMS - len(TREATED)
    assert found["choices"] == ["without those treated before the MRI"]
    by_command = what_if(room.room.study, Choices(exclude_treated=True))
    assert found["moved"] == [one.as_json() for one in by_command.moved]
    answer = next(one.answer for one in by_command.before.answers if one.question.kind == "sensitivity")
    row = next(one for one in answer.rows if one.label == "treatment_before_mri = no")
    analysis = by_command.after.of_record[0]
    assert (row.n, row.auc, row.cutoff) == (len(analysis.values), analysis.auc.value, analysis.youden.cutoff)
    assert by_command.after.flow.stages[-1].n == N_EXAMS - len(TREATED)


def test_a_look_leaves_no_analysis_in_the_store_and_nothing_in_what_coordinators_see(room):
    before = len(room.room.store.derived.of_kind("analysis"))
    found = asked(room, reader="rob")["found"]
    assert found["moved"] and len(found["view"]["cases"]) == N_EXAMS
    assert len(room.room.store.derived.of_kind("analysis")) == before
    works = [one for one in room["cora"].get("/api/work")["works"] if one["kind"].startswith("what-if-")]
    assert works and all(one["answer"] == {} for one in works)
    noted = [one for one in room.room.store.audit.about("results") if one.action == "results.what-if"]
    assert noted and all(one.person == room["stan"].person.id for one in noted)


@pytest.mark.parametrize("choices", [{"vendor": "Siemens"}, {"interval_days": 30}, {"map_source": "refit"}])
def test_each_choice_gives_other_numbers_and_says_so(room, choices):
    found = asked(room, **choices)["found"]
    assert found["moved"] and len(found["choices"]) == 1


def test_a_name_that_does_not_occur_is_refused_in_words(room):
    failed = asked(room, vendor="Nobody")
    assert failed["work"]["error"]["error"]["code"] == "study.choice"
    assert "Siemens" in failed["work"]["error"]["error"]["remedy"]


def test_one_that_is_stopped_leaves_the_others_to_their_end(room):
    stan = room["stan"]
    begun = [stan.post("/api/results/what-if", {"interval_days": days})["work"]["id"] for days in (7, 8, 9)]
    assert stan.ask("DELETE", f"/api/results/what-if/{begun[1]}").status_code == 200

    def states() -> list[str]:
        works = {one.id: one.state for one in room.room.works.all()}
        return [works[one] for one in begun]

    ended = until(states, lambda found: not {"running", "waiting"} & set(found))
    assert ended == ["done", "cancelled", "done"]
    other = next(one.id for one in room.room.works.all() if one.kind == "results")
    assert stan.ask("DELETE", f"/api/results/what-if/{other}").status_code == 404


def test_a_what_if_that_was_changed_on_disk_is_made_again(room):
    first = asked(room, interval_days=30)["found"]
    for path in (room.room.study.results / "what-if").iterdir():
        path.write_bytes(path.read_bytes().replace(b"0.", b"9."))
    again = asked(room, interval_days=30)["found"]
    assert (again["moved"], again["view"]["main"]) == (first["moved"], first["view"]["main"])


def test_a_point_leads_to_its_lesion_with_images_numbers_and_trace(room):
    stan = room["stan"]
    case = stan.get("/api/results/view")["view"]["cases"][0]
    lesion = stan.get(f"/api/results/lesions/{case['subject']}/{case['lesion']}")
    assert {one["reader"] for one in lesion["regions"]} == {"rita", "rob"}
    shown = next(one for one in lesion["regions"] if one["is_shown"])
    assert shown["reader"] == "rita" and dict(shown["numbers"])["Mean"] in case["values"]
    assert any(image["name"] == "adc" for image in lesion["images"]["images"])
    assert lesion["images"]["rings"] and lesion["trace"][0]["id"] == shown["measurement"]
    x, y = lesion["images"]["minimum"]
    ring = lesion["images"]["rings"][0]
    assert min(p[0] for p in ring) <= x <= max(p[0] for p in ring)
    assert min(p[1] for p in ring) <= y <= max(p[1] for p in ring)
    other = next(one for one in lesion["regions"] if not one["is_shown"])
    again = stan.get(
        f"/api/results/lesions/{case['subject']}/{case['lesion']}?measurement={other['measurement']}"
    )
    assert next(one for one in again["regions"] if one["is_shown"])["measurement"] == other["measurement"]
    assert stan.ask("GET", "/api/results/lesions/S-NOBODY/1").status_code == 404
    assert "rita" not in json.dumps(lesion["images"])
