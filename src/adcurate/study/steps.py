"""How far a study is, step by step from the protocol to the hand-over, and who is waited for.

Counts only: no outcome and no patient. Whoever shows a step gives it its words and its page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from adcurate.findings import Finding, Severity
from adcurate.model.contour_record import REFERENCE
from adcurate.model.reading.answers import RoomProgress
from adcurate.model.reading.design import LateLesions, Someone
from adcurate.study.keeping.schedule import last_failure
from adcurate.study.reader_of_record import CONSENSUS
from adcurate.study.reading.pointers import lesions_to_point
from adcurate.study.reading.progress import room_progress
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.serving.results import made_results
from adcurate.study.status import StudyStatus, study_status

StepName = Literal[
    "protocol", "patients", "images", "pointers", "design", "reading", "decisions", "results", "hand-over"
]
Cause = Literal["exams", "pointers", "design", "lesions", "cases", "differences", "seal", "backup"]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the study: `n_done` of `n_all`; 0 of 0 where there is nothing to count yet.

    `can_wait`: others are done meanwhile; it is not what comes next.
    """

    name: StepName
    is_done: bool
    n_done: int
    n_all: int
    can_wait: bool = False


@dataclass(frozen=True, slots=True)
class WaitedFor:
    """Somebody has to do something `n` times: a role or, for cases of a list, the reader's name.

    `names` are the lesions, where it is lesions that nobody was given.
    """

    who: str
    cause: Cause
    n: int
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CountedFinding:
    """Findings of one kind: how many, and the first of them in words."""

    code: str
    severity: Severity
    sentence: str
    n: int


@dataclass(frozen=True, slots=True)
class StudySteps:
    """Where a study stands; `n_foreign_regions` came from other programs than the reading room."""

    status: StudyStatus
    steps: tuple[Step, ...]
    waited_for: tuple[WaitedFor, ...]
    findings: tuple[CountedFinding, ...]
    n_foreign_regions: int

    @property
    def next_step(self) -> Step | None:
        """The first step that is not done and that nothing else comes before; None after the hand-over."""
        return next((one for one in self.steps if not one.is_done and not one.can_wait), None)


def study_steps(room: ReadingRoom, who: Someone) -> StudySteps:
    """Look, without changing anything; who reads too is told of the own cases as `room_progress` tells."""
    status, progress = study_status(room.study), room_progress(room, who)
    links = status.link_counts
    # Only a lesion that has images can be pointed at; exams that never come leave nobody waiting.
    lesions = [one for one in lesions_to_point(room) if one.study_instance_uid]
    n_pointed = sum(one.pointer is not None for one in lesions)
    n_locked = sum(one.n_done for one in progress.readers)
    n_cases = sum(one.n_total for one in progress.readers)
    late = progress.late
    if late.is_waiting:
        n_cases += sum(late.cases.get(one.reader, 0) for one in progress.readers)
    n_exams = links["matched"] + links["awaited"] + links["ambiguous"]
    n_decided, n_open = progress.n_adjudicated or 0, progress.n_adjudication_open or 0
    # Regions that came from another program need no reading here.
    is_read_elsewhere = not progress.started_at and "contours" in status.done
    has_begun = bool(progress.started_at) or is_read_elsewhere
    made = made_results(room)
    is_made = "report" in status.done or (made is not None and made.is_current)
    is_read = is_read_elsewhere or (has_begun and progress.all_locked and not late.is_waiting)
    # Exams that have not come hold up neither the pointers of those that have, nor what follows the reading.
    images_wait = has_begun or ("add" in status.done and n_pointed < len(lesions))
    history = room.store.protocols.history()
    steps = (
        Step("protocol", has_begun or len(history) > 1, 0, 0, can_wait=True),
        Step("patients", "worksheet" in status.done, status.n_rows, status.n_rows),
        Step(
            "images",
            "add" in status.done and links["matched"] == n_exams,
            links["matched"],
            n_exams,
            images_wait,
        ),
        Step("pointers", has_begun or 0 < len(lesions) == n_pointed, n_pointed, len(lesions)),
        Step("design", has_begun, 0, 0),
        Step("reading", is_read, n_locked, n_cases),
        Step("decisions", is_read and not n_open, n_decided, n_decided + n_open),
        Step("results", is_made, 0, 0),
        Step("hand-over", is_made and room.store.data_locks.latest() is not None, 0, 0),
    )
    waited_for = _waited_for(room, status, progress, steps)
    findings = counted((*status.findings, *_never_given(late)))
    return StudySteps(status, steps, waited_for, findings, _n_foreign_regions(room))


def _n_foreign_regions(room: ReadingRoom) -> int:
    """Regions that count and were drawn elsewhere: neither by readers of the room nor by a decision."""
    own = {
        f"{one.subject}/{lesion}/{reader}"
        for one in room.store.reading.designs.items()
        for lesion in (one.lesion, one.lesion + REFERENCE)
        for reader in (one.reading_name, CONSENSUS)
    }
    return sum(bool(one.payload) and one.key not in own for one in room.store.contours.all())


def counted(findings: Sequence[Finding]) -> tuple[CountedFinding, ...]:
    """Findings by kind, the most serious first."""
    order = ("serious", "warning", "note")
    n_of = Counter(one.code for one in findings)
    first = {one.code: one for one in reversed(findings)}
    return tuple(
        CountedFinding(one.code, one.severity, one.sentence, n_of[one.code])
        for one in sorted(first.values(), key=lambda one: (order.index(one.severity), one.code))
    )


def _never_given(late: LateLesions) -> tuple[Finding, ...]:
    """A lesion that could be read, and that no reader will be given."""
    if not late.ready or not late.too_late:
        return ()
    which = ", ".join(late.ready)
    return (Finding("reading.not-given", f"No reader was given {which}. {late.too_late}", "warning"),)


def _waited_for(
    room: ReadingRoom, status: StudyStatus, progress: RoomProgress, steps: Sequence[Step]
) -> tuple[WaitedFor, ...]:
    done = {one.name: one.is_done for one in steps}
    pointers = next(one for one in steps if one.name == "pointers")
    seal, late = room.store.reading.seals.latest(), progress.late
    found = [
        WaitedFor("coordinator", "exams", status.link_counts["ambiguous"]),
        WaitedFor("coordinator", "pointers", 0 if done["pointers"] else pointers.n_all - pointers.n_done),
        WaitedFor("coordinator", "pointers", 0 if late.too_late else len(late.without_pointer)),
        WaitedFor("coordinator", "design", int(done["pointers"] and not done["design"])),
        WaitedFor("coordinator", "lesions", len(late.ready) if late.is_waiting else 0, late.ready),
        *(
            WaitedFor(one.reader, "cases", one.n_total - one.n_done)
            for one in progress.readers
            if progress.started_at
        ),
        WaitedFor("adjudicator", "differences", progress.n_adjudication_open or 0),
        WaitedFor(
            progress.outcomes_sealed_by,
            "seal",
            int(seal is not None and not seal.opened_at and progress.all_locked),
        ),
        WaitedFor("coordinator", "backup", int(last_failure(room.study) is not None)),
    ]
    return tuple(one for one in found if one.n)
