"""Is one score of several markers better than the best of them?"""

from __future__ import annotations

from adcurate.errors import StatisticsError
from adcurate.model.answers.combined_marker import CombinedMarkerAnswer, CombinedMarkerQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.marker import Direction
from adcurate.statistics.models import combine_markers
from adcurate.study.questions.predictors import gather_predictors, outcome_keys, outcome_of
from adcurate.study.streams import Streams


def answer_combined_marker(
    question: CombinedMarkerQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> CombinedMarkerAnswer:
    """Fit and validate the score; rows without outcome or a predictor are counted and left out.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``
    StatisticsError
        ``statistics.option``, and the codes of `combine_markers`.
    """
    names = question.predictors or tuple(cases.markers)
    stray = [name for name in question.low if name not in names or name in cases.directions]
    if stray:
        raise StatisticsError(
            "statistics.option",
            f"`low` names {stray[0]!r}, which is no predictor, or a marker whose direction the table gives.",
            remedy="Name predictors that are no markers of the study.",
        )
    gathered = gather_predictors(cases, names, outcome_keys(cases), per=question.per)

    def direction(name: str) -> Direction:
        return cases.directions.get(name, "low" if name in question.low else "high")

    combined = combine_markers(
        gathered.columns,
        outcome_of(cases, gathered.rows),
        names=gathered.names,
        directions=tuple(direction(name) for name in names),
        rng=streams.rng("combined-marker", *names),
        units=gathered.units,
        level=methods.confidence_level,
        n_resamples=methods.bootstrap_resamples,
        folds=question.folds,
        repeats=question.repeats,
    )
    return CombinedMarkerAnswer(
        combined=combined,
        rows=tuple(cases.rows[i] for i in gathered.rows),
        predictors=gathered.predictors,
        positive_label=cases.positive_label,
        n_unknown=sum(flag is None for flag in cases.positive),
        n_missing=gathered.n_missing,
        findings=combined.findings,
    )
