"""``sample-size``: plan a study before there is one, with a pilot or without."""

from __future__ import annotations

from pathlib import Path

from adcurate.formats.table import read_table
from adcurate.model.answers.sample_size import SampleSizeAnswer, SampleSizeQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.table_plan import TablePlan
from adcurate.statistics.interval import check_level
from adcurate.study.questions.sample_size import plan_with_pilot
from adcurate.study.streams import Streams
from adcurate.study.tables.table_cases import cases_of_table
from adcurate.study.units import level_cases


def plan_sample_size(
    question: SampleSizeQuestion, *, pilot: CaseTable | None = None, level: float = 0.95, seed: int = 1
) -> SampleSizeAnswer:
    """Find how many subjects a study needs, or what the given numbers would give.

    Parameters
    ----------
    question
        Its fields say what is expected and what is wanted.
    pilot
        Lesions already measured: supplies what `question` leaves open, and the world of a simulation.
    level
        Confidence level of the intervals planned for.
    seed
        Of the simulation.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``
    StatisticsError
        ``statistics.option`` and the codes of the pilot's estimate.
    """
    return plan_with_pilot(question, pilot, check_level(level), Streams(seed))


def read_pilot(path: Path, plan: TablePlan) -> CaseTable:
    """Read a pilot from a CSV or XLSX table, one row for each unit of the analysis.

    Raises
    ------
    TableError
        The codes of `read_table` and `cases_of_table`.
    UsageError
        ``usage.option``
    """
    table = read_table(path, decimal=plan.columns.decimal, encoding=plan.columns.encoding)
    return level_cases(cases_of_table(table, plan), plan.plan).units
