"""A study where nothing can be written: read as it is, or refused by name; nothing is tried to be written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from adcurate.errors import StoreError
from adcurate.model import Derivation
from adcurate.store import StudyStore, database, database_address

READ = (
    "import sys\nfrom pathlib import Path\nfrom adcurate.store import StudyStore\n"
    "with StudyStore.open(Path(sys.argv[1]), 'read') as store:\n"
    "    print([store.derived.get(one) for one in store.derived.of_kind('number')])\n"
)


@pytest.fixture
def store_folder(tmp_path: Path) -> Path:
    with StudyStore.create(tmp_path / "store") as store:
        store.derived.put(Derivation("number", "n/1", {}, ()), {"mean": 1.25})
    return tmp_path / "store"


@pytest.fixture
def unwritable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for module in (database, database_address):
        monkeypatch.setattr(module, "can_be_written", lambda folder: False)
    yield


def test_a_closed_study_is_read_and_no_file_is_made(store_folder: Path, unwritable: None):
    before = {path: path.stat().st_mtime_ns for path in store_folder.rglob("*")}
    with StudyStore.open(store_folder, "read") as store:
        (one,) = store.derived.of_kind("number")
        assert store.derived.get(one) == {"mean": 1.25}
        assert "x" * 64 not in store.known
    assert {path: path.stat().st_mtime_ns for path in store_folder.rglob("*")} == before


def test_what_another_writer_has_not_yet_brought_in_is_read_too(store_folder: Path, unwritable: None):
    with sqlite3.connect(store_folder / "study.sqlite", isolation_level=None) as writer:
        writer.execute("UPDATE derived SET payload = '{\"mean\":2.5}'")
        with StudyStore.open(store_folder, "read") as store:
            (one,) = store.derived.of_kind("number")
            assert store.derived.get(one) == {"mean": 2.5}
    writer.close()


def test_a_broken_off_writers_log_is_named_and_never_passed_over(
    store_folder: Path, tmp_path: Path, unwritable: None
):
    with sqlite3.connect(store_folder / "study.sqlite", isolation_level=None) as writer:
        writer.execute("UPDATE derived SET payload = '{\"mean\":2.5}'")
        shutil.copytree(store_folder, tmp_path / "left", ignore=shutil.ignore_patterns("*-shm"))
    writer.close()
    with pytest.raises(StoreError) as trouble:
        StudyStore.open(tmp_path / "left", "read")
    assert trouble.value.code == "store.unfinished-log"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root mounts")
def test_on_a_disk_that_is_mounted_read_only(store_folder: Path):
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && exec "$2" -c "$3" "$1"'
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", script, "sh", str(store_folder), sys.executable, READ],
        capture_output=True,
        text=True,
        check=False,
    )
    if "ount" in done.stderr and "denied" in done.stderr:
        pytest.skip("nothing may be mounted here")
    assert "1.25" in done.stdout, done.stderr
