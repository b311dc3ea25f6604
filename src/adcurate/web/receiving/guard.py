"""What every request must pass, and what every answer carries. It knows no route.

The token is the only way in from other machines. A browser is never a sender: a request that names an
origin, or a host that is not this computer's, is refused, so that no web page can reach a local study.
"""

from __future__ import annotations

import hmac
import sys
from dataclasses import dataclass
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adcurate.errors import AdcurateError, InternalError, WebError, fault_words
from adcurate.web.receiving.watching import Watcher

_LOCAL_NAMES: Final = frozenset(["localhost", "127.0.0.1", "[::1]"])
_ANSWER_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True, slots=True)
class Access:
    """Who may send: everybody on this computer (no token), or whoever knows `token`."""

    token: str = ""

    def check(self, headers: Headers) -> None:
        """Raise ``web.unauthorized`` or ``web.forbidden`` unless the request may come in."""
        if "origin" in headers or headers.get("sec-fetch-site", "none") != "none":
            raise _forbidden("A browser is no sender.")
        if self.token:
            kind, _, given = headers.get("authorization", "").partition(" ")
            if kind.lower() != "bearer" or not hmac.compare_digest(given.encode(), self.token.encode()):
                raise WebError(
                    "web.unauthorized",
                    "The token is missing or wrong.",
                    remedy="Send Authorization: Bearer with the token of this study's receiver.",
                )
            return
        host = headers.get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if name not in _LOCAL_NAMES:
            raise _forbidden("The request names another computer.")


class Guard:
    """Wraps an application: checks access before it, adds headers after it, and hides its faults."""

    def __init__(self, app: ASGIApp, access: Access, watcher: Watcher) -> None:
        self._app = app
        self._access = access
        self._watcher = watcher

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def send_guarded(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers = MutableHeaders(scope=message)
                for name, value in _ANSWER_HEADERS.items():
                    headers[name] = value
            await send(message)

        try:
            self._check(scope)
            await self._app(scope, receive, send_guarded)
        except AdcurateError as trouble:
            if not begun:
                await error_answer(trouble)(scope, receive, send_guarded)
        except Exception as fault:
            # The framework has answered already, and hands the exception on.
            words = fault_words(fault)
            sys.stderr.write(f"A bug of Adcurate: {words}. Please report this line.\n")
            if not begun:
                await error_answer(bug())(scope, receive, send_guarded)

    def _check(self, scope: Scope) -> None:
        try:
            self._access.check(Headers(scope=scope))
        except AdcurateError as trouble:
            self._watcher.turned_away(HTTPConnection(scope), trouble.code)
            raise


def error_answer(trouble: AdcurateError) -> JSONResponse:
    """The one shape of an error over the web."""
    headers = {"WWW-Authenticate": "Bearer"} if trouble.http_status == 401 else {}
    if trouble.http_status == 503:
        headers["Retry-After"] = "10"
    return JSONResponse(trouble.as_json(), trouble.http_status, headers)


def _forbidden(sentence: str) -> WebError:
    return WebError("web.forbidden", sentence, remedy="Send from a program, to this computer's own name.")


def bug() -> AdcurateError:
    """A fault of ours, without what the exception says: its text may quote a header."""
    return InternalError(
        "internal.bug", "A bug of Adcurate; nothing was half-stored.", remedy="Please report it."
    )
