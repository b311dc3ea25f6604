"""How fast does the reading room's server answer? A case's images, the whole case, numbers, the next case.

A synthetic study of exams with 40 slices: diffusion images and ADC maps of 256 x 256, T2 and T1 with contrast
of 320 x 320. The real application on a real port of this computer, one reader, HTTP/1.1 kept open. Prints
medians, and ends with a non-zero exit code when a target is missed. What the browser adds is measured in the
browser.

Run: python benchmarks/reading_room.py [--exams 4] [--rounds 15] [--json FILE]
"""

from __future__ import annotations

import argparse
import datetime
import http.client
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.model.reading.design import ReadDesign
from adcurate.model.reading.person import Role
from adcurate.model.worksheet import WorksheetRow
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.people.sign_in import now_of
from adcurate.study.people.tokens import digest_of
from adcurate.study.reading.design import start_reading
from adcurate.study.reading.pointers import lesions_to_point, place_pointer
from adcurate.study.reading.room import open_reading_room
from adcurate.study.receiving.add import add_exams
from adcurate.study.worksheet import import_worksheet
from adcurate.web.receiving.serve import WebServer
from adcurate.web.room.app import make_app
from adcurate.web.room.session_cookie import CSRF_HEADER, csrf_of
from adcurate.web.room.state import Reach, Room

TOKEN = "0" * 43
TARGETS_S = {"first image, warm": 1.0, "numbers of a stroke": 0.150, "next case, prefetched": 0.3}
READING = '\n[reading]\nshow_numbers = "live"\n'


def make_study(folder: Path, n_exams: int) -> StudyFolder:
    """Exams as large as a modern scanner makes them, and a worksheet."""
    (folder / "vault.key").write_text(bytes(range(32)).hex() + "\n", encoding="ascii")
    study = create_study(folder / "study", "net-grade", key_file=folder / "vault.key").folder
    text = study.protocol_file.read_text(encoding="utf-8") + READING
    study.protocol_file.write_text(text, encoding="utf-8")
    rows = []
    for number in range(1, n_exams + 1):
        lesion = LesionPrescription("1", "liver", 0.001010 + 1e-5 * number, 0.000640, 30.0)
        exam = ExamPrescription(
            patient_id=f"SPEED{number}",
            patient_name=f"SYNTHETIC^SPEED{number}",
            birth_date="19600101",
            sex="F",
            exam_date="20240102",
            dialect="siemens-classic",
            model="Aera",
            field_strength_t=1.5,
            b_values=(50.0, 400.0, 800.0),
            lesions=(lesion,),
            seed=number,
            n_slices=40,
            matrix=256,
        )
        write_exam(simulate_exam(exam), folder / "exams" / exam.patient_id)
        rows.append(_row(exam.patient_id))
    add_exams(study, [folder / "exams"])
    write_worksheet(folder / "worksheet.xlsx", rows)
    import_worksheet(study, folder / "worksheet.xlsx", WorksheetOptions())
    with study.open_store() as store:
        store.protocols.add(text, "study.toml")
    return study


def _row(subject: str) -> WorksheetRow:
    return WorksheetRow(
        subject=subject,
        status="included",
        mri_date=datetime.date(2024, 1, 2),
        histology_date=datetime.date(2024, 1, 9),
        age=58.0,
        sex="female",
        primary_site="pancreas",
        lesion_type="primary",
        lesion_site="liver",
        lesion_size_mm=30.0,
        specimen_origin="liver",
        ki67="1",
        grade="G1",
    )


