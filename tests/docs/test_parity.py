"""docs/reference/parity.md is what the oracles say now, and a wrong number anywhere would be noticed."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import math
import re
from typing import Any

import parity.groups
import pytest
from doc_pages import DOCS, ROOT
from parity import ADAPTERS
from parity.comparison import ALL_DIGITS, Run, load_oracle, number, numbers, right_digits, run_adapters
from parity.nist import ORACLE as NIST
from parity.nist import Certified, certified_digits
from parity.programs import CHOICES
from parity_reference import digits, parity_reference

PAGE = (DOCS / "reference" / "parity.md").read_text(encoding="utf-8")
ORACLES = sorted(path.name for path in (ROOT / "tests" / "oracles").glob("*.json"))
NOT_STATISTICS = {"geometry.json", "ps3.15_e1_actions.json", "reference_object.json"}
HEAD = {"tool", "version", "packages", "command", "units", "columns", "forms"}
COMPARED = 12.0

_DIGITS = re.compile(r"(?<= )(15\+|\d+\.\d)(?= [|/])")


@pytest.fixture(scope="module")
def run() -> Run:
    return run_adapters(ADAPTERS)


@pytest.fixture(scope="module")
def certified() -> list[Certified]:
    return certified_digits()


def _stated(page: str) -> tuple[str, list[float]]:
    """The page without the digits of its tables, and the digits."""
    lines = [line for line in page.splitlines() if line.startswith("|")]
    found = [text for line in lines for text in _DIGITS.findall(line)]
    blank = "\n".join(_DIGITS.sub("#", line) if line.startswith("|") else line for line in page.splitlines())
    return blank, [ALL_DIGITS if text == "15+" else float(text) for text in found]


def _is_same(page: str, other: str) -> bool:
    """Equal but for the last digits, which are those of the computer."""
    (text, found), (other_text, other_found) = _stated(page), _stated(other)
    return text == other_text and all(
        abs(min(one, COMPARED) - min(another, COMPARED)) <= 1.0
        for one, another in zip(found, other_found, strict=True)
    )


@pytest.mark.slow
def test_the_page_is_what_the_generator_writes(run: Run, certified: list[Certified]) -> None:
    now = parity_reference(run.outcomes, certified)
    assert len(_stated(now)[1]) == 2 * len(run.outcomes) + 2 * len(certified)
    assert _is_same(now, PAGE), (
        "write it anew: python tests/docs/parity_reference.py > docs/reference/parity.md"
    )


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("| 88 | 15+ | 15+ |", "| 87 | 15+ | 15+ |"),
        ("| 88 | 15+ | 15+ |", "| 88 | 9.9 | 15+ |"),
        ("R 4.2.2", "R 4.2.3"),
        ("`kind=6`", "`kind=7`"),
    ],
)
def test_another_page_would_be_noticed(there: str, instead: str) -> None:
    assert there in PAGE
    assert not _is_same(PAGE, PAGE.replace(there, instead, 1))
    assert _is_same(PAGE, PAGE.replace("| 88 | 15+ | 15+ |", "| 88 | 14.2 | 15+ |"))


@pytest.mark.slow
def test_every_number_has_the_digits_asked_for(run: Run) -> None:
    wrong = [
        (outcome.adapter.oracle, outcome.quantity.name, outcome.worst if outcome.pairs else "no comparison")
        for outcome in run.outcomes
        if not outcome.is_equal()
    ]
    assert wrong == []


def test_fewer_digits_are_asked_for_only_with_a_reason() -> None:
    for adapter in ADAPTERS:
        for quantity in adapter.quantities.values():
            assert (quantity.least is None) == (quantity.because == ""), quantity.name
            assert quantity.least is None or quantity.kind == "iterative" or quantity.least >= 7.0


@pytest.mark.slow
def test_a_relative_error_would_be_noticed_in_every_quantity(run: Run) -> None:
    for outcome in run.outcomes:
        quantity = outcome.quantity
        if quantity.kind == "simulation":
            continue
        planted = 1e-7 if quantity.kind == "closed form" and not quantity.because else 1e-5
        if quantity.because:
            planted = 10.0 ** (1.0 - quantity.digits_asked)
        assert not outcome.is_equal(planted), (outcome.adapter.oracle, quantity.name)


def test_an_error_in_one_of_our_functions_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    sound = parity.groups.compare_mann_whitney

    def unsound(*arguments: Any, **options: Any) -> Any:
        found = sound(*arguments, **options)
        return dataclasses.replace(found, p_value=found.p_value * (1.0 + 1e-7))

    (adapter,) = (one for one in parity.groups.ADAPTERS if one.oracle == "groups.json")
    assert all(outcome.is_equal() for outcome in run_adapters([adapter]).outcomes)
    monkeypatch.setattr(parity.groups, "compare_mann_whitney", unsound)
    wrong = {outcome.quantity.name for outcome in run_adapters([adapter]).outcomes if not outcome.is_equal()}
    assert len(wrong) == 4
    assert all(name.startswith("p, ") for name in wrong)


@pytest.mark.parametrize(
    ("ours", "theirs", "zero", "right"),
    [
        (1.0, 1.0, 0.0, 15.0),
        (1.0 + 1e-7, 1.0, 0.0, 7.0),
        (3e-9, 0.0, 0.0, -math.log10(3e-9)),
        (2e-9, 1e-9, 0.0, 0.0),
        (2e-9, 1e-9, 1e-6, 9.0),
        (math.nan, 1.0, 0.0, 0.0),
        (1.0, math.nan, 0.0, 0.0),
        (math.inf, math.inf, 0.0, 15.0),
        (math.inf, 1.0, 0.0, 0.0),
        (5.0, 1.0, 0.0, 0.0),
    ],
)
def test_right_digits(ours: float, theirs: float, zero: float, right: float) -> None:
    assert right_digits(ours, theirs, zero) == pytest.approx(right, abs=1e-6)


def test_numbers_of_an_oracle() -> None:
    assert numbers([1, [2.5, "Inf"], {"a": "-Inf"}]) == [1.0, 2.5, math.inf, -math.inf]
    assert all(math.isnan(number(missing)) for missing in (None, "NA", "NaN"))
    assert [digits(value) for value in (15.0, 14.99, 7.97)] == ["15+", "14.9", "7.9"]


def test_every_oracle_of_a_statistic_is_covered() -> None:
    assert {adapter.oracle for adapter in ADAPTERS} | {NIST} == set(ORACLES) - NOT_STATISTICS


@pytest.mark.slow
def test_every_part_of_every_oracle_is_asked_for(run: Run) -> None:
    for name, asked in run.asked.items():
        assert set(load_oracle(name)) - HEAD <= asked, name


def test_every_package_of_an_oracle_is_named() -> None:
    for name in {adapter.oracle for adapter in ADAPTERS}:
        of_oracle = [adapter for adapter in ADAPTERS if adapter.oracle == name]
        named = {
            package for one in of_oracle for quantity in one.quantities.values() for package in quantity.by
        }
        assert named == set(load_oracle(name).get("packages", {})), name


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda one: f"{one.question}, {one.oracle}")
def test_the_functions_and_options_that_are_named_exist(adapter: Any) -> None:
    for quantity in adapter.quantities.values():
        module, _, name = f"adcurate.{quantity.call}".rpartition(".")
        function = getattr(importlib.import_module(module), name)
        options = re.findall(r"(\w+)=", quantity.option)
        assert set(options) <= set(inspect.signature(function).parameters), (quantity.name, options)


def test_every_choice_speaks_of_three_programs() -> None:
    assert len({row[0] for row in CHOICES}) == len(CHOICES)
    for row in CHOICES:
        assert all(row)
        assert any("`" in cell for cell in row[1:])


def test_nist_has_the_digits_of_r_or_more(certified: list[Certified]) -> None:
    assert [one for one in certified if not one.is_as_good] == []
    assert {one.kind for one in certified} == {"mean, SD", "analysis of variance", "linear regression"}
    worse = dataclasses.replace(certified[0], ours=certified[0].of_r - 1.0)
    assert not worse.is_as_good
