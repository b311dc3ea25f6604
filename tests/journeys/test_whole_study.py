"""A whole study in the browser: a list of sixty, exams from CDs, two readers, results, the hand-over."""

from __future__ import annotations

import csv
import json
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from tests.reading_browser import chromium, missing
from tests.room_study import prescription
from tests.screened_study import (
    FOREIGN,
    N_DOUBTED,
    N_EXCLUDED,
    N_OPEN,
    N_SCREENED,
    N_TWICE,
    WRONG_PATIENT,
    Arrival,
    arrivals,
    number,
    pasted,
)
from tests.study_by_pages import (
    LONG_MS,
    Box,
    Walk,
    adds_up,
    boxes_on,
    centre_of,
    equal_numbers,
    welcomed,
    write_disc,
)

from adcurate.phantom import LesionPrescription

WITH_IMAGES = (*range(N_TWICE + 1), WRONG_PATIENT)
TREATED = (1, 4)
GRADES = ("G1", "G2", "G3")
MEANS = {"G1": 1500, "G2": 1200, "G3": 800}
APART = 200  # so much a step lies between lesions of one grade: the grades overlap
ELSEWHERE = 2300  # the mean of every exam that must not be measured, 1e-6 mm²/s
MOST_OFF = 250  # of a drawn mean from the prescribed one, 1e-6 mm²/s; the drawings are small circles
RADII_MM = {"anna": 9.0, "ben": 8.0}
DOCUMENTED = {"images-came": "images-came", "roles": "images-exam"}

READ_SAV = """
asked <- commandArgs(TRUE)
told <- haven::read_sav(asked[1])
avgadc <- sprintf("%.17g", as.numeric(told[["avgadc"]]))
write.csv(data.frame(id = as.character(told[[asked[2]]]), avgadc), asked[3], row.names = FALSE)
"""


@dataclass
class Journey:
    """What the pages said, and what the command line says of the same folder."""

    walk: Walk
    centres: dict[str, tuple[float, ...]] = field(default_factory=dict)
    said: dict[str, Any] = field(default_factory=dict)
    prescribed: dict[str, int] = field(default_factory=dict)


def rows_to_paste() -> str:
    """The list with one more column: who was treated before."""
    head, *rows = pasted().splitlines()
    included = N_SCREENED - N_EXCLUDED
    cells = ["yes" if at in TREATED else "no" if at < included else "" for at in range(N_SCREENED)]
    return "\n".join(
        [f"{head}\tTreatment before MRI", *(f"{row}\t{cell}" for row, cell in zip(rows, cells, strict=True))]
    )


def coming() -> list[tuple[Arrival, int]]:
    """The exams that come, each with the mean ADC of its lesion: few of those asked for have images."""
    wanted = {number(at): at for at in WITH_IMAGES}
    came, taken = [], set()
    for one in reversed(arrivals()):
        at = wanted.get(one.number)
        if at is None and one.number != FOREIGN:
            continue
        right = at is not None and one.born == "19600101" and _is_right(one, at) and one.number not in taken
        if right:
            taken.add(one.number)
        came.append((one, _mean(at) if right and at is not None else ELSEWHERE))
    return came


def _mean(at: int) -> int:
    """The mean ADC of a subject's lesion, 1e-6 mm²/s: lower with the grade, with an overlap."""
    return MEANS[GRADES[at % 3]] + APART * ((2 * at) % 5 - 2) + 7 * at


def _is_right(one: Arrival, at: int) -> bool:
    """Whether a subject's exam is the one nearest to the histology."""
    own = [other for other in arrivals() if other.number == one.number and other.born == one.born]
    return one.day == max(other.day for other in own)


def write_discs(folder: Path, journey: Journey) -> list[Path]:
    """Every exam on a CD of its own; half of the CDs lie in a folder, the others are zip files."""
    (folder / "from the PACS").mkdir(parents=True)
    packed = []
    for at, (one, mean) in enumerate(coming()):
        is_right = mean != ELSEWHERE
        disc = folder / "from the PACS" / f"CD {at}"
        exam = write_disc(
            prescription(
                one.number,
                at,
                birth_date=one.born,
                exam_date=one.day.strftime("%Y%m%d"),
                dialect=("siemens-classic", "ge", "philips")[at % 3],
                model=("Aera", "Optima MR450w", "Ingenia")[at % 3],
                lesions=(LesionPrescription("1", "liver", mean * 1e-6, (mean - 300) * 1e-6, 32.0),),
                matrix=96 if is_right else 64,
            ),
            disc,
        )
        if is_right:
            journey.centres[one.number] = centre_of(exam)
            journey.prescribed[one.number] = mean
        if at % 2:
            packed.append(folder / f"CD {at}.zip")
            with zipfile.ZipFile(packed[-1], "w", zipfile.ZIP_DEFLATED) as archive:
                for path in sorted(disc.rglob("*")):
                    archive.write(path, path.relative_to(disc.parent))
                    if path.is_file():
                        path.unlink()
    return packed


