"""Are predicted risks what happens?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from adcurate.findings import Finding
from adcurate.statistics.validation import Calibration, ModelValidation


@dataclass(frozen=True, slots=True)
class CalibrationQuestion:
    """Calibration of risks that stand in the table, or of a logistic model of its markers.

    `risks`: the column of predicted probabilities, from another cohort's model for one. Without it a
    logistic regression on each of the `markers` (all when empty) is fitted, or one on all of them where
    `together`; each case's risk is then predicted by the model of the other cases, and the optimism
    bootstrap says what is left of AUC, Brier score and slope. `penalty`: ``none`` or ``firth``. `groups`:
    of risk; a tenth of the cases, from 2 to 10, when absent. `resamples`: of the optimism bootstrap.
    """

    kind: ClassVar[str] = "calibration"
    markers: tuple[str, ...] = ()
    risks: str = ""
    together: bool = False
    penalty: Literal["none", "firth"] = "none"
    groups: int | None = None
    resamples: int = 500


@dataclass(frozen=True, slots=True, eq=False)
class ModelCalibration:
    """One set of risks: `name` is the column or the markers of the model.

    `calibration` is of the risks in the column, or of the leave-one-out risks; `model` is None for a column.
    """

    name: str
    source: Literal["column", "leave-one-out"]
    calibration: Calibration
    model: ModelValidation | None
    n: int
    n_missing: int


@dataclass(frozen=True, slots=True, eq=False)
class CalibrationAnswer:
    """Each model's calibration, in the order asked."""

    models: tuple[ModelCalibration, ...]
    positive_label: str
    negative_label: str
    findings: tuple[Finding, ...] = ()

    @property
    def p_values(self) -> dict[str, float]:
        """Tests of fit are shown, not counted: a large p-value is what is hoped for and proves nothing."""
        return {}
