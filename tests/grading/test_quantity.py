"""Ki-67 and mitoses as pathologists write them."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import GradingError
from adcurate.grading import parse_ki67, parse_mitoses

KI67_TEXTS = [
    ("12", 12, 12, True, True),
    ("2.5", 2.5, 2.5, True, True),
    ("0", 0, 0, True, True),
    ("100 %", 100, 100, True, True),
    ("<1", 0, 1, True, False),
    ("< 2%", 0, 2, True, False),
    ("<=2", 0, 2, True, True),
    ("≤2", 0, 2, True, True),
    (">20", 20, 100, False, True),
    (">=20", 20, 100, True, True),
    ("≥ 20 %", 20, 100, True, True),
    ("3-5", 3, 5, True, True),
    ("3–5", 3, 5, True, True),
    ("3 - 5 %", 3, 5, True, True),
    ("3%-5%", 3, 5, True, True),
    ("  7 ", 7, 7, True, True),
]


@pytest.mark.parametrize(("text", "low", "high", "low_closed", "high_closed"), KI67_TEXTS)
def test_each_written_form_becomes_its_interval(text, low, high, low_closed, high_closed):
    index = parse_ki67(text)
    assert (index.low, index.high, index.low_closed, index.high_closed) == (
        low,
        high,
        low_closed,
        high_closed,
    )
    assert index.text == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "high",
        "2,5",
        "5-3",
        "-5",
        "101",
        ">100",
        "<0",
        "1e1",
        "٣",
        "3-5-7",
        "5-Mar",
        "~5",
        "nan",
        "9" * 41,
    ],
)
def test_anything_else_is_refused_by_name(text):
    with pytest.raises(GradingError) as caught:
        parse_ki67(text)
    assert caught.value.code == "grading.value"


def test_a_refusal_does_not_repeat_what_was_written():
    with pytest.raises(GradingError) as caught:
        parse_ki67("Jansen 12")
    assert "Jansen" not in caught.value.sentence + caught.value.remedy


def test_a_decimal_comma_is_read_only_when_it_is_named():
    assert parse_ki67("2,5", decimal=",").low == 2.5
    with pytest.raises(GradingError):
        parse_ki67("2.5", decimal=",")


def test_mitoses_have_no_upper_limit_and_keep_their_unit():
    count = parse_mitoses(">20", "per-10-hpf")
    assert (count.low, count.high, count.low_closed, count.high_closed) == (20, math.inf, False, False)
    assert parse_mitoses("150", "per-2-mm2").unit == "per-2-mm2"
    with pytest.raises(GradingError):
        parse_mitoses("3", "per-field")


@settings(max_examples=60, deadline=None)
@given(st.decimals(0, 100, places=2), st.decimals(0, 100, places=2))
def test_a_range_reads_as_its_two_ends_or_is_refused_when_it_falls(low, high):
    if low > high:
        with pytest.raises(GradingError):
            parse_ki67(f"{low}-{high}")
    else:
        assert (parse_ki67(f"{low}-{high}").low, parse_ki67(f"{low}-{high}").high) == (
            float(low),
            float(high),
        )


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=12))
def test_any_text_gives_an_interval_within_the_scale_or_a_named_refusal(text):
    try:
        index = parse_ki67(text)
    except GradingError as refused:
        assert refused.code == "grading.value"
    else:
        assert 0 <= index.low <= index.high <= 100
