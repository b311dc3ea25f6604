"""How can a statistician repeat the analysis without this program? A script in plain R, and what it reads."""

from adcurate.report.r_script.comparison import NOT_REPEATED, is_repeated, number_leaves
from adcurate.report.r_script.request import Clause, ScriptRequest, StudyTable
from adcurate.report.r_script.script import r_script_files

__all__ = [
    "NOT_REPEATED",
    "Clause",
    "ScriptRequest",
    "StudyTable",
    "is_repeated",
    "number_leaves",
    "r_script_files",
]
