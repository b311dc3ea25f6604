"""A server killed in the middle of a reader's save or lock: nothing acknowledged is lost, nothing is torn."""

from __future__ import annotations

import pytest
from tests.crash.test_kill_points import break_off


@pytest.mark.parametrize(
    ("bug", "calls"),
    [("save acknowledged early", ("pwrite64",)), ("lock in two steps", ("fdatasync",))],
)
def test_the_harness_catches_a_planted_bug_of_saving(bench, bug, calls):
    assert next(break_off(bench, "reading", 16, bug=bug, calls=calls), None)


def test_killed_anywhere_no_acknowledged_save_or_lock_is_lost(bench):
    assert list(break_off(bench, "reading", 12)) == []
