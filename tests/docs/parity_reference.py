"""Writes the page of parity: ``python tests/docs/parity_reference.py > docs/reference/parity.md``.

It asks our functions for every number that another program's frozen answers hold: about a minute.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import groupby

from parity import ADAPTERS
from parity.comparison import ALL_DIGITS, Outcome, load_oracle, program_of, run_adapters
from parity.nist import ORACLE, Certified, certified_digits
from parity.programs import BOOTSTRAPS, CHOICES, Choice

_HEAD = """# Parity: whose number is it, and to how many digits

This page is made by putting every case of `tests/oracles/` to Adcurate: `python
tests/docs/parity_reference.py > docs/reference/parity.md`. A test makes it anew and compares.

**Right digits** are the log relative error −log₁₀(|ours − theirs| / |theirs|): 8 means that the two
differ in the ninth digit, `15+` that a double can hold no more. Stated are the number of comparisons and
the worst and the median of them, rounded down. A number of theirs that is zero but for rounding is
compared as it is. An answer on one side only counts as no right digit; what has no answer on either
side, and what is left out, is listed with its reason. Last digits may differ between computers.

**Asked for** are 8 digits of what has a closed form and 6 of what is found by iteration (marked
*iterative*), unless the other program stops sooner or loses digits, which is then said below the table.
A *simulation* draws other random numbers than R and comes near.

SPSS and MedCalc were not run. What is said of them follows from their documented formulas and, for the
default study, from published numbers that come out at the printed precision. "R code of our own" is
written from the paper, for quantities that no package at hand gives. The command that made an oracle
stands inside it.
"""

_CHOICES = """## Which option gives which program's number

Options are those of the functions in the tables below. A dash is no claim.
"""

_BOOTSTRAPS = """## Bootstraps

All rules of `statistics.resampling` can be chosen; with the other program's rules and replicates the
limits agree (see Correlation). `scipy.stats.bootstrap` is asked when the tests run. Each marker and
method draws from its own stream of the protocol's seed. 2,000 resamples give limits that are steady to
about two digits; the default is 10,000.
"""

_NIST = """## NIST reference data sets

Right digits against the certified values of NIST's Statistical Reference Datasets
(https://www.itl.nist.gov/div898/strd/), the fewest over all coefficients: ours / R.
Measured in R {version} (`{oracle}`). Certified values have 15 digits, the last of them rounded, so that
14.2 and more is all there is. Ours are never fewer than R's, but for the last digit of a mean or SD.
PiDigits is left out: the file does not hold the digits of pi.
"""


def parity_reference(outcomes: Iterable[Outcome], certified: Iterable[Certified]) -> str:
    """The whole page."""
    sections = [_HEAD, _CHOICES, *_choice_table(("", "SPSS", "MedCalc", "R"), CHOICES), ""]
    for question, of_question in groupby(outcomes, key=lambda outcome: outcome.adapter.question):
        sections += list(_section(question, list(of_question)))
    sections += [_BOOTSTRAPS, *_choice_table(("choice", "here", "R `boot.ci`", "scipy"), BOOTSTRAPS), ""]
    sections += list(_nist(list(certified)))
    return "\n".join(sections) + "\n"


def digits(value: float) -> str:
    """Rounded down to one decimal, so that no digit is promised that is not there."""
    return "15+" if value >= ALL_DIGITS else f"{math.floor(value * 10) / 10:.1f}"


def _choice_table(head: Choice, rows: Iterable[Choice]) -> list[str]:
    return [_row(head), "|---|---|---|---|", *map(_row, rows)]


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _section(question: str, outcomes: list[Outcome]) -> Iterator[str]:
    yield f"## {question}\n"
    yield _row(("quantity", "here", "equals the default of", "oracle", "n", "worst", "median"))
    yield "|---|---|---|---|---|---|---|"
    yield from map(_outcome, outcomes)
    notes = [note for outcome in outcomes for note in _notes(outcome)]
    yield "\n" + "".join(f"- {note}\n" for note in notes) if notes else ""


def _outcome(outcome: Outcome) -> str:
    quantity = outcome.quantity
    kind = "" if quantity.kind == "closed form" else f" *{quantity.kind}*"
    option = f" `{quantity.option}`" if quantity.option else ""
    oracle = f"{program_of(outcome.adapter, quantity)} (`{outcome.adapter.oracle}`)"
    return _row(
        (
            f"{quantity.name}{kind}",
            f"`{quantity.call}`{option}",
            quantity.equals,
            oracle,
            f"{len(outcome.pairs)}",
            digits(outcome.worst),
            digits(outcome.median),
        )
    )


def _notes(outcome: Outcome) -> Iterator[str]:
    quantity = outcome.quantity
    option = f" (`{quantity.option}`)" if quantity.option else ""
    name = f"`{quantity.call.rpartition('.')[2]}`, {quantity.name}{option}"
    if quantity.because:
        yield f"{name}: {quantity.because}."
    if outcome.n_without_answer:
        yield f"{name}: {outcome.n_without_answer} without an answer on either side."
    for reason, times in outcome.left_out.items():
        yield f"{name}: {times} left out, {reason}."


def _nist(certified: list[Certified]) -> Iterator[str]:
    yield _NIST.format(version=load_oracle(ORACLE)["version"], oracle=ORACLE)
    for kind, of_kind in groupby(certified, key=lambda one: one.kind):
        rows = list(of_kind)
        quantities = list(dict.fromkeys(row.quantity for row in rows))
        yield _row((kind, *(quantity.replace("_", " ") for quantity in quantities)))
        yield _row(["---"] * (1 + len(quantities)))
        for name, of_name in groupby(rows, key=lambda one: one.name):
            found = {row.quantity: f"{digits(row.ours)} / {digits(row.of_r)}" for row in of_name}
            yield _row((name, *(found.get(quantity, "") for quantity in quantities)))
        yield ""


if __name__ == "__main__":
    print(parity_reference(run_adapters(ADAPTERS).outcomes, certified_digits()), end="")
