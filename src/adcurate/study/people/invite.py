"""Inviting a person, and what the invited person does with the link. It also is the way to a new password."""

from __future__ import annotations

from typing import Final

from adcurate.model.reading.person import Person
from adcurate.store import StudyStore
from adcurate.study.people.passwords import hash_password
from adcurate.study.people.tokens import digest_of, new_token
from adcurate.study.people.tries import now_of

INVITATION_LASTS_S: Final = 7 * 86_400


def invite(store: StudyStore, person_id: str, *, by: str) -> str | None:
    """Make the one-time secret of a person's invitation; None where nobody has this id."""
    token = new_token()
    expires_at = now_of(store) + INVITATION_LASTS_S
    made = store.one_time_links.invite(digest_of(token), person_id, expires_at=expires_at, by=by)
    return token if made else None


def invited_person(store: StudyStore, token: str) -> Person:
    """Whom an invitation is for; it stays unused.

    Raises
    ------
    PeopleError
        ``people.link``
    """
    return store.one_time_links.invited(digest_of(token), now=now_of(store))


def accept_invitation(store: StudyStore, token: str, password: str) -> Person:
    """Set the password of the invited person, who can sign in from now on.

    Raises
    ------
    PeopleError
        ``people.link``, ``people.password``
    """
    return store.one_time_links.accept(digest_of(token), hash_password(password), now=now_of(store))


def accept_invitation_by_provider(store: StudyStore, token: str, issuer: str, subject: str) -> Person:
    """Let an OpenID Connect provider vouch for the invited person.

    Raises
    ------
    PeopleError
        ``people.link``, ``people.name-taken``
    """
    return store.one_time_links.accept_by_provider(digest_of(token), issuer, subject, now=now_of(store))
