"""Two readers draw eight lesions in a real browser, a third decides, and the CLI prints their numbers."""

from __future__ import annotations

import math
import os
import re
import statistics
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.reading_browser import PASSWORD, Slice, Visitor, chromium, served
from tests.room_study import make_study, prescription

from adcurate.cli.entry import run
from adcurate.study.run import run_study
from adcurate.web.room.static import FOLDER

N_LESIONS = 8
# By mouse one stroke; without it a tool and a press. Then Enter, the password, Enter.
MOST_CLICKS = 1
MOST_KEYS_BESIDE_PASSWORD = 4
DOCUMENTED = (
    *("worklist", "reading-anna", "lock", "locked-anna"),
    *("people", "pointers", "design", "progress", "adjudication", "blinding", "audit"),
)
READING = '\n[reading]\nshow_numbers = "after_lock"\nadjudicate_over = 5.0\n'


@dataclass
class Journey:
    """What happened, for the tests to look at."""

    study: Path
    clicks: list[int] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    told: dict[str, list[dict]] = field(default_factory=dict)
    drawn: dict[str, list[tuple[dict, np.ndarray]]] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    maps: list[tuple[tuple[float, ...], np.ndarray]] = field(default_factory=list)
    measured: list[dict] = field(default_factory=list)

    def look(self, name: str, visitor: Visitor, pictures: Path) -> None:
        """Take a picture, and have the page checked for those who do not use a mouse or see little."""
        if name in self.faults:
            return
        visitor.page.screenshot(path=pictures / f"{name}.png")
        self.faults[name] = visitor.faults()


@pytest.fixture(scope="module")
def journey(program, tmp_path_factory) -> Journey:
    """The whole way, once."""
    place = tmp_path_factory.mktemp("reading-room")
    exams = [prescription(f"PLANTED{number}", number, matrix=96) for number in range(1, N_LESIONS + 1)]
    study, simulated = make_study(place, exams, grades=("G1", "G2", "G3"), protocol=READING)
    with study.open_store("read") as store:
        code = study.open_vault(store).pseudonyms.subject_code
    centres = {
        code(subject): tuple(np.mean(exam.lesions[0].points_lps_mm, axis=0))
        for subject, exam in simulated.items()
    }
    done = Journey(study.path)
    pictures = place / "pictures"
    pictures.mkdir()
    with served(study.path) as (address, link), chromium(program("chromium", "chromium")) as browser:
        carla = Visitor.new(browser, address)
        links = let_people_in(carla, link, done, pictures)
        readers = {}
        for name in ("anna", "ben", "dora"):
            readers[name] = Visitor.new(browser, address)
            readers[name].page.goto(links[name])
            readers[name].choose_password("Enter the reading room")
            if name == "dora":
                readers[name].page.get_by_role("navigation", name="Pages", exact=True).wait_for()
            else:
                readers[name].heading("Your cases")
        design_and_begin(carla, centres, done, pictures)
        for name, radius_mm in (("anna", 9.0), ("ben", None)):
            read_everything(readers[name], name, radius_mm, done, pictures)
        decide(readers["dora"], done, pictures)
        for name in ("progress", "blinding", "audit", "account"):
            carla.open(f"/{name}")
            carla.page.get_by_role("heading", level=1).wait_for()
            carla.page.wait_for_load_state("networkidle")
            done.look(name, carla, pictures)
        again = Visitor.new(browser, address)
        again.open("/")
        again.heading("Sign in")
        done.look("sign-in", again, pictures)
        again.sign_in("anna")
        again.heading("Your cases")
        for visitor in (carla, again, *readers.values()):
            done.trouble += visitor.trouble
    if "ADCURATE_PICTURES" in os.environ:
        keep_pictures(pictures, Path(os.environ["ADCURATE_PICTURES"]))
    assert run(["study", "run", "--study", str(study.path), "--workers", "0"]) == 0
    exams = run_study(study, workers=0).exams.values()
    done.measured = [one for exam in exams for one in exam["measurements"]]
    return done


