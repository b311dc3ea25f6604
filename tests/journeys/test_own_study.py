"""A person's own files, from the PACS export to the report, by the commands of the README. Not the demo."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adcurate.cli.entry import run
from adcurate.phantom import ExamPrescription, LesionPrescription, contour_records, simulate_exam, write_exam

GRADES = ("G1", "G1", "G1", "G1", "G2", "G2", "G2", "G3", "G3", "G3")
DIALECTS = ("siemens-classic", "ge", "philips", "siemens-xa")
HEADER = (
    "patiëntnummer;status;mri datum;leeftijd;geslacht;primaire tumor;type laesie;locatie laesie;"
    "grootte (mm);ki-67;graad volgens PA"
)

NAMED = ("--map", "graad volgens PA=grade")


def _prescription(number: int) -> ExamPrescription:
    mean = round(0.0015 - 0.00009 * number - (0.0001 if GRADES[number] == "G3" else 0), 6)
    return ExamPrescription(
        patient_id=f"QZX{number:02d}8841",
        patient_name=f"SYNTHETIC^PLANTED{number}",
        birth_date="19610203",
        sex="F",
        exam_date=f"2024030{number % 9 + 1}",
        dialect=DIALECTS[number % 4],
        model="Model",
        field_strength_t=1.5 if number % 2 else 3.0,
        b_values=(0.0, 400.0, 800.0) if number % 3 else (50.0, 800.0),
        lesions=(LesionPrescription("1", "liver", mean, round(mean - 0.0003, 6), 28.0),),
        seed=number,
    )


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a hospital hands over: a folder, a zip, junk beside them, a file cut off, one exam twice."""
    folder = tmp_path_factory.mktemp("export")
    contours = []
    for number in range(len(GRADES)):
        exam = simulate_exam(_prescription(number))
        write_exam(exam, folder / "pacs" / f"exam{number}")
        contours += contour_records(exam)
    zipped = folder / "pacs" / "exam3"
    with zipfile.ZipFile(folder / "cd.zip", "w") as archive:
        for path in sorted(zipped.rglob("*")):
            if path.is_file():
                archive.write(path, f"DICOM/{path.parent.name}/{path.name}")
    one = next(path for path in sorted((folder / "pacs" / "exam0").rglob("*")) if path.is_file())
    (folder / "pacs" / "cut-off").write_bytes(one.read_bytes()[:-500])
    (folder / "pacs" / "viewer.exe").write_bytes(b"MZ" + bytes(200))
    (folder / "pacs" / "readme.txt").write_text("Viewer for Windows")
    rows = [HEADER] + [
        f"QZX{n:02d}8841;geïncludeerd;0{n % 9 + 1}/03/2024;61,5;V;pancreas;metastase;lever;28,0;"
        f"{ki67};{grade}"
        for n, (grade, ki67) in enumerate(zip(GRADES, ["1"] * 4 + ["3-5"] * 3 + ["40"] * 3, strict=True))
    ]
    (folder / "lijst.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    content = {"schema": "adcurate.contours", "schema_version": 1, "contours": contours}
    (folder / "contours.json").write_text(json.dumps(content), encoding="utf-8")
    return folder


Command = Callable[..., tuple[int, dict]]


@pytest.fixture(scope="module")
def command(export: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    """Runs one study command and gives its exit code and JSON."""
    place = tmp_path_factory.mktemp("work")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(place / "keys" / "vault.key"))

        def call(step: str, *arguments: str) -> tuple[int, dict]:
            out = place / f"{step}.json"
            out.unlink(missing_ok=True)
            where = [str(place / "study")] if step == "create" else ["--study", str(place / "study")]
            code = run(["study", step, *arguments, *where, "--json", str(out)])
            return code, json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}

        call.folder = place / "study"  # type: ignore[attr-defined]
        yield call


def test_each_step_before_its_time_says_which_command_comes_first(command, capsys):
    assert command("create", "--template", "graded-outcome")[0] == 0
    assert command("run")[0] == 3
    assert "adcurate study add" in capsys.readouterr().err


