"""A region under the protocol's voxels has no value: in the main analysis, the plan, the files and R."""

from __future__ import annotations

import csv
import re
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from tests.handed_study import again, made
from tests.reading_room import ANNA, BEN, Hand, begin, opened_room

from adcurate.model.data_table import TOO_SMALL
from adcurate.study.folder import StudyFolder
from adcurate.study.run import run_study

N_ELIGIBLE = 5
PLAN = """
[[plan.questions]]
kind = "trend"
role = "confirmatory"
[[plan.questions]]
kind = "roc-comparison"
[[plan.questions]]
kind = "agreement"
"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    """Anna drew one lesion with a few voxels, Ben another; the protocol asks for more of them."""
    study = made(tmp_path_factory.mktemp("small"))
    text = study.protocol_file.read_text(encoding="utf-8")
    study.protocol_file.write_text(f"{text}[region]\nminimum_voxels = 12\n{PLAN}", encoding="utf-8")
    with opened_room(study) as room:
        begin(room)
        for at, person in enumerate((ANNA, BEN)):
            hand = Hand(room, person)
            for one in room.store.reading.designs.items(person.name):
                hand.draw(one.item, half=1.2 if one.subject == subjects(room)[at] else 4.2 - at)
                hand.lock(one.item)
    return study


def subjects(room: Any) -> list[str]:
    """The codes of the subjects, in their order."""
    return sorted({one.subject for one in room.store.reading.designs.items("anna")})


@pytest.fixture(scope="module")
def results(study: StudyFolder) -> Any:
    return run_study(study, workers=0).results


def test_every_analysis_has_the_same_cases(results: Any) -> None:
    left_out = dict(one for stage in results.flow.stages for one in stage.left_out)
    assert left_out["region under 12 voxels"] == 1
    assert len(results.members) == N_ELIGIBLE - 1
    assert {len(analysis.values) for analysis in results.of_record} == {N_ELIGIBLE - 1}
    trend, curves, agreement = (one.answer for one in results.answers)
    assert {(one.test.n, one.n_missing) for one in trend.markers} == {(N_ELIGIBLE - 1, 1)}
    (compared,) = curves.comparisons
    assert {one.n_positive + one.n_negative for one in compared.comparison.areas.values()} == {N_ELIGIBLE - 1}
    # Anna's small region and Ben's are of two lesions: three are left that both measured.
    assert {len(one.between.lesions) for one in agreement.markers.values()} == {N_ELIGIBLE - 2}


def test_the_files_say_that_the_region_is_small_and_r_finds_the_same_numbers(
    program: Callable[[str, str], str], study: StudyFolder, results: Any
) -> None:
    folder = again(study).folder
    with (folder / "missing.csv").open(encoding="utf-8", newline="") as lines:
        small = [one for one in csv.DictReader(lines) if one["code"] == str(TOO_SMALL)]
    by_reader = {(one["table"], one["id"]) for one in small}
    assert len([one for one in by_reader if one[0] == "readings"]) == 2
    assert len([one for one in by_reader if one[0] == "cases"]) == 2
    with (folder / "cases.csv").open(encoding="utf-8", newline="") as lines:
        assert sum(bool(one["avgadc"]) for one in csv.DictReader(lines)) == len(results.members)
    ran = subprocess.run(
        [program("Rscript", "r-base-core"), "--vanilla", "r/analysis.R"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    agreed = re.findall(r"(\d+) of (\d+) numbers agree", ran.stdout)
    assert agreed and agreed[0][0] == agreed[0][1], [
        one for one in ran.stdout.splitlines() if one.endswith("NO")
    ]
