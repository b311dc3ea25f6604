"""A study of ten thousand subjects: rows with outcomes, an image of each, and readings locked by two readers.

Four exams are simulated; the image of every other subject is one of theirs, and every reading of a reader is
a copy of the first that was locked, since nobody draws ten thousand lesions for a test.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.reading_room import Hand, square
from tests.room_study import make_study, prescription, row_of

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.reading.design import ReadDesign
from adcurate.model.reading.draft import Draft
from adcurate.store.study_store import DATABASE_NAME
from adcurate.study.folder import StudyFolder
from adcurate.study.link import refresh_links
from adcurate.study.reading.design import start_reading
from adcurate.study.reading.pointers import LesionToPoint, lesions_to_point, place_pointer
from adcurate.study.reading.room import ReadingRoom
from adcurate.study.rows import current_rows
from adcurate.study.worksheet import import_worksheet

N_SUBJECTS, N_SIMULATED, N_AWAITED, N_OPEN = 10_000, 4, 1_000, 3
COPIED = "2.25.3"
PROTOCOL = "\n[reading]\nadjudicate_over = 0.1\n"


def large_study(folder: Path) -> StudyFolder:
    """Ten thousand subjects; an exam has come for all but `N_AWAITED`. Nothing is read yet."""
    exams = [prescription(f"READ{number}", number) for number in range(1, N_SIMULATED + 1)]
    study, _ = make_study(folder, exams, protocol=PROTOCOL)
    rows = [row_of(one, one.lesions[0]) for one in exams]
    for number in range(N_SUBJECTS - N_SIMULATED):
        grade = ("G1", "G2", "G3")[number % 3]
        rows.append(replace(rows[number % N_SIMULATED], subject=f"H{number:06d}", grade=grade))
    write_worksheet(folder / "rows.csv", rows)
    import_worksheet(study, folder / "rows.csv", WorksheetOptions())
    with study.open_store() as store:
        days = {row.subject: row.mri_date for row in current_rows(store)}
        _let_exams_come(study, days)
        refresh_links(store)
    return study


@contextlib.contextmanager
def _database(study: StudyFolder) -> Iterator[sqlite3.Connection]:
    """The study's database by itself, one transaction."""
    with contextlib.closing(sqlite3.connect(study.store / DATABASE_NAME)) as base, base:
        yield base


def _let_exams_come(study: StudyFolder, days: dict[str, Any]) -> None:
    """One image for every subject that has none, of the day of its row."""
    with _database(study) as base:
        known = {code for (code,) in base.execute("SELECT code FROM subjects")}
        blob, digest = base.execute("SELECT blob, received_digest FROM instances LIMIT 1").fetchone()
        new = sorted(set(days) - known)[:-N_AWAITED]
        base.executemany("INSERT INTO subjects VALUES (?)", [(code,) for code in new])
        base.executemany(
            "INSERT INTO instances VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    f"2.25.1{at:09d}",
                    f"2.25.2{at:09d}",
                    f"{COPIED}{at:09d}",
                    code,
                    days[code].strftime("%Y%m%d"),
                    blob,
                    f"{digest[:-9]}{at:09d}",
                )
                for at, code in enumerate(new)
            ],
        )


def read_nearly_to_the_end(room: ReadingRoom, readers: dict[str, Any]) -> None:
    """Every reader locks all but `N_OPEN` cases; `readers` are people by name."""
    coordinator = next(iter(readers.values()))
    lesions = [one for one in lesions_to_point(room) if one.study_instance_uid]
    first = next(one for one in lesions if not one.study_instance_uid.startswith(COPIED))
    series = next(one for one in room.images.exam(first.study_instance_uid).series if one.is_record)
    frame = series.frames[0]
    x, y, z = (float(value) for value in frame.plane.to_lps([(20.0, 20.0)])[0])
    origin = frame.origin
    place = (origin.sop_instance_uid, origin.frame_number, (x, y, z), "liver")
    place_pointer(room, coordinator, first.key, *place)
    start_reading(
        room,
        coordinator,
        ReadDesign(tuple(readers), adjudicators=(coordinator.name,)),
        leave_out_without_pointer=True,
    )
    others = [one for one in lesions if one is not first]
    with _database(room.study) as base:
        _give_cases(base, others)
    for number, person in enumerate(readers.values()):
        items = room.store.reading.designs.items(person.name)
        item = next(one.item for one in items if one.subject == first.subject)
        hand = Hand(room, person)
        hand.save(item, Draft((square(room, first.study_instance_uid, half=3.6 + 0.6 * number),)))
        hand.lock(item)
        locked = [one.item for one in items if one.item != item][:-N_OPEN]
        with _database(room.study) as base:
            _copy(base, "reading_drafts", item, locked)
            _copy(base, "reading_locks", item, locked)


def _give_cases(base: sqlite3.Connection, lesions: list[LesionToPoint]) -> None:
    """A pointer for every lesion, and a case of it for every reader."""
    at, who, payload = base.execute("SELECT at, person, payload FROM reading_pointers").fetchone()
    base.executemany(
        "INSERT INTO reading_pointers (subject, lesion, version, at, person, payload)"
        " VALUES (?, ?, 1, ?, ?, ?)",
        [(one.subject, one.lesion, at, who, payload) for one in lesions],
    )
    for (reader,) in base.execute("SELECT DISTINCT reader FROM reading_items").fetchall():
        base.executemany(
            "INSERT INTO reading_items VALUES (?, ?, 1, ?, 'read', ?, ?, ?, ?, 1)",
            [
                (
                    f"{reader}{at:05d}",
                    reader,
                    at,
                    one.subject,
                    one.visit,
                    one.lesion,
                    one.study_instance_uid,
                )
                for at, one in enumerate(lesions, start=2)
            ],
        )


def _copy(base: sqlite3.Connection, table: str, item: str, others: list[str]) -> None:
    """What a table keeps of a case, for other cases too."""
    (row,) = base.execute(f"SELECT * FROM {table} WHERE item = ?", (item,)).fetchall()
    marks = ", ".join("?" * len(row))
    base.executemany(f"INSERT INTO {table} VALUES ({marks})", [(one, *row[1:]) for one in others])
