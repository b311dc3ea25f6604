"""How fast does every page stand in a browser: empty, the usual study, ten thousand subjects?

Each page is opened in a browser that has not been here, before a server that has. Prints, for each page and
state, when something was painted first, when the page's heading stood, how many nodes the page has, and how
many serious faults axe finds; ends with a non-zero exit code where a page paints later than a second, has
more nodes than 5,000 or a serious fault. With --pictures, keeps each page as PNG in two sizes of window.
Needs playwright and Chromium, and axe-core in viewer/node_modules.

Run: python benchmarks/pages.py [--states empty usual large] [--pictures FOLDER] [--json FILE]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.explored_study import explored_study, read_to_the_end
from tests.large_study import large_study, read_nearly_to_the_end
from tests.pages_of_the_room import COORDINATOR, LISTED, READER, STATISTICIAN, RoomPage, addresses
from tests.pages_of_the_room import PAGES as KNOWN
from tests.reading_browser import Visitor, chromium
from tests.room_house import House, opened_house

from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.serving.results import make_results

TARGET_MS, MOST_NODES = 1_000, 5_000
SIZES = ((1366, 768), (1600, 900))
FIRST = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN"
STANDS = """new Promise((done) => {
  const look = () => document.querySelector("h1") ? done(performance.now()) : requestAnimationFrame(look);
  look();
})"""
SECOND = "ben"


@dataclass(frozen=True)
class Opened:
    """One page in one state."""

    state: str
    path: str
    painted_ms: float
    heading_ms: float
    n_nodes: int
    n_faults: int

    @property
    def misses(self) -> bool:
        """Whether it misses what is asked of a page."""
        return not self.painted_ms <= TARGET_MS or self.n_nodes >= MOST_NODES or self.n_faults > 0

    def line(self) -> str:
        """Its line in the table."""
        times = f"{self.painted_ms:9.0f} ms {self.heading_ms:7.0f} ms"
        missed = "  missed" if self.misses else ""
        return f"{self.path:14} {self.state:6} {times} {self.n_nodes:6} {self.n_faults:4}{missed}"


def empty(folder: Path) -> StudyFolder:
    """A study in which nothing is."""
    return create_study(folder / "study", key_file=folder / "vault.key").folder


def nothing(house: House, readers: dict[str, Any]) -> None:
    """Nobody reads."""


def read_with_results(house: House, readers: dict[str, Any]) -> None:
    """Everything is read, and results are made."""
    read_to_the_end(house.room.reading, readers)
    somebody: Any = house.store.people.named(STATISTICIAN)
    make_results(house.room.reading, somebody, lambda *step: None)


def read_nearly(house: House, readers: dict[str, Any]) -> None:
    """All but the last cases are read."""
    read_nearly_to_the_end(house.room.reading, readers)


STATES: dict[str, tuple[Callable[[Path], StudyFolder], Callable[[House, dict[str, Any]], None]]] = {
    "empty": (empty, nothing),
    "usual": (explored_study, read_with_results),
    "large": (large_study, read_nearly),
}


@contextlib.contextmanager
def served(state: str, folder: Path) -> Iterator[House]:
    """The study of a state, with its people, read as far as it is."""
    make, read = STATES[state]
    with opened_house(make(folder)) as house:
        house.know(COORDINATOR, "administrator", "coordinator", "auditor")
        house.know(STATISTICIAN, "statistician")
        for name in (READER, SECOND):
            house.know(name, "reader")
        read(house, {name: house.store.people.named(name) for name in (READER, SECOND)})
        yield house


def open_page(house: House, browser: Any, state: str, path: str, page: RoomPage) -> Opened:
    """Open one page in a browser without a cache."""
    visitor = entered(house, browser, page, SIZES[0])
    try:
        visitor.page.goto(house.address + path, wait_until="commit")
        heading = visitor.page.evaluate(STANDS)
        settle(visitor)
        nodes = visitor.page.evaluate("document.getElementsByTagName('*').length")
        painted = visitor.page.evaluate(FIRST)
        return Opened(state, path, painted, heading, nodes, len(visitor.faults()))
    finally:
        visitor.page.context.close()


def keep_pictures(house: House, browser: Any, state: str, path: str, page: RoomPage, folder: Path) -> None:
    """The page as PNG, in every size of window."""
    for size in SIZES:
        visitor = entered(house, browser, page, size)
        visitor.page.goto(house.address + path)
        settle(visitor)
        name = path.strip("/").replace("/", "-") or "cases"
        visitor.page.screenshot(path=folder / f"{name}-{state}-{size[0]}.png")
        visitor.page.context.close()


def entered(house: House, browser: Any, page: RoomPage, size: tuple[int, int]) -> Visitor:
    """Somebody in a browser that has not been here."""
    visitor = house.enter(browser, page.who, size)
    visitor.page.set_default_timeout(120_000)
    return visitor


def settle(visitor: Visitor) -> None:
    """Wait until the page has what it asked for."""
    visitor.page.get_by_role("heading", level=1).wait_for()
    visitor.page.wait_for_load_state("networkidle")
    visitor.page.get_by_text("Loading …").wait_for(state="detached")


def main() -> int:
    """Serve each state, open each page, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--states", nargs="+", choices=list(STATES), default=list(STATES))
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    unknown = addresses() ^ set(KNOWN)
    if unknown:
        raise SystemExit(f"tests/pages_of_the_room.py and the page do not agree about {', '.join(unknown)}")
    if options.pictures:
        options.pictures.mkdir(parents=True, exist_ok=True)
    found: list[Opened] = []
    print(f"{'page':14} {'state':6} {'first paint':>12} {'heading':>10} {'nodes':>6} {'axe':>4}")
    with chromium(options.chromium) as browser:
        for state in options.states:
            with tempfile.TemporaryDirectory() as folder, served(state, Path(folder)) as house:
                open_page(house, browser, state, "/account", LISTED["/account"])  # the server is warm
                for path, page in LISTED.items():
                    one = open_page(house, browser, state, path, page)
                    found.append(one)
                    print(one.line(), flush=True)
                    if options.pictures:
                        keep_pictures(house, browser, state, path, page, options.pictures)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in found], indent=1), encoding="utf-8")
    return int(any(one.misses for one in found))


if __name__ == "__main__":
    sys.exit(main())
