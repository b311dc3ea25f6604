"""A reading room that a browser can visit, in this process: its clock can be set, and its server stopped."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.reading_browser import PASSWORD, Visitor, missing

from adcurate.model.reading.person import Role, RoleName
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.people.first_administrator import make_first_link
from adcurate.study.people.passwords import hash_password
from adcurate.study.people.tokens import digest_of, new_token
from adcurate.study.people.tries import now_of
from adcurate.study.reading.room import open_reading_room
from adcurate.web.receiving.serve import WebServer, bound_socket
from adcurate.web.room.app import make_app
from adcurate.web.room.state import Reach, Room
from adcurate.web.room.static import FOLDER


@dataclass
class Clock:
    """The server's clock: the real one, and whatever a test lets go by."""

    ahead: datetime.timedelta = datetime.timedelta()

    def __call__(self) -> str:
        return (datetime.datetime.now(datetime.UTC) + self.ahead).isoformat()

    def pass_(self, **time: float) -> None:
        """Let time go by."""
        self.ahead += datetime.timedelta(**time)


@dataclass
class House:
    """A study that is served, and its people."""

    store: StudyStore
    room: Room
    port: int
    clock: Clock
    hashed: str
    visitors: list[Visitor] = field(default_factory=list)
    _server: WebServer | None = None

    @property
    def address(self) -> str:
        """Where it is."""
        return self.room.reach.base_url

    def start(self) -> None:
        """Serve, at the same address as before."""
        self._server = WebServer(make_app(self.room), listener=bound_socket("127.0.0.1", self.port))
        self._server.__enter__()

    def stop(self) -> None:
        """Stop serving: browsers stay open."""
        if self._server is not None:
            self._server.__exit__(None, None, None)
        self._server = None

    def first_link(self) -> str:
        """What makes the first administrator."""
        return f"{self.address}/first-administrator#{make_first_link(self.store)}"

    def know(self, name: str, *roles: RoleName, called: str = "") -> None:
        """Let somebody in who has the usual password."""
        held = [Role(role, "") for role in roles]
        person = self.store.people.add(name, called or name.title(), held, by="")
        self.store.people.set_password(person.id, self.hashed)

    def newcomer(self, browser: Any, size: tuple[int, int] = (1366, 768)) -> Visitor:
        """Somebody before the door."""
        visitor = Visitor.new(browser, self.address, size)
        self.visitors.append(visitor)
        return visitor

    def enter(self, browser: Any, name: str, size: tuple[int, int] = (1366, 768)) -> Visitor:
        """Somebody who signed in already."""
        visitor, token = self.newcomer(browser, size), new_token()
        person = self.store.people.named(name)
        assert person is not None
        self.store.sessions.begin(
            digest_of(token), person.id, now=now_of(self.store), begun_before=0, how="password"
        )
        cookie = {"name": self.room.reach.cookie_name, "value": token, "url": self.address}
        visitor.page.context.add_cookies([cookie])
        return visitor

    def trouble(self) -> list[str]:
        """What the browsers complained of."""
        return [line for visitor in self.visitors for line in visitor.trouble]


@contextmanager
def opened_house(study: StudyFolder) -> Iterator[House]:
    """Serve a study while the context lasts."""
    if not (FOLDER / "index.html").is_file():
        missing("the reading room's page is not built")
    with closing(bound_socket("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    clock = Clock()
    with StudyStore.open(study.store, clock=clock) as store:
        room = Room(open_reading_room(study, store), Reach(f"http://127.0.0.1:{port}"))
        house = House(store, room, port, clock, hash_password(PASSWORD))
        house.start()
        try:
            yield house
        finally:
            house.stop()
            room.close()
