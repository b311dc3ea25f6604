"""The error tree: one table, one shape, no code without a place."""

import copy
import json
import pickle
import re

import pytest

from adcurate.errors import (
    ERRORS,
    AdcurateError,
    ContourError,
    DicomError,
    InternalError,
    SchemeError,
    StatisticsError,
    UsageError,
)
from adcurate.findings import Finding

KINDS = {kind.family: kind for kind in AdcurateError.__subclasses__()}
# What the exit codes are documented to mean, and the statuses that say the same over HTTP.
STATUSES = {
    2: {422},
    3: {400, 401, 403, 404, 405, 406, 408, 409, 411, 413, 415, 422, 423, 429, 502},
    4: {409},
    5: {503, 504, 507},
    70: {500},
}


def make(code, **facts):
    return KINDS[code.split(".")[0]](code, "A sentence.", remedy="A remedy.", **facts)


@pytest.mark.parametrize("code", ERRORS)
def test_a_code_is_two_lower_case_words_and_has_its_exit_code_and_status(code):
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*", code)
    error = make(code)
    assert error.http_status in STATUSES[error.exit_code]


EXIT_CODES = {
    "usage.option": 2,
    "output.exists": 2,
    "input.missing": 3,
    "dicom.truncated": 3,
    "protocol.value": 3,
    "store.integrity": 4,
    "vault.key-mismatch": 4,
    "output.not-writable": 5,
    "store.locked": 5,
    "store.disk-full": 5,
    "internal.bug": 70,
}


@pytest.mark.parametrize(("code", "expected"), EXIT_CODES.items())
def test_a_shell_can_tell_whose_fault_it_is(code, expected):
    assert make(code).exit_code == expected


def test_only_a_bug_is_our_fault():
    assert [code for code, kind in ERRORS.items() if kind.exit_code == 70] == ["internal.bug"]


def test_every_class_has_its_own_family_and_says_what_it_is_for():
    assert len(KINDS) == len(AdcurateError.__subclasses__())
    for family, kind in KINDS.items():
        assert re.fullmatch(r"[a-z]+", family)
        assert kind.__doc__
        assert kind.__name__.endswith("Error")
        assert not kind.__subclasses__()


def test_the_json_has_one_shape():
    error = SchemeError(
        "scheme.too-few-b-values",
        "A fit needs at least two distinct b-values; 1 was given.",
        remedy="Choose a series with two or more b-values.",
        n_b_values=1,
    )
    assert error.as_json() == {
        "error": {
            "code": "scheme.too-few-b-values",
            "sentence": "A fit needs at least two distinct b-values; 1 was given.",
            "remedy": "Choose a series with two or more b-values.",
            "facts": {"n_b_values": 1},
        }
    }
    json.dumps(error.as_json())
    assert str(error) == error.sentence


@pytest.mark.parametrize("again", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])
def test_an_error_comes_whole_out_of_another_process(again):
    error = ContourError("contour.shape", "A sentence.", remedy="A remedy.", point=3, address=None)
    other = again(error)
    assert type(other) is ContourError
    assert other.as_json() == error.as_json()
    assert (other.exit_code, str(other)) == (3, "A sentence.")


WRONG = {
    "not in the table": (StatisticsError, "statistics.never-heard-of"),
    "of another family": (DicomError, "contour.shape"),
    "of a family that begins alike": (UsageError, "usages.option"),
    "a family alone": (InternalError, "internal"),
    "empty": (AdcurateError, ""),
}


@pytest.mark.parametrize(("kind", "code"), WRONG.values(), ids=WRONG.keys())
def test_a_code_that_is_wrong_is_refused_where_it_is_raised(kind, code):
    with pytest.raises(LookupError, match="is not an error code"):
        kind(code, "A sentence.", remedy="A remedy.")


def test_a_finding_is_no_error_and_has_its_own_shape():
    finding = Finding("b-value.conflict", "A sentence.", "serious", {"series": "1.2.3"})
    assert finding.as_json() == {
        "code": "b-value.conflict",
        "sentence": "A sentence.",
        "severity": "serious",
        "where": {"series": "1.2.3"},
    }
    assert Finding("b-value.conflict", "A sentence.").as_json()["where"] == {}
    assert not issubclass(Finding, Exception)
