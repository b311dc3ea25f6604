"""Who withdraws is in no analysis any more; who is erased is nowhere, and only a tombstone says so."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tests.reading_room import ANNA, opened_room
from tests.room_study import prescription, row_of

from adcurate.errors import AdcurateError, StudyError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.formats.worksheet_writing import write_worksheet
from adcurate.phantom import simulate_exam, write_exam
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.backup import backup_study
from adcurate.study.keeping.withdraw import erase, stop_using
from adcurate.study.pull.awaited import hospital_numbers
from adcurate.study.reading.next_case import reading_list
from adcurate.study.receiving.add import add_exams
from adcurate.study.receiving.verify import verify_study
from adcurate.study.run import run_study
from adcurate.study.status import study_status
from adcurate.study.worksheet import import_worksheet

WHO = "READ2"


def code_of(study: StudyFolder, patient: str = WHO) -> str:
    with study.open_store("read") as store:
        return study.open_vault(store).pseudonyms.subject_code(patient)


def sentinels(study: StudyFolder, code: str) -> set[bytes]:
    """UIDs, pixels, bytes of maps, ids of what was derived: everything by which a trace would be known."""
    found: set[bytes] = set()
    with study.open_store("read") as store:
        own = store.subjects.belongings(code)
        found |= {uid.encode() for uid in own.uids}
        found |= {derived_id.encode() for derived_id in own.derived_ids}
        contents = [store.blobs.get(blob) for blob in own.blobs]
        found |= {content[len(content) // 2 :][:40] for content in contents}
    return {one for one in found if len(set(one)) > 6}


def traces(folder: Path, wanted: set[bytes]) -> set[tuple[str, bytes]]:
    pattern = re.compile(b"|".join(re.escape(one) for one in sorted(wanted)))
    return {
        (path.relative_to(folder).as_posix(), hit)
        for path in folder.rglob("*")
        if path.is_file()
        for hit in pattern.findall(path.read_bytes())
    }


def test_who_withdraws_leaves_the_analysis_and_the_reading_list_and_the_flow_says_so(study: StudyFolder):
    code = code_of(study)
    with opened_room(study) as room:
        before = len(reading_list(room, ANNA.name).items)
    done = stop_using(study, code, "asked to")
    assert (done.extent, done.told["exams"], done.told["readings"]) == ("stopped", 1, 2)
    assert "run" not in study_status(study).done
    results = run_study(study, workers=0).results
    assert code not in {member.subject for member in results.members}
    assert code not in {one.subject for one in results.measurements}
    assert dict(results.flow.stages[0].left_out) == {"withdrawn": 1}
    with opened_room(study) as room:
        assert len(reading_list(room, ANNA.name).items) == before - 1
        assert room.store.audit.done("subject.withdraw")[0].reason == "asked to"
    assert verify_study(study).is_whole
    with pytest.raises(StudyError):
        stop_using(study, code, "twice")


def test_of_who_is_erased_nothing_is_found_anywhere_in_the_folder(study: StudyFolder, tmp_path: Path):
    code = code_of(study)
    (study.results / "report.html").write_text(f"{code} had this")
    kept = backup_study(study, tmp_path)
    wanted = sentinels(study, code)
    assert len({hit for _, hit in traces(study.path, wanted)}) > 0.9 * len(wanted)
    done = erase(study, code, "asked to")
    assert traces(study.path, wanted) == set()
    assert done.backups == (str(kept.file),)
    assert done.analyses
    assert not (study.results / "report.html").exists()
    with study.open_store("read") as store:
        vault = study.open_vault(store)
        assert vault.identities_of(code) == ()
        assert [name for name in vault.names() if name.startswith("worksheet/")] == ["worksheet/numbers"]
        assert code not in hospital_numbers(vault, {code})
        check = store.audit.check()
        assert check.faults == ()
        (entry,) = store.audit.done("subject.erase")
        assert (entry.object, entry.reason) == (code, "asked to")
        (stone,) = store.withdrawals.all().values()
        assert (stone.subject, stone.extent, stone.unfinished) == (code, "erased", {})
    assert verify_study(study).is_whole
    results = run_study(study, workers=0).results
    assert dict(results.flow.stages[0].left_out) == {"withdrawn, data erased": 1}
    assert results.flow.stages[0].n == 4


def test_the_guards_of_readings_and_log_are_back_after_an_erasure(study: StudyFolder):
    erase(study, code_of(study), "asked to")
    with study.open_store() as store:
        for statement in ("DELETE FROM reading_drafts", "UPDATE audit SET reason = 'x'"):
            with (
                pytest.raises(Exception, match="append-only"),
                store._database.begin() as connection,
            ):
                connection.exec_driver_sql(statement)


def test_an_entry_that_nobody_said_was_erased_is_a_fault_of_the_log(study: StudyFolder):
    erase(study, code_of(study), "asked to")
    with study.open_store() as store:
        with store._database.begin() as connection:
            guard = connection.exec_driver_sql(
                "SELECT sql FROM sqlite_master WHERE name = 'audit_no_update'"
            ).scalar_one()
            connection.exec_driver_sql("DROP TRIGGER audit_no_update")
            connection.exec_driver_sql(
                "UPDATE audit SET before = 'null', after = '\"erased\"', reason = '' "
                "WHERE action = 'design.start'"
            )
            connection.exec_driver_sql(guard)
        assert len(store.audit.check().faults) == 1


def test_what_comes_again_of_an_erased_subject_is_refused_without_its_bytes(
    study: StudyFolder, tmp_path: Path
):
    code = code_of(study)
    erase(study, code, "asked to")
    write_exam(simulate_exam(prescription(WHO, 2)), tmp_path / "again")
    added = add_exams(study, [tmp_path / "again"], workers=0)
    assert added.quarantined
    with study.open_store("read") as store:
        vault = study.open_vault(store)
        assert set(store.quarantine.counts()) == {"study.withdrawn"}
        assert {vault.get_bytes(record.vault_name) for record in store.quarantine.all()} == {b""}
        assert vault.identities_of(code) == ()
        assert code not in store.instances.subjects()
    write_worksheet(tmp_path / "again.xlsx", [row_of(one, one.lesions[0]) for one in [prescription(WHO, 2)]])
    with pytest.raises(StudyError) as trouble:
        import_worksheet(study, tmp_path / "again.xlsx", WorksheetOptions())
    assert trouble.value.code == "study.withdrawn"


def test_refused_objects_of_the_subject_go_with_it_and_those_of_others_stay(
    study: StudyFolder, tmp_path: Path
):
    for seed, who in ((2, WHO), (3, "READ3")):
        written = write_exam(simulate_exam(prescription(who, seed + 40)), tmp_path / who)
        for path in written[1:]:
            path.unlink()
        written[0].write_bytes(written[0].read_bytes()[:-500])
    add_exams(study, [tmp_path / WHO, tmp_path / "READ3"], workers=0)
    with study.open_store("read") as store:
        assert len(store.quarantine.all()) == 2
    assert erase(study, code_of(study), "asked to").told["quarantined"] == 1
    with study.open_store("read") as store:
        (left,) = store.quarantine.all()
        assert b"READ3" in study.open_vault(store).get_bytes(left.vault_name)
    assert verify_study(study).is_whole


@pytest.mark.parametrize("step", ["take_away_objects", "leave_no_trace"])
def test_broken_off_it_goes_on_at_the_next_opening(
    study: StudyFolder, monkeypatch: pytest.MonkeyPatch, step: str
):
    from adcurate.store.subjects import Subjects

    code = code_of(study)
    wanted = sentinels(study, code)

    def broken(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Subjects, step, broken)
        with pytest.raises(KeyboardInterrupt):
            erase(study, code, "asked to")
    monkeypatch.delenv("ADCURATE_VAULT_KEY_FILE")
    study.open_store().close()
    assert traces(study.path, wanted) == set()
    with study.open_store("read") as store:
        assert store.withdrawals.all()[code].unfinished == {}


def test_an_unknown_code_and_sealed_outcomes_are_refused_by_name(study: StudyFolder):
    with pytest.raises(StudyError) as trouble:
        erase(study, "S-AAAAA-AAAAA", "asked to")
    assert trouble.value.code == "study.no-subject"
    with StudyStore.open(study.store) as store:
        store.reading.seals.seal(["grade"], "four words at random", "somebody", "id-somebody")
    with pytest.raises(AdcurateError) as sealed:
        erase(study, code_of(study), "asked to")
    assert sealed.value.code == "read.sealed"


def test_no_table_speaks_of_an_erased_subject_but_the_tombstone_and_the_log(study: StudyFolder):
    code = code_of(study)
    erase(study, code, "asked to")
    with study.open_store("read") as store, store._database.read() as connection:
        tables = (
            connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        )
        speaking = {
            table
            for table in tables
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')
            if any(code.encode() in (cell if isinstance(cell, bytes) else str(cell).encode()) for cell in row)
        }
    assert speaking <= {"withdrawals", "audit"}


def test_a_copy_shows_that_the_search_finds_what_is_left(study: StudyFolder, tmp_path: Path):
    code = code_of(study)
    wanted = sentinels(study, code)
    shutil.copytree(study.store, tmp_path / "before")
    erase(study, code, "asked to")
    shutil.copy(tmp_path / "before" / "study.sqlite", study.store / "old.sqlite")
    assert traces(study.path, wanted)
