"""Coming into the reading room in a real browser: links, codes, sessions that end, a server that stops."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac
import re
import struct
from collections.abc import Iterator

import pytest
from tests.reading_browser import PASSWORD, Visitor, chromium
from tests.reading_room import begin, reading_study
from tests.room_house import House, opened_house

from adcurate.study.reading.next_case import reading_list

SIZES = ((1366, 768), (1600, 900), (3840, 2160))
LONG = "Prof. Dr. Maximiliane Wolfeschlegelsteinhausenbergerdorff-Hohenstein of the Department of Radiology"
HEADINGS = {"Cases": "Your cases", "Audit": "Audit log"}


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A study that is being read, and its people."""
    with opened_house(reading_study(tmp_path_factory.mktemp("doors"), 3)) as house:
        house.know("carla", "administrator", "coordinator")
        for name in ("anna", "ben", "cleo", "dina"):
            house.know(name, "reader")
        house.know("all", "reader", "coordinator", "administrator", "auditor", called=LONG)
        begin(house.room.reading, ("anna", "ben", "cleo", "dina"), adjudicators=("carla",))
        yield house
        assert house.trouble() == []


@pytest.fixture
def enter(house, browser) -> Iterator[object]:
    """Somebody who signed in; their browser is closed after the test."""
    entered: list[Visitor] = []

    def entering(name: str, **options: object) -> Visitor:
        entered.append(house.enter(browser, name, **options))
        return entered[-1]

    yield entering
    for visitor in entered:
        visitor.page.context.close()


def code_now(secret: str, clock) -> str:
    """What an authenticator app shows (RFC 6238)."""
    step = int(datetime.datetime.fromisoformat(clock()).timestamp()) // 30
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[19] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def enabled(visitor: Visitor, name: str) -> bool:
    return visitor.page.get_by_role("button", name=name, exact=True).is_enabled()


def at_next_case(visitor: Visitor) -> str:
    """The reader's next case is on the screen; its id."""
    item = visitor.ask("/reading")["next"]
    visitor.open(f"/read/{item}")
    visitor.page.get_by_text("map of record").first.wait_for()
    for loading in visitor.page.get_by_text("loading …").all():
        loading.wait_for(state="detached")
    return str(item)


def sign_in_over_the_page(visitor: Visitor, name: str) -> None:
    """The window over the page knows who was here."""
    window = visitor.page.get_by_role("dialog", name="Your session ended")
    window.wait_for()
    assert window.get_by_label("Name", exact=True).input_value() == name
    assert visitor.faults() == []
    window.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.page.keyboard.press("Enter")
    window.wait_for(state="detached")


def contours(house: House, item: str) -> list:
    saved = house.store.reading.drafts.latest(item)
    return [] if saved is None else list(saved.draft.contours)


def test_the_first_person_comes_in_by_the_link_and_lets_in_the_next(browser, tmp_path):
    with opened_house(reading_study(tmp_path, 1)) as house:
        before = house.newcomer(browser)
        before.open("/")
        before.heading("Nobody is here yet")
        assert before.faults() == []
        carla = house.newcomer(browser)
        link = house.first_link()
        carla.page.goto(link)
        carla.heading("You are the administrator")
        assert carla.page.title() == "You are the administrator · Adcurate"
        carla.page.keyboard.type("Carla")
        carla.page.keyboard.press("Tab")
        carla.page.keyboard.type("carla")
        carla.fill("Password", "too short")
        carla.fill("The same again", "too short")
        assert not enabled(carla, "Open the reading room")
        carla.fill("Password", PASSWORD)
        carla.fill("The same again", "another sentence")
        carla.page.get_by_text("The two differ.").wait_for()
        assert not enabled(carla, "Open the reading room")
        carla.fill("The same again", PASSWORD)
        carla.page.keyboard.press("Enter")
        carla.heading("People")
        carla.page.get_by_role("heading", name="You are alone here").wait_for()
        before.page.goto(link)
        before.page.reload()
        before.heading("This study has an administrator")

        carla.page.keyboard.press("a")
        carla.page.keyboard.type("Anna")
        carla.page.keyboard.press("Tab")
        carla.page.keyboard.type("Carla")
        carla.page.get_by_role("checkbox", name="Reader").press("Space")
        carla.page.keyboard.press("Enter")
        carla.page.get_by_role("alert").get_by_text("people.name-taken").wait_for()
        carla.fill("Name to sign in with", "anna")
        carla.page.keyboard.press("Enter")
        invitation = carla.page.get_by_test_id("invitation-link").inner_text()
        assert carla.faults() == []
        carla.page.keyboard.press("Escape")

        anna = house.newcomer(browser)
        anna.page.goto(invitation)
        anna.heading("You are invited")
        assert anna.faults() == []
        anna.choose_password("Enter the reading room")
        anna.heading("Your cases")
        anna.page.get_by_role("heading", name="There is nothing to read yet").wait_for()
        before.page.goto(invitation)
        before.choose_password("Enter the reading room")
        before.page.get_by_role("alert").get_by_text("people.link").wait_for()
        anna.press("Sign out")
        anna.heading("Sign in")
        anna.open("/account")
        anna.heading("Sign in")
        assert house.trouble() == []


