"""The page before any study: one link lets one browser in, and what is opened there ends with it."""

from __future__ import annotations

import http.client
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adcurate.cli.shortcut import write_shortcut
from adcurate.study import recent, welcome
from adcurate.study.create import TEMPLATES
from adcurate.web.welcome.serve import OpenWelcome, served_welcome


@dataclass
class Tab:
    """A browser's tab, or whoever else knows the address."""

    opened: OpenWelcome
    key: str = ""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        address = self.opened.url.split("/")[2]
        connection = http.client.HTTPConnection(address, timeout=90)
        sent = {"X-Adcurate-Key": self.key, **headers}
        if body is not None:
            sent["Content-Type"] = "application/json"
        connection.request(
            method, f"/api/welcome{path}", None if body is None else json.dumps(body).encode(), sent
        )
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, json.loads(content) if content else None

    def enter(self) -> int:
        status, said = self.ask("POST", "/enter", {"secret": self.opened.link.partition("#")[2]})
        self.key = said.get("key", "")
        return status


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's documents and settings, empty."""
    monkeypatch.setattr(welcome, "user_documents_path", lambda: tmp_path / "Documents")
    monkeypatch.setattr(recent, "user_config_path", lambda _: tmp_path / "settings")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return tmp_path


@pytest.fixture
def opened(home: Path) -> Iterator[OpenWelcome]:
    with served_welcome() as opened:
        yield opened


def new(name: str, **more: str) -> dict[str, str]:
    return {"name": name, "template": "net-grade", "language": "nl", **more}


def test_the_link_lets_one_tab_in_and_nobody_after_it(opened: OpenWelcome) -> None:
    tab, other = Tab(opened), Tab(opened)
    assert tab.ask("GET", "")[0] == 401
    assert tab.enter() == 200
    assert tab.ask("GET", "")[0] == 200
    assert other.enter() == 401
    assert other.ask("POST", "/end", {})[0] == 401
    assert not opened.welcome.ended.is_set()


def test_a_page_of_another_origin_or_name_is_refused(opened: OpenWelcome) -> None:
    tab = Tab(opened)
    tab.enter()
    assert tab.ask("GET", "", Host="evil.example")[0] == 403
    assert tab.ask("POST", "/end", {}, Origin="http://evil.example")[0] == 403
    assert tab.ask("GET", "", **{"Sec-Fetch-Site": "cross-site"})[0] == 403


def test_a_new_study_opens_with_the_link_of_its_first_person_and_ends_with_the_page(home: Path) -> None:
    with served_welcome() as opened:
        tab = Tab(opened)
        tab.enter()
        _, there = tab.ask("GET", "")
        assert [one["id"] for one in there["templates"]] == list(TEMPLATES) and there["recent"] == []
        status, made = tab.ask("POST", "/studies", new("NET  Ghent", folder=there["folder"]))
        assert (status, made["path"]) == (201, str(home / "Documents" / "NET Ghent"))
        assert Path(made["key_file"]).is_file() and str(home / "Documents") not in made["key_file"]
        status, went = tab.ask("POST", "/open", {"path": made["path"]})
        assert status == 200 and "/first-administrator?alone#" in went["url"]
        assert tab.ask("POST", "/open", {"path": made["path"]})[1] == went
        room = http.client.HTTPConnection(went["url"].split("/")[2], timeout=20)
        room.request("GET", "/api/session")
        assert json.loads(room.getresponse().read())["study"]["title"] == "NET Ghent"
        (listed,) = tab.ask("GET", "")[1]["recent"]
        assert (listed["title"], listed["is_there"], listed["is_open"]) == ("NET Ghent", True, True)
    with pytest.raises(OSError):
        room.close()
        room.request("GET", "/api/session")


@pytest.mark.parametrize("name", ["", "../up", "a/b", "C:x", ".hidden", "x" * 81, "tab\x07"])
def test_a_name_that_is_no_name_of_a_folder_makes_nothing(opened: OpenWelcome, home: Path, name: str) -> None:
    tab = Tab(opened)
    tab.enter()
    status, said = tab.ask("POST", "/studies", new(name, folder=str(home)))
    assert (status, said["error"]["code"]) == (422, "usage.option")
    assert not any(home.rglob("study.toml"))


def test_a_folder_that_is_no_study_is_refused_in_words(opened: OpenWelcome, home: Path) -> None:
    tab = Tab(opened)
    tab.enter()
    for path in ("", "study", str(home)):
        status, said = tab.ask("POST", "/open", {"path": path})
        assert (status, said["error"]["code"]) == (422, "study.not-a-study"), said


def test_the_list_of_studies_keeps_the_last_and_survives_damage(home: Path) -> None:
    file = home / "settings" / "recent-studies.json"
    for at in range(recent.KEPT + 3):
        recent.remember_study(recent.StudyFolder(home / f"study-{at}"))
    found = recent.recent_studies()
    assert [Path(one.path).name for one in found] == [f"study-{at}" for at in range(14, 2, -1)]
    assert not any(one.is_there for one in found)
    file.write_text("{", encoding="utf-8")
    assert recent.recent_studies() == ()


@pytest.mark.parametrize(
    ("system", "name", "begins"),
    [
        ("linux", "Adcurate.desktop", "[Desktop Entry]\n"),
        ("darwin", "Adcurate.command", "#!/bin/sh\n"),
        ("win32", "Adcurate.bat", "@echo off\r\n"),
    ],
)
def test_the_icon_starts_this_very_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, system: str, name: str, begins: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    places = write_shortcut(system, tmp_path)
    content = places[-1].read_bytes().decode()
    assert places[-1] == tmp_path / name and content.startswith(begins)
    assert sys.executable in content and "start" in content
