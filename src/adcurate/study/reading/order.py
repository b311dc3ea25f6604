"""The order in which a reader meets the cases: from the design's seed and the reader's name, nothing else."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from typing import Final

import numpy as np

_TRIES: Final = 200


def reading_order(
    keys: Sequence[str], reader: str, *, seed: int, sessions: int, repeat_fraction: float
) -> tuple[tuple[str, ...], ...]:
    """The lesions of each session, in order.

    Every lesion is in the first session; each later one has a new random sample of them. With one session
    its repeats stand among the others, after their first reading and never beside it.

    Parameters
    ----------
    keys
        Each lesion once; how they are ordered here makes no difference.
    seed
        Of the design. Readers differ by their names.
    repeat_fraction
        From 0 to 1, rounded up to whole lesions.
    """
    names = sorted(keys)
    n_repeats = n_repeated(len(names), repeat_fraction)
    if sessions == 1:
        return (_with_repeats(names, n_repeats, _generator(seed, reader, 1)),)
    first = _shuffled(names, _generator(seed, reader, 1))
    later = [
        _shuffled(names, _generator(seed, reader, session))[:n_repeats] for session in range(2, sessions + 1)
    ]
    return (tuple(first), *(tuple(one) for one in later))


def late_order(
    keys: Sequence[str], reader: str, *, seed: int, version: int, sessions: int, n_repeats: int
) -> tuple[tuple[str, ...], ...]:
    """The order among lesions that are given after the reading began: they come behind all that was given.

    The first is the session in which they are read first; each later one has a sample of `n_repeats` of them.
    `version` is that of the design which gives them: every time has an order of its own.
    """
    names, drawn_for = sorted(keys), f"{reader}/design {version}"
    if sessions == 1:
        return (_with_repeats(names, n_repeats, _generator(seed, drawn_for, 1)),)
    first = _shuffled(names, _generator(seed, drawn_for, 1))
    later = (_shuffled(names, _generator(seed, drawn_for, one))[:n_repeats] for one in range(2, sessions + 1))
    return (tuple(first), *(tuple(one) for one in later))


def n_repeated(n_lesions: int, repeat_fraction: float) -> int:
    """How many of these lesions are read again: the stated part, rounded up."""
    return math.ceil(repeat_fraction * n_lesions - 1e-9)


def training_order(keys: Sequence[str], reader: str, seed: int) -> tuple[str, ...]:
    """Training cases in a reader's order."""
    return tuple(_shuffled(sorted(keys), _generator(seed, f"{reader}/training", 1)))


def _generator(seed: int, reader: str, session: int) -> np.random.Generator:
    named = int.from_bytes(hashlib.sha256(reader.encode()).digest()[:16], "big")
    return np.random.default_rng([seed, named, session])


def _shuffled(names: Sequence[str], generator: np.random.Generator) -> list[str]:
    return [names[at] for at in generator.permutation(len(names))]


def _with_repeats(names: list[str], n_repeats: int, generator: np.random.Generator) -> tuple[str, ...]:
    """Draw orders until the repeats lie far enough apart.

    That is a quarter of the cases, or as near to it as so many repeats allow; one case at the least.
    """
    first = _shuffled(names, generator)
    if len(first) < 2 or not n_repeats:
        return tuple(first)
    repeated = _shuffled(names, generator)[:n_repeats]
    for gap in range(max(2, len(names) // 4), 1, -1):
        for _ in range(_TRIES):
            order = _inserted(_shuffled(names, generator), repeated, gap, generator)
            if order is not None:
                return order
    # Too few cases for chance: those that are repeated come first, and once more at the end.
    ahead = [name for name in first if name in repeated]
    return (*ahead, *(name for name in first if name not in repeated), *ahead)


def _inserted(
    order: list[str], repeated: Sequence[str], gap: int, generator: np.random.Generator
) -> tuple[str, ...] | None:
    for name in repeated:
        places = range(order.index(name) + gap, len(order) + 1)
        if not places:
            return None
        order.insert(int(generator.integers(places.start, places.stop)), name)
    return tuple(order)
