"""A draft is kept whatever its geometry, and nothing that is no draft passes for one."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.errors import ReadError
from adcurate.model.reading.draft import MOST_POINTS, CannotAssess, Draft, DrawnContour, Ruler, parse_draft

CONTOUR = {
    "id": "c1",
    "role": "lesion",
    "series": "s1",
    "frame": 3,
    "tool": "freehand",
    "points_lps_mm": [[0.0, 0.0, 1.0], [4.0, 0.0, 1.0], [0.0, 4.0, 1.0]],
    "holes_lps_mm": [],
}
RULER = {
    "id": "r1",
    "axis": "long",
    "series": "s1",
    "frame": 3,
    "from_lps_mm": [0, 0, 0],
    "to_lps_mm": [3, 4, 0],
}
NUMBERS = st.floats(-1e5, 1e5)
POINTS = st.lists(st.tuples(NUMBERS, NUMBERS, NUMBERS), max_size=12).map(tuple)
NAMES = st.text("abcdefgh0123456789", min_size=1, max_size=12)
CONTOURS = st.builds(
    DrawnContour,
    NAMES,
    st.sampled_from(["lesion", "exclusion", "reference"]),
    NAMES,
    st.integers(1, 500),
    st.sampled_from(["freehand", "brush", "interpolated"]),
    POINTS,
    st.lists(POINTS, max_size=2).map(tuple),
)
DRAFTS = st.builds(
    Draft,
    st.lists(CONTOURS, max_size=4, unique_by=lambda one: one.id).map(tuple),
    st.just((Ruler("r", "short", "s1", 1, (0.0, 0.0, 0.0), (1.0, 2.0, 2.0)),)),
    st.none() | st.integers(1, 5),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40),
    st.none() | st.just(CannotAssess("other", "too small")),
)


@given(DRAFTS)
def test_what_is_drawn_comes_back_as_it_was_through_json(draft):
    again = parse_draft(json.loads(draft.text))
    assert again == draft and again.digest == draft.digest


def test_a_ruler_is_as_long_as_its_ends_are_apart():
    assert parse_draft({"rulers": [RULER]}).rulers[0].length_mm == 5.0


@pytest.mark.parametrize(
    "change",
    [
        {"points_lps_mm": []},
        {"points_lps_mm": [[0, 0, 0], [1, 1, 0], [1, 0, 0], [0, 1, 0]]},
        {"points_lps_mm": [[0, 0, 0], [0, 0, 0]]},
    ],
)
def test_a_stroke_that_cannot_be_measured_is_a_draft_all_the_same(change):
    assert len(parse_draft({"contours": [{**CONTOUR, **change}]}).contours) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"reader": "anna"},
        {"grade": "G3"},
        {"id": ""},
        {"id": 7},
        {"role": "tumour"},
        {"tool": "pencil"},
        {"frame": 0},
        {"frame": True},
        {"frame": 1.5},
        {"points_lps_mm": [[0, 0]]},
        {"points_lps_mm": [[0, 0, math.nan]]},
        {"points_lps_mm": [[0, 0, math.inf]]},
        {"points_lps_mm": [[0, 0, "1"]]},
        {"points_lps_mm": [[0, 0, True]]},
        {"points_lps_mm": [[0, 0, 1e6]]},
        {"points_lps_mm": "all"},
    ],
)
def test_what_is_no_contour_is_refused_by_its_place(change):
    with pytest.raises(ReadError) as error:
        parse_draft({"contours": [{**CONTOUR, **change}]})
    assert error.value.code == "read.draft" and "contours[0]" in error.value.sentence


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ([], "read.draft"),
        ({"revision": 3}, "read.draft"),
        ({"contours": [CONTOUR, CONTOUR]}, "read.draft"),
        ({"contours": [{name: CONTOUR[name] for name in CONTOUR if name != "frame"}]}, "read.draft"),
        ({"confidence": 6}, "read.draft"),
        ({"confidence": True}, "read.draft"),
        ({"comment": "x" * 2001}, "read.draft"),
        ({"cannot_assess": {"reason": "tired"}}, "read.draft"),
        ({"contours": [{**CONTOUR, "points_lps_mm": [[0, 0, 0]] * (MOST_POINTS + 1)}]}, "read.too-big"),
        (
            {
                "contours": [
                    {**CONTOUR, "id": f"c{number}", "points_lps_mm": [[1.23456789] * 3] * MOST_POINTS}
                    for number in range(8)
                ]
            },
            "read.too-big",
        ),
    ],
)
def test_what_is_no_draft_or_too_large_is_refused(draft, code):
    with pytest.raises(ReadError) as error:
        parse_draft(draft)
    assert error.value.code == code
