"""Once reading began, a changed study.toml waits for a reason; it stands in log, status and report."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.reading_room import ANNA, Hand, begin, opened_room, reading_study

from adcurate.errors import ProtocolError
from adcurate.model import content_digest
from adcurate.study.folder import StudyFolder
from adcurate.study.protocol.amend import amend_protocol
from adcurate.study.run import run_study
from adcurate.study.status import study_status

CHANGE = "\n# the ADC of the paper\n"


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    study = reading_study(tmp_path_factory.mktemp("read"), 2, grades=("G1", "G3"))
    with opened_room(study) as room:
        begin(room, ("anna",))
        Hand(room, ANNA).read_all()
    return study


@pytest.fixture
def changed(read: StudyFolder, tmp_path: Path) -> StudyFolder:
    """The study with a study.toml that was edited after reading began."""
    study = StudyFolder(shutil.copytree(read.path, tmp_path / "study"))
    with study.protocol_file.open("a", encoding="utf-8") as file:
        file.write(CHANGE)
    return study


def refusal(call, *arguments, **options) -> str:
    with pytest.raises(ProtocolError) as error:
        call(*arguments, **options)
    return error.value.code


def test_nothing_runs_on_a_changed_protocol_until_somebody_says_why(changed):
    assert refusal(run_study, changed, workers=0) == "protocol.frozen"
    assert study_status(changed).next_step.endswith("adcurate study amend --why TEXT")
    with changed.open_store() as store:
        before = store.protocols.latest()
        assert refusal(amend_protocol, changed, store, " ") == "protocol.reason"
        assert store.protocols.latest() == before and not store.protocols.amendments()
        amended = amend_protocol(changed, store, "a misprint", person_id="id-cora")
        assert refusal(amend_protocol, changed, store, "again") == "protocol.not-amended"
        (told,) = store.audit.done("protocol.amend")
    assert told.before == {"version": before.version, "digest": before.digest}
    assert told.after["digest"] == amended.digest == content_digest(changed.protocol_file.read_bytes())
    assert (told.person, told.reason) == ("id-cora", "a misprint")
    outcome = run_study(changed, workers=0)
    (finding,) = (one for one in outcome.results.findings if one.code == "protocol.amended")
    assert "a misprint" in finding.sentence and finding.where["after"] == amended.digest
    assert finding in study_status(changed).findings


def test_what_was_put_back_needs_no_reason(changed):
    text = changed.protocol_file.read_text(encoding="utf-8")
    changed.protocol_file.write_text(text.removesuffix(CHANGE), encoding="utf-8")
    assert run_study(changed, workers=0).n_exams == 2
    with changed.open_store() as store:
        assert refusal(amend_protocol, changed, store, "nothing") == "protocol.not-amended"


def test_the_freeze_is_in_the_log_with_the_digest_and_comes_with_the_start(read):
    with read.open_store("read") as store:
        (told,) = store.audit.done("protocol.freeze")
        assert told.after["digest"] == store.protocols.latest().digest
        (start,) = store.audit.done("design.start")
        assert told.sequence == start.sequence + 1
