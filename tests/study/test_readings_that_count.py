"""Whose readings of a lesion count, and which size of it decides: by name, before any number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adcurate.model.protocol import Eligibility
from adcurate.model.reading.size import ReadSize
from adcurate.model.reading.standing import LesionStanding
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.lesion_size import size_rows
from adcurate.study.readings_that_count import ReaderRule, consensus_findings

BOTH = ("anna", "ben")
ALL = (*BOTH, "anna#2", "consensus")
KEY = ("S-1", "1")


def consensus(standing, agreed="mean"):
    return ReaderRule("consensus", agreed, "anna", {KEY: LesionStanding(*KEY, standing)})


RULES = {
    "one reader": (ReaderRule("ben"), ALL, ("ben",), ""),
    "a reader who did not read it": (ReaderRule("ben"), ("anna",), (), "no reading of ben"),
    "the mean": (ReaderRule("mean"), ALL, BOTH, ""),
    "the mean of one": (ReaderRule("mean"), ("ben", "ben#2"), ("ben",), ""),
    "the mean of repeats only": (ReaderRule("mean"), ("ben#2",), (), "no first reading"),
    "agreed, the mean": (consensus("agreed"), BOTH, BOTH, ""),
    "agreed, the first reader": (consensus("agreed", "first-reader"), BOTH, ("anna",), ""),
    "agreed, and the first reader saw nothing": (
        consensus("agreed", "first-reader"),
        ("ben",),
        (),
        "no reading of anna",
    ),
    "agreed that nothing can be assessed": (consensus("agreed"), (), (), "no first reading"),
    "decided for a drawing": (consensus("drawing"), ALL, ("consensus",), ""),
    "decided for nothing": (consensus("drawing"), BOTH, (), "could not be assessed, by decision"),
    "decided for the mean": (consensus("mean", "first-reader"), BOTH, BOTH, ""),
    "not decided": (consensus("undecided"), ALL, (), "readers differ, and nobody has decided"),
    "not read": (consensus("unread"), ALL, (), "not locked by every reader"),
    "two lesions": (consensus("two-lesions"), ALL, (), "readers saw two lesions, by decision"),
    "a consensus that was imported": (ReaderRule("consensus"), ALL, ("consensus",), ""),
    "none was imported": (ReaderRule("consensus"), BOTH, (), "no reading of consensus"),
}


@pytest.mark.parametrize(("rule", "readers", "counted", "why_not"), RULES.values(), ids=RULES.keys())
def test_whose_readings_count(rule, readers, counted, why_not):
    found = rule.counted(*KEY, readers)
    assert (found.readers, found.why_not) == (counted, why_not)
    assert bool(found.readers) != bool(found.why_not)


def test_only_lesions_that_could_be_analysed_are_named_as_waiting():
    rule = consensus("undecided")
    codes = [one.code for one in consensus_findings(rule, {KEY})]
    assert codes == ["reading.consensus", "reading.undecided"]
    assert [one.code for one in consensus_findings(rule, set())] == ["reading.consensus"]
    assert consensus_findings(replace(rule, value="mean"), {KEY}) == ()


ROW = WorksheetRow(subject="S-1", status="included", lesion_size_mm=30.0)
BY_RULER = Eligibility(minimum_lesion_size_mm=10.0, lesion_size="ruler")


def size(reader, long_axis, cannot_assess=False):
    return ReadSize(*KEY, reader, long_axis, None, cannot_assess)


ANNA = ReaderRule("anna")
SIZES = {
    "her own ruler": (ANNA, [size("anna", 12.0), size("ben", 50.0)], 12.0, []),
    "nobody's ruler": (ANNA, [], None, ["eligibility.no-ruler"]),
    "another's ruler only": (ANNA, [size("ben", 12.0)], None, ["eligibility.no-ruler"]),
    "a reading without a ruler": (ANNA, [size("anna", None)], None, ["eligibility.no-ruler"]),
    "not assessed": (ANNA, [size("anna", None, True)], 30.0, ["eligibility.size-of-worksheet"]),
    "the mean of two": (ReaderRule("mean"), [size("anna", 11.0), size("ben", 14.0)], 12.5, []),
    "the mean of one of two": (
        ReaderRule("mean"),
        [size("anna", 11.0), size("ben", None)],
        11.0,
        ["eligibility.partial-ruler"],
    ),
    "two sides of the minimum": (ANNA, [size("anna", 9.0)], 9.0, ["eligibility.size-disagrees"]),
    "a new drawing without a ruler": (
        consensus("drawing"),
        [size("anna", 11.0), size("ben", 13.0), size("consensus", None)],
        12.0,
        [],
    ),
    "a drawing with its ruler": (
        consensus("drawing"),
        [size("anna", 11.0), size("ben", 13.0), size("consensus", 13.0)],
        13.0,
        [],
    ),
}


@pytest.mark.parametrize(("whose", "sizes", "expected", "codes"), SIZES.values(), ids=SIZES.keys())
def test_the_size_that_decides(whose, sizes, expected, codes):
    found = size_rows([ROW], sizes, BY_RULER, whose)
    assert found.rows == (replace(ROW, lesion_size_mm=expected),)
    assert [one.code for one in found.findings] == codes
    assert all(one.where == {"subject": "S-1", "lesion": "1"} for one in found.findings)


def test_where_the_worksheet_decides_the_ruler_only_tells_when_it_disagrees():
    rule = replace(BY_RULER, lesion_size="worksheet")
    found = size_rows([ROW], [size("anna", 9.0)], rule, ANNA)
    assert found.rows == (ROW,)
    (told,) = found.findings
    assert told.code == "eligibility.size-disagrees" and "the worksheet decides" in told.sentence
    assert size_rows([ROW], [size("anna", 11.0)], rule, ANNA).findings == ()


def test_an_excluded_row_and_a_protocol_without_a_minimum_tell_nothing():
    excluded = replace(ROW, status="excluded")
    assert size_rows([excluded], [], BY_RULER, ANNA).findings == ()
    found = size_rows([ROW], [], replace(BY_RULER, minimum_lesion_size_mm=0.0), ANNA)
    assert found.findings == () and found.rows[0].lesion_size_mm is None
