"""Every page of the room: its address, who opens it, and what it is called; told from the page's own source.

`addresses` reads the page's own list of places and patterns, so that a page which `PAGES` does not know fails
a test.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SCREENS = Path(__file__).parent.parent / "viewer" / "src" / "screens"
_PLACE = re.compile(r'\bto: "(/[^"]*)", .*roles:')
_PATTERN = re.compile(r'\bmatch\("(/[^"]*)", path\)')
_ALONE = re.compile(r'\bpath(?:name)? === "(/[^"]*)"')
_CASE = re.compile(r'\bcase "(/[^"]*)":')

COORDINATOR, READER, STATISTICIAN, NOBODY = "carla", "anna", "stan", ""


@dataclass(frozen=True)
class RoomPage:
    """One page: who opens it, and its first heading where nothing is wrong ("" where that is a name)."""

    who: str
    heading: str = ""
    asks: bool = True
    """Whether it asks the server for more than who is here."""


PAGES: Final = {
    "/home": RoomPage(COORDINATOR),
    "/protocol": RoomPage(COORDINATOR, "Protocol"),
    "/patients": RoomPage(COORDINATOR, "Subjects"),
    "/images": RoomPage(COORDINATOR, "Images"),
    "/images/{exam}": RoomPage(COORDINATOR),
    "/": RoomPage(READER, "Your cases"),
    "/read/{item}": RoomPage(READER),
    "/design": RoomPage(COORDINATOR, "Design"),
    "/pointers": RoomPage(COORDINATOR, "Pointers"),
    "/pointers/{key}": RoomPage(COORDINATOR, "Pointers"),
    "/progress": RoomPage(COORDINATOR, "Progress"),
    "/adjudication": RoomPage(READER, "Adjudication"),
    "/adjudication/{id}": RoomPage(READER),
    "/blinding": RoomPage(COORDINATOR, "Blinding"),
    "/results": RoomPage(STATISTICIAN, "Results"),
    "/results/lesion/{subject}/{lesion}": RoomPage(STATISTICIAN),
    "/hand-over": RoomPage(COORDINATOR, "Hand over"),
    "/keep": RoomPage(COORDINATOR, "Keep"),
    "/people": RoomPage(COORDINATOR, "People"),
    "/audit": RoomPage(COORDINATOR, "Audit log"),
    "/account": RoomPage(COORDINATOR, "Carla", asks=False),
    "/invitation/{token}": RoomPage(NOBODY),
    "/first-administrator": RoomPage(NOBODY),
    "/welcome": RoomPage(NOBODY),
}
LISTED: Final = {path: page for path, page in PAGES.items() if page.who and "{" not in path}
"""Pages with an address of their own, for somebody who is signed in."""


def addresses() -> set[str]:
    """Every address and pattern that the page's source knows."""
    app = (SCREENS / "App.tsx").read_text(encoding="utf-8")
    shell = (SCREENS / "shell" / "Shell.tsx").read_text(encoding="utf-8")
    start = (SCREENS.parent / "main.tsx").read_text(encoding="utf-8")
    found = set(_PLACE.findall(shell))
    for source in (app, start):
        for pattern in (_PATTERN, _ALONE, _CASE):
            found |= set(pattern.findall(source))
    return found
