"""A study's numbers by what they are of, so that two ways to make them can be held against each other.

A number keeps its name when the method that makes it gets a new version; ids of derived objects do not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from adcurate.errors import StudyError
from adcurate.model.progress import Progress, no_progress
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.run import ANALYZED_CHOICE, run_study

Numbers = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class MovedNumber:
    """A number with another value than before."""

    name: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class ComparedNumbers:
    """Numbers before and after. Some are only on one side: of regions taken out since, of new methods."""

    n_equal: int
    moved: tuple[MovedNumber, ...]
    n_only_before: int
    n_only_after: int

    def as_json(self) -> dict[str, object]:
        """The shape inside other results."""
        return {
            "equal": self.n_equal,
            "moved": [{"name": one.name, "before": one.before, "after": one.after} for one in self.moved],
            "only_before": self.n_only_before,
            "only_after": self.n_only_after,
        }


def recorded_numbers(store: StudyStore) -> dict[str, float]:
    """Every measurement and every analysis that the store has; the latest of each name."""
    found: dict[str, float] = {}
    for _, said in store.derived.contents("measurement"):
        name = f"{said['subject']}, lesion {said['lesion']}, {said['reader']}, {said['map_source']} map"
        found.update(_leaves(name, said["values"]))
    for parameters, said in store.derived.contents("analysis"):
        found.update(_leaves(f"{parameters['marker']['name']}, {parameters['map']} map", said))
    return found


def remade_numbers(study: StudyFolder, *, progress: Progress = no_progress) -> dict[str, float]:
    """Make every map, measurement and analysis of a copy of a study again, from its stored objects.

    What it had is forgotten, so never the study itself. A study that was not analysed gives no numbers.
    """
    with study.open_store() as store:
        if store.choices.latest(ANALYZED_CHOICE) is None:
            return {}
        store.derived.forget_all()
    try:
        run_study(study, progress=progress)
    except StudyError as trouble:
        if trouble.code != "study.nothing-to-analyze":
            raise
    with study.open_store("read") as store:
        return recorded_numbers(store)


def compare_numbers(before: Numbers, after: Numbers) -> ComparedNumbers:
    """Hold numbers against each other, to the last bit."""
    both = sorted(before.keys() & after.keys())
    moved = tuple(
        MovedNumber(name, before[name], after[name]) for name in both if before[name] != after[name]
    )
    return ComparedNumbers(
        len(both) - len(moved), moved, len(before.keys() - after.keys()), len(after.keys() - before.keys())
    )


def _leaves(name: str, said: Any) -> Iterator[tuple[str, float]]:
    """Every number inside JSON, under its path."""
    if isinstance(said, bool) or said is None or isinstance(said, str):
        return
    if isinstance(said, int | float):
        yield name, float(said)
    elif isinstance(said, Mapping):
        for key, value in said.items():
            yield from _leaves(f"{name}: {key}", value)
    else:
        for position, value in enumerate(said):
            yield from _leaves(f"{name} [{position}]", value)
