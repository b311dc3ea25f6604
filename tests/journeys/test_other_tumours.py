"""Studies of the prostate and of the liver by the commands: nothing in them is of another tumour."""

from __future__ import annotations

import csv
import itertools
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import openpyxl
import pytest

from adcurate.cli.entry import run
from adcurate.phantom import OtherTumour, contour_records, prescribe_other_tumours, simulate_exam, write_exam

N = 10
NOT_OURS = re.compile(r"(?i:ki-?67|neuroendocrin|carcinoid|mitos)|\bWHO\b|\bNETs?\b|\bNENs?\b")
# Each as somebody types it; the first five grade groups come round in this order.
GLEASON = {
    "3+3": ["1", "Gleason 6"],
    "3+4": ["GG2", "3+4=7"],
    "4+3": ["7 (4+3)", "III"],
    "4+4": ["8"],
    "4+5": ["9"],
}
OUTCOMES = {
    "hepatocellular carcinoma": "HCC",
    "metastasis": "levermetastase",
    "cholangiocarcinoma": "cholangiocarcinome",
    "haemangioma": "Hämangiom",
    "focal nodular hyperplasia": "FNH",
    "hepatocellular adenoma": "adénome",
    "cyst": "kyste",
}

Command = Callable[..., tuple[int, dict]]


class Journey:
    """One study: what was prescribed, and a way to run its commands."""

    def __init__(self, organ: str, template: str, place: Path) -> None:
        self.template, self.place, self.study = template, place, place / "study"
        self.cohort = prescribe_other_tumours(organ, N)  # type: ignore[arg-type]
        self.exams, self.contours, self.sheet = place / "exams", place / "contours.json", place / "sheet.csv"
        records = []
        for one in self.cohort:
            exam = simulate_exam(one.exam)
            write_exam(exam, self.exams / one.exam.patient_id)
            records += contour_records(exam)
        content = {"schema": "adcurate.contours", "schema_version": 1, "contours": records}
        self.contours.write_text(json.dumps(content), encoding="utf-8")
        self.answers: dict[str, dict] = {}

    def call(self, step: str, *arguments: str) -> dict:
        """Run one command; its JSON, kept by the name of the step."""
        out = self.place / f"answer-{step}.json"
        where = [str(self.study)] if step == "create" else ["--study", str(self.study)]
        assert run(["study", step, *arguments, *where, "--json", str(out)]) == 0, step
        self.answers[step] = json.loads(out.read_text(encoding="utf-8"))
        return self.answers[step]

    def write_sheet(
        self, head: tuple[str, ...], cells: Callable[[OtherTumour, int], tuple[str, ...]]
    ) -> None:
        """A worksheet as somebody keeps it, each row beginning with what every study asks."""
        with self.sheet.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(("patient", "status", "MRI date", "age", "lesion site", "size (mm)", *head))
            for number, one in enumerate(self.cohort):
                day, lesion = one.exam.exam_date, one.exam.lesions[0]
                shared = (one.exam.patient_id, "included", f"{day[:4]}-{day[4:6]}-{day[6:]}", str(one.age))
                writer.writerow((*shared, lesion.organ, f"{lesion.long_axis_mm:g}", *cells(one, number)))

    def steps(self) -> None:
        """From the exams to the report."""
        self.call("add", str(self.exams))
        self.call("worksheet", str(self.sheet))
        self.call("contours", str(self.contours))
        self.call("plan")
        self.call("run", "--workers", "0")
        self.call("report")

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every file of the results that holds text, without what only a browser reads."""
        for path in sorted((self.study / "results").rglob("*")):
            if path.suffix in {".html", ".csv", ".svg", ".txt"}:
                text = path.read_text(encoding="utf-8")
                yield (
                    path.name,
                    re.sub(r"<style.*?</style>|<script.*?</script>|base64,[^\"')]*", "", text, flags=re.S),
                )


@pytest.fixture(scope="module")
def prostate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("prostate")
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(place / "keys" / "vault.key"))
        journey = Journey("prostate", "prostate-isup", place)
        typed = {gleason: itertools.cycle(words) for gleason, words in GLEASON.items()}
        journey.write_sheet(("ISUP-graad",), lambda one, number: (next(typed[one.said]),))
        journey.call("create", "--template", journey.template)
        _fast(journey, ("trend", "sensitivity"))
        journey.steps()
        yield journey


@pytest.fixture(scope="module")
def liver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("liver")
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(place / "keys" / "vault.key"))
        journey = Journey("liver", "liver-benign-malignant", place)
        journey.write_sheet(
            ("outcome", "Diagnose"),
            lambda one, number: (
                ("", "goedaardig" if one.grade == "benign" else "malin")[number % 2],
                OUTCOMES[one.said],
            ),
        )
        journey.call("create", "--template", journey.template)
        _fast(journey, ("prevalence", "sensitivity"))
        journey.steps()
        yield journey


def _fast(journey: Journey, kept: tuple[str, ...]) -> None:
    """Few resamples and few questions, on the scanner's map, which holds what was prescribed."""
    path = journey.study / "study.toml"
    start, *questions = path.read_text(encoding="utf-8").split("[[plan.questions]]\n")
    text = "[[plan.questions]]\n".join((start, *(q for q in questions if q.split('"')[1] in kept)))
    text = text.replace("bootstrap_resamples = 10000", "bootstrap_resamples = 100")
    path.write_text(text.replace('map_of_record = "refit"', 'map_of_record = "scanner"'), encoding="utf-8")


