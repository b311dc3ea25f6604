"""What a statistician gets: counts without names, what was planned, and results when nothing can change."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Iterator

import pytest
from tests.reading_room import Hand
from tests.room_client import Caller, OpenedRoom, opened_room, place_pointers
from tests.room_study import make_study, prescription

from adcurate.study import report
from adcurate.study.reading.pointers import lesions_to_point
from adcurate.study.report import report_study
from adcurate.study.serving import results
from adcurate.study.serving.results import FILES

PEOPLE = {"cora": "coordinator", "rita": "reader", "stan": "statistician", "sue": "statistician"}
PASSPHRASE = "four words at random"
FINISH_S = 240
NO_PICTURE = {"svg": b"<svg></svg>"}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedRoom]:
    """A study whose reading has begun, outcomes sealed; reports come without pictures, which take long."""
    with pytest.MonkeyPatch.context() as quick:
        quick.setattr(report, "figure_encoder", lambda *given: lambda drawn: dict.fromkeys(drawn, NO_PICTURE))
        yield from begun(tmp_path_factory)


def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedRoom]:
    exams = [prescription(f"RESULT{at}", at) for at in range(1, 7)]
    study, _ = make_study(
        tmp_path_factory.mktemp("results"), exams, grades=("G1", "G3"), protocol="\n[reading]\n"
    )
    text = study.protocol_file.read_text(encoding="utf-8")
    study.protocol_file.write_text(text.replace("resamples = 10000", "resamples = 200"), encoding="utf-8")
    with opened_room(study, PEOPLE, sites={"sue": "North"}) as opened:
        place_pointers(opened["cora"], {})
        opened["cora"].post("/api/coordinator/outcomes/seal", {"passphrase": PASSPHRASE})
        design = {"readers": ["rita"], "training": [], "adjudicators": [], "seed": 7}
        opened["cora"].post("/api/coordinator/design", design, method="PUT")
        opened["cora"].post("/api/coordinator/start")
        yield opened


def refusal(who: Caller, method: str, path: str) -> str:
    answer = who.ask(method, path, {} if method == "POST" else None)
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["error"]["code"])


def made(stan: Caller) -> dict:
    """Ask for results, and wait until they are there."""
    stan.post("/api/results", status=202)
    until = time.monotonic() + FINISH_S
    while (answer := stan.get("/api/results"))["work"]["state"] in ("waiting", "running"):
        assert time.monotonic() < until
        time.sleep(0.2)
    assert answer["work"]["state"] == "done", answer["work"]
    return answer


def test_before_the_end_there_are_counts_and_plans_and_no_results(room):
    stan = room["stan"]
    answer = stan.get("/api/results")
    assert answer["reading"] == {
        "n_readers": 1,
        "n_readings": 6,
        "n_locked": 0,
        "n_begun": 0,
        "n_cannot_assess": 0,
        "n_amended": 0,
        "n_to_decide": 0,
        "n_decided": 0,
        "n_not_given": 0,
        "is_own_only": False,
        "all_locked": False,
        "is_sealed": True,
    }
    assert answer["design"]["seed"] == 7 and answer["design"]["n_readers"] == 1
    protocol = answer["protocol"]
    assert protocol["text"] == room.room.study.protocol_file.read_text(encoding="utf-8")
    assert protocol["frozen_at"] and not protocol["is_changed"] and protocol["amendments"] == []
    assert answer["waits_for"]["error"]["code"] == "read.too-early"
    assert (answer["made"], answer["work"]) == (None, None)
    assert "rita" not in json.dumps(answer) and "cora" not in json.dumps(answer)
    for method, path in [("POST", "/api/results"), *(("GET", f"/api/results/files/{one}") for one in FILES)]:
        assert refusal(stan, method, path) == "read.too-early"
        assert refusal(room["sue"], method, path) == "web.no-right"
    assert stan.ask("GET", "/api/results/files/study.toml").status_code == 404


def test_results_come_after_the_last_lock_and_the_opening_of_the_seal_as_the_command_writes_them(room):
    stan, reading = room["stan"], room.room.reading
    rita = Hand(reading, room["rita"].person)
    rita.read_all()
    assert refusal(stan, "POST", "/api/results") == "read.sealed"
    room["cora"].post("/api/coordinator/outcomes/unseal", {"passphrase": PASSPHRASE})
    assert refusal(stan, "GET", "/api/results/files/cases.csv") == "read.no-results"
    answer = made(stan)
    assert answer["made"]["is_current"] and answer["waits_for"] is None
    assert {one["name"] for one in answer["made"]["files"]} == set(FILES)
    taken = {}
    for name in FILES:
        got = stan.ask("GET", f"/api/results/files/{name}")
        assert got.status_code == 200
        assert got.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert "default-src 'none'" in got.headers["content-security-policy"]
        taken[name] = got.content
    cases = list(csv.DictReader(io.StringIO(taken["cases.csv"].decode("utf-8-sig"))))
    assert sorted(one["grade"] for one in cases) == ["G1"] * 3 + ["G3"] * 3
    assert taken == {name: (room.room.study.results / path).read_bytes() for name, path in FILES.items()}
    assert results.report_study is report_study
    log = room.room.store.audit.about("results")
    assert [one.action for one in log] == ["results.make"] + ["results.take"] * len(FILES)
    assert {one.person for one in log} == {stan.person.id}
    # What is known stands: nobody amends any more.
    item = room["rita"].get("/api/reading")["items"][0]["item"]
    late = room["rita"].ask("POST", f"/api/reading/items/{item}/amend", {"reason": "late"})
    assert late.json()["error"]["code"] == "read.closed"


def test_results_that_are_not_as_they_were_made_are_not_given(room):
    stan, path = room["stan"], room.room.study.results / FILES["cases.csv"]
    content = path.read_bytes()
    path.write_bytes(content.replace(b"G3", b"G1"))
    assert refusal(stan, "GET", "/api/results/files/cases.csv") == "read.no-results"
    path.write_bytes(content)
    assert stan.ask("GET", "/api/results/files/cases.csv").status_code == 200
    with room.room.store.runs.record("worksheet"):
        pass
    assert refusal(stan, "GET", "/api/results/files/cases.csv") == "read.no-results"
    assert not stan.get("/api/results")["made"]["is_current"]


def test_results_are_not_current_where_something_changed_while_they_were_made(room, monkeypatch):
    stan, real = room["stan"], results.report_study

    def interrupted(study, *, progress):
        written = real(study, progress=progress)
        room.room.store.reading.told_results.note("reading.adjudicate", {}, room["cora"].person.id)
        return written

    monkeypatch.setattr(results, "report_study", interrupted)
    assert not made(stan)["made"]["is_current"]
    assert refusal(stan, "GET", "/api/results/files/cases.csv") == "read.no-results"


def test_results_made_before_a_subject_withdrew_say_so(room):
    stan, cora, reading = room["stan"], room["cora"], room.room.reading
    assert made(stan)["made"]["since"] == []
    subject = lesions_to_point(reading)[0].key.partition("/")[0]
    leaving = {"subject": subject, "confirmed": subject, "why": "asked to", "extent": "stopped"}
    cora.post("/api/keep/withdrawals", leaving)
    now = stan.get("/api/results")["made"]
    assert (now["is_current"], now["since"]) == (False, ["a subject was withdrawn"])
