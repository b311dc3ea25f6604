"""Who is signed in, and how often a sign-in was tried. Only digests of a session's secret are kept.

Times are seconds since 1970, brought by the caller: limits are decided above, by one clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, select

from adcurate.model.provenance import Json
from adcurate.model.reading.person import Person
from adcurate.store.database import Database
from adcurate.store.reading.person_rows import known_person, tell
from adcurate.store.schema import sessions, sign_in_attempts

_KEPT_ATTEMPTS_S = 30 * 86_400


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """One session: whose, since when, and when it was last used."""

    person: Person
    begun_at: int
    used_at: int


class Sessions:
    """Sessions by the digest of their secret."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, token_digest: str, person_id: str, *, now: int, begun_before: int, how: str) -> None:
        """Begin a session; sessions of everybody that began before `begun_before` are swept out."""
        with self._database.begin() as connection:
            connection.execute(delete(sessions).where(sessions.c.begun_at < begun_before))
            connection.execute(
                sessions.insert().values(
                    token_digest=token_digest, person=person_id, begun_at=now, used_at=now
                )
            )
            tell(
                connection,
                self._database.clock(),
                person_id,
                "session.begin",
                person_id,
                after={"by": how},
            )

    def find(self, token_digest: str) -> SessionRecord | None:
        """The session and its person."""
        with self._database.read() as connection:
            row = connection.execute(select(sessions).where(sessions.c.token_digest == token_digest)).first()
            if row is None:
                return None
            return SessionRecord(known_person(connection, row.person), row.begun_at, row.used_at)

    def use(self, token_digest: str, *, now: int) -> None:
        """Note that the session was used."""
        this = (sessions.c.token_digest == token_digest) & (sessions.c.used_at < now)
        with self._database.begin() as connection:
            connection.execute(sessions.update().where(this).values(used_at=now))

    def end(self, token_digest: str) -> None:
        """End one session, if it is there."""
        with self._database.begin() as connection:
            this = sessions.c.token_digest == token_digest
            row = connection.execute(delete(sessions).where(this).returning(sessions.c.person)).first()
            if row is not None:
                tell(connection, self._database.clock(), row.person, "session.end", row.person)


@dataclass(frozen=True, slots=True)
class TryLimit:
    """Wrong tries that one counter takes; the log says `of` what: a name, an address, …"""

    counter: str
    most: int
    of: str


class SignInAttempts:
    """Tries to sign in, counted by name, whether or not somebody has it, and by where they come from."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self, limits: Sequence[TryLimit], *, now: int, since: int, source: str
    ) -> tuple[int, ...] | TryLimit:
        """Count a try before it is checked; or the limit that has its most wrong ones after `since`.

        Tries that come at once cannot all pass: counting and deciding are one transaction. The first that is
        refused is told to the log with its `source`, the others are only counted.
        """
        table = sign_in_attempts
        with self._database.begin() as connection:
            connection.execute(delete(table).where(table.c.at < now - _KEPT_ATTEMPTS_S))
            for one in limits:
                recent = (table.c.account == one.counter) & (table.c.at > since)
                row = connection.execute(select(func.count(), func.max(table.c.id)).where(recent)).one()
                if row[0] >= one.most:
                    self._refuse(connection, row[1], one, source)
                    return one
            inserted = [
                connection.execute(table.insert().values(account=one.counter, at=now, refused=0))
                for one in limits
            ]
            return tuple(int(one.lastrowid) for one in inserted)

    def was_right(self, attempt: Sequence[int]) -> None:
        """Take the try off the counts: it was no wrong one."""
        with self._database.begin() as connection:
            connection.execute(delete(sign_in_attempts).where(sign_in_attempts.c.id.in_(attempt)))

    def mark(self, counter: str, *, now: int) -> None:
        """Keep one row under this counter, of now: nothing that is counted, but remembered as long."""
        table = sign_in_attempts
        with self._database.begin() as connection:
            connection.execute(delete(table).where(table.c.account == counter))
            connection.execute(table.insert().values(account=counter, at=now, refused=0))

    def is_marked(self, counter: str, *, since: int) -> bool:
        """Whether this counter was marked after `since`."""
        recent = (sign_in_attempts.c.account == counter) & (sign_in_attempts.c.at > since)
        with self._database.read() as connection:
            return connection.execute(select(sign_in_attempts.c.id).where(recent)).first() is not None

    def was_wrong(self, person_id: str, source: str, *, action: str = "sign-in.wrong") -> None:
        """Leave the try counted, and tell it to the log; what was typed as an unknown name is not told."""
        with self._database.begin() as connection:
            known: Json = {"known": bool(person_id), "from": source}
            tell(connection, self._database.clock(), "", action, person_id, after=known)

    def _refuse(self, connection: Connection, last: int, limit: TryLimit, source: str) -> None:
        table = sign_in_attempts
        raised = table.update().where(table.c.id == last).values(refused=table.c.refused + 1)
        if connection.execute(raised.returning(table.c.refused)).scalar_one() == 1:
            told: Json = {"limit": limit.of, "from": source}
            tell(connection, self._database.clock(), "", "sign-in.held", "", after=told)


def end_sessions(connection: Connection, person_id: str) -> None:
    """End all sessions of a person, inside a transaction of the caller's."""
    connection.execute(delete(sessions).where(sessions.c.person == person_id))
