"""Twelve comments of reviewers, each answered on the page of results without a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.explored_study import FAR, N_EXAMS, TREATED, explored_study, read_to_the_end
from tests.reading_browser import Visitor, chromium
from tests.room_house import House, opened_house

from adcurate.report.moved import count_in_words
from adcurate.study import report
from adcurate.study.serving.results import make_results
from adcurate.study.what_if import Choices, what_if

WAIT_MS = 60_000


@pytest.fixture(scope="module")
def browser(program) -> Iterator[object]:
    with chromium(program("chromium", "chromium")) as browser:
        yield browser


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A study that was read, with its results made."""
    study = explored_study(tmp_path_factory.mktemp("reviewer"))
    with pytest.MonkeyPatch.context() as quick, opened_house(study) as house:
        quick.setattr(
            report,
            "figure_encoder",
            lambda *given: lambda drawn: {name: {"svg": b"<svg></svg>"} for name in drawn},
        )
        house.know("stan", "statistician")
        house.know("early", "statistician")
        for name in ("rita", "rob"):
            house.know(name, "reader")
        people: dict[str, Any] = {name: house.store.people.named(name) for name in ("rita", "rob")}
        read_to_the_end(house.room.reading, people)
        stan: Any = house.store.people.named("stan")
        make_results(house.room.reading, stan, lambda *step: None)
        yield house
        assert house.trouble() == []


@pytest.fixture(scope="module")
def stan(browser: object, house: House) -> Visitor:
    visitor = house.enter(browser, "stan")
    visitor.open("/results")
    visitor.heading("Results")
    visitor.page.get_by_role("heading", name="Plots").wait_for()
    return visitor