def keep_pictures(pictures: Path, folder: Path) -> None:
    """The pictures of the documentation: ``ADCURATE_PICTURES=docs/images pytest tests/journeys/...``."""
    for name in DOCUMENTED:
        picture = Image.open(pictures / f"{name}.png").convert("RGB").quantize(255)
        picture.save(folder / f"room-{name.removesuffix('-anna')}.png", optimize=True)


def let_people_in(carla: Visitor, link: str, done: Journey, pictures: Path) -> dict[str, str]:
    """The first administrator, and three people by their links."""
    carla.page.goto(link)
    done.look("first-administrator", carla, pictures)
    carla.fill("Your name", "Carla")
    carla.fill("Name to sign in with", "carla")
    carla.choose_password("Open the reading room")
    carla.heading("People")
    links = {}
    for name, role in (("anna", "Reader"), ("ben", "Reader"), ("dora", "Coordinator")):
        carla.press("Add a person")
        carla.fill("Name", name.title())
        carla.fill("Name to sign in with", name)
        carla.page.locator("label").filter(has_text=role).click()
        done.look("add-a-person", carla, pictures)
        carla.press("Add and invite")
        links[name] = carla.page.get_by_test_id("invitation-link").inner_text()
        carla.press("Close")
    done.look("people", carla, pictures)
    return links


def design_and_begin(carla: Visitor, centres: dict, done: Journey, pictures: Path) -> None:
    """Pointers by mouse, the readers, the start."""
    page = carla.page
    carla.open("/pointers")
    carla.heading("Pointers")
    for lesion in carla.ask("/coordinator/lesions")["lesions"]:
        page.get_by_role("link", name=lesion["key"]).click()
        page.get_by_role("region", name=f"Pointer of {lesion['key']}").wait_for()
        case = carla.ask(f"/coordinator/lesions/{lesion['key']}/case")
        shown = page.get_by_role("radio", checked=True).evaluate("one => one.value")
        series = next(one for one in case["series"] if one["id"] == shown)
        centre = centres[lesion["subject"]]
        wanted = nearest(series, centre)
        still = page.get_by_role("application")
        still.focus()
        for _ in range(len(series["frames"])):
            page.keyboard.press("PageUp")
        for _ in range(wanted.frame - 1):
            page.keyboard.press("PageDown")
        still.get_by_text(f"{wanted.frame} / {len(series['frames'])}").wait_for()
        page.mouse.click(*wanted.on_screen(still.bounding_box(), centre))
        if "pointers" not in done.faults:
            done.look("pointers", carla, pictures)
        carla.press("Place the pointer")
        page.get_by_text(f"Placed: {lesion['key']}").wait_for(state="attached")
        seen = carla.ask(f"/coordinator/lesions/{lesion['key']}/case")
        placed = tuple(seen["pointer"]["point_lps_mm"])
        assert math.dist(placed, centre) < 6
        done.maps.append((placed, map_of(carla, lesion["key"], seen)))
    carla.open("/design")
    for label, names in (("Add: reader", ("Anna", "Ben")), ("Add: adjudicator", ("Dora",))):
        for name in names:
            page.get_by_role("button", name=label).click()
            page.get_by_role("option", name=name).click()
    carla.press("Save")
    page.get_by_role("heading", name=f"{N_LESIONS} lesions to read").wait_for()
    done.look("design", carla, pictures)
    carla.press("Begin the reading")
    page.get_by_role("dialog").get_by_role("button", name="Begin", exact=True).click()
    page.get_by_text("The reading began").wait_for()


def nearest(series: dict, point: tuple[float, ...]) -> Slice:
    """The frame of a series that lies nearest to a point."""
    slices = [Slice.of(series, one["number"]) for one in series["frames"]]
    return min(slices, key=lambda one: one.away(point))