def _by_grade(cohort: tuple[OtherTumour, ...]) -> dict[str, list[float]]:
    """The prescribed means, which the scanner's map holds exactly, by the prescribed grade."""
    found: dict[str, list[float]] = {}
    for one in cohort:
        found.setdefault(one.grade, []).append(one.exam.lesions[0].mean_adc)
    return found


def _area(negative: list[float], positive: list[float]) -> float:
    """The share of pairs in which the positive lesion has the lower ADC; ties are halves."""
    pairs = [(n > p) + 0.5 * (n == p) for n in negative for p in positive]
    return sum(pairs) / len(pairs)


def _midranks(values: list[float]) -> list[float]:
    return [sum(v < x for v in values) + (sum(v == x for v in values) + 1) / 2 for x in values]


def _correlation(first: list[float], second: list[float]) -> float:
    means = sum(first) / len(first), sum(second) / len(second)
    products = sum((a - means[0]) * (b - means[1]) for a, b in zip(first, second, strict=True))
    squares = sum((a - means[0]) ** 2 for a in first) * sum((b - means[1]) ** 2 for b in second)
    return products / squares**0.5


def test_every_word_for_a_grade_group_enters_as_the_group_and_its_mean_is_that_of_the_lesions(prostate):
    assert prostate.answers["worksheet"]["rows"] == N
    groups = prostate.answers["run"]["maps"]["scanner"]["mean ADC"]["groups"]
    prescribed = _by_grade(prostate.cohort)
    assert {name: group["n"] for name, group in groups.items() if name in prescribed} == {
        grade: len(values) for grade, values in prescribed.items()
    }
    for grade, values in prescribed.items():
        assert groups[grade]["mean"] == pytest.approx(sum(values) / len(values), abs=2e-9)


def test_significant_cancer_is_from_grade_group_two_and_area_and_rho_are_those_of_the_prescription(prostate):
    marker = prostate.answers["run"]["maps"]["scanner"]["mean ADC"]
    prescribed = _by_grade(prostate.cohort)
    significant = [v for grade, values in prescribed.items() if grade != "ISUP 1" for v in values]
    assert marker["groups"]["significant"]["n"] == len(significant)
    assert marker["roc"]["auc"] == pytest.approx(_area(prescribed["ISUP 1"], significant))
    means = [round(one.exam.lesions[0].mean_adc, 6) for one in prostate.cohort]
    order = [float(one.grade[-1]) for one in prostate.cohort]
    assert marker["spearman"]["rho"] == pytest.approx(_correlation(_midranks(means), _midranks(order)))


