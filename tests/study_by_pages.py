"""A whole study by its pages: what somebody without a terminal clicks, pastes, drops and draws, step by step.

Each step waits for what the page says, and takes a picture where ADCURATE_PICTURES names a folder. Only where
a lesion lies is known otherwise than from a page: a phantom's lesion has its centre from the prescription.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from tests.reading_browser import PASSWORD, Slice, Visitor, missing
from tests.reading_case import stroke, wait_for_images

from adcurate.phantom import ExamPrescription, SyntheticExam, simulate_exam, write_exam
from adcurate.study.folder import StudyFolder, find_study
from adcurate.web.room.static import FOLDER

Point = tuple[float, ...]
SLOW_MS, LONG_MS = 60_000, 240_000
BESIDE_EXAMS = {
    "DICOMDIR": bytes(128) + b"DICM",
    "viewer.exe": b"MZ" + bytes(5000),
    "report.pdf": b"%PDF-1.4",
}


def write_disc(prescription: ExamPrescription, folder: Path) -> SyntheticExam:
    """An exam as a PACS writes a CD: the images, and what else lies on it."""
    exam = simulate_exam(prescription)
    write_exam(exam, folder / "DICOM")
    for name, content in BESIDE_EXAMS.items():
        (folder / name).write_bytes(content)
    return exam


def centre_of(exam: SyntheticExam) -> Point:
    """The middle of the exam's first lesion, LPS mm."""
    return tuple(np.mean(exam.lesions[0].points_lps_mm, axis=0))


