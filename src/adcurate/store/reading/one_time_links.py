"""Links that work once: the first administrator's, which the server prints, and invitations.

Only a digest of a link's secret is kept. A link and what it does are one transaction, so that it is used up
exactly when its effect is there.
"""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import Connection, delete, select

from adcurate.errors import PeopleError
from adcurate.model.reading.person import Person, Role
from adcurate.store.database import Database
from adcurate.store.reading.person_rows import (
    add_person,
    count_administrators,
    find_person,
    known_person,
    set_proof,
    tell,
)
from adcurate.store.reading.sessions import end_sessions
from adcurate.store.schema import one_time_links, people

LinkPurpose = Literal["first-administrator", "invitation"]
_FIRST_ROLES: Final = (Role("administrator"), Role("coordinator"))
_ALONE: Final = (*_FIRST_ROLES, Role("statistician"))


class OneTimeLinks:
    """Links that were made, by the digest of their secret."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def make_for_first_administrator(self, link_digest: str, *, expires_at: int) -> None:
        """Make the link of the first administrator; one that was made before no longer works."""
        with self._database.begin() as connection:
            _make(connection, link_digest, "first-administrator", None, expires_at)

    def invite(self, link_digest: str, person_id: str, *, expires_at: int, by: str) -> bool:
        """Make a person's invitation; an earlier one no longer works. False where nobody has this id."""
        with self._database.begin() as connection:
            if find_person(connection, people.c.id == person_id) is None:
                return False
            _make(connection, link_digest, "invitation", person_id, expires_at)
            tell(connection, self._database.clock(), by, "person.invite", person_id)
            return True

    def add_first_administrator(
        self,
        link_digest: str,
        name: str,
        display_name: str,
        password_hash: str,
        *,
        now: int,
        is_alone: bool = False,
    ) -> Person:
        """Make the first administrator, who also coordinates, against the link that the server printed.

        Who `is_alone` is the statistician too, and can go on to the results.

        Raises
        ------
        PeopleError
            ``people.link`` where the link is used, late or unknown, or an administrator is there already
        """
        at = self._database.clock()
        with self._database.begin() as connection:
            _take(connection, link_digest, "first-administrator", now)
            if count_administrators(connection):
                raise _link_gone()
            roles = _ALONE if is_alone else _FIRST_ROLES
            person = add_person(connection, at, name, display_name, roles, by="")
            set_proof(connection, at, person.id, "person.password", password_hash=password_hash)
            return known_person(connection, person.id)

    def invited(self, link_digest: str, *, now: int) -> Person:
        """Whom an invitation is for; it stays unused.

        Raises
        ------
        PeopleError
            ``people.link``
        """
        links = one_time_links
        this = (links.c.token_digest == link_digest) & (links.c.purpose == "invitation")
        with self._database.read() as connection:
            row = connection.execute(select(links.c.person, links.c.expires_at).where(this)).first()
            if row is None or now >= row.expires_at:
                raise _link_gone()
            person = known_person(connection, row.person)
        if person.disabled:
            raise _link_gone()
        return person

    def accept(self, link_digest: str, password_hash: str, *, now: int) -> Person:
        """Set the invited person's password; a second factor and open sessions of before are gone.

        Raises
        ------
        PeopleError
            ``people.link``
        """
        with self._database.begin() as connection:
            person_id = _take(connection, link_digest, "invitation", now)
            at = self._database.clock()
            set_proof(
                connection, at, person_id, "person.password", password_hash=password_hash, second_factor=""
            )
            end_sessions(connection, person_id)
            return known_person(connection, person_id)

    def accept_by_provider(self, link_digest: str, issuer: str, subject: str, *, now: int) -> Person:
        """Let a provider vouch for the invited person from now on.

        Raises
        ------
        PeopleError
            ``people.link``, ``people.name-taken`` where the provider's subject is somebody else already
        """
        with self._database.begin() as connection:
            person_id = _take(connection, link_digest, "invitation", now)
            vouched = (people.c.issuer == issuer) & (people.c.issuer_subject == subject)
            other = find_person(connection, vouched)
            if other is not None and other.id != person_id:
                raise PeopleError(
                    "people.name-taken",
                    "This account of the provider belongs to another person of the study already.",
                    remedy="Sign in at the provider as yourself, then open the invitation again.",
                )
            at = self._database.clock()
            set_proof(connection, at, person_id, "person.provider", issuer=issuer, issuer_subject=subject)
            end_sessions(connection, person_id)
            return known_person(connection, person_id)


def _make(
    connection: Connection, link_digest: str, purpose: LinkPurpose, person_id: str | None, expires_at: int
) -> None:
    links = one_time_links
    earlier = (links.c.purpose == purpose) & (links.c.person.is_not_distinct_from(person_id))
    connection.execute(delete(links).where(earlier))
    connection.execute(
        links.insert().values(
            token_digest=link_digest, purpose=purpose, person=person_id, expires_at=expires_at
        )
    )


def _take(connection: Connection, link_digest: str, purpose: LinkPurpose, now: int) -> str:
    """Use the link up; gives the person it was made for ("": nobody yet)."""
    links = one_time_links
    this = (links.c.token_digest == link_digest) & (links.c.purpose == purpose)
    row = connection.execute(delete(links).where(this).returning(links.c.person, links.c.expires_at)).first()
    if row is None or now >= row.expires_at:
        raise _link_gone()
    if row.person is None:
        return ""
    person = known_person(connection, row.person)
    if person.disabled:
        raise _link_gone()
    return person.id


def _link_gone() -> PeopleError:
    """The one answer about a one-time link that is used, late or was never made."""
    return PeopleError(
        "people.link",
        "This link was used already, is too old, or never was one.",
        remedy="Ask for a new link.",
    )
