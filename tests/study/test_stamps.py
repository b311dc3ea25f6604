"""When a question was asked is read from the history of the protocol, not from what it says of itself."""

import pytest

from adcurate.study.create import create_study
from adcurate.study.regions.contours import FIRST_READING_CHOICE
from adcurate.study.stamps import stamp_questions

FIRST = """
[[plan.questions]]
kind = "assessability"
role = "confirmatory"
"""
LATER = """
[[plan.questions]]
kind = "sensitivity"
role = "confirmatory"
rows = ["vendor = GE"]
"""


@pytest.fixture
def study(tmp_path):
    folder = create_study(tmp_path / "study", "graded-outcome", key_file=tmp_path / "key").folder
    text = folder.protocol_file.read_text(encoding="utf-8")
    folder.protocol_file.write_text(text[: text.index("\n# The plan:")], encoding="utf-8")
    return folder


def stamps(study, store):
    found = stamp_questions(store, study.protocol())
    return {question.kind: stamp for question, stamp in found.items()}


def write(study, store, more):
    text = study.protocol_file.read_text(encoding="utf-8") + more
    study.protocol_file.write_text(text, encoding="utf-8")
    store.protocols.add(text, "study.toml")


def read(store):
    """What the import of contours leaves behind."""
    store.choices.add(FIRST_READING_CHOICE, {"protocol_version": store.protocols.latest().version})


def test_what_stood_before_the_first_reading_is_planned_and_what_came_later_is_not(study):
    with study.open_store() as store:
        write(study, store, FIRST)
        assert stamps(study, store) == {"assessability": "planned"}
        read(store)
        assert stamps(study, store) == {"assessability": "planned"}
        write(study, store, LATER)
        assert stamps(study, store) == {"assessability": "planned", "sensitivity": "post hoc"}


def test_a_question_that_was_changed_after_the_reading_is_post_hoc_and_a_new_title_is_no_change(study):
    with study.open_store() as store:
        write(study, store, FIRST + LATER)
        read(store)
        text = study.protocol_file.read_text(encoding="utf-8")
        changed = text.replace("vendor = GE", "vendor = Philips").replace(
            'kind = "assess', 'title = "T"\nkind = "assess'
        )
        study.protocol_file.write_text(changed, encoding="utf-8")
        store.protocols.add(changed, "study.toml")
        assert stamps(study, store) == {"assessability": "planned", "sensitivity": "post hoc"}
