"""A real browser before a real `adcurate serve`, driven as a person would: by what stands on the page."""

from __future__ import annotations

import contextlib
import math
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adcurate.web.room.static import FOLDER

PASSWORD = "a sentence only they know"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--hide-scrollbars",
)
AXE = Path(__file__).parent.parent / "viewer" / "node_modules" / "axe-core" / "axe.min.js"
HANDS = """
window.hands = {clicks: 0, keys: 0};
addEventListener("pointerdown", () => window.hands.clicks++, true);
addEventListener("keydown", () => window.hands.keys++, true);
"""


def missing(reason: str) -> None:
    """Skip, or fail where everything must be there."""
    if os.environ.get("ADCURATE_REQUIRE_ALL"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def served(study: Path, *options: str) -> Iterator[tuple[str, str]]:
    """The address of the study's room, and the link that makes its administrator ("" when there is one)."""
    if not (FOLDER / "index.html").is_file():
        missing("the reading room's page is not built")
    command = [
        str(Path(sys.executable).with_name("adcurate")),
        "serve",
        str(study),
        "--no-browser",
        "--port",
        "0",
        *options,
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert server.stdout is not None
        said = ""
        for line in server.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        address = re.search(r"http://\S+", said)
        link = re.search(r"http://\S+/first-administrator#\S+", said)
        assert address is not None, said
        yield address.group(0).rstrip("/"), link.group(0) if link else ""
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextlib.contextmanager
def chromium(path: str) -> Iterator[Any]:
    """A browser; each `new_context` of it is another person's."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One person at one browser."""

    page: Any
    address: str
    trouble: list[str]

    @classmethod
    def new(cls, browser: Any, address: str, size: tuple[int, int] = (1366, 768)) -> Visitor:
        """A person who has not been here. What the browser complains of is kept in `trouble`."""
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        context.add_init_script(HANDS)
        context.set_default_timeout(20_000)
        page = context.new_page()
        trouble: list[str] = []
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.append(said.text) if _is_trouble(said) else None)
        return cls(page, address, trouble)

    def open(self, path: str) -> None:
        """Go to a place by its address."""
        self.page.goto(self.address + path)

    def press(self, name: str) -> None:
        """Press a button by its name."""
        self.page.get_by_role("button", name=name).first.click()

    def fill(self, label: str, text: str) -> None:
        """Fill in a field by its label."""
        self.page.get_by_label(label, exact=True).fill(text)

    def heading(self, name: str) -> None:
        """Wait for a page by its title."""
        self.page.get_by_role("heading", name=name, level=1).wait_for()

    def choose_password(self, button: str) -> None:
        """Type a new password twice."""
        self.fill("Password", PASSWORD)
        self.fill("The same again", PASSWORD)
        self.press(button)

    def sign_in(self, name: str) -> None:
        """Sign in at the door."""
        self.open("/")
        self.fill("Name", name)
        self.fill("Password", PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def ask(self, path: str) -> Any:
        """What the server answers to this person."""
        # A connection that was kept too long is taken up anew.
        answer = self.page.request.get(f"{self.address}/api{path}", max_retries=3)
        assert answer.ok, answer.text()
        return answer.json()

    def hands(self) -> tuple[int, int]:
        """Clicks and keys since the page was loaded."""
        found = self.page.evaluate("[window.hands.clicks, window.hands.keys]")
        return int(found[0]), int(found[1])

    def faults(self) -> list[str]:
        """What axe finds serious or worse, but for the canvas."""
        if not AXE.is_file():
            missing("axe-core is not installed (npm ci in viewer/)")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "axe.run({exclude: ['canvas']}, {resultTypes: ['violations']}).then(run => run.violations"
            ".filter(one => ['serious', 'critical'].includes(one.impact))"
            ".map(one => one.id + ': ' + one.nodes.slice(0, 3).map(node => node.html).join(' ')))"
        )
        return [str(one) for one in found]


def _is_trouble(said: Any) -> bool:
    """Whether the console's line is more than an answer's status, which the page shows itself."""
    return said.type == "error" and "Failed to load resource" not in said.text


@dataclass(frozen=True)
class Slice:
    """Where a frame lies, from the case as the API tells it: LPS mm to mm in the image and back."""

    series: str
    frame: int
    origin: tuple[float, ...]
    across: tuple[float, ...]
    down: tuple[float, ...]
    size_mm: tuple[float, float]
    spacing: tuple[float, float]

    @classmethod
    def of(cls, series: dict[str, Any], frame: int) -> Slice:
        """One frame of one series of a case."""
        across, down = series["orientation_lps"][:3], series["orientation_lps"][3:]
        height, width = series["pixel_spacing_mm"]
        place = next(one for one in series["frames"] if one["number"] == frame)
        size = (series["columns"] * width, series["rows"] * height)
        origin = tuple(place["position_lps_mm"])
        return cls(series["id"], frame, origin, tuple(across), tuple(down), size, (width, height))

    def to_image(self, point: tuple[float, ...]) -> tuple[float, float]:
        """Mm from the centre of the first voxel, along the row and down the column."""
        away = [one - other for one, other in zip(point, self.origin, strict=True)]
        return _dot(away, self.across), _dot(away, self.down)

    def away(self, point: tuple[float, ...]) -> float:
        """How far a point lies from the plane, mm."""
        (a, b, c), (d, e, f) = self.across, self.down
        normal = (b * f - c * e, c * d - a * f, a * e - b * d)
        return abs(_dot([one - other for one, other in zip(point, self.origin, strict=True)], normal))

    def on_screen(self, box: dict[str, float], point: tuple[float, ...]) -> tuple[float, float]:
        """Where a point stands in a box that shows the whole image, as large as it goes."""
        scale = min(box["width"] / self.size_mm[0], box["height"] / self.size_mm[1])
        u, v = self.to_image(point)
        middle = (
            (self.size_mm[0] - self.spacing[0]) / 2,
            (self.size_mm[1] - self.spacing[1]) / 2,
        )
        x = box["x"] + box["width"] / 2 + (u - middle[0]) * scale
        return x, box["y"] + box["height"] / 2 + (v - middle[1]) * scale


def _dot(a: Any, b: Any) -> float:
    return math.fsum(one * other for one, other in zip(a, b, strict=True))
