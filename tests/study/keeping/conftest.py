"""A small study that two readers have read and that was analysed, to be kept, moved and withdrawn from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.reading_room import ANNA, BEN, Hand, begin, opened_room, reading_study

from adcurate.study.folder import StudyFolder
from adcurate.study.run import run_study


@pytest.fixture(scope="session")
def read_study(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    study = reading_study(tmp_path_factory.mktemp("kept"), 4, grades=("G1", "G3"))
    with opened_room(study) as room:
        begin(room)
        for reader in (ANNA, BEN):
            Hand(room, reader).read_all()
    run_study(study, workers=0)
    return study


@pytest.fixture
def study(read_study: StudyFolder, tmp_path: Path) -> StudyFolder:
    """A copy of its own."""
    shutil.copytree(read_study.path.parent, tmp_path / "kept", ignore=shutil.ignore_patterns("exams"))
    return StudyFolder(tmp_path / "kept" / "study")


@pytest.fixture(autouse=True)
def key_beside(tmp_path: Path, read_study: StudyFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(read_study.path.parent / "vault.key"))