def read_everything(
    reader: Visitor, name: str, radius_mm: float | None, done: Journey, pictures: Path
) -> None:
    """Every case of a session, each drawn and locked: by mouse, or without one where there is no radius."""
    page = reader.page
    reader.open("/")
    reader.heading("Your cases")
    done.look("worklist", reader, pictures)
    page.keyboard.press("Enter")
    done.told[name], done.drawn[name] = [], []
    item = ""
    for number in range(N_LESIONS):
        before_it = item
        page.wait_for_url(lambda url, last=before_it: "/read/" in url and (not last or last not in url))
        item = page.url.rsplit("/", 1)[1]
        case = reader.ask(f"/reading/items/{item}")
        page.get_by_role("heading", name=case["label"], level=1).wait_for()
        before = reader.hands()
        record = next(one for one in case["series"] if one["is_record"])
        where = nearest(record, tuple(case["pointer"]["point_lps_mm"]))
        pane = page.locator("[data-pane]").filter(has_text="map of record")
        pane.get_by_text(f"{where.frame}/{len(record['frames'])}").wait_for()
        middle = tuple(case["pointer"]["point_lps_mm"])
        (of_record,) = [values for point, values in done.maps if math.dist(point, middle) < 1e-6]
        if radius_mm is None:
            page.keyboard.press("c")
            page.keyboard.press("Space")
        else:
            ring = circle(where, middle, radius_mm)
            draw(reader, [where.on_screen(pane.bounding_box(), point) for point in ring])
        page.get_by_text(re.compile(r"saved \d")).wait_for()
        if number == 1:
            page.reload()
            page.get_by_text("slice").first.wait_for()
            before = reader.hands()
        if number == 0:
            done.look(f"reading-{name}", reader, pictures)
        page.keyboard.press("Enter")
        page.get_by_role("dialog").wait_for()
        page.keyboard.type(PASSWORD)
        if number == 0:
            done.look("lock", reader, pictures)
        page.keyboard.press("Enter")
        page.get_by_role("button", name=re.compile("Next case|Back to the list")).wait_for()
        if number == 0:
            done.look(f"locked-{name}", reader, pictures)
        after = reader.hands()
        if number != 1:
            done.clicks.append(after[0] - before[0])
            done.keys.append(after[1] - before[1] - len(PASSWORD))
        locked = reader.ask(f"/reading/items/{item}")
        done.told[name].append(
            next(one for one in locked["locked"]["numbers"]["numbers"] if one["is_record"])
        )
        contour = locked["draft"]["contours"][0]
        assert contour["frame"] == where.frame and contour["series"] == where.series
        assert math.dist(np.mean(contour["points_lps_mm"], axis=0), middle) < 2
        done.drawn[name].append((contour, inside(of_record[where.frame - 1], record, where, contour)))
        page.keyboard.press("Enter")
    reader.heading("Your cases")
    page.get_by_text("Every case of this session is locked").wait_for()


def circle(where: Slice, centre: tuple[float, ...], radius_mm: float) -> list[tuple[float, ...]]:
    """A ring on a slice."""
    turns = [2 * math.pi * at / 40 for at in range(40)]
    return [
        tuple(
            c + radius_mm * (math.cos(turn) * a + math.sin(turn) * d)
            for c, a, d in zip(centre, where.across, where.down, strict=True)
        )
        for turn in turns
    ]


def draw(reader: Visitor, points: list[tuple[float, float]]) -> None:
    """One stroke, closed by coming back to its start."""
    mouse = reader.page.mouse
    mouse.move(*points[0])
    mouse.down()
    for x, y in [*points[1:], points[0]]:
        mouse.move(x, y)
    mouse.up()


def map_of(carla: Visitor, key: str, seen: dict) -> np.ndarray:
    """The values of a lesion's map of record, which readers of this study are not told."""
    record = next(one for one in seen["series"] if one["is_record"])
    n = len(record["frames"])
    address = f"{carla.address}/api/coordinator/lesions/{key}/series/{record['id']}/frames/1-{n}"
    values = np.frombuffer(carla.page.request.get(address).body(), "<f4")
    return values.reshape(n, record["rows"], record["columns"])


