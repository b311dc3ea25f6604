"""The document for an ethics committee says what the protocol says, and what was said beside it."""

import pytest

from adcurate.errors import ProtocolError
from adcurate.model.protocol_document import DocumentFacts
from adcurate.report.protocol_sentences import BLANK
from adcurate.study.create import TEMPLATES, create_study
from adcurate.study.protocol.change import save_protocol, standing_protocol
from adcurate.study.protocol.document import protocol_document, write_protocol_document

SIZE = {"kind": "sample-size", "design": "auc", "expected": 0.8, "half_width": 0.1, "prevalence": 0.19}


@pytest.fixture
def study(tmp_path):
    return create_study(tmp_path / "study", key_file=tmp_path / "vault.key").folder


def test_what_nobody_said_is_a_blank_to_fill_in_by_hand(study):
    page = protocol_document(study)
    assert page.count(BLANK) == 6
    assert "The plan holds no calculation of the sample size." in page


def test_what_was_said_is_kept_for_the_next_document(study):
    facts = DocumentFacts("University Hospital", "the investigator", "ten", "2014 to 2026", 10, 5)
    path = write_protocol_document(study, facts=facts)
    page = path.read_text("utf-8")
    assert BLANK not in page and page == protocol_document(study)
    for said in ("University Hospital", "kept for 10 years after publication", "kept for 5 years and then"):
        assert said in page


def test_the_sample_size_of_the_plan_stands_in_it_as_a_sentence(study):
    standing = standing_protocol(study)
    questions = [*standing.values["plan"]["questions"], SIZE]
    save_protocol(study, {"plan": {"questions": questions}}, based_on=standing.digest)
    page = protocol_document(study)
    assert "an area under the ROC curve of 0.80 will be estimated with a 95 % confidence interval" in page
    assert "no calculation" not in page


def test_it_changes_with_the_protocol_and_says_which_version_it_is(study):
    before = protocol_document(study)
    assert "Protocol version 1" in before and "at least 10 mm" in before
    standing = standing_protocol(study)
    change = {"eligibility": {"minimum_lesion_size_mm": 15.0}, "title": "<script>alert(1)</script>"}
    save_protocol(study, change, based_on=standing.digest)
    after = protocol_document(study)
    assert "Protocol version 2" in after and "at least 15 mm" in after
    assert "<script>" not in after and "&lt;script&gt;" in after


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_variables_are_those_of_the_studys_own_worksheet(tmp_path, template):
    made = create_study(tmp_path / "study", template, key_file=tmp_path / "vault.key").folder
    page = protocol_document(made)
    assert ("Ki-67" in page) == (template == "net-grade")


def test_looking_at_it_never_amends_a_frozen_protocol(study):
    with study.open_store() as store:
        store.protocols.add(study.protocol_file.read_text("utf-8"), "study.toml")
        store.protocols.freeze()
    study.protocol_file.write_text(study.protocol_file.read_text("utf-8").replace("10.0", "12.0"), "utf-8")
    with pytest.raises(ProtocolError) as refused:
        protocol_document(study)
    assert refused.value.code == "protocol.frozen"
