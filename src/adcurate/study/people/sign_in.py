"""Signing in and out, and whose session a token is.

One answer for every wrong sign-in: a name nobody has, a wrong password, a wrong or missing code, somebody who
is disabled or has no password. The time it takes is the same, too. Wrong tries are counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from adcurate.errors import PeopleError
from adcurate.model.reading.person import Person
from adcurate.store import StudyStore
from adcurate.study.people.names import folded_name
from adcurate.study.people.passwords import is_password
from adcurate.study.people.second_factor import step_of
from adcurate.study.people.tokens import digest_of, new_token
from adcurate.study.people.tries import begin_sign_in_try, begin_signature_try, know_address, now_of

_NOTED_EVERY_S: Final = 60


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session may lie unused, and how long it may last at all, in seconds."""

    idle_s: int = 60 * 60
    absolute_s: int = 12 * 60 * 60


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: its token goes to the browser and nowhere else."""

    token: str
    person: Person


def sign_in(
    store: StudyStore,
    name: str,
    password: str,
    code: str = "",
    *,
    source: str = "",
    limits: SessionLimits | None = None,
) -> SignedIn:
    """Begin a session for who knows the password, and the code where a second factor was set.

    `source` is the address of the browser's computer, or "" where nobody can tell.

    Raises
    ------
    PeopleError
        ``people.sign-in``, ``people.too-many-tries``
    """
    account = folded_name(name)
    attempt = begin_sign_in_try(store, account, source)
    person = store.people.named(account)
    credentials = store.people.credentials(person.id) if person else None
    right = is_password(password, credentials.password_hash if credentials else "")
    if person is None or credentials is None or person.disabled:
        right = False
    elif right and credentials.second_factor:
        step = step_of(credentials.second_factor, code, now_of(store))
        right = step is not None and store.people.use_second_factor_step(person.id, step)
    if person is None or not right:
        store.sign_in_attempts.was_wrong(person.id if person else "", source)
        raise PeopleError(
            "people.sign-in",
            "The name, the password or the code is not right.",
            remedy="Try again, or ask an administrator of the study for a new invitation.",
        )
    store.sign_in_attempts.was_right(attempt)
    know_address(store, account, source)
    return begin_session(store, person, how="password", limits=limits)


def confirm_password(store: StudyStore, person: Person, password: str, *, session: str) -> None:
    """Check the password of somebody who is signed in, as a signature asks for it; wrong tries count.

    `session` is the token of the session that asks: its own wrong tries hold it up, and nobody else's.

    Raises
    ------
    PeopleError
        ``people.sign-in``, ``people.too-many-tries``
    """
    attempt = begin_signature_try(store, session)
    credentials = store.people.credentials(person.id)
    if not is_password(password, credentials.password_hash if credentials else ""):
        store.sign_in_attempts.was_wrong(person.id, "")
        raise PeopleError(
            "people.sign-in",
            "The password is not right.",
            remedy="Type the password that you sign in with; if you have none yet, set one on your own page.",
        )
    store.sign_in_attempts.was_right(attempt)


def begin_session(
    store: StudyStore, person: Person, *, how: str, limits: SessionLimits | None = None
) -> SignedIn:
    """Begin a session for a person who was proved; `how` stands in the log."""
    bounds = limits or SessionLimits()
    token, now = new_token(), now_of(store)
    store.sessions.begin(digest_of(token), person.id, now=now, begun_before=now - bounds.absolute_s, how=how)
    return SignedIn(token, person)


def whose_session(store: StudyStore, token: str, *, limits: SessionLimits | None = None) -> Person | None:
    """The person whose session this is; None where it ended, lay unused too long, or never was."""
    bounds = limits or SessionLimits()
    digest, now = digest_of(token), now_of(store)
    session = store.sessions.find(digest)
    if session is None or session.person.disabled:
        return None
    if now - session.begun_at >= bounds.absolute_s or now - session.used_at >= bounds.idle_s:
        return None
    if now - session.used_at >= min(_NOTED_EVERY_S, bounds.idle_s // 2):
        store.sessions.use(digest, now=now)
    return session.person


def sign_out(store: StudyStore, token: str) -> None:
    """End the session."""
    store.sessions.end(digest_of(token))
