"""``calibration``: predicted risks beside what was observed."""

from __future__ import annotations

from typing import Final

import numpy as np

from adcurate.model.answers.calibration import CalibrationAnswer, CalibrationQuestion, ModelCalibration
from adcurate.report.r_script.quote import r_flag
from adcurate.report.r_script.request import Block, lines

_SAME_RISK: Final = 1e-9
# What depends on which risks are equal.
_BY_TIES: Final = (
    "curve_risk",
    "curve_observed",
    "groups",
    "hosmer_lemeshow",
    "brier/reliability",
    "brier/resolution",
    "brier/within_groups",
)


def write_calibration(ask: CalibrationQuestion, answer: CalibrationAnswer, block: Block) -> str:
    """The risks of a column, or of logistic models that the other cases fit."""
    groups = "NULL" if ask.groups is None else str(ask.groups)
    parts = [
        "# Calibration: Cox 1958 (intercept, slope), Murphy 1973 (Brier score), Hosmer and Lemeshow 1980,",
        "# Spiegelhalter 1986, Austin and Steyerberg 2019 (the curve); optimism bootstrap: Harrell, Lee and",
        "# Mark 1996.",
    ]
    for position, one in enumerate(answer.models):
        path = f"models/{position}"
        if one.model is None:
            parts.append(f"given <- risks_of_column(cases, {block.column(ask.risks)})")
        else:
            columns = ", ".join(block.marker(name) for name in one.model.names)
            firth = r_flag(one.model.penalty == "firth")
            parts += [
                f"given <- risks_left_out(cases, c({columns}), resolution, {firth})",
                block.record(
                    f"{path}/model", f"model_optimism(given$x, given$positive, {firth}, {ask.resamples})"
                ),
            ]
        if _has_split_ties(one):
            reason = "Adcurate tells equal risks apart that differ in their last digits; R does not."
            parts += [block.left_out(f"{path}/calibration/{name}", reason) for name in _BY_TIES]
            drop = ", ties_are_split = TRUE"
        else:
            drop = ""
        parts += [
            block.record(path, "list(n = length(given$risks), n_missing = given$n_missing)"),
            block.record(
                f"{path}/calibration",
                f"all_iterative(calibration(given$risks, given$positive, {groups}, level{drop}))",
            ),
        ]
    return lines(parts)


def _has_split_ties(one: ModelCalibration) -> bool:
    """Whether there are risks that differ by rounding only."""
    return bool(np.any(np.diff(np.unique(one.calibration.risks)) <= _SAME_RISK))
