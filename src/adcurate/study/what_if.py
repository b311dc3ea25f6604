"""``what-if``: the same analysis with one choice changed or some left out, and every number that moves.

It is asked by somebody who knows results, so it is post hoc: nothing of it is kept as the study's result,
and the protocol stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from adcurate.errors import StudyError
from adcurate.grading import EDITIONS
from adcurate.model.cohort import StudyResults
from adcurate.model.progress import Progress, no_progress
from adcurate.model.protocol import Protocol
from adcurate.model.worksheet import WorksheetRow
from adcurate.report.answer_letter import answer_sentences
from adcurate.report.moved import MovedNumber, moved_numbers, printed_cells
from adcurate.report.results_view import main_numbers
from adcurate.report.words import vendor_word
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.link import refresh_links
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.protocol.amend import refuse_unamended
from adcurate.study.read_in_the_room import read_in_the_room
from adcurate.study.reader_of_record import CONSENSUS, reader_and_session
from adcurate.study.regrade import grade_under
from adcurate.study.results import analyze_study
from adcurate.study.rows import current_rows
from adcurate.study.run import derived_exams
from adcurate.study.subset import Subset

Exams = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Choices:
    """What is done otherwise; what is empty stays as the protocol has it.

    `exclude_treated` leaves out who was treated before the MRI, `interval_days` who waited longer between
    MRI and histology, `vendor` every other maker of scanners; who is unknown in this is left out too.
    `reader` is whose readings are analysed (``mean`` of all), `edition` grades every lesion anew,
    `map_source` is the map of record.
    """

    exclude_treated: bool = False
    interval_days: int | None = None
    vendor: str = ""
    reader: str = ""
    edition: str = ""
    map_source: str = ""

    @property
    def in_words(self) -> tuple[str, ...]:
        """Each choice that is made, as a phrase."""
        said = (
            (self.exclude_treated, "without those treated before the MRI"),
            (self.interval_days is not None, f"MRI and histology at most {self.interval_days} days apart"),
            (bool(self.vendor), f"scanners of {self.vendor} only"),
            (
                bool(self.reader),
                f"readings of {self.reader}" if self.reader != "mean" else "mean of all readers",
            ),
            (bool(self.edition), f"graded by {self.edition}"),
            (bool(self.map_source), f"the {self.map_source} map of record"),
        )
        return tuple(words for made, words in said if made)


@dataclass(frozen=True, slots=True)
class OfferedChoices:
    """What can be chosen in a study: names that occur in it, and how many a choice would leave out."""

    n_treated: int
    n_treatment_unknown: int
    longest_interval_days: int | None
    vendors: tuple[str, ...]
    readers: tuple[str, ...]
    editions: tuple[str, ...]
    maps: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class WhatIf:
    """The results with the choices, and what moved against those of the protocol."""

    choices: Choices
    before: StudyResults
    after: StudyResults
    moved: tuple[MovedNumber, ...]

    @property
    def letter(self) -> str:
        """Sentences for the letter that answers a reviewer."""
        return answer_sentences(self.choices.in_words, main_numbers(self.before), main_numbers(self.after))

    def as_json(self) -> dict[str, object]:
        """The shape printed by ``study what-if --json``."""
        return {
            "choices": {one.name: getattr(self.choices, one.name) for one in fields(self.choices)},
            "n_before": len(self.before.members),
            "n_after": len(self.after.members),
            "letter": self.letter,
            "moved": [one.as_json() for one in self.moved],
        }


def what_if(study: StudyFolder, choices: Choices, *, progress: Progress = no_progress) -> WhatIf:
    """Analyse the study as its protocol says and with the choices, and hold the two against each other.

    Raises
    ------
    StudyError
        ``study.choice``: a name that does not occur; ``study.nothing-to-analyze``: too few are left.
    ReadError
        ``read.sealed``
    ProtocolError
        ``protocol.frozen``
    """
    with study.open_store() as store:
        before = analyze_with(study, store, Choices(), progress)
        after = analyze_with(study, store, choices, progress)
    return WhatIf(choices, before, after, moved_numbers(printed_cells(before), printed_cells(after)))


def analyze_with(
    study: StudyFolder, store: StudyStore, choices: Choices, progress: Progress = no_progress
) -> StudyResults:
    """The study's results with the choices; the store gets no analysis.

    Raises
    ------
    StudyError, ReadError, ProtocolError
        As `what_if`.
    """
    refuse_while_sealed(store, "Results cannot be looked at")
    refuse_unamended(study, store)
    protocol = study.protocol()
    exams, _ = derived_exams(store, protocol, progress=progress)
    _check(choices, store, protocol, exams)
    rows = current_rows(store)
    if choices.edition:
        rows = tuple(_regraded(row, choices.edition, protocol) for row in rows)
    subset = Subset(rows, _left_out(choices, rows, store, exams))
    read = read_in_the_room(study, store)
    return analyze_study(store, _chosen(protocol, choices), exams, progress, read, subset)


def offered_choices(results: StudyResults) -> OfferedChoices:
    """What can be chosen in the study that these are the results of."""
    rows = [member.row for member in results.members]
    days = [found for row in rows if (found := _interval_days(row)) is not None]
    of_scale = results.protocol.grading.scale == "neuroendocrine" and any(row.ki67 for row in rows)
    readers = _readers(one.reader for one in results.measurements)
    return OfferedChoices(
        n_treated=sum(row.treatment_before_mri == "yes" for row in rows),
        n_treatment_unknown=sum(row.treatment_before_mri not in ("yes", "no") for row in rows),
        longest_interval_days=max(days, default=None),
        vendors=tuple(sorted({vendor_word(member.scanner.vendor) for member in results.members} - {""})),
        readers=(*readers, "mean") if len(readers) > 1 else readers,
        editions=tuple(EDITIONS) if of_scale else (),
        maps=tuple(results.analyses),
    )


def _readers(names: Any) -> tuple[str, ...]:
    return tuple(sorted({reader_and_session(one)[0] for one in names} - {CONSENSUS}))


def _check(choices: Choices, store: StudyStore, protocol: Protocol, exams: Exams) -> None:
    """Refuse a name that does not occur, before it silently leaves nobody."""
    measured = [one for exam in exams.values() for one in exam["measurements"]]
    known: dict[str, tuple[str, Sequence[str]]] = {
        "reader": (
            choices.reader,
            [*_readers(one["reader"] for one in measured), "mean", protocol.plan.value],
        ),
        "map": (choices.map_source, sorted({str(one["map_source"]) for one in measured})),
        "maker of scanners": (choices.vendor, sorted({_vendor(exam) for exam in exams.values()} - {""})),
        "edition": (choices.edition, tuple(EDITIONS) if protocol.grading.scale == "neuroendocrine" else ()),
    }
    for what, (chosen, there) in known.items():
        if chosen and chosen not in there:
            raise StudyError(
                "study.choice",
                f"The study has no {what} of that name.",
                remedy=f"There are: {', '.join(dict.fromkeys(there)) or 'none'}.",
            )


def _chosen(protocol: Protocol, choices: Choices) -> Protocol:
    if choices.reader:
        protocol = replace(protocol, plan=replace(protocol.plan, value=choices.reader))
    if choices.map_source:
        source: Any = choices.map_source
        protocol = replace(protocol, adc=replace(protocol.adc, map_of_record=source))
    return protocol


def _left_out(
    choices: Choices, rows: Sequence[WorksheetRow], store: StudyStore, exams: Exams
) -> dict[tuple[str, str], str]:
    exam_of = {
        (link.subject, link.visit): link.study_instance_uids[0]
        for link in refresh_links(store)
        if link.status == "matched"
    }
    reasons = {
        (row.subject, row.lesion): _why_left_out(
            choices, row, exams.get(exam_of.get((row.subject, row.visit), ""))
        )
        for row in rows
    }
    return {key: why for key, why in reasons.items() if why}


def _why_left_out(choices: Choices, row: WorksheetRow, exam: Mapping[str, Any] | None) -> str:
    if choices.exclude_treated and row.treatment_before_mri != "no":
        treated = row.treatment_before_mri == "yes"
        return "treated before the MRI" if treated else "not known whether treated before the MRI"
    if choices.interval_days is not None:
        days = _interval_days(row)
        if days is None:
            return "interval between MRI and histology unknown"
        if days > choices.interval_days:
            return f"more than {choices.interval_days} days between MRI and histology"
    if choices.vendor and (exam is None or _vendor(exam) != choices.vendor):
        return f"no scanner of {choices.vendor}"
    return ""


def _interval_days(row: WorksheetRow) -> int | None:
    if row.mri_date is None or row.histology_date is None:
        return None
    return abs((row.histology_date - row.mri_date).days)


def _vendor(exam: Mapping[str, Any]) -> str:
    return vendor_word(str(exam["facts"]["scanner"]["vendor"]))


def _regraded(row: WorksheetRow, edition: str, protocol: Protocol) -> WorksheetRow:
    """The row as the edition grades it; without a grade where the edition leaves it open."""
    found = grade_under(
        edition, row.ki67, row.mitoses, row.mitoses_unit, f"{row.subject} lesion {row.lesion}"
    )
    outcome = protocol.outcome
    return replace(row, grade=found if found in {*outcome.positive, *outcome.negative} else None)
