"""Readings in categories: their order, and each reading as its place in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcurate.arrays import Integers
from adcurate.errors import StatisticsError


def check_categories(categories: Sequence[str]) -> tuple[str, ...]:
    """Return the categories when there are two or more and none twice.

    Raises
    ------
    StatisticsError
        ``statistics.option``
    """
    named = tuple(categories)
    if len(named) < 2 or len(set(named)) < len(named):
        raise StatisticsError(
            "statistics.option",
            "Agreement in categories needs two or more of them, each named once.",
            remedy="List the categories in their order, lowest first.",
            n_categories=len(named),
        )
    return named


def category_places(readings: Sequence[str], categories: Sequence[str], name: str) -> Integers:
    """Return (n,) places of readings among the categories.

    Raises
    ------
    StatisticsError
        ``statistics.shape`` when a reading is none of them.
    """
    place = {category: index for index, category in enumerate(categories)}
    unknown = sum(reading not in place for reading in readings)
    if unknown:
        raise StatisticsError(
            "statistics.shape",
            f"{unknown} of {name} are none of the categories {', '.join(categories)}.",
            remedy="Correct the readings, or name every category.",
            n_unknown=unknown,
        )
    return np.array([place[reading] for reading in readings], dtype=np.int64)


def all_in_one_category(name: str) -> StatisticsError:
    """The error where agreement beyond chance is 0 / 0."""
    return StatisticsError(
        "statistics.constant",
        f"All readings are {name!r}: agreement beyond chance is not defined.",
        remedy="Report the percentage of agreement.",
    )
