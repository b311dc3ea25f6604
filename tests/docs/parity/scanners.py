"""Scanners: nested linear models, strata, area within settings, ComBat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.scanners import (
    compare_classes_over_strata,
    estimate_scanner_effect,
    estimate_within_auc,
    harmonize_combat,
    summarize_strata,
)
from parity.comparison import Adapter, Compared, LeftOut, Quantity, ask, number

QUESTION = "Scanners"
EFFECT = "statistics.scanners.estimate_scanner_effect"
STRATA = "statistics.scanners.summarize_strata"
WITHIN = "statistics.scanners.estimate_within_auc"
CLASSES = "statistics.scanners.compare_classes_over_strata"
COMBAT = "statistics.scanners.harmonize_combat"
PERFECT = "a perfect fit leaves nothing to judge by: refused here, a rounding error in R"


def settings(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in [*oracle["random"], oracle["large"], *oracle["degenerate"]]:
        strata = [" · ".join(pair) for pair in zip(case["vendor"], case["field"], strict=True)]
        y, x, answer = case["y"], case["x"], case["answer"]
        effect = ask(estimate_scanner_effect, y, x, {"vendor": case["vendor"], "field": case["field"]})
        if effect is None:
            yield LeftOut("f", "fewer cases than the question needs, or all alike: refused here")
        else:
            yield from _effects(effect, answer)
        rows = {row.name: row for row in summarize_strata(y, x, strata, direction="low")}
        for own in case["rows"]:
            row = rows[own["name"]]
            yield "stratum area", row.auc.value if row.auc else None, own.get("auc")
            if "welch" in own:
                value, df, p, low, high = own["welch"]
                found = row.difference
                yield "difference", [found.value, found.interval.low, found.interval.high], [value, low, high]
                yield "welch", [found.df, found.p_value], [df, p]
        yield from _within(ask(estimate_within_auc, y, x, strata, direction="low"), answer.get("within"))
        found = compare_classes_over_strata(x, strata, rng=np.random.default_rng(4))
        exact = found.method == "fisher-exact"
        yield "fisher" if exact else "fisher drawn", found.p_value, answer["fisher"]
        yield "cramer", found.cramers_v, answer["cramers_v"]


def _effects(effect: Any, answer: Any) -> Iterator[Compared | LeftOut]:
    for found, theirs in (
        (effect.factors[0].test, answer.get("vendor")),
        (effect.factors[0].beside_others, answer.get("vendor_beside_field")),
        (effect.combined.test, answer.get("combined")),
        (effect.combined.interaction, answer.get("interaction")),
    ):
        if theirs in (None, "NA"):
            if found is not None:
                yield LeftOut("f", "R has no answer")
        elif theirs["explained"] > 1 - 1e-12:
            yield LeftOut("f", PERFECT) if found is None else ("f", found.f, None)
        elif theirs["f"] == "NA":
            yield "explained", found.explained, 0.0
        else:
            yield "f", found.f, theirs["f"]
            yield "f p", found.p_value, theirs["p"]
            yield "lr", found.likelihood_ratio, theirs["lr"]
            yield "explained", found.explained, theirs["explained"]
    for found, theirs in ((effect.unadjusted, "unadjusted"), (effect.adjusted, "adjusted")):
        if theirs in answer:
            value, se, _, p = answer[theirs][:4]
            yield (
                "adjusted",
                [found.value, found.interval.low, found.interval.high],
                ([value, *answer[theirs][-2:]]),
            )
            yield "adjusted error", [found.standard_error, found.p_value], [se, p]


def _within(found: Any, theirs: Any) -> Iterator[Compared | LeftOut]:
    if theirs is None:
        yield "within", found.value if found else None, None
        return
    yield "within", found.value, theirs["value"]
    yield "within error", found.standard_error, theirs["se"]
    if number(theirs.get("van_elteren_z")) == number(theirs.get("van_elteren_z")):
        yield "elteren z", found.van_elteren_z, theirs["van_elteren_z"]
        yield "elteren p", found.van_elteren_p, theirs["van_elteren_p"]
    else:
        yield LeftOut("elteren p", "R has no answer")


def combat(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["sets"]:
        fit = harmonize_combat(
            case["features"],
            case["batch"],
            preserve=np.array(case["group"], dtype=float)[:, None] if case["with_mod"] else None,
            adjusts="location" if case["mean_only"] else "location and scale",
            tolerance=1e-13,
        )
        yield "tight", fit.values, case["tight"]
        yield "default", fit.values, case["default"]


LM, PROC, SURVIVAL, COIN = "R `anova` of nested `lm`", ("pROC",), ("survival",), ("coin",)
ADAPTERS = (
    Adapter(
        QUESTION,
        "scanners.json",
        {
            "f": Quantity("F of a setting", EFFECT, f"{LM}; SPSS GLM", zero=1e-9),
            "f p": Quantity("its p", EFFECT, f"{LM}; SPSS GLM"),
            "lr": Quantity("likelihood ratio", EFFECT, "R `logLik` of `lm`", zero=1e-6),
            "explained": Quantity("share of variance explained", EFFECT, LM, zero=1e-9),
            "adjusted": Quantity(
                "difference of the classes, plain and beside the settings, with interval",
                EFFECT,
                "R `lm`, `confint`; SPSS GLM",
                zero=1e-6,
            ),
            "adjusted error": Quantity("its standard error and p", EFFECT, "R `summary(lm)`; SPSS GLM"),
            "difference": Quantity(
                "difference in a setting, with interval",
                STRATA,
                "R `t.test`; SPSS, equal variances not assumed",
                zero=1e-6,
            ),
            "welch": Quantity(
                "its degrees of freedom and p", STRATA, "R `t.test`; SPSS, equal variances not assumed"
            ),
            "stratum area": Quantity("area in a setting", STRATA, "pROC `auc`", by=PROC),
            "within": Quantity(
                "area within settings", WITHIN, "R `survival::concordance(y ~ x + strata(s))`", by=SURVIVAL
            ),
            "within error": Quantity(
                "its standard error", WITHIN, "R `survival::concordance`", by=SURVIVAL, zero=1e-9
            ),
            "elteren z": Quantity(
                "van Elteren's z", WITHIN, "R `coin::independence_test` within blocks", by=COIN, zero=1e-6
            ),
            "elteren p": Quantity("its p", WITHIN, "R `coin::independence_test` within blocks", by=COIN),
            "fisher": Quantity("class against setting: p", CLASSES, "R `fisher.test`; SPSS Exact Tests"),
            "fisher drawn": Quantity(
                "the same, tables drawn at random",
                CLASSES,
                "R `fisher.test(simulate.p.value = TRUE)` in kind",
                kind="simulation",
            ),
            "cramer": Quantity("Cramér's V", CLASSES, "SPSS; R `chisq.test`", zero=1e-9),
        },
        settings,
    ),
    Adapter(
        QUESTION,
        "combat.json",
        {
            "tight": Quantity(
                "ComBat, run to convergence",
                COMBAT,
                "R `sva::ComBat`, stopping rule tightened",
                'adjusts="location and scale", "location"',
                by=("sva",),
                kind="iterative",
            ),
            "default": Quantity(
                "ComBat, as shipped",
                COMBAT,
                "R `sva::ComBat`",
                by=("sva",),
                kind="iterative",
                least=5.0,
                because="sva stops at a relative change of 1e-4",
            ),
        },
        combat,
    ),
)