def test_every_received_object_is_stored_known_or_quarantined(command, export):
    code, added = command("add", str(export / "pacs"))
    assert code == 1  # some were refused, and listed
    assert added["received"] == added["stored"] + added["duplicate"] + added["quarantined"]
    assert added["quarantined"] == 1
    assert added["refused"][0]["code"] in {"dicom.truncated", "dicom.pixel-length"}
    assert added["exams_in_study"] == len(GRADES)
    assert sum(added["skipped"].values()) == 2


def test_the_same_exam_from_a_zip_is_known_already(command, export):
    code, added = command("add", str(export / "cd.zip"))
    assert code == 0
    assert added["stored"] == 0
    assert added["duplicate"] == added["received"] > 0


def test_a_worksheet_with_commas_and_local_dates_asks_before_it_guesses(command, export, capsys):
    assert command("worksheet", str(export / "lijst.csv"))[0] == 3
    assert "worksheet.columns" in capsys.readouterr().err
    assert command("worksheet", str(export / "lijst.csv"), *NAMED)[0] == 3
    assert "worksheet.confirm" in capsys.readouterr().err
    confirmed = ("--delimiter", ";", "--decimal", ",", "--dates", "dmy")
    code, imported = command("worksheet", str(export / "lijst.csv"), *NAMED, *confirmed)
    assert code == 0
    assert imported["rows"] == len(GRADES)
    assert {link["status"] for link in imported["links"]} == {"matched"}


def test_contours_enter_by_the_scanners_own_uids(command, export):
    code, imported = command("contours", str(export / "contours.json"))
    assert code == 0
    assert imported["contours"] == imported["lesions"] == len(GRADES)


def test_the_run_finds_the_prescribed_values_on_the_scanner_maps(command):
    code, outcome = command("run", "--workers", "0")
    assert code == 0
    assert outcome["exams"] == len(GRADES)
    assert outcome["measurements"] == 2 * len(GRADES)
    groups = outcome["maps"]["scanner"]["mean ADC"]["groups"]
    expected = [_prescription(n).lesions[0].mean_adc for n in range(len(GRADES)) if GRADES[n] == "G3"]
    assert groups["G3"]["mean"] == pytest.approx(sum(expected) / len(expected), abs=2e-9)
    lowest = min(_prescription(n).lesions[0].minimum_adc for n in range(len(GRADES)))
    every = outcome["maps"]["scanner"]["minimum ADC"]["groups"].values()
    assert min(group["minimum"] for group in every) == pytest.approx(lowest, abs=1e-9)
    refit = outcome["maps"]["refit"]["mean ADC"]["groups"]["G3"]["mean"]
    assert refit == pytest.approx(groups["G3"]["mean"], rel=0.05)


def test_a_second_run_derives_nothing_and_says_the_same(command):
    first = command("run", "--workers", "0")[1]
    second = command("run", "--workers", "2")[1]
    assert first["derived_now"] == second["derived_now"] == 0
    assert first["maps"] == second["maps"]


def test_the_report_is_one_file_and_each_number_leads_to_its_slice(command):
    code, written = command("report")
    assert code == 0
    html = Path(written["report"]).read_text(encoding="utf-8")
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "Research use only" in html
    analysis = json.loads((Path(written["report"]).parent / "analysis.json").read_text(encoding="utf-8"))
    assert analysis["map_of_record"] == "refit"
    status = command("status")[1]
    assert status["steps_done"] == ["add", "worksheet", "contours", "run", "report"]
    assert "report.html" in status["next"]


def test_a_measurement_is_traced_to_its_objects(command):
    from adcurate.store import StudyStore

    with StudyStore.open(command.folder / "store", "read") as store:
        one = store.derived.of_kind("measurement")[0]
        held = {record.blob for record in store.instances.all()}
    code, traced = command("show", one[:12])
    assert code == 0
    assert traced["measurement"]["sop_instance_uid"].startswith("2.25.")
    kinds = [step["kind"] for step in traced["derivation"]]
    assert kinds == ["measurement", "adc-map"]
    assert set(traced["derivation"][1]["inputs"]) <= held


