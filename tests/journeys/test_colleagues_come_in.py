"""A colleague at another PC: the link says where it works, and lets them in once the door is open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.reading_browser import Visitor, chromium, missing, served

from adcurate.study.create import create_study
from adcurate.web.room.door.opening import own_addresses


def test_a_link_for_this_computer_becomes_one_for_a_colleagues_pc(
    program: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not own_addresses():
        missing("this computer is in no network")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    study = create_study(tmp_path / "study", key_file=tmp_path / "vault.key").folder
    with chromium(program("chromium", "chromium")) as browser, served(study.path) as (address, link):
        carla = Visitor.new(browser, address)
        carla.page.goto(link)
        carla.fill("Your name", "Carla")
        carla.fill("Name to sign in with", "carla")
        carla.choose_password("Open the reading room")
        carla.heading("People")
        carla.page.get_by_text("Links work on this computer only.").wait_for()
        carla.press("Add a person")
        carla.fill("Name", "Mia")
        carla.fill("Name to sign in with", "mia")
        carla.page.get_by_text("Reader", exact=True).click()
        carla.press("Add and invite")
        carla.page.get_by_text("This link works on this computer only.").wait_for()
        shown = carla.page.get_by_test_id("invitation-link")
        assert shown.inner_text().startswith("http://127.0.0.1:")
        assert carla.faults() == []

        carla.page.get_by_role("dialog").get_by_role("button", name="Let colleagues on other PCs in").click()
        carla.page.get_by_role("radiogroup", name="Certificate").wait_for()
        assert carla.faults() == []
        carla.press("Let them in")
        carla.page.get_by_role("heading", name="Colleagues can come in").wait_for()
        fingerprint = carla.page.get_by_test_id("fingerprint").last.inner_text()
        assert len(fingerprint.split(":")) == 32
        carla.press("Go on")
        carla.page.get_by_role("heading", name="A link for Mia").wait_for()
        there = shown.inner_text()
        assert there.startswith(f"https://{own_addresses()[0]}:")
        assert carla.page.get_by_test_id("fingerprint").last.inner_text() == fingerprint
        carla.press("Close")
        carla.page.get_by_text("Colleagues come in at").wait_for()
        assert carla.faults() == []

        context = browser.new_context(ignore_https_errors=True)
        mia = Visitor(context.new_page(), there.partition("/invitation")[0], [])
        mia.page.goto(there)
        mia.choose_password("Enter the reading room")
        mia.heading("Your cases")
        carla.press("This computer only")
        carla.page.get_by_text("Links work on this computer only.").wait_for()
        assert carla.trouble == []
