"""The reading page alone, in a real browser: drawing by keys and by mouse, and never losing a stroke."""

from __future__ import annotations

import io
import math
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.reading_browser import PASSWORD, Visitor, chromium, served
from tests.reading_case import area_mm2, at_a_case, case_of, lesions, saved, stroke, wait_for_images
from tests.reading_room import begin, opened_room, reading_study

from adcurate.model.reading.person import Role
from adcurate.study.people.invite import accept_invitation, invite
from adcurate.study.people.roles import add_person

N_CASES = 4


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cases with a pointer each, and one reader for every test, who may see numbers while drawing."""
    folder = tmp_path_factory.mktemp("reading-page")
    study = reading_study(folder, N_CASES, reading='show_numbers = "live"\n')
    with opened_room(study) as room:
        readers = ["anna", "ben", "cleo", "dina", "emil"]
        for name in ("carla", *readers):
            role = Role("administrator" if name == "carla" else "reader")
            person = add_person(room.store, name, name.title(), [role], by="")
            link = invite(room.store, person.id, by="")
            assert link
            accept_invitation(room.store, link.rpartition("/")[2], PASSWORD)
        begin(room, readers)
    shutil.copytree(study.path, spare_of(study.path))
    return study.path


def spare_of(study: Path) -> Path:
    """The same study again, for a server of its own."""
    return study.with_name("spare")


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


@pytest.fixture(scope="module")
def address(study: Path) -> Iterator[str]:
    with served(study) as (address, _):
        yield address


def test_a_lesion_is_read_without_a_mouse(browser, address):
    reader = at_a_case(browser, address, "anna")
    keys = reader.page.keyboard
    label = case_of(reader)["label"]
    keys.press("c")
    keys.press("Space")
    saved(reader)
    (circle,) = lesions(reader)
    assert circle["tool"] == "circle"
    assert (
        math.dist(np.mean(circle["points_lps_mm"], axis=0), case_of(reader)["pointer"]["point_lps_mm"]) < 1e-6
    )
    assert area_mm2(circle) == pytest.approx(100, rel=1e-9)
    keys.press("s")
    for far in (("Left",), ("Up", "Right"), ("Right", "Down"), ("Down", "Left")):
        for way in far:
            keys.press(f"Control+Shift+Arrow{way}")
        keys.press("Space")
    keys.press("Enter")
    reader.page.get_by_text("is one undo away").wait_for()
    saved(reader)
    assert [one["tool"] for one in lesions(reader)] == ["spline"]
    keys.press("Control+z")
    reader.page.wait_for_timeout(300)
    saved(reader)
    assert [one["tool"] for one in lesions(reader)] == ["circle"]
    keys.press("Enter")
    reader.page.get_by_role("dialog").wait_for()
    keys.type(PASSWORD)
    keys.press("Enter")
    reader.page.get_by_role("button", name=re.compile("Next case|Back to the list")).wait_for()
    keys.press("Enter")
    reader.page.get_by_role("heading", level=1).filter(has_not_text=label).wait_for()
    assert reader.trouble == []


def test_a_line_that_crosses_itself_is_kept_said_and_repaired_and_undo_brings_it_back(browser, address):
    reader = at_a_case(browser, address, "ben")
    reader.press("Freehand")
    stroke(reader, 12, crossed=True)
    reader.page.get_by_role("alert").get_by_text("crosses").wait_for()
    saved(reader)
    (drawn,) = lesions(reader)
    reader.page.keyboard.press("Enter")
    reader.page.get_by_role("dialog").get_by_text("cannot be locked yet").wait_for()
    reader.page.keyboard.press("Escape")
    reader.page.get_by_role("dialog").wait_for(state="detached")
    reader.page.keyboard.press("Shift+R")
    reader.page.get_by_role("alert").wait_for(state="detached")
    reader.page.locator("[data-number=mean]").wait_for()
    reader.page.keyboard.press("u")
    reader.page.get_by_role("alert").get_by_text("crosses").wait_for()
    saved(reader)
    assert lesions(reader) == [drawn]


def test_strokes_without_a_network_outlive_a_reload(browser, address):
    reader = at_a_case(browser, address, "cleo")
    place = reader.page.url
    reader.page.context.set_offline(True)
    stroke(reader, 11)
    stroke(reader, 7)
    reader.page.get_by_text("offline, 2 edits kept").wait_for()
    assert lesions_after_the_page_died(reader, place) == pytest.approx(49 * math.pi, rel=0.03)
    assert case_of(reader)["revision"] == 2


def lesions_after_the_page_died(reader: Visitor, place: str) -> float:
    reader.page.close()
    context = reader.page.context
    context.set_offline(False)
    reader.page = context.new_page()
    reader.page.goto(place)
    wait_for_images(reader)
    saved(reader)
    (lesion,) = lesions(reader)
    return area_mm2(lesion)


def test_of_two_windows_neither_overwrites_the_other(browser, address):
    here = at_a_case(browser, address, "dina")
    there = Visitor(here.page.context.new_page(), address, [])
    there.page.goto(here.page.url)
    wait_for_images(there)
    stroke(there, 12)
    saved(there)
    here.page.bring_to_front()
    stroke(here, 6)
    choice = here.page.get_by_role("alertdialog", name="Saved elsewhere")
    choice.wait_for()
    assert area_mm2(lesions(here)[0]) == pytest.approx(144 * math.pi, rel=0.03)
    choice.get_by_role("button", name="Go on with what is here").click()
    choice.wait_for(state="detached")
    saved(here)
    assert area_mm2(lesions(here)[0]) == pytest.approx(36 * math.pi, rel=0.03)
    assert case_of(here)["revision"] == 2


def test_a_server_that_dies_in_the_middle_of_a_stroke_loses_nothing(browser, study):
    copy = spare_of(study)
    with served(copy) as (first, _):
        reader = at_a_case(browser, first, "emil")
        stroke(reader, 11)
        saved(reader)
        stroke(reader, 6, to=0.6)
    port = first.rpartition(":")[2]
    reader.page.mouse.up()
    reader.page.get_by_text("offline, 1 edit kept").wait_for()
    with served(copy, "--port", port):
        reader.page.get_by_role("button", name="Try now").click()
        saved(reader)
        assert case_of(reader)["revision"] == 2
        assert area_mm2(lesions(reader)[0]) < 121 * math.pi


@pytest.mark.parametrize("dense", [1, 2])
def test_images_lie_where_the_lines_are_however_they_are_drawn(browser, address, dense):
    """The same picture from the graphics interface and from the processor, on plain and on dense screens."""
    seen = {}
    for draw in ("graphics", "processor"):
        context = browser.new_context(viewport={"width": 1200, "height": 800}, device_scale_factor=dense)
        context.set_default_timeout(20_000)
        reader = Visitor(context.new_page(), address, [])
        reader.sign_in("anna")
        reader.heading("Your cases")
        reader.open(f"/read/{reader.ask('/reading')['next']}?draw={draw}")
        wait_for_images(reader)
        for key in ("z", "+", "+", "Alt+ArrowRight", "h"):
            reader.page.keyboard.press(key)
        reader.page.wait_for_timeout(700)
        box = reader.page.locator("[data-pane]").filter(has_text="map of record").bounding_box()
        middle = {
            "x": box["x"] + 80,
            "y": box["y"] + 80,
            "width": box["width"] - 160,
            "height": box["height"] - 160,
        }
        shot = Image.open(io.BytesIO(reader.page.screenshot(clip=middle))).convert("L")
        seen[draw] = np.asarray(shot, dtype=float)
        context.close()
    a, b = seen["graphics"], seen["processor"]
    assert a.std() > 20
    assert shift_between(a, b) == (0, 0)


def shift_between(a: np.ndarray, b: np.ndarray) -> tuple[int, int]:
    """By how many screen pixels one picture must be moved to be most like the other."""
    spectrum = np.fft.fft2(a - a.mean()) * np.conj(np.fft.fft2(b - b.mean()))
    row, column = np.unravel_index(int(np.argmax(np.fft.ifft2(spectrum).real)), a.shape)
    return tuple(int((one + n // 2) % n - n // 2) for one, n in zip((row, column), a.shape, strict=True))  # type: ignore[return-value]
