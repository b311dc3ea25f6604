"""How fast is the reading page in a browser? First image, next case, scrolling, a stroke's numbers.

The study of `reading_room.py` (four series, 40 slices of 256 x 256 and more), a real `adcurate serve`,
headless Chromium drawing in software, a window of 1600 x 900. Prints medians; ends with a non-zero exit
code when a target is missed. Needs playwright and Chromium.

Run: python benchmarks/reading_page.py [--exams 4] [--chromium /usr/bin/chromium] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from adcurate.model.reading.design import ReadDesign
from adcurate.model.reading.person import Role
from adcurate.study.folder import StudyFolder
from adcurate.study.people.invite import accept_invitation, invite
from adcurate.study.people.roles import add_person
from adcurate.study.reading.design import start_reading
from adcurate.study.reading.pointers import lesions_to_point, place_pointer
from adcurate.study.reading.room import open_reading_room
from reading_room import make_study

PASSWORD = "a sentence only they know"
TARGETS_S = {
    "first images after the key, warm": 1.0,
    "next case": 0.3,
    "a frame while scrolling": 0.050,
    "numbers after a stroke": 0.150,
}
READY = "[data-pane][data-ready=true]"
SCROLL = """async () => {
  const pane = document.querySelectorAll("[data-pane]")[1];
  const sheet = [...pane.querySelectorAll("canvas")].at(-1);
  const box = sheet.getBoundingClientRect();
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 80; i += 1) {
    const deltaY = Math.floor(i / 15) % 2 ? -40 : 40;
    const place = { clientX: box.left + 50, clientY: box.top + 50 };
    sheet.dispatchEvent(new WheelEvent("wheel", { deltaY, ...place, bubbles: true, cancelable: true }));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
    times.push(performance.now() - last);
    last = performance.now();
  }
  return times;
}"""


def begin(study: StudyFolder) -> None:
    """An administrator and a reader, a pointer in every exam, the reading begun."""
    with study.open_store() as store:
        room = open_reading_room(study, store)
        for name, role in (("carla", "administrator"), ("anna", "reader")):
            person = add_person(store, name, name.title(), [Role(role)], by="")  # type: ignore[arg-type]
            accept_invitation(store, str(invite(store, person.id, by="")).rpartition("/")[2], PASSWORD)
        for lesion in lesions_to_point(room):
            exam = room.images.exam(lesion.study_instance_uid)
            frame = next(one for one in exam.series if one.is_record).frames[20]
            x, y, z = (float(one) for one in frame.plane.to_lps([(128.0, 128.0)])[0])
            origin = frame.origin
            place_pointer(
                room, person, lesion.key, origin.sop_instance_uid, origin.frame_number, (x, y, z), "liver"
            )
        start_reading(room, person, ReadDesign(readers=("anna",)))
        room.images.close()


def read(page: Any, n_cases: int) -> dict[str, float]:
    """Every case but the last: open, scroll, draw, lock, next."""
    times: dict[str, list[float]] = {name: [] for name in TARGETS_S}
    page.get_by_role("heading", name="Your cases", level=1).wait_for()
    page.keyboard.press("Enter")
    wait_for_images(page)
    page.wait_for_timeout(4_000)
    page.go_back()
    page.get_by_role("heading", name="Your cases", level=1).wait_for()
    start = time.perf_counter()
    page.keyboard.press("Enter")
    wait_for_images(page)
    times["first images after the key, warm"].append(time.perf_counter() - start)
    for _ in range(n_cases - 1):
        page.wait_for_timeout(6_000)
        times["a frame while scrolling"] += [one / 1e3 for one in page.evaluate(SCROLL)]
        page.keyboard.press("g")
        page.keyboard.press("c")
        for _ in range(5):
            page.wait_for_timeout(300)
            page.keyboard.press("Control+ArrowRight")
            before = page.locator("[data-number=mean]").count()
            if before:
                page.keyboard.press("Delete")
                page.locator("[data-number=mean]").wait_for(state="detached")
            start = time.perf_counter()
            page.keyboard.press("Space")
            page.locator("[data-number=mean]").wait_for()
            times["numbers after a stroke"].append(time.perf_counter() - start)
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for()
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        page.get_by_role("button", name="Next case").wait_for()
        page.wait_for_timeout(1_500)
        label = page.get_by_role("heading", level=1).inner_text()
        start = time.perf_counter()
        page.keyboard.press("Enter")
        page.get_by_role("heading", level=1).filter(has_not_text=label).wait_for()
        wait_for_images(page)
        times["next case"].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in times.items()}


def wait_for_images(page: Any) -> None:
    """All four images are on the screen."""
    page.locator(READY).nth(3).wait_for()


def main() -> int:
    """Make the study, serve it, read it, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--exams", type=int, default=4)
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder:
        study = make_study(Path(folder), options.exams)
        begin(study)
        program = Path(sys.executable).with_name("adcurate")
        server = subprocess.Popen(
            [str(program), "serve", str(study.path), "--no-browser", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            line = next(line for line in server.stdout if "http://" in line)
            address = re.search(r"http://\S+", line)[0]  # type: ignore[index]
            with sync_playwright() as playwright:
                flags = ["--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
                browser = playwright.chromium.launch(executable_path=options.chromium, args=flags)
                page = browser.new_page(viewport={"width": 1600, "height": 900})
                page.goto(address)
                page.get_by_label("Name", exact=True).fill("anna")
                page.get_by_label("Password", exact=True).fill(PASSWORD)
                page.get_by_role("button", name="Sign in", exact=True).click()
                found = read(page, options.exams)
                browser.close()
        finally:
            server.terminate()
            server.wait(20)
    for name, limit in TARGETS_S.items():
        print(f"{name:35} {1e3 * found[name]:8.0f} ms   (target {1e3 * limit:.0f})")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1), encoding="utf-8")
    return int(any(found[name] > limit for name, limit in TARGETS_S.items()))


if __name__ == "__main__":
    raise SystemExit(main())
