"""Records as JSON."""

import datetime
import json
import os
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest

from adcurate.model.jsonable import as_jsonable


@dataclass(frozen=True, slots=True)
class Reading:
    value: float
    grades: tuple[str, ...]
    _cached: int = 0


CASES = {
    "none": (None, None),
    "a boolean stays one": (True, True),
    "numpy boolean": (np.bool_(False), False),
    "numpy integer": (np.int16(-4), -4),
    "numpy float": (np.float32(0.5), 0.5),
    "not a number": (float("nan"), None),
    "infinite": (float("inf"), "inf"),
    "minus infinite": (np.float64("-inf"), "-inf"),
    "array": (np.array([[1.0, np.nan], [np.inf, -0.5]]), [[1.0, None], ["inf", -0.5]]),
    "array of booleans": (np.array([True, False]), [True, False]),
    "array without axes": (np.array(2.5), 2.5),
    "empty array": (np.zeros(0), []),
    "date": (datetime.date(2020, 2, 6), "2020-02-06"),
    "record": (Reading(float("nan"), ("G1", "G2"), 7), {"value": None, "grades": ["G1", "G2"]}),
    "mapping": ({1: (2, {"x": np.float64("nan")})}, {"1": [2, {"x": None}]}),
    "set": ({"G3", "G1", "G2"}, ["G1", "G2", "G3"]),
}


@pytest.mark.parametrize(("value", "expected"), CASES.values(), ids=CASES.keys())
def test_a_value_becomes_the_json_of_the_table(value, expected):
    found = as_jsonable(value)
    assert found == expected
    assert type(found) is type(expected)
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    "value", [b"bytes", object(), Reading, 1j], ids=["bytes", "object", "class", "complex"]
)
def test_what_has_no_json_form_is_refused_by_its_kind_alone(value):
    with pytest.raises(TypeError, match="has no JSON form"):
        as_jsonable(value)


def test_a_set_is_written_in_the_same_order_by_every_process():
    probe = "from adcurate.model.jsonable import as_jsonable; print(as_jsonable(frozenset('abcdefgh')))"
    shown = {
        subprocess.run(
            [sys.executable, "-c", probe],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(shown) == 1
