"""A reader study by its pages, in a real browser: training, sessions, amendment, seal, free selection."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.reading_browser import PASSWORD, Visitor, chromium
from tests.reading_room import Hand, begin, place_all_pointers, reading_study, square
from tests.room_house import House, opened_house

from adcurate.study.reading.next_case import reading_list
from adcurate.study.reading.pointers import lesions_to_point
from adcurate.study.regions.contours import current_contours
from adcurate.study.rows import current_rows

SESSIONS = """show_numbers = "after_lock"
sessions = 2
washout_days = 28
repeat_fraction = 0.5
training_cases = 1
adjudicate_over = 1.0
"""
PASSPHRASE = "seven sealed grades in a drawer"


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


@pytest.fixture
def house(tmp_path: Path, request) -> Iterator[House]:
    """A study whose protocol is the test's; nobody complained at its end."""
    with opened_house(reading_study(tmp_path, 3, reading=request.param)) as house:
        house.know("carla", "administrator", "coordinator")
        house.know("dora", "coordinator")
        for name in ("anna", "ben"):
            house.know(name, "reader")
        yield house
        assert house.trouble() == []


def sign(reader: Visitor) -> None:
    """Lock what is on the screen, by keys."""
    reader.page.keyboard.press("Enter")
    reader.page.get_by_role("dialog").get_by_label("Your password signs it").wait_for()
    reader.page.keyboard.type(PASSWORD)
    reader.page.keyboard.press("Enter")


def read_on(reader: Visitor, n_cases: int) -> None:
    """As many cases without a mouse; while repeats are to come, a lock shows the next case."""
    item = ""
    for _ in range(n_cases):
        reader.page.wait_for_url(lambda url, last=item: "/read/" in url and (not last or last not in url))
        item = reader.page.url.rsplit("/", 1)[1]
        label = reader.ask(f"/reading/items/{item}")["label"]
        reader.page.get_by_role("heading", name=label, level=1, exact=True).wait_for()
        reader.page.keyboard.press("c")
        reader.page.keyboard.press("Space")
        reader.page.locator("[data-save=saved]").get_by_text("saved").wait_for()
        sign(reader)
        if label.startswith("Training"):
            told = reader.page.get_by_role("region", name="Training feedback")
            told.get_by_text("Overlap").wait_for()
            assert reader.faults() == []
            reader.page.keyboard.press("Enter")


def draw_reference(house: House, key: str) -> None:
    """Regions of one lesion that were drawn elsewhere by somebody called master."""
    room = house.room.reading
    one = next(lesion for lesion in lesions_to_point(room) if lesion.key == key)
    model = square(room, one.study_instance_uid, half=5.2)
    origin = room.images.exam(one.study_instance_uid).frame(model.series, 1).origin
    record = {
        "subject": one.subject,
        "lesion": one.lesion,
        "reader": "master",
        "role": "lesion",
        "sop_instance_uid": origin.sop_instance_uid,
        "frame_number": origin.frame_number,
        "points_lps_mm": [list(point) for point in model.points_lps_mm],
        "holes_lps_mm": [],
    }
    house.store.contours.add(f"{key}/master", [record])


