"""The protocol as a document of two pages, for an ethics committee and for the file: dated, to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import jinja2

from adcurate.model.plan import PlannedQuestion
from adcurate.model.protocol import Protocol
from adcurate.model.protocol_document import DocumentFacts
from adcurate.report.methods_of_measurement import describe_grading
from adcurate.report.numbers import show_number, show_percent
from adcurate.report.plan_page import describe_rules
from adcurate.report.protocol_sentences import BLANK, tell_measurement, tell_participants, tell_reading
from adcurate.report.words import (
    ADJUSTMENT_WORDS,
    INTERVAL_WORDS,
    KIND_WORDS,
    MANN_WHITNEY_WORDS,
    MEASURE_WORDS,
    listed,
)


@dataclass(frozen=True, slots=True)
class Variable:
    """One row of the table of variables."""

    name: str
    kind: str
    source: str


def render_protocol_document(
    protocol: Protocol,
    facts: DocumentFacts,
    *,
    variables: Sequence[Variable],
    sample_sizes: Sequence[str],
    kept: str,
    version: str,
) -> str:
    """Write the document as one HTML page for A4 that loads nothing.

    Parameters
    ----------
    variables
        What is collected of each subject, from the worksheet.
    sample_sizes
        The sentences of the plan's sample-size questions; empty where it has none.
    kept
        Which version of the protocol this is, and since when the study's store has held it.
    """
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("adcurate.report", "templates"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    sections = (
        ("Question", (_question(protocol),)),
        ("Participants", (tell_participants(protocol, facts), *(sample_sizes or (_NO_SIZE,)))),
        ("Images and measurement", (tell_measurement(protocol), tell_reading(protocol))),
        ("Analysis", (describe_grading(protocol), _tests(protocol), _plan(protocol))),
        ("Persons and data", _data(facts)),
    )
    return environment.get_template("protocol.html.j2").render(
        title=protocol.title,
        facts=facts,
        blank=BLANK,
        kept=kept,
        sections=sections,
        variables=[*variables, *_markers(protocol)],
        version=version,
    )


_NO_SIZE: Final = (
    "The plan holds no calculation of the sample size. Add a question of the kind sample size to it, "
    "and its "
    "sentence stands here."
)


def _question(protocol: Protocol) -> str:
    outcome = protocol.outcome
    markers = listed([marker.name for marker in protocol.markers])
    directions = listed([f"{marker.direction} {marker.name}" for marker in protocol.markers])
    return (
        f"Does the apparent diffusion coefficient of a lesion ({markers}) tell {outcome.positive_label} "
        f"({', '.join(outcome.positive)}) from {outcome.negative_label} ({', '.join(outcome.negative)})? "
        f"It is said beforehand that {directions} point{'' if len(protocol.markers) > 1 else 's'} to "
        f"{outcome.positive_label}."
    )


def _tests(protocol: Protocol) -> str:
    methods = protocol.analysis
    stated = methods.stated_prevalence
    used = "" if stated is None else f" and at a prevalence of {show_percent(stated)} %"
    return (
        f"Both sides of the outcome are compared by the Mann-Whitney test "
        f"({MANN_WHITNEY_WORDS[methods.mann_whitney]}), all grades by the Kruskal-Wallis test, pairs "
        "of grades "
        f"by Dunn's test ({ADJUSTMENT_WORDS[methods.pairwise_adjustment]}). The correlation with the "
        "grade is "
        f"Spearman's ρ (interval: {INTERVAL_WORDS[methods.spearman_interval]}). The area under the "
        "ROC curve "
        f"(interval: {INTERVAL_WORDS[methods.auc_interval]}), the cut-off of greatest Youden index "
        "(interval: "
        f"{INTERVAL_WORDS[methods.cutoff_interval]}) and sensitivity, specificity and predictive "
        "values there "
        f"(intervals: {INTERVAL_WORDS[methods.proportion_interval]}){used} are given with "
        f"{show_number(methods.confidence_level * 100, 0)} % intervals. Quartiles are percentiles of type "
        f"{methods.percentile_type}. Values closer than "
        f"{methods.resolution_mm2_per_s * 1e3:g} ×10⁻³ mm²/s are ties. Bootstraps draw "
        f"{methods.bootstrap_resamples} resamples from seed {methods.seed}."
    )


def _plan(protocol: Protocol) -> str:
    asked = [one for one in protocol.plan.questions if one.kind != "sample-size"]
    confirmatory = [_named(one) for one in asked if one.role == "confirmatory"]
    others = [_named(one) for one in asked if one.role != "confirmatory"]
    decided = f"Confirmatory: {'; '.join(confirmatory)}." if confirmatory else "Nothing is confirmatory."
    explored = f" Exploratory: {'; '.join(others)}." if others else ""
    return f"{describe_rules(protocol.plan)} {decided}{explored}"


def _named(question: PlannedQuestion) -> str:
    words = KIND_WORDS[question.kind].rstrip("?")
    return question.title or words[:1].lower() + words[1:]


def _markers(protocol: Protocol) -> list[Variable]:
    return [
        Variable(marker.name, "ADC, 10⁻³ mm²/s", MEASURE_WORDS[marker.measure]) for marker in protocol.markers
    ]


def _data(facts: DocumentFacts) -> tuple[str, ...]:
    years = f"{facts.retention_years} years" if facts.retention_years else BLANK
    key = f"{facts.key_years} years" if facts.key_years else BLANK
    return (
        "Names, numbers, birth dates and every other direct identifier are taken off the images when they "
        "enter the study (DICOM PS3.15 Annex E): each image is built new from a list of what the "
        "measurement "
        "needs, and a receipt proves that pixels, geometry and b-values are unchanged. A subject "
        "bears a code "
        "made with a secret key; dates are moved by a number of days of the subject's own, so that "
        "intervals "
        "stay. The table of persons and codes is encrypted; its key lies outside the study's folder and is "
        "held by the person responsible. Readers, statisticians and exports never get it. Nothing is "
        "sent to "
        "anybody outside.",
        f"Research data are kept for {years} after publication. The table of persons and codes is kept for "
        f"{key} and then destroyed with its key; from then on nobody can lead a code back to a person. A "
        "subject who withdraws is taken out of every analysis, and on request the subject's images "
        "and values "
        "are erased; a note stays that somebody withdrew, without saying who.",
    )
