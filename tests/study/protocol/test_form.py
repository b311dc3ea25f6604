"""The form asks for every key of the protocol, in words, and changes its file as a person would."""

import dataclasses

import pytest

from adcurate.errors import ProtocolError
from adcurate.formats.protocol import parse_protocol
from adcurate.model.jsonable import as_jsonable
from adcurate.study.create import create_study
from adcurate.study.protocol.change import save_protocol, standing_protocol
from adcurate.study.protocol.form import SECTIONS, form_fields, question_forms


def keys_of(said, path=""):
    for key, value in said.items():
        if isinstance(value, dict) and key != "edition_by_primary_site":
            yield from keys_of(value, f"{path}{key}.")
        else:
            yield f"{path}{key}"


@pytest.fixture
def study(tmp_path):
    return create_study(tmp_path / "study", key_file=tmp_path / "vault.key").folder


def test_every_key_of_the_file_is_asked_and_no_other(study):
    asked = {field.key for field in form_fields()}
    said = set(keys_of(standing_protocol(study).values)) - {"schema_version", "template"}
    assert asked == said
    assert {field.section for field in form_fields()} == set(SECTIONS)


def test_each_field_says_what_it_is_called_and_what_it_changes():
    for field in form_fields():
        for one in (field, *field.columns):
            assert one.label.strip() and one.changes.endswith("."), one.key
            assert (one.kind in ("choice", "places")) <= bool(one.choices), one.key


def test_a_change_is_in_the_file_and_kept_by_the_store(study):
    before = standing_protocol(study)
    assert before.kept_at and not before.frozen_at
    after = save_protocol(study, {"adc": {"map_of_record": "refit"}}, based_on=before.digest)
    assert study.protocol().adc.map_of_record == "refit"
    assert (after.version, after.values["adc"]["map_of_record"]) == (before.version + 1, "refit")
    again = save_protocol(study, as_jsonable(after.values), based_on=after.digest)
    assert again == after


def test_a_form_that_says_nothing_of_reading_leaves_the_file_silent(study):
    standing = standing_protocol(study)
    save_protocol(study, {**as_jsonable(standing.values), "title": "New"}, based_on=standing.digest)
    assert study.protocol().reading is None and study.protocol().title == "New"


def test_nobody_overwrites_what_another_window_changed(study):
    mine = standing_protocol(study)
    save_protocol(study, {"title": "Theirs"}, based_on=mine.digest)
    with pytest.raises(ProtocolError) as refused:
        save_protocol(study, {"title": "Mine"}, based_on=mine.digest)
    assert refused.value.code == "protocol.changed" and study.protocol().title == "Theirs"


def test_a_faulty_value_changes_nothing(study):
    before = study.protocol_file.read_bytes()
    standing = standing_protocol(study)
    with pytest.raises(ProtocolError) as refused:
        save_protocol(study, {"adc": {"b_values": [800.0, 0.0]}}, based_on=standing.digest)
    assert refused.value.code == "protocol.value"
    assert study.protocol_file.read_bytes() == before and standing_protocol(study) == standing


def test_once_the_reading_began_a_change_is_an_amendment_with_a_reason(study):
    with study.open_store() as store:
        store.protocols.freeze()
    standing = standing_protocol(study)
    assert standing.frozen_at
    with pytest.raises(ProtocolError) as refused:
        save_protocol(study, {"title": "New"}, based_on=standing.digest, reason=" ")
    assert refused.value.code == "protocol.reason" and study.protocol().title != "New"
    for reason in ("Two\nlines.", "A bell\a.", "\u202eturned"):
        with pytest.raises(ProtocolError) as refused:
            save_protocol(study, {"title": "New"}, based_on=standing.digest, reason=reason)
        assert refused.value.code == "protocol.reason" and study.protocol().title != "New"
    save_protocol(study, {"title": "New"}, based_on=standing.digest, reason="The ethics committee asked.")
    with study.open_store("read") as store:
        latest = store.protocols.latest()
    assert latest.reason == "The ethics committee asked." and latest.frozen_at
    assert parse_protocol(latest.text.encode()).title == "New"


def test_a_form_never_says_which_file_of_this_computer_is_read(study):
    standing = standing_protocol(study)
    said = as_jsonable(standing.values["plan"]["questions"])
    for one in said:
        if one["kind"] == "literature-means":
            one["studies_file"] = "/etc/passwd"
    with pytest.raises(ProtocolError, match="which file of this computer"):
        save_protocol(study, {"plan": {"questions": said}}, based_on=standing.digest)
    assert not any(field.key == "studies_file" for form in question_forms() for field in form.fields)


@pytest.mark.parametrize("form", question_forms(), ids=lambda form: form.kind)
def test_a_new_question_of_every_kind_can_be_saved_or_says_what_it_lacks(study, form):
    standing = standing_protocol(study)
    question = {"kind": form.kind, "role": "exploratory", **form.usual}
    try:
        saved = save_protocol(study, {"plan": {"questions": [question]}}, based_on=standing.digest)
    except ProtocolError as refusal:
        assert form.kind == "external-cutoffs" and "key" in refusal.facts
    else:
        assert saved.values["plan"]["questions"][0]["kind"] == form.kind


def test_the_fields_are_frozen_data():
    with pytest.raises(dataclasses.FrozenInstanceError):
        form_fields()[0].label = "x"
