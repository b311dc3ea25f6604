"""A study on scanners of every remaining dialect, end to end, and a person's word on b-values in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from adcurate.cli.console import show_findings
from adcurate.cli.entry import run
from adcurate.findings import Finding
from adcurate.phantom import ExamPrescription, LesionPrescription, contour_records, simulate_exam, write_exam
from adcurate.study.b_value_ledger import study_ledger
from adcurate.study.b_values import exam_named, read_exam, sources_of
from adcurate.study.folder import find_study
from adcurate.study.rows import current_rows
from adcurate.study.run import run_study

DIALECTS = ("uih-mosaic", "canon", "toshiba", "philips-enhanced", "ge-enhanced", "bruker", "uih")
GRADES = ("G1", "G1", "G2", "G2", "G3", "G3", "G3")
BRUKER = DIALECTS.index("bruker")
# The Bruker map is stored in steps of its slice's largest value / 32 000; the others in 1e-6 mm^2/s.
ROUNDING = {"bruker": 0.1e-6}

_SUBJECT: dict[str, str] = {}

Command = Callable[..., tuple[int, Any]]


def _mean(number: int) -> float:
    return round(0.0014 - 0.00007 * number, 6)


def _prescription(number: int) -> ExamPrescription:
    return ExamPrescription(
        patient_id=f"B{number}",
        patient_name=f"SYNTHETIC^B{number}",
        birth_date="19610203",
        sex="F",
        exam_date="20240301",
        dialect=DIALECTS[number],  # type: ignore[arg-type]
        model="uMR 770" if "uih" in DIALECTS[number] else "Model",
        field_strength_t=3.0,
        b_values=(0.0, 400.0, 800.0),
        lesions=(LesionPrescription("1", "liver", _mean(number), round(_mean(number) - 0.0003, 6), 28.0),),
        seed=number,
        matrix=96,
    )


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """A study with every exam, its worksheet and contours; runs one command and gives code and JSON."""
    place = tmp_path_factory.mktemp("b-values")
    contours = []
    rows = ["subject;status;mri_date;age;sex;primary_site;lesion_type;lesion_site;lesion_size_mm;ki67;grade"]
    for number, grade in enumerate(GRADES):
        exam = simulate_exam(_prescription(number))
        write_exam(exam, place / "pacs" / f"exam{number}")
        contours += contour_records(exam)
        rows.append(f"B{number};included;2024-03-01;61;female;pancreas;metastasis;liver;28.0;2;{grade}")
    (place / "rows.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    content = {"schema": "adcurate.contours", "schema_version": 1, "contours": contours}
    (place / "contours.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(place / "keys" / "vault.key"))
        assert run(["study", "create", str(place / "study"), "--template", "graded-outcome"]) == 0

        def call(step: str, *arguments: str) -> tuple[int, Any]:
            out = place / f"out-{step}.json"
            out.unlink(missing_ok=True)
            code = run(["study", step, *arguments, "--study", str(place / "study"), "--json", str(out)])
            return code, json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}

        call.folder = place / "study"  # type: ignore[attr-defined]
        assert call("add", str(place / "pacs"))[0] == 0
        confirmed = ("--delimiter", ";", "--decimal", ".", "--dates", "iso")
        assert call("worksheet", str(place / "rows.csv"), *confirmed)[0] == 0
        assert call("contours", str(place / "contours.json"))[0] == 0
        yield call


def _exams(command: Command) -> list[dict[str, Any]]:
    """Every exam's facts with its measurements by map, in the order of `DIALECTS`."""
    folder = find_study(command.folder)  # type: ignore[attr-defined]
    outcome = run_study(folder, workers=0)
    with folder.open_store("read") as store:
        people = {link.study_uid: link.subject for link in store.links.current()}
        rows = {row.subject: row for row in current_rows(store)}
    found = {}
    for uid, exam in outcome.exams.items():
        by_map = {one["map_source"]: one for one in exam["measurements"]}
        grade_and_mean = by_map["scanner"]["values"]["mean"]
        assert people[uid] in rows
        number = min(range(len(DIALECTS)), key=lambda n: abs(_mean(n) - grade_and_mean))
        found[number] = {"facts": exam["facts"], "maps": by_map, "derived": outcome.n_derived_now}
    assert sorted(found) == list(range(len(DIALECTS)))
    return [found[number] for number in sorted(found)]


def _codes(exam: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in exam["facts"]["findings"]}


def _bruker(command: Command) -> str:
    folder = find_study(command.folder)  # type: ignore[attr-defined]
    found = study_ledger(folder, workers=0).series if not _SUBJECT else ()
    _SUBJECT.update({one.vendor: one.subject for one in found})
    return _SUBJECT["bruker"]


