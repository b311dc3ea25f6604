"""The people of a study: who may sign in, what they may do, and what proves that they are who they say.

Each change and its entry in the audit log are one transaction. Password hashes and second factors leave this
folder only as `Credentials`. A person is never deleted, only disabled: the log names them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from adcurate.errors import PeopleError
from adcurate.model.reading.person import Person, Role
from adcurate.store.database import Database
from adcurate.store.reading.person_rows import (
    add_person,
    as_person,
    count_administrators,
    find_person,
    known_person,
    set_proof,
    set_roles,
    shown,
    tell,
)
from adcurate.store.reading.sessions import end_sessions
from adcurate.store.schema import people


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a sign-in is checked against; "" means that there is none."""

    person: str
    password_hash: str
    second_factor: str


class People:
    """Everybody who may sign in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def all(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        with self._database.read() as connection:
            rows = connection.execute(select(people).order_by(people.c.name)).all()
            return tuple(as_person(connection, row) for row in rows)

    def find(self, person_id: str) -> Person | None:
        """The person with this id."""
        with self._database.read() as connection:
            return find_person(connection, people.c.id == person_id)

    def named(self, name: str) -> Person | None:
        """The person who signs in with this name."""
        with self._database.read() as connection:
            return find_person(connection, people.c.name == name)

    def vouched_for(self, issuer: str, subject: str) -> Person | None:
        """The person for whom a provider's subject stands."""
        with self._database.read() as connection:
            return find_person(connection, (people.c.issuer == issuer) & (people.c.issuer_subject == subject))

    def has_administrator(self) -> bool:
        """Whether anybody may administer the study."""
        with self._database.read() as connection:
            return count_administrators(connection) > 0

    def credentials(self, person_id: str) -> Credentials | None:
        """What the person proves themselves with."""
        with self._database.read() as connection:
            row = connection.execute(select(people).where(people.c.id == person_id)).first()
        return Credentials(row.id, row.password_hash, row.second_factor) if row else None

    def add(self, name: str, display_name: str, roles: Iterable[Role], *, by: str) -> Person:
        """Add a person who cannot sign in yet.

        Raises
        ------
        PeopleError
            ``people.name-taken``
        """
        with self._database.begin() as connection:
            return add_person(connection, self._database.clock(), name, display_name, roles, by=by)

    def change(
        self,
        person_id: str,
        *,
        by: str,
        display_name: str | None = None,
        roles: Iterable[Role] | None = None,
        disabled: bool | None = None,
    ) -> Person | None:
        """Change what is given; None where there is no such person. Who is disabled is signed out at once.

        Raises
        ------
        PeopleError
            ``people.last-administrator``
        """
        with self._database.begin() as connection:
            before = find_person(connection, people.c.id == person_id)
            if before is None:
                return None
            changed: dict[str, Any] = {}
            if display_name is not None:
                changed["display_name"] = display_name
            if disabled is not None:
                changed["disabled"] = int(disabled)
            if changed:
                connection.execute(people.update().where(people.c.id == person_id).values(**changed))
            if roles is not None:
                set_roles(connection, person_id, roles)
            after = known_person(connection, person_id)
            if not count_administrators(connection):
                raise PeopleError(
                    "people.last-administrator",
                    "The study would be without an administrator.",
                    remedy="Make somebody else an administrator first.",
                )
            if after.disabled:
                end_sessions(connection, person_id)
            if after != before:
                at = self._database.clock()
                tell(connection, at, by, "person.change", person_id, before=shown(before), after=shown(after))
            return after

    def set_password(self, person_id: str, password_hash: str) -> None:
        """Set the person's own password; all their sessions end."""
        with self._database.begin() as connection:
            at = self._database.clock()
            set_proof(connection, at, person_id, "person.password", password_hash=password_hash)
            end_sessions(connection, person_id)

    def set_second_factor(self, person_id: str, secret: str) -> None:
        """Ask for codes of this secret from now on ("": for none)."""
        action = "person.second-factor" if secret else "person.no-second-factor"
        with self._database.begin() as connection:
            set_proof(connection, self._database.clock(), person_id, action, second_factor=secret)

    def use_second_factor_step(self, person_id: str, step: int) -> bool:
        """Take a code's time step; False where it, or a later one, was used before."""
        with self._database.begin() as connection:
            used = connection.execute(
                people.update()
                .where((people.c.id == person_id) & (people.c.second_factor_step < step))
                .values(second_factor_step=step)
            )
            return used.rowcount == 1
