"""Anchors: how a shown number leads to the measurements it came from.

Ids are made of letters, digits and hyphens only, whatever a protocol or worksheet says, and are told apart
by a number where two texts would give the same id.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from adcurate.model.analysis import MarkerAnalysis
from adcurate.model.cohort import StudyResults

_SHOWN_DIGITS = 12


def slug(text: str) -> str:
    """A part of an id: lower case, hyphens for everything that is neither letter nor digit."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "x"


def short_digest(digest: str) -> str:
    """The first twelve digits of a digest, without the name of its algorithm."""
    return digest.rpartition(":")[2][:_SHOWN_DIGITS]


def link(text: str, target: str) -> Markup:
    """`text` leading to the id `target` on the same page; plain text for an empty target."""
    if not target:
        return Markup("{}").format(text)
    return Markup('<a href="#{}">{}</a>').format(target, text)


@dataclass(frozen=True, slots=True)
class Anchors:
    """The ids of a report: of each measurement, and of the lists that group values come from."""

    measurements: Mapping[str, str]
    grades: Mapping[str, str]
    sides: Mapping[str, str]

    def of_measurement(self, measurement_id: str) -> str:
        """Where a measurement stands, or "" when the report does not hold it."""
        return self.measurements.get(measurement_id, "")

    def of_group(self, name: str) -> str:
        """Where the values of a grade or of a side of the outcome are listed."""
        return self.grades.get(name) or self.sides.get(name) or "values"


def make_anchors(results: StudyResults) -> Anchors:
    """Name every measurement (``m-`` and twelve digits of its id) and every group of values."""
    outcome = results.protocol.outcome
    used: set[str] = set()
    return Anchors(
        {
            measurement_id: _unused(f"m-{slug(short_digest(measurement_id))}", used)
            for measurement_id in (
                *(each.measurement_id for each in results.measurements),
                *(each.measurement_id for each in results.normalized),
            )
        },
        {
            grade: _unused(f"values-grade-{slug(grade)}", used)
            for grade in dict.fromkeys(member.grade for member in results.members)
            if grade not in (outcome.negative_label, outcome.positive_label)
        },
        {
            label: _unused(f"values-outcome-{slug(label)}", used)
            for label in (outcome.negative_label, outcome.positive_label)
        },
    )


def marker_id(section: str, analysis: MarkerAnalysis) -> str:
    """The id of what a section says of one marker; names that look alike get ids apart."""
    name = slug(analysis.marker)
    if name != analysis.marker.lower():
        name += f"-{zlib.crc32(analysis.marker.encode()):08x}"
    return f"{section}-{name}"


def _unused(wanted: str, used: set[str]) -> str:
    name, turn = wanted, 1
    while name in used:
        turn += 1
        name = f"{wanted}-{turn}"
    used.add(name)
    return name