def _number(command: Command, kind: str = "dwi") -> str:
    """The study's number of the Bruker exam's diffusion series, or of its map: a keyed one."""
    folder = find_study(command.folder)  # type: ignore[attr-defined]
    with folder.open_store("read") as store:
        uid = exam_named(store, _bruker(command))
        (found,) = read_exam(uid, sources_of(store, uid)).of_kind(kind)  # type: ignore[arg-type]
    return str(found.number)


def test_every_dialect_gives_the_prescribed_mean_and_a_proved_unit(command: Command) -> None:
    for number, exam in enumerate(_exams(command)):
        dialect = DIALECTS[number]
        scanner = exam["maps"]["scanner"]["values"]["mean"]
        assert scanner == pytest.approx(_mean(number), abs=ROUNDING.get(dialect, 1e-12)), dialect
        unit = exam["facts"]["unit"]
        if dialect == "bruker":
            assert (unit["evidence"], unit["mm2_per_s_per_stored_unit"]) == ("plausibility", 1.0)
            assert "refit" not in exam["maps"]
            assert {"refit.impossible", "b-value.missing"} <= _codes(exam)
            continue
        assert (unit["evidence"], unit["mm2_per_s_per_stored_unit"]) == ("refit", 1e-6), dialect
        assert exam["maps"]["refit"]["values"]["mean"] == pytest.approx(_mean(number), rel=0.02), dialect


def test_the_ledger_names_every_scanner_its_b_values_and_the_tag(command: Command, capsys: Any) -> None:
    code, found = command("b-values")
    assert code == 0
    assert len(found["series"]) == len(DIALECTS)
    rows = {(one["vendor"], tuple(one["b_values"])): one for one in found["scanners"]}
    uih = rows["uih", (1.25, 372.65, 744.05)]
    assert (uih["n_exams"], uih["nominal"], uih["sources"]) == (2, [0.0, 400.0, 800.0], ["(0065,1009)"])
    assert rows["bruker", ()]["sources"] == []
    assert rows["ge", (0.0, 400.0, 800.0)]["sources"] == ["(0018,9075) NONE", "(0018,9087)"]
    printed = capsys.readouterr().out
    assert "(0065,1009)" in printed
    assert "--set" in printed  # one scanner stores none, and the table says what to do


def test_series_without_b_values_are_listed_with_the_command_that_sets_them(
    command: Command, capsys: Any
) -> None:
    code, found = command("b-values")
    assert code == 0
    printed = " ".join(capsys.readouterr().out.split())
    (bruker,) = [one for one in found["series"] if not one["b_values"]]
    assert bruker["n_images_without"] > 0
    assert f"{bruker['study_instance_uid'][:16]}…" in printed
    assert f"adcurate study b-values {bruker['subject']} {bruker['number']} --set" in printed


def test_a_finding_of_missing_b_values_names_subject_and_series(command: Command, capsys: Any) -> None:
    exam = _exams(command)[BRUKER]
    (found,) = [one for one in exam["facts"]["findings"] if one["code"] == "b-value.missing"]
    assert (found["where"]["subject"], found["where"]["series"]) == (_bruker(command), _number(command))
    show_findings([Finding(**found)])
    printed = "".join(letter for letter in capsys.readouterr().out if letter.isalnum())
    assert f"subject{_bruker(command).replace('-', '')}series{_number(command)}" in printed


def test_an_exam_that_is_not_told_is_named_with_its_uid(command: Command, capsys: Any) -> None:
    assert command("b-values", "2.25.")[0] == 3
    shown = capsys.readouterr().err
    with find_study(command.folder).open_store("read") as store:  # type: ignore[attr-defined]
        uids = {one.study_uid for one in store.instances.all()}
    assert sum(uid[:16] in shown for uid in uids) == 4


