"""The receiver: a DICOM storage provider that stays up whoever connects to it.

A stock provider gives a thread and unlimited memory to anybody who opens a connection. Here `gate` holds
everybody until they have said who they are, and `association` serves those who passed within
`ReceiverLimits`. It must not know what becomes of an object: `keep` says so when it returns.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from adcurate.dicom.network.association import Service, serve_association
from adcurate.dicom.network.gate import Gate, Visitor, close_connection, shut
from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.peers import AllowList, Peer, is_loopback, is_title
from adcurate.dicom.network.received_as import KeepObject, Others
from adcurate.errors import ReceiverError

_STOP_SECONDS = 60.0
_BACKLOG = 512


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the receiver listens, as what, and for whom; `port` 0 takes any free one.

    `others` says what is done about objects that are no MR images: not taken at all, or taken with a warning
    and not kept, for senders that break off the whole exam at the first that is not taken.
    """

    port: int = 11112
    ae_title: str = "ADCURATE"
    address: str = "127.0.0.1"
    peers: tuple[Peer, ...] = ()
    others: Others = "refuse"


@dataclass(frozen=True, slots=True)
class ConnectionNote:
    """What happened to one connection. `title` can be shown as it stands; `word` is one of ours."""

    event: Literal["opened", "ended", "turned-away"]
    title: str
    address: str
    word: str = ""


Watch = Callable[[ConnectionNote], None]


class Receiver:
    """Receives objects over DIMSE while it is entered as a context manager.

    Parameters
    ----------
    keep
        Called from many threads, once for each object; see `ReceivedAs`.
    spool_folder
        Where parts of large objects wait, encrypted.
    tls
        A server's context, to speak TLS and nothing else.

    Raises
    ------
    ReceiverError
        ``receiver.title``, ``receiver.open-address``; on entering ``receiver.port``.
    """

    def __init__(
        self,
        listening: Listening,
        keep: KeepObject,
        *,
        limits: ReceiverLimits | None = None,
        spool_folder: Path | None = None,
        tls: ssl.SSLContext | None = None,
        watch: Watch | None = None,
    ) -> None:
        _check(listening)
        self.listening = listening
        self._limits = limits or ReceiverLimits()
        self._tls = tls
        self._watch = watch
        self._numbers = itertools.count(1)
        self._service = Service(
            keep, self._next_name, self._limits, spool_folder, self._is_stopping, listening.others
        )
        self._lock = threading.Lock()
        self._serving: dict[threading.Thread, tuple[socket.socket, str]] = {}
        self._stopping = threading.Event()
        self._gate: Gate | None = None
        self.port = 0

    def __enter__(self) -> Self:
        listener = _listen(self.listening)
        self.port = listener.getsockname()[1]
        self._gate = Gate(
            listener,
            self.listening.ae_title,
            AllowList(self.listening.peers),
            self._limits,
            self._admit,
            self._turned_away,
            self._tls,
        )
        self._gate.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Take nobody new; an object that is being stored is stored and answered for, then all ends."""
        self._stopping.set()
        if self._gate is not None:
            self._gate.stop()
        with self._lock:
            serving = list(self._serving.items())
        for _, (connection, _) in serving:
            shut(connection, socket.SHUT_RD)
        deadline = time.monotonic() + _STOP_SECONDS
        for thread, _ in serving:
            thread.join(max(deadline - time.monotonic(), 0.0))

    @property
    def n_waiting(self) -> int:
        """How many have connected and not yet said who they are."""
        return 0 if self._gate is None else self._gate.n_waiting

    @property
    def n_associations(self) -> int:
        """How many may send now."""
        return len(self._serving)

    def _is_stopping(self) -> bool:
        return self._stopping.is_set()

    def _next_name(self) -> str:
        return f"object {next(self._numbers)} from the network"

    def _admit(self, connection: socket.socket, visitor: Visitor) -> bool:
        with self._lock:
            by_address = Counter(address for _, address in self._serving.values())
            if (
                len(self._serving) >= self._limits.associations
                or by_address[visitor.address] >= self._limits.associations_per_address
            ):
                return False
            thread = threading.Thread(
                target=self._serve, args=(connection, visitor), name="dicom-association", daemon=True
            )
            try:
                # It waits for the lock before it takes itself out again.
                thread.start()
            except RuntimeError:
                return False
            self._serving[thread] = (connection, visitor.address)
        return True

    def _serve(self, connection: socket.socket, visitor: Visitor) -> None:
        ended = "internal.bug"
        self._tell(ConnectionNote("opened", visitor.title, visitor.address))
        try:
            ended = serve_association(connection, visitor.request, self._service)
        except Exception:
            # A bug ends this association and no other; the note says so, without a traceback.
            close_connection(connection)
        finally:
            close_connection(connection)
            with self._lock:
                self._serving.pop(threading.current_thread(), None)
            self._tell(ConnectionNote("ended", visitor.title, visitor.address, ended))

    def _turned_away(self, word: str, title: str, address: str) -> None:
        self._tell(ConnectionNote("turned-away", title, address, word))

    def _tell(self, note: ConnectionNote) -> None:
        if self._watch is not None:
            # Who watches may have gone (a closed terminal); the receiver goes on.
            with contextlib.suppress(Exception):
                self._watch(note)


def _check(listening: Listening) -> None:
    if not is_title(listening.ae_title):
        raise ReceiverError(
            "receiver.title",
            "A title has 1 to 16 plain characters.",
            remedy="For example: --ae-title ADCURATE",
        )
    if not is_loopback(listening.address) and not listening.peers:
        raise ReceiverError(
            "receiver.open-address",
            "The receiver would listen to the network without knowing who may send.",
            remedy="Name each machine that may send: --peer TITLE@ADDRESS, once for each.",
        )


def _listen(listening: Listening) -> socket.socket:
    family = socket.AF_INET6 if ":" in listening.address else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((listening.address, listening.port))
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as trouble:
        listener.close()
        taken = isinstance(trouble, OSError) and trouble.errno == errno.EADDRINUSE
        raise ReceiverError(
            "receiver.port",
            f"Port {listening.port} is taken by another program."
            if taken
            else "The receiver cannot listen at this address and port.",
            remedy="Stop the other program, or choose another: --port 11113."
            if taken
            else "Check --address (one of this computer) and --port (above 1023 without special rights).",
            port=listening.port,
        ) from trouble
    return listener
