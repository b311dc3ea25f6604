"""A predictor of a regression: a marker, another number, or a category against its reference."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Predictor:
    """One named column of the table in a model.

    `coefficients` are its names in the fit: its own, or ``name = level`` for each level of a category but the
    `reference`. `unit` is the change that its odds ratio is for and `is_per_sd` says that this is one
    standard deviation of the cases of the model; a category's is 1. `mean` is NaN for a category.
    """

    name: str
    coefficients: tuple[str, ...]
    is_marker: bool
    reference: str
    unit: float
    is_per_sd: bool
    mean: float

    @property
    def is_category(self) -> bool:
        """True when it has levels rather than numbers."""
        return bool(self.reference)
