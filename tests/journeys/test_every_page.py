"""Every page of the room: with nothing in the study, with a server that fails, with ten thousand subjects."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from tests.large_study import N_AWAITED, N_OPEN, N_SUBJECTS, large_study, read_nearly_to_the_end
from tests.pages_of_the_room import COORDINATOR, LISTED, PAGES, READER, STATISTICIAN, RoomPage, addresses
from tests.reading_browser import Visitor, chromium
from tests.room_house import House, opened_house

from adcurate.study.create import create_study
from adcurate.study.reading.pointers import lesions_to_point

MOST_NODES, MOST_BYTES, WAIT_MS = 5_000, 4_000_000, 60_000
FAILS = {"code": "internal.error", "sentence": "Something went wrong here.", "remedy": "Try it once more."}
WIDTHS = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A study in which nothing is but the people."""
    folder = tmp_path_factory.mktemp("empty")
    with opened_house(create_study(folder / "study", key_file=folder / "vault.key").folder) as house:
        let_in(house)
        yield house


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Ten thousand subjects, read by two but for the last cases."""
    study = large_study(tmp_path_factory.mktemp("large"))
    with opened_house(study) as house:
        let_in(house)
        people: dict[str, Any] = {name: house.store.people.named(name) for name in (READER, "ben")}
        read_nearly_to_the_end(house.room.reading, people)
        yield house


def let_in(house: House) -> None:
    """Everybody whom the pages are for."""
    house.know(COORDINATOR, "administrator", "coordinator", "auditor")
    house.know(STATISTICIAN, "statistician")
    for name in (READER, "ben"):
        house.know(name, "reader")


def entered(house: House, browser: Any) -> dict[str, Visitor]:
    """Everybody, signed in."""
    return {who: house.enter(browser, who) for who in (COORDINATOR, READER, STATISTICIAN)}


def stands(visitor: Visitor, path: str, page: RoomPage) -> None:
    """A page opens with its heading, says something, is no wider than the window, and is sound."""
    visitor.open(path)
    heading = visitor.page.get_by_role("heading", level=1)
    heading.wait_for(timeout=WAIT_MS)
    visitor.page.get_by_text("Loading …").wait_for(state="detached", timeout=WAIT_MS)
    assert page.heading in heading.inner_text(), path
    assert len(visitor.page.locator("main").inner_text()) > 60, path
    width, room = visitor.page.evaluate(WIDTHS)
    assert width <= room, f"{path} is {width} wide"
    assert visitor.faults() == [], path
    assert visitor.trouble == [], path


def test_the_list_of_pages_is_the_one_of_the_page_itself() -> None:
    assert addresses() == set(PAGES)


def test_an_empty_study_has_something_to_say_on_every_page(browser: Any, empty: House) -> None:
    visitors = entered(empty, browser)
    for path, page in LISTED.items():
        stands(visitors[page.who], path, page)


@pytest.mark.parametrize("kind", ["refused", "gone"])
def test_every_page_says_what_went_wrong_and_asks_again(browser: Any, empty: House, kind: str) -> None:
    def fail(route: Any) -> None:
        if route.request.url.endswith("/api/session"):
            route.continue_()
        elif kind == "gone":
            route.abort()
        else:
            route.fulfill(status=500, content_type="application/json", body=json.dumps({"error": FAILS}))

    said = FAILS["sentence"] if kind == "refused" else "The server does not answer."
    for who, visitor in entered(empty, browser).items():
        main = visitor.page.locator("main")
        for path, page in LISTED.items():
            if page.who != who or not page.asks:
                continue
            visitor.page.route("**/api/**", fail)
            visitor.open(path)
            alert = main.get_by_role("alert").filter(has_text=said).first
            alert.wait_for()
            assert len(alert.locator("p").all()) == 3, f"{path}: what, what to do, and the code"
            assert page.heading in main.get_by_role("heading", level=1).inner_text(), path
            assert visitor.faults() == [], path
            visitor.page.unroute("**/api/**")
            again = main.get_by_role("button", name="Ask again")
            while again.count():
                again.first.click()
                again.first.wait_for(state="detached")
            alert.wait_for(state="detached")
            main.get_by_role("heading", level=1).wait_for()


def test_ten_thousand_subjects_are_shown_in_parts(browser: Any, large: House) -> None:
    answers: list[tuple[str, int]] = []
    visitors = entered(large, browser)
    for visitor in visitors.values():
        visitor.page.on(
            "response", lambda one: answers.append((one.url, one)) if "/api/" in one.url else None
        )
    for path, page in LISTED.items():
        answers.clear()
        visitor = visitors[page.who]
        stands(visitor, path, page)
        nodes = visitor.page.evaluate("document.getElementsByTagName('*').length")
        assert nodes < MOST_NODES, f"{path} has {nodes} nodes"
        for url, one in answers:
            assert len(one.body()) < MOST_BYTES, url


def test_one_of_ten_thousand_is_found(browser: Any, large: House) -> None:
    visitors = entered(large, browser)
    carla, anna = visitors[COORDINATOR], visitors[READER]
    page = carla.page
    page.set_default_timeout(WAIT_MS)
    carla.open("/pointers")
    lesions = page.get_by_role("navigation", name="Lesions")
    lesions.get_by_role("link").first.wait_for()
    n_shown = N_SUBJECTS - N_AWAITED
    assert lesions.get_by_text(f"1 to 100 of {n_shown:,}").count() == 1
    last = [one.key for one in lesions_to_point(large.room.reading) if one.study_instance_uid][-1]
    page.get_by_label("Find by code").fill(last)
    lesions.get_by_role("link", name=last).wait_for()
    assert lesions.get_by_role("link").count() == 1

    carla.open("/images")
    page.get_by_label("Code of the subject").fill(last.partition("/")[0])
    page.get_by_role("rowheader", name=last.partition("/")[0]).wait_for()

    carla.open("/patients")
    page.get_by_role("grid").wait_for()
    page.get_by_label("Search").fill(last.partition("/")[0])
    page.get_by_role("gridcell").first.wait_for()

    anna.open("/")
    anna.page.set_default_timeout(WAIT_MS)
    anna.page.get_by_text(f"of {n_shown}").first.wait_for()
    following = anna.page.get_by_role("button", name="Read Case")
    label = following.inner_text()
    assert anna.page.get_by_role("row").count() <= 101
    number = n_shown - N_OPEN + 1
    assert str(number) in label and anna.page.get_by_role("link", name=f"Case {number}").is_visible()
    anna.press("Earlier")
    assert anna.page.get_by_role("link", name=f"Case {number}").count() == 0
