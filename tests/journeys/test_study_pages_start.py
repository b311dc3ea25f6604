"""From the double-click to a backup by the pages alone: a new study, its first person, keep, and the end."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.reading_browser import PASSWORD, Visitor, chromium
from tests.study_by_pages import welcomed

from adcurate.study.folder import find_study
from adcurate.study.keeping.made_backups import whole_backups

SERVER_STARTS_MS = 60_000


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`adcurate start` of a user whose settings and documents are empty; its link."""
    with welcomed(tmp_path) as opened:
        yield opened


def test_a_study_is_begun_kept_and_closed_by_the_pages_alone(
    browser: Any, started: tuple[str, subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    link, server = started
    visitor = Visitor.new(browser, link.partition("/welcome")[0])
    page = visitor.page
    page.goto(link)
    visitor.heading("Your studies")
    assert "#" not in page.url
    assert visitor.faults() == []
    page.reload()
    visitor.heading("Your studies")
    page.get_by_text("They are made up").wait_for()

    visitor.fill("Name", "ADC/NET")
    visitor.press("Make the study")
    page.get_by_role("alert").get_by_text("usage.option").wait_for()
    visitor.fill("Name", "ADC of NET")
    page.get_by_role("radiogroup", name="Language of the worksheet").get_by_text("Nederlands").click()
    visitor.press("Make the study")
    page.get_by_role("heading", name="ADC of NET was made").wait_for()
    study = find_study(tmp_path / "Documents" / "ADC of NET")
    assert visitor.faults() == []
    page.get_by_role("button", name="Open it").click()

    page.get_by_role("heading", name="You are the administrator").wait_for(timeout=SERVER_STARTS_MS)
    visitor.address = page.url.partition("/first-administrator")[0]
    visitor.fill("Your name", "Res Ident")
    visitor.fill("Name to sign in with", "res")
    assert page.get_by_role("checkbox").is_checked()
    visitor.choose_password("Open the reading room")
    visitor.heading("ADC of NET")
    page.get_by_role("button", name="Enter the subjects").wait_for()
    assert visitor.faults() == []
    entries = page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link").all_inner_texts()
    assert entries == ["Study", "Reading", "Results", "Hand over", "Keep", "People", "Audit"]

    page.get_by_role("link", name="Keep", exact=True).click()
    visitor.heading("Keep")
    disk = tmp_path / "disk"
    disk.mkdir()
    visitor.press("Choose a folder")
    page.get_by_role("heading", name="A folder for backups").wait_for()
    page.get_by_role("dialog").get_by_role("button", name=str(tmp_path), exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="disk", exact=True).click()
    page.get_by_text("No folder lies in it.").wait_for()
    assert visitor.faults() == []
    visitor.press("Use this folder")
    assert page.get_by_label("Folder on the computer that serves the study").input_value() == str(disk)
    visitor.press("Back up now")
    page.get_by_text("Backed up: 0 images").wait_for()
    (backup,) = whole_backups(study)
    assert Path(backup.file).parent == disk
    page.get_by_role("button", name="Try it: the backup").click()
    page.get_by_text("The backup restores").wait_for()
    visitor.press("Check everything")
    page.get_by_text("All is as it was written.").wait_for()
    visitor.press("Save a copy of the key")
    visitor.fill("Your password", PASSWORD)
    with page.expect_download() as downloaded:
        visitor.press("Save it")
    (key_file,) = (tmp_path / "settings").rglob("*.key")
    assert Path(downloaded.value.path()).read_bytes() == key_file.read_bytes()
    page.get_by_text("Move it to its safe place").wait_for()
    page.get_by_role("button", name="vault").focus()
    page.get_by_role("tooltip").get_by_text("Its key is kept elsewhere").wait_for()
    assert visitor.faults() == []
    visitor.fill("Code or hospital number of the subject", "NOBODY")
    visitor.press("Look up")
    page.get_by_role("alert").get_by_text("study.no-subject").wait_for()
    assert visitor.faults() == []

    page.get_by_role("link", name="Hand over", exact=True).click()
    visitor.heading("Hand over")
    page.get_by_text("There are no subjects yet").wait_for()
    assert visitor.faults() == []

    page.goto(link.partition("#")[0])
    page.get_by_role("button", name="Go on: ADC of NET").wait_for()
    visitor.fill("Backup file", backup.file)
    visitor.fill("Name of the restored study", "ADC of NET")
    visitor.press("Restore it")
    page.get_by_role("alert").get_by_text("study.exists").wait_for()
    visitor.fill("Name of the restored study", "ADC of NET again")
    visitor.press("Restore it")
    page.get_by_text("Every byte is what was backed up").wait_for()
    assert visitor.faults() == []
    again = find_study(tmp_path / "Documents" / "ADC of NET again")
    assert again.protocol_file.read_bytes() == study.protocol_file.read_bytes()
    visitor.press("Open the restored study")
    page.get_by_label("Password", exact=True).wait_for(timeout=SERVER_STARTS_MS)
    page.goto(link.partition("#")[0])
    # The protocol's title is the backup's; the folder tells the two apart.
    page.get_by_text(str(again.path)).wait_for()
    assert page.get_by_role("button", name="Go on: ADC of NET").count() == 2
    page.get_by_role("button", name="Close Adcurate").click()
    visitor.heading("Adcurate is closed")
    assert server.wait(60) == 0
    assert visitor.trouble == []
