"""How bodies of requests come in: so much time for each, and one big one of a session after the other.

Reading JSON takes the processor from everybody. Who sends many big bodies at once waits for the own ones; who
sends more than that is told to come back, and who leaves many unfinished gets little time for the next.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from starlette.types import Receive

from adcurate.errors import WebError

MOST_BODY_BYTES: Final = 4 * 2**20
SMALL_BODY_BYTES: Final = 64 * 2**10
_BODY_SECONDS: Final = 60.0
_SECONDS_IN_A_CROWD: Final = 5.0
_A_CROWD: Final = 64
_MOST_BIG_OF_A_SESSION: Final = 8
_MOST_BIG: Final = 64


class Bodies:
    """The bodies that are coming in or being worked on; all on one event loop."""

    def __init__(self, *, seconds: float = _BODY_SECONDS) -> None:
        self._seconds = seconds
        self._n_coming = 0
        self._big: Counter[str] = Counter()
        self._turns: Counter[tuple[str, str]] = Counter()
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    async def whole(self, receive: Receive) -> bytes:
        """All of a body; b"" of one whose sender has gone.

        Raises
        ------
        WebError
            ``web.too-big``; ``web.slow``: it took longer than bodies may, which is shorter in a crowd.
        """
        seconds = min(self._seconds, _SECONDS_IN_A_CROWD) if self._n_coming >= _A_CROWD else self._seconds
        self._n_coming += 1
        try:
            async with asyncio.timeout(seconds):
                return await _whole_body(receive)
        except TimeoutError:
            raise WebError("web.slow", "The request came too slowly.", remedy="Send it again.") from None
        finally:
            self._n_coming -= 1

    @asynccontextmanager
    async def turn(self, session: str, path: str, size: int) -> AsyncIterator[None]:
        """Wait for the session's big body before, sent to the same address; a small one never waits.

        Raises
        ------
        WebError
            ``web.busy``
        """
        if size <= SMALL_BODY_BYTES:
            yield
            return
        if self._big[session] >= _MOST_BIG_OF_A_SESSION or self._big.total() >= _MOST_BIG:
            raise WebError(
                "web.busy",
                "Several big requests are being worked on already.",
                remedy="Send it again in a few seconds.",
            )
        key = (session, path)
        self._big[session] += 1
        self._turns[key] += 1
        try:
            async with self._locks.setdefault(key, asyncio.Lock()):
                yield
        finally:
            self._big[session] -= 1
            self._turns[key] -= 1
            if not self._turns[key]:
                del self._turns[key], self._locks[key]
            if not self._big[session]:
                del self._big[session]


def too_big() -> WebError:
    """``web.too-big``"""
    return WebError(
        "web.too-big",
        "The request is larger than any of ours.",
        remedy="Send less at once.",
        limit_bytes=MOST_BODY_BYTES,
    )


async def _whole_body(receive: Receive) -> bytes:
    parts, size = [], 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return b""
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > MOST_BODY_BYTES:
            raise too_big()
        if not message.get("more_body", False):
            return b"".join(parts)
