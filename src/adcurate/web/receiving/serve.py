"""Serving the application on one address until it is stopped, with bounds of its own on connections.

Uvicorn waits for a request's headers for as long as a connection stays open; here a connection that does
not complete its headers in time is closed, and no address may hold them all. Where all are taken, the one
that has waited longest without a request makes room for a new one: of the same address, or of the address
that holds most.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from adcurate.dicom.network.peers import is_loopback
from adcurate.errors import ReceiverError
from adcurate.web.receiving.guard import Access
from adcurate.web.receiving.limits import WebLimits

_HEADER_LIMIT_BYTES = 16 * 2**10
_LEAST_TOKEN_LETTERS = 24
_START_SECONDS = 20.0


def read_access(address: str, token_file: Path | None) -> Access:
    """Who may send to a server at `address`: without a token only this computer.

    Raises
    ------
    ReceiverError
        ``receiver.token``, ``receiver.open-address``
    """
    if token_file is None:
        if is_loopback(address):
            return Access()
        raise ReceiverError(
            "receiver.open-address",
            "The web server would listen to the network without a token.",
            remedy="Write a token into a file that only you may read, and name it: --token-file FILE.",
        )
    try:
        token = token_file.read_text(encoding="ascii").strip()
        shared = bool(token_file.stat().st_mode & 0o077) and hasattr(socket, "AF_UNIX")
    except (OSError, UnicodeDecodeError) as trouble:
        raise _bad_token("The token file is missing or is no text.") from trouble
    if shared:
        raise _bad_token("Other users of this computer can read the token file.")
    if len(token) < _LEAST_TOKEN_LETTERS or any(letter.isspace() for letter in token):
        raise _bad_token(f"The token has fewer than {_LEAST_TOKEN_LETTERS} letters, or blanks in it.")
    return Access(token)


class WebServer:
    """Serves `app` while it is entered as a context manager; `port` 0 takes any free one.

    `listener` is a socket that was bound before, in place of address and port. At the end, who is being
    answered has `grace_s` to take the answer.

    Raises
    ------
    ReceiverError
        On entering: ``receiver.port``.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        limits: WebLimits | None = None,
        tls: ssl.SSLContext | None = None,
        listener: socket.socket | None = None,
        grace_s: int = 30,
    ) -> None:
        self._address = address
        self.port = port
        self._listener = listener
        self._config = uvicorn.Config(
            app,
            http=_protocol(limits or WebLimits()),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=grace_s,
            h11_max_incomplete_event_size=_HEADER_LIMIT_BYTES,
        )
        if tls is not None:
            self._config.load()
            self._config.ssl = tls
        self._server = uvicorn.Server(self._config)
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where objects are stored."""
        host = f"[{self._address}]" if ":" in self._address else self._address
        return f"{'https' if self._config.ssl else 'http'}://{host}:{self.port}/dicom-web/studies"

    def __enter__(self) -> Self:
        listener = self._listener or bound_socket(self._address, self.port)
        self.port = listener.getsockname()[1]
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, name="web", daemon=True
        )
        self._thread.start()
        waited = threading.Event()
        for _ in range(int(_START_SECONDS / 0.02)):
            if self._server.started:
                break
            waited.wait(0.02)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()


def bound_socket(address: str, port: int) -> socket.socket:
    """A socket at an address and port of this computer; port 0 is any free one.

    Raises
    ------
    ReceiverError
        ``receiver.port``
    """
    # With TCP named, asyncio sends each answer at once; else its end waits 40 ms for an acknowledgement.
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
    except (OSError, OverflowError) as trouble:
        listener.close()
        raise ReceiverError(
            "receiver.port",
            "The web server cannot listen at this address and port.",
            remedy="Choose another: --http-port 8043.",
            port=port,
        ) from trouble
    return listener


def _protocol(limits: WebLimits) -> type[asyncio.Protocol]:
    """Uvicorn's protocol with bounds on connections and on the time that headers take."""
    open_by_address: Counter[str] = Counter()
    # Those without a whole request, the one that has waited longest first.
    waiting: dict[BoundedProtocol, None] = {}

    class BoundedProtocol(H11Protocol):
        _address: str | None = None
        _late: asyncio.TimerHandle | None = None

        def connection_made(self, transport: Any) -> None:
            peer = transport.get_extra_info("peername")
            address = str(peer[0]) if peer else ""
            if not _make_room(address):
                transport.abort()
                return
            open_by_address[address] += 1
            self._address = address
            super().connection_made(transport)
            self._wait()

        def data_received(self, data: bytes) -> None:
            if self._address is None:
                return
            super().data_received(data)
            if self.cycle is None or self.cycle.response_complete:
                if self._late is None:
                    self._wait()
            else:
                self._go_on()

        def connection_lost(self, exc: Exception | None) -> None:
            if self._address is None:
                return
            self._leave()
            super().connection_lost(exc)

        def on_response_complete(self) -> None:
            super().on_response_complete()
            if self._address is not None and self._late is None and self.cycle.response_complete:
                self._wait()

        def give_way(self) -> None:
            """Close at once, and count no more."""
            self._leave()
            super().connection_lost(None)
            self.transport.abort()

        def comes_from(self) -> str:
            """The address at the other end."""
            return self._address or ""

        def _wait(self) -> None:
            waiting[self] = None
            self._late = self.loop.call_later(limits.silence_seconds, self._close)

        def _go_on(self) -> None:
            waiting.pop(self, None)
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _leave(self) -> None:
            self._go_on()
            open_by_address[self.comes_from()] -= 1
            self._address = None

        def _close(self) -> None:
            self._go_on()
            if self.cycle is None or self.cycle.response_complete:
                self.transport.close()

    def _make_room(address: str) -> bool:
        """Whether one more may come from this address, after another gave way where that was needed."""
        if open_by_address[address] < limits.connections_per_address:
            if open_by_address.total() < limits.connections:
                return True
            address = open_by_address.most_common(1)[0][0]
        oldest = next((one for one in waiting if one.comes_from() == address), None)
        if oldest is not None:
            oldest.give_way()
        return oldest is not None

    return BoundedProtocol


def _bad_token(sentence: str) -> ReceiverError:
    return ReceiverError(
        "receiver.token",
        sentence,
        remedy="Make one that nobody guesses, for example: (umask 077; openssl rand -hex 32 > token.txt)",
    )
