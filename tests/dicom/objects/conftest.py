"""Exams to write, and other programs that read or judge what was written."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.dicom.objects.exams_to_write import EVERY_DIALECT, Exam, exam_in


@pytest.fixture(params=EVERY_DIALECT)
def any_exam(request: pytest.FixtureRequest) -> Exam:
    """The exam in each dialect in turn."""
    return exam_in(request.param)


@pytest.fixture(params=["siemens-classic", "siemens-xa", "uih-mosaic"])
def one_of_each(request: pytest.FixtureRequest) -> Exam:
    """The exam as classic objects, as one enhanced object, and as mosaics."""
    return exam_in(request.param)


@pytest.fixture
def exam() -> Exam:
    """The exam as classic objects."""
    return exam_in("siemens-classic")


@pytest.fixture
def errors_of(program: Callable[[str, str], str], tmp_path: Path) -> Callable[[bytes], list[str]]:
    """What dciodvfy calls an error in an object."""
    name = program("dciodvfy", "dicom3tools")

    def verify(content: bytes) -> list[str]:
        file = tmp_path / "verified.dcm"
        file.write_bytes(content)
        said = subprocess.run([name, str(file)], capture_output=True, text=True, check=False)
        return [line for line in (said.stdout + said.stderr).splitlines() if line.startswith("Error")]

    return verify


@pytest.fixture
def dcmqi(tmp_path: Path) -> Callable[[str, bytes], Path]:
    """Converts an object with a program of dcmqi; gives the folder of what came out."""
    import dcmqi as package

    programs = Path(package.__file__).parent / "bin"

    def convert(name: str, content: bytes) -> Path:
        file, folder = tmp_path / "object.dcm", tmp_path / "converted"
        file.write_bytes(content)
        folder.mkdir()
        out = ["--outputMetadata", str(folder / "report.json")]
        if name != "tid1500reader":
            out = ["--outputDirectory", str(folder), "--outputType", "nrrd"]
        subprocess.run(
            [str(programs / name), "--inputDICOM", str(file), *out], capture_output=True, check=True
        )
        return folder

    return convert
