"""``literature-means`` and ``literature-correlation``: earlier studies pooled, with this one."""

from __future__ import annotations

from adcurate.model.answers.literature import (
    LiteratureCorrelationAnswer,
    LiteratureCorrelationQuestion,
    LiteratureMeansAnswer,
    LiteratureMeansQuestion,
)
from adcurate.report.r_script.quote import r_comment, r_flag, r_number, r_string, r_strings
from adcurate.report.r_script.request import Block, lines


def write_literature_means(ask: LiteratureMeansQuestion, answer: LiteratureMeansAnswer, block: Block) -> str:
    """Each group's mean and each pair's difference, pooled, left out one by one, tested for a funnel."""
    grades = r_strings(block.request.units.grades)
    own = "NULL"
    if ask.marker in block.request.units.markers:
        factor = r_number(block.request.studies[block.key].factor)
        own = f"own_means(cases, {block.marker(ask.marker)}, {factor}, {grades}, resolution)"
    return lines(
        "# Inverse-variance pooling of the studies in studies.csv, with this study as a further one.",
        [r_comment(f"Not pooled: {one.study}, {one.what}: {one.reason}.") for one in answer.left_out],
        _rows(block, f"studies$marker %in% {r_string(ask.marker)}"),
        f"own <- {own}",
        f"rows <- study_means(rows, own, {r_flag(ask.convert == 'wan-2014')})",
        _options(ask, f", log = {r_flag(ask.mean_scale == 'log')}, measure = {r_string(ask.measure)}"),
        block.record("", f"literature_means(rows, {r_strings(ask.groups)}, options, level)"),
    )


def write_literature_correlation(
    ask: LiteratureCorrelationQuestion, answer: LiteratureCorrelationAnswer, block: Block
) -> str:
    """The correlations as Fisher's z, pooled."""
    units = block.request.units
    parts = [
        "# Correlations of the studies in studies.csv, and of this one, pooled as Fisher's z.",
        *(r_comment(f"Not pooled: {one.study}, {one.what}: {one.reason}.") for one in answer.left_out),
        _rows(
            block,
            f"studies$marker %in% {r_string(ask.marker)} & studies$against %in% {r_string(ask.against)}",
        ),
        "own <- NULL",
    ]
    if ask.marker in units.markers and ask.against == "who-grade" and units.grades:
        parts += [
            f"grades <- {r_strings(units.grades)}",
            f"graded <- trend_cases(cases, {block.marker(ask.marker)}, grades, resolution)",
            "own <- spearman(graded$marker, graded$order)",
        ]
    call = f"literature_correlation(rows, own, {r_string(ask.variance)}, options, level)"
    return lines(parts, _options(ask, ""), block.record("", call))


def _rows(block: Block, condition: str) -> str:
    return lines(
        'studies <- read_cases("studies.csv")',
        f"rows <- studies[studies$answer == {r_string(block.key)} & {condition}, ]",
    )


def _options(ask: LiteratureMeansQuestion | LiteratureCorrelationQuestion, more: str) -> str:
    return (
        f"options <- list(tau2 = {r_string(ask.tau2)}, interval = {r_string(ask.interval)}, "
        f"prediction = {r_string(ask.prediction)},\n                egger = {r_string(ask.egger)}, "
        f"pool_this_study = {r_flag(ask.pool_this_study)}{more})"
    )