class Browser:
    """One connection that stays open, signed in."""

    def __init__(self, port: int, cookie: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._headers = {"Cookie": f"{cookie}={TOKEN}", CSRF_HEADER: csrf_of(TOKEN)}

    def ask(self, method: str, path: str, body: object = None) -> bytes:
        """One request that must succeed."""
        content = None if body is None else json.dumps(body).encode()
        kind = {} if body is None else {"Content-Type": "application/json"}
        self._connection.request(method, path, content, self._headers | kind)
        answer = self._connection.getresponse()
        found = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {found[:300]!r}")
        return found

    def case(self, item: str) -> Any:
        """A case's geometry."""
        return json.loads(self.ask("GET", f"/api/reading/items/{item}"))

    def first_images(self, item: str, case: Any) -> int:
        """The pointer's image, and the middle one of every other place: what a page shows first."""
        shown = {one["role"]: one for one in reversed(case["series"])}
        n_bytes = 0
        for one in shown.values():
            at = len(one["frames"]) // 2
            n_bytes += len(self.ask("GET", f"/api/reading/items/{item}/series/{one['id']}/frames/{at}-{at}"))
        return n_bytes

    def all_images(self, item: str, case: Any) -> int:
        """Every image of every place."""
        shown = {one["role"]: one for one in reversed(case["series"])}
        return sum(
            len(
                self.ask("GET", f"/api/reading/items/{item}/series/{one['id']}/frames/1-{len(one['frames'])}")
            )
            for one in shown.values()
        )


def seconds(work: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def stroke(case: Any) -> dict[str, Any]:
    """A round contour of 120 points about the pointer, on the map of record."""
    import numpy as np

    pointer = case["pointer"]
    angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    ring = np.array(pointer["point_lps_mm"]) + 12.0 * np.column_stack(
        [np.cos(angles), np.sin(angles), np.zeros(120)]
    )
    contour = {
        "id": "c1",
        "role": "lesion",
        "series": pointer["series"],
        "frame": pointer["frame"],
        "tool": "freehand",
        "points_lps_mm": ring.tolist(),
    }
    return {"draft": {"contours": [contour]}}


def measure(study: StudyFolder, n_rounds: int) -> dict[str, float]:
    """Every line of the table, in seconds (or megabytes where it says so)."""
    with study.open_store() as store:
        reading = open_reading_room(study, store)
        reach = Reach("http://127.0.0.1:1")
        room = Room(reading, reach)
        reader = store.people.add("reader", "Reader", [Role("reader")], by="")
        store.sessions.begin(digest_of(TOKEN), reader.id, now=now_of(store), begun_before=0, how="password")
        for lesion in lesions_to_point(reading):
            exam = reading.images.exam(lesion.study_instance_uid)
            frame = next(one for one in exam.series if one.is_record).frames[20]
            centre = frame.plane.to_lps([(128.0, 128.0)])[0]
            origin = frame.origin
            place = (origin.sop_instance_uid, origin.frame_number, [float(x) for x in centre])
            place_pointer(reading, reader, lesion.key, *place, "liver")
        start_reading(reading, reader, ReadDesign(readers=("reader",)))
        room.close()
        fresh = Room(open_reading_room(study, store), reach)
        try:
            with WebServer(make_app(fresh)) as server:
                return _measured(Browser(server.port, reach.cookie_name), fresh, n_rounds)
        finally:
            fresh.close()


def _measured(browser: Browser, room: Room, n_rounds: int) -> dict[str, float]:
    listed = json.loads(browser.ask("GET", "/api/reading"))
    items = [one["item"] for one in listed["items"]]
    room.reading.images.close()  # nothing is loaded ahead while the cold case is timed
    last = items[-1]
    found = {"case opened, cold (read, decode, refit)": seconds(lambda: browser.case(last))}
    case = browser.case(last)
    warm = range(n_rounds)

    def first() -> None:
        browser.first_images(last, browser.case(last))

    found["case JSON, warm"] = statistics.median(seconds(lambda: browser.case(last)) for _ in warm)
    found["first image, warm"] = statistics.median(seconds(first) for _ in warm)
    whole = statistics.median(seconds(lambda: browser.all_images(last, case)) for _ in warm)
    found["whole case, warm (four places)"] = whole
    found["whole case, MB"] = browser.all_images(last, case) / 1e6
    numbers = f"/api/reading/items/{last}/numbers"
    drawn = stroke(case)
    if not json.loads(browser.ask("POST", numbers, drawn))["numbers"]:
        raise SystemExit("the stroke gave no numbers")
    found["numbers of a stroke"] = statistics.median(
        seconds(lambda: browser.ask("POST", numbers, drawn)) for _ in warm
    )
    return found | _next_cases(browser, room, items)


def _next_cases(browser: Browser, room: Room, items: list[str]) -> dict[str, float]:
    """Each case after the first, opened when the one before had been looked at for a while."""
    fresh = open_reading_room(room.study, room.store)
    object.__setattr__(room, "reading", fresh)
    times, waits = [], []
    browser.case(items[0])
    for here, item in enumerate(items[1:], start=1):
        found = room.store.reading.designs.item(item)
        assert found is not None, here
        start = time.perf_counter()
        fresh.images.exam(found.study_instance_uid)  # waits for the load in the background
        waits.append(time.perf_counter() - start)

        def following(item: str = item) -> None:
            browser.first_images(item, browser.case(item))

        times.append(seconds(following))
    return {"next case loaded behind": max(waits), "next case, prefetched": statistics.median(times)}


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exams", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(make_study(Path(folder), chosen.exams), chosen.rounds)
    print(f"Reading room, server side; {platform.machine()}, Python {platform.python_version()}")
    missed = []
    for name, value in found.items():
        target = TARGETS_S.get(name)
        shown = f"{value:8.1f}   " if name.endswith("MB") else f"{1000 * value:8.1f} ms"
        missed += [name] if target is not None and value > target else []
        print(f"  {name:42s} {shown}" + (f"   target {1000 * target:.0f} ms" if target else ""))
    if chosen.json:
        chosen.json.write_text(json.dumps({"seconds": found, "missed": missed}, indent=1), encoding="utf-8")
    if missed:
        print("missed: " + ", ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
