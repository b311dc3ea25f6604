"""What a person writes comes back as the same text in JSON, nowhere as anything a browser would run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.room_client import OpenedRoom, opened_room, place_pointers
from tests.room_study import make_study, prescription

from adcurate.study.protocol.amend import amend_protocol

PEOPLE = {
    "cora": "coordinator",
    "rita": "reader",
    "oda": "administrator",
    "audra": "auditor",
    "stan": "statistician",
}
PAYLOADS = [
    "<script>alert(1)</script>",
    "<ScRiPt>alert(1)</sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<body onload=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<object data='javascript:alert(1)'></object>",
    "<form action='javascript:alert(1)'><button>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<style>@import 'http://evil.example/x.css';</style>",
    "</script><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "'\"><script>alert(1)</script>",
    "'-alert(1)-'",
    "${alert(1)}",
    "{{constructor.constructor('alert(1)')()}}",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "\u2028<script>alert(1)</script>\u2029",
]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedRoom]:
    exams = [prescription("TEXT1", 1)]
    study, _ = make_study(tmp_path_factory.mktemp("text"), exams)
    with opened_room(study, PEOPLE) as opened:
        place_pointers(opened["cora"], {})
        design = {"readers": ["rita"], "training": [], "adjudicators": []}
        opened["cora"].post("/api/coordinator/design", design, method="PUT")
        opened["cora"].post("/api/coordinator/start")
        yield opened


def check_headers(answer) -> None:
    assert answer.headers["content-type"].split(";")[0] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert not [value for value in answer.headers.values() if "alert" in value]


def test_there_are_25_payloads():
    assert len(set(PAYLOADS)) == 25


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_text_of_a_reader_comes_back_as_it_was_written(room, payload):
    rita = room["rita"]
    item = rita.get("/api/reading")["items"][0]["item"]
    path = f"/api/reading/items/{item}"
    draft = {
        "contours": [],
        "rulers": [],
        "confidence": None,
        "comment": payload,
        "cannot_assess": {"reason": "other", "text": payload},
    }
    rita.save(item, draft, rita.get(path)["revision"])
    answer = rita.ask("GET", path)
    check_headers(answer)
    assert answer.json()["draft"] == draft


@pytest.mark.parametrize("payload", PAYLOADS)
def test_every_name_comes_back_as_it_was_written_or_is_refused(room, payload):
    oda = room["oda"]
    given = {"display_name": payload}
    answer = oda.ask("PATCH", f"/api/people/{room['rita'].person.id}", given)
    check_headers(answer)
    if answer.status_code == 200:
        listed = oda.ask("GET", "/api/people")
        check_headers(listed)
        assert payload.strip() in [one["display_name"] for one in listed.json()["people"]]
        log = room["audra"].ask("GET", "/api/audit")
        check_headers(log)
    else:
        assert answer.status_code == 422 and payload not in answer.text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_protocol_its_amendment_and_the_log_s_files_say_it_as_text(room, payload):
    study, store = room.room.study, room.room.store
    with study.protocol_file.open("a", encoding="utf-8") as file:
        file.write(f"# {payload}\n")
    reason = "".join(letter for letter in payload if letter.isprintable())
    amend_protocol(study, store, reason, person_id=room["cora"].person.id)
    answer = room["stan"].ask("GET", "/api/results")
    check_headers(answer)
    protocol = answer.json()["protocol"]
    assert payload in protocol["text"] and protocol["amendments"][-1]["reason"] == reason
    for name, kind in (("log.csv", "text/csv"), ("log.jsonl", "application/jsonl")):
        saved = room["audra"].ask("GET", f"/api/audit/{name}")
        assert saved.headers["content-type"].split(";")[0] == kind
        assert saved.headers["content-disposition"].startswith("attachment")
        assert saved.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in saved.headers["content-security-policy"]
    assert payload not in room["stan"].ask("GET", f"/api/results/files/{payload}").text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_refused_or_not_found_is_not_said_again(room, payload):
    rita, cora = room["rita"], room["cora"]
    asks = [
        (rita, "GET", f"/api/reading/items/{payload}", None),
        (rita, "GET", "/api/reading/items/x/series/y/frames/1-z" + payload, None),
        (rita, "POST", f"/api/{payload}", {}),
        (rita, "PUT", "/api/reading/items/x/draft", {payload: payload, "key": payload, "draft": payload}),
        (cora, "PUT", "/api/coordinator/lesions/x/pointer", {"series": payload, "organ": payload}),
        (
            cora,
            "PUT",
            "/api/coordinator/design",
            {"readers": [payload] * 2, "training": [], "adjudicators": []},
        ),
    ]
    for who, method, path, body in asks:
        answer = who.ask(method, path, body)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
        check_headers(answer)
        assert "alert" not in answer.text and "evil" not in answer.text, path
