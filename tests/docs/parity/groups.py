"""Groups: summaries, rank tests, trend, families of p-values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from adcurate.statistics.groups import (
    adjust_p_values,
    compare_dunn,
    compare_jonckheere_terpstra,
    compare_kruskal_wallis,
    compare_mann_whitney,
    percentile,
    summarize_group,
)
from parity.comparison import Adapter, Compared, LeftOut, Quantity

QUESTION = "Groups"
MANN_WHITNEY = "statistics.groups.compare_mann_whitney"
DUNN = "statistics.groups.compare_dunn"
TREND = "statistics.groups.compare_jonckheere_terpstra"
FAMILY = "statistics.groups.adjust_p_values"
METHODS = {"exact": "exact", "asymptotic": "asymptotic", "continuity": "asymptotic-continuity"}
FAMILIES = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "hochberg": "hochberg",
    "bh": "benjamini-hochberg",
    "by": "benjamini-yekutieli",
}


def describe(oracle: Any) -> Iterator[Compared | LeftOut]:
    for group in oracle["groups"]:
        values = group["values"]
        summary = summarize_group(values)
        yield "mean", summary.mean, group["mean"]
        yield "sd", summary.sd, group["sd"]
        for kind in (5, 6, 7):
            found = [percentile(values, p, kind=kind) for p in oracle["percents"]]
            yield f"type {kind}", found, group[f"type_{kind}"]


def rank_tests(oracle: Any) -> Iterator[Compared | LeftOut]:
    for case in oracle["two_groups"]:
        found = {key: compare_mann_whitney(case["x"], case["y"], method=m) for key, m in METHODS.items()}
        yield "u", found["exact"].u_x, case["u_x"]
        yield "z", found["asymptotic"].z, case["z"]
        yield "exact", found["exact"].p_value, case["exact"]
        if case["stats_exact"] is not None:
            yield "exact, untied", found["exact"].p_value, case["stats_exact"]
        yield "asymptotic", found["asymptotic"].p_value, case["asymptotic"]
        yield "continuity", found["continuity"].p_value, case["asymptotic_continuity"]
    for case in oracle["several_groups"]:
        several = compare_kruskal_wallis(case["groups"])
        yield "h", several.h, case["h"]
        yield "kruskal", several.p_value, case["p_value"]
        for adjust in ("none", "bonferroni", "holm"):
            pairs = compare_dunn(case["groups"], adjust=adjust)
            yield "dunn z", [pair.z for pair in pairs], case["dunn"]["z"]
            yield f"dunn {adjust}", [pair.p_value for pair in pairs], case["dunn"][adjust]


def in_groups(record: Any) -> dict[str, Any]:
    value, group = np.array(record["value"], dtype=float), np.array(record["group"])
    return {str(g): value[group == g] for g in np.unique(group)}


def trend(oracle: Any) -> Iterator[Compared | LeftOut]:
    for record in oracle["jt_exact"]:
        for side in ("two_sided", "increasing", "decreasing"):
            found = compare_jonckheere_terpstra(
                in_groups(record), alternative=side.replace("_", "-"), method="exact"
            )
            yield "exact", found.p_value, record[side]
        yield "j", found.statistic, record["statistic"]
        yield "variance", found.standard_deviation**2, record["variance"]
    for record in [*oracle["jt_asymptotic"], oracle["hundal"]]:
        for side in ("two_sided", "increasing"):
            found = compare_jonckheere_terpstra(
                in_groups(record), alternative=side.replace("_", "-"), method="asymptotic"
            )
            yield "asymptotic", found.p_value, record[side]
        yield "z", found.z, record["z"]
    for record in oracle["families"]:
        family = {f"test {i}": p for i, p in enumerate(record["p"])}
        for key, method in FAMILIES.items():
            adjusted = adjust_p_values(family, method=method).tests
            yield key, [test.adjusted for test in adjusted], record[key]


ADAPTERS = (
    Adapter(
        QUESTION,
        "describe.json",
        {
            "mean": Quantity("mean", "statistics.groups.summarize_group", "SPSS, MedCalc, R `mean`"),
            "sd": Quantity("SD, n − 1", "statistics.groups.summarize_group", "SPSS, MedCalc, R `sd`"),
            "type 5": Quantity(
                "percentiles, position 0.5 + np",
                "statistics.groups.percentile",
                "MedCalc; R `quantile(type = 5)`",
                "kind=5",
            ),
            "type 6": Quantity(
                "percentiles, position (n + 1)p",
                "statistics.groups.percentile",
                "SPSS, Minitab; R `quantile(type = 6)`",
                "kind=6",
            ),
            "type 7": Quantity(
                "percentiles, position 1 + (n − 1)p",
                "statistics.groups.percentile",
                "R `quantile`, numpy, spreadsheets",
                "kind=7",
            ),
        },
        describe,
    ),
    Adapter(
        QUESTION,
        "groups.json",
        {
            "u": Quantity("Mann-Whitney U", MANN_WHITNEY, "R `wilcox.test` (W of the first group)"),
            "z": Quantity("its z, ties corrected", MANN_WHITNEY, "SPSS; R `coin::wilcox_test`", zero=1e-9),
            "exact": Quantity(
                "p, every assignment of the midranks",
                MANN_WHITNEY,
                'R `coin::wilcox_test(distribution = "exact")`',
                'method="exact"',
                ("coin",),
            ),
            "exact, untied": Quantity(
                "p, exact, no ties", MANN_WHITNEY, "R `wilcox.test(exact = TRUE)`", 'method="exact"'
            ),
            "asymptotic": Quantity(
                "p, normal",
                MANN_WHITNEY,
                "SPSS asymptotic significance; R `wilcox.test(exact = FALSE, correct = FALSE)`",
                'method="asymptotic"',
            ),
            "continuity": Quantity(
                "p, normal with continuity correction",
                MANN_WHITNEY,
                "R `wilcox.test` with ties or 50 or more in a group",
                'method="asymptotic-continuity"',
            ),
            "h": Quantity(
                "Kruskal-Wallis H", "statistics.groups.compare_kruskal_wallis", "SPSS; R `kruskal.test`"
            ),
            "kruskal": Quantity(
                "its p, chi-squared", "statistics.groups.compare_kruskal_wallis", "SPSS; R `kruskal.test`"
            ),
            "dunn z": Quantity("Dunn's z of a pair", DUNN, "SPSS pairwise; R code of our own", zero=1e-9),
            "dunn none": Quantity("its p", DUNN, "SPSS significance; R code of our own", 'adjust="none"'),
            "dunn bonferroni": Quantity(
                "its p, Bonferroni", DUNN, "SPSS adjusted significance; R `p.adjust`", 'adjust="bonferroni"'
            ),
            "dunn holm": Quantity("its p, Holm", DUNN, 'R `p.adjust("holm")`', 'adjust="holm"'),
        },
        rank_tests,
    ),
    Adapter(
        QUESTION,
        "trend.json",
        {
            "j": Quantity("Jonckheere-Terpstra J", TREND, "SPSS; complete enumeration"),
            "variance": Quantity("its variance, ties kept", TREND, "complete enumeration"),
            "exact": Quantity(
                "its p, every way of dealing", TREND, "SPSS Exact Tests; enumeration", 'method="exact"'
            ),
            "z": Quantity(
                "its z",
                TREND,
                'SPSS; R `cor.test(method = "kendall", exact = FALSE)`',
                'method="asymptotic"',
                zero=1e-9,
            ),
            "asymptotic": Quantity(
                "its p, normal",
                TREND,
                'SPSS; R `cor.test(method = "kendall", exact = FALSE)`',
                'method="asymptotic"',
            ),
            **{
                key: Quantity(f"family: {name}", FAMILY, "R `p.adjust`", f'method="{name}"')
                for key, name in FAMILIES.items()
            },
        },
        trend,
    ),
)
