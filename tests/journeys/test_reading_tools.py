"""Every tool of the reading page in a real browser, by mouse and by keys, each number found twice."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.reading_browser import FLAGS, PASSWORD, Visitor, chromium, served
from tests.reading_case import (
    area_mm2,
    at_a_case,
    case_of,
    drag,
    item_of,
    lesions,
    places,
    stroke,
    voxels_in,
    wait_for_images,
)
from tests.reading_room import COORDINATOR, adc_series, opened_room, reading_study

from adcurate.model.reading.design import ReadDesign
from adcurate.model.reading.person import Role
from adcurate.study.people.invite import accept_invitation, invite
from adcurate.study.people.roles import add_person
from adcurate.study.reading.design import start_reading
from adcurate.study.reading.pointers import lesions_to_point, place_pointer
from adcurate.web.room.session_cookie import CSRF_HEADER

READERS = ("anna", "ben", "cleo", "dina")
LIVE = 'show_numbers = "live"\nwants_confidence = true\nwants_ruler = true\nwants_reference = true\n'
IN_THE_LIVER = (46.0, 34.0)  # row and column of 96 x 96
WAYS = {"Right": (1, 0), "Left": (-1, 0), "Down": (0, 1), "Up": (0, -1)}
RING = [(15 * math.cos(turn), 15 * math.sin(turn)) for turn in np.linspace(0, 2 * math.pi, 25)]
CORNERS = [(18.0, 0.0), (0.0, 18.0), (-18.0, 0.0), (0.0, -18.0)]


def study_of(folder: Path, reading: str) -> Path:
    """One case, several readers."""
    study = reading_study(folder, 1, reading=reading, matrix=96)
    with opened_room(study) as room:
        for name in ("carla", *READERS):
            role = Role("administrator" if name == "carla" else "reader")
            person = add_person(room.store, name, name.title(), [role], by="")
            link = invite(room.store, person.id, by="")
            assert link
            accept_invitation(room.store, link.rpartition("/")[2], PASSWORD)
        for one in lesions_to_point(room):
            frame = adc_series(room, one.study_instance_uid).frames[5]
            (x, y, z) = (float(mm) for mm in frame.plane.to_lps(np.array([IN_THE_LIVER]))[0])
            origin = frame.origin
            place_pointer(
                room, COORDINATOR, one.key, origin.sop_instance_uid, origin.frame_number, (x, y, z), "liver"
            )
        start_reading(room, COORDINATOR, ReadDesign(readers=READERS))
    return study.path


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(study_of(tmp_path_factory.mktemp("reading-tools"), LIVE)) as (address, _):
        yield address


@pytest.fixture(scope="module")
def browser(program) -> Iterator[Any]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


@dataclass
class Desk:
    """A reader at a case; what the server answered to the last question for numbers is kept."""

    reader: Visitor
    answers: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.reader.page.set_default_timeout(8_000)
        self.reader.page.on(
            "response", lambda one: self.answers.append(one) if one.url.endswith("/numbers") else None
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.reader.page.keyboard.press(key)

    def walk(self, *steps: tuple[int, int]) -> None:
        """Move the cursor by keys: voxels to the right and down."""
        for right, down in steps:
            for way, (u, v) in WAYS.items():
                self.press(*[f"Control+Arrow{way}"] * max(0, right * u + down * v))

    def wipe(self) -> None:
        """Nothing drawn, the lesion's cross in the middle, the first role chosen."""
        self.press("Escape", "g", "1")
        rows = self.reader.page.get_by_role("region", name="Drawn").get_by_role("listitem")
        while rows.count():
            n = rows.count()
            self.press("r", "Delete")
            rows.nth(n - 1).wait_for(state="detached")
        self.settle()
        self.press("Escape", "g")

    def settle(self) -> None:
        """Wait until all is saved and measured, the last stroke too."""
        self.reader.page.wait_for_timeout(60)
        self.reader.page.locator("[data-save=saved]").wait_for()
        self.reader.page.locator("section[aria-label=Numbers][aria-busy=false]").wait_for()

    def contour(self, role: str = "lesion") -> dict:
        """The one contour of a role."""
        self.settle()
        (found,) = [one for one in case_of(self.reader)["draft"]["contours"] if one["role"] == role]
        return found

    def message(self) -> str:
        return str(self.reader.page.locator("header [role=status]").first.inner_text())

    def row(self, region: str = "lesion") -> dict:
        """What the server measured on the map of record."""
        self.settle()
        numbers = self.answers[-1].json()
        assert numbers["problems"] == []
        return next(one for one in numbers["numbers"] if one["is_record"] and one["region"] == region)

    def check(self) -> dict:
        """The server's number is that of the drawn contour; the page shows it."""
        row, case = self.row(), case_of(self.reader)
        drawn = case["draft"]["contours"]
        largest = max((one for one in drawn if one["role"] == "lesion"), key=area_mm2)
        out = [one for one in drawn if one["role"] == "exclusion" and one["frame"] == largest["frame"]]
        voxels = voxels_in(self.reader, case, largest, out)
        assert row["n_voxels"] == len(voxels) > 4
        assert row["mean"] == pytest.approx(voxels.mean(), rel=1e-6)
        assert row["minimum"] == pytest.approx(voxels.min(), rel=1e-6)
        assert row["band"]["minimum"][0] <= row["minimum"] <= row["band"]["minimum"][1]
        shown = self.reader.page.locator("[data-number=mean]").inner_text()
        assert shown == f"{1e3 * row['mean']:.3f}"
        return row