@pytest.mark.parametrize(
    ("new", "why", "code"),
    [
        ("0,400,-800", "sheet", "scheme.b-value-range"),
        ("0,400,1000000", "sheet", "scheme.b-value-range"),
        ("0,0.4,0.8", "sheet", "scheme.b-value-range"),
        ("0,400", "sheet", "scheme.b-value-choice"),
        ("0,400,800,1200", "sheet", "scheme.b-value-choice"),
        ("zero,400,800", "sheet", "scheme.b-value-choice"),
        ("0,nan,800", "sheet", "scheme.b-value-choice"),
        ("", "sheet", "usage.option"),
        ("nominal", "sheet", "scheme.b-value-choice"),
        ("1000=900", "sheet", "scheme.b-value-choice"),
        ("none=0,none=400", "sheet", "scheme.b-value-choice"),
        ("0,400,800", "  ", "usage.option"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_recorded(
    command: Command, capsys: Any, new: str, why: str, code: str
) -> None:
    exit_code, _ = command("b-values", _bruker(command), _number(command), "--set", new, "--why", why)
    assert exit_code == (2 if code.startswith("usage.") else 3)
    assert code in capsys.readouterr().err
    with find_study(command.folder).open_store("read") as store:  # type: ignore[attr-defined]
        assert not [one for one in store.choices.all() if one.key.startswith("b-values/")]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("NOBODY", "DIFFUSION", "--set", "0,400,800", "--why", "x"), "study.unmatched"),
        (("BRUKER", "999", "--set", "0,400,800", "--why", "x"), "study.unmatched"),
        (("BRUKER", "MAP", "--set", "0", "--why", "x"), "scheme.b-value-choice"),
        (("BRUKER", "DIFFUSION", "--clear"), "study.unmatched"),
        (("BRUKER", "--set", "0,400,800", "--why", "x"), "usage.option"),
        (("BRUKER", "DIFFUSION", "--set", "0,400,800", "--clear", "--why", "x"), "usage.option"),
    ],
)
def test_a_wrong_address_is_refused_by_name(
    command: Command, capsys: Any, arguments: tuple[str, ...], code: str
) -> None:
    said = {
        "BRUKER": _bruker(command),
        "DIFFUSION": _number(command),
        "MAP": _number(command, "adc"),
    }
    exit_code, _ = command("b-values", *(said.get(word, word) for word in arguments))
    assert exit_code in (2, 3)
    assert code in capsys.readouterr().err


def test_b_values_that_a_person_sets_make_the_refit_and_prove_the_unit_and_can_be_undone(
    command: Command, capsys: Any
) -> None:
    before = _exams(command)
    subject = _bruker(command)
    why = "Protocol sheet, ParaVision method page"
    code, found = command("b-values", subject, _number(command), "--set", "0,400,800", "--why", why)
    assert code == 0
    (one,) = found["series"]
    assert (one["b_values"], one["reason"]) == ([0.0, 400.0, 800.0], why)
    assert {row["source"] for row in one["rows"]} == {"set by a person (no b-value was read)"}
    printed = capsys.readouterr().out
    assert why in printed
    assert "adcurate study run" in printed
    _, status = command("status")
    assert "run" not in status["steps_done"]

    during = _exams(command)
    exam = during[BRUKER]
    assert exam["derived"] == 1
    assert (exam["facts"]["unit"]["evidence"], exam["facts"]["unit"]["mm2_per_s_per_stored_unit"]) == (
        "refit",
        1.0,
    )
    assert exam["maps"]["refit"]["values"]["mean"] == pytest.approx(_mean(BRUKER), rel=0.02)
    (finding,) = [f for f in exam["facts"]["findings"] if f["code"] == "b-value.set-by-person"]
    assert why in finding["sentence"]
    others = [n for n in range(len(DIALECTS)) if n != BRUKER]
    assert [during[n]["maps"] for n in others] == [before[n]["maps"] for n in others]

    assert command("b-values", subject, _number(command), "--clear", "--why", "wrong sheet")[0] == 0
    after = _exams(command)
    assert after[BRUKER]["derived"] == 0  # the numbers of before are in the store still
    assert after[BRUKER]["maps"] == before[BRUKER]["maps"]
    with find_study(command.folder).open_store("read") as store:  # type: ignore[attr-defined]
        (kept,) = [one for one in store.choices.all() if one.key.startswith("b-values/")]
        assert [one.payload["reason"] for one in store.choices.history(kept.key)] == [why, "wrong sheet"]


def test_the_chosen_b_values_of_a_scanner_that_plays_out_others_lower_the_adc_as_the_finding_says(
    command: Command,
) -> None:
    number = DIALECTS.index("uih")
    before = _exams(command)[number]
    (said,) = [f for f in before["facts"]["findings"] if f["code"] == "b-value.nominal-differs"]
    _, found = command("b-values")
    subject = next(
        one["subject"]
        for one in found["series"]
        if one["vendor"] == "uih"
        and one["number"] == 5
        and one["study_instance_uid"] == before["facts"]["study_instance_uid"]
    )
    assert command("b-values", subject, "5", "--set", "nominal", "--why", "as the paper did")[0] == 0
    after = _exams(command)[number]
    ratio = after["maps"]["refit"]["values"]["mean"] / before["maps"]["refit"]["values"]["mean"]
    assert 100 * (ratio - 1) == pytest.approx(-7.15, abs=0.05)
    assert 100 * (ratio - 1) == pytest.approx(float(said["where"]["adc_percent"]), abs=0.05)
    assert after["maps"]["refit"]["measurement_id"] != before["maps"]["refit"]["measurement_id"]
    assert command("b-values", subject, "5", "--clear")[0] == 0


def test_an_empty_study_says_which_command_comes_first(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "vault.key"))
    assert run(["study", "create", str(tmp_path / "new")]) == 0
    assert run(["study", "b-values", "--study", str(tmp_path / "new")]) == 3
    assert "adcurate study add" in capsys.readouterr().err