@pytest.mark.parametrize("house", [SESSIONS], indirect=True)
def test_training_then_a_session_the_washout_the_repeats_and_an_amendment(house, browser):
    place_all_pointers(house.room.reading)
    training = lesions_to_point(house.room.reading)[0].key
    draw_reference(house, training)
    carla = house.enter(browser, "carla")
    page = carla.page
    carla.open("/design")
    page.get_by_role("button", name="Add: adjudicator").click()
    page.get_by_role("option", name="Dora").click()
    page.get_by_role("button", name="Add: lesion").click()
    page.get_by_role("option", name=training).click()
    page.get_by_label("Add: whose contours they are compared with").fill("master")
    page.keyboard.press("Enter")
    page.get_by_text("The design names no reader.").wait_for()
    assert page.get_by_role("button", name="Begin the reading").is_disabled()
    page.get_by_role("button", name="Add: reader").click()
    page.get_by_role("option", name="Anna").click()
    page.get_by_role("heading", name="2 lesions to read").wait_for()
    page.get_by_role("heading", name="Design").click()
    page.keyboard.press("s")
    page.get_by_role("button", name="Begin the reading", disabled=False).wait_for()
    page.keyboard.press("b")
    asked = page.get_by_role("dialog", name="Begin the reading")
    asked.get_by_text("2 lesions for 1 reader").wait_for()
    assert carla.faults() == []
    page.keyboard.press("Enter")
    page.get_by_text("The reading began").wait_for()
    assert page.get_by_text("stands", exact=True).count() == 4
    assert page.get_by_label("Seed").is_disabled()
    assert not page.get_by_label("Add: whose contours they are compared with").is_visible()
    assert carla.faults() == []

    anna = house.enter(browser, "anna")
    anna.open("/")
    anna.heading("Session 1 of 2")
    anna.page.keyboard.press("Enter")
    read_on(anna, 3)
    anna.heading("Session 2 of 2")
    anna.page.get_by_role("heading", name=re.compile(r"Opens on \d+ \w+ \d{4} at \d\d:\d\d")).wait_for()
    assert anna.faults() == []
    anna.page.keyboard.press("Enter")
    assert anna.page.url == f"{anna.address}/"

    house.clock.pass_(days=27, hours=23)
    anna = house.enter(browser, "anna")
    anna.open("/")
    anna.page.get_by_role("heading", name="Opens on").wait_for()
    house.clock.pass_(hours=2)
    anna = house.enter(browser, "anna")
    anna.open("/")
    anna.heading("Session 2 of 2")
    anna.page.get_by_text("0 of 1 locked").first.wait_for()
    anna.page.keyboard.press("Enter")
    read_on(anna, 1)
    anna.page.get_by_role("button", name=re.compile("Next case|Back to the list")).wait_for()
    anna.page.keyboard.press("Enter")
    anna.heading("Session 2 of 2")
    anna.page.get_by_text("Every case of this session is locked. Thank you.").wait_for()

    anna.page.get_by_role("link", name="Case 1").click()
    anna.page.get_by_role("button", name="Amend with a reason …").wait_for()
    anna.page.keyboard.press("Shift+A")
    assert anna.page.get_by_role("button", name="Open it again").is_disabled()
    anna.page.keyboard.type("The first outline took in the vessel.")
    assert anna.faults() == []
    anna.page.keyboard.press("Enter")
    anna.page.get_by_text("amending").wait_for()
    anna.page.keyboard.press("Control+Shift+ArrowRight")
    anna.page.keyboard.press("c")
    anna.page.keyboard.press("Space")
    anna.page.locator("[data-save=saved]").get_by_text("saved").wait_for()
    sign(anna)
    anna.page.get_by_role("button", name=re.compile("Next case|Back to the list")).wait_for()

    carla = house.enter(browser, "carla")
    carla.open("/progress")
    row = carla.page.get_by_role("row").filter(has_text="anna")
    row.wait_for()
    assert row.get_by_role("cell").all_inner_texts()[2:6] == ["4 / 4", "0", "0", "1"]
    carla.open("/audit")
    reason = carla.page.get_by_role("row").filter(has_text="The first outline took in the vessel.")
    reason.first.wait_for()
    assert "anna" in reason.first.inner_text()


@pytest.mark.parametrize("house", ['selection = "pointer"\n'], indirect=True)
def test_outcomes_are_sealed_and_a_seal_that_is_broken_early_is_told(house, browser):
    begin(house.room.reading, ("anna",))
    carla = house.enter(browser, "carla")
    page = carla.page
    carla.open("/blinding")
    page.get_by_role("heading", name="Nobody has locked a reading yet").wait_for()
    page.keyboard.press("s")
    window = page.get_by_role("dialog", name="Seal the outcomes")
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Tab")
    page.keyboard.type("seven sealed")
    assert window.get_by_role("button", name="Seal", exact=True).is_disabled()
    page.keyboard.type(PASSPHRASE.removeprefix("seven sealed"))
    assert carla.faults() == []
    page.keyboard.press("Enter")
    page.get_by_text("Sealed by carla").wait_for()
    assert {row.grade for row in current_rows(house.store)} == {None}

    carla.press("Break the seal")
    window = page.get_by_role("dialog", name="Break the seal")
    window.get_by_text("Not every case is locked.").wait_for()
    window.get_by_label("Passphrase").fill("not this one at all")
    assert window.get_by_role("button", name="Break the seal").is_disabled(), "it was opened without a reason"
    window.get_by_label("Why now").fill("The pathologist asks.")
    window.get_by_role("button", name="Break the seal").click()
    window.get_by_role("alert").get_by_text("read.passphrase").wait_for()
    window.get_by_label("Passphrase").fill(PASSPHRASE)
    assert carla.faults() == []
    window.get_by_role("button", name="Break the seal").click()
    page.get_by_text("The seal was broken before the last lock and the last decision.").wait_for()
    page.get_by_text(re.compile(r"Opened on 20\d\d-.* by carla")).wait_for()
    page.get_by_role("button", name="Seal the outcomes").wait_for()
    assert {row.grade for row in current_rows(house.store)} == {"G1"}
    assert carla.faults() == []


