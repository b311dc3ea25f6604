"""A changed protocol says what was asked, and its file keeps the rest as its writer left it."""

import dataclasses
import difflib
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import ProtocolError
from adcurate.formats.protocol import parse_protocol
from adcurate.formats.protocol_writing import change_protocol
from adcurate.model.jsonable import as_jsonable
from adcurate.model.plan import QUESTION_KINDS
from adcurate.model.protocol import Reading

TEMPLATES = resources.files("adcurate.study").joinpath("templates")
NET_GRADE = TEMPLATES.joinpath("net-grade.toml").read_text("utf-8")
SMALLEST = """title = "ADC and grade"  # mine

[outcome]
positive = ["G3"]
negative = ["G1", "G2"]

[[markers]]
# the one that counts
name = "mean ADC"
measure = "mean"
direction = "low"
"""


def said_by(text):
    return as_jsonable(parse_protocol(text.encode()).as_json())


def lines_changed(before, after):
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-" and line[2:].strip()]


@pytest.mark.parametrize(
    "text", [NET_GRADE, SMALLEST, TEMPLATES.joinpath("graded-outcome.toml").read_text("utf-8")]
)
def test_nothing_asked_changes_no_letter(text):
    assert change_protocol(text, said_by(text)) == text
    assert change_protocol(text, {}) == text


def test_one_value_changes_one_line():
    said = said_by(NET_GRADE)
    said["adc"]["fit"] = "nonlinear"
    assert lines_changed(NET_GRADE, change_protocol(NET_GRADE, said)) == [
        '- fit = "loglinear"',
        '+ fit = "nonlinear"',
    ]


def test_comments_beside_what_changes_stay():
    said = said_by(SMALLEST)
    said["title"] = "Another"
    said["markers"].append({"name": "low end", "measure": "p10", "direction": "low"})
    said["adc"]["b_values"] = [50, 800.0]
    changed = change_protocol(SMALLEST, said)
    assert 'title = "Another"  # mine' in changed and "# the one that counts" in changed
    found = parse_protocol(changed.encode())
    assert [marker.name for marker in found.markers] == ["mean ADC", "low end"]
    assert found.adc.b_values == (50.0, 800.0)


def test_a_key_that_may_be_empty_goes_and_comes():
    without = change_protocol(NET_GRADE, {"analysis": {"stated_prevalence": None}})
    assert parse_protocol(without.encode()).analysis.stated_prevalence is None
    assert "stated_prevalence" not in without
    back = change_protocol(without, {"analysis": {"stated_prevalence": 0.3}})
    assert parse_protocol(back.encode()).analysis.stated_prevalence == 0.3


def test_organs_with_their_own_edition_are_the_users_own_keys():
    changed = change_protocol(NET_GRADE, {"grading": {"edition_by_primary_site": {"liver": "who-2019"}}})
    assert parse_protocol(changed.encode()).grading.edition_by_primary_site == {"liver": "who-2019"}


def test_a_table_of_reading_comes_where_there_was_none():
    said = {**dataclasses.asdict(Reading()), "show_numbers": "live", "sessions": 2, "repeat_fraction": 0.2}
    reading = parse_protocol(change_protocol(NET_GRADE, {"reading": said}).encode()).reading
    assert reading is not None and reading.show_numbers == "live" and reading.sessions == 2


def test_questions_move_go_and_come_with_what_they_leave_out():
    said = said_by(NET_GRADE)
    questions = said["plan"]["questions"]
    kept = [questions[-1], questions[0], {"kind": "ordinal", "role": "confirmatory"}]
    said["plan"]["questions"] = kept
    changed = change_protocol(NET_GRADE, said)
    found = said_by(changed)["plan"]["questions"]
    assert found[:2] == kept[:2] and found[2]["kind"] == "ordinal" and found[2]["role"] == "confirmatory"
    assert changed.count("[[plan.questions]]") == 3


@pytest.mark.parametrize("kind", sorted(QUESTION_KINDS))
def test_every_kind_of_question_is_written_as_it_is_read(kind):
    text = SMALLEST + f'\n[[plan.questions]]\nkind = "{kind}"\nrole = "exploratory"\n'
    try:
        said = said_by(text)
    except ProtocolError:
        pytest.skip(f"{kind} must say more")
    said["plan"]["questions"].append({**said["plan"]["questions"][0], "title": "Again"})
    found = said_by(change_protocol(text, said))["plan"]["questions"]
    assert found == said["plan"]["questions"]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ({"adc": {"fit": "cubic"}}, "adc.fit"),
        ({"adc": {"fits": "loglinear"}}, "adc.fits"),
        ({"analysis": {"confidence_level": 95}}, "analysis.confidence_level"),
        ({"eligibility": {"require_mri": 1}}, "eligibility.require_mri"),
        ({"title": 7}, "title"),
        ({"adc": None}, "adc"),
        ({"plan": None}, "plan"),
        ({"analysis": {"bootstrap_resamples": 10**12}}, "analysis.bootstrap_resamples"),
    ],
)
def test_what_cannot_be_said_is_refused_by_its_key(said, key):
    with pytest.raises(ProtocolError) as refused:
        change_protocol(NET_GRADE, said)
    assert refused.value.facts["key"] == key


@pytest.mark.parametrize("value", [[None], {"a": 1}, [[1], "a"], object()])
def test_a_value_that_no_file_can_hold_is_an_error_of_ours(value):
    with pytest.raises(ProtocolError):
        change_protocol(NET_GRADE, {"adc": {"fit": value}})


WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=20).filter(
    str.isprintable
)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={
            "title": WORDS,
            "adc": st.fixed_dictionaries(
                {},
                optional={
                    "b_values": st.lists(st.floats(0, 5000), min_size=2, max_size=5, unique=True).map(sorted)
                },
            ),
            "analysis": st.fixed_dictionaries(
                {"stated_prevalence": st.none() | st.floats(0.01, 0.99), "seed": st.integers(0, 2**53 - 1)}
            ),
            "outcome": st.fixed_dictionaries(
                {"positive_label": WORDS.map("p".__add__), "negative_label": WORDS.map("n".__add__)}
            ),
        },
    )
)
def test_whatever_is_said_is_what_the_file_then_says(said):
    found = said_by(change_protocol(NET_GRADE, said))
    for section, values in said.items():
        if isinstance(values, dict):
            assert {key: found[section][key] for key in values} == values
        else:
            assert found[section] == values