@pytest.fixture(scope="module")
def journey(program, tmp_path_factory) -> Iterator[Journey]:
    """The whole way, once."""
    place = tmp_path_factory.mktemp("whole-study")
    with welcomed(place / "home") as (link, _), chromium(program("chromium", "chromium")) as browser:
        walk = Walk.begun(browser, link, place / "home", "ADC of NET")
        done = Journey(walk)
        packed = write_discs(place / "discs", done)
        with walk, pytest.MonkeyPatch.context() as patch:
            prepare(done, packed, place / "discs" / "from the PACS", patch)
            read_and_tell(done)
            if walk.pictures:
                keep_pictures(walk.pictures)
            yield done


def keep_pictures(pictures: Path) -> None:
    """The pictures of the documentation: ``ADCURATE_PICTURES=docs/images pytest tests/journeys/...``."""
    for step, name in DOCUMENTED.items():
        (picture,) = pictures.glob(f"??-{step}.png")
        shown = Image.open(picture).convert("RGB").quantize(255)
        shown.save(pictures.parents[1] / f"{name}.png", optimize=True)


def prepare(done: Journey, packed: list[Path], folder: Path, patch: pytest.MonkeyPatch) -> None:
    """From the template to a reading that may begin."""
    walk, said = done.walk, done.said
    page = walk.me.page
    walk.make_study("neuroendocrine")
    patch.setenv("ADCURATE_VAULT_KEY_FILE", str(walk.key))
    walk.ask_less(200, 2)
    said["entered"] = walk.paste_list(rows_to_paste(), {"Patient number of ours": "subject"}, asks_days=True)
    page.get_by_text("Exams", exact=True).click()
    page.get_by_role("list", name="Flow of participants").wait_for()
    walk.look("exams-awaited")
    said["flow before"] = boxes_on(walk.me.page)
    said["came"] = [walk.bring_images(dropped=[folder]), walk.bring_images(dropped=packed)]
    codes = walk.codes(sorted(done.centres))
    done.centres = {codes[one]: centre for one, centre in done.centres.items()}
    done.prescribed = {codes[one]: mean for one, mean in done.prescribed.items()}
    said["images"] = walk.me.ask("/images")
    said["roles"] = walk.look_at_roles(codes[number(N_TWICE)])
    walk.say_not_used("T1 post", "The dynamic series is of no use here.")
    decide_exams(done)
    walk.go("Home", walk.name)
    page.get_by_text(f"{len(WITH_IMAGES)} lesions without a pointer").wait_for()
    walk.look("home-prepared")
    walk.invite(*RADII_MM)
    said["pointers"] = walk.point(done.centres)
    walk.begin_reading(len(WITH_IMAGES))


def decide_exams(done: Journey) -> None:
    """The exams that came beside the visits: what two keys leave open is proposed, and confirmed."""
    walk, page = done.walk, done.walk.me.page
    walk.go("Subjects")
    page.get_by_text("Exams", exact=True).click()
    page.get_by_text(f"To decide {N_OPEN + N_DOUBTED}").wait_for()
    assert "Perhaps a wrong patient" in page.locator("main").inner_text()
    walk.look("exams-to-decide")
    for left in range(N_OPEN + N_DOUBTED - 1, -1, -1):
        first = page.get_by_role("article").first
        if "more than one date of birth" in first.inner_text():
            first.get_by_role("row").filter(has_text="same day").get_by_role("radio").check()
            first.get_by_label("Reason, for the record").fill("Its date of birth is that of the list.")
            first.get_by_role("button", name="Take this exam").click()
        else:
            assert "proposed: nearest to the histology" in first.inner_text()
            first.get_by_role("button", name="Confirm").click()
        page.get_by_text(f"To decide {left}").wait_for()
    for status in ("Unrequested", "Awaited", "Matched"):
        page.get_by_role("radiogroup", name="Visits by what became of them").get_by_text(status).click()
        walk.look(f"exams-{status.lower()}")
    done.said["flow after"] = boxes_on(walk.me.page)
    done.said["visits"] = walk.me.ask("/patients/exams")["visits"]
    content = page.content()
    done.said["numbers shown"] = [one for at in range(N_SCREENED) if (one := number(at)) in content]


