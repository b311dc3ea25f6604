"""Which cut-off does this sample choose, and how far does the choice move?"""

from adcurate.statistics.cutoff.rules import RuleCutoff, choose_cutoff
from adcurate.statistics.cutoff.youden import YoudenEstimate, estimate_youden

__all__ = ["RuleCutoff", "YoudenEstimate", "choose_cutoff", "estimate_youden"]
