"""A study of an earlier version comes up whole: tried on a copy first, backed up, all of it or nothing."""

from __future__ import annotations

import dataclasses
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from adcurate.errors import StoreError, StudyError
from adcurate.store import upgrading
from adcurate.store.schema import SCHEMA_VERSION, steps, tables
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.backup import backup_study
from adcurate.study.keeping.numbers import recorded_numbers
from adcurate.study.keeping.restore import restore_study
from adcurate.study.keeping.upgrade import upgrade_study
from adcurate.study.receiving.verify import verify_study

# The tables that each schema had; what came later is dropped.
FIRST = frozenset(
    [
        *("meta", "subjects", "instances", "quarantine", "receipts", "worksheets", "worksheet_rows", "links"),
        *("contours", "choices", "protocols", "derived", "derived_inputs", "findings", "runs"),
    ]
)
TABLES = {1: FIRST, 2: FIRST | {"accounts"}, 3: frozenset(tables.tables) - {"withdrawals", "exam_moves"}}


def make_old(study: StudyFolder, schema: int) -> None:
    """The study as that schema held it: its tables, and in the first two each object a file of its own."""
    if schema < 3:
        with study.open_store() as store:
            for record in store.instances.all():
                content = store.blobs.get(record.blob)
                path = store.folder / "objects" / record.blob[:2] / record.blob[2:]
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
        for pack in (study.store / "objects" / "packs").iterdir():
            pack.unlink()
    with closing(sqlite3.connect(study.store / "study.sqlite")) as connection, connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if name not in TABLES[schema]:
                connection.execute(f"DROP TABLE {name}")
        connection.execute("UPDATE meta SET value = ? WHERE key = 'schema'", (str(schema),))


def dump(study: StudyFolder) -> list[str]:
    with closing(sqlite3.connect(study.store / "study.sqlite")) as connection:
        return list(connection.iterdump())


@pytest.mark.parametrize("schema", [1, 2, 3])
def test_each_earlier_schema_comes_up_with_the_same_numbers(study: StudyFolder, schema: int, tmp_path: Path):
    with study.open_store("read") as store:
        numbers = recorded_numbers(store)
    make_old(study, schema)
    for access in ("read", "write"):
        with pytest.raises(StoreError) as trouble:
            study.open_store(access)
        assert trouble.value.code == "store.needs-upgrade"
    before = dump(study)
    tried = upgrade_study(study)
    assert (tried.is_done, tried.numbers.moved, tried.numbers.n_only_before) == (False, (), 0)
    assert dump(study) == before
    done = upgrade_study(study, apply=True, backup_to=tmp_path)
    assert done.is_done
    assert [step.before for step in done.steps] == list(range(schema, SCHEMA_VERSION))
    assert verify_study(study).is_whole
    with study.open_store("read") as store:
        assert recorded_numbers(store) == numbers
    assert done.backup is not None
    old = restore_study(done.backup, tmp_path / "old").folder
    assert dump(old) == before
    assert upgrade_study(study, apply=True).steps == ()


def failing(connection: object) -> None:
    connection.exec_driver_sql("DELETE FROM derived_inputs")  # type: ignore[attr-defined]
    raise KeyboardInterrupt


def test_a_step_that_fails_takes_back_everything(study: StudyFolder, monkeypatch: pytest.MonkeyPatch):
    make_old(study, 1)
    before = dump(study)
    made_to_fail = (*steps.STEPS[:-1], dataclasses.replace(steps.STEPS[-1], change=failing))
    monkeypatch.setattr(steps, "STEPS", made_to_fail)
    with pytest.raises(KeyboardInterrupt):
        upgrading.upgrade(database := upgrading_database(study))
    database.close()
    assert dump(study) == before


def upgrading_database(study: StudyFolder):
    from adcurate.store.database import Database

    return Database(study.store / "study.sqlite")


def test_numbers_that_would_move_are_named_and_need_a_word(
    study: StudyFolder, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    make_old(study, 3)
    (before, real) = (dump(study), steps.STEPS[-1])

    def moving(connection: object) -> None:
        real.change(connection)
        connection.exec_driver_sql(  # type: ignore[attr-defined]
            "UPDATE derived SET payload = replace(payload, '\"n_voxels\":', '\"n_voxels\":1')"
        )

    monkeypatch.setattr(steps, "STEPS", (*steps.STEPS[:-1], dataclasses.replace(real, change=moving)))
    assert upgrade_study(study).numbers.moved
    with pytest.raises(StudyError) as trouble:
        upgrade_study(study, apply=True, backup_to=tmp_path)
    assert trouble.value.code == "study.numbers-move"
    assert dump(study) == before
    assert upgrade_study(study, apply=True, backup_to=tmp_path, although_numbers_move=True).is_done


def test_a_newer_study_is_left_alone(study: StudyFolder):
    with closing(sqlite3.connect(study.store / "study.sqlite")) as connection, connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'schema'")
    with pytest.raises(StoreError) as trouble:
        upgrade_study(study, apply=True)
    assert trouble.value.code == "store.schema-version"


def test_an_old_backup_restores_and_says_what_comes_next(study: StudyFolder, tmp_path: Path):
    make_old(study, 2)
    restored = restore_study(backup_study(study, tmp_path).file, tmp_path / "again")
    assert restored.next_step == "adcurate study upgrade"
    assert any((tmp_path / "again" / "store" / "objects").iterdir())


def test_the_next_upgrade_takes_away_the_copy_that_a_killed_one_left(study: StudyFolder, tmp_path: Path):
    make_old(study, 3)
    killed = (
        "import os, signal, sys; from pathlib import Path; from adcurate.study.folder import StudyFolder;"
        "from adcurate.study.keeping import upgrade;"
        "upgrade._tried = lambda *given: os.kill(os.getpid(), signal.SIGKILL);"
        "upgrade.upgrade_study(StudyFolder(Path(sys.argv[1])))"
    )
    assert subprocess.run([sys.executable, "-c", killed, study.path], check=False).returncode == -9
    (copy,) = study.path.parent.glob("adcurate-upgrade-*")
    assert (copy / "study" / "store").is_dir()
    other = study.path.parent / f"adcurate-upgrade-{study.path.name}-2-abcdefgh"
    other.mkdir()
    upgrade_study(study)
    assert list(study.path.parent.glob("adcurate-upgrade-*")) == [other]
