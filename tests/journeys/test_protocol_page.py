"""The protocol filled in on its page: what is chosen there is what the file says and the study is run by."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.reading_browser import PASSWORD, Visitor, chromium, served
from tests.reading_room import begin, opened_room, reading_study

from adcurate.model.reading.person import Role
from adcurate.study.folder import StudyFolder
from adcurate.study.people.invite import accept_invitation, invite
from adcurate.study.people.roles import add_person


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """A study with a coordinator and a reader; nothing is read yet."""
    study = reading_study(tmp_path_factory.mktemp("protocol-page"), 2, grades=("G1", "G3"))
    with opened_room(study) as room:
        for name, roles in (
            ("carla", [Role("administrator"), Role("coordinator")]),
            ("anna", [Role("reader")]),
        ):
            person = add_person(room.store, name, name.title(), roles, by="")
            link = invite(room.store, person.id, by="")
            assert link
            accept_invitation(room.store, link.rpartition("/")[2], PASSWORD)
    return study


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


def at_the_protocol(browser: object, address: str) -> Visitor:
    carla = Visitor.new(browser, address)
    carla.sign_in("carla")
    carla.page.get_by_role("link", name="Protocol", exact=True).first.click()
    carla.heading("Protocol")
    return carla


def test_what_is_chosen_on_the_page_is_what_the_file_says(browser, study) -> None:
    with served(study.path) as (address, _):
        carla = at_the_protocol(browser, address)
        page = carla.page
        page.locator("[data-key='adc.map_of_record'] button").click()
        page.get_by_role("option", name="refitted from the diffusion images").click()
        carla.fill("Smallest lesion, mm", "12")
        page.get_by_role("radiogroup", name="Side of G2").get_by_text("high grade").click()
        page.get_by_role("button", name="Add a row").first.click()
        page.get_by_role("group", name="Markers").get_by_label("Name").last.fill("lower tenth")
        region = page.get_by_role("region", name="Unsaved changes")
        assert "5 changes" in region.inner_text()
        page.get_by_role("button", name="Undo Markers").click()
        carla.fill("b-values of the fit, s/mm²", "800, 50")
        region.get_by_text("does not rise").wait_for()
        assert region.get_by_role("button", name="Save").is_disabled()
        carla.fill("b-values of the fit, s/mm²", "50, 800")
        region.get_by_text("does not rise").wait_for(state="detached")
        assert carla.faults() == []
        region.get_by_role("button", name="Save").click()
        region.wait_for(state="detached")
        protocol = study.protocol()
        assert protocol.adc.map_of_record == "refit" and protocol.adc.b_values == (50.0, 800.0)
        assert protocol.eligibility.minimum_lesion_size_mm == 12.0
        assert protocol.outcome.positive == ("G2", "G3") and protocol.outcome.negative == ("G1",)
        assert "# The map whose numbers are the study's." in study.protocol_file.read_text("utf-8")

        carla.press("Print …")
        carla.fill("Institution", "University Hospital")
        with page.expect_popup() as opened:
            carla.press("Open the document")
        opened.value.get_by_text("at least 12 mm").wait_for()
        assert "University Hospital" in opened.value.content()
        assert carla.trouble == []


def test_once_the_reading_began_a_change_needs_a_reason(browser, study) -> None:
    with opened_room(study) as room:
        begin(room, ["anna"])
    with served(study.path) as (address, _):
        carla = at_the_protocol(browser, address)
        carla.fill("Title", "ADC and grade, amended")
        region = carla.page.get_by_role("region", name="Unsaved changes")
        save = region.get_by_role("button", name="Save")
        assert save.is_disabled()
        region.get_by_label("Why?").fill("The committee asked for another title.")
        save.click()
        region.wait_for(state="detached")
    with study.open_store("read") as store:
        latest = store.protocols.latest()
    assert latest is not None and latest.reason == "The committee asked for another title."
    assert study.protocol().title == "ADC and grade, amended"
