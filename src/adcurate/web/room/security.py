"""What every request of the room must pass, and what every answer carries. It knows no route.

A page of another origin can reach this server through a visitor's browser: its requests are refused by the
host they name, by what the browser says of where they come from, and because they cannot send the session's
token. Bodies are bounded, must come in time, and must be strict JSON: no key twice, no NaN, no endless depth.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adcurate.errors import AdcurateError, WebError
from adcurate.web.room.answers import error_answer, malformed, own_up_to
from adcurate.web.room.session_cookie import CSRF_HEADER, is_csrf, read_token
from adcurate.web.room.state import Reach

API: Final = "/api/"
PROVIDER_RETURN: Final = "/api/oidc-return"
# Routes that bound their body themselves.
_FILES: Final = re.compile(
    r"/api/(images/uploads/[0-9a-f]{16}/files|hand-over/returned(/columns)?|patients/table(/rows)?)"
)
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_BODY_BYTES: Final = 4 * 2**20
_SMALL_BODY_BYTES: Final = 64 * 2**10
_BODY_SECONDS: Final = 60.0
_MOST_DEPTH: Final = 20
_ANSWER_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_TEXT: Final = re.compile(rb'"(?:[^"\\]|\\.)*"')
_NOT_BRACKETS: Final = bytes(code for code in range(256) if code not in b"[]{}")
_KEEP_TO_HTTPS: Final = "max-age=31536000"


class Gate:
    """Wraps the room's application."""

    def __init__(self, app: ASGIApp, reach: Reach, *, body_seconds: float = _BODY_SECONDS) -> None:
        self._app = app
        self._reach = reach
        self._body_seconds = body_seconds

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
                    headers.setdefault(name, value)
                if self._reach.is_encrypted:
                    headers["Strict-Transport-Security"] = _KEEP_TO_HTTPS
            await send(message)

        try:
            headers = Headers(scope=scope)
            self._check_origin(scope, headers)
            if scope["method"] not in _SAFE_METHODS and not _FILES.fullmatch(scope["path"]):
                receive = await self._read_json(headers, receive)
            await self._app(scope, receive, send_guarded)
        except AdcurateError as trouble:
            if not begun:
                await error_answer(trouble)(scope, receive, send_guarded)
        except Exception as fault:
            # The framework has answered already, and hands the exception on.
            answer = error_answer(own_up_to(fault))
            if not begun:
                await answer(scope, receive, send_guarded)

    def _check_origin(self, scope: Scope, headers: Headers) -> None:
        """Refuse what a page of another origin may have made a browser send."""
        host = headers.get("host", "")
        name = host if host.endswith("]") else host.rpartition(":")[0] or host
        if self._reach.hosts and name.lower() not in self._reach.hosts:
            raise WebError(
                "web.forbidden",
                "The request names another computer.",
                remedy="Open the address that Adcurate printed when it started.",
            )
        if not scope["path"].startswith(API) or scope["path"] == PROVIDER_RETURN:
            if scope["method"] not in _SAFE_METHODS:
                raise _cross_site()
            return
        if headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            raise _cross_site()
        if scope["method"] in _SAFE_METHODS:
            return
        own = f"{self._reach.scheme}://{host}".lower()
        if headers.get("origin", own).lower() != own:
            raise _cross_site()
        if not self._is_from_page(headers):
            raise _cross_site()

    def _is_from_page(self, headers: Headers) -> bool:
        """Whether the request brings what only a page of this server can read."""
        return is_csrf(read_token(headers, self._reach), headers.get(CSRF_HEADER, ""))

    async def _read_json(self, headers: Headers, receive: Receive) -> Receive:
        """Take in the body, check it, and hand it on."""
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _MOST_BODY_BYTES:
            raise _too_big()
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await _whole_body(receive)
        except TimeoutError:
            raise WebError("web.slow", "The request came too slowly.", remedy="Send it again.") from None
        if body:
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                raise WebError("web.media-type", "The body must be JSON.", remedy="Send application/json.")
            if len(body) <= _SMALL_BODY_BYTES:
                check_json(body)
            else:
                await run_in_threadpool(check_json, body)
        given = False

        async def replay() -> Message:
            nonlocal given
            if given:
                return await receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return replay


def check_json(body: bytes) -> None:
    """Refuse what two programs could read in two ways.

    Raises
    ------
    WebError
        ``web.malformed``
    """
    if _nests_too_deeply(body):
        raise malformed("The body nests too deeply.")
    try:
        json.loads(body.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as trouble:
        raise malformed("The body is no strict JSON.") from trouble


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _nests_too_deeply(body: bytes) -> bool:
    depth = 0
    for letter in _TEXT.sub(b"", body).translate(None, _NOT_BRACKETS):
        depth += 1 if letter in b"[{" else -1
        if depth > _MOST_DEPTH:
            return True
    return False


async def _whole_body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > _MOST_BODY_BYTES:
            raise _too_big()
        if not message.get("more_body", False):
            return b"".join(parts)


def _too_big() -> WebError:
    return WebError(
        "web.too-big",
        "The request is larger than any of ours.",
        remedy="Send less at once.",
        limit_bytes=_MOST_BODY_BYTES,
    )


def _cross_site() -> WebError:
    return WebError(
        "web.cross-site",
        "The request does not come from this server's own page.",
        remedy="Load the page again; a program asks /api/session first and sends its token back.",
    )
