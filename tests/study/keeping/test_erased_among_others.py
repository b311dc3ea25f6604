"""Erasing one subject takes nothing from the others, and leaves nothing of it where others lie."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, replace
from pathlib import Path

import pydicom
from pydicom.uid import generate_uid
from tests.room_study import prescription, row_of
from tests.study.keeping.test_withdraw import WHO, code_of, sentinels, traces

from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.phantom import simulate_exam, write_exam
from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.hand_over import hand_over_study
from adcurate.study.hand_over.join import ReturnedColumn, join_column
from adcurate.study.hand_over.joined_columns import joined_columns
from adcurate.study.keeping.move import move_exam
from adcurate.study.keeping.withdraw import erase
from adcurate.study.pull.request_list import request_rows
from adcurate.study.receiving.add import add_exams
from adcurate.study.receiving.verify import verify_study
from adcurate.study.rows import stored_rows
from adcurate.study.screening.grid import ListChange, change_list, screened_list
from adcurate.study.worksheet import import_worksheet


@dataclass(frozen=True)
class Someone:
    name: str = "carla"
    id: str = "id-carla"


CARLA = Someone()


def joined(study: StudyFolder, folder: Path, column: str, said: dict[str, str]) -> None:
    file = folder / f"{column}.csv"
    with file.open("w", newline="") as stream:
        csv.writer(stream).writerows([("case_id", column), *said.items()])
    join_column(study, file, ReturnedColumn(column), enter=True, why="Doe John was looked at again")


def test_a_joined_column_loses_the_subjects_cell_in_every_version_and_no_other(
    study: StudyFolder, tmp_path: Path
):
    codes = [code_of(study, f"READ{number}") for number in (1, 2, 3, 4)]
    joined(study, tmp_path, "relapse", dict(zip(codes, ("yes", "unsure", "no", "no"), strict=True)))
    joined(study, tmp_path, "relapse", dict(zip(codes, ("no", "unsure", "no", "no"), strict=True)))
    erase(study, codes[1], "asked to")
    with study.open_store("read") as store:
        ((variable, values),) = joined_columns(store)
        assert [values[code, "1"] for code in codes if code != codes[1]] == [1, 1, 1]
        assert (codes[1], "1") not in values
        assert list(variable.codes.values()) == ["no"]
        assert store.choices.history("joined-column/relapse")[0].payload["variable"]["codes"] == [
            [1, "no"],
            [3, "yes"],
        ]
        assert codes[1] not in str(store.choices.history("joined-column/relapse"))


def test_what_a_correction_said_of_the_subject_is_blank_in_the_log(study: StudyFolder, tmp_path: Path):
    code, other = code_of(study), code_of(study, "READ3")
    joined(study, tmp_path, "grade", {code: "G2"})
    joined(study, tmp_path, "necrosis", {other: "present"})
    erase(study, code, "asked to")
    with study.open_store("read") as store:
        blank, kept = store.audit.done("worksheet.correct")
        assert (blank.before, blank.after, blank.reason) == (None, "erased", "")
        assert kept.reason == "Doe John was looked at again"
        assert store.audit.check().faults == ()


def test_a_moved_exam_goes_with_its_subject_and_does_not_come_back_under_the_other(
    study: StudyFolder, tmp_path: Path
):
    first, second = code_of(study, "READ1"), code_of(study)
    misfiled = replace(prescription("READ1", 41), patient_name="SYNTHETIC^BERTHA", birth_date="19770707")
    write_exam(simulate_exam(misfiled), tmp_path / "cd")
    add_exams(study, [tmp_path / "cd"], workers=0)
    with study.open_store("read") as store:
        (exam,) = {one.exam for one in study.open_vault(store).identities_of(first)[1:]}
    move_exam(study, exam, second, "it is Bertha's")
    late = tmp_path / "late"
    late.mkdir()
    image = next(path for path in sorted((tmp_path / "cd").rglob("*")) if path.is_file())
    with study.open_store("read") as store:
        one = store.instances.all(study_uid=exam)[0]
    (late / "image.dcm").write_bytes(_another_image(image))
    assert add_exams(study, [late], workers=0).quarantined
    wanted = sentinels(study, second) | {one.sop_instance_uid.encode(), exam.encode()}
    done = erase(study, second, "asked to")
    assert done.told["quarantined"] == 1
    assert traces(study.path, wanted) == set()
    again = add_exams(study, [tmp_path / "cd"], workers=0)
    assert again.as_json()["stored"] == 0
    with study.open_store("read") as store:
        vault = study.open_vault(store)
        assert {known.patient_name for known in vault.identities_of(first)} == {"SYNTHETIC^READ1"}
        assert set(store.quarantine.counts()) == {"study.withdrawn"}
        assert {vault.get_bytes(record.vault_name) for record in store.quarantine.all()} == {b""}
        assert store.audit.check().faults == ()
    assert verify_study(study).is_whole


def test_names_that_an_earlier_version_kept_without_their_exam_go_by_the_day(study: StudyFolder):
    first, second = code_of(study, "READ1"), code_of(study)
    with study.open_store() as store:
        vault = study.open_vault(store)
        exam = store.instances.all(subject=first)[0].study_uid
        vault.put_identities(first, [replace(one, exam="") for one in vault.identities_of(first)])
    move_exam(study, exam, second, "it is the other's")
    erase(study, second, "asked to")
    with study.open_store("read") as store:
        (left,) = study.open_vault(store).identities_of(first)
    assert (left.patient_id, left.patient_name, left.birth_date) == ("READ1", "", "")


def test_rows_typed_for_others_and_the_number_of_who_is_awaited_stay(study: StudyFolder, tmp_path: Path):
    with study.open_store("read") as store:
        rows = list(stored_rows(store))
    exam = prescription(WHO, 2)
    awaited = replace(row_of(exam, exam.lesions[0]), subject="H00042", grade="G1")
    write_worksheet(tmp_path / "more.xlsx", [*rows, awaited])
    assert import_worksheet(study, tmp_path / "more.xlsx", WorksheetOptions()).faults == ()
    seen = screened_list(study, CARLA)
    typed = {"n1": {"subject": "H00077", "status": "included"}, "n2": {"subject": WHO, "grade": "G3"}}
    change_list(study, CARLA, ListChange(seen.version, typed))
    code = code_of(study)
    erase(study, code, "asked to")
    ids = [line.id for line in screened_list(study, CARLA).lines]
    assert "n1" in ids
    assert "n2" not in ids
    assert code not in {line.subject for line in screened_list(study, CARLA).lines}
    assert "H00042" in {row[0] for row in request_rows(study)[0]}
    erase(study, code_of(study, "READ3"), "asked to as well")
    assert "H00042" in {row[0] for row in request_rows(study)[0]}


def test_what_was_written_outside_the_study_is_named(study: StudyFolder, tmp_path: Path):
    hand_over_study(study, tmp_path / "for-the-statistician", draft=True, workers=0)
    hand_over_study(study, study.results / "hand-over" / "draft", draft=True, workers=0)
    outside, page = erase(study, code_of(study), "asked to").exports
    assert outside.endswith(str(tmp_path / "for-the-statistician"))
    assert "from the page" in page


def _another_image(file: Path) -> bytes:
    """The same image under a UID of its own."""
    image = pydicom.dcmread(file)
    image.SOPInstanceUID = image.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    content = io.BytesIO()
    image.save_as(content)
    return content.getvalue()
