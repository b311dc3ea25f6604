"""Coordinators of one site: what lies at another is not there, and what concerns all sites is not theirs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.room_client import OpenedRoom, opened_room
from tests.room_study import make_study, prescription

PEOPLE = {"rosa": "coordinator", "olaf": "coordinator", "cora": "coordinator"}


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenedRoom]:
    study, _ = make_study(tmp_path_factory.mktemp("sites"), [prescription("SITE1", 1)], site="Rome")
    with opened_room(study, PEOPLE, sites={"rosa": "Rome", "olaf": "Oslo"}) as opened:
        yield opened


def test_a_site_s_coordinator_sees_its_lesions_and_no_others(room):
    lesions = {name: room[name].get("/api/coordinator/lesions")["lesions"] for name in PEOPLE}
    assert [one["site"] for one in lesions["rosa"]] == ["Rome"]
    assert room["rosa"].get("/api/coordinator/lesions")["selection"] == "pointer"
    assert lesions["cora"] == lesions["rosa"] and lesions["olaf"] == []


@pytest.mark.parametrize(
    ("method", "rest", "body"),
    [
        ("GET", "case", None),
        ("GET", "series/s1/frames/1-1", None),
        ("PUT", "pointer", {"series": "s1", "frame": 1, "point_lps_mm": [0, 0, 0], "organ": "liver"}),
    ],
)
def test_another_site_s_lesion_and_none_are_the_same_answer(room, method, rest, body):
    key = room["rosa"].get("/api/coordinator/lesions")["lesions"][0]["key"]
    ask = room["olaf"].ask
    answers = [ask(method, f"/api/coordinator/lesions/{one}/{rest}", body) for one in (key, "S-NONE/1")]
    assert [one.status_code for one in answers] == [404, 404]
    assert answers[0].content == answers[1].content
    own = room["rosa"].ask(method, f"/api/coordinator/lesions/{key}/{rest}", body)
    assert own.status_code in (200, 204) or own.json()["error"]["code"] == "read.pointer"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/api/coordinator/design", {"readers": ["x"], "training": [], "adjudicators": []}),
        ("POST", "/api/coordinator/design/preview", {"readers": ["x"], "training": [], "adjudicators": []}),
        ("POST", "/api/coordinator/start", {}),
        ("POST", "/api/coordinator/outcomes/seal", {"passphrase": "four words at random"}),
        ("POST", "/api/coordinator/outcomes/unseal", {"passphrase": "four words at random"}),
        ("GET", "/api/coordinator/blinding", None),
        ("GET", "/api/coordinator/design", None),
        ("GET", "/api/coordinator/progress", None),
    ],
)
def test_what_concerns_every_site_is_for_who_coordinates_every_site(room, method, path, body):
    assert room["rosa"].ask(method, path, body).status_code == 403
    assert room["cora"].ask(method, path, body).status_code != 403
