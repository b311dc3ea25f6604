"""Cut-offs: the greatest J, other rules, and what is left of them in new cases."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.cutoff import choose_cutoff, estimate_youden
from adcurate.statistics.roc import estimate_roc
from adcurate.statistics.validation import (
    correct_optimism,
    cross_validate_youden,
    describe_stability,
    leave_one_out_youden,
    repeat_youden,
)
from adcurate.statistics.validation.selection import QUANTITIES
from parity.comparison import Adapter, Compared, LeftOut, Quantity, ask, number, numbers

QUESTION = "Cut-off"
YOUDEN = "statistics.cutoff.estimate_youden"
CHOICE = "statistics.cutoff.choose_cutoff"
REPEATED = "statistics.validation.repeat_youden"
OPTIMISM = "statistics.validation.correct_optimism"
RULES = {
    "youden": ("youden", False),
    "youden_priced": ("youden", True),
    "corner": ("closest-corner", False),
    "corner_priced": ("closest-corner", True),
}


def youden(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["cutoffs"]:
        marker, positive, direction = case["marker"], case["positive"], case["direction"]
        found = estimate_youden(marker, positive, direction=direction, interval="none")
        theirs = numbers(case["cutoffs"])
        yield "cutoff", sorted(found.tied_cutoffs), [cut for cut in theirs if math.isfinite(cut)]
        at = int(np.argmin(np.abs(np.array(theirs) - found.cutoff)))
        yield "j", found.j, case["j"]
        rates = [case["sensitivity"][at], case["specificity"][at]]
        yield "rates", [found.sensitivity, found.specificity], rates
        curve = estimate_roc(marker, positive, direction=direction)
        midpoints = curve.midpoints()[np.isin(curve.cutoffs, found.tied_cutoffs)]
        middle = [one for one in numbers(case["proc_midpoints"]) if math.isfinite(one)]
        yield "midpoints", sorted(midpoints[np.isfinite(midpoints)]), middle


def rules(oracle: Any) -> Iterator[Compared | LeftOut]:
    cost, prevalence = oracle["weights"]
    for i, item in enumerate(oracle["sets"]):
        positive = np.arange(item["positive"] + item["negative"]) < item["positive"]
        for column, direction, name in ((0, "high", "one"), (2, "low", "low")):
            marker = np.array(item["markers"][column])
            if np.unique(marker).size == 1:
                yield LeftOut("youden", "a constant marker has no cut-off")
                continue
            curve = estimate_roc(marker, positive, direction=direction)
            for key, (by, priced) in RULES.items():
                asked = {"cost_ratio": cost, "prevalence": prevalence} if priced else {}
                best = choose_cutoff(marker, positive, direction=direction, by=by, interval="none", **asked)
                weight = (1 - prevalence) / (cost * prevalence) if priced else 1.0
                reached = [
                    _criterion(by, weight, curve.sensitivity[k], curve.specificity[k])
                    for k, middle in enumerate(curve.midpoints())
                    if _is_one_of(middle, numbers(item[name][key]))
                ]
                yield key, _criterion(by, weight, best.sensitivity, best.specificity), max(reached)
        if i < 100:
            yield from _constrained(item, positive)


def _criterion(by: str, weight: float, sensitivity: float, specificity: float) -> float:
    if by == "youden":
        return sensitivity + weight * specificity - 1
    return -((1 - sensitivity) ** 2 + weight * (1 - specificity) ** 2)


def _is_one_of(middle: float, theirs: list[float]) -> bool:
    return any(middle == one or abs(middle - one) < 1e-9 for one in theirs)


def _constrained(item: Any, positive: Any) -> Iterator[Compared | LeftOut]:
    for by in ("fixed-sensitivity", "fixed-specificity"):
        best = choose_cutoff(
            item["markers"][0], positive, direction="high", by=by, target=0.8, interval="none"
        )
        theirs = numbers(item["constrained"][by.replace("-", "_")])
        yield by, best.cutoff, min(theirs, key=lambda one: _distance(best.cutoff, one))


def _distance(ours: float, theirs: float) -> float:
    return 0.0 if ours == theirs else abs(ours - theirs)


def corrections(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in [*oracle["random"], *oracle["degenerate"]]:
        marker, positive = np.array(case["x"], dtype=float), np.array(case["y"], dtype=bool)
        asked = {"direction": "low", "direction_chosen": case["turn"]}
        made = ask(repeat_youden, marker, positive, draws=case["draws"], **asked)
        if made is None:
            cuts = [number(cut) for cut in case["cuts"]]
            yield "cuts", [math.nan] * len(cuts), cuts
        else:
            yield from _bootstrapped(case, made)
        left = ask(leave_one_out_youden, marker, positive, **asked)
        wanted = case["loo"] or [None] * 3
        of_left = [left.of(q).corrected if left else math.nan for q in QUANTITIES[:3]]
        yield "loo", of_left, wanted
        if case["folds"]:
            n_folds = 1 + max(map(max, case["folds"]))
            crossed = cross_validate_youden(marker, positive, n_folds=n_folds, folds=case["folds"], **asked)
            first = 0 if case["turn"] else 1
            theirs = np.array(case["cv"], dtype=float)
            yield "cv", crossed.repeats[:, first:3], theirs[:, first:]
    for case in oracle["cutpointr"]:
        marker, positive = np.array(case["x"], dtype=float), np.array(case["y"], dtype=bool)
        made = repeat_youden(marker, positive, direction="low", draws=case["draws"])
        yield "cutpointr", _chosen(made), case["cuts"]


def _chosen(made: Any) -> list[float]:
    return [math.nan if place < 0 else made.counts.values[place] for place in made.resamples.position]


def _bootstrapped(case: Any, made: Any) -> Iterator[Compared | LeftOut]:
    yield "cuts", _chosen(made), case["cuts"]
    stability = describe_stability(made)
    by_value = dict(zip(stability.values.tolist(), stability.instability.tolist(), strict=True))
    yield "differs", [by_value[x] for x in case["x"]], case["differs"]
    found = correct_optimism(made)
    for i, quantity in enumerate(QUANTITIES):
        if quantity == "auc" and not case["turn"]:
            fixed = found.of("auc", "nothing-fitted")
            yield "apparent", fixed.corrected, case["apparent"][i]
            continue
        ordinary, half, plus = (found.of(quantity, m) for m in ("optimism-bootstrap", ".632", ".632+"))
        yield "apparent", ordinary.apparent, case["apparent"][i]
        yield "optimism", ordinary.optimism, case["optimism"][i]
        yield "632", half.corrected, case["p632"][i]
        if case["plus"][i] is None:
            yield LeftOut("632+", "no overfitting rate: every case is in every resample")
        else:
            yield "632+", plus.corrected, case["plus"][i]


OWN = "R code of our own, on the same resamples"
ADAPTERS = (
    Adapter(
        QUESTION,
        "cutoff.json",
        {
            "cutoff": Quantity(
                "cut-offs of greatest J, observed values",
                YOUDEN,
                "MedCalc; `cutpointr`'s candidates (it then takes their median)",
                by=("cutpointr",),
            ),
            "midpoints": Quantity(
                "the same as midpoints",
                "statistics.roc.estimate_roc",
                'pROC `coords("best")`',
                ".midpoints()",
                ("pROC",),
            ),
            "j": Quantity("J", YOUDEN, "MedCalc, `cutpointr`", by=("cutpointr",)),
            "rates": Quantity(
                "sensitivity and specificity there", YOUDEN, "MedCalc, `cutpointr`", by=("cutpointr",)
            ),
        },
        youden,
    ),
    Adapter(
        QUESTION,
        "roc_depth.json",
        {
            "youden": Quantity(
                "criterion reached, Youden",
                CHOICE,
                'pROC `coords("best")`; MedCalc',
                'by="youden"',
                ("pROC",),
                zero=1e-9,
            ),
            "youden_priced": Quantity(
                "the same, priced",
                CHOICE,
                "pROC `best.weights`",
                'by="youden", cost_ratio=, prevalence=',
                ("pROC",),
                zero=1e-9,
            ),
            "corner": Quantity(
                "criterion reached, closest corner",
                CHOICE,
                "pROC `closest.topleft`",
                'by="closest-corner"',
                ("pROC",),
                zero=1e-9,
            ),
            "corner_priced": Quantity(
                "the same, priced",
                CHOICE,
                "pROC `closest.topleft`, `best.weights`",
                'by="closest-corner", cost_ratio=, prevalence=',
                ("pROC",),
                zero=1e-9,
            ),
            "fixed-sensitivity": Quantity(
                "cut-off of a least sensitivity",
                CHOICE,
                "`cutpointr` `spec_constrain`",
                'by="fixed-sensitivity"',
                ("cutpointr",),
            ),
            "fixed-specificity": Quantity(
                "cut-off of a least specificity",
                CHOICE,
                "`cutpointr` `sens_constrain`",
                'by="fixed-specificity"',
                ("cutpointr",),
            ),
        },
        rules,
    ),
    Adapter(
        QUESTION,
        "validation.json",
        {
            "cutpointr": Quantity("cut-offs of given resamples", REPEATED, "`cutpointr`", by=("cutpointr",)),
            "cuts": Quantity("cut-offs of given resamples", REPEATED, "R code of our own, by trial"),
            "apparent": Quantity("apparent AUC, rates and J", OPTIMISM, OWN, zero=1e-9),
            "optimism": Quantity("optimism", OPTIMISM, OWN, "optimism-bootstrap", zero=1e-9),
            "632": Quantity("corrected", OPTIMISM, OWN, ".632", zero=1e-9),
            "632+": Quantity("corrected", OPTIMISM, OWN, ".632+", zero=1e-9),
            "differs": Quantity(
                "how often a case would change class",
                "statistics.validation.describe_stability",
                OWN,
            ),
            "loo": Quantity(
                "left one out: AUC and rates",
                "statistics.validation.leave_one_out_youden",
                "R code of our own",
                '"leave-one-out", "leave-pair-out"',
            ),
            "cv": Quantity(
                "cross-validated: AUC and rates",
                "statistics.validation.cross_validate_youden",
                "R code of our own, on the same folds",
            ),
        },
        corrections,
    ),
)
