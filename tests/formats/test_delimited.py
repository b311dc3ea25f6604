"""Delimited text, read strictly."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import TableError
from adcurate.formats.delimited import column_letters, parse_delimited


@pytest.mark.parametrize(("delimiter", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
def test_the_only_delimiter_of_the_header_is_taken_and_said(delimiter, name):
    text = parse_delimited(f"a{delimiter}b\r\n1{delimiter}2\r\n".encode())
    assert (text.rows, text.delimiter) == ((("a", "b"), ("1", "2")), delimiter), name


def test_a_byte_order_mark_is_not_part_of_the_first_header():
    assert parse_delimited("\ufeffâge,b\n1,2\n".encode()).rows[0] == ("âge", "b")


def test_a_named_encoding_is_read():
    assert parse_delimited("âge;b\n1;2".encode("cp1252"), encoding="cp1252").rows[0][0] == "âge"
    assert parse_delimited("âge;b\n1;2".encode("utf-16"), encoding="utf-16").rows[0][0] == "âge"


def test_blank_rows_and_blank_margins_are_skipped_and_rows_keep_their_numbers():
    text = parse_delimited(b"a,b,,\n\n1,2,,\n,,,\n3,4,,\n")
    assert text.rows == (("a", "b"), ("1", "2"), ("3", "4"))
    assert text.row_numbers == (1, 3, 5)


def test_a_quoted_cell_may_hold_the_delimiter_a_line_end_and_doubled_quotes():
    text = parse_delimited(b'a,b\r\n"1,5","say ""x""\r\ny"\r\n3,4\r\n')
    assert text.rows[1] == ("1,5", 'say "x"\r\ny')
    assert text.row_numbers == (1, 2, 3)


REFUSED = [
    (b"a;b\n\xe9;2\n", "table.encoding"),
    ("a;b\n1;2".encode("utf-16"), "table.encoding"),
    ("a;b\n1;2".encode("utf-16-le"), "table.character"),
    (b"a,b\n1,\x002\n", "table.character"),
    (b"a;b,c\n1;2,3\n", "table.delimiter"),
    (b"abc\n1\n", "table.delimiter"),
    (b"a,b\n1,2,3\n", "table.ragged"),
    (b"a,b\n1\n", "table.ragged"),
    (b'a,b\n1,"2\n', "table.quote"),
    (b'a,b\n"1"x,2\n', "table.quote"),
    (b'a,b\n1,"' + b"x" * 140_000 + b'"\n', "table.quote"),
    (b"a,a\n1,2\n", "table.header"),
    (b"a,,c\n1,2,3\n", "table.header"),
    (b"\n \n", "table.delimiter"),
    (b",\n" * 200_001, "table.too-big"),
]


@pytest.mark.parametrize(("content", "code"), REFUSED)
def test_each_oddity_is_refused_by_name(content, code):
    with pytest.raises(TableError) as caught:
        parse_delimited(content)
    assert caught.value.code == code


def test_a_ragged_row_is_named_by_its_number():
    with pytest.raises(TableError) as caught:
        parse_delimited(b"a,b\n1,2\n\n1,2,3\n")
    assert caught.value.facts == {"row": 4}


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_columns_are_lettered_as_in_a_spreadsheet(index, letters):
    assert column_letters(index) == letters


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_give_rows_or_a_named_refusal(content):
    try:
        text = parse_delimited(content)
    except TableError:
        return
    assert {len(row) for row in text.rows} == {len(text.rows[0])}
