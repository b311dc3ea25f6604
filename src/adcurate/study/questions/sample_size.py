"""``sample-size``: from what is expected, and a pilot where there is one, to the number of subjects."""

from __future__ import annotations

import math
from contextlib import suppress
from dataclasses import replace

from adcurate.errors import StatisticsError
from adcurate.findings import Finding
from adcurate.model.answers.sample_size import (
    Alternative,
    Pilot,
    SampleSizeAnswer,
    SampleSizeQuestion,
)
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.statistics.planning import (
    Design,
    Recruitment,
    SampleSize,
    Simulation,
    Units,
    design_effect,
    evaluate_sample_size,
    find_sample_size,
    plan_logistic_model,
    plan_recruitment,
)
from adcurate.statistics.planning.auc import beyond_one
from adcurate.study.questions.sample_size_designs import design_of, filled_in, required, uses_pilot
from adcurate.study.questions.sample_size_pilot import pilot_of, simulated
from adcurate.study.streams import Streams


def answer_sample_size(
    question: SampleSizeQuestion, cases: CaseTable, methods: Analysis, streams: Streams
) -> SampleSizeAnswer:
    """Plan with the cases as the pilot.

    Raises
    ------
    TableError
        ``table.missing-column``, ``table.value``
    StatisticsError
        ``statistics.option`` for keys that the design needs or cannot use, and the codes of the pilot's
        estimate.
    """
    return plan_with_pilot(question, cases, methods.confidence_level, streams)


def plan_with_pilot(
    question: SampleSizeQuestion, cases: CaseTable | None, level: float, streams: Streams
) -> SampleSizeAnswer:
    """Answer the question, with or without a pilot.

    Raises
    ------
    As `answer_sample_size`.
    """
    pilot = pilot_of(question, cases, level) if cases is not None and uses_pilot(question) else None
    asked = filled_in(question, pilot)
    if asked.design == "logistic":
        return _model(asked, level, pilot)
    _check_given(asked)
    design = design_of(asked, level)
    size = _size(design, asked)
    recruitment = _recruitment(size, asked)
    findings = list(size.findings)
    if asked.design == "auc" and asked.goal == "precision":
        findings += beyond_one(required(asked.expected, "expected"), size.reached)
    if pilot is not None and question.expected is None:
        findings.append(_PILOT_EXPECTED)
    simulation: Simulation | None = None
    formula: tuple[float, ...] = ()
    if asked.simulate:
        if cases is None or pilot is None:
            raise StatisticsError(
                "statistics.option",
                "A simulation draws its lesions from a pilot, and there is none.",
                remedy="Give a pilot, or leave simulate out.",
            )
        simulation = simulated(asked, cases, size, level, streams)
        findings += simulation.findings
        formula = _formula_in_world(asked, simulation, level)
    if recruitment is not None:
        findings += recruitment.findings
    return SampleSizeAnswer(
        asked=asked,
        level=level,
        size=size,
        model=None,
        recruitment=recruitment,
        alternatives=_alternatives(asked, pilot, question.expected is None, level),
        pilot=pilot,
        simulation=simulation,
        formula_in_world=formula,
        positive_label=cases.positive_label if cases is not None else "positive",
        negative_label=cases.negative_label if cases is not None else "negative",
        findings=tuple(findings),
    )


def _size(design: Design, asked: SampleSizeQuestion) -> SampleSize:
    given = _given_units(asked)
    if given is not None:
        return evaluate_sample_size(design, given)
    wanted = required(asked.half_width, "half_width") if asked.goal == "precision" else asked.power
    return find_sample_size(design, wanted)


def _given_units(asked: SampleSizeQuestion) -> Units | None:
    if asked.n_positive is not None and asked.n_negative is not None:
        return Units(asked.n_positive + asked.n_negative, asked.n_positive, asked.n_negative)
    return None if asked.n is None else Units(asked.n)


