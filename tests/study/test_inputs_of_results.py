"""Whatever moves a number makes results old: every step and every kept choice is sorted here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from tests.room_study import make_study, prescription

import adcurate
from adcurate.study.images.seen import look_at_exam
from adcurate.study.protocol.amend import protocol_digest
from adcurate.study.run import ANALYZED_CHOICE
from adcurate.study.series_kinds import set_series_kind
from adcurate.study.status import INPUTS, study_status

SOURCE: Final = Path(adcurate.__file__).parent
MADE_FROM_RESULTS: Final = {"run", "report", "hand-over", "export"}
# Where a choice is kept, and how a change of it makes results old, or why it cannot.
CHOICES: Final = {
    "store/reading/adjudications.py": "the log: read_last",
    "store/reading/locks.py": "the log: read_last",
    "store/reading/designs.py": "a new design leaves cases to read",
    "store/data_locks.py": "moves none",
    "store/joined_columns.py": "step worksheet, by study/hand_over/join.py",
    "study/identity/deidentify.py": "no study",
    "study/create.py": "once, before anything",
    "study/b_values.py": "its own step",
    "study/series_kinds.py": "its own step",
    "study/link.py": "its own step",
    "study/reading/sealed_worksheets.py": "the log: the seal; its rows by step worksheet",
    "study/report.py": "words of the report, written with it",
    "study/phantoms/log.py": "scans of phantoms are of no subject",
    "study/screening/grid.py": "step worksheet",
    "study/screening/beside.py": "from which version the list came, which enters by step worksheet",
    "study/screening/opened.py": "from which version the list came, which enters by step worksheet",
    "study/keeping/restore.py": "where the key lies",
    "study/protocol/document.py": "facts of the protocol's document, in no result",
    "study/regions/foreign_regions.py": "step contours",
    "study/regions/contours.py": "step contours",
    "study/reader_of_record.py": "step contours",
    "study/run.py": "made by the run",
}


def test_every_step_is_an_input_of_results_or_made_from_them() -> None:
    steps = set()
    for path in SOURCE.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for said in re.findall(r"\.runs\.record\(\s*([A-Z_]+|\"[a-z-]+\")", text):
            named = re.search(rf'^{said}(?:: Final)? = "([a-z-]+)"', text, re.MULTILINE)
            steps.add(named.group(1) if named else said.strip('"'))
    assert {*INPUTS, *MADE_FROM_RESULTS} >= steps
    assert steps >= {"series-kinds", "b-values", "run"}


def test_every_place_that_keeps_a_choice_is_sorted() -> None:
    keeping = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(r"choices\.add(_within|_logged)?\(", path.read_text(encoding="utf-8"))
    }
    assert keeping == set(CHOICES)


def test_a_changed_role_of_a_series_makes_the_run_old(tmp_path: Path) -> None:
    study, _ = make_study(tmp_path, [prescription("ROLE", 1)])
    with study.open_store() as store:
        with store.runs.record("run"):
            store.choices.add(ANALYZED_CHOICE, {"protocol": protocol_digest(study), "read_last": 0})
        exam = store.instances.all()[0].study_uid
    assert "run" in study_status(study).done
    series = next(one for one in look_at_exam(study, exam)["series"] if one["kind"] == "adc")
    set_series_kind(study, exam, series["series_instance_uid"], "adc", "other", "a copy")
    assert "run" not in study_status(study).done
