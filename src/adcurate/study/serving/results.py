"""Results for the statistician of a read study: made and given once nothing of the reading can change.

That is after the last lock, the last decision, and the opening of sealed outcomes. What is given is what
``adcurate study report`` writes; the log keeps each file's digest, so that a file is given only as it was
made, and only while nothing was locked, decided, amended, imported or chosen since the making began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from adcurate.errors import AdcurateError, ReadError
from adcurate.model import content_digest
from adcurate.model.progress import Progress
from adcurate.model.reading.design import Someone
from adcurate.report.files import write_atomically
from adcurate.store import RunRecord, StudyStore
from adcurate.store.reading.told_results import MADE
from adcurate.store.withdrawals import ERASED, STOPPED
from adcurate.study.keeping.withdraw import STEP as WITHDRAW
from adcurate.study.outcomes_seal import refuse_while_sealed
from adcurate.study.protocol.amend import protocol_digest
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.reading.seal import all_locked, n_undecided
from adcurate.study.report import report_study
from adcurate.study.serving.page import page_of
from adcurate.study.status import INPUTS

# The name under which a file is given, and where the report has it.
FILES: Final[Mapping[str, str]] = {
    "report.html": "report.html",
    "analysis.json": "analysis.json",
    "cases.csv": "tables/cohort.csv",
    "measurements.csv": "tables/measurements.csv",
    "codebook.csv": "tables/codebook.csv",
}
# What the page shows: kept and proved like the files, and no file that is given.
PAGE: Final = "page.json"
# Entries of the log that make results old, and what to say of each.
_CHANGES: Final[Mapping[str, str]] = {
    "reading.lock": "a reading was locked",
    "reading.amend": "a reading was amended",
    "reading.adjudicate": "a difference between readers was decided",
    "protocol.amend": "the protocol was amended",
    "outcomes.seal": "outcomes were sealed",
    "outcomes.open": "outcomes were opened",
    "design.give": "new lesions were given to the readers",
    STOPPED: "a subject was withdrawn",
    ERASED: "a subject was erased",
}


@dataclass(frozen=True, slots=True)
class MadeResults:
    """When the results were made, the size of each file, and whether nothing has changed since.

    `since` says what has, in words.
    """

    at: str
    sizes: Mapping[str, int]
    is_current: bool
    since: tuple[str, ...] = ()


def refuse_before_the_end(room: ReadingRoom) -> None:
    """Stop while the reading goes on or outcomes are sealed.

    Raises
    ------
    ReadError
        ``read.too-early``, ``read.sealed``
    """
    if not all_locked(room) and not was_never_read(room):
        raise _too_early("Some readings are not locked yet.")
    n_open = n_undecided(room)
    if n_open:
        which = (
            "1 difference between readers is" if n_open == 1 else f"{n_open} differences between readers are"
        )
        raise _too_early(f"{which} not decided yet.")
    refuse_while_sealed(room.store, "Every reading is locked, but results cannot be made")


def was_never_read(room: ReadingRoom) -> bool:
    """Whether the study's regions came as files, and nobody drew up a reading in the room."""
    return room.store.reading.designs.latest() is None and bool(room.store.contours.all())


def waits_for(room: ReadingRoom) -> AdcurateError | None:
    """Why there can be no results now, or None."""
    try:
        refuse_before_the_end(room)
    except ReadError as trouble:
        return trouble
    return None


def make_results(room: ReadingRoom, who: Someone, progress: Progress) -> MadeResults:
    """Write the report as ``adcurate study report`` does, and enter what was made into the log.

    Raises
    ------
    ReadError
        As `refuse_before_the_end`.
    StudyError, ProtocolError, StatisticsError
        As `report_study`.
    """
    refuse_before_the_end(room)
    # From before the work: what changes while the report is made is a change since.
    seen: dict[str, Any] = {
        "log": room.store.audit.head().sequence,
        "inputs": _newest_input(room.store),
        "protocol": protocol_digest(room.study),
    }
    written = report_study(room.study, progress=progress)
    write_atomically(_path(room, PAGE), page_of(written.results))
    digests = {name: content_digest(_path(room, name).read_bytes()) for name in (*FILES, PAGE)}
    room.store.reading.told_results.note(MADE, {"files": digests, **seen}, who.id)
    made = made_results(room)
    assert made is not None
    return made


def made_results(room: ReadingRoom) -> MadeResults | None:
    """The results that were made last, or None."""
    entry = room.store.reading.told_results.latest()
    if entry is None:
        return None
    sizes = {name: _path(room, name).stat().st_size for name in FILES if _path(room, name).is_file()}
    said: Any = entry.after
    since = said.get("log", entry.sequence)
    later = [one.action for one in room.store.audit.done(*_CHANGES) if one.sequence > since]
    changed = list(dict.fromkeys(_CHANGES[action] for action in later))
    if any(one.run_id > said["inputs"] for one in _brought_in(room.store) if one.step != WITHDRAW):
        changed.append("the list, images or regions were added to or corrected")
    if said.get("protocol") != protocol_digest(room.study) and "protocol.amend" not in later:
        changed.append("the protocol was changed")
    is_current = not changed and waits_for(room) is None
    return MadeResults(entry.at, sizes, is_current, tuple(changed))


def take_results(room: ReadingRoom, who: Someone, name: str) -> bytes | None:
    """One file of the results, noted in the log; None where results have no file of this name.

    Raises
    ------
    ReadError
        As `refuse_before_the_end`; ``read.no-results``: none were made, or something changed since.
    """
    if name not in FILES:
        return None
    content = proved_file(room, name)
    room.store.reading.told_results.note("results.take", {"file": name}, who.id)
    return content


def proved_file(room: ReadingRoom, name: str) -> bytes:
    """A file of the results as it was made, while nothing has changed since; whoever asks is noted elsewhere.

    Raises
    ------
    ReadError
        As `take_results`.
    """
    refuse_before_the_end(room)
    made, entry = made_results(room), room.store.reading.told_results.latest()
    said: Any = entry.after if entry is not None else None
    path = _path(room, name)
    content = path.read_bytes() if made is not None and path.is_file() else b""
    if made is None or not made.is_current or content_digest(content) != said["files"].get(name):
        raise ReadError(
            "read.no-results",
            "There are no results of the study as it stands now.",
            remedy="Make them; that takes as long as adcurate study report.",
        )
    return content


def _path(room: ReadingRoom, name: str) -> Path:
    return room.study.results / FILES.get(name, name)


def _newest_input(store: StudyStore) -> int:
    return max((one.run_id for one in _brought_in(store)), default=0)


def _brought_in(store: StudyStore) -> list[RunRecord]:
    """The steps that brought something in, or took it out."""
    return [one for one in store.runs.all() if one.step in INPUTS]


def _too_early(sentence: str) -> ReadError:
    return ReadError(
        "read.too-early", sentence, remedy="Results are given once every reading is locked and decided."
    )
