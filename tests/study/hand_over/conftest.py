"""A study that was read, locked and handed over once, copied for each test that changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.handed_study import made, read

from adcurate.study.folder import StudyFolder
from adcurate.study.hand_over.hand_over import hand_over_study


@pytest.fixture(scope="session")
def locked(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """Everything read and locked, handed over once (in ``out`` beside it); never written to."""
    study = made(tmp_path_factory.mktemp("locked"))
    read(study)
    hand_over_study(study, study.path.parent / "out", workers=0)
    return study


@pytest.fixture(scope="session")
def handed(locked: StudyFolder) -> Path:
    """The folder of the first hand-over."""
    return locked.path.parent / "out"


@pytest.fixture
def study(locked: StudyFolder, tmp_path: Path) -> StudyFolder:
    """A copy to change."""
    shutil.copytree(locked.path, tmp_path / "study")
    return StudyFolder(tmp_path / "study")