def test_a_second_factor_is_asked_for_from_then_on_until_it_is_dropped(house, browser, enter):
    ben = enter("ben")
    ben.open("/account")
    ben.heading("Ben")
    ben.press("Set it up")
    secret = ben.page.locator("code").inner_text().replace(" ", "")
    ben.fill("The code that it shows", "000000")
    section = ben.page.locator("form").filter(has_text="The code that it shows")
    section.get_by_label("Password").fill(PASSWORD)
    ben.press("Ask for a code from now on")
    ben.page.get_by_role("alert").wait_for()
    assert ben.faults() == []
    ben.fill("The code that it shows", code_now(secret, house.clock))
    ben.press("Ask for a code from now on")
    ben.page.get_by_text("Signing in asks for a code from your app.").wait_for()
    ben.press("Sign out")

    house.clock.pass_(seconds=60)
    ben.sign_in("ben")
    ben.page.get_by_role("alert").get_by_text("people.sign-in").wait_for()
    ben.press("I have a code too")
    ben.page.keyboard.type(code_now(secret, house.clock))
    assert ben.faults() == []
    ben.page.keyboard.press("Enter")
    ben.heading("Your cases")
    used = house.newcomer(browser)
    used.sign_in("ben")
    used.press("I have a code too")
    used.fill("Code", code_now(secret, house.clock))
    used.page.keyboard.press("Enter")
    used.page.get_by_role("alert").get_by_text("people.sign-in").wait_for()
    used.page.context.close()

    ben.open("/account")
    section = ben.page.locator("form").filter(has_text="Signing in asks for a code")
    section.get_by_label("Password").fill(PASSWORD)
    ben.press("Stop asking for codes")
    ben.page.get_by_role("button", name="Set it up").wait_for()


def test_a_session_that_ends_in_the_middle_of_a_stroke_loses_nothing(house, enter):
    anna = enter("anna")
    item = at_next_case(anna)
    box = anna.page.locator("[data-pane]").filter(has_text="map of record").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    anna.page.mouse.move(x, y)
    anna.page.mouse.down()
    for step in ((30, 0), (30, 30)):
        anna.page.mouse.move(x + step[0], y + step[1])
    house.clock.pass_(hours=13)
    anna.page.mouse.move(x, y + 30)
    anna.page.mouse.up()
    anna.page.get_by_text("sign in to save, 1 edit kept").wait_for()
    assert contours(house, item) == []
    sign_in_over_the_page(anna, "anna")
    anna.page.locator("[data-save=saved]").get_by_text("saved").wait_for()
    (kept,) = contours(house, item)
    anna.page.reload()
    anna.page.get_by_role("region", name="Drawn").get_by_text("lesion").wait_for()
    assert contours(house, item) == [kept]


def test_a_tab_never_sends_in_the_name_of_somebody_who_signed_in_in_another(house, enter):
    cleo = enter("cleo")
    item = at_next_case(cleo)
    other = Visitor(cleo.page.context.new_page(), cleo.address, [])
    other.open("/")
    other.heading("Your cases")
    other.press("Sign out")
    other.heading("Sign in")
    other.sign_in("dina")
    other.heading("Your cases")
    cleo.page.bring_to_front()
    cleo.page.keyboard.press("c")
    cleo.page.keyboard.press("Space")
    sign_in_over_the_page(cleo, "cleo")
    cleo.page.locator("[data-save=saved]").get_by_text("saved").wait_for()
    assert len(contours(house, item)) == 1
    dinas = [one.item for one in reading_list(house.room.reading, "dina").items]
    assert [contours(house, one) for one in dinas] == [[], [], []]
    # The other tab is Dina's still, and says so instead of showing what is Cleo's.
    other.page.bring_to_front()
    other.page.evaluate("dispatchEvent(new Event('focus'))")
    other.page.get_by_role("dialog", name="Your session ended").wait_for()
    assert other.page.get_by_label("Name", exact=True).input_value() == "dina"
    other.page.get_by_role("link", name="Leave this page").click()
    other.page.get_by_role("link", name="Cleo").wait_for()


