"""What every request of the room shares: the study, its store, and how the server is reached."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.images.seen import SeenExams
from adcurate.study.people.sign_in import SessionLimits
from adcurate.study.reading.room import ReadingRoom
from adcurate.web.room.door.door import Door
from adcurate.web.room.images.uploads import Uploads
from adcurate.web.room.measuring import Measuring
from adcurate.web.room.work.works import Works

if TYPE_CHECKING:
    from adcurate.web.room.providers import Provider

LOCAL_NAMES = frozenset(["localhost", "127.0.0.1", "[::1]"])


@dataclass(frozen=True, slots=True)
class Reach:
    """How browsers reach the server: `base_url` is what stands in links, `hosts` what a request may name.

    No `hosts` means any: the certificate then says whose server it is. `behind_proxy`: connections come from
    a proxy, which says in X-Forwarded-For whose they are.
    """

    base_url: str
    hosts: frozenset[str] = LOCAL_NAMES
    behind_proxy: bool = False

    @property
    def is_own_computer(self) -> bool:
        """Whether only browsers of this computer come here, so that a path means the same to both."""
        return self.hosts == LOCAL_NAMES

    @property
    def is_encrypted(self) -> bool:
        """Whether the browser speaks https."""
        return self.base_url.startswith("https://")

    @property
    def scheme(self) -> str:
        """What the browser speaks."""
        return "https" if self.is_encrypted else "http"

    @property
    def cookie_name(self) -> str:
        """The session's cookie; over https the name itself makes the browser keep it to this host.

        On this computer browsers send a cookie to every port: two studies that are served must not share it.
        """
        if self.is_encrypted:
            return "__Host-adcurate"
        return f"adcurate-{urlsplit(self.base_url).port or 80}"


def _few_threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, "sign-in")


@dataclass(frozen=True, slots=True)
class Room:
    """One study that is served.

    `password_work` hashes passwords and `measuring` measures: what queues up there keeps no thread from those
    who save.
    """

    reading: ReadingRoom
    reach: Reach
    session_limits: SessionLimits = field(default_factory=SessionLimits)
    providers: Mapping[str, Provider] = field(default_factory=dict)
    password_work: ThreadPoolExecutor = field(default_factory=_few_threads)
    works: Works = field(default_factory=Works)
    uploads: Uploads = field(default_factory=Uploads)
    seen: SeenExams = field(default_factory=SeenExams)
    measuring: Measuring = field(default_factory=Measuring)
    door: Door = field(default_factory=Door)

    @property
    def study(self) -> StudyFolder:
        """The study, which lends its open store to the use cases."""
        return self.reading.study

    @property
    def link_base(self) -> str:
        """What stands before the path in links for other people."""
        opened = self.door.opened
        return opened.url if opened else self.reach.base_url

    @property
    def store(self) -> StudyStore:
        """The study's store, open for writing."""
        return self.reading.store

    def close(self) -> None:
        """Let the threads and the images go."""
        self.door.close()
        self.works.close()
        self.uploads.close()
        self.measuring.close()
        self.reading.images.close()
        self.password_work.shutdown(wait=True, cancel_futures=True)
