"""What people change about themselves: the password and the second factor. Each asks for the password.

`session` is the token of the session that asks; wrong passwords are counted by it.
"""

from __future__ import annotations

from adcurate.errors import PeopleError
from adcurate.model.reading.person import Person
from adcurate.store import StudyStore
from adcurate.study.people.passwords import hash_password
from adcurate.study.people.second_factor import is_secret, step_of
from adcurate.study.people.sign_in import confirm_password
from adcurate.study.people.tries import now_of


def change_password(store: StudyStore, person: Person, present: str, new: str, *, session: str) -> None:
    """Set a new password; all sessions of the person end. Who has none yet sets the first.

    Raises
    ------
    PeopleError
        ``people.sign-in``, ``people.too-many-tries``, ``people.password``
    """
    if person.has_password:
        confirm_password(store, person, present, session=session)
    store.people.set_password(person.id, hash_password(new, name=person.name))


def ask_for_codes(
    store: StudyStore, person: Person, password: str, secret: str, code: str, *, session: str
) -> None:
    """Ask for a code at each sign-in from now on, once the person's app has shown the right one.

    Raises
    ------
    PeopleError
        ``people.sign-in``, ``people.too-many-tries``, ``people.second-factor``
    """
    confirm_password(store, person, password, session=session)
    step = step_of(secret, code, now_of(store)) if is_secret(secret) else None
    if step is None:
        raise PeopleError(
            "people.second-factor",
            "The code is not the one that belongs to this secret now.",
            remedy="Check that the clocks of the phone and of the server are right, and type the next code.",
        )
    store.people.set_second_factor(person.id, secret)
    store.people.use_second_factor_step(person.id, step)


def stop_asking_for_codes(store: StudyStore, person: Person, password: str, *, session: str) -> None:
    """Ask for no code any more.

    Raises
    ------
    PeopleError
        ``people.sign-in``, ``people.too-many-tries``
    """
    confirm_password(store, person, password, session=session)
    store.people.set_second_factor(person.id, "")
