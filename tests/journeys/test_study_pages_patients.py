"""The page of the subjects: a spreadsheet pasted, put right, entered; and exams joined."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.reading_browser import PASSWORD, Visitor, chromium, served
from tests.screened_study import N_DOUBTED, N_OPEN, N_SCREENED, empty_study, let_exams_arrive, number, pasted

from adcurate.model.reading.person import Role
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.people.invite import accept_invitation, invite
from adcurate.study.people.roles import add_person

PASTE = """(text) => {
  const held = new DataTransfer();
  held.setData("text/plain", text);
  const paste = new ClipboardEvent("paste", {clipboardData: held, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(paste);
}"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """Exams have come; nobody is on the list."""
    folder = tmp_path_factory.mktemp("patients-page")
    study = empty_study(folder)
    let_exams_arrive(study, folder)
    with StudyStore.open(study.store) as store:
        person = add_person(store, "carla", "Carla", [Role("administrator"), Role("coordinator")], by="")
        link = invite(store, person.id, by="")
        assert link
        accept_invitation(store, link.rpartition("/")[2], PASSWORD)
    return study


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


def kept(page) -> None:
    page.get_by_text("Every change is kept").wait_for()


def test_a_spreadsheet_becomes_the_study_and_exams_find_their_visits(browser, study) -> None:
    with served(study.path) as (address, _):
        carla = Visitor.new(browser, address)
        carla.sign_in("carla")
        page = carla.page
        page.get_by_role("link", name="Subjects", exact=True).first.click()
        carla.heading("Subjects")
        page.get_by_role("region", name="Paste a list here").focus()
        page.evaluate(PASTE, pasted())
        page.get_by_label("Column for Patient number of ours").select_option("subject")
        page.get_by_text("day / month / year").click()
        carla.press(f"Take {N_SCREENED} rows")
        grid = page.get_by_role("grid")
        grid.wait_for()
        assert f"All {N_SCREENED} rows can enter the study." in page.locator("main").inner_text()

        # A wrong word is red at once, says why, and is taken back.
        grid.focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.press("ArrowRight")
        page.keyboard.type("maybe")
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="1 cell to correct").wait_for()
        page.keyboard.press("ArrowUp")
        page.get_by_role("status").get_by_text("none of the words").wait_for()
        page.keyboard.press("Control+z")
        page.get_by_role("heading", name="1 cell to correct").wait_for(state="detached")
        # A number that is typed is a code a moment later, and a removed row comes back.
        page.keyboard.press("Home")
        page.keyboard.type("7654321")
        page.keyboard.press("Enter")
        page.get_by_text("7654321").wait_for(state="detached")
        page.keyboard.press("Control+z")
        carla.press("Remove")
        page.get_by_text(f"All {N_SCREENED - 1}", exact=True).wait_for()
        carla.press("Undo")
        page.get_by_text(f"All {N_SCREENED}", exact=True).wait_for()
        kept(page)
        page.reload()
        page.get_by_role("grid").wait_for()
        text = page.content()
        assert not [number(at) for at in range(N_SCREENED) if number(at) in text] and "7654321" not in text
        carla.press("Enter into the study")
        page.get_by_text(f"{N_SCREENED} rows of {N_SCREENED} subjects entered the study.").wait_for()

        page.get_by_text("Exams", exact=True).click()
        flow = page.get_by_role("list", name="Flow of participants")
        flow.wait_for()
        page.get_by_text(f"To decide {N_OPEN + N_DOUBTED}").wait_for()
        assert "Perhaps a wrong patient" in page.locator("main").inner_text()
        proposed = page.get_by_role("article").filter(has_text="proposed: nearest to the histology")
        assert proposed.count() == N_OPEN
        proposed.first.get_by_role("button", name="Confirm").click()
        page.get_by_text(f"To decide {N_OPEN + N_DOUBTED - 1}").wait_for()
        stages = [one["n"] for one in carla.ask("/patients/exams")["flow"]]
        assert stages == [int(n) for n in flow.locator("> li > div > span:first-child").all_inner_texts()]
        assert carla.faults() == []
        page.get_by_text("List", exact=True).click()
        page.get_by_role("grid").wait_for()
        assert carla.faults() == []
        assert carla.trouble == []
    told = subprocess.run(
        [
            str(Path(sys.executable).with_name("adcurate")),
            "study",
            "status",
            "--study",
            str(study.path),
            "--json",
            "-",
        ],
        capture_output=True,
        check=True,
    )
    links = json.loads(told.stdout)["links"]
    assert sum(one["status"] == "ambiguous" for one in links) == N_OPEN + N_DOUBTED - 1
    assert sum(one["status"] == "matched" for one in links) == stages[-1]


def test_ten_thousand_rows_are_scrolled_and_typed_in_without_waiting(browser, tmp_path: Path) -> None:
    study = empty_study(tmp_path)
    head, row = pasted().splitlines()[:2]
    rows = [row.replace(number(0), f"H{at:06d}") for at in range(10_000)]
    with StudyStore.open(study.store) as store:
        person = add_person(store, "carla", "Carla", [Role("administrator"), Role("coordinator")], by="")
        accept_invitation(store, (invite(store, person.id, by="") or "").rpartition("/")[2], PASSWORD)
    with served(study.path) as (address, _):
        carla = Visitor.new(browser, address)
        carla.sign_in("carla")
        page = carla.page
        page.get_by_role("link", name="Subjects", exact=True).first.click()
        page.get_by_role("region", name="Paste a list here").focus()
        page.evaluate(PASTE, "\n".join([head, *rows]))
        page.get_by_label("Column for Patient number of ours").select_option("subject")
        page.get_by_text("day / month / year").click()
        carla.press("Take 10000 rows")
        grid = page.get_by_role("grid")
        grid.wait_for()
        assert page.get_by_role("row").count() < 60
        grid.focus()
        begun = time.monotonic()
        page.keyboard.press("Control+End")
        page.get_by_role("rowheader", name="10000").wait_for()
        page.keyboard.type("x")
        page.keyboard.press("Escape")
        assert time.monotonic() - begun < 2.0
        assert carla.trouble == []


def test_rows_are_typed_found_by_number_filled_again_and_struck_when_somebody_withdraws(
    browser, tmp_path: Path
) -> None:
    study = empty_study(tmp_path)
    with StudyStore.open(study.store) as store:
        person = add_person(store, "carla", "Carla", [Role("administrator"), Role("coordinator")], by="")
        accept_invitation(store, (invite(store, person.id, by="") or "").rpartition("/")[2], PASSWORD)
    with served(study.path) as (address, _):
        carla = Visitor.new(browser, address)
        carla.sign_in("carla")
        page = carla.page
        page.get_by_role("link", name="Subjects", exact=True).first.click()
        page.get_by_role("region", name="Paste a list here").focus()
        page.evaluate(PASTE, "Subject\tReason for exclusion\tAge\n4711\t\t50\n4712\tno DWI\t61\n")
        # What the rows need is said before they are red, and who is included is inferred.
        page.get_by_text("Not in this table, and needed:").wait_for()
        needed = page.get_by_role("dialog").inner_text()
        assert (
            "MRI date" in needed and "or WHO grade" in needed and "No column says who is included" in needed
        )
        carla.press("Take 2 rows")
        grid = page.get_by_role("grid")
        grid.wait_for()
        for label in ("All 2", "Included 1", "Excluded 1"):
            page.get_by_text(label, exact=True).wait_for()
        assert grid.locator("i").all_inner_texts() == ["included", "excluded"]

        # A row that is added is written in at once, at the end; digits stay in it; blank rows do not count.
        carla.press("Add a row")
        page.keyboard.type("4799")
        page.keyboard.press("Enter")
        carla.press("Duplicate")
        page.keyboard.press("Delete")
        carla.press("Add a row")
        page.keyboard.press("4")
        page.keyboard.press("Escape")
        carla.heading("Subjects")
        page.get_by_text("All 3", exact=True).wait_for()
        kept(page)
        assert page.get_by_role("rowheader").all_inner_texts()[-1] == "5"

        # A number finds its code; a wrong one says that names are not known.
        carla.fill("Search", "no such")
        page.get_by_text("No row has “no such”.").wait_for()
        page.get_by_label("Search").press("Enter")
        page.get_by_text("Names are not known here").wait_for()
        assert carla.faults() == []
        carla.fill("Search", "4712")
        carla.press("Look it up as a hospital number")
        page.get_by_text("excluded", exact=True).wait_for()
        code = page.get_by_label("Search").input_value()
        assert code.startswith("S-") and page.get_by_role("gridcell").first.inner_text() == code
        carla.fill("Search", "")

        # Pasted again, the blanks are filled, and what differs is shown and stays.
        grid.focus()
        page.evaluate(PASTE, "Subject\tAge\tSex\n4712\t60\tfemale\n4711\t50\tmale\n")
        carla.press("Take 2 rows")
        page.get_by_text("2 blank cells filled, 0 new rows added.").wait_for()
        page.get_by_role("button", name="row 2, age").click()
        assert page.locator("[data-here]").inner_text() == "61"
        carla.press("Undo")
        page.get_by_role("gridcell", name="female").wait_for(state="detached")
        carla.press("Redo")
        kept(page)
        assert carla.faults() == []
        carla.press("Enter into the study")
        page.get_by_text("1 row of 1 subject entered the study.").wait_for()

        page.get_by_role("link", name="Keep", exact=True).click()
        carla.fill("Code or hospital number of the subject", "4712")
        carla.press("Look up")
        page.get_by_role("heading", name=code).wait_for()
        assert "4712" not in page.content()
        carla.press("Withdraw the subject")
        carla.fill("Why", "asked to")
        carla.fill("Its code once more", code)
        carla.press("Withdraw it")
        page.get_by_text("is no longer used").wait_for()
        page.get_by_role("link", name="Study", exact=True).first.click()
        page.get_by_role("link", name="Subjects", exact=True).first.click()
        page.get_by_text("Withdrawn 1", exact=True).click()
        page.locator("[data-struck]").get_by_text(code).click()
        page.get_by_text("Withdrawn: used no more.").wait_for()
        assert carla.trouble == []
