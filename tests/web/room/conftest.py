"""One served room for each test file, whose passwords are quick to hash."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from tests.web.room.visiting import Served, new_study, serving

from adcurate.study.people import passwords


@pytest.fixture(autouse=True, scope="module")
def quick_passwords() -> Iterator[None]:
    """Hashing at its real cost is timed in tests/study/people."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: quick)
        passwords._hash_of_nothing.cache_clear()
        yield
    passwords._hash_of_nothing.cache_clear()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(new_study(tmp_path_factory.mktemp("room"))) as room:
        room.add_first()
        yield room
