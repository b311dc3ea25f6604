"""What a rule is worth: shares, predictive values, likelihood ratios, net benefit, published cut-offs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.diagnostic import ConfusionTable, estimate_accuracy
from adcurate.statistics.proportion import clopper_pearson_interval, wilson_interval
from adcurate.statistics.validation import estimate_decision_curve, estimate_prevalence_curve
from adcurate.statistics.validation.external_cutoff import fisher_exact_p, newcombe_interval
from parity.comparison import Adapter, Compared, LeftOut, Quantity

QUESTION = "Diagnostic accuracy"
ACCURACY = "statistics.diagnostic.estimate_accuracy"
PREVALENCE = "statistics.validation.estimate_prevalence_curve"
BENEFIT = "statistics.validation.estimate_decision_curve"
BANDS = {"logit-delta": "logit", "adjusted-logit": "adjusted", "confidence-box": "box"}


def rule(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["proportions"]:
        asked = (case["count"], case["n"], case["level"])
        yield "clopper-pearson", clopper_pearson_interval(*asked), case["clopper_pearson"]
        yield "wilson", wilson_interval(*asked), case["wilson"]
    for case in oracle["tables"]:
        table = ConfusionTable(tp=case["tp"], fp=case["fp"], fn=case["fn"], tn=case["tn"])
        found = estimate_accuracy(
            table, interval="wilson", level=case["level"], prevalence=case["prevalence"]
        )
        for key, names in (("lr", ("lr_positive", "lr_negative")), ("pv", ("ppv", "npv"))):
            for name in names:
                one = getattr(found, name)
                yield key, one.value, case[name]["value"]
                yield f"{key} interval", one.interval, case[name]["limits"]


def in_use(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["curves"]:
        tp, fp, fn, tn = case["table"]
        for band in BANDS:
            found = estimate_prevalence_curve(
                ConfusionTable(tp=tp, fp=fp, fn=fn, tn=tn),
                prevalences=case["prevalence"],
                band=band,
                level=case["level"],
            )
            for name in ("ppv", "npv"):
                curve = getattr(found, name)
                yield "curve", curve.value, case[name]
                yield curve.band, [curve.low, curve.high], case[BANDS[curve.band]][name]
    for case in oracle["decisions"]:
        y, called = np.array(case["y"], dtype=bool), np.array(case["rule"], dtype=bool)
        asked = {"rules": {"rule": called}, "risks": {"risk": case["risk"]}, "thresholds": case["t"]}
        found = estimate_decision_curve(y, **asked)
        stated = estimate_decision_curve(y, prevalence=0.15, **asked)
        yield "benefit", found.strategies["risk"].value, case["by_count"]
        yield "benefit", found.strategies["rule"].value, case["of_rule"]
        yield "benefit", found.treat_all, case["all"]
        yield "benefit stated", stated.strategies["risk"].value, case["at_stated"]
    for case in oracle["pairs"]:
        yield "fisher", fisher_exact_p(*case["counts"]), case["fisher"]
        yield "newcombe", newcombe_interval(*case["counts"]), case["newcombe"]


OWN = "R code of our own"
ADAPTERS = (
    Adapter(
        QUESTION,
        "diagnostic.json",
        {
            "clopper-pearson": Quantity(
                "sensitivity, specificity, predictive values of the sample: interval",
                "statistics.proportion.clopper_pearson_interval",
                "MedCalc; R `binom.test`",
            ),
            "wilson": Quantity(
                "the same, Wilson",
                "statistics.proportion.wilson_interval",
                "R `prop.test(correct = FALSE)`",
            ),
            "lr": Quantity("likelihood ratios", ACCURACY, f"MedCalc; {OWN}"),
            "lr interval": Quantity(
                "their interval (Simel, Samsa and Matchar 1991)", ACCURACY, f"MedCalc; {OWN}", "log-delta"
            ),
            "pv": Quantity("predictive values at a prevalence", ACCURACY, f"MedCalc; {OWN}", "prevalence="),
            "pv interval": Quantity(
                "their interval (Mercaldo, Lau and Zhou 2007)", ACCURACY, f"MedCalc; {OWN}", "logit-delta"
            ),
        },
        rule,
    ),
    Adapter(
        QUESTION,
        "validation.json",
        {
            "curve": Quantity("predictive values over prevalence", PREVALENCE, OWN),
            "logit-delta": Quantity(
                "their band", PREVALENCE, f"MedCalc's formula; {OWN}", 'band="logit-delta"', zero=1e-9
            ),
            "adjusted-logit": Quantity("their band", PREVALENCE, OWN, 'band="adjusted-logit"', zero=1e-9),
            "confidence-box": Quantity(
                "their band", PREVALENCE, "R `qbeta`, put together", 'band="confidence-box"', zero=1e-9
            ),
            "benefit": Quantity("net benefit", BENEFIT, OWN, zero=1e-9),
            "benefit stated": Quantity(
                "net benefit at a stated prevalence", BENEFIT, OWN, "prevalence=", zero=1e-9
            ),
            "fisher": Quantity(
                "published and own share: p",
                "statistics.validation.external_cutoff.fisher_exact_p",
                "R `fisher.test`",
            ),
            "newcombe": Quantity(
                "their difference: interval",
                "statistics.validation.external_cutoff.newcombe_interval",
                f"Newcombe's method 10; {OWN}",
                zero=1e-9,
            ),
        },
        in_use,
    ),
)
