"""Do groups differ? Summaries, rank tests of two groups, of several, of each pair and of their order."""

from adcurate.statistics.groups.describe import GroupSummary, percentile, summarize_group
from adcurate.statistics.groups.multiplicity import AdjustedPValues, AdjustedTest, Adjustment, adjust_p_values
from adcurate.statistics.groups.rank_tests import (
    DunnPair,
    KruskalWallis,
    MannWhitney,
    compare_dunn,
    compare_kruskal_wallis,
    compare_mann_whitney,
)
from adcurate.statistics.groups.trend import JonckheereTerpstra, compare_jonckheere_terpstra

__all__ = [
    "AdjustedPValues",
    "AdjustedTest",
    "Adjustment",
    "DunnPair",
    "GroupSummary",
    "JonckheereTerpstra",
    "KruskalWallis",
    "MannWhitney",
    "adjust_p_values",
    "compare_dunn",
    "compare_jonckheere_terpstra",
    "compare_kruskal_wallis",
    "compare_mann_whitney",
    "percentile",
    "summarize_group",
]
