"""What all studies together say: answers from a table of studies, with this study as one more row.

The tables come from `parse_means` and its siblings, this study's rows from `own_means` and its siblings;
neither is needed to answer from the other alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from adcurate.errors import StatisticsError, TableError
from adcurate.model.answers.literature import (
    AccuracyOfStudy,
    EffectPool,
    LeftOut,
    LiteratureAccuracyAnswer,
    LiteratureAccuracyQuestion,
    LiteratureCorrelationAnswer,
    LiteratureCorrelationQuestion,
    LiteratureMeansAnswer,
    LiteratureMeansQuestion,
    StudyAccuracy,
    StudyArea,
    StudyCorrelation,
    StudyMean,
)
from adcurate.model.protocol import Analysis
from adcurate.statistics.meta import (
    BivariateAccuracy,
    Effects,
    accuracy_counts,
    fisher_z,
    hedges_g,
    log_mean_ratios,
    mean_differences,
    mean_effects,
    mean_of_median_and_range,
    pool_accuracy,
    sd_of_range,
    sd_of_se,
)
from adcurate.statistics.proportion import Proportion, estimate_proportion
from adcurate.study.questions.literature_cautions import (
    OWN_CUTOFFS,
    WORKED_OUT,
    converted,
    not_pooled,
    same_accuracy,
    same_correlation,
    same_means,
    unknown_kind,
    without_repeats,
)
from adcurate.study.questions.literature_own import own_accuracy, own_correlation, own_means
from adcurate.study.questions.literature_pool import pool_studies
from adcurate.study.questions.literature_rows import (
    parse_accuracy,
    parse_areas,
    parse_correlations,
    parse_means,
)

__all__ = [
    "answer_literature_accuracy",
    "answer_literature_correlation",
    "answer_literature_means",
    "own_accuracy",
    "own_correlation",
    "own_means",
    "parse_accuracy",
    "parse_areas",
    "parse_correlations",
    "parse_means",
]

_AGAINST = {"who-grade": "WHO grade", "ki-67": "Ki-67"}
_Summary = tuple[StudyMean, float, float]


def answer_literature_means(
    question: LiteratureMeansQuestion,
    studies: Sequence[StudyMean],
    this_study: Sequence[StudyMean],
    methods: Analysis,
) -> LiteratureMeansAnswer:
    """Pool each group's mean and each pair's difference; what cannot be pooled is listed with its reason.

    Raises
    ------
    TableError
        ``table.value`` when no study has the marker, or this study's unit is not the table's.
    StatisticsError
        ``statistics.option``
    """
    rows = [row for row in studies if row.marker == question.marker]
    _some(rows, question.marker)
    own = [row for row in this_study if row.marker == question.marker]
    unit = rows[0].unit
    if any(row.unit != unit for row in own):
        raise TableError(
            "table.value",
            f"This study's values are in {own[0].unit!r}, the table of studies is in {unit!r}.",
            remedy="Bring both to one unit.",
            column="unit",
        )
    rows, left_out, findings = without_repeats(rows, own, same_means)
    guessed: list[str] = []
    summaries: list[_Summary] = []
    for row in [*rows, *own]:
        summary, reason, was_converted = _summary(row, question.convert)
        if summary is None:
            left_out.append(LeftOut(row.study, f"{row.marker}, {row.group}", reason))
        else:
            summaries.append((row, *summary))
            if was_converted:
                guessed.append(f"{row.study} {row.year or ''}".strip() + f", {row.group}")
    if guessed:
        findings.append(converted(guessed))
    own_rows = set(map(id, own))
    for group in question.groups:
        _some([row for row in [*rows, *own] if row.group == group], f"{question.marker}, {group}")
    groups = question.groups or tuple(dict.fromkeys(row.group for row, _, _ in summaries))

    def pool(
        chosen: Sequence[_Summary], effects: Effects, label: str, pair: tuple[str, ...], n: Sequence[int]
    ) -> EffectPool:
        lines = [
            (row.study, row.year, id(row) in own_rows, size)
            for (row, _, _), size in zip(chosen, n, strict=True)
        ]
        measured_in = unit if effects.scale == "raw" or len(pair) == 1 else ""
        return pool_studies(label, pair, effects, measured_in, lines, question, methods.confidence_level)

    means = []
    for group in groups:
        chosen = [item for item in summaries if item[0].group == group]
        if chosen:
            effects = mean_effects(*_columns(chosen), log=question.mean_scale == "log")
            means.append(pool(chosen, effects, group, (group,), [row.n for row, _, _ in chosen]))
    differences = []
    for i, second in enumerate(groups):
        for first in groups[i + 1 :]:
            pairs = _pairs(summaries, first, second)
            if len(pairs) < 2:
                continue
            made = {
                "mean-difference": mean_differences,
                "hedges-g": hedges_g,
                "ratio-of-means": log_mean_ratios,
            }
            effects = made[question.measure](
                *_columns([pair[0] for pair in pairs]), *_columns([pair[1] for pair in pairs])
            )
            sign = " / " if question.measure == "ratio-of-means" else " − "
            sizes = [pair[0][0].n + pair[1][0].n for pair in pairs]
            differences.append(
                pool([pair[0] for pair in pairs], effects, f"{first}{sign}{second}", (first, second), sizes)
            )
    return LiteratureMeansAnswer(
        question=question,
        unit=unit,
        means=tuple(means),
        differences=tuple(differences),
        left_out=tuple(left_out),
        converted=tuple(guessed),
        level=methods.confidence_level,
        findings=tuple(findings),
    )


def answer_literature_correlation(
    question: LiteratureCorrelationQuestion,
    studies: Sequence[StudyCorrelation],
    this_study: StudyCorrelation | None,
    methods: Analysis,
) -> LiteratureCorrelationAnswer:
    """Pool correlations as Fisher's z; studies of which no r is known are listed.

    Raises
    ------
    TableError
        ``table.value`` when no study has the marker and what it is correlated with.
    StatisticsError
        ``statistics.option``
    """
    rows = [row for row in studies if (row.marker, row.against) == (question.marker, question.against)]
    _some(rows, f"{question.marker} against {question.against}")
    own = [] if this_study is None else [this_study]
    rows, left_out, findings = without_repeats(rows, own, same_correlation)
    chosen = []
    for row in [*rows, *own]:
        reason = ""
        if not row.certain or row.r is None:
            reason = row.note or "the value is not certain"
        elif abs(row.r) >= 1.0 or row.n < 4:
            reason = "Fisher's z needs a correlation within -1 and 1, and at least four pairs"
        if reason:
            left_out.append(LeftOut(row.study, f"{row.marker} against {row.against}", reason))
        else:
            chosen.append(row)
    _some(chosen, f"{question.marker} against {question.against}")
    effects = fisher_z(
        [row.r or 0.0 for row in chosen], [row.n for row in chosen], variance=question.variance
    )
    lines = [(row.study, row.year, row is this_study, row.n) for row in chosen]
    label = f"{question.marker} and {_AGAINST.get(question.against, question.against)}"
    unknown = [row.study for row in chosen if row.kind == "not stated"]
    if unknown:
        findings.append(unknown_kind(unknown))
    return LiteratureCorrelationAnswer(
        question=question,
        pool=pool_studies(label, (), effects, "", lines, question, methods.confidence_level),
        kinds=tuple(row.kind for row in chosen),
        left_out=tuple(left_out),
        level=methods.confidence_level,
        findings=tuple(findings),
    )


def answer_literature_accuracy(
    question: LiteratureAccuracyQuestion,
    studies: Sequence[StudyAccuracy],
    this_study: StudyAccuracy | None,
    methods: Analysis,
    *,
    areas: Sequence[StudyArea] = (),
) -> LiteratureAccuracyAnswer:
    """Pool sensitivity and specificity of the studies whose counts are known.

    Where the model has no estimate the studies are shown without a pooled point, and a finding says why.

    Raises
    ------
    TableError
        ``table.value`` when no study has the marker.
    StatisticsError
        ``statistics.option``
    """
    rows = [row for row in studies if row.marker == question.marker]
    _some(rows, question.marker)
    own = [] if this_study is None else [this_study]
    rows, left_out, findings = without_repeats(rows, own, same_accuracy)
    found = []
    for row in [*rows, *own]:
        if not row.certain or row.tp is None or row.fn is None or row.fp is None or row.tn is None:
            reason = (row.note or "the value is not certain") if not row.certain else row.reason
            left_out.append(LeftOut(row.study, row.marker, reason))
            continue
        if row.tp + row.fn == 0 or row.fp + row.tn == 0:
            left_out.append(LeftOut(row.study, row.marker, "one class has no cases"))
            continue
        is_own = row is this_study
        found.append(
            AccuracyOfStudy(
                study=row.study,
                year=row.year,
                cutoff=row.cutoff,
                unit=row.unit,
                tp=row.tp,
                fn=row.fn,
                fp=row.fp,
                tn=row.tn,
                sensitivity=_share(row.tp, row.fn, methods),
                specificity=_share(row.tn, row.fp, methods),
                pooled=question.pool_this_study or not is_own,
                this_study=is_own,
                worked_out=row.worked_out,
            )
        )
    pooled: BivariateAccuracy | None = None
    chosen = [study for study in found if study.pooled]
    try:
        counts = accuracy_counts(
            *([getattr(study, cell) for study in chosen] for cell in ("tp", "fn", "fp", "tn"))
        )
        pooled = pool_accuracy(
            counts,
            model=question.model,
            level=methods.confidence_level,
            continuity=question.continuity,
            quadrature_points=question.quadrature_points,
            region=question.region,
        )
        findings.extend(pooled.findings)
    except StatisticsError as error:
        if error.code not in ("statistics.too-few", "statistics.no-convergence"):
            raise
        findings.append(not_pooled(error))
    if any(study.worked_out for study in found):
        findings.append(WORKED_OUT)
    if len({study.cutoff for study in chosen}) > 1:
        findings.append(OWN_CUTOFFS)
    return LiteratureAccuracyAnswer(
        question=question,
        studies=tuple(found),
        pooled=pooled,
        areas=tuple(area for area in areas if area.marker == question.marker),
        left_out=tuple(left_out),
        level=methods.confidence_level,
        findings=tuple(findings),
    )


def _summary(row: StudyMean, convert: str) -> tuple[tuple[float, float] | None, str, bool]:
    """A row's mean and standard deviation, or the reason why it has none; and whether they were guessed."""
    if not row.certain or row.centre is None:
        return None, row.note or "the value is not certain", False
    if row.n < 2:
        return None, "one case has no spread", False
    if row.statistic == "mean-sd" and row.spread is not None:
        return (row.centre, row.spread), "", False
    if row.statistic == "mean-se" and row.spread is not None:
        return (row.centre, float(sd_of_se([row.spread], [row.n])[0])), "", False
    printed = "a median and a range" if row.statistic == "median-range" else "a mean and a range"
    if convert != "wan-2014" or row.low is None or row.high is None:
        return (
            None,
            f'it prints {printed}, no standard deviation (convert = "wan-2014" would guess one)',
            False,
        )
    sd = float(sd_of_range([row.low], [row.high], [row.n])[0])
    mean = row.centre
    if row.statistic == "median-range":
        mean = float(mean_of_median_and_range([row.centre], [row.low], [row.high])[0])
    return (mean, sd), "", True


def _columns(chosen: Sequence[_Summary]) -> tuple[list[float], list[float], list[int]]:
    return [mean for _, mean, _ in chosen], [sd for _, _, sd in chosen], [row.n for row, _, _ in chosen]


def _pairs(summaries: Sequence[_Summary], first: str, second: str) -> list[tuple[_Summary, _Summary]]:
    """The studies that have both groups."""
    by_study = {(item[0].study, item[0].year): item for item in summaries if item[0].group == second}
    return [
        (item, by_study[item[0].study, item[0].year])
        for item in summaries
        if item[0].group == first and (item[0].study, item[0].year) in by_study
    ]


def _share(yes: int, no: int, methods: Analysis) -> Proportion:
    return estimate_proportion(
        yes, yes + no, interval=methods.proportion_interval, level=methods.confidence_level
    )


def _some(rows: Sequence[object], what: str) -> None:
    if not rows:
        raise TableError(
            "table.value",
            f"The table of studies has no usable row of {what!r}.",
            remedy="Write the marker as the table's column 'marker' has it.",
            column="marker",
        )
