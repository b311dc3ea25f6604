"""Gleason scores as they are written, and the grade groups of Epstein et al. 2016."""

from __future__ import annotations

import pytest

from adcurate.errors import GradingError
from adcurate.grading import isup_group, parse_gleason

# The table of the paper: every pair of patterns that is reported today, and its grade group.
GROUPS = {
    "ISUP 1": ["3+3"],
    "ISUP 2": ["3+4"],
    "ISUP 3": ["4+3"],
    "ISUP 4": ["4+4", "3+5", "5+3"],
    "ISUP 5": ["4+5", "5+4", "5+5"],
}


@pytest.mark.parametrize(("group", "scores"), GROUPS.items())
def test_each_score_has_the_grade_group_of_the_consensus(group, scores):
    assert {isup_group(parse_gleason(score)) for score in scores} == {group}
    # Told by the sum alone where the group does not hang on the patterns.
    sums = {sum(int(pattern) for pattern in score.split("+")) for score in scores} - {7}
    assert {isup_group(parse_gleason(str(total))) for total in sums} <= {group}


@pytest.mark.parametrize("score", ["1+1", "2+2", "2+3", "3+2"])
def test_scores_that_are_no_longer_given_are_of_the_first_group(score):
    assert isup_group(parse_gleason(score)) == "ISUP 1"


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("3+4", "3+4"),
        (" 3 + 4 = 7 ", "3+4"),
        ("Gleason 4+3", "4+3"),
        ("Gleason score: 4+3=7", "4+3"),
        ("Gleasonscore 3+3", "3+3"),
        ("score de Gleason 4+4", "4+4"),
        ("Gleason-Summe 9", "9"),
        ("GS 7 (3+4)", "3+4"),
        ("7(4+3)", "4+3"),
        ("7a", "3+4"),
        ("7B", "4+3"),
    ],
)
def test_a_score_is_understood_as_reports_write_it(text, score):
    assert parse_gleason(text) == score


@pytest.mark.parametrize(
    "text", ["7", "Gleason 7", "3+4=8", "7 (4+4)", "3-4", "2", "11", "3+6", "0+7", "8a", "", "x"]
)
def test_what_is_two_groups_or_no_score_is_refused(text):
    with pytest.raises(GradingError) as caught:
        parse_gleason(text)
    assert caught.value.code == "grading.gleason"
