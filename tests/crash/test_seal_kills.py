"""Sealing or opening outcomes that is killed anywhere: rows and worksheets are both sealed, or both open."""

from __future__ import annotations

from tests.crash.test_kill_points import break_off


def test_the_harness_catches_worksheets_that_follow_the_seal_with_nothing_kept(bench):
    assert next(break_off(bench, "seal", 20, bug="worksheets after the seal"), None)


def test_killed_anywhere_no_worksheet_lies_open_beside_a_seal_and_none_is_lost(bench):
    assert list(break_off(bench, "seal", 30)) == []
