"""One case on the screen: opened, drawn in by mouse and by keys, and measured a second time."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from tests.reading_browser import Slice, Visitor

Points = Sequence[tuple[float, float]]


def at_a_case(browser: Any, address: str, name: str, draw: str = "auto", **options: object) -> Visitor:
    """A reader whose next case is on the screen."""
    reader = Visitor.new(browser, address, **options)  # type: ignore[arg-type]
    reader.sign_in(name)
    reader.heading("Your cases")
    reader.open(f"/read/{reader.ask('/reading')['next']}?draw={draw}")
    wait_for_images(reader)
    return reader


def wait_for_images(reader: Visitor) -> None:
    """All that a pane shows is there."""
    reader.page.get_by_text("map of record").first.wait_for()
    for loading in reader.page.get_by_text("loading …").all():
        loading.wait_for(state="detached")


def item_of(reader: Visitor) -> str:
    """The case in the address."""
    return re.search(r"/read/([^?]+)", reader.page.url)[1]  # type: ignore[index]


def case_of(reader: Visitor) -> dict[str, Any]:
    """The case as the server has it."""
    found: dict[str, Any] = reader.ask(f"/reading/items/{item_of(reader)}")
    return found


def record_pane(reader: Visitor, case: dict[str, Any]) -> tuple[dict[str, float], Slice]:
    """Where the map of record is on the screen, and which slice it shows."""
    series = next(one for one in case["series"] if one["is_record"])
    box = reader.page.locator("[data-pane]").filter(has_text="map of record").bounding_box()
    return box, Slice.of(series, case["pointer"]["frame"])


def places(reader: Visitor, offsets_mm: Points) -> list[tuple[float, float]]:
    """Where points lie on the screen, mm right of and below the pointer, on the whole map of record."""
    case = case_of(reader)
    box, where = record_pane(reader, case)
    centre = np.array(case["pointer"]["point_lps_mm"])
    across, down = np.array(where.across), np.array(where.down)
    return [where.on_screen(box, tuple(centre + u * across + v * down)) for u, v in offsets_mm]


def drag(reader: Visitor, offsets_mm: Points, *, let_go: bool = True) -> None:
    """Press at the first place, move over the others, let go."""
    first, *others = places(reader, offsets_mm)
    mouse = reader.page.mouse
    mouse.move(*first)
    mouse.down()
    for place in others:
        mouse.move(*place)
    if let_go:
        mouse.up()


def stroke(reader: Visitor, radius_mm: float, *, to: float = 1.0, crossed: bool = False) -> None:
    """Round the pointer by mouse; `to` less than 1 leaves the button pressed there."""
    turns = np.linspace(0, 2 * math.pi * to, 33)
    wave = np.sin(turns) * (np.cos(turns) if crossed else 1)
    drag(reader, list(zip(radius_mm * np.cos(turns), radius_mm * wave, strict=True)), let_go=to == 1.0)


def saved(reader: Visitor) -> None:
    """Wait until the server has everything."""
    reader.page.locator("[data-save=saved]").get_by_text("saved").wait_for()


def lesions(reader: Visitor) -> list[dict[str, Any]]:
    """The lesion's contours that the server has."""
    draft = case_of(reader)["draft"]
    return [one for one in draft["contours"] if one["role"] == "lesion"] if draft else []


def area_mm2(contour: dict[str, Any]) -> float:
    """What the outer line of an axial contour encloses."""
    x, y = np.array(contour["points_lps_mm"])[:, :2].T
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)


def voxels_in(
    reader: Visitor, case: dict[str, Any], contour: dict[str, Any], without: Sequence[dict[str, Any]] = ()
) -> npt.NDArray[np.float64]:
    """ADC (mm²/s) on the map of record of the voxels that a contour holds, by the crossings of a ray.

    The documented rule written a second time, with nothing of the server's: a centre on the line counts. The
    contour's holes and the contours `without` are taken away; it lies on an image of the map of record.
    """
    series = next(one for one in case["series"] if one["is_record"])
    where = Slice.of(series, contour["frame"])
    address = f"{reader.address}/api/reading/items/{item_of(reader)}/series/{series['id']}/frames/"
    answer = reader.page.request.get(f"{address}{where.frame}-{where.frame}")
    values = np.frombuffer(answer.body(), "<f4").reshape(series["rows"], series["columns"])
    inside, on_line = _held(series, where, contour["points_lps_mm"])
    inside |= on_line
    for ring in [*contour["holes_lps_mm"], *(one["points_lps_mm"] for one in without)]:
        out, on_line = _held(series, where, ring)
        inside &= ~out | on_line
    found = values[inside].astype(np.float64) * 1e-6
    return found[np.isfinite(found)]


def _held(
    series: dict[str, Any], where: Slice, ring_lps: Sequence[Sequence[float]]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Voxels whose centre a ring holds, and those whose centre lies on its line within 1e-6 voxel."""
    height, width = series["pixel_spacing_mm"]
    ring = np.array([where.to_image(tuple(point)) for point in ring_lps]) / (width, height)
    y, x = np.mgrid[: series["rows"], : series["columns"]].astype(float)
    odd, on_line = np.zeros(x.shape, bool), np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            odd ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
        along, across = x1 - x0, y1 - y0
        length = along**2 + across**2
        part = np.clip(((x - x0) * along + (y - y0) * across) / length, 0, 1) if length else 0.0
        on_line |= np.hypot(x - x0 - part * along, y - y0 - part * across) <= 1e-6
    return odd, on_line
