"""Modalities over readers and cases: the Obuchowski-Rockette analysis."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.readers import compare_modalities, estimate_reader_areas
from parity.comparison import Adapter, Compared, LeftOut, Quantity

QUESTION = "Several readers and cases"
AREAS = "statistics.readers.estimate_reader_areas"
ANALYSIS = "statistics.readers.compare_modalities"
DESIGNS = {"rrrc": ("random", "random"), "frrc": ("fixed", "random"), "rrfc": ("random", "fixed")}
NO_INTERACTION = "readers and modalities do not interact: R's ratios are of rounding errors"


def layouts(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["sets"]:
        t, r, n = case["t"], case["r"], len(case["sick"])
        for covariance in ("delong", "jackknife"):
            areas = estimate_reader_areas(
                np.array(case["ratings"], float).reshape(t, r, n),
                np.array(case["sick"]) == 1,
                modalities=tuple(f"m{i}" for i in range(t)),
                readers=tuple(f"r{i}" for i in range(r)),
                directions=("high",) * t,
                covariance=covariance,
            )
            yield "areas", areas.values, case["areas"]
            yield from _analysed(areas, case[covariance], t, covariance)


def _analysed(areas: Any, expected: Any, t: int, covariance: str) -> Iterator[Compared | LeftOut]:
    by_design = {
        key: compare_modalities(areas, readers=readers, cases=cases)
        for key, (readers, cases) in DESIGNS.items()
    }
    parts = by_design["rrrc"].components
    for key, test in by_design.items():
        for own, reference in zip(test.areas, expected["own"], strict=True):
            yield "mean", own.value, reference["mean"]
            theirs = reference[key] if key == "frrc" else reference[key][0]
            yield "own error", own.standard_error, theirs
            if key == "rrrc" and own.ms_reader > 0.0:
                yield "own df", own.df, reference[key][1]
        if t == 1:
            continue
        if parts.ms_interaction == 0.0 and key != "frrc":
            yield LeftOut("f", NO_INTERACTION)
            continue
        numbers = expected[key]
        yield "f", test.f, numbers[0]
        if key == "rrrc":
            yield "df", test.denominator_df, numbers[1]
        yield "p", test.p_value, numbers[-2]
        for one in test.differences:
            if one.interval.low > -1.0 and one.interval.high < 1.0 and numbers[-1] > 1e-12:
                yield "half width", one.interval.high - one.difference, numbers[-1]
            else:
                yield LeftOut("half width", "cut at -1 or 1, or of no width")
    if t > 1:
        own_parts = (parts.variance, parts.cov1, parts.cov2, parts.cov3)
        yield covariance, own_parts, expected["components"][:4]
        squares = (parts.ms_modality, parts.ms_reader, parts.ms_interaction)
        yield "squares", squares, expected["components"][4:]


OWN = "the published formulas in R"
ADAPTERS = (
    Adapter(
        QUESTION,
        "readers.json",
        {
            "areas": Quantity("areas of readers", AREAS, "pROC `auc`", by=("pROC",)),
            "delong": Quantity(
                "error variance, Cov1 to Cov3",
                AREAS,
                "pROC `cov`; R `RJafroc`, `MRMCaov`, not run",
                'covariance="delong"',
                ("pROC",),
                zero=1e-9,
            ),
            "jackknife": Quantity(
                "the same, each case left out", AREAS, OWN, 'covariance="jackknife"', zero=1e-9
            ),
            "squares": Quantity("mean squares", ANALYSIS, "R `anova`", zero=1e-9),
            "mean": Quantity("area of a modality", ANALYSIS, "R `mean`"),
            "own error": Quantity("its standard error", ANALYSIS, OWN, zero=1e-9),
            "own df": Quantity("its degrees of freedom (Hillis 2007)", ANALYSIS, OWN),
            "f": Quantity("F of no difference", ANALYSIS, OWN, "readers=, cases=", zero=1e-9),
            "df": Quantity("its degrees of freedom (Hillis 2007)", ANALYSIS, OWN),
            "p": Quantity("its p", ANALYSIS, OWN, "readers=, cases="),
            "half width": Quantity("half width of a difference's interval", ANALYSIS, OWN),
        },
        layouts,
    ),
)