@pytest.fixture(scope="module")
def opened(browser, address) -> Desk:
    return Desk(at_a_case(browser, address, "anna"))


@pytest.fixture
def desk(opened: Desk) -> Iterator[Desk]:
    opened.wipe()
    yield opened
    assert opened.reader.trouble == []


def click(desk: Desk, offsets_mm: Sequence[tuple[float, float]]) -> None:
    for place in places(desk.reader, offsets_mm):
        desk.reader.page.mouse.click(*place)


def by_mouse(desk: Desk, tool: str) -> None:
    if tool in ("spline", "livewire"):
        click(desk, CORNERS)
        desk.reader.page.mouse.dblclick(*places(desk.reader, [(12.0, -12.0)])[0])
    elif tool == "circle":
        click(desk, [(0, 0)])
    elif tool == "ellipse":
        drag(desk.reader, [(-18, -12), (0, 0), (18, 12)])
    else:
        drag(desk.reader, RING if tool == "freehand" else [(-8, 0), (0, 0), (8, 0)])


def by_keys(desk: Desk, tool: str) -> None:
    if tool in ("spline", "livewire"):
        for step in ((4, 0), (-4, 4), (-4, -4), (4, -4)):
            desk.walk(step)
            desk.press("Space")
        desk.press("Enter")
    elif tool == "circle":
        desk.press("Space")
    else:
        desk.walk((-4, -3))
        desk.press("Space")
        desk.walk((8, 0), (0, 6))
        if tool == "freehand":
            desk.walk((-8, 0), (0, -6))
        desk.press("Space")


@pytest.mark.parametrize("way", [by_mouse, by_keys])
@pytest.mark.parametrize(
    ("key", "tool"),
    [
        *(("f", "freehand"), ("s", "spline"), ("w", "livewire")),
        *(("e", "ellipse"), ("c", "circle"), ("b", "brush")),
    ],
)
def test_what_a_tool_draws_is_what_is_measured(desk, key, tool, way):
    desk.press(key, *("." if tool == "circle" else "") * 8)
    way(desk, tool)
    drawn = desk.contour()
    assert drawn["tool"] == tool
    middle = np.mean(drawn["points_lps_mm"], axis=0)
    assert math.dist(middle, case_of(desk.reader)["pointer"]["point_lps_mm"]) < 16
    if tool == "ellipse":
        corners = np.array(drawn["points_lps_mm"])
        width, height = (corners.max(axis=0) - corners.min(axis=0))[:2]
        assert area_mm2(drawn) == pytest.approx(math.pi * width * height / 4, rel=2e-3)
    desk.check()


