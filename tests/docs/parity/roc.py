"""ROC: curve, area, intervals, comparison, parts, points and several classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.phantom import load_reconstructed_cohort
from adcurate.statistics.roc import (
    compare_class_pairs,
    compare_paired_aucs,
    compare_unpaired_aucs,
    estimate_auc,
    estimate_operating_points,
    estimate_ordered_volume,
    estimate_ordinal_c,
    estimate_partial_area,
    estimate_roc,
)
from adcurate.statistics.roc.band import ks_distance
from parity.comparison import Adapter, Compared, LeftOut, Quantity, numbers

QUESTION = "ROC"
AUC = "statistics.roc.estimate_auc"
CURVE = "statistics.roc.estimate_roc"
PAIRED = "statistics.roc.compare_paired_aucs"
UNPAIRED = "statistics.roc.compare_unpaired_aucs"
PART = "statistics.roc.estimate_partial_area"
POINTS = "statistics.roc.estimate_operating_points"
CLASSES = "statistics.roc.compare_class_pairs"
ORDINAL_C = "statistics.roc.estimate_ordinal_c"
DIRECTIONS = {"first": "high", "second": "high", "third": "low"}
NO_VARIANCE = "the difference has no variance: p is 1 or missing here, 0 or missing in pROC"
OTHER_TEST = "DeLong has no variance: another test is used and named"


def curves(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["curves"]:
        marker, positive, asked = case["marker"], case["positive"], {"direction": case["direction"]}
        curve = estimate_roc(marker, positive, **asked)
        points = [curve.sensitivity, curve.specificity]
        yield "points", points, [case["sensitivities"], case["specificities"]]
        yield "midpoints", curve.midpoints(), case["thresholds"]
        yield "at", curve.sensitivity_at([0.9, 0.75, 0.5, 0.25]), case["sensitivity_at"]
        area = estimate_auc(marker, positive, interval="delong", **asked)
        yield "area", area.value, case["auc"]
        yield "variance", area.standard_error**2, case["delong_variance"]
        yield "delong", area.interval, case["delong_95"]
        narrow = estimate_auc(marker, positive, interval="delong", level=0.8, **asked)
        yield "delong", narrow.interval, case["delong_80"]
        yield "p", area.p_value, case["p_value"]
        exact = estimate_auc(marker, positive, interval="exact-binomial", **asked)
        yield "exact", exact.interval, case["exact_binomial_95"]
        if case["name"] == "reconstructed cohort, avg":
            drawn = estimate_auc(
                marker,
                positive,
                interval="percentile-bootstrap",
                rng=np.random.default_rng(2020),
                **asked,
            )
            yield "bootstrap", drawn.interval, oracle["bootstrap_95_avg"]


def depth(oracle: Any) -> Iterator[Compared | LeftOut]:
    for n, level, distance in oracle["ks"]:
        yield "ks", ks_distance(int(n), level), distance
    yield from _drawn(oracle["cohort"])
    for item in oracle["sets"]:
        positive = np.arange(item["positive"] + item["negative"]) < item["positive"]
        markers = dict(zip(DIRECTIONS, item["markers"], strict=True))
        yield from _compared(item, markers, positive)
        yield from _parts(oracle, item, positive)
        if isinstance(item["classes"], dict):
            yield from _classes(item)


def _compared(item: Any, markers: Any, positive: Any) -> Iterator[Compared | LeftOut]:
    two = {name: markers[name] for name in ("first", "third")}
    pair = compare_paired_aucs(two, positive, directions=DIRECTIONS, method="delong").pairs[0]
    apart = {"first": (markers["first"], positive), "third": (-np.array(markers["third"]), positive)}
    other = compare_unpaired_aucs(apart, direction="high", method="delong").pairs[0]
    if pair.standard_error == 0.0:
        yield LeftOut("paired p", NO_VARIANCE)
    else:
        yield "paired z", pair.statistic, item["pair"]["z"]
        yield "paired p", pair.p_value, item["pair"]["p"]
        yield "paired interval", pair.interval, item["pair"]["interval"]
    if other.standard_error == 0.0:
        yield LeftOut("unpaired p", NO_VARIANCE)
    else:
        yield "unpaired t", other.statistic, item["pair"]["d"]
        yield "unpaired df", other.df, item["pair"]["df"]
        yield "unpaired p", other.p_value, item["pair"]["p_apart"]
    three = compare_paired_aucs(markers, positive, directions=DIRECTIONS, method="delong")
    yield "covariance", three.covariance, item["overall"]["covariance"]
    if item["overall"]["statistic"] == "NA":
        yield LeftOut("overall p", "a contrast of the areas has no variance")
    else:
        yield "overall", three.overall.statistic, item["overall"]["statistic"]
        yield "overall p", three.overall.p_value, item["overall"]["p"]


def _drawn(theirs: Any) -> Iterator[Compared | LeftOut]:
    """Bootstraps of the made-up cohort: the draws are other ones."""
    rows = load_reconstructed_cohort()
    adc, positive = [round(row.mean_adc * 1e3, 3) for row in rows], [row.who_grade == "G3" for row in rows]
    drawn = {"interval": "percentile-bootstrap", "rng": np.random.default_rng(1), "n_resamples": 10_000}
    for fixed, key in (("specificity", "se"), ("sensitivity", "sp")):
        found = estimate_operating_points(adc, positive, direction="low", fixed=fixed, at=[0.9, 0.7], **drawn)
        yield f"{fixed} drawn", [numbers(point.interval) for point in found.points], theirs[key]
    part = estimate_partial_area(
        adc, positive, direction="low", focus="specificity", low=0.8, high=1.0, **drawn
    )
    yield "partial drawn", part.interval, theirs["partial"]
    markers = {"mean": [row.mean_adc for row in rows], "minimum": [row.minimum_adc for row in rows]}
    found = compare_paired_aucs(
        markers,
        positive,
        directions=dict.fromkeys(markers, "low"),
        method="bootstrap",
        rng=np.random.default_rng(2),
        n_resamples=20_000,
    )
    yield "paired drawn", [found.pairs[0].statistic, found.pairs[0].p_value], [theirs["z"], theirs["p"]]


def _parts(oracle: Any, item: Any, positive: Any) -> Iterator[Compared | LeftOut]:
    for column, direction, name in ((0, "high", "one"), (2, "low", "low")):
        marker, expected = item["markers"][column], iter(item[name]["partial"])
        for low, high in oracle["ranges"]:
            for focus in ("specificity", "sensitivity"):
                part = estimate_partial_area(
                    marker,
                    positive,
                    direction=direction,
                    focus=focus,
                    low=low,
                    high=high,
                    interval="none",
                )
                yield "partial", part.value, next(expected)
                yield "corrected", part.corrected, next(expected)
        for fixed, read in (("specificity", "sensitivity"), ("sensitivity", "specificity")):
            found = estimate_operating_points(
                marker, positive, direction=direction, fixed=fixed, at=oracle["fixed"], interval="none"
            )
            yield read, [point.value for point in found.points], item[name][read]


def _classes(item: Any) -> Iterator[Compared | LeftOut]:
    marker, grade, oracle = np.array(item["markers"][1]), np.array(item["grade"]), item["classes"]
    classes = {f"G{g}": marker[grade == g] for g in range(3)}
    volume = estimate_ordered_volume(classes, direction="high", interval="none")
    yield "volume", volume.value, oracle["volume"]
    c = estimate_ordinal_c(classes, direction="high", interval="wald")
    yield "c", c.value, oracle["c_index"]
    yield "c error", 2 * c.standard_error, oracle["sd"]
    pairs = compare_class_pairs(classes, direction="high")
    for pair, (value, p_value, low, high) in zip(pairs, oracle["areas"], strict=True):
        yield "pair area", pair.area.value, value
        if isinstance(p_value, str):
            yield LeftOut("pair p", OTHER_TEST)
            continue
        yield "pair p", pair.p_value, p_value
        yield "pair interval", pair.area.interval, [low, high]
    if isinstance(oracle["holm"][0], str):
        yield LeftOut("pair holm", OTHER_TEST)
    else:
        yield "pair holm", [pair.p_adjusted for pair in pairs], oracle["holm"]


PROC = ("pROC",)
ADAPTERS = (
    Adapter(
        QUESTION,
        "roc.json",
        {
            "points": Quantity("points of the curve", CURVE, "SPSS, MedCalc, pROC `roc`", by=PROC),
            "midpoints": Quantity(
                "cut-offs spelled as midpoints", CURVE, "pROC, SPSS (midpoints)", ".midpoints()", PROC
            ),
            "at": Quantity(
                "sensitivity at a specificity", CURVE, "pROC `coords`", ".sensitivity_at(...)", PROC
            ),
            "area": Quantity("area", AUC, "SPSS, MedCalc, pROC `auc`", by=PROC),
            "variance": Quantity("its variance", AUC, "MedCalc (DeLong), pROC `var`", by=PROC),
            "delong": Quantity(
                "its interval, DeLong",
                AUC,
                "pROC `ci.auc`; MedCalc with DeLong's standard error, not exact",
                'interval="delong"',
                PROC,
            ),
            "exact": Quantity(
                "its interval, exact binomial",
                AUC,
                "MedCalc with binomial exact interval; R `qbeta`",
                'interval="exact-binomial"',
            ),
            "p": Quantity("p of area ½", AUC, "MedCalc; z of pROC's variance", by=PROC),
            "bootstrap": Quantity(
                "its interval, bootstrap",
                AUC,
                'pROC `ci.auc(method = "bootstrap")`, other draws',
                'interval="percentile-bootstrap"',
                PROC,
                kind="simulation",
            ),
        },
        curves,
    ),
    Adapter(
        QUESTION,
        "roc_depth.json",
        {
            "paired z": Quantity(
                "paired areas: z", PAIRED, "pROC `roc.test`; MedCalc", 'method="delong"', PROC, zero=1e-9
            ),
            "paired p": Quantity(
                "paired areas: p", PAIRED, "pROC `roc.test`; MedCalc", 'method="delong"', PROC
            ),
            "paired interval": Quantity(
                "paired areas: interval of the difference",
                PAIRED,
                "pROC `roc.test`; MedCalc",
                'method="delong"',
                PROC,
                zero=1e-6,
            ),
            "covariance": Quantity(
                "covariance of three areas", PAIRED, "pairs counted in R", 'method="delong"', zero=1e-9
            ),
            "overall": Quantity(
                "three areas: chi-squared", PAIRED, "DeLong's contrasts, R code of our own", 'method="delong"'
            ),
            "overall p": Quantity(
                "three areas: p", PAIRED, "DeLong's contrasts, R code of our own", 'method="delong"'
            ),
            "unpaired t": Quantity(
                "separate groups: t",
                UNPAIRED,
                "pROC `roc.test(paired = FALSE)`",
                'reference="t"',
                PROC,
                zero=1e-9,
            ),
            "unpaired df": Quantity(
                "separate groups: degrees of freedom",
                UNPAIRED,
                "pROC `roc.test(paired = FALSE)`",
                'reference="t"',
                PROC,
            ),
            "unpaired p": Quantity(
                "separate groups: p",
                UNPAIRED,
                'pROC `roc.test(paired = FALSE)`; MedCalc with `reference="normal"`',
                'reference="t"',
                PROC,
            ),
            "partial": Quantity("partial area", PART, "pROC `auc(partial.auc = )`", by=PROC, zero=1e-9),
            "corrected": Quantity(
                "partial area, corrected", PART, "pROC `partial.auc.correct = TRUE`", by=PROC, zero=1e-9
            ),
            "sensitivity": Quantity(
                "sensitivity at specificities", POINTS, "pROC `coords`", 'fixed="specificity"', PROC
            ),
            "specificity": Quantity(
                "specificity at sensitivities", POINTS, "pROC `coords`", 'fixed="sensitivity"', PROC
            ),
            "ks": Quantity(
                "distance of the simultaneous band",
                "statistics.roc.band.ks_distance",
                "R `psmirnov`, inverted",
            ),
            "pair area": Quantity("pairs of classes: area", CLASSES, "pROC `auc`", by=PROC),
            "pair p": Quantity("pairs of classes: p", CLASSES, "z of pROC's variance", by=PROC),
            "pair interval": Quantity("pairs of classes: interval", CLASSES, "pROC `ci.auc`", by=PROC),
            "pair holm": Quantity("pairs of classes: adjusted p", CLASSES, 'R `p.adjust("holm")`'),
            "c": Quantity("ordinal C-index", ORDINAL_C, "R `Hmisc::rcorr.cens`", by=("Hmisc",)),
            "c error": Quantity(
                "its standard error, doubled",
                ORDINAL_C,
                "R `Hmisc::rcorr.cens` (S.D.)",
                'interval="wald"',
                ("Hmisc",),
                zero=1e-7,
            ),
            "volume": Quantity(
                "volume under three classes", "statistics.roc.estimate_ordered_volume", "chains counted in R"
            ),
            **{
                f"{fixed} drawn": Quantity(
                    f"interval at a {fixed}",
                    POINTS,
                    f"pROC `{of}`, other draws",
                    'interval="percentile-bootstrap"',
                    PROC,
                    kind="simulation",
                )
                for fixed, of in (("specificity", "ci.se"), ("sensitivity", "ci.sp"))
            },
            "partial drawn": Quantity(
                "interval of a partial area",
                PART,
                "pROC `ci.auc`, other draws",
                'interval="percentile-bootstrap"',
                PROC,
                kind="simulation",
            ),
            "paired drawn": Quantity(
                "paired areas: z and p, bootstrap",
                PAIRED,
                'pROC `roc.test(method = "bootstrap")`, other draws',
                'method="bootstrap"',
                PROC,
                kind="simulation",
            ),
        },
        depth,
    ),
)
