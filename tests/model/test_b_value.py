"""The b-value ledger: what counts as one b-value."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.model import BValue, group_b_values

REPEATS = [0.0, 0.001, 0.002, 50.0, 600.0, 600.0]
GE_PLAYED_OUT = [928.3, 929.8, 929.0, 0.0]


def shape(values):
    return [(group.value, group.members) for group in group_b_values(values)]


EDGES = {
    "none": ([], []),
    "one": ([800.0], [(800.0, (0,))]),
    "stored with noise around zero": (REPEATS, [(0.001, (0, 1, 2)), (50.0, (3,)), (600.0, (4, 5))]),
    "as played out": (GE_PLAYED_OUT, [(0.0, (3,)), (929.0, (0, 1, 2))]),
    "not in order": ([1000.0, 0.0, 1000.0], [(0.0, (1,)), (1000.0, (0, 2))]),
    "1 s/mm² apart is one": ([50.0, 51.0], [(50.5, (0, 1))]),
    "more than that is two": ([50.0, 51.5], [(50.0, (0,)), (51.5, (1,))]),
    "1 % apart is one": ([1000.0, 1010.0], [(1005.0, (0, 1))]),
    "more than 1 % is two": ([1000.0, 1010.5], [(1000.0, (0,)), (1010.5, (1,))]),
    "a chain of near values is no one group": (
        [500.0, 504.0, 508.0, 512.0],
        [(502.0, (0, 1)), (510.0, (2, 3))],
    ),
}


@pytest.mark.parametrize(("values", "expected"), EDGES.values(), ids=EDGES.keys())
def test_groups_are_those_of_the_edge_table(values, expected):
    found = shape(values)
    assert [members for _, members in found] == [members for _, members in expected]
    assert [value for value, _ in found] == pytest.approx([value for value, _ in expected])


B_VALUES = st.lists(st.floats(0, 4000) | st.sampled_from([0, 0.001, 49.5, 50, 928.3, 929.8]), max_size=40)


@given(B_VALUES)
@settings(max_examples=60, deadline=None)
def test_every_member_is_within_the_tolerance_and_no_frame_is_lost_or_counted_twice(values):
    groups = group_b_values(values)
    assert sorted(i for group in groups for i in group.members) == list(range(len(values)))
    for group in groups:
        own = [values[i] for i in group.members]
        tolerance = max(1.0, 0.01 * min(own))
        assert max(own) - min(own) <= tolerance
        assert min(own) <= group.value <= max(own)
    for lower, upper in itertools.pairwise(groups):
        start = min(values[i] for i in lower.members)
        assert min(values[i] for i in upper.members) - start > max(1.0, 0.01 * start)


@given(B_VALUES.filter(bool), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_groups_do_not_depend_on_the_order_of_the_frames(values, random):
    shuffled = random.sample(values, len(values))
    assert [group.value for group in group_b_values(values)] == [
        group.value for group in group_b_values(shuffled)
    ]


def test_a_fit_uses_the_b_value_that_was_played_out_where_it_is_known():
    assert BValue(900.0, "(0018,9087)").value == 900.0
    assert BValue(900.0, "(0043,1039)", actual=928.3, bias_removed=1e9).value == 928.3
    assert math.isclose(BValue(0.0, "absent", inferred=True).value, 0.0)