@pytest.mark.parametrize("house", ['selection = "free"\n'], indirect=True)
def test_readers_find_the_lesion_and_who_drew_another_is_decided_with_a_new_drawing_by_keys(house, browser):
    room = house.room.reading
    begin(room, adjudicators=("dora",))
    hands = {name: Hand(room, house.store.people.named(name)) for name in ("anna", "ben")}
    hands["ben"].read_all()
    *same, other = (one.item for one in reading_list(room, "anna").items)
    for item in same:
        hands["anna"].draw(item)
        hands["anna"].lock(item)
    anna = house.enter(browser, "anna")
    anna.open("/")
    anna.heading("Your cases")
    anna.page.keyboard.press("Enter")
    anna.page.wait_for_url(f"**/read/{other}")
    anna.page.get_by_text("map of record").first.wait_for()
    assert anna.ask(f"/reading/items/{other}")["pointer"] is None
    anna.page.keyboard.press("g")
    anna.page.get_by_text("No lesion was pointed out in this case.").wait_for()
    for _ in range(3):
        anna.page.keyboard.press("Control+Shift+ArrowDown")
    anna.page.keyboard.press("c")
    anna.page.keyboard.press("Space")
    anna.page.locator("[data-save=saved]").get_by_text("saved").wait_for()
    sign(anna)
    anna.page.get_by_role("button", name=re.compile("Next case|Back to the list")).wait_for()
    lesion = house.store.reading.designs.item(other)
    assert counting(room, lesion.subject) == set()

    dora = house.enter(browser, "dora", size=(3840, 2160))
    page = dora.page
    dora.open("/pointers")
    page.get_by_text("By the protocol, readers find the lesion themselves").wait_for()
    dora.open("/adjudication")
    dora.heading("Adjudication")
    page.get_by_text("The readers drew different lesions").wait_for()
    assert dora.faults() == []
    page.keyboard.press("Enter")
    dora.heading("Two readings")
    images = page.get_by_role("application")
    images.first.wait_for()
    decide = page.get_by_role("button", name="Decide", exact=True)
    for box in (images.first.bounding_box(), decide.bounding_box()):
        assert box["y"] + box["height"] < 2160
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    for name in ("A new drawing", "Both contours on both", "Next series", "Back to the list"):
        sheet.get_by_text(name, exact=True).wait_for()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert images.first.evaluate("one => one === document.activeElement")
    for keys in ("Left", "Up"), ("Right", "Right"), ("Down", "Down"), ("Left", "Left"):
        for key in keys:
            page.keyboard.press(f"Shift+Arrow{key}")
        page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Space")
    page.keyboard.press("Backspace")
    page.locator("[data-corners='4']").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Drawn. Another stroke takes its place.").wait_for()
    assert dora.faults() == []
    page.get_by_label("Why", exact=True).fill("Neither took the lesion of the liver.")
    decide.press("Enter")
    dora.heading("Adjudication")
    page.get_by_text("0 cases to decide, 1 decided").wait_for()
    assert counting(room, lesion.subject) == {"consensus"}
    (ring,) = (one for one in current_contours(house.store) if one.subject == lesion.subject)
    assert len(ring.points_lps_mm) == 4
    page.get_by_role("link", name="Difference 1").click()
    page.get_by_role("heading", name="Decided: A new drawing").wait_for()
    assert dora.faults() == []


def counting(room, subject: str) -> set[str]:
    """Whose contours of a subject are measured."""
    return {one.reader for one in current_contours(room.store) if one.subject == subject}
