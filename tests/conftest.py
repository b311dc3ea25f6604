"""What tests share: programs and samples that may be missing, and how a skip says so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.orthanc import Orthanc, running_orthanc


@pytest.fixture(scope="session")
def program() -> Callable[[str, str], str]:
    """The path of an installed program; skips (or, where all must be there, fails) when it is missing."""

    def find(name: str, package: str) -> str:
        found = shutil.which(name)
        if found is None:
            reason = f"{name} is not installed (Debian package {package})"
            if os.environ.get("ADCURATE_REQUIRE_ALL"):
                pytest.fail(reason)
            pytest.skip(reason)
        return found

    return find


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real scanner samples, which are not part of the project."""
    folder = os.environ.get("ADCURATE_SAMPLES")
    if not folder or not Path(folder).is_dir():
        pytest.skip("ADCURATE_SAMPLES does not name the folder of real scanner samples")
    return Path(folder)


@pytest.fixture(scope="module")
def orthanc(
    program: Callable[[str, str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Orthanc]:
    """A real Orthanc with DICOMweb on loopback, empty at first, one for each test file."""
    with running_orthanc(program("Orthanc", "orthanc"), tmp_path_factory.mktemp("orthanc")) as server:
        yield server