def test_a_refit_of_a_prostate_leaves_out_what_lies_above_the_highest_b_value(prostate):
    page = (prostate.study / "results" / "report.html").read_text(encoding="utf-8")
    assert "all b-values of the exam up to 1000 s/mm²" in page
    scanner, refit = (
        prostate.answers["run"]["maps"][source]["mean ADC"]["groups"]["significant"]["mean"]
        for source in ("scanner", "refit")
    )
    assert refit == pytest.approx(scanner, rel=0.05)
    with (prostate.study / "results" / "tables" / "cohort.csv").open(encoding="utf-8-sig") as stream:
        used = {row["b_values"] for row in csv.DictReader(stream)}
    assert used and not any("1400" in b_values for b_values in used)


def test_a_diagnosis_in_any_language_says_benign_or_malignant_and_the_numbers_are_the_prescription_s(liver):
    assert liver.answers["worksheet"]["rows"] == N
    marker = liver.answers["run"]["maps"]["scanner"]["mean ADC"]
    prescribed = _by_grade(liver.cohort)
    assert set(marker["groups"]) == {"benign", "malignant"}
    for side, values in prescribed.items():
        assert marker["groups"][side]["mean"] == pytest.approx(sum(values) / len(values), abs=2e-9)
    assert marker["roc"]["auc"] == pytest.approx(_area(prescribed["benign"], prescribed["malignant"]))


def test_nothing_is_correlated_with_two_outcomes(liver):
    marker = liver.answers["run"]["maps"]["scanner"]["mean ADC"]
    assert (marker["spearman"], marker["kruskal_wallis"]) == (None, None)
    report = (liver.study / "results" / "report.html").read_text(encoding="utf-8")
    assert "Spearman" not in report
    assert "Kruskal" not in report
    assert not re.search(r"\b(grade|rho)\b", re.sub(r"<[^>]+>", " ", dict(liver.texts())["report.html"]))
    assert "benign (n = " in report
    assert "haemangioma" in report


@pytest.mark.parametrize("name", ["prostate", "liver"])
def test_no_page_figure_or_table_speaks_of_another_tumour(name, request):
    journey = request.getfixturevalue(name)
    texts = dict(journey.texts())
    assert {"report.html", "plan.html", "cohort.csv", "box-plot.svg"} <= set(texts)
    for file, text in texts.items():
        assert not NOT_OURS.search(text), file


@pytest.mark.parametrize("name", ["prostate", "liver"])
def test_the_worksheet_asks_what_the_study_needs_and_its_status_and_protocol_say_nothing_else(name, request):
    journey = request.getfixturevalue(name)
    book = openpyxl.load_workbook(journey.study / "worksheet.xlsx")
    cells = [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert not [cell for cell in cells if NOT_OURS.search(cell)]
    assert ("ISUP grade" if name == "prostate" else "outcome") in cells
    assert not NOT_OURS.search(json.dumps(journey.call("status")))
    assert not NOT_OURS.search((journey.study / "study.toml").read_text(encoding="utf-8"))


def test_two_grades_and_a_question_about_their_order_are_refused_before_anything_is_counted(liver, capsys):
    path = liver.study / "study.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}\n[[plan.questions]]\nkind = "trend"\nrole = "exploratory"\n', encoding="utf-8")
    assert run(["study", "run", "--study", str(liver.study)]) != 0
    path.write_text(text, encoding="utf-8")
    assert "two grades: they have no order" in " ".join(capsys.readouterr().err.split())


def test_a_wrong_template_names_the_others_and_which_of_them_is_empty(tmp_path, capsys):
    assert run(["study", "create", str(tmp_path / "study"), "--template", "empty"]) != 0
    said = " ".join(capsys.readouterr().err.split())
    assert "graded-outcome (empty" in said
    assert "prostate-isup" in said