def main_numbers(stan: Visitor) -> dict[str, list[str]]:
    """The rows of the table of main numbers."""
    rows = stan.page.locator("#numbers table").first.locator("tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}


def with_choice(stan: Visitor, words: str) -> dict[str, list[str]]:
    """The main numbers once the choice is analysed; the page goes back to the protocol."""
    stan.page.get_by_text(f"Post hoc: {words}").wait_for(timeout=WAIT_MS)
    found = main_numbers(stan)
    stan.press("Back to the protocol")
    stan.page.get_by_text("Post hoc: ").wait_for(state="detached")
    return found


def choose(stan: Visitor, label: str, option: str) -> None:
    stan.page.get_by_role("button", name=label).click()
    stan.page.get_by_role("option", name=option, exact=True).click()


def test_1_treated_patients_should_be_excluded(stan, house):
    stan.page.get_by_text("Without those treated before the MRI").click()
    stan.page.get_by_text("Post hoc: without").wait_for(timeout=WAIT_MS)
    by_command = what_if(house.room.study, Choices(exclude_treated=True))
    assert stan.page.locator("#moved > summary").inner_text() == count_in_words(by_command.moved)
    told = stan.page.locator("#letter p")
    stan.page.locator("#letter summary").click()
    assert told.inner_text() == by_command.letter
    assert "as planned" in by_command.letter and "(post hoc)" in by_command.letter
    stan.page.locator("#moved > summary").click()
    stan.page.locator("#moved details summary").first.click()
    found = with_choice(stan, "without those treated before the MRI")
    assert found["Analysed"] == [str(N_EXAMS), str(N_EXAMS - len(TREATED))]
    assert f"{by_command.after.of_record[0].auc.value:.3f}" in " ".join(found["avgADC AUC"])


def test_2_mri_and_histology_lie_too_far_apart(stan):
    stan.page.get_by_text("MRI and histology near each other").click()
    stan.page.get_by_label("At most so many days").fill("30")
    stan.page.get_by_label("At most so many days").press("Tab")
    found = with_choice(stan, "MRI and histology at most 30 days apart")
    assert found["Analysed"][1] == str(N_EXAMS - len(FAR))


def test_3_does_it_hold_on_the_scanners_of_one_maker(stan):
    choose(stan, "Scanners of one maker", "Siemens")
    assert with_choice(stan, "scanners of Siemens only")["Analysed"][1] == str(N_EXAMS // 2)


def test_4_does_it_hold_with_the_other_reader(stan, house):
    choose(stan, "Readings of", "rob")
    found = with_choice(stan, "readings of rob")
    after = what_if(house.room.study, Choices(reader="rob")).after
    assert f"{after.of_record[0].auc.value:.3f}" in " ".join(found["avgADC AUC"])


def moved_as_told(stan: Visitor, house: House, words: str, choices: Choices) -> dict[str, list[str]]:
    """The main numbers with the choice, when the page moves what the command moves, and something moved."""
    told = what_if(house.room.study, choices)
    stan.page.get_by_text(f"Post hoc: {words}").wait_for(timeout=WAIT_MS)
    assert told.moved
    assert stan.page.locator("#moved > summary").inner_text() == count_in_words(told.moved)
    before, after = (f"{one.of_record[0].auc.value:.3f}" for one in (told.before, told.after))
    found = with_choice(stan, words)
    shown = found["avgADC AUC"]
    assert before in shown[0]
    assert shown[1] == "same" if after == before else after in shown[1]
    return found


def test_5_another_edition_grades_otherwise(stan, house):
    choose(stan, "Graded by another edition", "who-2010")
    found = moved_as_told(stan, house, "graded by who-2010", Choices(edition="who-2010"))
    assert found["Analysed"] == [str(N_EXAMS), "same"]
    assert found["avgADC AUC"][1] != "same"


def test_6_are_the_scanners_own_maps_to_be_trusted(stan, house):
    assert stan.page.get_by_role("application", name="refit less scanner map").count() == 1
    choose(stan, "Map of record", "refitted from the diffusion images")
    moved_as_told(stan, house, "the refit map of record", Choices(map_source="refit"))


def test_7_what_was_planned_and_what_was_not(stan, house):
    answers = what_if(house.room.study, Choices()).before.answers
    shown = stan.page.locator("#planned summary").all_inner_texts()
    assert [(one.question.kind, one.stamp) for one in answers] == [
        ("agreement", "planned"),
        ("sensitivity", "planned"),
    ]
    assert len(shown) == len(answers)
    for words, answer in zip(shown, answers, strict=True):
        assert f"{answer.stamp}, {answer.question.role}" in words
    assert stan.page.locator("#post-hoc").count() == 0


def test_8_which_patient_is_that_outlier_and_back_to_the_same_place(stan):
    plot = stan.page.get_by_role("application").first
    plot.focus()
    stan.page.keyboard.press("ArrowRight")
    told = stan.page.locator("figure").first.locator("figcaption strong").inner_text()
    before = stan.page.evaluate("window.scrollY")
    stan.page.keyboard.press("Enter")
    stan.page.get_by_role("heading", name=told.split(",")[0], level=1).wait_for()
    assert stan.page.locator("figure svg image").count() >= 3
    stan.press("Back to the results")
    stan.page.get_by_role("heading", name="Plots").wait_for()
    assert abs(stan.page.evaluate("window.scrollY") - before) < 2


def test_9_the_minimum_may_be_one_noisy_voxel(stan):
    case = stan.page.locator("#cases tbody th a").first
    case.click()
    stan.page.get_by_text("Minimum rests on").wait_for()
    assert stan.page.locator("tbody").get_by_text("voxel").count() >= 2
    assert stan.faults() == []
    stan.press("Back to the results")
    stan.page.get_by_role("heading", name="Plots").wait_for()


def test_10_agreement_between_the_readers(stan):
    plot = stan.page.locator("figure", has=stan.page.get_by_role("heading", name="less r"))
    assert "Bias" in plot.first.inner_text() and "limits of agreement" in plot.first.inner_text()


def test_11_who_was_left_out_and_why(stan):
    stan.page.locator("#participants summary").click()
    assert "Analysed" in stan.page.locator("#participants table").inner_text()


def test_12_the_cut_off_needs_an_interval_and_the_methods_must_be_told(stan):
    stan.page.locator("#roc summary").click()
    assert "interval of the cut-off" in stan.page.locator("#roc").inner_text()
    stan.page.locator("#methods summary").click()
    assert len(stan.page.locator("#methods p").all()) > 3
    with stan.page.expect_popup() as opened:
        stan.page.get_by_role("link", name="The report in its own window").click()
    opened.value.get_by_role("heading", name="Summary").wait_for()


def test_the_protocol_is_two_pages_to_read_and_its_file_is_folded(stan):
    assert not stan.page.get_by_label("The protocol word for word").is_visible()
    with stan.page.expect_popup() as opened:
        stan.page.get_by_role("link", name="Read it as two pages").click()
    opened.value.get_by_text("Confirmatory:").wait_for()
    assert "schema_version" not in opened.value.locator("body").inner_text()
    stan.page.get_by_text("For the record: its digest").click()
    assert "schema_version" in stan.page.get_by_label("The protocol word for word").inner_text()


def test_the_page_is_sound_for_those_who_do_not_see_it(stan):
    assert stan.faults() == []
