"""Outlines of every two readers, lesion by lesion: what is compared, and what is only counted."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from adcurate.errors import StatisticsError
from adcurate.model.answers.overlap import MEASURES, DrawnRegion, OverlapQuestion
from adcurate.model.jsonable import as_jsonable
from adcurate.model.plan import Plan
from adcurate.model.protocol import Analysis
from adcurate.study.questions.overlap import answer_overlap


def square(side, left=0.0, bottom=0.0):
    return np.array([[0.0, 0.0], [side, 0.0], [side, side], [0.0, side]]) + np.array([left, bottom])


def region(lesion, reader, ring, *, on="image", frame=1, excluded=()):
    return DrawnRegion(f"S{lesion:02d}", "1", reader, on, frame, (ring,), excluded)


def shifted(n):
    """Squares of 10 mm; the second reader's lie k/10 of a side to the right, k = 1 .. n."""
    return [
        drawn
        for k in range(1, n + 1)
        for drawn in (region(k, "R1", square(10)), region(k, "R2", square(10, k / 10 * 10 / n)))
    ]


def ask(regions, *, n=12, **keys):
    lesions = SimpleNamespace(subject=tuple(f"S{k:02d}" for k in range(1, n + 1)), lesion=("1",) * n)
    levels = SimpleNamespace(lesions=lesions)
    return answer_overlap(
        OverlapQuestion(**keys), levels, Analysis(), None, plan=Plan(), other_maps={}, regions=regions
    )


def test_lesions_stand_from_the_least_overlap_and_the_summaries_are_theirs():
    (pair,) = ask(shifted(9)).pairs
    dice = [one.overlap.dice for one in pair.lesions]
    assert dice == sorted(dice) == pytest.approx([1 - k / 90 for k in range(9, 0, -1)])
    assert [one.subject for one in pair.lesions][:2] == ["S09", "S08"]
    assert set(pair.summaries) == set(MEASURES)
    found = pair.summaries["dice"]
    assert (found.n, found.minimum, found.maximum) == (9, min(dice), max(dice))
    assert found.median == pytest.approx(np.median(dice))
    assert pair.summaries["hausdorff_mm"].maximum == pytest.approx(1.0)
    assert pair.summaries["size_ratio"].median == pytest.approx(1.0)


def test_percentiles_follow_the_protocol():
    drawn = shifted(9)
    (pair,) = ask(drawn).pairs
    dice = [one.overlap.dice for one in pair.lesions]
    assert pair.summaries["dice"].q1 == pytest.approx(np.percentile(dice, 25, method="weibull"))


def test_lesions_on_other_slices_or_of_one_reader_are_counted_and_not_compared():
    drawn = shifted(4)
    drawn[1] = replace(drawn[1], frame_number=2)
    drawn[3] = replace(drawn[3], sop_instance_uid="another image")
    answer = ask(drawn[:-1])
    (pair,) = answer.pairs
    assert pair.other_slice == (("S01", "1"), ("S02", "1"))
    assert pair.one_reader == (("S04", "1"),)
    assert [one.subject for one in pair.lesions] == ["S03"]
    assert {finding.code for finding in answer.findings} == {"overlap.other-slice", "overlap.one-reader"}
    assert "S01 / 1" in answer.findings[0].sentence


def test_of_several_shared_slices_the_first_is_compared():
    drawn = shifted(2)
    drawn += [replace(one, frame_number=2, rings=(square(99),)) for one in drawn[:2]]
    (pair,) = ask(drawn).pairs
    assert pair.n_several_slices == 1
    assert [one.overlap.size_first for one in pair.lesions] == pytest.approx([100.0, 100.0])


def test_lesions_that_are_not_analysed_are_not_compared():
    (pair,) = ask(shifted(5), n=3).pairs
    assert len(pair.lesions) == 3 and pair.one_reader == ()


def test_exclusions_are_taken_out_and_nothing_left_is_said():
    inside, all_of_it = ((square(5),),), ((square(40, -5, -5),),)
    drawn = shifted(3)
    drawn[0] = replace(drawn[0], excluded=inside)
    drawn[2] = replace(drawn[2], excluded=all_of_it)
    answer = ask(drawn)
    (pair,) = answer.pairs
    by_name = {one.subject: one for one in pair.lesions}
    assert by_name["S01"].overlap.size_first == pytest.approx(75.0)
    assert by_name["S02"].overlap.dice == 0.0 and np.isnan(by_name["S02"].size_ratio)
    assert pair.summaries["hausdorff_mm"].n == 2
    assert [finding.code for finding in answer.findings] == ["overlap.empty-region"]


def test_every_two_readers_are_a_pair_and_some_can_be_named():
    drawn = shifted(3) + [region(k, "R3", square(9)) for k in range(1, 4)]
    assert [(pair.first, pair.second) for pair in ask(drawn).pairs] == [
        ("R1", "R2"),
        ("R1", "R3"),
        ("R2", "R3"),
    ]
    assert ask(drawn, readers=("R3", "R1")).readers == ("R1", "R3")


def test_the_order_of_regions_does_not_matter():
    drawn = shifted(8)
    shuffled = [drawn[i] for i in np.random.default_rng(1).permutation(len(drawn))]
    assert as_jsonable(ask(drawn)) == as_jsonable(ask(shuffled))


@pytest.mark.parametrize(("n", "places"), [(1, [1]), (5, [1, 2, 3, 4, 5]), (9, [1, 2, 4, 5, 8, 9])])
def test_the_least_the_middle_and_the_greatest_are_shown(n, places):
    (pair,) = ask(shifted(n)).pairs
    assert [one.place for one in pair.shown] == places
    assert all(one.subject == pair.lesions[one.place - 1].subject for one in pair.shown)
    assert all((one.first.reader, one.second.reader) == ("R1", "R2") for one in pair.shown)


@pytest.mark.parametrize(
    ("regions", "keys", "code", "words"),
    [
        (None, {}, "statistics.option", "in a study only"),
        ([], {}, "statistics.option", "0 reader"),
        (shifted(3)[::2], {}, "statistics.option", "1 reader"),
        (shifted(3), {"readers": ("R1", "R9")}, "statistics.option", "R9"),
        (shifted(3), {"readers": ("R1",)}, "statistics.option", "1 reader"),
        (
            [region(1, "R1", square(9)), region(1, "R2", square(9), frame=2)],
            {},
            "statistics.too-few",
            "same slice",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_in_words(regions, keys, code, words):
    with pytest.raises(StatisticsError) as refused:
        ask(regions, **keys)
    assert refused.value.code == code and words in refused.value.sentence


def test_no_test_is_made():
    assert ask(shifted(3)).p_values == {}
