"""The gate: who connects waits here until it has said who it is, and costs no thread until then.

One thread listens and reads first messages as they trickle in. A connection passes when its request is
complete, its titles are known and a place is free; silence, half a header, a wrong title or a request
that is too long end here. The gate knows nothing of objects: what passes goes to `admit`.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.negotiation import Titles, read_titles
from adcurate.dicom.network.peers import AllowList, shown_title
from adcurate.dicom.network.units import (
    ASSOCIATE_RJ,
    ASSOCIATE_RQ,
    CALLED_TITLE_UNKNOWN,
    CALLING_TITLE_UNKNOWN,
    HEADER_BYTES,
    LIMIT_REACHED,
    ConnectionCutError,
    acknowledge_at_once,
    check_header,
    rejection,
    write_unit,
)

_LOOK_EVERY_SECONDS: Final = 0.25
_ACCEPTS_AT_ONCE: Final = 64


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who passed the gate: its title as it may be shown, its address, and its request."""

    title: str
    address: str
    request: bytes = field(repr=False)


# Gets the connection and who it is; gives whether there was a place.
Admit = Callable[[socket.socket, Visitor], bool]
# Gets a word for why somebody was turned away, the title as it may be shown ("" unknown) and the address.
TurnedAway = Callable[[str, str, str], None]


@dataclass(slots=True)
class _Waiting:
    connection: socket.socket
    address: str
    until: float
    received: bytearray = field(default_factory=bytearray)
    needs_handshake: bool = False


class Gate:
    """Listens on `listener` until stopped."""

    def __init__(
        self,
        listener: socket.socket,
        ae_title: str,
        allowed: AllowList,
        limits: ReceiverLimits,
        admit: Admit,
        turned_away: TurnedAway,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._listener = listener
        self._ae_title = ae_title.encode("ascii")
        self._allowed = allowed
        self._limits = limits
        self._admit = admit
        self._turned_away = turned_away
        self._tls = tls
        self._waiting: dict[int, _Waiting] = {}
        self._selector = selectors.DefaultSelector()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="dicom-gate", daemon=True)

    def start(self) -> None:
        """Begin to listen, in a thread of its own."""
        self._listener.setblocking(False)
        self._selector.register(self._listener, selectors.EVENT_READ)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; who waits is let go."""
        self._stopping.set()
        self._thread.join()

    @property
    def n_waiting(self) -> int:
        """How many have connected and not yet said who they are."""
        return len(self._waiting)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                for key, _ in self._selector.select(_LOOK_EVERY_SECONDS):
                    if key.fileobj is self._listener:
                        self._accept()
                    elif key.fd in self._waiting:
                        self._read(self._waiting[key.fd])
                self._drop_late()
        finally:
            for one in list(self._waiting.values()):
                self._let_go(one)
            self._listener.close()
            self._selector.close()

    def _accept(self) -> None:
        for _ in range(_ACCEPTS_AT_ONCE):
            try:
                connection, (address, *_) = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:
                # No more descriptors, or gone already: the next look may fare better.
                self._stopping.wait(0.05)
                return
            if not self._allowed.knows_address(address):
                self._turned_away("address", "", address)
                connection.close()
                continue
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._take_in(connection, address)

    def _take_in(self, connection: socket.socket, address: str) -> None:
        if len(self._waiting) >= self._limits.waiting:
            self._evict()
        connection.setblocking(False)
        if self._tls is not None:
            try:
                connection = self._tls.wrap_socket(
                    connection, server_side=True, do_handshake_on_connect=False
                )
            except OSError:
                connection.close()
                return
        one = _Waiting(connection, address, time.monotonic() + self._limits.request_seconds)
        one.needs_handshake = self._tls is not None
        self._waiting[connection.fileno()] = one
        self._selector.register(connection, selectors.EVENT_READ)

    def _evict(self) -> None:
        busiest = Counter(one.address for one in self._waiting.values()).most_common(1)[0][0]
        # A dict keeps its order: the first of that address has waited longest.
        oldest = next(one for one in self._waiting.values() if one.address == busiest)
        self._turned_away("crowded", "", oldest.address)
        self._let_go(oldest)

    def _drop_late(self) -> None:
        now = time.monotonic()
        for one in [one for one in self._waiting.values() if one.until < now]:
            self._turned_away("silent" if not one.received else "slow", "", one.address)
            self._let_go(one)

    def _read(self, one: _Waiting) -> None:
        try:
            while (wanted := self._wanted(one)) > 0:
                if one.needs_handshake and isinstance(one.connection, ssl.SSLSocket):
                    one.connection.do_handshake()
                    one.needs_handshake = False
                piece = one.connection.recv(wanted)
                if not piece:
                    self._let_go(one)
                    return
                acknowledge_at_once(one.connection)
                one.received += piece
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return
        except ConnectionCutError as cut:
            self._turned_away(cut.reason, "", one.address)
            self._let_go(one)
            return
        except (OSError, ValueError):
            self._let_go(one)
            return
        self._decide(one)

    def _wanted(self, one: _Waiting) -> int:
        """How many bytes of the request are missing."""
        if len(one.received) < HEADER_BYTES:
            return HEADER_BYTES - len(one.received)
        kind, length = check_header(bytes(one.received[:HEADER_BYTES]), self._limits.request_bytes)
        if kind != ASSOCIATE_RQ:
            raise ConnectionCutError("unit-unexpected")
        return HEADER_BYTES + length - len(one.received)

    def _decide(self, one: _Waiting) -> None:
        request = bytes(one.received)
        self._forget(one)
        one.connection.setblocking(True)
        titles = read_titles(request)
        if not isinstance(titles, Titles):
            self._reject(one, titles, "version", "")
            return
        title = shown_title(titles.calling)
        if titles.called != self._ae_title:
            self._reject(one, CALLED_TITLE_UNKNOWN, "called-title", title)
        elif not self._allowed.knows(titles.calling.decode("latin-1"), one.address):
            self._reject(one, CALLING_TITLE_UNKNOWN, "calling-title", title)
        elif not self._admit(one.connection, Visitor(title, one.address, request)):
            self._reject(one, LIMIT_REACHED, "limit", title)

    def _reject(self, one: _Waiting, why: tuple[int, int, int], word: str, title: str) -> None:
        self._turned_away(word, title, one.address)
        with contextlib.suppress(ConnectionCutError):
            write_unit(one.connection, ASSOCIATE_RJ, rejection(*why), seconds=0.5)
        close_connection(one.connection)

    def _let_go(self, one: _Waiting) -> None:
        self._forget(one)
        close_connection(one.connection)

    def _forget(self, one: _Waiting) -> None:
        descriptor = one.connection.fileno()
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(one.connection)
        self._waiting.pop(descriptor, None)


def close_connection(connection: socket.socket) -> None:
    """Close it, sending what was written."""
    shut(connection, socket.SHUT_WR)
    connection.close()


def shut(connection: socket.socket, side: int) -> None:
    """Shut one side. Asked for by itself, a TLS socket would go on unencrypted on the other."""
    with contextlib.suppress(OSError):
        socket.socket.shutdown(connection, side)
