"""Text from a table becomes an R literal or a comment, never code."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adcurate.report.r_script.quote import (
    header_names,
    pointer,
    r_comment,
    r_heading,
    r_number,
    r_numbers,
    r_string,
    r_strings,
)

_LITERAL = re.compile(r'"(?:[^"\\\n\r]|\\["\\nrt]|\\u[0-9a-f]{4}|\\U[0-9a-f]{8})*"')


@given(st.text())
def test_any_text_is_one_literal_on_one_line_in_ascii(text: str) -> None:
    literal = r_string(text)
    assert literal.isascii()
    assert _LITERAL.fullmatch(literal)


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\x00")))
def test_a_literal_reads_back_as_the_text(text: str) -> None:
    # R's escapes that are used here are Python's as well.
    assert r_string(text)[1:-1].encode("ascii").decode("unicode_escape") == text


@given(st.text())
def test_every_line_of_a_comment_is_a_comment(text: str) -> None:
    for made in (r_comment(text), r_heading(text)):
        assert made.isascii()
        assert all(line.startswith("#") for line in made.splitlines())
        assert all(line.startswith("#") for line in made.split("\n"))


@pytest.mark.parametrize(
    ("number", "literal"),
    [
        (1.0, "1"),
        (0.1, "0.1"),
        (1e-6, "1e-06"),
        (float("inf"), "Inf"),
        (float("-inf"), "-Inf"),
        (1e300, "1e+300"),
    ],
)
def test_numbers_keep_every_digit(number: float, literal: str) -> None:
    assert r_number(number) == literal


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_reads_back_equal(number: float) -> None:
    assert float(r_number(number)) == number


def test_not_a_number_has_a_name() -> None:
    assert r_number(float("nan")) == "NaN"


def test_vectors_may_be_empty() -> None:
    assert (r_strings(()), r_numbers(())) == ("character()", "numeric()")
    assert r_strings(["a", 'b"']) == 'c("a", "b\\"")'


def test_a_path_keeps_names_with_slashes_apart() -> None:
    assert pointer("markers", "a/b~c", 0) == "markers/a~1b~0c/0"


def test_header_names_stand_once_and_on_one_line() -> None:
    names = header_names(("a\nb", "a b", "a\tb"))
    assert len(set(names.values())) == 3
    assert all("\n" not in name and "\t" not in name for name in names.values())
