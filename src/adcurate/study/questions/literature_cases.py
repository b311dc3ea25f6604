"""Questions about the literature: the table of studies is read, and this study is one more row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from adcurate.errors import StatisticsError, TableError
from adcurate.findings import Finding
from adcurate.formats.table import read_table
from adcurate.model.answers.literature import (
    LiteratureAccuracyAnswer,
    LiteratureAccuracyQuestion,
    LiteratureCorrelationAnswer,
    LiteratureCorrelationQuestion,
    LiteratureMeansAnswer,
    LiteratureMeansQuestion,
    StudyArea,
    StudyCorrelation,
    StudyMean,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.study.literature import LiteratureTable, load_literature
from adcurate.study.questions.literature import (
    answer_literature_accuracy,
    answer_literature_correlation,
    answer_literature_means,
    own_accuracy,
    own_correlation,
    own_means,
    parse_accuracy,
    parse_areas,
    parse_correlations,
    parse_means,
)
from adcurate.study.streams import Streams

_MM2_PER_S: Final = {"mm2/s": 1.0, "mm²/s": 1.0, "1e-3 mm2/s": 1e-3, "10⁻³ mm²/s": 1e-3, "10^-3 mm2/s": 1e-3}


def answer_means_of_cases(
    question: LiteratureMeansQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> LiteratureMeansAnswer:
    """Pool the studies' means with those of this study's grades."""
    own = (
        own_means(_in_mm2_per_s(cases, question.marker), question.marker, unit="mm2/s")
        if _has(cases, question.marker)
        else ()
    )
    studies = studies_of_means(question)
    found = answer_literature_means(question, studies, own, methods)
    theirs = {row.group for row in studies if row.marker == question.marker}
    if own and theirs and not theirs & {row.group for row in own}:
        ours = ", ".join(row.group for row in own)
        sentence = (
            f"This study's grades ({ours}) are called otherwise than the studies' "
            f"({', '.join(sorted(theirs))}): nothing of this study is compared with them. "
            "Name the grades alike."
        )
        other = Finding("literature.other-grades", sentence, "serious")
        found = replace(found, findings=(other, *found.findings))
    return found


def answer_correlation_of_cases(
    question: LiteratureCorrelationQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> LiteratureCorrelationAnswer:
    """Pool the studies' correlations with this study's; it has one with the grade only."""
    own = None
    if _has(cases, question.marker) and question.against == "who-grade" and cases.grades:
        own = own_correlation(cases, question.marker)
    return answer_literature_correlation(question, studies_of_correlations(question), own, methods)


def answer_accuracy_of_cases(
    question: LiteratureAccuracyQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> LiteratureAccuracyAnswer:
    """Pool the studies' sensitivities and specificities with this study's at its own cut-off."""
    rows, numbers = _studies(question.studies_file, "accuracy")
    own = None
    if _has(cases, question.marker):
        own = own_accuracy(_in_mm2_per_s(cases, question.marker), question.marker, unit="mm2/s")
    areas: Sequence[StudyArea] = () if question.studies_file else parse_areas(load_literature("areas"))
    return answer_literature_accuracy(
        question, parse_accuracy(rows, row_numbers=numbers), own, methods, areas=areas
    )


def studies_of_means(question: LiteratureMeansQuestion) -> tuple[StudyMean, ...]:
    """The table of studies that the question reads."""
    rows, numbers = _studies(question.studies_file, "means")
    return parse_means(rows, row_numbers=numbers)


def studies_of_correlations(question: LiteratureCorrelationQuestion) -> tuple[StudyCorrelation, ...]:
    """The table of studies that the question reads."""
    rows, numbers = _studies(question.studies_file, "correlations")
    return parse_correlations(rows, row_numbers=numbers)


def factor_to_mm2_per_s(cases: CaseTable, marker: str) -> float | None:
    """What brings the marker to mm²/s; None where its unit is not known."""
    return _MM2_PER_S.get(cases.units.get(marker, ""))


def _studies(file: str, shipped: LiteratureTable) -> tuple[Sequence[Mapping[str, str]], Sequence[int] | None]:
    if not file:
        return load_literature(shipped), None
    table = read_table(Path(file))
    if not table.rows:
        raise TableError(
            "table.empty", "The table of studies has no rows.", remedy="Give one row for each study."
        )
    return table.rows, table.row_numbers


def _has(cases: CaseTable, marker: str) -> bool:
    return marker in cases.markers


def _in_mm2_per_s(cases: CaseTable, marker: str) -> CaseTable:
    """The cases with the marker in mm²/s, the unit in which studies are compared."""
    factor = factor_to_mm2_per_s(cases, marker)
    if factor is None:
        raise StatisticsError(
            "statistics.option",
            f"The unit of {marker} is {cases.units.get(marker, '')!r}, and the studies' means are in mm²/s.",
            remedy='Write unit = "mm2/s" or unit = "1e-3 mm2/s" under the marker in the plan.',
        )
    if factor == 1.0:
        return cases
    resolution = None if cases.resolution is None else cases.resolution * factor
    markers = {**cases.markers, marker: cases.markers[marker] * factor}
    return replace(cases, markers=markers, resolution=resolution)
