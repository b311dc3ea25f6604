"""Two programs' numbers side by side: what an adapter declares, and how many digits are right."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Final, Literal

import numpy as np

from adcurate.errors import StatisticsError

ORACLES: Final = Path(__file__).parents[2] / "oracles"
ALL_DIGITS: Final = 15.0

Kind = Literal["closed form", "iterative", "simulation"]
LEAST: Final[dict[Kind, float]] = {"closed form": 8.0, "iterative": 6.0, "simulation": 0.0}


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of ours and whose it is.

    `zero` is the size below which the other program's number is a zero that rounding has left: there the
    difference counts as it is. `least` replaces the digits asked for, and then `because` says why.
    """

    name: str
    call: str
    equals: str
    option: str = ""
    by: tuple[str, ...] = ()
    kind: Kind = "closed form"
    zero: float = 0.0
    least: float | None = None
    because: str = ""

    @property
    def digits_asked(self) -> float:
        return LEAST[self.kind] if self.least is None else self.least


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case of an oracle that is not compared, and why."""

    key: str
    reason: str


Compared = tuple[str, Any, Any]


@dataclass(frozen=True, slots=True)
class Adapter:
    """How the cases of one oracle are put to our functions: `compare` yields key, ours, theirs."""

    question: str
    oracle: str
    quantities: dict[str, Quantity]
    compare: Callable[[Any], Iterator[Compared | LeftOut]]


@dataclass(slots=True)
class Outcome:
    """All comparisons of one quantity."""

    adapter: Adapter
    quantity: Quantity
    pairs: list[tuple[float, float]] = field(default_factory=list)
    n_without_answer: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    def digits(self, planted: float = 0.0) -> list[float]:
        """Right digits of every pair, our numbers wrong by the relative error `planted`."""
        return [
            right_digits(ours * (1.0 + planted), theirs, self.quantity.zero) for ours, theirs in self.pairs
        ]

    @property
    def worst(self) -> float:
        return min(self.digits())

    @property
    def median(self) -> float:
        return median(self.digits())

    def is_equal(self, planted: float = 0.0) -> bool:
        return bool(self.pairs) and min(self.digits(planted)) >= self.quantity.digits_asked


def right_digits(ours: float, theirs: float, zero: float = 0.0) -> float:
    """-log10 of the relative error, at most 15; of the absolute one where theirs is no larger than `zero`."""
    if ours == theirs:
        return ALL_DIGITS
    if not (math.isfinite(ours) and math.isfinite(theirs)):
        return 0.0
    error = abs(ours - theirs) / (abs(theirs) if abs(theirs) > zero else 1.0)
    return max(0.0, min(ALL_DIGITS, -math.log10(error))) if error > 0.0 else ALL_DIGITS


def number(value: Any) -> float:
    """A number of an oracle: R's missing and infinite ones come as null or text."""
    if value is None or (isinstance(value, str) and value in ("NA", "NaN")):
        return math.nan
    return float(str(value).replace("Inf", "inf")) if isinstance(value, str) else float(value)


def numbers(values: Any) -> list[float]:
    """Every number of nested lists, mappings' values and intervals, in order."""
    if hasattr(values, "low") and hasattr(values, "high"):
        return [float(values.low), float(values.high)]
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, list | tuple | np.ndarray):
        return [one for value in values for one in numbers(value)]
    return [number(values)]


def ask(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """The answer, or None where the question is refused."""
    try:
        return function(*arguments, **options)
    except StatisticsError:
        return None


class Oracle(dict[str, Any]):
    """What an oracle holds, and which parts of it were asked for."""

    def __init__(self, parts: dict[str, Any]) -> None:
        super().__init__(parts)
        self.asked: set[str] = set()

    def __getitem__(self, part: str) -> Any:
        self.asked.add(part)
        return super().__getitem__(part)


def load_oracle(name: str) -> Any:
    return json.loads((ORACLES / name).read_text(encoding="utf-8"))


@dataclass(slots=True)
class Run:
    """Every quantity of some adapters, and the parts of each oracle that they asked for."""

    outcomes: list[Outcome] = field(default_factory=list)
    asked: dict[str, set[str]] = field(default_factory=dict)


def run_adapters(adapters: Iterable[Adapter]) -> Run:
    run = Run()
    for adapter in adapters:
        oracle = Oracle(load_oracle(adapter.oracle))
        run.outcomes += _run(adapter, oracle)
        run.asked.setdefault(adapter.oracle, set()).update(oracle.asked)
    return run


def _run(adapter: Adapter, oracle: Oracle) -> list[Outcome]:
    """Ask for every number of the oracle; a number on one side only is a wrong number."""
    outcomes = {key: Outcome(adapter, quantity) for key, quantity in adapter.quantities.items()}
    for found in adapter.compare(oracle):
        if isinstance(found, LeftOut):
            outcomes[found.key].left_out[found.reason] += 1
            continue
        key, ours, theirs = found
        for own, other in zip(numbers(ours), numbers(theirs), strict=True):
            if math.isnan(own) and math.isnan(other):
                outcomes[key].n_without_answer += 1
            else:
                outcomes[key].pairs.append((own, other))
    return list(outcomes.values())


def program_of(adapter: Adapter, quantity: Quantity) -> str:
    """The program that gave the numbers, with the versions written in the oracle."""
    oracle = load_oracle(adapter.oracle)
    version = oracle.get("version") or oracle["tool"].split("version ")[1].split()[0]
    tool = oracle["tool"].split()[0]
    packages = [f"{name} {oracle['packages'][name]}" for name in quantity.by]
    return ", ".join([f"{tool} {version}", *packages])
