"""Predicted risks beside outcomes, and models refitted in resamples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.validation import assess_calibration, correct_model_optimism
from adcurate.statistics.validation.smoothing import smooth_locally
from parity.comparison import Adapter, Compared, LeftOut, Quantity

QUESTION = "Models"
CALIBRATION = "statistics.validation.assess_calibration"
REFIT = "statistics.validation.correct_model_optimism"
SEPARATED = "separated classes: refused here, large numbers and a warning in R"


def names_of(x: Any) -> tuple[str, ...]:
    return tuple(f"x{j}" for j in range(x.shape[1]))


def risks(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["calibrations"]:
        y, risk = np.array(case["y"], dtype=bool), np.array(case["risk"])
        found = assess_calibration(risk, y, n_groups=case["groups"])
        large = found.in_the_large
        yield "large", [large.value, large.standard_error], case["large"]
        if case["line"][2] > 1e3:
            yield LeftOut("slope", SEPARATED)
        else:
            mine = [found.intercept, found.slope]
            line = [one.value for one in mine] + [one.standard_error for one in mine]
            yield "slope", line, case["line"]
        yield "brier", found.brier.value, case["brier"]
        yield "spiegelhalter", [found.spiegelhalter_z, found.spiegelhalter_p], [case["z"], case["p"]]
        yield "groups", [group.mean_risk for group in found.groups], case["said"]
        test = found.hosmer_lemeshow
        yield "hosmer", [test.chi_squared, test.p_value], [case["hl"], case["hl_p"]]
        wanted = np.interp(risk, case["smooth_x"], case["smooth_y"])
        yield "lowess", smooth_locally(risk, y.astype(float)), wanted
    for case in oracle["models"]:
        x = np.array(case["x"], dtype=float)
        found = correct_model_optimism(
            x, np.array(case["y"], dtype=bool), names=names_of(x), draws=case["draws"]
        )
        quantities = [found.of(name) for name in ("auc", "brier", "intercept", "slope")]
        yield "apparent", [item.apparent for item in quantities], case["apparent"]
        yield "corrected", [item.corrected for item in quantities], case["corrected"]


OWN = "R code of our own"
IT = "iterative"
ADAPTERS = (
    Adapter(
        QUESTION,
        "validation.json",
        {
            "large": Quantity(
                "calibration in the large", CALIBRATION, "R `glm(offset = qlogis(risk))`", kind=IT, zero=1e-6
            ),
            "slope": Quantity(
                "calibration intercept, slope",
                CALIBRATION,
                "R `rms::val.prob`, `glm`",
                by=("rms",),
                kind=IT,
                zero=1e-6,
            ),
            "brier": Quantity("Brier score", CALIBRATION, "R `rms::val.prob`", by=("rms",)),
            "spiegelhalter": Quantity(
                "Spiegelhalter's z and p", CALIBRATION, "R `rms::val.prob`", by=("rms",), zero=1e-6
            ),
            "groups": Quantity("mean risk of groups", CALIBRATION, "R `cut` at `quantile`"),
            "hosmer": Quantity(
                "Hosmer-Lemeshow chi-squared and p", CALIBRATION, f"R `hoslem.test`, not run; {OWN}"
            ),
            "lowess": Quantity(
                "smooth curve",
                "statistics.validation.smoothing.smooth_locally",
                "R `lowess(iter = 0, delta = 0)`",
                zero=1e-6,
            ),
            "apparent": Quantity(
                "refitted model: apparent AUC, Brier, line",
                REFIT,
                "R `rms::validate`",
                by=("rms",),
                kind=IT,
                zero=1e-6,
            ),
            "corrected": Quantity(
                "the same, corrected",
                REFIT,
                "R `rms::validate`, same resamples",
                by=("rms",),
                kind=IT,
                zero=1e-6,
                least=5.0,
                because="lrm of rms stops its search early in each resample",
            ),
        },
        risks,
    ),
)