@contextlib.contextmanager
def welcomed(home: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`adcurate start` for a user who has nothing yet: the link that it shows, and the program."""
    if not (FOLDER / "index.html").is_file():
        missing("the reading room's page is not built")
    (home / "Documents").mkdir(parents=True)
    said = home / "said.json"
    command = [Path(sys.executable).with_name("adcurate"), "start", "--no-browser", "--json", said]
    mine = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "settings")}
    server = subprocess.Popen(command, env={**os.environ, **mine}, stdout=subprocess.DEVNULL)
    try:
        until = time.monotonic() + LONG_MS / 1000
        while not said.is_file() or not said.read_text("utf-8").endswith("}\n"):
            assert time.monotonic() < until and server.poll() is None
            time.sleep(0.1)
        yield json.loads(said.read_text("utf-8"))["link"], server
    finally:
        server.terminate()
        server.wait(60)


@dataclass
class Walk:
    """One study on its way, the person who prepares it, and what was met."""

    browser: Any
    me: Visitor
    home: Path
    name: str
    pictures: Path | None
    welcome: str
    path: Path = Path()
    key: Path = Path()
    readers: dict[str, Visitor] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def begun(cls, browser: Any, link: str, home: Path, name: str) -> Walk:
        """Somebody before the welcome page."""
        me = Visitor.new(browser, link.partition("/welcome")[0])
        me.page.context.set_default_timeout(SLOW_MS)
        me.page.goto(link)
        me.heading("Your studies")
        wanted = os.environ.get("ADCURATE_PICTURES")
        pictures = Path(wanted) / "whole-study" / name.replace(" ", "-") if wanted else None
        if pictures:
            pictures.mkdir(parents=True, exist_ok=True)
        return cls(browser, me, home, name, pictures, link.partition("#")[0])

    def __enter__(self) -> Walk:
        return self

    def __exit__(self, kind: object, *trouble: object) -> None:
        """Where somebody could not go on, every browser is shown as it stands."""
        if kind is None or self.pictures is None:
            return
        for name, one in {"me": self.me, **self.readers}.items():
            one.page.screenshot(path=self.pictures / f"stopped-{name}.png")

    @property
    def trouble(self) -> list[str]:
        """What any of the browsers complained of."""
        return [line for one in (self.me, *self.readers.values()) for line in one.trouble]

    @property
    def study(self) -> StudyFolder:
        """The folder that was made."""
        return find_study(self.path)

    def look(self, step: str, who: Visitor | None = None) -> None:
        """What the page says the first time a step is done, and a picture of it where pictures are wanted."""
        if step in self.texts:
            return
        page = (who or self.me).page
        self.texts[step] = page.locator("main").last.inner_text()
        if self.pictures:
            page.screenshot(path=self.pictures / f"{len(self.texts):02d}-{step}.png")

    def command(self, *words: str) -> Any:
        """What a command of the command line says of the study, as JSON."""
        done = subprocess.run(
            [Path(sys.executable).with_name("adcurate"), *words, "--study", self.path, "--json", "-"],
            capture_output=True,
            check=False,
            env={**os.environ, "HOME": str(self.home), "ADCURATE_VAULT_KEY_FILE": str(self.key)},
        )
        assert done.returncode == 0, done.stderr.decode()
        return json.loads(done.stdout)

    def codes(self, numbers: Sequence[str]) -> dict[str, str]:
        """The study code of each hospital number, as only who has the key can tell."""
        with contextlib.ExitStack() as stack:
            store = stack.enter_context(self.study.open_store("read"))
            code = self.study.open_vault(store).pseudonyms.subject_code
            return {number: code(number) for number in numbers}

    def go(self, page: str, heading: str = "") -> None:
        """Go to a page by the head of the page."""
        link = self.me.page.get_by_role("link", name=page, exact=True)
        if not link.count():
            group = "Reading" if page in ("Design", "Pointers", "Progress") else "Study"
            self.me.page.get_by_role("link", name=group, exact=True).click()
        link.first.click()
        self.me.heading(heading or page)

    def make_study(self, template: str) -> None:
        """A new study from a template, and its first person, who does all but read."""
        page = self.me.page
        self.me.fill("Name", self.name)
        page.get_by_role("button", name="Begin with").click()
        page.get_by_role("option", name=template).click()
        self.look("welcome")
        self.me.press("Make the study")
        page.get_by_role("heading", name=f"{self.name} was made").wait_for()
        self.look("study-made")
        made = page.get_by_role("region", name=f"{self.name} was made")
        self.path, self.key = (Path(one) for one in made.locator(".mono").all_inner_texts())
        page.get_by_role("button", name="Open it").click()
        self.me.heading("You are the administrator")
        self.me.address = page.url.partition("/first-administrator")[0]
        self.me.fill("Your name", "Res Ident")
        self.me.fill("Name to sign in with", "res")
        self.me.choose_password("Open the reading room")
        self.me.heading(self.name)
        self.look("home-empty")

    def ask_less(self, n_resamples: int, n_questions: int) -> None:
        """The protocol's form: intervals that take less time, and the first questions of the plan only."""
        page = self.me.page
        self.go("Protocol")
        page.get_by_role("heading", name="Statistics", exact=True).click()
        self.me.fill("Bootstrap resamples", str(n_resamples))
        taking_out = page.get_by_role("button", name="Take out: ")
        for _ in range(taking_out.count() - n_questions):
            taking_out.last.click()
        region = page.get_by_role("region", name="Unsaved changes")
        self.look("protocol")
        region.get_by_role("button", name="Save").click()
        region.wait_for(state="detached")

    def paste_list(self, text: str, headers: Mapping[str, str], *, asks_days: bool) -> int:
        """A spreadsheet's rows by Ctrl V, unknown headers named, and all of it entered; how many entered."""
        page = self.me.page
        self.go("Subjects")
        page.get_by_role("region", name="Paste a list here").click(position={"x": 8, "y": 8})
        self.look("subjects-empty")
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        page.keyboard.press("Control+v")
        n = len(text.strip().splitlines()) - 1
        page.get_by_role("dialog", name=f"{n} rows").wait_for()
        for header, column in headers.items():
            page.get_by_label(f"Column for {header}").select_option(column)
        if asks_days:
            page.get_by_text("day / month / year").click()
        self.look("list-mapped")
        self.me.press(f"Take {n} rows")
        page.get_by_role("grid").wait_for()
        page.get_by_text("Every change is kept").wait_for()
        self.look("list-taken")
        self.me.press("Enter into the study")
        said = page.get_by_text(re.compile(r"^\d+ rows of \d+ subjects? entered the study"))
        said.wait_for()
        self.look("list-entered")
        return int(said.inner_text().split()[0])

    def bring_images(self, folder: Path | None = None, *, dropped: Sequence[Path] = ()) -> str:
        """A folder by the button, or files and folders dropped; the page's sentence on what came."""
        page = self.me.page
        if not page.get_by_role("heading", name="Images", level=1).count():
            self.go("Images")
        page.get_by_role("heading", name="Drop folders or zip files here").wait_for()
        self.look("images-empty")
        if folder is not None:
            page.get_by_label("Folder of images").set_input_files(str(folder))
        else:
            drop(self.me, dropped)
        page.get_by_role("button", name="Dismiss").wait_for(timeout=LONG_MS)
        said = page.get_by_text(" came: ").inner_text()
        page.get_by_role("button", name="Dismiss").click()
        page.get_by_role("heading", name="What came").wait_for(timeout=LONG_MS)
        page.locator("tbody").get_by_text("not looked at yet").first.wait_for(
            state="detached", timeout=LONG_MS
        )
        self.look("images-came")
        return said

    def look_at_roles(self, exam: str) -> dict[str, str]:
        """What each series of an exam is said to show, and because of what, on the exam's page."""
        page = self.me.page
        page.get_by_role("row").filter(has_text=exam).get_by_role("link").first.click()
        self.me.heading(exam)
        cards = page.locator("main li").filter(has=page.get_by_role("heading", level=2))
        cards.first.wait_for()
        for picture in page.locator("main li img").all():
            picture.evaluate("one => one.decode()")
        roles = {}
        for text in cards.all_inner_texts():
            name, *rest = [line for line in text.splitlines() if line.strip()]
            roles[name] = " ".join(rest)
        self.look("roles")
        return roles

    def say_not_used(self, role: str, why: str) -> None:
        """A person's word on one series of the exam that is shown."""
        page = self.me.page
        card = page.locator("main li").filter(has=page.get_by_role("heading", name=role, exact=True)).first
        card.get_by_role("button", name="Change what series").click()
        page.get_by_role("button", name="It shows").click()
        page.get_by_role("option", name="not used").click()
        self.me.fill("Why", why)
        self.me.press("Keep it")
        page.get_by_text(f"Set by a person: {why}").wait_for()
        self.look("role-set")

    def invite(self, *names: str) -> None:
        """Readers by a link each, every one at a browser of their own."""
        page = self.me.page
        self.go("People")
        for name in names:
            self.me.press("Add a person")
            self.me.fill("Name", name.title())
            self.me.fill("Name to sign in with", name)
            page.locator("label").filter(has_text="Reader").click()
            self.me.press("Add and invite")
            link = page.get_by_test_id("invitation-link").inner_text()
            self.look("invitation")
            self.me.press("Close")
            reader = Visitor.new(self.browser, self.me.address)
            reader.page.context.set_default_timeout(SLOW_MS)
            reader.page.goto(link)
            reader.choose_password("Enter the reading room")
            reader.heading("Your cases")
            self.readers[name] = reader
        self.look("people")

    def point(self, centres: Mapping[str, Point]) -> int:
        """A pointer on every lesion that has an exam; `centres` are by study code."""
        page = self.me.page
        self.go("Pointers")
        lesions = [one for one in self.me.ask("/coordinator/lesions")["lesions"] if one["has_exam"]]
        for lesion in lesions:
            key = lesion["key"]
            page.get_by_role("link", name=key).click()
            page.get_by_role("region", name=f"Pointer of {key}").wait_for()
            case = self.me.ask(f"/coordinator/lesions/{key}/case")
            shown = page.get_by_role("radio", checked=True).evaluate("one => one.value")
            series = next(one for one in case["series"] if one["id"] == shown)
            slices = [Slice.of(series, one["number"]) for one in series["frames"]]
            wanted = min(slices, key=lambda one: one.away(centres[lesion["subject"]]))
            still = page.get_by_role("application")
            still.focus()
            for _ in slices:
                page.keyboard.press("PageUp")
            for _ in range(wanted.frame - 1):
                page.keyboard.press("PageDown")
            still.get_by_text(f"{wanted.frame} / {len(slices)}").wait_for()
            page.mouse.click(*wanted.on_screen(still.bounding_box(), centres[lesion["subject"]]))
            self.look("pointer")
            self.me.press("Place the pointer")
            page.get_by_text(f"Placed: {key}").wait_for(state="attached")
        return len(lesions)

    def begin_reading(self, n_lesions: int) -> None:
        """The readers named, the design saved, the reading begun."""
        page = self.me.page
        self.go("Design")
        for name in self.readers:
            page.get_by_role("button", name="Add: reader").click()
            page.get_by_role("option", name=name.title()).click()
        self.me.press("Save")
        page.get_by_role("heading", name=f"{n_lesions} lesion").wait_for()
        self.look("design")
        self.me.press("Begin the reading")
        page.get_by_role("dialog").get_by_role("button", name="Begin", exact=True).click()
        page.get_by_text("The reading began").wait_for()

    def read(self, name: str, n_cases: int, radius_mm: float, by_mouse: Callable[[int], bool]) -> None:
        """Every case drawn, by mouse or by keys alone, and locked with the reader's password."""
        reader = self.readers[name]
        page = reader.page
        reader.open("/")
        reader.heading("Your cases")
        self.look("worklist", reader)
        page.keyboard.press("Enter")
        item = ""
        for number in range(n_cases):
            last = item
            page.wait_for_url(lambda url, last=last: "/read/" in url and (not last or last not in url))
            item = page.url.rsplit("/", 1)[1].partition("?")[0]
            label = reader.ask(f"/reading/items/{item}")["label"]
            page.get_by_role("heading", name=label, level=1, exact=True).wait_for()
            wait_for_images(reader)
            if by_mouse(number):
                stroke(reader, radius_mm)
            else:
                page.keyboard.press("c")
                page.keyboard.press("Space")
            page.locator("[data-save=saved]").get_by_text("saved").wait_for()
            self.look("drawn-by-mouse" if by_mouse(number) else "drawn-by-keys", reader)
            page.keyboard.press("Enter")
            page.get_by_role("dialog").get_by_label("Your password signs it").wait_for()
            page.keyboard.type(PASSWORD)
            page.keyboard.press("Enter")
            page.get_by_role("button", name=re.compile("Next case|Back to the list")).wait_for()
            self.look("locked", reader)
            page.keyboard.press("Enter")
        reader.heading("Your cases")
        page.get_by_text("Every case of this session is locked").wait_for()
        self.look("all-locked", reader)

    def make_results(self) -> None:
        """The results, once every reading is locked."""
        page = self.me.page
        self.go("Results")
        self.look("results-to-make")
        self.me.press("Make the results")
        page.get_by_role("heading", name="Plots").wait_for(timeout=LONG_MS)
        self.look("results")

    def close(self) -> None:
        """The end of the day: Adcurate closed by its page, so that commands may write to the study."""
        page = self.me.page
        page.goto(self.welcome)
        page.get_by_role("button", name=f"Go on: {self.name}").wait_for()
        page.get_by_role("button", name="Close Adcurate").click()
        self.me.heading("Adcurate is closed")

    def main_numbers(self) -> dict[str, list[str]]:
        """The rows of the table of main numbers."""
        rows = self.me.page.locator("#numbers table").first.locator("tbody tr").all()
        return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}

    def take_file(self, name: str, *, within: Any = None) -> Path:
        """A file by its link, as a browser saves it."""
        scope = within or self.me.page
        with self.me.page.expect_download() as taken:
            scope.get_by_role("link", name=name, exact=True).first.click()
        kept = self.home / "Downloads" / name
        kept.parent.mkdir(exist_ok=True)
        shutil.copy(taken.value.path(), kept)
        return kept