def test_a_server_that_stops_is_said_and_what_was_asked_comes_when_it_is_back(house, enter):
    carla = enter("carla")
    page = carla.page
    carla.open("/design")
    carla.heading("Design")
    page.get_by_role("button", name="Add: adjudicator").click()
    page.get_by_role("option", name="Anna").click()
    house.stop()
    try:
        carla.press("Save")
        page.get_by_role("alert").get_by_text("network.unreachable").wait_for()
        page.get_by_text("The server does not answer. What is on this page stays").wait_for()
        assert carla.faults() == []
        for _ in range(3):
            page.keyboard.press("]")
        carla.heading("Adjudication")
        page.keyboard.press("[")
        carla.heading("Progress")
        page.get_by_role("button", name="Ask again").wait_for()
    finally:
        house.start()
    page.get_by_role("rowheader", name="anna").wait_for()
    page.get_by_text("The server does not answer.").wait_for(state="detached")

    late = enter("carla")
    late.page.route("**/api/session", lambda route: route.abort())
    late.open("/audit")
    late.heading("The reading room cannot be opened")
    assert late.faults() == []
    late.page.unroute("**/api/session")
    late.heading("Audit log")


def test_every_page_has_its_title_its_keys_and_no_fault_and_fits(enter):
    anyone = enter("all")
    page = anyone.page
    anyone.open("/")
    anyone.heading("Your cases")
    entries = page.get_by_role("navigation", name="Pages", exact=True).get_by_role("link").all_inner_texts()
    assert len(entries) >= 6
    title = anyone.ask("/session")["study"]["title"]
    walk = []
    for key, entry in enumerate(entries, start=1):
        page.keyboard.press(str(key))
        page.locator("nav a[aria-current]", has_text=entry).first.wait_for()
        beside = (
            page.get_by_role("navigation", name=f"Pages of {entry}").get_by_role("link").all_inner_texts()
        )
        walk += [(key if at == 0 else "]", one) for at, one in enumerate(beside or [entry])]
    assert len(walk) >= 12
    for key, place in (*walk, (0, LONG)):
        heading = title if place == "Home" else HEADINGS.get(place, place)
        page.keyboard.press(str(key))
        anyone.heading(heading)
        assert page.title() == f"{heading} · Adcurate"
        page.get_by_text("Loading …").wait_for(state="detached")
        assert page.evaluate("document.activeElement.id") == "main"
        assert anyone.faults() == [], heading
        page.keyboard.press("?")
        sheet = page.get_by_role("dialog", name="Keys")
        for name in (*entries, "Your account"):
            sheet.get_by_text(name, exact=True).first.wait_for()
        page.keyboard.press("Escape")
        sheet.wait_for(state="detached")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert page.get_by_role("button", name="Sign out").bounding_box()["x"] < width - 20
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width, (heading, width)


def test_a_page_that_is_not_there_or_not_for_this_role_looks_the_same(enter):
    anna = enter("anna")
    said = []
    for path in ("/people", "/nowhere"):
        anna.open(path)
        anna.heading("There is no such page")
        said.append(anna.page.locator("main").inner_text())
    assert said[0] == said[1]
    icon = anna.page.request.get(f"{anna.address}/favicon.svg")
    assert icon.ok and icon.headers["content-type"] == "image/svg+xml"
    assert re.search('rel="icon"[^>]*href="/favicon.svg"', anna.page.request.get(anna.address).text())


def test_the_log_is_read_sifted_opened_and_checked(enter):
    carla = enter("carla")
    carla.open("/audit")
    carla.heading("Audit log")
    carla.page.get_by_label("Only lines with").wait_for()
    carla.page.keyboard.press("f")
    carla.page.keyboard.type("pointer")
    carla.page.get_by_text(re.compile(r"^3 of \d+ read, all of them$")).wait_for()
    carla.page.get_by_role("button", name="More of line").first.click()
    carla.page.get_by_role("heading", name="After").wait_for()
    assert carla.faults() == []
    carla.page.keyboard.press("c")
    carla.page.get_by_text(re.compile(r"All \d+ lines are as they were written\.")).wait_for()
    assert carla.faults() == []
