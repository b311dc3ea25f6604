"""What every request of the welcome page shares: who may ask, what was started, and when it ends."""

from __future__ import annotations

import hmac
import threading
from dataclasses import dataclass, field

from fastapi import Request

from adcurate.errors import WebError
from adcurate.study.people.tokens import new_token
from adcurate.web.room.work.works import Works
from adcurate.web.welcome.started_studies import StartedStudies

KEY_HEADER = "X-Adcurate-Key"


@dataclass
class Welcome:
    """One welcome page. `secret` stands in the link and is given for `key` once; every request brings `key`.

    The key is in no cookie: browsers send cookies of this computer to every port of it.
    """

    secret: str = field(default_factory=new_token)
    key: str = field(default_factory=new_token)
    started: StartedStudies = field(default_factory=StartedStudies)
    works: Works = field(default_factory=Works)
    ended: threading.Event = field(default_factory=threading.Event)
    _entering: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, given: str) -> str:
        """The key for the link's secret, which works once.

        Raises
        ------
        WebError
            ``web.signed-out``
        """
        with self._entering:
            if not self.secret or not _same(self.secret, given):
                raise _not_let_in()
            self.secret = ""
        return self.key

    def close(self) -> None:
        """End the work and every server that was started."""
        self.works.close()
        self.started.close()


def welcome_of(request: Request) -> Welcome:
    """The welcome page that the application serves."""
    welcome: Welcome = request.app.state.welcome
    return welcome


def needs_key(request: Request) -> None:
    """Refuse a request without the key.

    Raises
    ------
    WebError
        ``web.signed-out``
    """
    if not _same(welcome_of(request).key, request.headers.get(KEY_HEADER, "")):
        raise _not_let_in()


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode("utf-8", "replace"))


def _not_let_in() -> WebError:
    return WebError(
        "web.signed-out",
        "This page was opened by a link that works once.",
        remedy="Go back to the tab that opened first, or close Adcurate and start it again.",
    )
