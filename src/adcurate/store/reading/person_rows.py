"""Rows of people as records, and changes of them, inside a transaction of the caller's.

Every change is told to the audit log in the same transaction. Password hashes and second factors are never.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, delete, select

from adcurate.errors import PeopleError
from adcurate.model.provenance import Json
from adcurate.model.reading.person import Person, Role, RoleName
from adcurate.store.reading.audit import append
from adcurate.store.schema import people, person_roles


def new_id() -> str:
    """128 random bits that nobody guesses, as 26 letters and digits."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def find_person(connection: Connection, condition: Any) -> Person | None:
    """The person whose row meets a condition."""
    row = connection.execute(select(people).where(condition)).first()
    return as_person(connection, row) if row else None


def known_person(connection: Connection, person_id: str) -> Person:
    """The person with this id, who is there."""
    return as_person(connection, connection.execute(select(people).where(people.c.id == person_id)).one())


def as_person(connection: Connection, row: Row[Any]) -> Person:
    """A row of people and the person's roles as a record."""
    query = select(person_roles.c.role, person_roles.c.site).where(person_roles.c.person == row.id)
    return Person(
        row.id,
        row.name,
        row.display_name,
        tuple(sorted(Role(one.role, one.site) for one in connection.execute(query))),
        bool(row.disabled),
        bool(row.password_hash),
        bool(row.second_factor),
        bool(row.issuer),
        row.created_at,
    )


def add_person(
    connection: Connection, at: str, name: str, display_name: str, roles: Iterable[Role], *, by: str
) -> Person:
    """Add a person who cannot sign in yet; without `by` the person made themselves (the first one).

    Raises
    ------
    PeopleError
        ``people.name-taken``
    """
    if find_person(connection, people.c.name == name) is not None:
        raise PeopleError(
            "people.name-taken", "Somebody has this name already.", remedy="Choose another name."
        )
    person_id = new_id()
    connection.execute(
        people.insert().values(
            id=person_id,
            name=name,
            display_name=display_name,
            password_hash="",
            second_factor="",
            second_factor_step=0,
            issuer="",
            issuer_subject="",
            disabled=0,
            created_at=at,
        )
    )
    set_roles(connection, person_id, roles)
    person = known_person(connection, person_id)
    tell(connection, at, by or person_id, "person.add", person_id, after=shown(person))
    return person


def set_proof(connection: Connection, at: str, person_id: str, action: str, **values: Any) -> None:
    """Change what the person proves themselves with; the log says that it changed, not to what."""
    connection.execute(people.update().where(people.c.id == person_id).values(**values))
    tell(connection, at, person_id, action, person_id)


def set_roles(connection: Connection, person_id: str, roles: Iterable[Role]) -> None:
    """Make these the person's roles."""
    connection.execute(delete(person_roles).where(person_roles.c.person == person_id))
    rows = [{"person": person_id, "role": one.role, "site": one.site} for one in sorted(set(roles))]
    if rows:
        connection.execute(person_roles.insert(), rows)


def count_administrators(connection: Connection) -> int:
    """How many may administer every site."""
    role: RoleName = "administrator"
    query = (
        select(people.c.id)
        .join(person_roles, person_roles.c.person == people.c.id)
        .where((people.c.disabled == 0) & (person_roles.c.role == role) & (person_roles.c.site == ""))
    )
    return len(connection.execute(query).all())


def shown(person: Person) -> Json:
    """What the log says of a person."""
    return {
        "name": person.name,
        "display_name": person.display_name,
        "roles": [[one.role, one.site] for one in person.roles],
        "disabled": person.disabled,
    }


def tell(
    connection: Connection,
    at: str,
    by: str,
    action: str,
    object: str,
    *,
    before: Json = None,
    after: Json = None,
) -> None:
    """Add an entry to the log."""
    append(connection, at=at, person=by, action=action, object=object, before=before, after=after)
