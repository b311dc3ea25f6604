"""Passwords: what may be one, hashing with argon2id, and checking. It knows no store and no person."""

from __future__ import annotations

import secrets
import threading
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from adcurate.errors import PeopleError

LEAST_LETTERS: Final = 12
MOST_LETTERS: Final = 256
_LEAST_DIFFERENT: Final = 5
# Each check takes 64 MiB: guesses that come at once must not take the memory of the computer.
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def hash_password(password: str, *, name: str = "") -> str:
    """Hash a password that somebody chose, after looking whether it may be one.

    Raises
    ------
    PeopleError
        ``people.password``
    """
    if not LEAST_LETTERS <= len(password) <= MOST_LETTERS:
        raise _refused(f"A password has {LEAST_LETTERS} to {MOST_LETTERS} letters.")
    if len(set(password.casefold())) < _LEAST_DIFFERENT:
        raise _refused(f"A password has at least {_LEAST_DIFFERENT} different letters.")
    if name and name.casefold() in password.casefold():
        raise _refused("A password does not hold the name.")
    with _AT_ONCE:
        return _hasher().hash(password)


def is_password(password: str, stored_hash: str) -> bool:
    """Whether `password` is the one that was hashed; as slow for "" (there is none), which is never right."""
    try:
        with _AT_ONCE:
            _hasher().verify(stored_hash or _hash_of_nothing(), password[: MOST_LETTERS + 1])
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored_hash)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _hash_of_nothing() -> str:
    """The hash of a password that nobody knows, so that a name nobody has takes as long to refuse."""
    return _hasher().hash(secrets.token_hex(32))


def _refused(sentence: str) -> PeopleError:
    return PeopleError(
        "people.password", sentence, remedy="Several words in a row are easy to keep and hard to guess."
    )
