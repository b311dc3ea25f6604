"""The grading rule at every limit of every edition."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import GradingError
from adcurate.grading import EDITIONS, grade, parse_ki67, parse_mitoses

SINCE_2017 = ("who-2017", "who-2019", "who-2022")

KI67_LIMITS = [
    # Ki-67, under 2010, under 2017 and later
    ("0", ("G1",), ("G1",)),
    ("<1", ("G1",), ("G1",)),
    ("<2", ("G1",), ("G1",)),
    ("2", ("G1",), ("G1",)),
    ("<=2", ("G1",), ("G1",)),
    ("1-2", ("G1",), ("G1",)),
    ("2.5", ("G1", "G2"), ("G1",)),
    ("2.99", ("G1", "G2"), ("G1",)),
    ("<3", ("G1", "G2"), ("G1",)),
    ("<=3", ("G1", "G2"), ("G1", "G2")),
    ("2-3", ("G1", "G2"), ("G1", "G2")),
    ("3", ("G2",), ("G2",)),
    ("3-5", ("G2",), ("G2",)),
    ("19.9", ("G2",), ("G2",)),
    ("20", ("G2",), ("G2",)),
    ("20.1", ("G3",), ("G3",)),
    (">20", ("G3",), ("G3",)),
    (">=20", ("G2", "G3"), ("G2", "G3")),
    ("15-25", ("G2", "G3"), ("G2", "G3")),
    ("<=100", ("G1", "G2", "G3"), ("G1", "G2", "G3")),
    ("100", ("G3",), ("G3",)),
]
MITOSES_LIMITS = [
    ("0", "G1", "G1"),
    ("1.9", "G1", "G1"),
    ("<2", "G1", "G1"),
    ("2", "G2", "G2"),
    ("10", "G2", "G2"),
    ("10.1", "G2", "G3"),
    ("20", "G2", "G3"),
    ("20.5", "G3", "G3"),
    (">20", "G3", "G3"),
]


def codes(grading):
    return {finding.code for finding in grading.findings}


@pytest.mark.parametrize(("text", "in_2010", "later"), KI67_LIMITS)
def test_ki67_at_each_limit_allows_the_grades_of_the_edition(text, in_2010, later):
    for edition, expected in [("who-2010", in_2010), *((name, later) for name in SINCE_2017)]:
        grading = grade(edition, ki67=parse_ki67(text), differentiation="well")
        assert grading.possible == expected
        assert grading.grade == (expected[0] if len(expected) == 1 else None)
        assert grading.edition == edition


@pytest.mark.parametrize(("text", "digestive", "lung"), MITOSES_LIMITS)
def test_mitoses_at_each_limit_give_the_grade_of_the_edition(text, digestive, lung):
    for edition in ("who-2010", *SINCE_2017):
        count = parse_mitoses(text, EDITIONS[edition].mitoses_unit)
        grading = grade(edition, mitoses=count)
        assert (grading.grade, grading.decided_by) == (digestive, ("mitoses",))
    count = parse_mitoses(text, "per-2-mm2")
    assert grade("who-2021-lung", mitoses=count, necrosis="absent").grade == lung


def test_the_gap_of_2010_is_said_and_closed_by_later_editions():
    gap = grade("who-2010", ki67=parse_ki67("2.5"))
    assert "grading.gap" in codes(gap)
    assert gap.high_grade is False
    assert "grading.gap" not in codes(grade("who-2017", ki67=parse_ki67("2.5")))


def test_mitoses_can_settle_a_gap():
    settled = grade("who-2010", ki67=parse_ki67("2.5"), mitoses=parse_mitoses("5", "per-10-hpf"))
    assert (settled.grade, settled.decided_by) == ("G2", ("ki67", "mitoses"))


def test_a_range_across_a_limit_is_said_and_leaves_the_outcome_open_only_at_20():
    low = grade("who-2017", ki67=parse_ki67("2-5"))
    high = grade("who-2017", ki67=parse_ki67("15-25"))
    assert "grading.range-across-limit" in codes(low) & codes(high)
    assert (low.high_grade, high.high_grade) == (False, None)


def test_exactly_20_percent_is_g2_and_noted():
    at_limit = grade("who-2022", ki67=parse_ki67("20"))
    assert at_limit.grade == "G2"
    assert codes(at_limit) == {"grading.at-limit"}


def test_the_higher_of_ki67_and_mitoses_wins_and_the_conflict_is_said():
    grading = grade("who-2019", ki67=parse_ki67("1"), mitoses=parse_mitoses("4", "per-2-mm2"))
    assert (grading.grade, grading.label, grading.decided_by) == ("G2", "NET G2", ("mitoses",))
    assert codes(grading) == {"grading.ki67-against-mitoses"}
    other = grade("who-2019", ki67=parse_ki67("12"), mitoses=parse_mitoses("<2", "per-2-mm2"))
    assert (other.grade, other.decided_by) == ("G2", ("ki67",))


@pytest.mark.parametrize(
    ("edition", "differentiation", "label", "expected_grade", "said"),
    [
        ("who-2010", "well", "NEC G3", "G3", {"grading.g3-not-split"}),
        ("who-2010", "poor", "NEC G3", "G3", set()),
        ("who-2010", None, "NEC G3", "G3", set()),
        ("who-2017", "well", "NET G3", "G3", set()),
        ("who-2017", "poor", "NEC G3", "G3", set()),
        ("who-2017", None, "NET G3 or NEC G3", "G3", {"grading.differentiation-missing"}),
        ("who-2019", "well", "NET G3", "G3", set()),
        ("who-2019", "poor", "NEC", None, set()),
        ("who-2022", None, "NET G3 or NEC", "G3", {"grading.differentiation-missing"}),
        ("who-2022", "mixed", "MiNEN", None, {"grading.mixed"}),
        ("who-2010", "mixed", "MANEC", None, {"grading.mixed"}),
    ],
)
def test_above_20_percent_the_name_follows_the_differentiation(
    edition, differentiation, label, expected_grade, said
):
    grading = grade(edition, ki67=parse_ki67("60"), differentiation=differentiation)
    assert (grading.label, grading.grade, codes(grading)) == (label, expected_grade, said)
    assert grading.high_grade is (None if differentiation == "mixed" else True)


def test_a_poorly_differentiated_tumour_with_a_low_count_is_a_serious_finding():
    grading = grade("who-2019", ki67=parse_ki67("5"), differentiation="poor")
    assert (grading.label, grading.high_grade, grading.decided_by) == ("NEC", True, ("differentiation",))
    assert [(f.code, f.severity) for f in grading.findings] == [
        ("grading.differentiation-against-count", "serious")
    ]


def test_a_carcinoma_needs_no_count():
    assert grade("who-2022", differentiation="poor").label == "NEC"


def test_a_count_in_the_unit_of_another_edition_is_noted():
    grading = grade("who-2019", mitoses=parse_mitoses("3", "per-10-hpf"))
    assert (grading.grade, codes(grading)) == ("G2", {"grading.mitoses-unit"})
    assert codes(grade("who-2010", mitoses=parse_mitoses("3", "per-10-hpf"))) == set()


@pytest.mark.parametrize(
    ("mitoses", "necrosis", "possible", "label", "decided_by"),
    [
        ("1", "absent", ("G1",), "typical carcinoid", ("mitoses",)),
        ("1", "present", ("G2",), "atypical carcinoid", ("necrosis",)),
        ("1", None, ("G1", "G2"), "typical carcinoid or atypical carcinoid", ("mitoses",)),
        ("5", "absent", ("G2",), "atypical carcinoid", ("mitoses",)),
        ("5", None, ("G2",), "atypical carcinoid", ("mitoses",)),
        ("12", "present", ("G3",), "carcinoid with elevated mitotic count", ("mitoses",)),
        (
            None,
            "present",
            ("G2", "G3"),
            "atypical carcinoid or carcinoid with elevated mitotic count",
            ("necrosis",),
        ),
    ],
)
def test_in_the_lung_necrosis_makes_a_carcinoid_atypical(mitoses, necrosis, possible, label, decided_by):
    count = parse_mitoses(mitoses, "per-2-mm2") if mitoses else None
    grading = grade("who-2021-lung", mitoses=count, necrosis=necrosis, differentiation="well")
    assert (grading.possible, grading.label, grading.decided_by) == (possible, label, decided_by)
    assert ("grading.necrosis-missing" in codes(grading)) == (mitoses == "1" and necrosis is None)


def test_in_the_lung_ki67_does_not_grade():
    count = parse_mitoses("1", "per-2-mm2")
    grading = grade("who-2021-lung", ki67=parse_ki67("30"), mitoses=count, necrosis="absent")
    assert (grading.grade, codes(grading)) == ("G1", {"grading.ki67-not-used"})
    with pytest.raises(GradingError) as caught:
        grade("who-2021-lung", ki67=parse_ki67("30"))
    assert caught.value.code == "grading.incomplete"


def test_histology_without_a_count_is_incomplete():
    with pytest.raises(GradingError) as caught:
        grade("who-2017", differentiation="well", necrosis="present")
    assert caught.value.code == "grading.incomplete"


def test_an_unknown_edition_or_word_is_refused():
    with pytest.raises(GradingError) as caught:
        grade("who-1999", ki67=parse_ki67("1"))
    assert caught.value.code == "grading.edition"
    with pytest.raises(GradingError) as caught:
        grade("who-2017", ki67=parse_ki67("1"), differentiation="moderate")
    assert caught.value.code == "grading.value"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["who-2010", *SINCE_2017]),
    st.floats(0, 100, allow_subnormal=False).map(lambda value: round(value, 2)),
    st.floats(0, 100, allow_subnormal=False).map(lambda value: round(value, 2)),
)
def test_a_higher_ki67_never_lowers_the_grade(edition, first, second):
    low, high = sorted((first, second))
    below = grade(edition, ki67=parse_ki67(f"{low:.2f}"), differentiation="well")
    above = grade(edition, ki67=parse_ki67(f"{high:.2f}"), differentiation="well")
    assert below.possible[-1] <= above.possible[-1]
    assert below.possible[0] <= above.possible[0]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["who-2010", *SINCE_2017]),
    st.integers(0, 400).map(lambda tenths: tenths / 10),
    st.integers(0, 400).map(lambda tenths: tenths / 10),
    st.floats(0, 1),
)
def test_a_range_allows_the_grade_of_every_value_in_it(edition, first, second, part):
    low, high = sorted((first, second))
    value = low + part * (high - low)
    span = grade(edition, ki67=parse_ki67(f"{low}-{high}"), differentiation="well")
    single = grade(edition, ki67=parse_ki67(f"{value:.12f}"), differentiation="well")
    assert set(single.possible) <= set(span.possible)
