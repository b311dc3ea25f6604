"""What a what-if found, as sentences for the letter that answers a reviewer.

It gives numbers beside those of the plan and draws no conclusion: whoever writes the letter does.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcurate.report.results_view import MainNumber
from adcurate.report.words import listed


def answer_sentences(
    choices: Sequence[str], before: Sequence[MainNumber], after: Sequence[MainNumber]
) -> str:
    """Every main number of the analysis with the choices, with the planned one where it is another."""
    planned = {(one.marker, one.name): one.shown for one in before}
    of_cohort = [_beside(one, planned) for one in after if not one.marker]
    said = [f"The analysis was repeated, {listed(list(choices))}; this was not planned (post hoc)."]
    said.append(f"{'; '.join(of_cohort)}.")
    for marker in dict.fromkeys(one.marker for one in after if one.marker):
        numbers = "; ".join(_beside(one, planned) for one in after if one.marker == marker)
        said.append(f"{marker}: {numbers}.")
    return " ".join(said)


def _beside(one: MainNumber, planned: dict[tuple[str, str], str]) -> str:
    shown = one.shown if one.shown.startswith("p ") else f"{one.name} {one.shown}"
    was = planned.get((one.marker, one.name), "")
    return f"{shown}, as planned {was}" if was and was != one.shown else f"{shown}, as planned too"