def test_no_identity_is_left_in_anything_but_the_vault(command):
    planted = [b"PLANTED", b"SYNTHETIC^", b"19610203", b"20240301"] + [
        f"QZX{n:02d}8841".encode() for n in range(len(GRADES))
    ]
    checked = 0
    for path in command.folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            checked += 1
            shown = [word for word in planted if word in content]
            assert not shown, path.name
    assert checked > 100


def test_a_new_contour_makes_the_run_and_the_report_due_again(command, export, tmp_path):
    content = json.loads((export / "contours.json").read_text(encoding="utf-8"))
    content["contours"][0]["lesion"] = "7"
    (tmp_path / "slip.json").write_text(json.dumps(content), encoding="utf-8")
    _, imported = command("contours", str(tmp_path / "slip.json"))
    assert imported["changed_regions"] == 1
    assert len(imported["without_row"]) == 1
    assert "adcurate study run" in command("status")[1]["next"]
    (tmp_path / "right.json").write_text((export / "contours.json").read_text(encoding="utf-8"))
    _, imported = command("contours", str(tmp_path / "right.json"), "--replace")
    assert imported["taken_out_regions"] == 1
    code, outcome = command("run", "--workers", "0")
    assert code == 0
    assert outcome["measurements"] == 2 * len(GRADES)
    assert "adcurate study report" in command("status")[1]["next"]


def test_a_changed_protocol_makes_the_run_due_again_and_back_again_gives_the_same(command):
    first = command("run")[1]
    path = command.folder / "study.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('rule = "centre"', 'rule = "half"'), encoding="utf-8")
    assert "adcurate study run" in command("status")[1]["next"]
    other = command("run", "--workers", "0")[1]
    assert other["derived_now"] == len(GRADES)
    path.write_text(text, encoding="utf-8")
    again = command("run")[1]
    assert again["derived_now"] == 0
    assert again["maps"] == first["maps"]


def test_a_worksheet_without_a_complete_row_changes_nothing(command, export, tmp_path):
    rows = (export / "lijst.csv").read_text(encoding="utf-8").replace("/03/2024", "/99/2024")
    (tmp_path / "faulty.csv").write_text(rows, encoding="utf-8")
    confirmed = ("--delimiter", ";", "--decimal", ",", "--dates", "dmy")
    code, imported = command("worksheet", str(tmp_path / "faulty.csv"), *NAMED, *confirmed)
    assert code == 1
    assert imported["rows"] == 0
    assert len(imported["faults"]) == len(GRADES)
    assert command("status")[1]["worksheet_rows"] == len(GRADES)


def test_a_damaged_object_stops_the_run(command):
    from adcurate.store import StudyStore

    with StudyStore.open(command.folder / "store", "read") as store:
        source = store.instances.sources()[0]
    content = bytearray(source.path.read_bytes())
    content[source.start + source.n_bytes() - 1] ^= 1
    whole = source.path.read_bytes()
    source.path.write_bytes(bytes(content))
    path = command.folder / "study.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"loglinear"', '"weighted"'), encoding="utf-8")
    assert command("run", "--workers", "0")[0] == 4
    assert "adcurate study run" in command("status")[1]["next"]
    source.path.write_bytes(whole)


def test_a_damaged_map_is_made_again_by_the_next_run(command):
    from adcurate.store import StudyStore

    assert command("run", "--workers", "0")[0] == 0
    with StudyStore.open(command.folder / "store", "read") as store:
        # The last exam record is of the present rules; maps of earlier rules stay as they were made.
        record = store.derived.get(store.derived.of_kind("exam")[-1])
        derived_id = record["maps"]["refit"]["id"]
        blobs = dict(store.derived.blobs())
        path = store.blobs.source(blobs[derived_id]).path
        # With two b-values other fits give the same map to the last bit: it lies there once.
        n_same = list(blobs.values()).count(blobs[derived_id])
        whole = store.derived.get(derived_id)
    path.write_bytes(whole[:-1])
    assert command("verify")[0] == 4
    code, answer = command("verify", "--mend", str(command.folder / "results"))
    assert (code, answer["to_be_made_again"]) == (4, n_same)
    code, answer = command("run", "--workers", "0")
    assert (code, answer["derived_now"]) == (0, 1)
    assert path.read_bytes() == whole
    assert command("verify")[0] == 0
