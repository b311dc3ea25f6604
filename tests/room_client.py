"""The reading room in one process for tests: the real application, people with sessions, and drawing."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import numpy as np
from starlette.testclient import TestClient
from tests.given_parts import KIND, given_parts

from adcurate.model.reading.person import Person, Role, RoleName
from adcurate.phantom import SyntheticExam
from adcurate.store import StudyStore
from adcurate.store.database import utc_now
from adcurate.study.folder import StudyFolder
from adcurate.study.people.passwords import hash_password
from adcurate.study.people.tokens import digest_of
from adcurate.study.people.tries import now_of
from adcurate.study.reading.room import open_reading_room
from adcurate.web.room.app import make_app
from adcurate.web.room.session_cookie import CSRF_HEADER, csrf_of
from adcurate.web.room.state import Reach, Room

PASSWORD = "correct horse battery staple"
URL = "http://127.0.0.1:8042"
MEANING = "I drew this region and it is my reading."


class Caller:
    """One person's browser."""

    def __init__(self, client: TestClient, person: Person, token: str, cookie: str) -> None:
        self.person = person
        self._client = client
        self._headers = {"Cookie": f"{cookie}={token}", CSRF_HEADER: csrf_of(token)}
        self._keys = itertools.count(1)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """One request."""
        named = self._headers | headers
        return self._client.request(method, path, json=body, headers=named)

    def get(self, path: str) -> Any:
        """A JSON answer that must be there."""
        answer = self.ask("GET", path)
        assert answer.status_code == 200, (path, answer.text)
        return answer.json()

    def post(self, path: str, body: object = None, status: int = 200, method: str = "POST") -> Any:
        """Send something that must succeed."""
        answer = self.ask(method, path, body or {})
        assert answer.status_code == status, (path, answer.text)
        return answer.json() if answer.content else None

    def give(self, path: str, asked: object, file: bytes, status: int = 200) -> Any:
        """Send a file with what is asked about it."""
        named = {**self._headers, "Content-Type": KIND}
        answer = self._client.request("POST", path, content=given_parts(asked, file), headers=named)
        assert answer.status_code == status, (path, answer.text)
        return answer.json()

    def save(self, item: str, draft: object, base: int) -> int:
        """Save a draft; gives the revision."""
        body = {"base_revision": base, "key": f"key-{next(self._keys):08d}", "draft": draft}
        return int(self.post(f"/api/reading/items/{item}/draft", body, method="PUT")["revision"])

    def lock(self, item: str, revision: int) -> Any:
        """Sign and lock."""
        body = {
            "base_revision": revision,
            "key": f"lock-{next(self._keys):08d}",
            "password": PASSWORD,
            "meaning": MEANING,
        }
        return self.post(f"/api/reading/items/{item}/lock", body)


@dataclass(frozen=True)
class OpenedRoom:
    """A served study and its people by name."""

    room: Room
    client: TestClient
    people: dict[str, Caller]

    def __getitem__(self, name: str) -> Caller:
        return self.people[name]


@contextmanager
def opened_room(
    study: StudyFolder,
    people: dict[str, RoleName],
    *,
    clock: Callable[[], str] = utc_now,
    new_id: Callable[[], str] | None = None,
    display_names: dict[str, str] | None = None,
    sites: dict[str, str] | None = None,
) -> Iterator[OpenedRoom]:
    """Serve a study in this process to people who are signed in."""
    reach = Reach(URL)
    with StudyStore.open(study.store, clock=clock) as store:
        reading = open_reading_room(study, store)
        room = Room(replace(reading, new_id=new_id) if new_id else reading, reach)
        hashed = hash_password(PASSWORD)
        client = TestClient(make_app(room), base_url=URL, raise_server_exceptions=False)
        callers = {}
        for number, (name, role) in enumerate(people.items()):
            person = store.people.named(name)
            if person is None:
                shown = (display_names or {}).get(name, name.title())
                person = store.people.add(name, shown, [Role(role, (sites or {}).get(name, ""))], by="")
                store.people.set_password(person.id, hashed)
            token = f"{number:043d}"
            store.sessions.begin(
                digest_of(token), person.id, now=now_of(store), begun_before=0, how="password"
            )
            callers[name] = Caller(client, person, token, reach.cookie_name)
        try:
            yield OpenedRoom(room, client, callers)
        finally:
            room.close()


def place_pointers(coordinator: Caller, simulated: dict[str, SyntheticExam]) -> list[str]:
    """A pointer on the ADC map in the middle of every lesion; gives the lesions' keys."""
    keys = []
    for lesion in coordinator.get("/api/coordinator/lesions")["lesions"]:
        case = coordinator.get(f"/api/coordinator/lesions/{lesion['key']}/case")
        adc = next(one for one in case["series"] if one["role"] == "adc")
        middle = adc["frames"][len(adc["frames"]) // 2]
        across = np.array(adc["orientation_lps"]).reshape(2, 3).sum(axis=0) * adc["pixel_spacing_mm"][0]
        point = np.array(middle["position_lps_mm"]) + across * adc["rows"] / 2
        body = {
            "series": adc["id"],
            "frame": middle["number"],
            "point_lps_mm": point.tolist(),
            "organ": "liver",
        }
        coordinator.post(f"/api/coordinator/lesions/{lesion['key']}/pointer", body, 204, "PUT")
        keys.append(lesion["key"])
    return keys


def drawn_like(exam: SyntheticExam, case: Any, lesion: int = 0) -> dict[str, Any]:
    """A draft with the phantom reader's contour, drawn on the ADC map of the case."""
    adc = next(one for one in case["series"] if one["role"] == "adc")
    drawn = exam.lesions[lesion]
    return {
        "contours": [
            {
                "id": "c1",
                "role": "lesion",
                "series": adc["id"],
                "frame": drawn.slice_index + 1,
                "tool": "freehand",
                "points_lps_mm": drawn.points_lps_mm.tolist(),
                "holes_lps_mm": [hole.tolist() for hole in drawn.holes_lps_mm],
            }
        ],
        "rulers": [],
        "confidence": 4,
        "comment": "",
        "cannot_assess": None,
    }