def test_a_line_is_redrawn_pushed_moved_smoothed_and_made_a_voxel_smaller(desk):
    desk.press("f")
    stroke(desk.reader, 15)
    areas = [area_mm2(desk.contour())]

    def changed(least: float) -> None:
        desk.check()
        areas.append(area_mm2(desk.contour()))
        assert abs(areas[-1] - areas[-2]) > least

    drag(desk.reader, [(15, 0), (22, 4), (24, 10), (16, 14), (10.6, 10.6)])
    changed(20)
    desk.press("p")
    drag(desk.reader, [(-6, 0), (-10, 0), (-16, 0), (-20, 0)])
    changed(20)
    desk.press("g")
    desk.press("Space")
    desk.walk((0, -5))
    desk.press("Space")
    changed(5)
    before = desk.contour()["points_lps_mm"]
    desk.press("v")
    drag(desk.reader, [(0, 0), (4, 4), (8, 8)])
    moved = np.array(desk.contour()["points_lps_mm"]) - np.array(before)
    assert np.allclose(np.hypot(*moved[:, :2].T), math.hypot(8, 8), atol=1.5)
    desk.check()
    desk.press("Shift+S")
    assert area_mm2(desk.contour()) == pytest.approx(areas[-1], rel=0.01)
    whole = desk.check()["n_voxels"]
    desk.press("k", "Shift+K")
    smaller = desk.check()["n_voxels"]
    assert 0 < smaller < whole
    desk.press("Control+z")
    assert desk.check()["n_voxels"] == whole
    desk.press("Control+y")
    assert desk.check()["n_voxels"] == smaller


def test_a_hole_an_exclusion_and_a_reference_tissue_count_as_what_they_are(desk):
    desk.press("e")
    drag(desk.reader, [(-20, -16), (0, 0), (20, 16)])
    whole = desk.check()["n_voxels"]
    desk.press("2")
    drag(desk.reader, [(-14, -6), (0, 0), (-2, 6)])
    with_hole = desk.check()["n_voxels"]
    desk.press("3")
    drag(desk.reader, [(3, -6), (8, 0), (14, 6)])
    without_both = desk.check()["n_voxels"]
    assert whole > with_hole > without_both
    desk.press("4", "c")
    click(desk, [(45, 0)])
    contour = desk.contour("reference")
    voxels = voxels_in(desk.reader, case_of(desk.reader), contour)
    assert desk.row("reference")["mean"] == pytest.approx(voxels.mean(), rel=1e-6)
    assert desk.check()["n_voxels"] == without_both
    desk.press("2", "e")
    drag(desk.reader, [(60, 60), (65, 65), (70, 70)])
    assert "draw the region first" in desk.message()


def test_a_region_is_copied_to_other_slices_and_the_slices_between_are_filled(desk):
    desk.press("c")
    click(desk, [(0, 0)])
    (first,) = lesions(desk.reader) if desk.check() else []
    desk.press("]")
    desk.settle()
    assert sorted(one["frame"] for one in lesions(desk.reader)) == [first["frame"], first["frame"] + 1]
    desk.press("Control+z", "g", "PageDown", "PageDown", "PageDown", "e")
    drag(desk.reader, [(-20, -20), (0, 0), (20, 20)])
    desk.press("i")
    assert desk.message().startswith("2 slices were filled")
    desk.check()
    made = sorted(lesions(desk.reader), key=lambda one: one["frame"])
    assert [one["tool"] for one in made] == ["circle", "interpolated", "interpolated", "ellipse"]
    areas = [area_mm2(one) for one in made]
    assert areas == sorted(areas)


def test_a_brush_wipes_says_when_a_region_falls_apart_and_takes_away_what_it_wiped_whole(desk):
    desk.press("e", *"," * 9)
    drag(desk.reader, [(-25, -8), (0, 0), (25, 8)])
    whole = desk.check()["n_voxels"]
    desk.press("b", *"," * 9)
    desk.reader.page.keyboard.down("Shift")
    drag(desk.reader, [(4, -20), (4, 0), (4, 20)])
    desk.reader.page.keyboard.up("Shift")
    assert desk.message().startswith("That made 2 pieces")
    assert whole / 2 < desk.check()["n_voxels"] < whole
    desk.press("g", *"." * 30)
    desk.walk((-3, 0))
    desk.press("Shift+Space")
    desk.walk((-1, 0))
    desk.press("Space")
    desk.settle()
    assert lesions(desk.reader) == []
    desk.press("u")
    desk.settle()
    assert len(lesions(desk.reader)) == 1
    desk.press(*"," * 30)


