"""What the tables of a hand-over are made from, and how a marker is called in all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from adcurate.model.cohort import StudyResults
from adcurate.model.data_table import Value, Variable, variable_name
from adcurate.model.protocol import Protocol
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.hand_over.variables import worksheet_variables
from adcurate.study.linking import Link
from adcurate.study.reader_of_record import reader_and_session

Column = tuple[Variable, Mapping[tuple[str, str], Value]]
"""A variable and its values by subject and lesion."""


@dataclass(frozen=True, slots=True)
class StudyRecord:
    """What the tables are made from.

    `cannot_assess` holds what readers locked as such: subject, lesion and reading, with the reason's code.
    `reader_code` gives the code of a reader. `joined` are columns that came back from elsewhere, by lesion.
    """

    results: StudyResults
    rows: Sequence[WorksheetRow]
    links: Sequence[Link]
    cannot_assess: Mapping[tuple[str, str, str], int]
    reader_code: Callable[[str], str]
    joined: Sequence[Column]

    @property
    def protocol(self) -> Protocol:
        """The protocol that the numbers were made with."""
        return self.results.protocol


@dataclass(frozen=True, slots=True)
class MarkerColumns:
    """The variable of a marker in the files: on the map of record, and on the map beside it."""

    marker: str
    of_record: str
    beside: str


def too_small(results: StudyResults, source: str) -> set[tuple[str, str, str, str]]:
    """Readings on a map whose region the protocol finds too small: subject, lesion, reader and session."""
    region = results.protocol.region
    return {
        (one.subject, one.lesion, *reader_and_session(one.reader))
        for one in results.measurements
        if one.map_source == source and not region.has_enough(one.values.get("n_voxels"))
    }


def marker_columns(protocol: Protocol) -> tuple[MarkerColumns, ...]:
    """Names of the marker variables, the same in every table."""
    taken: list[str] = [
        *(one.name for one in worksheet_variables()),
        *("case_id", "reading_id", "subject", "lesion", "grade", "positive", "flow_stage", "data_digest"),
    ]
    found = []
    for marker in protocol.markers:
        name = variable_name(marker.name, taken)
        beside = variable_name(f"{name[:14]}_{protocol.adc.beside}", [*taken, name])
        taken += [name, beside]
        found.append(MarkerColumns(marker.name, name, beside))
    return tuple(found)
