"""Tells whoever watches of each request: who sends, how it ended, who was turned away and why.

Of a request only the address of its sender is told, and one of our own codes; never what it says.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Final, Literal

from starlette.requests import HTTPConnection

from adcurate.dicom.network.receiver import ConnectionNote, Watch
from adcurate.errors import AdcurateError

TITLE: Final = "A web sender"
_WATCHED: Final = "is_watched"


class Watcher:
    """Each request is told of once: it sends and ends, or it is turned away."""

    def __init__(self, watch: Watch | None) -> None:
        self._watch = watch

    @contextlib.contextmanager
    def watch(self, request: HTTPConnection) -> Iterator[None]:
        """Tell of a request that is let in, from its beginning to its end."""
        setattr(request.state, _WATCHED, True)
        self._tell("opened", request)
        ended = "internal.bug"
        try:
            yield
            ended = "released"
        except AdcurateError as trouble:
            ended = trouble.code
            raise
        finally:
            self._tell("ended", request, ended)

    def turned_away(self, request: HTTPConnection, code: str) -> None:
        """Tell of a request that was refused before anything of it was read."""
        if not getattr(request.state, _WATCHED, False):
            self._tell("turned-away", request, code)

    def _tell(
        self, event: Literal["opened", "ended", "turned-away"], request: HTTPConnection, word: str = ""
    ) -> None:
        if self._watch is not None:
            address = "" if request.client is None else request.client.host
            # Who watches may have gone (a closed terminal); the server goes on.
            with contextlib.suppress(Exception):
                self._watch(ConnectionNote(event, TITLE, address, word))
