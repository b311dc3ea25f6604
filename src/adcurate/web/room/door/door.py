"""The one door of a served study: opened again at each start until it is shut. Knows no route."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adcurate.errors import AdcurateError, ServeError
from adcurate.study.folder import StudyFolder
from adcurate.study.people.kept_door import KeptDoor, forget_door, keep_door, read_door

if TYPE_CHECKING:
    from adcurate.web.room.door.opening import MakeApp, OpenDoor


@dataclass
class Door:
    """Lets people on other computers in. Without `make_app` it stays shut: the server has an address already.

    `trouble` says why the door that was open at the last start is not open now.
    """

    make_app: MakeApp | None = None
    opened: OpenDoor | None = None
    trouble: AdcurateError | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def can_open(self) -> bool:
        """Whether this server may be opened by its page."""
        return self.make_app is not None

    def open(self, study: StudyFolder, kept: KeptDoor) -> OpenDoor:
        """Open it, in place of the one that is open, and keep it for the next start.

        Raises
        ------
        ServeError
            ``serve.open-address`` where the server was started for others; as `open_door`.
        """
        from adcurate.web.room.door.opening import open_door

        with self._lock:
            if self.make_app is None:
                raise ServeError(
                    "serve.open-address",
                    "This server was started for other computers already.",
                    remedy="Change the options that it is started with.",
                )
            before = self.opened
            self._shut()
            try:
                opened = open_door(study, kept, self.make_app)
            except AdcurateError:
                if before is not None:
                    self.opened = open_door(study, before.kept, self.make_app)
                raise
            self.opened, self.trouble = opened, None
            keep_door(study, opened.kept)
            return opened

    def open_again(self, study: StudyFolder) -> None:
        """Open what was open when the study was served last; trouble is kept for the page."""
        kept = read_door(study)
        if kept is None or self.make_app is None:
            return
        try:
            self.open(study, kept)
        except AdcurateError as trouble:
            self.trouble = trouble

    def shut_for_good(self, study: StudyFolder) -> None:
        """Serve this computer alone, at the next start, too."""
        with self._lock:
            forget_door(study)
            self.trouble = None
            self._shut()

    def close(self) -> None:
        """End with the server; the next start opens it again."""
        with self._lock:
            self.make_app = None
            self._shut()

    def _shut(self) -> None:
        opened, self.opened = self.opened, None
        if opened is not None:
            opened.close()
