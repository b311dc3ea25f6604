"""Studies that were opened from the welcome page, each served by a process of its own that ends with it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any, Final

from adcurate.errors import ServeError
from adcurate.study.folder import StudyFolder
from adcurate.study.people.first_administrator import needs_first_administrator

_COMMAND: Final = "from adcurate.cli.entry import main; main()"
_START_SECONDS: Final = 60.0
_END_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class _Server:
    """A process that serves a study; `first_link` made its first person, or still will."""

    process: subprocess.Popen[str]
    url: str
    first_link: str

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None


class StartedStudies:
    """Starts servers of studies and ends them; any thread may ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._servers: dict[str, _Server] = {}

    def open(self, study: StudyFolder) -> str:
        """The address at which the study is served; of a study without people, the link for its first.

        Raises
        ------
        StoreError
            ``store.locked`` where another program serves it; whatever else opening it may say.
        ServeError
            ``serve.not-started``
        """
        path = str(study.path)
        with self._lock:
            there = self._servers.get(path)
            if there is not None and there.is_running:
                return there.first_link if there.first_link and _has_nobody(study) else there.url
            study.protocol()
            # What hinders the server is said here, and not by a process that ends.
            with study.open_store():
                pass
            process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-c", _COMMAND, "serve", path, "--no-browser", "--json", "-"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
            )
            said = _first_words(process)
            server = _Server(process, str(said["url"]), str(said["first_link"] or ""))
            self._servers[path] = server
            return server.first_link or server.url

    def is_open(self, path: str) -> bool:
        """Whether a server that was started here serves the study."""
        with self._lock:
            there = self._servers.get(path)
            return there is not None and there.is_running

    def close(self) -> None:
        """End every server: what they acknowledged is kept."""
        with self._lock:
            processes = [server.process for server in self._servers.values()]
            self._servers.clear()
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _has_nobody(study: StudyFolder) -> bool:
    with study.open_store("read") as store:
        return needs_first_administrator(store)


def _first_words(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the server says of itself once it listens."""
    late = threading.Timer(_START_SECONDS, process.kill)
    late.start()
    lines: list[str] = []
    try:
        for line in process.stdout or ():
            lines.append(line)
            if line.rstrip() == "}":
                break
    finally:
        late.cancel()
    with contextlib.suppress(ValueError, TypeError):
        said = json.loads("".join(lines))
        if isinstance(said, dict) and said.get("url"):
            return said
    process.kill()
    process.wait()
    raise ServeError(
        "serve.not-started",
        "The study's server did not start.",
        remedy="In a terminal, adcurate serve FOLDER says why.",
    )