def test_rulers_say_how_long_and_are_removed_by_a_key(desk):
    desk.press("m")
    drag(desk.reader, [(-12, 0), (0, 0), (12, 0)])
    desk.press("g", "Shift+M")
    desk.press("Space")
    desk.walk((0, 2))
    desk.press("Space")
    desk.settle()
    long, short = case_of(desk.reader)["draft"]["rulers"]
    told = {one["id"]: one["mm"] for one in desk.answers[-1].json()["rulers"]}
    for ruler, length in ((long, 24.0), (short, None)):
        apart = math.dist(ruler["from_lps_mm"], ruler["to_lps_mm"])
        assert told[ruler["id"]] == pytest.approx(apart, rel=1e-12)
        assert length is None or apart == pytest.approx(length, abs=1.5)
    desk.reader.page.get_by_text("Long axis at least 1 cm").wait_for()
    desk.press("Delete")
    desk.settle()
    assert [one["axis"] for one in case_of(desk.reader)["draft"]["rulers"]] == ["long"]


def test_a_region_drawn_on_another_series_is_measured_where_it_lies(desk):
    desk.press("x", "x", "c", "g")
    box = desk.reader.page.locator("[data-pane]").nth(0).bounding_box()
    desk.reader.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    drawn = desk.contour()
    case = case_of(desk.reader)
    by_id = {one["id"]: one for one in case["series"]}
    assert by_id[drawn["series"]]["role"] == "t2"
    record = next(one for one in case["series"] if one["is_record"])
    z = drawn["points_lps_mm"][0][2]
    near = min(record["frames"], key=lambda one: abs(one["position_lps_mm"][2] - z))
    voxels = voxels_in(desk.reader, case, {**drawn, "frame": near["number"]})
    row = desk.row()
    assert row["n_voxels"] == len(voxels)
    assert row["mean"] == pytest.approx(voxels.mean(), rel=1e-6)


def test_a_spline_begun_on_one_slice_is_not_continued_on_another(desk):
    desk.press("s")
    click(desk, CORNERS[:3])
    desk.press("PageDown")
    click(desk, CORNERS[3:])
    assert desk.message().startswith("Begun on slice")
    desk.press("PageUp", "Enter")
    assert desk.contour()["frame"] == case_of(desk.reader)["pointer"]["frame"]


def test_panes_turn_together_and_zoom_windows_colours_and_series_follow_keys(desk):
    page = desk.reader.page
    panes = page.locator("[data-pane]")
    corners = [panes.nth(at).locator("p") for at in range(4)]

    def picture(at: int) -> np.ndarray:
        page.wait_for_timeout(250)
        shot = Image.open(io.BytesIO(panes.nth(at).screenshot())).convert("RGB")
        return np.asarray(shot, dtype=float)

    def differ(a: np.ndarray, b: np.ndarray) -> bool:
        return bool(np.abs(a - b).mean() > 1)

    slices = [one.nth(1).inner_text() for one in corners]
    page.mouse.move(*places(desk.reader, [(0, 0)])[0])
    page.mouse.wheel(0, 100)
    page.wait_for_timeout(250)
    assert all(one.nth(1).inner_text() != before for one, before in zip(corners, slices, strict=True))
    desk.press("PageUp", "g")
    desk.press("x")  # to the map of record's neighbour and back round
    desk.press("x", "x", "x")
    whole = [picture(at) for at in range(4)]
    desk.press("+")
    changed = [differ(picture(at), whole[at]) for at in range(4)]
    assert sum(changed) == 1
    desk.press("0", "l", "+")
    assert all(differ(picture(at), whole[at]) for at in range(4))
    desk.press("l", "Shift+G")
    assert not any(differ(picture(at), whole[at]) for at in range(4))
    (record,) = [at for at in range(4) if "map of record" in corners[at].nth(0).inner_text()]
    for key in ("d", "Shift+C", "Shift+ArrowLeft", "Shift+ArrowUp"):
        before = picture(record)
        desk.press(key)
        assert differ(picture(record), before), key
    desk.press("0", "Shift+C", "Shift+C", "Shift+C")
    label = corners[record].nth(0).inner_text()
    desk.press("q")
    page.wait_for_timeout(250)
    assert corners[record].nth(0).inner_text() != label
    desk.press("Shift+Q")
    page.wait_for_timeout(250)
    assert corners[record].nth(0).inner_text() == label
    assert "ADC in ×10⁻³ mm²/s" in label


