"""One SQLite file, opened so that what is acknowledged is on disk and what is deleted is gone.

WAL with ``synchronous=FULL``, foreign keys, ``secure_delete`` and a 60 s wait; a transaction that
may write begins IMMEDIATE, since a deferred one that turns into a write fails at once when another writes.

Threads may share a `Database`: each transaction has a connection to itself. Those that may write queue up in
the order they came, since SQLite lets one write and wakes the others at random.
"""

from __future__ import annotations

import contextlib
import datetime
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from adcurate.errors import StoreError
from adcurate.store.database_address import BUSY_TIMEOUT_S, can_be_written, reading_address
from adcurate.store.database_error import store_error
from adcurate.store.schema import SCHEMA_VERSION, meta, tables
from adcurate.store.schema.steps import EARLIER_SCHEMAS

_KEPT_CONNECTIONS: Final = 4
_BEGIN_OPTION: Final = "adcurate_begin"
Clock = Callable[[], str]


def utc_now() -> str:
    """Now, as ISO 8601 in UTC to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


class Database:
    """The engine behind the repositories; `begin` and `read` are the only ways in."""

    def __init__(self, path: Path, clock: Clock = utc_now) -> None:
        self.clock = clock
        self._engine = _engine(path) if can_be_written(path.parent) else _reading_engine(path)
        self._turns = _Turns()

    def create(self) -> None:
        """Make the tables and write the schema's version."""
        with self.begin() as connection:
            tables.create_all(connection)
            connection.execute(meta.insert().values(key="schema", value=str(SCHEMA_VERSION)))

    def check_version(self) -> None:
        """Refuse a store of another schema; an older one has a way up.

        Raises
        ------
        StoreError
            ``store.needs-upgrade``, ``store.schema-version``, ``store.disk``
        """
        try:
            with self.read() as connection:
                found = connection.scalar(select(meta.c.value).where(meta.c.key == "schema"))
        except DatabaseError:
            found = None
        except StoreError as trouble:
            if "no such table" not in str(trouble.__cause__):
                raise
            found = None
        if found in EARLIER_SCHEMAS:
            raise StoreError(
                "store.needs-upgrade",
                f"An earlier version of Adcurate made this study: its store has schema {found}, and this "
                f"version reads {SCHEMA_VERSION}.",
                remedy="adcurate study upgrade   (says first whether any number moves, and keeps a backup)",
                found=int(found),
                expected=SCHEMA_VERSION,
            )
        if found != str(SCHEMA_VERSION):
            raise StoreError(
                "store.schema-version",
                f"The study's store has schema {found or 'unknown'}; this version reads {SCHEMA_VERSION}.",
                remedy="Use the version of Adcurate that made the study.",
                expected=SCHEMA_VERSION,
            )

    @contextlib.contextmanager
    def begin(self) -> Iterator[Connection]:
        """One transaction that may write: committed at the end, rolled back on any error.

        Raises
        ------
        StoreError
            ``store.locked``, ``store.disk-full``, ``store.disk``
        """
        with self._turns.mine(), self._transaction("IMMEDIATE") as connection:
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """One transaction that only reads; it waits for no writer.

        Raises
        ------
        StoreError
            ``store.disk``
        """
        with self._transaction("DEFERRED") as connection:
            yield connection

    @contextlib.contextmanager
    def _transaction(self, kind: Literal["IMMEDIATE", "DEFERRED"]) -> Iterator[Connection]:
        try:
            with (
                self._engine.connect().execution_options(**{_BEGIN_OPTION: kind}) as connection,
                connection.begin(),
            ):
                yield connection
        except OperationalError as trouble:
            raise store_error(str(trouble.orig)) from trouble

    def flush_log(self) -> None:
        """Bring the write-ahead log into the file and empty it: what was overwritten is then gone.

        A transaction that still reads keeps its part of the log until the next flush.
        """
        with self._turns.mine(), self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def write_anew(self) -> None:
        """Write the file anew without what was deleted from it, and empty the log."""
        with self._turns.mine(), self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            try:
                driver.execute("VACUUM")
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            except sqlite3.Error as trouble:
                raise store_error(str(trouble)) from trouble

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


class _Turns:
    """One thread at a time, in the order they came: a plain lock may leave one waiting while others pass."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._is_taken = False

    @contextlib.contextmanager
    def mine(self) -> Iterator[None]:
        """Wait for one's turn, and pass it on."""
        turn = threading.Lock()
        with self._guard:
            if self._is_taken:
                turn.acquire()
                self._waiting.append(turn)
            self._is_taken = True
        # Held by the thread before until it passes the turn on.
        turn.acquire()
        try:
            yield
        finally:
            with self._guard:
                if self._waiting:
                    self._waiting.popleft().release()
                else:
                    self._is_taken = False


def _reading_engine(path: Path) -> Engine:
    """An engine for a place where nothing can be written."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            reading_address(path), uri=True, timeout=BUSY_TIMEOUT_S, check_same_thread=False
        )
        connection.isolation_level = None
        return connection

    engine = create_engine(
        "sqlite://", creator=connect, poolclass=QueuePool, pool_size=_KEPT_CONNECTIONS, max_overflow=-1
    )

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN DEFERRED")

    return engine


def _engine(path: Path) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        poolclass=QueuePool,
        pool_size=_KEPT_CONNECTIONS,
        max_overflow=-1,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver's own transactions begin deferred; with None, `_begin` says how they begin.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        kind = connection.get_execution_options().get(_BEGIN_OPTION, "IMMEDIATE")
        connection.exec_driver_sql(f"BEGIN {kind}")

    return engine
