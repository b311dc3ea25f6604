"""A served room for tests, with a clock that is set by hand, and a browser's side of it by hand."""

from __future__ import annotations

import contextlib
import datetime
import http.client
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

from tests.given_parts import KIND, given_parts

from adcurate.model.reading.person import Role, RoleName
from adcurate.store import StudyStore
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.people.first_administrator import make_first_administrator, make_first_link
from adcurate.study.people.invite import accept_invitation, invite
from adcurate.study.people.roles import add_person
from adcurate.study.people.sign_in import SessionLimits
from adcurate.study.reading.room import open_reading_room
from adcurate.web.receiving.serve import WebServer, bound_socket
from adcurate.web.room.app import make_app
from adcurate.web.room.state import Reach, Room

PASSWORD = "four words nobody guesses"
TOKEN = "a-dicomweb-token-of-32-letters-00"


class Clock:
    """The store's clock; tests move it."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 3, 1, 8, 0, tzinfo=datetime.UTC)

    def __call__(self) -> str:
        return self.now.isoformat(timespec="seconds")

    def go_on(self, seconds: float) -> None:
        """Let time pass."""
        self.now += datetime.timedelta(seconds=seconds)


@dataclass
class Answer:
    """One answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def code_is(self, code: str) -> bool:
        """Whether this is the error of that code; a body of another kind is none."""
        return self.body.startswith(b'{"error"') and self.code == code

    @property
    def code(self) -> str:
        """The error's code; "" where there is no error."""
        found = self.json
        return str(found["error"]["code"]) if isinstance(found, dict) and "error" in found else ""


@dataclass
class Visitor:
    """One browser: its cookies, and the token that its page sends."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    def send(self, method: str, path: str, body: bytes = b"", **headers: str | None) -> Answer:
        """Send exactly this, with the browser's cookies."""
        sent = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        if self.cookies and "Cookie" not in sent:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body or None, sent)
        answer = connection.getresponse()
        content = answer.read()
        for line in answer.headers.get_all("set-cookie") or []:
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value
                if not morsel.value:
                    del self.cookies[name]
        connection.close()
        found = {key.lower(): value for key, value in answer.headers.items()}
        return Answer(answer.status, found, content)

    def ask(self, method: str, path: str, body: Any = None, **headers: str | None) -> Answer:
        """What the page would send."""
        if method != "GET" and not self.csrf:
            self.csrf = self.send("GET", "/api/session").json["csrf"]
        usual: dict[str, str | None] = {}
        if method != "GET":
            usual = {"X_Adcurate_CSRF": self.csrf, "Origin": f"http://127.0.0.1:{self.port}"}
        if body is not None:
            usual["Content_Type"] = "application/json"
        answer = self.send(
            method, path, b"" if body is None else json.dumps(body).encode(), **{**usual, **headers}
        )
        if answer.status == 200 and answer.headers.get("content-type") == "application/json":
            found = answer.json
            self.csrf = found.get("csrf", self.csrf) if isinstance(found, dict) else self.csrf
        return answer

    def give(self, path: str, asked: object, file: bytes, **headers: str | None) -> Answer:
        """A file with what is asked about it."""
        own = {"X_Adcurate_CSRF": self.csrf, "Origin": f"http://127.0.0.1:{self.port}", "Content_Type": KIND}
        return self.send("POST", path, given_parts(asked, file), **{**own, **headers})

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> Answer:
        """Sign in with a password."""
        return self.ask("POST", "/api/session", {"name": name, "password": password, **more})


@dataclass
class Served:
    """A room that is served, and its clock."""

    room: Room
    port: int
    clock: Clock

    @property
    def store(self) -> StudyStore:
        """The study's store."""
        return self.room.store

    def visitor(self, name: str = "") -> Visitor:
        """A new browser; somebody is signed in where a name is given."""
        visitor = Visitor(self.port)
        if name:
            assert visitor.sign_in(name).status == 200
        return visitor

    def add(self, name: str, *roles: RoleName, site: str = "") -> str:
        """Somebody who can sign in with `PASSWORD`; gives the id."""
        person = add_person(self.store, name, name.title(), [Role(one, site) for one in roles], by="")
        token = invite(self.store, person.id, by="")
        accept_invitation(self.store, token or "", PASSWORD)
        return person.id

    def add_first(self) -> str:
        """The administrator ``root``; gives the id."""
        link = make_first_link(self.store)
        return make_first_administrator(self.store, link, "root", "Root", PASSWORD).id


def new_study(folder: Path) -> StudyFolder:
    """An empty study."""
    return create_study(folder / "study", key_file=folder / "vault.key").folder


@contextlib.contextmanager
def serving(
    study: StudyFolder, *, limits: SessionLimits | None = None, reach: Reach | None = None
) -> Iterator[Served]:
    """Serve a study on loopback."""
    clock = Clock()
    with (
        StudyStore.open(study.store, clock=clock) as store,
        contextlib.closing(bound_socket("127.0.0.1", 0)) as at,
    ):
        port = at.getsockname()[1]
        room = Room(
            open_reading_room(study, store),
            reach or Reach(f"http://127.0.0.1:{port}"),
            session_limits=limits or SessionLimits(),
        )
        try:
            with WebServer(make_app(room, dicomweb_token=TOKEN), listener=at):
                yield Served(room, port, clock)
        finally:
            room.close()