def drop(visitor: Visitor, paths: Sequence[Path]) -> None:
    """Let files and folders fall on the field for images, as out of the file manager."""
    field = visitor.page.get_by_role("heading", name="Drop folders or zip files here")
    box = field.bounding_box()
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    held = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    wire = visitor.page.context.new_cdp_session(visitor.page)
    for kind in ("dragEnter", "dragOver", "drop"):
        wire.send("Input.dispatchDragEvent", {"type": kind, "data": held, **place})
    wire.detach()


@dataclass(frozen=True)
class Box:
    """One box of the flow of participants, and who left after it."""

    label: str
    n: int
    left: Mapping[str, int]


def boxes_on(page: Any) -> list[Box]:
    """The flow as the page of subjects draws it."""
    found = []
    for box in page.get_by_role("list", name="Flow of participants").locator("> li").all():
        n, label = box.locator("> div > span").all_inner_texts()
        left = [one.split(maxsplit=1) for one in box.locator("ul li").all_inner_texts()]
        found.append(Box(label, int(n), {reason: int(many) for many, reason in left}))
    return found


def adds_up(boxes: Sequence[Box]) -> bool:
    """Whether each box is the one before it less those who left."""
    return all(one.n - sum(one.left.values()) == other.n for one, other in itertools.pairwise(boxes))


def equal_numbers(one: Any, other: Any) -> bool:
    """Whether two answers hold the same, to the last bit."""
    if isinstance(one, float) and isinstance(other, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal_numbers(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal_numbers, one, other))
    return bool(one == other)
