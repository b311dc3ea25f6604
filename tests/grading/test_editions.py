"""The editions as data."""

import itertools

import pytest

from adcurate.errors import GradingError
from adcurate.grading import EDITIONS, GRADES, edition_for, edition_named

NET_GRADE = {"pancreas": "who-2017", "other": "who-2010"}


@pytest.mark.parametrize(
    ("site", "expected"),
    [("pancreas", "who-2017"), (" Pancreas", "who-2017"), ("rectum", "who-2010"), ("", "who-2010")],
)
def test_the_primary_site_chooses_the_edition(site, expected):
    assert edition_for(site, NET_GRADE).name == expected


def test_a_site_without_an_edition_is_refused():
    with pytest.raises(GradingError) as caught:
        edition_for("lung", {"pancreas": "who-2017"})
    assert caught.value.code == "grading.edition"


@pytest.mark.parametrize("name", ["who-2010", "WHO 2010", "2010", " who2010 "])
def test_an_edition_answers_to_the_names_people_write(name):
    assert edition_named(name).name == "who-2010"


def test_every_edition_names_every_grade_and_its_bands_rise():
    for edition in EDITIONS.values():
        assert set(edition.names) == set(GRADES)
        for bands in filter(None, (edition.ki67, edition.mitoses)):
            assert tuple(band.grade for band in bands) == GRADES
            assert all(below.high <= above.low for below, above in itertools.pairwise(bands))
            assert all(
                below.high_closed != above.low_closed
                for below, above in itertools.pairwise(bands)
                if below.high == above.low
            )


def test_only_2010_leaves_a_gap():
    gaps = {
        edition.name
        for edition in EDITIONS.values()
        for bands in (edition.ki67, edition.mitoses)
        for below, above in itertools.pairwise(bands)
        if below.high != above.low
    }
    assert gaps == {"who-2010"}
