"""A study that is ready to be read, copied for each test that reads it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.reading_room import reading_study

from adcurate.study.folder import StudyFolder

MakeStudy = Callable[..., StudyFolder]


@pytest.fixture(scope="session")
def unread(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """Four exams of one lesion each, graded, with nothing drawn; never written to."""
    return reading_study(tmp_path_factory.mktemp("unread"), 4, grades=("G1", "G3"))


@pytest.fixture
def readable(unread: StudyFolder, tmp_path: Path) -> MakeStudy:
    """Copies of the study whose protocol says more under ``[reading]``."""

    def make(reading: str = "", name: str = "study") -> StudyFolder:
        folder = tmp_path / name
        shutil.copytree(unread.path, folder)
        study = StudyFolder(folder)
        text = study.protocol_file.read_text(encoding="utf-8")
        study.protocol_file.write_text(text + reading, encoding="utf-8")
        return study

    return make
