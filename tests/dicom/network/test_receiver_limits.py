"""Whoever connects, the receiver stays up: R18 of the reliability promises, in a short and a long form.

The harness (`a_peer_gets_in`) is first shown a stock provider, which falls; then ours, which does not.
`ADCURATE_SOAK=1` runs the long form.
"""

from __future__ import annotations

import contextlib
import os
import random
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.dicom.network.sending import (
    Keeper,
    associate,
    connect,
    data_unit,
    is_cut,
    mr_object,
    read_unit,
    request_unit,
    send,
    store_command,
)

from adcurate.dicom.network.limits import ReceiverLimits
from adcurate.dicom.network.receiver import ConnectionNote, Listening, Receiver

SOAK = bool(os.environ.get("ADCURATE_SOAK"))
MIB = 2**20
ANY_PORT = Listening(port=0)


def memory_bytes() -> int:
    """How much memory this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def a_peer_gets_in(port: int, seconds: float) -> bool:
    """Whether a machine that behaves can store an object within `seconds`, trying again when told to."""
    deadline = time.monotonic() + seconds
    image = mr_object()
    while time.monotonic() < deadline:
        if send(port, [image]) == [0]:
            return True
        time.sleep(0.2)
    return False


@contextlib.contextmanager
def crowd(port: int, count: int, words: bytes) -> Iterator[list[socket.socket]]:
    """That many connections, each of which says `words` and falls silent."""
    connections = []
    with contextlib.ExitStack() as exits:
        for _ in range(count):
            connection = exits.enter_context(connect(port))
            with contextlib.suppress(OSError):
                connection.sendall(words)
            connections.append(connection)
        yield connections


def test_a_stock_provider_falls_to_ten_connections_that_say_three_bytes() -> None:
    from pynetdicom import AE, evt

    stock = AE("ADCURATE")
    stock.add_supported_context("1.2.840.10008.5.1.4.1.1.4")
    stock.acse_timeout = stock.network_timeout = 4
    server = stock.start_server(
        ("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_STORE, lambda event: 0)]
    )
    assert server is not None
    try:
        port = server.socket.getsockname()[1]
        assert a_peer_gets_in(port, 5)
        with crowd(port, 10, b"\1\0\0"):
            time.sleep(0.3)
            assert not a_peer_gets_in(port, 1.5)
    finally:
        server.shutdown()


def test_a_crowd_that_says_nothing_or_half_a_header_keeps_no_peer_out() -> None:
    limits = ReceiverLimits(request_seconds=60)
    before = threading.active_count()
    with (
        Receiver(ANY_PORT, Keeper(), limits=limits) as receiver,
        crowd(receiver.port, 200, b""),
        crowd(receiver.port, 200, b"\1\0\0"),
    ):
        started = time.monotonic()
        assert a_peer_gets_in(receiver.port, 15)
        assert time.monotonic() - started < 5
        assert receiver.n_waiting <= limits.waiting
        assert threading.active_count() - before < 10


@pytest.mark.skipif(not SOAK, reason="ADCURATE_SOAK=1 runs it: two minutes")
def test_for_two_minutes_a_peer_gets_in_every_time() -> None:
    with (
        Receiver(ANY_PORT, Keeper()) as receiver,
        crowd(receiver.port, 200, b""),
        crowd(receiver.port, 200, b"\1\0\0"),
    ):
        until = time.monotonic() + 120
        while time.monotonic() < until:
            assert a_peer_gets_in(receiver.port, 15)
            time.sleep(1)


def test_who_does_not_say_who_it_is_is_let_go() -> None:
    limits = ReceiverLimits(request_seconds=0.5)
    notes: list[ConnectionNote] = []
    with Receiver(ANY_PORT, Keeper(), limits=limits, watch=notes.append) as receiver:
        with crowd(receiver.port, 10, b"") as silent, crowd(receiver.port, 10, request_unit()[:50]) as slow:
            assert all(is_cut(connection, 3) for connection in silent + slow)
        assert receiver.n_waiting == 0
    assert {note.word for note in notes} == {"silent", "slow"}


def test_a_crowd_of_one_address_pushes_out_itself_and_nobody_else() -> None:
    limits = ReceiverLimits(waiting=20)
    with Receiver(ANY_PORT, Keeper(), limits=limits) as receiver:
        quiet = connect(receiver.port, source="127.0.0.2")
        time.sleep(0.1)
        with crowd(receiver.port, 60, b"\1\0\0"):
            time.sleep(0.5)
            quiet.sendall(request_unit())
            assert read_unit(quiet)[0] == 2
        quiet.close()


def test_places_run_out_by_address_and_in_all_and_come_back() -> None:
    limits = ReceiverLimits(associations=3, associations_per_address=2, idle_seconds=1)
    with Receiver(ANY_PORT, Keeper(), limits=limits) as receiver:
        held = [associate(receiver.port), associate(receiver.port)]
        with connect(receiver.port) as third:
            third.sendall(request_unit())
            assert read_unit(third) == (3, bytes((0, 2, 3, 2)))
        with connect(receiver.port, source="127.0.0.2") as other:
            other.sendall(request_unit())
            assert read_unit(other)[0] == 2
        assert all(is_cut(connection, 3) for connection in held)
        assert a_peer_gets_in(receiver.port, 5)


@pytest.mark.parametrize("within", ["before the association", "within it", "within an object"])
def test_a_unit_that_announces_four_gibibytes_is_cut_at_its_header(within: str) -> None:
    notes: list[ConnectionNote] = []
    with Receiver(ANY_PORT, Keeper(), watch=notes.append) as receiver:
        connection = connect(receiver.port) if within.startswith("before") else associate(receiver.port)
        with connection:
            if within == "within an object":
                connection.sendall(data_unit(store_command(), control=3))
            memory = memory_bytes()
            kind = 1 if within.startswith("before") else 4
            sent = _push(connection, struct.pack(">BxI", kind, 0xFFFFFFFF), 64 * MIB)
        assert sent < 16 * MIB  # what the system's buffers take before the news arrives
        assert memory_bytes() - memory < 20 * MIB
        assert a_peer_gets_in(receiver.port, 5)
    assert "unit-too-long" in {note.word for note in notes}


def test_fragments_without_end_are_cut_and_leave_no_memory_behind(tmp_path: Path) -> None:
    notes: list[ConnectionNote] = []
    limits = ReceiverLimits(message_bytes=(512 if SOAK else 48) * MIB)
    kept = Keeper()
    with Receiver(ANY_PORT, kept, limits=limits, spool_folder=tmp_path, watch=notes.append) as receiver:
        with associate(receiver.port) as connection:
            connection.sendall(data_unit(store_command(), control=3))
            memory, peak = memory_bytes(), 0
            unit = data_unit(bytes(100_000), control=0)
            sent = 0
            with contextlib.suppress(OSError):
                while sent < 2 * limits.message_bytes:
                    connection.sendall(unit)
                    sent += len(unit)
                    peak = max(peak, memory_bytes())
        assert limits.message_bytes <= sent < limits.message_bytes + 16 * MIB
        assert peak - memory < 24 * MIB
        assert a_peer_gets_in(receiver.port, 5)
    assert "message-too-long" in {note.word for note in notes}
    assert list(tmp_path.iterdir()) == []
    assert len(kept.contents) == 1


def test_commands_without_end_are_cut() -> None:
    with Receiver(ANY_PORT, Keeper()) as receiver, associate(receiver.port) as connection:
        sent = _push(connection, b"", 8 * MIB, data_unit(bytes(10_000), control=1))
        assert sent < 8 * MIB
        assert a_peer_gets_in(receiver.port, 5)


@pytest.mark.parametrize(
    ("drip", "limits", "word"),
    [
        (b"\0", ReceiverLimits(pdu_seconds=0.3), "slow"),
        (b"", ReceiverLimits(idle_seconds=0.5), "idle"),
        (data_unit(b"\0", control=0), ReceiverLimits(message_seconds=0.5), "message-slow"),
    ],
    ids=["a unit byte by byte", "silence", "an object unit by unit"],
)
def test_who_is_slow_on_purpose_loses_its_place(drip: bytes, limits: ReceiverLimits, word: str) -> None:
    notes: list[ConnectionNote] = []
    with (
        Receiver(ANY_PORT, Keeper(), limits=limits, watch=notes.append) as receiver,
        associate(receiver.port) as connection,
    ):
        connection.sendall(data_unit(store_command(), control=3) + b"\4" * (word == "slow"))
        until = time.monotonic() + 5
        with contextlib.suppress(OSError):
            while drip and time.monotonic() < until and receiver.n_associations:
                connection.sendall(drip)
                time.sleep(0.1)
        assert is_cut(connection, 3)
    assert notes[-1].word == word


def test_requests_that_are_not_waited_for_are_served_one_by_one() -> None:
    serving, most = 0, 0

    def before() -> None:
        nonlocal serving, most
        serving += 1
        most = max(most, serving)
        time.sleep(0.005)
        serving -= 1

    kept = Keeper(before=before)
    with Receiver(ANY_PORT, kept) as receiver, associate(receiver.port) as connection:
        one = data_unit(store_command(), control=3) + data_unit(bytes(64), control=2)
        connection.sendall(one * 100)
        answers = [read_unit(connection)[0] for _ in range(100)]
    assert answers == [4] * 100
    assert most == 1


def test_random_units_end_no_association_by_a_bug_and_leave_no_memory_behind() -> None:
    chance = random.Random(20260118)
    count = 10_000 if SOAK else 1_000
    notes: list[ConnectionNote] = []
    limits = ReceiverLimits(idle_seconds=2)
    with Receiver(ANY_PORT, Keeper(), limits=limits, watch=notes.append) as receiver:
        assert a_peer_gets_in(receiver.port, 5)
        memory = memory_bytes()
        for number in range(count):
            _send_nonsense(receiver.port, chance, number)
        assert a_peer_gets_in(receiver.port, 15)
        _until(lambda: receiver.n_associations == 0)
        drift = memory_bytes() - memory
    assert len(notes) > count / 2
    assert "internal.bug" not in {note.word for note in notes}
    assert drift < 100 * MIB


def test_that_harness_would_notice_a_bug() -> None:
    def planted() -> None:
        raise ValueError("planted")

    notes: list[ConnectionNote] = []
    with (
        Receiver(ANY_PORT, Keeper(before=planted), watch=notes.append) as receiver,
        associate(receiver.port) as connection,
    ):
        connection.sendall(data_unit(store_command(), control=3) + data_unit(b"\0\0", control=2))
        assert is_cut(connection, 5)
        _until(lambda: receiver.n_associations == 0)
    assert notes[-1].word == "internal.bug"


def test_who_watches_may_fail_and_the_receiver_goes_on() -> None:
    def gone(note: ConnectionNote) -> None:
        raise BrokenPipeError

    with Receiver(ANY_PORT, Keeper(), watch=gone) as receiver:
        with connect(receiver.port) as stranger:
            stranger.sendall(request_unit(called=b"NOBODY"))
            assert read_unit(stranger)[0] == 3
        assert a_peer_gets_in(receiver.port, 5)


def _send_nonsense(port: int, chance: random.Random, number: int) -> None:
    """A random unit, or a real request or object with random bytes changed, on a connection of its own."""
    real = [
        request_unit(),
        data_unit(store_command(), control=3) + data_unit(bytes(200), control=2),
    ]
    with contextlib.suppress(OSError), contextlib.closing(connect(port)) as connection:
        connection.settimeout(2)
        if number % 4 == 0:
            connection.sendall(struct.pack(">BxI", chance.randrange(256), chance.randrange(300)))
            connection.sendall(chance.randbytes(chance.randrange(300)))
            return
        if number % 4 == 1:
            connection.sendall(_changed(real[0], chance))
        else:
            connection.sendall(real[0])
            read_unit(connection)
            connection.sendall(_changed(real[1], chance))
        connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(TimeoutError):
            connection.recv(64)


def _changed(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.randrange(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed[: chance.randrange(len(changed))] if chance.random() < 0.3 else changed)


def _push(connection: socket.socket, head: bytes, count: int, piece: bytes = bytes(65536)) -> int:
    """Send `head` and then pieces until `count` bytes are out or the other side has had enough."""
    sent = 0
    with contextlib.suppress(OSError):
        connection.sendall(head)
        while sent < count:
            connection.sendall(piece)
            sent += len(piece)
    return sent


def _until(condition: Callable[[], bool], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
