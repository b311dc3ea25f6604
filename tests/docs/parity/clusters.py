"""Lesions within subjects: areas, shares, correlation within subjects."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.clusters import (
    compare_clustered_aucs,
    estimate_clustered_auc,
    estimate_clustered_proportion,
    estimate_subject_icc,
)
from parity.comparison import Adapter, Compared, LeftOut, Quantity, number

QUESTION = "Several lesions in a subject"
AUC = "statistics.clusters.estimate_clustered_auc"
PAIR = "statistics.clusters.compare_clustered_aucs"
SHARE = "statistics.clusters.estimate_clustered_proportion"


def lesions(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["sets"]:
        first, second = np.array(case["first"], float), np.array(case["second"], float)
        positive, subject = np.array(case["positive"]) == 1, np.array(case["subject"])
        one, other = (
            estimate_clustered_auc(marker, positive, subject, direction="high") for marker in (first, second)
        )
        test = compare_clustered_aucs(first, second, positive, subject, directions=("high", "high"))
        yield "area", [one.value, other.value], case["areas"]
        variances = [case["covariance"][0], case["covariance"][3]]
        yield "variance", [one.standard_error**2, other.standard_error**2], variances
        yield "difference", test.standard_error**2, case["difference_variance"]
        if "proc" in case:
            yield "delong", one.standard_error**2, case["proc"][0]
            if test.standard_error > 1e-8:
                yield "delong p", test.p_value, case["proc_p"]
            else:
                yield LeftOut("delong p", "the difference has no variance")
        yield "icc", estimate_subject_icc(first, subject).value, case["icc"]
        called = first >= case["cutoff"]
        for name, kept, right in (("sensitivity", positive, called), ("specificity", ~positive, ~called)):
            if case[name] is not None:
                yield from _share(right[kept], subject[kept], case[name])


def _share(right: Any, subject: Any, expected: Any) -> Iterator[Compared | LeftOut]:
    found = estimate_clustered_proportion(right, subject)
    yield "share", found.value, expected["value"]
    yield "share variance", found.standard_error**2, expected["variance"]
    yield "wilson", found.interval, expected["wilson"]
    if 0.0 < found.value < 1.0 and not math.isnan(number(expected["effect"])):
        yield "effect", found.design_effect, expected["effect"]
        yield (
            "logit",
            estimate_clustered_proportion(right, subject, interval="logit").interval,
            (expected["logit"]),
        )


OWN = "R code of our own"
ADAPTERS = (
    Adapter(
        QUESTION,
        "clusters.json",
        {
            "area": Quantity("area over lesions", AUC, "pairs counted in R"),
            "variance": Quantity("its variance (Obuchowski 1997)", AUC, f"{OWN}, pair by pair", zero=1e-12),
            "difference": Quantity("variance of a difference", PAIR, f"{OWN}, pair by pair", zero=1e-12),
            "delong": Quantity("variance, one lesion a subject", AUC, "pROC `var`", by=("pROC",), zero=1e-12),
            "delong p": Quantity(
                "p of a difference, one lesion a subject", PAIR, "pROC `roc.test`", by=("pROC",)
            ),
            "share": Quantity("sensitivity, specificity", SHARE, "R `survey::svymean`", by=("survey",)),
            "share variance": Quantity(
                "their variance", SHARE, "R `survey::svymean(ids = ~subject)`", by=("survey",), zero=1e-12
            ),
            "effect": Quantity(
                "design effect", SHARE, "R `survey::svymean(deff = )`", by=("survey",), zero=1e-12
            ),
            "logit": Quantity(
                "their interval",
                SHARE,
                'R `survey::svyciprop(method = "logit", df = Inf)`',
                'interval="logit"',
                ("survey",),
                zero=1e-12,
            ),
            "wilson": Quantity(
                "their interval, effective n",
                SHARE,
                f"Rao and Scott; {OWN}",
                'interval="wilson-effective"',
                zero=1e-9,
            ),
            "icc": Quantity(
                "correlation within subjects",
                "statistics.clusters.estimate_subject_icc",
                "R `anova`, unequal sizes",
                zero=1e-9,
            ),
        },
        lesions,
    ),
)
