"""Correlation: Spearman, Kendall, partial, values known as intervals, intervals of given replicates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.correlation import (
    estimate_interval_kendall,
    estimate_kendall,
    estimate_partial_spearman,
    estimate_spearman,
    interval_values,
)
from adcurate.statistics.correlation.spearman import spearman_of_resamples
from adcurate.statistics.resampling import bca_interval, percentile_interval
from parity.comparison import Adapter, Compared, LeftOut, Quantity

QUESTION = "Correlation"
SPEARMAN = "statistics.correlation.estimate_spearman"
KENDALL = "statistics.correlation.estimate_kendall"
PARTIAL = "statistics.correlation.estimate_partial_spearman"
RANGES = "statistics.correlation.estimate_interval_kendall"
INTERVALS = {"fisher_z": "fisher-z", "fisher_z_106": "fisher-z-1.06", "bonett_wright": "bonett-wright"}
RELATIVES = ("tau_b", "tau_c", "gamma", "somers_d")


def spearman(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["correlations"]:
        for key, interval in INTERVALS.items():
            found = estimate_spearman(case["x"], case["y"], interval=interval, level=case["level"])
            yield key, found.interval, case[key] or [None, None]
        yield "rho", found.rho, case["rho"]
        if abs(found.rho) == 1.0:
            yield LeftOut("p", "one order throughout: 0 here, the p of a rounding error in R")
        else:
            yield "p", found.p_value, case["p_value"]
    for case in oracle["bootstraps"]:
        replicates, jackknife = np.array(case["replicates"]), np.array(case["jackknife"])
        yield "percentile", percentile_interval(replicates, case["level"]), case["percentile"]
        corrected = bca_interval(
            case["estimate"], replicates, jackknife, case["level"], bias="strictly-below"
        )
        yield "bca", corrected, case["bca"]
        if case["indices"]:
            pairs = np.array(case["cases"])
            made = spearman_of_resamples(pairs[:, 0], pairs[:, 1], np.array(case["indices"]))
            yield "replicates", made, case["replicates"]


def kendall(oracle: Any) -> Iterator[Compared | LeftOut]:
    for record in oracle["kendall"]:
        x, y = record["x"], record["y"]
        plain = estimate_kendall(x, y, interval="none", method="asymptotic")
        corrected = estimate_kendall(x, y, interval="none", method="asymptotic-continuity")
        yield "tau", plain.tau_b.value, record["tau"]
        yield "z", plain.z, record["z"]
        yield "p", plain.p_value, record["p"]
        yield "continuity", corrected.p_value, record["p_continuity"]
        if record["p_exact"] is not None:
            yield "exact", estimate_kendall(x, y, interval="none").p_value, record["p_exact"]
        for name in RELATIVES:
            found = getattr(plain, name)
            yield "relatives", found.value, record[name][0]
            yield "errors", found.standard_error, record[name][1]
    records = [*oracle["kendall"][:20], oracle["kendall"][201]]
    for record, expected in zip(records, oracle["somers_by_hmisc"], strict=True):
        found = estimate_kendall(record["x"], record["y"], interval="none").somers_d.value
        yield "somers", found, expected
    for record in oracle["partial"]:
        covariates = {f"z{i}": column for i, column in enumerate(record["z"])}
        found = estimate_partial_spearman(record["x"], record["y"], covariates, interval="fisher-z")
        yield "partial", found.rho, record["rho"]
        yield "partial t", found.t, record["t"]
        yield "partial p", found.p_value, record["p"]
        yield "partial interval", found.interval, [record["low"], record["high"]]


def ranges(oracle: Any) -> Iterator[Compared | LeftOut]:
    for record in oracle["permuted"]:
        values = interval_values(record["low"], record["high"])
        found = estimate_interval_kendall(record["x"], values, method="asymptotic")
        pairs = (found.concordant, found.discordant, found.undecided)
        yield "pairs", pairs, [record[key] for key in ("concordant", "discordant", "undecided")]
        yield "tau", found.tau, record["tau"]
        yield "z", found.z, record["s"] / math.sqrt(record["variance"])
        drawn = estimate_interval_kendall(
            record["x"],
            values,
            method="permutation",
            rng=np.random.default_rng(2),
            n_permutations=4000,
        )
        yield "permutation", drawn.p_value, record["p"]
    for record in oracle["censored"]:
        time, event = np.array(record["time"], dtype=float), np.array(record["event"])
        values = interval_values(time, np.where(event, time, np.inf), low_open=~event)
        if record["counts"][0] + record["counts"][1] == 0:
            yield LeftOut("censored", "no pair can be decided")
            continue
        found = estimate_interval_kendall(record["x"], values, method="asymptotic")
        yield "censored", (found.concordant, found.discordant), record["counts"][:2]


ADAPTERS = (
    Adapter(
        QUESTION,
        "correlation.json",
        {
            "rho": Quantity("Spearman's rho, midranks", SPEARMAN, "SPSS, MedCalc, R `cor.test`"),
            "p": Quantity("its p, t with n − 2", SPEARMAN, "SPSS; R `cor.test(exact = FALSE)`; scipy"),
            "fisher_z": Quantity(
                "interval, 1/√(n − 3)", SPEARMAN, "many calculators; R code of our own", 'interval="fisher-z"'
            ),
            "fisher_z_106": Quantity(
                "interval, √(1.06/(n − 3))",
                SPEARMAN,
                "SPSS 27, Fieller, Hartley and Pearson; R code of our own",
                'interval="fisher-z-1.06"',
            ),
            "bonett_wright": Quantity(
                "interval, √((1 + rho²/2)/(n − 3))",
                SPEARMAN,
                "SPSS 27, Bonett and Wright; R code of our own",
                'interval="bonett-wright"',
            ),
            "replicates": Quantity(
                "rho of given resamples",
                "statistics.correlation.spearman.spearman_of_resamples",
                "R `boot`",
                by=("boot",),
                zero=1e-6,
            ),
            "percentile": Quantity(
                "percentile limits of given replicates",
                "statistics.resampling.percentile_interval",
                "R `boot.ci`",
                by=("boot",),
            ),
            "bca": Quantity(
                "BCa limits of given replicates",
                "statistics.resampling.bca_interval",
                'R `boot.ci`; scipy with `bias="half-ties"` and `quantile="linear"`',
                'bias="strictly-below"',
                ("boot",),
            ),
        },
        spearman,
    ),
    Adapter(
        QUESTION,
        "trend.json",
        {
            "tau": Quantity("Kendall's tau-b", KENDALL, "SPSS; R `cor.test`", zero=1e-9),
            "z": Quantity("its z", KENDALL, "R `cor.test(exact = FALSE)`", zero=1e-9),
            "p": Quantity(
                "its p, normal", KENDALL, "SPSS; R `cor.test(exact = FALSE)`", 'method="asymptotic"'
            ),
            "continuity": Quantity(
                "its p, normal with continuity correction",
                KENDALL,
                "R `cor.test(exact = FALSE, continuity = TRUE)`",
                'method="asymptotic-continuity"',
            ),
            "exact": Quantity(
                "its p, exact, no ties",
                KENDALL,
                "R `cor.test`",
                'method="exact"',
                least=7.0,
                because="R takes a small tail as 1 minus the other; ours equals whole-number arithmetic",
            ),
            "relatives": Quantity(
                "tau-b, tau-c, gamma, Somers' d", KENDALL, "SPSS Crosstabs; R code of our own", zero=1e-9
            ),
            "errors": Quantity(
                "their standard errors",
                KENDALL,
                "SPSS Crosstabs, asymptotic standard error; R code of our own",
                zero=1e-7,
            ),
            "somers": Quantity("Somers' d", KENDALL, "R `Hmisc::rcorr.cens`", by=("Hmisc",), zero=1e-9),
            "partial": Quantity(
                "partial rho",
                PARTIAL,
                'R `ppcor::pcor.test(method = "spearman")`; `lm` of ranks',
                zero=1e-6,
            ),
            "partial t": Quantity("its t, n − 2 − k", PARTIAL, "R `ppcor`; `lm` of ranks", zero=1e-6),
            "partial p": Quantity("its p", PARTIAL, "R `ppcor`; `lm` of ranks"),
            "partial interval": Quantity(
                "its interval, 1/√(n − 3 − k)", PARTIAL, "R code of our own", 'interval="fisher-z"', zero=1e-6
            ),
        },
        kendall,
    ),
    Adapter(
        QUESTION,
        "ki67.json",
        {
            "pairs": Quantity("pairs of ranges in order", RANGES, "complete enumeration"),
            "tau": Quantity("tau-b over decided pairs", RANGES, "R code of our own", zero=1e-9),
            "z": Quantity(
                "its z, variance over permutations",
                RANGES,
                "complete enumeration",
                'method="asymptotic"',
                zero=1e-9,
            ),
            "permutation": Quantity(
                "its p, 4,000 permutations",
                RANGES,
                "all permutations, enumerated",
                'method="permutation"',
                kind="simulation",
            ),
            "censored": Quantity(
                "pairs of right-censored values", RANGES, "R `survival::concordance`", by=("survival",)
            ),
        },
        ranges,
    ),
)