def read_and_tell(done: Journey) -> None:
    """Two readers, the results, a choice taken otherwise, and the data handed over."""
    walk, said = done.walk, done.said
    n = len(WITH_IMAGES)
    for name, radius in RADII_MM.items():
        walk.read(name, n, radius, by_mouse=lambda at, name=name: name == "anna" or at < 3)
    walk.go("Home", walk.name)
    walk.look("home-read")
    walk.me.press("Make the results")
    walk.me.heading("Results")
    walk.make_results()
    page = walk.me.page
    said["numbers"] = walk.main_numbers()
    said["analysis"] = walk.take_file("analysis.json")
    said["measurements"] = walk.take_file("measurements.csv")
    page.get_by_text("Without those treated before the MRI").click()
    page.get_by_text("Post hoc: without").wait_for(timeout=LONG_MS)
    walk.look("without-treated")
    said["without treated"] = walk.main_numbers()
    said["moved"] = page.locator("#moved summary").first.inner_text()
    walk.me.press("Back to the protocol")
    walk.go("Hand over")
    walk.me.press("Lock and export")
    page.get_by_role("dialog").get_by_role("button", name="Lock and export").click()
    page.get_by_text("Locked and exported.").wait_for(timeout=LONG_MS)
    walk.look("handed-over")
    said["handed"] = {
        name: walk.take_file(name) for name in ("cases.csv", "cases.sav", "readings.csv", "readings.sav")
    }
    bring_back(done)
    walk.close()
    said["run"] = walk.command("study", "run", "--workers", "0")
    said["what if"] = walk.command("study", "what-if", "--exclude-treated")


def bring_back(done: Journey) -> None:
    """A file comes back in another order, with a column more: what would change is looked at."""
    walk, page = done.walk, done.walk.me.page
    cases = rows_of(done.said["handed"]["cases.csv"])
    done.said["sent back"] = {row["case_id"]: at + 0.5 for at, row in enumerate(cases[:40])}
    returned = walk.home / "Downloads" / "returned.csv"
    lines = [f"{case},{value}" for case, value in reversed(done.said["sent back"].items())]
    returned.write_text("\n".join(["case_id,stiffness", *lines]) + "\n", encoding="utf-8")
    page.get_by_label("Returned file").set_input_files(str(returned))
    page.get_by_role("button", name="Column to take").click()
    page.get_by_role("option", name="stiffness").click()
    walk.me.press("Show what would change")
    table = page.get_by_role("region", name="A file that came back").locator("tbody tr")
    table.first.wait_for()
    walk.look("file-came-back")
    done.said["would join"] = {
        row.locator("th").inner_text(): float(row.locator("td").last.inner_text()) for row in table.all()
    }


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_box_of_the_flow_adds_up_and_who_has_no_images_is_said_so(journey):
    before, after = journey.said["flow before"], journey.said["flow after"]
    n, included = len(WITH_IMAGES), N_SCREENED - N_EXCLUDED
    assert adds_up(before) and adds_up(after)
    assert [box.n for box in before] == [N_SCREENED, included, 0]
    assert [box.n for box in after] == [N_SCREENED, included, n]
    assert after[0].left == {"no MRI exam": N_EXCLUDED}
    assert after[1].left == {"MRI not received": included - n}
    stages = analysis(journey)["flow"]["stages"]
    printed = [Box(one["label"], one["n"], dict(one["left_out"])) for one in stages]
    assert adds_up(printed) and printed[:2] == after[:2]
    assert [box.n for box in printed[2:]] == [n, n]


def test_every_file_that_came_is_counted_and_nobody_is_joined_to_a_wrong_exam(journey):
    seen, came = journey.said["images"], len(coming())
    assert (seen["n_exams"], seen["stored"], seen["refused"]) == (came, seen["received"], 0)
    assert {one["code"]: one["count"] for one in seen["left_alone"]} == {
        "not-dicom": 2 * came,
        "dicomdir": came,
    }
    assert seen["units"] == {"refit": came}
    matched = [one for one in journey.said["visits"] if one["status"] == "matched"]
    assert len(matched) == journey.said["pointers"] == len(WITH_IMAGES)
    assert [one["status"] for one in journey.said["visits"]].count("unrequested") == 1
    measured = [one for one in rows_of(journey.said["measurements"]) if one["map_source"] == "scanner"]
    assert {one["subject"] for one in measured} == set(journey.prescribed)
    wrong = [
        one
        for one in measured
        if abs(float(one["mean_mm2_per_s"]) * 1e6 - journey.prescribed[one["subject"]]) > MOST_OFF
    ]
    assert wrong == []


