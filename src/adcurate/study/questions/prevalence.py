"""``prevalence``: from the table of cases to predictive values over prevalence."""

from __future__ import annotations

from adcurate.findings import Finding
from adcurate.model.answers.prevalence import MarkerPrevalence, PrevalenceAnswer, PrevalenceQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.diagnostic import classify_at
from adcurate.statistics.validation import estimate_prevalence_curve
from adcurate.study.questions.fixed_rule import check_stated_cutoff, fixed_rule
from adcurate.study.questions.roc_cases import markers_of, of_marker
from adcurate.study.streams import Streams


def answer_prevalence(
    question: PrevalenceQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> PrevalenceAnswer:
    """Read each marker's rule at every prevalence, each on its own complete cases; nothing is drawn.

    Raises
    ------
    TableError
        ``table.missing-column``
    StatisticsError
        ``statistics.option``, ``statistics.too-few``, ``statistics.one-class``, ``statistics.constant``
    """
    del streams
    names = markers_of(question.markers, cases)
    check_stated_cutoff(question.cutoff, names)
    markers: dict[str, MarkerPrevalence] = {}
    findings: list[Finding] = []
    level = methods.confidence_level
    for name in names:
        rule = fixed_rule(cases, name, question.cutoff)
        table = classify_at(rule.marker, rule.positive, rule.cutoff, direction=rule.direction)
        curve = estimate_prevalence_curve(table, band=question.band, level=level)
        markers[name] = MarkerPrevalence(
            marker=name,
            cutoff=rule.cutoff,
            rule=rule.rule,
            cutoff_is_stated=rule.is_stated,
            curve=curve,
            at=estimate_prevalence_curve(
                table,
                prevalences=[*question.prevalences, curve.sample_prevalence],
                band=question.band,
                level=level,
            ),
            n=table.n,
            n_missing=rule.n_missing,
        )
        findings += of_marker(curve.findings, name)
    return PrevalenceAnswer(
        markers=markers,
        positive_label=cases.positive_label,
        negative_label=cases.negative_label,
        findings=tuple(findings),
    )
