"""An erasure, an upgrade, a backup killed anywhere: done, not begun, or gone on with; never half there."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from tests.crash.after import BrokenError
from tests.crash.conftest import Bench
from tests.crash.harness import WRITING, Ended, fresh, points, spread
from tests.crash.work import run

from adcurate.errors import AdcurateError
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.archive import is_whole
from adcurate.study.keeping.restore import restore_study
from adcurate.study.receiving.verify import verify_study


def schema_of(study: Path) -> tuple[str, list[str]]:
    """The version, and everything that the tables of the older schema hold."""
    with closing(sqlite3.connect(study / "store" / "study.sqlite")) as connection:
        (version,) = connection.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        new = ("withdrawals", "exam_moves", 'INTO "meta"', "ix_exam_moves")
        return version, [line for line in connection.iterdump() if not any(name in line for name in new)]


def fault_of_erasure(study: Path, inputs: Path, ended: Ended) -> str:
    """Opened once more it is whole: the subject is there with everything, or with nothing."""
    folder, code = StudyFolder(study), (inputs / "code").read_text()
    folder.open_store().close()
    with folder.open_store("read") as store:
        is_erased = code in store.withdrawals.all()
        uids = (inputs / "uids").read_text().split()
        n_objects = len(store.instances.all())
        if store.audit.check().faults:
            return "the log is not whole"
        known = folder.open_vault(store).identities_of(code)
    if "erased" in ended.answers and not is_erased:
        return "answered, and not erased"
    if not is_erased:
        return "" if n_objects and verify_study(folder).is_whole else "something is gone and nothing says so"
    left = [
        path.name
        for path in study.rglob("*")
        if path.is_file() and any(uid.encode() in path.read_bytes() for uid in uids)
    ]
    if left or known or n_objects:
        return f"still there: {left} {len(known)} {n_objects}"
    return "" if verify_study(folder).is_whole else "the study is not whole"


def fault_of_upgrade(study: Path, inputs: Path, ended: Ended) -> str:
    version, content = schema_of(study)
    before = (inputs / "before").read_text().splitlines()
    if "\n".join(content).splitlines() != before:
        return "something stored changed"
    if "upgraded" in ended.answers and version != "4":
        return "answered, and not upgraded"
    run("upgrade", study, inputs, lambda text: None)
    return "" if schema_of(study)[0] == "4" and verify_study(StudyFolder(study)).is_whole else "not upgraded"


def fault_of_backup(study: Path, inputs: Path, ended: Ended) -> str:
    file = study.with_name("backup.adcurate")
    if file.exists() and not is_whole(file):
        return "half a backup under a backup's name"
    if "backed up" in ended.answers and not file.exists():
        return "answered, and not there"
    run("backup", study, inputs, lambda text: None)
    again = restore_study(file, study.with_name("again")).folder
    return "" if verify_study(again).is_whole else "it does not restore"


FAULT: dict[str, Callable[[Path, Path, Ended], str]] = {
    "erasure": fault_of_erasure,
    "upgrade": fault_of_upgrade,
    "backup": fault_of_backup,
}


@pytest.fixture
def template(bench: Bench, request: pytest.FixtureRequest) -> Callable[[str], Path]:
    """The study that a piece of work starts from, and beside its inputs what it is checked with."""

    def of(work: str) -> Path:
        study = StudyFolder(bench.to_read)
        with study.open_store("read") as store:
            records = store.instances.all()
        (bench.inputs / "code").write_text(records[0].subject)
        (bench.inputs / "uids").write_text(" ".join(record.sop_instance_uid for record in records))
        if work != "upgrade":
            return bench.to_read
        old = bench.place / "old"
        if not old.exists():
            fresh(bench.to_read, bench.place).rename(old)
            with closing(sqlite3.connect(old / "store" / "study.sqlite")) as connection, connection:
                connection.execute("DROP TABLE withdrawals")
                connection.execute("DROP TABLE exam_moves")
                connection.execute("UPDATE meta SET value = '3' WHERE key = 'schema'")
        (bench.inputs / "before").write_text("\n".join(schema_of(old)[1]))
        return old

    return of


def faults(bench: Bench, start: Path, work: str, n: int, *, bug: str = "") -> list[str]:
    """Kill the work at `n` points spread over it; what was wrong, and where."""
    whole = bench.nursery.run(work, clean(start, bench.place), bench.inputs, bug=bug)
    assert whole.exit_code == 0, whole.answers
    found = []
    killed = 0
    chosen = spread([point for point in points(whole.trace) if point[0] in WRITING], n)
    for call, k in chosen:
        study = clean(start, bench.place)
        ended = bench.nursery.run(
            work, study, bench.inputs, bug=bug, inject=f"{call}:signal=SIGKILL:when={k}"
        )
        killed += ended.exit_code == -9
        try:
            fault = FAULT[work](study, bench.inputs, ended)
        except (AdcurateError, BrokenError, sqlite3.Error) as trouble:
            fault = f"{type(trouble).__name__}: {trouble}"
        if fault:
            found.append(f"{call} {k}: {fault}")
            if bug:
                break
    assert bug or killed >= 0.8 * len(chosen), "the kills did not happen"
    return found


def clean(start: Path, place: Path) -> Path:
    """A fresh study, and no backup or restored study beside it."""
    for path in place.glob("*.adcurate*"):
        path.unlink()
    shutil.rmtree(place / "again", ignore_errors=True)
    return fresh(start, place)


@pytest.mark.parametrize(
    ("work", "bug"),
    [
        ("erasure", "erased without a note"),
        ("upgrade", "upgrade in two steps"),
        ("backup", "backup under its name"),
    ],
)
def test_the_harness_catches_a_planted_bug_of_keeping(bench, template, work, bug):
    assert faults(bench, template(work), work, 16, bug=bug)


@pytest.mark.parametrize(("work", "n"), [("erasure", 20), ("upgrade", 10), ("backup", 10)])
def test_killed_anywhere_it_is_done_or_not_begun_or_gone_on_with(bench, template, work, n):
    assert faults(bench, template(work), work, n) == []
