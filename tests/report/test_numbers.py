"""How numbers are shown."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.report.numbers import (
    show_adc,
    show_b_values,
    show_count,
    show_interval,
    show_number,
    show_p,
    show_p_equation,
    show_percent,
    show_span,
)
from adcurate.statistics.interval import Interval


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [
        (65.789, 2, "65.79"),
        (0.0005, 3, "0.001"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (-1.005, 2, "−1.01"),
        (0.125, 2, "0.13"),
        (-0.125, 2, "−0.13"),
        (-0.0004, 3, "0.000"),
        (0.0, 1, "0.0"),
        (-606e-3, 3, "−0.606"),
        (1e9 + 0.1, 2, "1000000000.10"),
        (1.7e308, 0, f"{1.7e308:.0f}"),
        (math.nan, 2, "–"),
        (None, 2, "–"),
        (math.inf, 2, "∞"),
        (-math.inf, 2, "−∞"),
    ],
)
def test_a_number_is_rounded_half_up_on_its_decimal_digits(value, decimals, shown):
    assert show_number(value, decimals) == shown


@settings(max_examples=60, deadline=None)
@given(st.integers(-(10**6), 10**6), st.sampled_from([0, 3, 5, 7]), st.integers(0, 4))
def test_rounding_agrees_with_decimal_arithmetic_on_typed_decimals(steps, last_digit, decimals):
    typed = Decimal(steps * 10 + last_digit).scaleb(-decimals - 1)
    expected = typed.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    assert float(show_number(float(typed), decimals).replace("−", "-")) == float(expected)


@pytest.mark.parametrize(
    ("p_value", "shown"),
    [
        (0.0006, "< 0.001"),
        (0.000999999, "< 0.001"),
        (0.001, "0.001"),
        (0.0005, "< 0.001"),
        (0.0585, "0.059"),
        (0.99951, "> 0.999"),
        (1.0, "> 0.999"),
        (0.0, "< 0.001"),
        (math.nan, "–"),
        (None, "–"),
    ],
)
def test_a_p_value_has_three_decimals_and_never_reads_as_zero_or_one(p_value, shown):
    assert show_p(p_value) == shown


def test_a_p_equation_says_less_than_or_equals():
    assert (show_p_equation(1e-9), show_p_equation(0.058)) == ("p < 0.001", "p = 0.058")


def test_an_adc_is_shown_in_thousandths():
    assert (show_adc(0.957e-3), show_adc(None)) == ("0.957", "–")


def test_an_interval_without_limits_is_a_dash_and_with_one_says_so():
    assert show_interval(None, 2) == "–"
    assert show_interval(Interval(math.nan, math.nan, 0.95, "logit-delta"), 2) == "–"
    assert show_interval(Interval(0.5, math.inf, 0.95, "x"), 2) == "0.50 to ∞"
    assert show_interval(Interval(math.nan, 1.0, 0.95, "x"), 2) == "– to 1.00"


@pytest.mark.parametrize(
    ("n", "total", "shown"),
    [(17, 47, "17 (36.2 %)"), (0, 9, "0 (0.0 %)"), (0, 0, "0"), (9, 9, "9 (100.0 %)")],
)
def test_a_count_has_its_share(n, total, shown):
    assert show_count(n, total) == shown


def test_a_span_is_one_number_when_all_show_alike():
    assert show_span([1.0, 1.04], 1) == "1.0"
    assert show_span([math.nan, 3.0, 1.0], 1) == "1.0 to 3.0"
    assert show_span([math.nan], 1) == "–"


def test_b_values_are_whole_where_they_are_whole():
    assert show_b_values((50.0, 600.0, 1000.4)) == "50-600-1000.4"


def test_a_share_is_shown_in_percent():
    assert show_percent(25 / 38, 2) == "65.79"
