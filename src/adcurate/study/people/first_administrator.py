"""The first administrator: made by the link that the server prints. There is no default password."""

from __future__ import annotations

from typing import Final

from adcurate.model.reading.person import Person
from adcurate.store import StudyStore
from adcurate.study.people.names import checked_display_name, checked_name
from adcurate.study.people.passwords import hash_password
from adcurate.study.people.sign_in import now_of
from adcurate.study.people.tokens import digest_of, new_token

LINK_LASTS_S: Final = 60 * 60


def needs_first_administrator(store: StudyStore) -> bool:
    """Whether nobody administers the study yet."""
    return not store.people.has_administrator()


def make_first_link(store: StudyStore) -> str:
    """Make the one-time secret of the link; one that was made before no longer works."""
    token = new_token()
    store.one_time_links.make_for_first_administrator(
        digest_of(token), expires_at=now_of(store) + LINK_LASTS_S
    )
    return token


def make_first_administrator(
    store: StudyStore, token: str, name: str, display_name: str, password: str, *, is_alone: bool = False
) -> Person:
    """Make the administrator against the link's secret; who `is_alone` also sees results.

    Raises
    ------
    PeopleError
        ``people.link``, ``people.name``, ``people.name-taken``, ``people.password``
    """
    login, shown = checked_name(name), checked_display_name(display_name)
    return store.one_time_links.add_first_administrator(
        digest_of(token),
        login,
        shown,
        hash_password(password, name=login),
        now=now_of(store),
        is_alone=is_alone,
    )
