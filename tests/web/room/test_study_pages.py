"""Pages round the reading: where the study stands, keeping it, handing it over; what they say is so."""

from __future__ import annotations

import csv
import io
import shutil
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from tests.handed_study import made, read
from tests.room_client import PASSWORD, Caller, OpenedRoom, opened_room

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.study.folder import StudyFolder, key_file_of
from adcurate.study.hand_over.hand_over import hand_over_study
from adcurate.study.status import study_status
from adcurate.study.worksheet import import_worksheet
from adcurate.web.room.given_file import LIMITS
from adcurate.web.room.state import Reach

PEOPLE = {"cora": "coordinator", "rita": "reader"}


@pytest.fixture(scope="module")
def read_study(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """Six lesions that two readers read and locked."""
    study = made(tmp_path_factory.mktemp("pages"))
    read(study)
    return study


@pytest.fixture
def room(read_study: StudyFolder, tmp_path: Path) -> Iterator[OpenedRoom]:
    """A copy of it, served."""
    shutil.copytree(read_study.path, tmp_path / "study")
    with opened_room(StudyFolder(tmp_path / "study"), PEOPLE) as opened:
        yield opened


def over(who: Caller, work: dict[str, Any]) -> dict[str, Any]:
    """The same work once it is over."""
    until = time.monotonic() + 120
    while (now := who.get(f"/api/work/{work['id']}"))["state"] in ("waiting", "running"):
        assert time.monotonic() < until
        time.sleep(0.05)
    return now


def refused(who: Caller, method: str, path: str, body: object = None) -> str:
    answer = who.ask(method, path, body)
    assert answer.status_code >= 400, answer.text
    return str(answer.json()["error"]["code"])


def test_home_counts_what_is_there_and_says_what_comes_next(room: OpenedRoom) -> None:
    home = room["cora"].get("/api/home")
    status = study_status(room.room.study)
    assert (home["n_rows"], home["n_exams"], home["links"]) == (7, 6, status.link_counts)
    done = {step["name"]: step["is_done"] for step in home["steps"]}
    assert done == {
        **dict.fromkeys(("protocol", "patients", "images", "pointers", "design", "reading"), True),
        "decisions": home["next_step"] != "decisions",
        **dict.fromkeys(("results", "hand-over"), False),
    }
    assert home["n_foreign_regions"] == 0
    reading = next(step for step in home["steps"] if step["name"] == "reading")
    assert reading["n_done"] == reading["n_all"] > 0
    assert refused(room["rita"], "GET", "/api/home") == "web.no-right"


def test_an_exam_that_has_not_come_holds_up_nothing_after_the_reading(
    read_study: StudyFolder, tmp_path: Path
) -> None:
    shutil.copytree(read_study.path, tmp_path / "study")
    study = StudyFolder(tmp_path / "study")
    book = openpyxl.load_workbook(read_study.path.parent / "second.xlsx")
    sheet = book.worksheets[0]
    first = next(row for row in sheet.iter_rows() if any(cell.value == "READ2" for cell in row))
    sheet.append(["LATE1" if cell.value == "READ2" else cell.value for cell in first])
    book.save(tmp_path / "late.xlsx")
    assert import_worksheet(study, tmp_path / "late.xlsx", WorksheetOptions()).faults == ()
    with opened_room(study, PEOPLE) as opened:
        home = opened["cora"].get("/api/home")
    images = next(step for step in home["steps"] if step["name"] == "images")
    assert (images["n_done"], images["n_all"], images["is_done"]) == (6, 7, False)
    assert home["next_step"] in ("decisions", "results")


def test_a_backup_by_the_page_is_whole_and_only_a_listed_one_is_tried(
    room: OpenedRoom, tmp_path: Path
) -> None:
    cora = room["cora"]
    (tmp_path / "disk").mkdir()
    for folder in ("disk", "", str(room.room.study.path), str(tmp_path / "nowhere")):
        assert refused(cora, "POST", "/api/keep/backups", {"folder": folder}) == "usage.option", folder
    done = over(cora, cora.post("/api/keep/backups", {"folder": str(tmp_path / "disk")}, status=202))
    assert (done["state"], done["answer"]["damaged"]) == ("done", [])
    (listed,) = cora.get("/api/keep")["backups"]
    assert listed["is_whole"] and listed["is_there"] and listed["file"] == done["answer"]["file"]
    drilled = over(cora, cora.post("/api/keep/drills", {"file": listed["file"]}, status=202))
    assert drilled["answer"]["numbers"]["moved"] == []
    assert refused(cora, "POST", "/api/keep/drills", {"file": "/etc/passwd"}) == "input.missing"
    checked = over(cora, cora.post("/api/keep/checks", status=202))
    assert checked["answer"]["count_holds"] and checked["answer"]["damaged"] == []


def test_the_schedule_is_set_and_dropped(room: OpenedRoom, tmp_path: Path) -> None:
    wanted = {"folder": str(tmp_path), "every_hours": 12.0, "keep": 3}
    # The study's own parent lies outside of the study.
    assert room["cora"].post("/api/keep/schedule", wanted, method="PUT")["schedule"] == wanted
    assert room["cora"].post("/api/keep/schedule", method="DELETE")["schedule"] is None


def test_nothing_is_withdrawn_or_moved_unless_the_code_is_typed_again_with_a_reason(room: OpenedRoom) -> None:
    cora, store = room["cora"], room.room.store
    first, second = store.instances.subjects()[:2]
    before = cora.get(f"/api/keep/subjects/{first}")
    leaving = {"subject": first, "confirmed": first, "why": "asked to", "extent": "erased"}
    for wrong in ({"confirmed": second}, {"confirmed": ""}, {"why": " "}):
        assert refused(cora, "POST", "/api/keep/withdrawals", leaving | wrong) == "usage.option"
    moving = {"exam": before["exams"][0]["study_instance_uid"], "to": second, "why": "wrong patient"}
    assert refused(cora, "POST", "/api/keep/moves", moving | {"confirmed": first}) == "usage.option"
    assert cora.get(f"/api/keep/subjects/{first}") == before
    assert refused(cora, "GET", "/api/keep/subjects/NOBODY") == "study.no-subject"
    done = over(cora, cora.post("/api/keep/moves", moving | {"confirmed": second}, status=202))
    assert (done["answer"]["before"], done["answer"]["after"]) == (first, second)
    gone = cora.post("/api/keep/withdrawals", leaving)
    assert (gone["extent"], cora.get(f"/api/keep/subjects/{first}")["withdrawn"]) == ("erased", "erased")
    actions = [(one.action, one.person) for one in store.audit.entries(after=0, limit=10_000)]
    assert [
        person for action, person in actions if "withdraw" in action or "erase" in action or "move" in action
    ]
    assert all(
        person == cora.person.id for action, person in actions if action.startswith(("subject.", "exam."))
    )


def test_the_hand_over_of_the_page_is_the_command_s_and_taking_it_is_noted(
    room: OpenedRoom, read_study: StudyFolder, tmp_path: Path
) -> None:
    cora = room["cora"]
    drafted = over(cora, cora.post("/api/hand-over/draft", status=202))["answer"]
    assert drafted["draft"] and cora.get("/api/hand-over")["locks"] == []
    locked = over(cora, cora.post("/api/hand-over", {"why": ""}, status=202))["answer"]
    assert locked["digest"] == drafted["digest"]
    shutil.copytree(read_study.path, tmp_path / "other")
    by_command = hand_over_study(StudyFolder(tmp_path / "other"), tmp_path / "out", workers=0)
    assert locked["digest"] == by_command.tables.digest
    seen = len(room.room.store.audit.done("outcomes.seen"))
    packed = cora.ask("GET", f"/api/hand-over/{locked['folder']}.zip")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        cases = archive.read(f"{locked['folder']}/cases.csv")
    assert cases == (tmp_path / "out" / "cases.csv").read_bytes()
    (entry,) = room.room.store.audit.done("outcomes.seen")[seen:]
    assert entry.person == cora.person.id
    for path in ("draft/files/../../../study.toml", "draft/files/study.toml", "nothing.zip", ".new.zip"):
        assert cora.ask("GET", f"/api/hand-over/{path}").status_code == 404, path


def test_a_returned_column_joins_by_id_after_it_was_shown(room: OpenedRoom) -> None:
    cora = room["cora"]
    drafted = over(cora, cora.post("/api/hand-over/draft", status=202))["answer"]
    cases = cora.ask("GET", f"/api/hand-over/{drafted['folder']}/files/cases.csv").text
    ids = [row["case_id"] for row in csv.DictReader(io.StringIO(cases))]
    text = "case_id,suv\n" + "".join(f"{one},{at}\n" for at, one in reversed(list(enumerate(ids))))
    file = text.encode()
    assert cora.give("/api/hand-over/returned/columns", {"name": "back.csv"}, file) == {
        "columns": ["case_id", "suv"]
    }
    asked = {"name": "back.csv", "column": "suv"}
    shown = cora.give("/api/hand-over/returned", asked, file)
    assert (shown["entered"], shown["n_changes"]) == (False, len(ids))
    assert {one["case"]: float(one["now"]) for one in shown["changes"]} == {
        one: float(at) for at, one in enumerate(ids)
    }
    enter = {**asked, "enter": True}
    assert code_of(cora.give("/api/hand-over/returned", enter, file, 422)) == "study.not-joined"
    assert cora.give("/api/hand-over/returned", {**enter, "why": "SUV came"}, file)["entered"]
    assert cora.give("/api/hand-over/returned", asked, file)["n_changes"] == 0
    for name in ("x.exe", "back.sav"):
        answer = cora.give("/api/hand-over/returned/columns", {"name": name}, file, 422)
        assert code_of(answer) == "input.not-readable"


def test_a_returned_file_may_be_large_and_one_that_is_too_large_is_refused_by_name(room: OpenedRoom) -> None:
    cora = room["cora"]
    text = "case_id,suv,note\n" + "".join(f"NOBODY{at},{at},{'n' * 300}\n" for at in range(20_000))
    assert len(text) > 6_000_000
    said = cora.give("/api/hand-over/returned/columns", {"name": "back.csv"}, text.encode())
    assert said == {"columns": ["case_id", "suv", "note"]}
    asked = {"name": "back.csv", "column": "suv"}
    too_large = b"case_id,suv\n" + bytes(LIMITS.body_bytes)
    said = cora.give("/api/hand-over/returned", asked, too_large, 413)
    assert code_of(said) == "web.too-big" and "50 MB" in said["error"]["sentence"]
    said = cora.give("/api/hand-over/returned", {**asked, "nobody": 1}, b"case_id,suv\n", 422)
    assert code_of(said) == "web.invalid" and "nobody" in said["error"]["sentence"]


def code_of(said: dict[str, dict[str, str]]) -> str:
    """The code of an error's answer."""
    return said["error"]["code"]


def test_a_copy_of_the_key_needs_the_password_and_is_told_to_the_log(room: OpenedRoom) -> None:
    cora = room["cora"]
    assert refused(cora, "POST", "/api/keep/key", {"password": "not hers"}) == "people.sign-in"
    assert not [one for one in room.room.store.audit.entries() if one.action == "vault.copy-key"]
    copy = cora.ask("POST", "/api/keep/key", {"password": PASSWORD})
    with room.room.study.open_store() as store:
        key_file = key_file_of(store)
    assert copy.content == key_file.read_bytes()
    (entry,) = [one for one in room.room.store.audit.entries() if one.action == "vault.copy-key"]
    assert key_file.read_text("ascii").strip() not in repr(entry)
    assert refused(room["rita"], "POST", "/api/keep/key", {"password": PASSWORD}) == "web.no-right"


def test_a_folder_for_backups_is_chosen_by_looking(room: OpenedRoom, tmp_path: Path) -> None:
    cora = room["cora"]
    for name in ("disk", "disk/inner", "disk/.hidden"):
        (tmp_path / name).mkdir()
    assert cora.post("/api/keep/places", {"folder": ""})["places"]
    found = cora.post("/api/keep/places", {"folder": str(tmp_path / "disk")})
    assert [one["path"] for one in found["places"]] == [str(tmp_path / "disk" / "inner")]
    assert (found["above"], found["can_use"]) == (str(tmp_path), True)
    assert not cora.post("/api/keep/places", {"folder": str(room.room.study.path)})["can_use"]
    assert refused(cora, "POST", "/api/keep/places", {"folder": "disk"}) == "usage.option"


def test_who_comes_over_a_network_gets_neither_folders_nor_the_key(room: OpenedRoom) -> None:
    app: Any = room.client.app
    app._app.state.room = replace(room.room, reach=Reach(room.room.reach.base_url, frozenset()))
    for path, body in (("/api/keep/places", {"folder": ""}), ("/api/keep/key", {"password": PASSWORD})):
        assert refused(room["cora"], "POST", path, body) == "web.no-right"