def test_roles_are_proposed_with_their_evidence_and_a_person_s_word_stands(journey):
    roles = journey.said["roles"]
    assert set(roles) == {"T2", "DWI trace", "ADC", "T1 post"}
    assert all("Because: " in said for said in roles.values())
    assert "proved by refit" in roles["ADC"]


def test_the_page_and_the_command_line_give_the_same_numbers_to_the_last_bit(journey):
    by_page, by_command = analysis(journey), journey.said["run"]
    assert equal_numbers(by_page["maps"], by_command["maps"])
    assert by_command["derived_now"] == 0
    assert by_command["measurements"] == len(rows_of(journey.said["measurements"])) == 4 * len(WITH_IMAGES)
    numbers = journey.said["numbers"]
    for marker, found in by_command["maps"]["scanner"].items():
        assert 0.5 < found["roc"]["auc"] < 1
        assert numbers[f"{marker} AUC"][0].startswith(f"{found['roc']['auc']:.3f} ")
        assert f"{abs(found['spearman']['rho']):.3f}" in numbers[f"{marker} ρ with grade"][0]
        assert f"{found['youden']['cutoff'] * 1e3:.3f}" in numbers[f"{marker} Cut-off"][0]
    assert numbers["Analysed"] == [str(len(WITH_IMAGES))]


def test_a_tick_moves_what_the_command_moves(journey):
    by_command = journey.said["what if"]
    n = Counter(one["change"] for one in by_command["moved"])
    assert journey.said["moved"] == f"{n['moved']} printed numbers moved, {n['new']} is new"
    assert n["moved"] > 100 and n["new"] == 1 and not n["gone"]
    left = len(WITH_IMAGES) - len(TREATED)
    assert journey.said["without treated"]["Analysed"] == [str(len(WITH_IMAGES)), str(left)]
    assert (by_command["n_before"], by_command["n_after"]) == (len(WITH_IMAGES), left)


def test_what_is_handed_over_joins_by_id_and_holds_the_same_numbers(journey):
    files = journey.said["handed"]
    measured = {
        one["measurement_id"][:12]: one["mean_mm2_per_s"] for one in rows_of(journey.said["measurements"])
    }
    cases, readings = rows_of(files["cases.csv"]), rows_of(files["readings.csv"])
    assert len(cases) == N_SCREENED and len(readings) == 2 * len(WITH_IMAGES)
    assert {one["case_id"] for one in readings} == {one["case_id"] for one in cases if one["avgadc"]}
    assert all(one["avgadc"] == measured[one["measurement"]] for one in readings)
    assert journey.said["would join"] == journey.said["sent back"]


@pytest.mark.parametrize(("name", "key"), [("cases", "case_id"), ("readings", "reading_id")])
def test_the_file_for_spss_holds_the_same_numbers_under_the_same_ids(journey, name, key, program, tmp_path):
    has = subprocess.run([program("Rscript", "r-base-core"), "-e", "library(haven)"], check=False)
    if has.returncode:
        missing("R has no haven (Debian package r-cran-haven)")
    files, told = journey.said["handed"], tmp_path / "told.csv"
    script = tmp_path / "read.R"
    script.write_text(READ_SAV, encoding="utf-8")
    subprocess.run(["Rscript", script, files[f"{name}.sav"], key, told], check=True)
    by_id = {row["id"]: float(row["avgadc"]) for row in rows_of(told) if row["avgadc"] != "NA"}
    rows = rows_of(files[f"{name}.csv"])
    assert len(rows_of(told)) == len({row[key] for row in rows}) == len(rows)
    assert by_id == {row[key]: float(row["avgadc"]) for row in rows if row["avgadc"]}


def test_no_browser_complained_and_no_page_showed_a_hospital_number(journey):
    assert journey.walk.trouble == []
    assert journey.said["numbers shown"] == []
    assert journey.said["entered"] == N_SCREENED


def analysis(journey: Journey) -> Any:
    """The file analysis.json as the page gives it."""
    return json.loads(journey.said["analysis"].read_text(encoding="utf-8"))