def test_the_list_says_what_the_study_asks_for_and_nothing_is_locked_without_it(browser, address):
    desk = Desk(at_a_case(browser, address, "ben"))
    page = desk.reader.page
    wanted = page.get_by_role("region", name="This study asks for")

    def missing() -> list[str]:
        return [str(one.get_attribute("data-wanted")) for one in wanted.locator("li[data-there=false]").all()]

    def refused() -> str:
        desk.press("Enter")
        said = str(page.get_by_role("dialog").inner_text())
        desk.press("Escape")
        page.get_by_role("dialog").wait_for(state="detached")
        return said

    assert missing() == ["lesion", "long-axis", "reference", "confidence"]
    assert "No lesion is drawn yet" in refused()
    desk.press("c", "Space")
    desk.settle()
    assert missing() == ["long-axis", "reference", "confidence"]
    said = refused()
    for name in ("the long axis", "a region of reference tissue", "a confidence"):
        assert name in said
    answer = page.request.post(
        f"{address}/api/reading/items/{item_of(desk.reader)}/lock",
        data={
            "base_revision": case_of(desk.reader)["revision"],
            "key": "a key of its own",
            "password": PASSWORD,
            "meaning": "I drew this region and it is my reading.",
        },
        headers={CSRF_HEADER: page.evaluate("fetch('/api/session').then(a => a.json()).then(a => a.csrf)")},
    )
    assert answer.status == 422, answer.text()
    assert "the long axis" in answer.json()["error"]["sentence"]
    wanted.get_by_role("button", name="the long axis").click()
    drag(desk.reader, [(-12, 0), (0, 0), (12, 0)])
    wanted.get_by_role("button", name="reference tissue").click()
    desk.press("c")
    click(desk, [(45, 0)])
    desk.press("y", "y")
    desk.settle()
    assert missing() == []
    assert case_of(desk.reader)["draft"]["confidence"] == 4
    desk.press("t")
    page.keyboard.type("a word")
    desk.press("Escape", "Enter")
    page.get_by_role("dialog").get_by_text("confidence 4").wait_for()
    assert desk.reader.faults() == []
    page.keyboard.type(PASSWORD)
    desk.press("Enter")
    page.get_by_role("button", name=re.compile("Next case|Back to the list")).wait_for()
    assert case_of(desk.reader)["draft"]["comment"] == "a word"


def test_without_webgl_it_draws_and_the_same_stroke_gives_the_same_number_to_the_last_bit(
    program, browser, address
):
    told = []
    with_graphics = Desk(at_a_case(browser, address, "cleo", draw="graphics"))
    told.append(one_stroke(with_graphics))
    with_graphics.reader.page.context.close()
    bare = browser.browser_type.launch(
        executable_path=program("chromium", "chromium"), args=[*FLAGS, "--disable-3d-apis"]
    )
    try:
        desk = Desk(at_a_case(bare, address, "dina"))
        assert desk.reader.page.evaluate("document.createElement('canvas').getContext('webgl2')") is None
        told.append(one_stroke(desk))
        assert desk.reader.trouble == []
    finally:
        bare.close()
    assert told[0] == told[1]


def one_stroke(desk: Desk) -> tuple[list, dict]:
    """The drawn points and all that was measured of them, the picture looked at."""
    wait_for_images(desk.reader)
    pane = desk.reader.page.locator("[data-pane]").filter(has_text="map of record")
    desk.reader.page.wait_for_timeout(300)
    assert np.asarray(Image.open(io.BytesIO(pane.screenshot())).convert("L")).std() > 20
    stroke(desk.reader, 15)
    row = desk.check()
    return desk.contour()["points_lps_mm"], row


def test_a_study_that_shows_no_numbers_shows_none_before_or_after_the_lock(browser, tmp_path):
    with served(study_of(tmp_path / "never", 'show_numbers = "never"\n')) as (address, _):
        desk = Desk(at_a_case(browser, address, "anna"))
        stroke(desk.reader, 15)
        desk.settle()
        (page, item) = (desk.reader.page, item_of(desk.reader))
        page.get_by_text("does not show numbers to its readers").wait_for()
        assert desk.answers[-1].json()["numbers"] == []
        desk.press("Enter")
        page.get_by_role("dialog").wait_for()
        page.keyboard.type(PASSWORD)
        desk.press("Enter")
        desk.reader.heading("Your cases")
        desk.reader.open(f"/read/{item}")
        page.get_by_role("button", name="Back to the list").wait_for()
        assert page.locator("[data-number]").count() == 0
        assert case_of(desk.reader)["locked"]["numbers"] is None