def _check_given(asked: SampleSizeQuestion) -> None:
    with_classes = asked.design in ("auc", "auc-difference", "groups")
    classes = (asked.n_positive, asked.n_negative)
    wrong = (
        (with_classes and asked.n is not None)
        or (not with_classes and any(count is not None for count in classes))
        or (with_classes and (classes[0] is None) != (classes[1] is None))
    )
    if wrong:
        raise StatisticsError(
            "statistics.option",
            "Numbers that are given are n_positive and n_negative for areas and groups, and n for the rest.",
            remedy="Sensitivity and specificity count the cases of their own class: give n.",
        )


def _recruitment(size: SampleSize, asked: SampleSizeQuestion) -> Recruitment | None:
    """How many to recruit; None when the numbers were given, or nothing stands between them."""
    effect = design_effect(asked.lesions_per_subject, asked.icc_within)
    touched = asked.prevalence is not None or asked.assurance is not None
    if _given_units(asked) is not None or not (touched or asked.not_assessable > 0.0 or effect > 1.0):
        return None
    needed = size.units
    if asked.design in ("sensitivity", "specificity") and asked.prevalence is not None:
        own = needed.n
        needed = Units(own, own, 0) if asked.design == "sensitivity" else Units(own, 0, own)
    return plan_recruitment(
        needed,
        prevalence=asked.prevalence,
        not_assessable=asked.not_assessable,
        assurance=asked.assurance,
        design_effect=effect,
    )


def _formula_in_world(asked: SampleSizeQuestion, simulation: Simulation, level: float) -> tuple[float, ...]:
    """What the formula gives for the simulated sizes, if the simulation's own value is true."""
    world = asked if asked.design == "auc-difference" else replace(asked, expected=simulation.truth)
    try:
        design = design_of(world, level)
    except StatisticsError:
        return (math.nan,) * len(simulation.sizes)
    return tuple(design.value_at(one.units) for one in simulation.sizes)


def _alternatives(
    asked: SampleSizeQuestion, pilot: Pilot | None, is_pilots: bool, level: float
) -> tuple[Alternative, ...]:
    """The number if something else than expected is true: the ends of the pilot's interval, or as asked."""
    values = list(asked.alternatives)
    if not values and is_pilots and pilot is not None and pilot.interval is not None:
        values = [pilot.interval.low, pilot.interval.high]
    found = []
    for value in values:
        size: SampleSize | None = None
        # Beyond the null there is nothing of the kind to show.
        if not _crosses_null(asked, value):
            with suppress(StatisticsError):
                size = _size(design_of(replace(asked, expected=value), level), asked)
        if math.isfinite(value):
            found.append(Alternative(value, size))
    return tuple(found)


def _crosses_null(asked: SampleSizeQuestion, value: float) -> bool:
    if asked.goal != "power" or asked.design in ("auc-difference", "limits"):
        return False
    nothing = 0.0 if asked.design == "correlation" else 0.5
    null = nothing if asked.null is None else asked.null
    return (value - null) * (required(asked.expected, "expected") - null) <= 0.0


def _model(asked: SampleSizeQuestion, level: float, pilot: Pilot | None) -> SampleSizeAnswer:
    model = plan_logistic_model(
        int(required(asked.parameters, "parameters")),
        prevalence=required(asked.prevalence, "prevalence"),
        r_squared=required(asked.r_squared, "r_squared"),
    )
    effect = design_effect(asked.lesions_per_subject, asked.icc_within)
    recruitment = None
    if asked.not_assessable > 0.0 or effect > 1.0 or asked.assurance is not None:
        recruitment = plan_recruitment(
            Units(model.n),
            not_assessable=asked.not_assessable,
            assurance=asked.assurance,
            design_effect=effect,
        )
    return SampleSizeAnswer(asked, level, None, model, recruitment, (), pilot, None)


_PILOT_EXPECTED = Finding(
    "sample-size.expected-from-pilot",
    "What is expected was taken from the pilot, as if it were the truth. Small pilots that look good look "
    "too good on average.",
)
