"""Wrong tries at a secret, and how many are taken: what is counted together, and for how long.

Signing in counts strangers together under the name that they try. An address from which the person signed in
within the last month has a count of its own, so that strangers elsewhere keep nobody out. Who is signed in is
past that: a signature counts by session, and the passphrase of sealed outcomes by person.
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from adcurate.errors import PeopleError, ReadError
from adcurate.model.reading.person import Person
from adcurate.store import StudyStore
from adcurate.store.reading.sessions import TryLimit
from adcurate.study.people.tokens import digest_of

WINDOW_S: Final = 15 * 60
MOST_WRONG: Final = 10
MOST_WRONG_FROM: Final = 100
_KNOWN_S: Final = 30 * 86_400
_WHERE: Final = {
    "name": "for this name.",
    "address": "from this computer's address.",
    "session": "in this session.",
    "passphrase": "of the passphrase.",
}


def now_of(store: StudyStore) -> int:
    """Seconds since 1970 by the store's clock: the only clock of sessions and limits."""
    return int(datetime.datetime.fromisoformat(store.clock()).timestamp())


def begin_sign_in_try(store: StudyStore, account: str, source: str) -> tuple[int, ...]:
    """Count a try to sign in, by the name and by the address that it comes from.

    Raises
    ------
    PeopleError
        ``people.too-many-tries``
    """
    counter, known = digest_of(f"name\0{account}"), _known_address(account, source)
    if known and store.sign_in_attempts.is_marked(known, since=now_of(store) - _KNOWN_S):
        counter = digest_of(f"name at address\0{account}\0{_neighbours(source)}")
    limits = [TryLimit(counter, MOST_WRONG, "name")]
    if source:
        limits.append(TryLimit(digest_of(f"address\0{_neighbours(source)}"), MOST_WRONG_FROM, "address"))
    return _begin(store, limits, source)


def know_address(store: StudyStore, account: str, source: str) -> None:
    """Remember that this person signed in from this address."""
    known = _known_address(account, source)
    if known:
        store.sign_in_attempts.mark(known, now=now_of(store))


def begin_signature_try(store: StudyStore, session: str) -> tuple[int, ...]:
    """Count a try to sign with a password, by the session's token: nobody outside the session adds to it.

    Raises
    ------
    PeopleError
        ``people.too-many-tries``
    """
    return _begin(store, [TryLimit(digest_of(f"signature\0{session}"), MOST_WRONG, "session")], "")


@contextmanager
def counted_passphrase(store: StudyStore, person: Person) -> Iterator[None]:
    """Count what is done inside as a try of the outcomes' passphrase; only a wrong one stays counted.

    Raises
    ------
    PeopleError
        ``people.too-many-tries``
    """
    limit = TryLimit(digest_of(f"passphrase\0{person.id}"), MOST_WRONG, "passphrase")
    attempt = _begin(store, [limit], "")
    try:
        yield
    except ReadError as trouble:
        if trouble.code == "read.passphrase":
            store.sign_in_attempts.was_wrong(person.id, "", action="outcomes.wrong-passphrase")
        else:
            store.sign_in_attempts.was_right(attempt)
        raise
    store.sign_in_attempts.was_right(attempt)


def _begin(store: StudyStore, limits: Sequence[TryLimit], source: str) -> tuple[int, ...]:
    now = now_of(store)
    attempt = store.sign_in_attempts.begin(limits, now=now, since=now - WINDOW_S, source=source)
    if isinstance(attempt, TryLimit):
        raise PeopleError(
            "people.too-many-tries",
            f"There were {attempt.most} wrong tries {_WHERE[attempt.of]}",
            remedy="Wait a quarter of an hour.",
        )
    return attempt


def _known_address(account: str, source: str) -> str:
    return digest_of(f"signed in from\0{account}\0{_neighbours(source)}") if source else ""


def _neighbours(source: str) -> str:
    """What is counted as one address: an IPv6 host has its whole network of 64 bits to choose from."""
    address = ipaddress.ip_address(source)
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address) >> 64 << 64, 64)))
    return source
