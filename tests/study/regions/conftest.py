"""The study that foreign regions come into, new for each module."""

from __future__ import annotations

import pytest
from tests.study.regions.foreign_case import Case

from adcurate.cli.entry import run
from adcurate.study.folder import find_study


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    folder = tmp_path_factory.mktemp("regions")
    made = Case(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ADCURATE_VAULT_KEY_FILE", str(folder / "key"))
        assert run(["study", "create", str(folder / "study")]) == 0
        assert (
            run(["study", "add", str(folder / "exam"), "--workers", "0", "--study", str(folder / "study")])
            == 0
        )
        made.study = find_study(folder / "study")
        yield made
