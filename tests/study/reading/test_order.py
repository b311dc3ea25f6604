"""The order of the cases: fair, the same from the same seed, and repeats far from each other."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.study.reading.order import reading_order, training_order

KEYS = st.integers(2, 30).map(lambda n: [f"S{number}/1" for number in range(n)])
FRACTIONS = st.floats(0, 1)


@given(KEYS, st.text("abc", min_size=1), st.integers(0, 2**40), FRACTIONS)
@settings(max_examples=150, deadline=None)
def test_in_one_session_every_case_comes_and_repeats_are_never_adjacent(keys, reader, seed, fraction):
    (order,) = reading_order(keys, reader, seed=seed, sessions=1, repeat_fraction=fraction)
    counts = Counter(order)
    assert set(counts) == set(keys) and max(counts.values()) <= 2
    assert len(order) - len(keys) == pytest.approx(fraction * len(keys), abs=1)
    assert all(first != second for first, second in itertools.pairwise(order))


@given(KEYS, st.text("abc", min_size=1), st.integers(0, 2**40), FRACTIONS, st.integers(2, 4))
@settings(max_examples=100, deadline=None)
def test_each_later_session_repeats_the_stated_part_once(keys, reader, seed, fraction, sessions):
    first, *later = reading_order(keys, reader, seed=seed, sessions=sessions, repeat_fraction=fraction)
    assert sorted(first) == sorted(keys) and len(later) == sessions - 1
    for session in later:
        assert len(set(session)) == len(session) and set(session) <= set(keys)
        assert len(session) == pytest.approx(fraction * len(keys), abs=1)


@given(KEYS, st.integers(0, 2**40), st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_hangs_on_seed_and_reader_alone(keys, seed, randoms):
    mixed = list(keys)
    randoms.shuffle(mixed)

    def order(of, reader):
        return reading_order(of, reader, seed=seed, sessions=1, repeat_fraction=0.5)

    assert order(keys, "anna") == order(mixed, "anna")
    if len(keys) > 12:
        assert order(keys, "anna") != order(keys, "ben")


def test_repeats_lie_a_quarter_of_the_cases_apart_where_there_are_enough():
    keys = [f"S{number}" for number in range(40)]
    for seed in range(30):
        (order,) = reading_order(keys, "anna", seed=seed, sessions=1, repeat_fraction=0.2)
        for key in (key for key, n in Counter(order).items() if n == 2):
            first, second = (at for at, one in enumerate(order) if one == key)
            assert second - first >= 10


def test_every_place_is_as_likely_for_every_case():
    keys = [f"S{number}" for number in range(6)]
    first = Counter(
        reading_order(keys, "anna", seed=seed, sessions=1, repeat_fraction=0.0)[0][0] for seed in range(3000)
    )
    assert all(abs(first[key] - 500) < 90 for key in keys)


def test_training_comes_in_an_order_of_its_own():
    keys = [f"S{number}" for number in range(20)]
    assert sorted(training_order(keys, "anna", 1)) == sorted(keys)
    assert training_order(keys, "anna", 1) != training_order(keys, "ben", 1)