def inside(values: np.ndarray, series: dict, where: Slice, contour: dict) -> np.ndarray:
    """ADC (mm²/s) of the voxels whose centres the contour holds, by the crossings of a ray."""
    ring = np.array([where.to_image(tuple(point)) for point in contour["points_lps_mm"]])
    height, width = series["pixel_spacing_mm"]
    y, x = np.mgrid[: series["rows"], : series["columns"]] * np.array([height, width])[:, None, None]
    odd = np.zeros(values.shape, bool)
    for (x0, y0), (x1, y1) in zip(ring, np.roll(ring, -1, axis=0), strict=True):
        crosses = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            odd ^= crosses & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return values[odd].astype(np.float64) * 1e-6


def decide(dora: Visitor, done: Journey, pictures: Path) -> None:
    """Everything that is to be decided."""
    page = dora.page
    dora.open("/adjudication")
    dora.heading("Adjudication")
    page.wait_for_load_state("networkidle")
    done.look("adjudications", dora, pictures)
    for dispute in dora.ask("/adjudication")["disputes"]:
        page.get_by_role("link", name=dispute["label"], exact=True).click()
        dora.heading("Two readings")
        if done.decided:
            page.locator("label").filter(has_text="Second").first.click()
        else:
            page.locator("label").filter(has_text="A new drawing").click()
            box = page.get_by_role("application").first.bounding_box()
            x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
            draw(dora, [(x, y), (x + 90, y + 90), (x + 90, y), (x, y + 90)])
            page.get_by_text("The line crosses itself: draw it again.").wait_for()
            draw(dora, [(x, y), (x, y), (x + 90, y), (x + 90, y + 90), (x, y + 90), (x, y + 90)])
            page.get_by_text("Drawn. Another stroke takes its place.").wait_for()
            assert page.get_by_text("Mean, 10").count() == 0, "the means were shown to who decides"
        dora.fill("Why", "The first took in the rim.")
        if len(done.decided) == 1:
            page.wait_for_load_state("networkidle")
            done.look("adjudication", dora, pictures)
        page.get_by_role("button", name="Decide", exact=True).click()
        dora.heading("Adjudication")
        done.decided.append(dispute["id"])


def test_the_page_and_the_command_line_say_the_same_numbers_to_the_last_bit(journey):
    names = ("mean", "minimum", "area_mm2", "n_voxels")
    for reader in ("anna", "ben"):
        told = sorted(tuple(one[name] for name in names) for one in journey.told[reader])
        measured = sorted(
            tuple(one["values"][name] for name in names)
            for one in journey.measured
            if one["reader"] == reader and one["map_source"] == "scanner"
        )
        assert len(told) == N_LESIONS
        assert told == measured


def test_the_server_measures_what_was_drawn(journey):
    for reader in ("anna", "ben"):
        for told, (_, voxels) in zip(journey.told[reader], journey.drawn[reader], strict=True):
            assert told["n_voxels"] == len(voxels) > 4
            assert told["mean"] == pytest.approx(voxels.mean(), rel=1e-6)
            assert told["minimum"] == pytest.approx(voxels.min(), rel=1e-6)


def test_what_was_decided_or_drawn_anew_is_measured_as_consensus(journey):
    assert len(journey.decided) > 1
    consensus = [
        one for one in journey.measured if one["reader"] == "consensus" and one["map_source"] == "scanner"
    ]
    assert len(consensus) == len(journey.decided)


def test_a_lesion_takes_few_clicks_and_keys(journey):
    print(f"clicks a lesion {statistics.mean(journey.clicks)}, keys {statistics.mean(journey.keys)}")
    assert max(journey.clicks) <= MOST_CLICKS
    assert max(journey.keys) <= MOST_KEYS_BESIDE_PASSWORD


def test_no_page_shuts_out_who_does_not_use_a_mouse_or_sees_little(journey):
    assert len(journey.faults) >= 15
    assert {name: found for name, found in journey.faults.items() if found} == {}


def test_the_browser_complains_of_nothing(journey):
    assert journey.trouble == []


def test_the_page_is_small(journey):
    import gzip

    packed = sum(
        len(gzip.compress(path.read_bytes(), mtime=0))
        for path in FOLDER.rglob("*")
        if path.suffix in (".js", ".css", ".html", ".woff2") and "worker" not in path.name.lower()
    )
    print(f"page: {packed / 1e6:.2f} MB compressed")
    assert packed < 1.5e6
