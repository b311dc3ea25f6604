"""Ids of derived objects: equal work has one id, any change has another."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.model import Derivation, canonical_json, content_digest

FIT = Derivation("map", "adc/loglinear/1", {"b_values": [0.0, 1000.0], "floor": None}, ("a" * 64, "b" * 64))

CHANGES = {
    "kind": Derivation("region", FIT.method, FIT.parameters, FIT.inputs),
    "method": Derivation(FIT.kind, "adc/loglinear/2", FIT.parameters, FIT.inputs),
    "parameter": Derivation(FIT.kind, FIT.method, {"b_values": [0.0, 1001.0], "floor": None}, FIT.inputs),
    "parameter added": Derivation(FIT.kind, FIT.method, {**FIT.parameters, "mask": True}, FIT.inputs),
    "parameter left out": Derivation(FIT.kind, FIT.method, {"b_values": [0.0, 1000.0]}, FIT.inputs),
    "order of a list": Derivation(
        FIT.kind, FIT.method, {"b_values": [1000.0, 0.0], "floor": None}, FIT.inputs
    ),
    "input": Derivation(FIT.kind, FIT.method, FIT.parameters, ("a" * 64, "c" * 64)),
    "input left out": Derivation(FIT.kind, FIT.method, FIT.parameters, ("a" * 64,)),
    "order of the inputs": Derivation(FIT.kind, FIT.method, FIT.parameters, ("b" * 64, "a" * 64)),
    "inputs run together": Derivation(FIT.kind, FIT.method, FIT.parameters, ("a" * 64 + "b" * 64,)),
}


@pytest.mark.parametrize("changed", CHANGES.values(), ids=CHANGES.keys())
def test_any_change_gives_another_id(changed):
    assert changed.derived_id != FIT.derived_id


def test_the_id_is_the_digest_of_the_canonical_text_and_never_changes():
    # printf '{"inputs":["aa…","bb…"],"kind":"map","method":…,"parameters":{…}}' | sha256sum
    assert FIT.derived_id == "b14bf498a87f22d1b120cbc23349be905ea13b2afeb40bbbd3ca24bff396aa91"
    assert content_digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_the_order_of_the_parameters_does_not_count():
    turned = dict(reversed(list(FIT.parameters.items())))
    assert Derivation(FIT.kind, FIT.method, turned, FIT.inputs).derived_id == FIT.derived_id


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
@settings(max_examples=60, deadline=None)
def test_canonical_json_can_be_read_back_and_is_then_the_same_text(value):
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(st.text(), JSON, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_canonical_json_does_not_depend_on_the_order_of_keys(table, random):
    items = list(table.items())
    assert canonical_json(dict(random.sample(items, len(items)))) == canonical_json(table)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
@pytest.mark.parametrize("wrap", [lambda x: x, lambda x: [x], lambda x: {"deep": [{"er": x}]}])
def test_canonical_json_refuses_what_is_not_a_number(value, wrap):
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical_json(wrap(value))
