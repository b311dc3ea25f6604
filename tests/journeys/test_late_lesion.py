"""A lesion that came after the reading began: seen on the study's page, given under Design, read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.reading_browser import chromium
from tests.reading_room import Hand, Somebody, place_all_pointers, reading_study
from tests.room_house import opened_house

from adcurate.model.reading.design import ReadDesign
from adcurate.study.reading.design import start_reading
from adcurate.study.reading.pointers import lesions_to_point


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


def test_a_late_lesion_goes_from_the_study_page_by_the_design_to_the_reader(browser, tmp_path, monkeypatch):
    with opened_house(reading_study(tmp_path / "house", 2)) as house:
        house.know("carla", "coordinator")
        house.know("anna", "reader")
        room, pointers = house.room.reading, house.store.reading.pointers
        place_all_pointers(room)
        late = lesions_to_point(room)[-1].key
        everything = pointers.all()
        with monkeypatch.context() as patch:
            early = {key: one for key, one in everything.items() if "/".join(key) != late}
            patch.setattr(pointers, "all", lambda: early)
            design = ReadDesign(readers=("anna",))
            start_reading(room, Somebody("carla"), design, leave_out_without_pointer=True)
        Hand(room, Somebody("anna")).read_all()

        carla = house.enter(browser, "carla")
        page = carla.page
        carla.open("/")
        page.get_by_role("link", name="Give 1 new lesion to the readers:").wait_for()
        page.get_by_text(late).wait_for()
        page.get_by_text("1 / 2").wait_for()
        assert carla.faults() == []
        page.get_by_role("button", name="Give 1 new lesion to the readers").click()
        carla.heading("Design")
        page.get_by_role("heading", name="1 lesion given to the readers").wait_for()
        page.get_by_role("button", name="Give 1 new lesion to the readers").click()
        asked = page.get_by_role("dialog", name="Give 1 new lesion to the readers")
        asked.get_by_text("anna 1").wait_for()
        assert asked.get_by_role("button", name="Give", exact=True).is_disabled()
        assert carla.faults() == []
        asked.get_by_label("Why now").fill("The disc came late.")
        asked.get_by_role("button", name="Give", exact=True).click()
        page.get_by_text("None waits.").wait_for()
        page.get_by_role("heading", name="2 lesions given to the readers").wait_for()

        anna = house.enter(browser, "anna")
        anna.open("/")
        anna.page.get_by_text("of 2 locked").wait_for()
        anna.page.get_by_role("button", name="Read Case 2").wait_for()
        assert late.split("/")[0] not in anna.page.content()

        made = {"files": {}, "inputs": 0}
        house.store.reading.told_results.note("results.make", made, house.store.people.named("carla").id)
        carla.open("/design")
        page.get_by_text(
            "It is too late to give lesions to the readers, because the results were made"
        ).wait_for()
        assert carla.faults() == [] and house.trouble() == []
