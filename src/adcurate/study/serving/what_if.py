"""What-ifs of a statistician: each is analysed once, entered into the log, and kept beside the results.

Nothing of it goes into what the other roles see of long work.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from adcurate.model import content_digest
from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress
from adcurate.model.provenance import canonical_json
from adcurate.model.reading.design import Someone
from adcurate.report.answer_letter import answer_sentences
from adcurate.report.files import make_folder, write_atomically
from adcurate.report.moved import moved_numbers, printed_cells
from adcurate.report.results_view import MainNumber, view_results
from adcurate.study.reading.blinding import note_outcomes_seen
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.serving.results import PAGE, proved_file, was_never_read
from adcurate.study.what_if import Choices, analyze_with

_FOLDER: Final = "what-if"
_SCHEMA: Final = 2  # of the kept files
_MADE: Final = "results.what-if"
_LOOKED: Final = "results.look"


def see_results(room: ReadingRoom, who: Someone) -> Mapping[str, Any]:
    """What the page shows of the results that were made; who looks is noted once for each making.

    Where nobody has read in the room yet, who looks has also seen the outcomes of every lesion.

    Raises
    ------
    ReadError
        As `take_results`.
    """
    content: Mapping[str, Any] = json.loads(proved_file(room, PAGE))
    told = room.store.reading.told_results
    made = told.latest()
    since = -1 if made is None else made.sequence
    if not any(one.person == who.id and one.sequence > since for one in told.all(_LOOKED)):
        told.note(_LOOKED, {"results_of": since}, who.id)
        if was_never_read(room):
            note_outcomes_seen(room, who, sorted(content["regions"]), "seen")
    return content


def known_what_if(room: ReadingRoom, choices: Choices) -> Mapping[str, Any] | None:
    """What was found with these choices for the results as they stand, or None.

    Raises
    ------
    ReadError
        As `take_results`.
    """
    name = _name(room, choices)
    path = _path(room, name)
    noted = [one for one in room.store.reading.told_results.all(_MADE) if _said(one.after, "what_if") == name]
    if not noted or not path.is_file():
        return None
    content = path.read_bytes()
    if content_digest(content) != _said(noted[-1].after, "digest"):
        return None
    found: Mapping[str, Any] = json.loads(content)
    return found


def make_what_if(room: ReadingRoom, who: Someone, choices: Choices, progress: Progress) -> None:
    """Analyse with the choices, hold the printed numbers against those of the results, and keep both.

    Raises
    ------
    ReadError
        As `take_results`.
    StudyError
        As `what_if`.
    """
    name = _name(room, choices)
    results = analyze_with(room.study, room.store, choices, progress)
    page = json.loads(proved_file(room, PAGE))
    before = {(one[0], one[1], one[2]): (one[3], one[4], one[5]) for one in page["cells"]}
    view = view_results(results)
    planned = [MainNumber(one["marker"], one["name"], one["shown"]) for one in page["view"]["main"]]
    found = {
        "choices": list(choices.in_words),
        "view": as_jsonable(view),
        "letter": answer_sentences(choices.in_words, planned, view.main),
        "moved": as_jsonable(moved_numbers(before, printed_cells(results))),
    }
    content = json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    make_folder(room.study.results / _FOLDER)
    write_atomically(_path(room, name), content)
    said = {"what_if": name, "choices": list(choices.in_words), "digest": content_digest(content)}
    room.store.reading.told_results.note(_MADE, said, who.id)


def _name(room: ReadingRoom, choices: Choices) -> str:
    """A name for the choices and the results they are held against."""
    page = content_digest(proved_file(room, PAGE))
    said = canonical_json({"page": page, "choices": as_jsonable(choices), "schema": _SCHEMA})
    return content_digest(said.encode()).rpartition(":")[2][:24]


def _path(room: ReadingRoom, name: str) -> Path:
    return room.study.results / _FOLDER / f"{name}.json"


def _said(after: Any, key: str) -> str:
    return str(after.get(key, "")) if isinstance(after, dict) else ""
