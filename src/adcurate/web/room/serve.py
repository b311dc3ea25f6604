"""Serving a study until it is stopped: the store held for writing, the log checked, its head kept outside."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from adcurate.errors import ReceiverError, ServeError, StoreError
from adcurate.model.reading.audit_entry import AuditFault
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.people.first_administrator import make_first_link, needs_first_administrator
from adcurate.study.people.log import check_log, keep_head
from adcurate.study.reading.case import load_first_cases
from adcurate.study.reading.room import open_reading_room
from adcurate.web.receiving.limits import WebLimits
from adcurate.web.receiving.serve import WebServer, bound_socket
from adcurate.web.room.app import make_app
from adcurate.web.room.door.door import Door
from adcurate.web.room.providers import Provider
from adcurate.web.room.safe_serving import SafeServing
from adcurate.web.room.state import Room
from adcurate.web.room.static import Page

USUAL_PORT: Final = 8600
HEAD_EVERY_S = 3600.0
_CONNECTIONS: Final = 1024
_CONNECTIONS_PER_ADDRESS: Final = 256


@dataclass(frozen=True, slots=True)
class OpenRoom:
    """A room that is being served. `first_link` makes the administrator, where there is none yet."""

    url: str
    first_link: str
    page_is_built: bool
    log_faults: tuple[AuditFault, ...]
    door: Door

    def as_json(self) -> dict[str, object]:
        """The same for a program that started the room."""
        faults = [{"sequence": one.sequence, "sentence": one.sentence} for one in self.log_faults]
        return {
            "url": self.url,
            "first_link": self.first_link or None,
            "page_is_built": self.page_is_built,
            "log_faults": faults,
            "colleagues_url": self.door.opened.url if self.door.opened else None,
        }


@contextmanager
def served_room(study: StudyFolder, serving: SafeServing) -> Iterator[OpenRoom]:
    """Serve a study while the context lasts. No other program can write to the study meanwhile.

    Raises
    ------
    StoreError
        ``store.locked`` and whatever else opening the study's store may say
    ServeError
        ``serve.port``
    """
    page = Page()
    with study.open_store("write") as store, closing(_listener(serving)) as listener:
        reach = serving.reach(listener.getsockname()[1])
        providers = {one.id: Provider(one, reach.base_url) for one in serving.providers}
        room = Room(open_reading_room(study, store), reach, providers=providers)
        load_first_cases(room.reading)
        limits = WebLimits(
            connections=_CONNECTIONS,
            # Behind a proxy every connection comes from the proxy's address.
            connections_per_address=_CONNECTIONS if serving.behind_proxy else _CONNECTIONS_PER_ADDRESS,
        )
        app = make_app(room, page=page, dicomweb_token=serving.dicomweb_token)
        faults = check_log(store).faults
        first_link = ""
        if needs_first_administrator(store):
            first_link = f"{reach.base_url}/first-administrator#{make_first_link(store)}"
        try:
            with _heads_kept(store), WebServer(app, listener=listener, limits=limits, tls=serving.tls):
                if reach.is_own_computer and not serving.public_url:
                    room.door.make_app = lambda at: make_app(replace(room, reach=at), page=page)
                    room.door.open_again(study)
                yield OpenRoom(reach.base_url, first_link, page.is_built, faults, room.door)
        finally:
            room.close()


@contextmanager
def _heads_kept(store: StudyStore) -> Iterator[None]:
    """Keep the log's head outside the database: now, every hour, and at the end."""
    ended = threading.Event()

    def go_on() -> None:
        while not ended.wait(HEAD_EVERY_S):
            # A full disk is told to whoever saves; the next hour tries again.
            with suppress(StoreError):
                keep_head(store)

    keep_head(store)
    thread = threading.Thread(target=go_on, name="log heads", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        keep_head(store)


def _listener(serving: SafeServing) -> socket.socket:
    """A socket at the port that was asked for, else at the usual one if it is free, else at any."""
    host = "127.0.0.1" if serving.host == "localhost" else serving.host
    ports = (USUAL_PORT, 0) if serving.port is None else (serving.port,)
    for port in ports:
        try:
            return bound_socket(host, port)
        except ReceiverError as trouble:
            if port == ports[-1]:
                raise ServeError(
                    "serve.port",
                    "The reading room cannot listen at this address and port.",
                    remedy="Choose another: --port 8601.",
                    port=port,
                ) from trouble
    raise AssertionError("a socket was bound, or the last port was refused")
