"""One region, and the fit of ADC to its signals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.diffusion import fit_adc_loglinear, fit_adc_nonlinear, fit_adc_weighted
from adcurate.region import summarize_region
from parity.comparison import Adapter, Compared, LeftOut, Quantity

QUESTION = "One region"
SUMMARY = "region.summarize_region"
LEVELS = ("p5", "p10", "p25", "median", "p75", "p90")
NAMES = ("mean", "sd", "skewness", "kurtosis", "entropy_bits")
FITS = {"loglinear": fit_adc_loglinear, "weighted": fit_adc_weighted, "nonlinear": fit_adc_nonlinear}


def voxels(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["cases"]:
        found = summarize_region(np.array(case["values"]), voxel_area_mm2=2.5)
        for name in NAMES:
            yield name, getattr(found, name), case[name]
        yield "percentiles", [getattr(found, name) for name in LEVELS], case["percentiles"]


def signals(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["cases"]:
        for method, fit in FITS.items():
            if case[method]["adc"] is None:
                yield LeftOut(method, "R has no estimate")
                continue
            found = fit(case["signal"], case["b_values"])
            yield method, [float(found.adc), float(found.s0)], [case[method]["adc"], case[method]["s0"]]
        theirs = case["nonlinear_floor"]
        if theirs["adc"] is not None:
            floored = fit_adc_nonlinear(case["signal"], case["b_values"], noise_floor=case["noise_floor"])
            yield "floor", [float(floored.adc), float(floored.s0)], [theirs["adc"], theirs["s0"]]


ADAPTERS = (
    Adapter(
        QUESTION,
        "region.json",
        {
            "mean": Quantity("mean", SUMMARY, "all"),
            "sd": Quantity("SD, n − 1", SUMMARY, "SPSS, MedCalc, R `sd`"),
            "skewness": Quantity(
                "skewness, of the population", SUMMARY, "scipy `skew`; R code of our own", zero=1e-9
            ),
            "kurtosis": Quantity(
                "excess kurtosis, of the population",
                SUMMARY,
                "scipy `kurtosis`; R code of our own",
                zero=1e-9,
            ),
            "entropy_bits": Quantity("entropy, bits", SUMMARY, "R code of our own", zero=1e-9),
            "percentiles": Quantity("percentiles, type 7", SUMMARY, "R `quantile`, numpy"),
        },
        voxels,
    ),
    Adapter(
        QUESTION,
        "adc_fits.json",
        {
            "loglinear": Quantity("ADC and S0, line through ln S", "diffusion.fit_adc_loglinear", "R `lm`"),
            "weighted": Quantity(
                "the same, weighted by S²", "diffusion.fit_adc_weighted", "R `lm(weights = )`"
            ),
            "nonlinear": Quantity(
                "the same, least squares of S", "diffusion.fit_adc_nonlinear", "R `optim`", kind="iterative"
            ),
            "floor": Quantity(
                "the same, with a noise floor",
                "diffusion.fit_adc_nonlinear",
                "R `optim`",
                "noise_floor=",
                kind="iterative",
            ),
        },
        signals,
    ),
)
