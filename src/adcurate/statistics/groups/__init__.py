"""Do groups differ? Summaries and rank tests of two groups, of several, and of each pair."""

from adcurate.statistics.groups.describe import GroupSummary, percentile, summarize_group
from adcurate.statistics.groups.rank_tests import (
    DunnPair,
    KruskalWallis,
    MannWhitney,
    compare_dunn,
    compare_kruskal_wallis,
    compare_mann_whitney,
)

__all__ = [
    "DunnPair",
    "GroupSummary",
    "KruskalWallis",
    "MannWhitney",
    "compare_dunn",
    "compare_kruskal_wallis",
    "compare_mann_whitney",
    "percentile",
    "summarize_group",
]
