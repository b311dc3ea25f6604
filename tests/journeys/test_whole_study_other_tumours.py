"""Studies of the prostate and of the liver by their pages: from the template to the scale's own words."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from tests.reading_browser import chromium
from tests.study_by_pages import (
    Walk,
    adds_up,
    boxes_on,
    centre_of,
    equal_numbers,
    welcomed,
    write_disc,
)

from adcurate.phantom import OtherTumour, prescribe_other_tumours

N = 6
NOT_OURS = re.compile(r"(?i:ki-?67|neuroendocrin|carcinoid|mitos)|\bWHO\b|\bNETs?\b|\bNENs?\b")
# What a pathologist's letter says, for the grade that it means.
TYPED = {"ISUP 1": "3+3", "ISUP 2": "GG2", "ISUP 3": "7 (4+3)", "ISUP 4": "4+4=8", "ISUP 5": "V"}
OFFERING = ("welcome", "protocol")  # they offer what studies of other tumours choose
MOST_OFF = 0.2  # of the mean of a small circle that is drawn, from the prescribed one


@dataclass(frozen=True)
class Tumour:
    """One template, and what a study of it is made of."""

    organ: str
    template: str
    title: str
    heads: tuple[str, ...]
    positive: str
    radius_mm: float
    by_mouse: bool

    def cells(self, one: OtherTumour) -> tuple[str, ...]:
        """The outcome as the letter has it."""
        return (TYPED[one.grade],) if self.organ == "prostate" else (one.grade, one.said)


PROSTATE = Tumour("prostate", "ISUP grade group", "Prostate", ("ISUP grade",), "significant", 3.5, True)
LIVER = Tumour("liver", "benign or malignant", "Liver", ("outcome", "diagnosis"), "malignant", 5.0, False)


@pytest.mark.parametrize("tumour", [PROSTATE, LIVER], ids=lambda one: one.organ)
def test_a_study_of_another_tumour_goes_by_its_pages_alone(tumour, program, tmp_path, monkeypatch):
    cohort = prescribe_other_tumours(tumour.organ, N)
    numbers = {one.exam.patient_id: f"{300_200 + at}" for at, one in enumerate(cohort)}
    cohort = tuple(
        replace(one, exam=replace(one.exam, patient_id=numbers[one.exam.patient_id], matrix=96))
        for one in cohort
    )
    with (
        welcomed(tmp_path / "home") as (link, _),
        chromium(program("chromium", "chromium")) as browser,
        Walk.begun(browser, link, tmp_path / "home", tumour.title) as walk,
    ):
        walk.make_study(tumour.template)
        monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(walk.key))
        walk.ask_less(200, 1)
        assert walk.paste_list(sheet(tumour, cohort), {}, asks_days=False) == N + 1
        exams = {
            one.exam.patient_id: write_disc(one.exam, tmp_path / "CDs" / f"{at}")
            for at, one in enumerate(cohort)
        }
        came = walk.bring_images(tmp_path / "CDs")
        assert " 0 refused" in came
        codes = walk.codes(sorted(exams))
        roles = walk.look_at_roles(codes[cohort[0].exam.patient_id])
        assert {"T2", "ADC"} <= set(roles) and all("Because: " in said for said in roles.values())
        walk.go("Subjects")
        walk.me.page.get_by_text("Exams", exact=True).click()
        walk.me.page.get_by_role("list", name="Flow of participants").wait_for()
        flow = boxes_on(walk.me.page)
        assert adds_up(flow) and [box.n for box in flow] == [N + 1, N, N]
        walk.invite("anna")
        assert walk.point({codes[number]: centre_of(exam) for number, exam in exams.items()}) == N
        walk.begin_reading(N)
        walk.read("anna", N, tumour.radius_mm, by_mouse=lambda at: tumour.by_mouse)
        walk.make_results()
        numbers_shown = walk.main_numbers()
        shown_grades = walk.me.page.locator("#cases tbody tr td:nth-child(2)").all_inner_texts()
        analysis = json.loads(walk.take_file("analysis.json").read_text(encoding="utf-8"))
        walk.close()
        by_command = walk.command("study", "run", "--workers", "0")
        assert walk.trouble == []
    assert Counter(shown_grades) == Counter(one.grade for one in cohort)
    assert numbers_shown["Analysed"] == [f"{N}"]
    n_positive = sum(one.grade not in ("ISUP 1", "benign") for one in cohort)
    assert numbers_shown[tumour.positive] == [f"{n_positive}"]
    assert equal_numbers(analysis["maps"], by_command["maps"])
    auc = by_command["maps"]["refit"]["mean ADC"]["roc"]["auc"]
    assert numbers_shown["mean ADC AUC"][0].startswith(f"{auc:.3f} ")
    for group, found in by_command["maps"]["refit"]["mean ADC"]["groups"].items():
        means = [one.exam.lesions[0].mean_adc for one in cohort if one.grade == group]
        assert not means or abs(found["mean"] / (sum(means) / len(means)) - 1) < MOST_OFF, group
    spoken = {step: NOT_OURS.findall(text) for step, text in walk.texts.items() if step not in OFFERING}
    assert {step: found for step, found in spoken.items() if found} == {}


def sheet(tumour: Tumour, cohort: tuple[OtherTumour, ...]) -> str:
    """The rows of a spreadsheet, and one who was screened and had no MRI."""
    heads = (
        "patient",
        "status",
        "exclusion reason",
        "MRI date",
        "age",
        "lesion site",
        "size (mm)",
        *tumour.heads,
    )
    lines = [heads]
    for one in cohort:
        day, lesion = one.exam.exam_date, one.exam.lesions[0]
        iso = f"{day[:4]}-{day[4:6]}-{day[6:]}"
        shared = (one.exam.patient_id, "included", "", iso, f"{one.age}", lesion.organ)
        lines.append((*shared, f"{lesion.long_axis_mm:g}", *tumour.cells(one)))
    lines.append(("300999", "excluded", "no MRI", *("" for _ in heads[3:])))
    return "\n".join("\t".join(line) for line in lines)
