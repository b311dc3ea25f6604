"""A backup is one moment of the study, proves every bit of itself, and restores to the same numbers."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from adcurate.errors import AdcurateError, BackupError, OutputError, StudyError, UsageError, VaultError
from adcurate.store.portable import take_lock
from adcurate.store.reading.audit import append
from adcurate.study.folder import StudyFolder
from adcurate.study.keeping.archive import is_whole, open_archive
from adcurate.study.keeping.backup import backup_study
from adcurate.study.keeping.made_backups import made_backups
from adcurate.study.keeping.numbers import recorded_numbers
from adcurate.study.keeping.restore import drill, restore_study
from adcurate.study.receiving.verify import verify_study

SOAK = bool(os.environ.get("ADCURATE_SOAK"))


def numbers(study: StudyFolder) -> dict[str, float]:
    with study.open_store("read") as store:
        return recorded_numbers(store)


def flip(path: Path, bit: int) -> None:
    with path.open("r+b") as stream:
        stream.seek(bit // 8)
        (byte,) = stream.read(1)
        stream.seek(bit // 8)
        stream.write(bytes([byte ^ 1 << bit % 8]))


def test_what_is_restored_is_the_study_with_its_numbers_and_its_log(study: StudyFolder, tmp_path: Path):
    made = backup_study(study, tmp_path)
    restored = restore_study(made.file, tmp_path / "again")
    assert restored.key_is_here
    assert [one.file for one in made_backups(restored.folder)] == [str(made.file)]
    assert numbers(restored.folder) == numbers(study)
    assert len(numbers(study)) > 100
    assert verify_study(restored.folder).is_whole
    with study.open_store("read") as before, restored.folder.open_store("read") as after:
        assert after.audit.head() == before.audit.head()
        assert after.audit.check().faults == ()
        assert after.reading.designs.items() == before.reading.designs.items()


def test_a_drill_makes_every_number_again_and_leaves_nothing(study: StudyFolder, tmp_path: Path):
    made = backup_study(study, tmp_path)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = drill(made.file, scratch=scratch)
    assert (found.numbers.moved, found.numbers.n_only_before, found.numbers.n_only_after) == ((), 0, 0)
    assert found.numbers.n_equal == len(numbers(study))
    assert list(scratch.iterdir()) == []


def test_a_drill_tells_of_a_number_that_its_objects_do_not_give(study: StudyFolder, tmp_path: Path):
    with study.open_store() as store, store._database.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE derived SET payload = replace(payload, '\"n_voxels\":', '\"n_voxels\":1') "
            "WHERE kind = 'measurement'"
        )
    found = drill(backup_study(study, tmp_path).file, scratch=tmp_path)
    assert found.numbers.moved


def test_backups_under_write_load_are_whole_moments(study: StudyFolder, tmp_path: Path):
    n_backups = 50 if SOAK else 6
    program = (
        "import sys, itertools\n"
        "from pathlib import Path\n"
        "from adcurate.study.folder import StudyFolder\n"
        "from adcurate.store.reading.audit import append\n"
        "with StudyFolder(Path(sys.argv[1])).open_store() as store:\n"
        "    for n in itertools.count(1):\n"
        "        content = n.to_bytes(8, 'big') * 9000\n"
        "        from adcurate.model import Derivation\n"
        "        store.derived.put(Derivation('load', 'load/1', {'n': n}, ()), content)\n"
        "        with store._database.begin() as connection:\n"
        "            append(connection, at=store.clock(), person='', action='load', object=str(n))\n"
        "        if n == 3: print('writing', flush=True)\n"
    )
    writer = subprocess.Popen([sys.executable, "-c", program, str(study.path)], stdout=subprocess.PIPE)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline() == b"writing\n"
        made = [backup_study(study, tmp_path / f"{at}.adcurate") for at in range(n_backups)]
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
    entries = []
    for at, one in enumerate(made):
        restored = restore_study(one.file, tmp_path / f"again-{at}")
        found = verify_study(restored.folder)
        assert found.is_whole
        assert one.n_lost_maps == 0
        entries.append(restored.audit_entries)
    assert entries == sorted(entries)
    assert entries[0] < entries[-1]


def test_every_flipped_bit_of_a_backup_is_found(study: StudyFolder, tmp_path: Path):
    file = backup_study(study, tmp_path).file
    assert is_whole(file)
    dice = random.Random(7)
    n_bits = file.stat().st_size * 8
    # The last bytes are directory and proof: bits there are tried more often than chance would.
    bits = [dice.randrange(n_bits) for _ in range(20)] + [n_bits - 1 - 131 * at for at in range(20)]
    if SOAK:
        bits += [dice.randrange(n_bits) for _ in range(160)]
    for bit in bits:
        flip(file, bit)
        assert not is_whole(file), bit
        with pytest.raises(BackupError):
            drill(file)
        flip(file, bit)
    assert is_whole(file)


def test_every_flipped_bit_of_an_object_map_or_vault_record_is_found(study: StudyFolder):
    dice = random.Random(8)
    files = sorted(
        path
        for path in (*study.store.joinpath("objects").rglob("*"), *study.vault.rglob("*"))
        if path.is_file()
    )
    sizes = [path.stat().st_size for path in files]
    for _ in range(200 if SOAK else 25):
        # Small files count as much as large ones every other time.
        path = dice.choice(files) if dice.random() < 0.5 else dice.choices(files, sizes)[0]
        bit = dice.randrange(path.stat().st_size * 8)
        flip(path, bit)
        assert not verify_study(study).is_whole, (path, bit)
        flip(path, bit)
    assert verify_study(study).is_whole


def test_a_damaged_study_is_said_to_be_one_in_its_backup(study: StudyFolder, tmp_path: Path):
    with study.open_store("read") as store:
        source = store.instances.sources()[0]
    flip(source.path, source.start * 8)
    made = backup_study(study, tmp_path)
    assert made.damaged == (source.digest,)
    assert made_backups(study)[-1].outcome == "store.integrity"
    restored = restore_study(made.file, tmp_path / "again")
    assert not verify_study(restored.folder).is_whole


def test_a_place_inside_the_study_is_refused_and_so_is_a_file_that_is_there(
    study: StudyFolder, tmp_path: Path
):
    with pytest.raises(UsageError):
        backup_study(study, study.results)
    (tmp_path / "there").write_text("mine")
    with pytest.raises(OutputError):
        backup_study(study, tmp_path / "there")
    assert (tmp_path / "there").read_text() == "mine"


def test_nothing_is_restored_over_anything_and_no_other_file_is_taken_for_a_backup(
    study: StudyFolder, tmp_path: Path
):
    made = backup_study(study, tmp_path)
    with pytest.raises(StudyError) as trouble:
        restore_study(made.file, study.path)
    assert trouble.value.code == "study.exists"
    other = tmp_path / "other.zip"
    other.write_bytes(b"PK\x05\x06" + bytes(18))
    for file in (other, study.protocol_file, tmp_path / "none"):
        with pytest.raises(AdcurateError) as trouble:
            restore_study(file, tmp_path / "again")
        assert trouble.value.code in ("backup.not-a-backup", "input.missing")
    assert not (tmp_path / "again").exists()


def test_no_member_is_written_outside_the_folder(study: StudyFolder, tmp_path: Path):
    from adcurate.study.keeping.archive import ArchiveWriter

    with ArchiveWriter(tmp_path / "evil") as archive:
        archive.add("../outside", [b"content"])
        archive.finish({})
    with pytest.raises(BackupError):
        open_archive(tmp_path / "evil")


def test_the_key_is_never_inside_and_the_restored_study_says_that_it_is_missing(
    study: StudyFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    key = Path(os.environ["ADCURATE_VAULT_KEY_FILE"])
    made = backup_study(study, tmp_path)
    assert key.read_bytes().strip() not in made.file.read_bytes()
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "gone"))
    assert not restore_study(made.file, tmp_path / "one").key_is_here
    monkeypatch.delenv("ADCURATE_VAULT_KEY_FILE")
    assert restore_study(made.file, tmp_path / "two", key_file=key).key_is_here
    wrong = tmp_path / "wrong.key"
    wrong.write_text("ab" * 32)
    with pytest.raises(VaultError):
        restore_study(made.file, tmp_path / "three", key_file=wrong)
    assert not (tmp_path / "three").exists()


def test_two_backups_at_once_with_readers_at_work(study: StudyFolder, tmp_path: Path):
    trouble: list[BaseException] = []

    def one(at: int) -> None:
        try:
            backup_study(study, tmp_path / f"{at}.adcurate")
        except BaseException as found:
            trouble.append(found)

    with study.open_store() as store:
        threads = [threading.Thread(target=one, args=(at,)) for at in range(2)]
        for thread in threads:
            thread.start()
        for number in range(20):
            with store._database.begin() as connection:
                append(connection, at=store.clock(), person="", action="load", object=str(number))
        for thread in threads:
            thread.join()
    assert trouble == []
    assert all(is_whole(tmp_path / f"{at}.adcurate") for at in range(2))
    assert [one.outcome for one in made_backups(study)] == ["done", "done"]


def test_the_next_backup_takes_away_what_a_killed_one_left_and_no_other_file(
    study: StudyFolder, tmp_path: Path
):
    disk = tmp_path / "disk"
    disk.mkdir()
    killed = (
        "import os, signal, sys; from pathlib import Path; from adcurate.study.folder import StudyFolder;"
        "from adcurate.study.keeping.backup import backup_study;"
        "die = lambda *step: os.kill(os.getpid(), signal.SIGKILL);"
        "backup_study(StudyFolder(Path(sys.argv[1])), Path(sys.argv[2]), progress=die)"
    )
    assert subprocess.run([sys.executable, "-c", killed, study.path, disk], check=False).returncode == -9
    left = {path.name for path in disk.iterdir()}
    assert len(left) == 2 and all(".adcurate" in name and ".part" in name for name in left)
    kept = {"other-1.adcurate.part", "study-notes.part", f"{study.path.name}-1.adcurate.part"}
    for name in kept:
        (disk / name).touch()
    # As if the kill had been a while ago; the third is being written by somebody right now.
    for path in disk.iterdir():
        os.utime(path, (1, 1))
    with take_lock(disk / f"{study.path.name}-1.adcurate.part"):
        made = backup_study(study, disk)
    assert {path.name for path in disk.iterdir()} == {*kept, made.file.name}
