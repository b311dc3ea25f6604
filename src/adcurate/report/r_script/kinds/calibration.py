"""``calibration``: predicted risks beside what was observed."""

from __future__ import annotations

from adcurate.model.answers.calibration import CalibrationAnswer, CalibrationQuestion
from adcurate.report.r_script.quote import r_flag
from adcurate.report.r_script.request import Block, lines


def write_calibration(ask: CalibrationQuestion, answer: CalibrationAnswer, block: Block) -> str:
    """The risks of a column, or of logistic models that the other cases fit."""
    groups = "NULL" if ask.groups is None else str(ask.groups)
    parts = [
        "# Calibration: Cox 1958 (intercept, slope), Murphy 1973 (Brier score), Hosmer and Lemeshow, Spiegelhalter",
        "# 1986, Austin and Steyerberg 2019 (the smooth curve); optimism bootstrap of Harrell, Lee and Mark 1996.",
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
        parts += [
            block.record(path, "list(n = length(given$risks), n_missing = given$n_missing)"),
            block.record(
                f"{path}/calibration", f"all_iterative(calibration(given$risks, given$positive, {groups}, level))"
            ),
        ]
    return lines(parts)
