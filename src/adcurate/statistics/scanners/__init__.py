"""Does the scanner, rather than the tumour, make the number?"""

from adcurate.statistics.scanners.combat import CombatFit, harmonize_combat
from adcurate.statistics.scanners.confounding import Confounding, compare_classes_over_strata
from adcurate.statistics.scanners.effect import FactorEffect, ScannerEffect, estimate_scanner_effect
from adcurate.statistics.scanners.least_squares import Difference, NestedTest
from adcurate.statistics.scanners.leave_one_out import LeaveOneOut, LeftOut, leave_one_stratum_out
from adcurate.statistics.scanners.strata import AreaInterval, StratumSummary, summarize_strata
from adcurate.statistics.scanners.within import WithinAuc, estimate_within_auc

__all__ = [
    "AreaInterval",
    "CombatFit",
    "Confounding",
    "Difference",
    "FactorEffect",
    "LeaveOneOut",
    "LeftOut",
    "NestedTest",
    "ScannerEffect",
    "StratumSummary",
    "WithinAuc",
    "compare_classes_over_strata",
    "estimate_scanner_effect",
    "estimate_within_auc",
    "harmonize_combat",
    "leave_one_stratum_out",
    "summarize_strata",
]
