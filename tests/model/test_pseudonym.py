"""Codes, UIDs and shifted days from one secret key."""

import datetime
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.model import PatientIdentity, Pseudonyms

KEY = bytes(range(32))
CODES = Pseudonyms(KEY)
OTHERS = Pseudonyms(bytes(range(1, 33)))
DAYS = st.dates(datetime.date(1950, 1, 1), datetime.date(2099, 12, 31))


def test_the_codes_of_a_known_key_are_those_that_openssl_and_bc_give():
    # printf 'uid\x1f1.2.840.1' | openssl dgst -sha256 -mac HMAC -macopt hexkey:000102…1f (OpenSSL 3), then bc
    assert CODES.subject_code("4711") == "S-X5QTA-GNRR6"
    assert CODES.uid("1.2.840.1") == "2.25.66544402743672009319545114263442106717"
    assert CODES.shift_days("S-X5QTA-GNRR6") == 2140
    assert CODES.fingerprint() == "5ab8c392c2c54035"


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_the_same_key_gives_the_same_code_and_another_key_another(text):
    assert CODES.subject_code(text) == Pseudonyms(KEY).subject_code(f"  {text}\n")
    assert CODES.subject_code(text) != OTHERS.subject_code(text)
    assert CODES.uid(text) != OTHERS.uid(text)
    assert re.fullmatch(r"S-[2-9A-HJKMNP-TV-Z]{5}-[2-9A-HJKMNP-TV-Z]{5}", CODES.subject_code(text))


@given(st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_a_uid_is_one_that_dicom_accepts(original):
    uid = CODES.uid(original)
    assert len(uid) <= 64
    assert re.fullmatch(r"2\.25\.(0|[1-9][0-9]*)", uid)


def test_20_000_numbers_give_20_000_codes_and_uids():
    assert len({CODES.subject_code(f"{number:08d}") for number in range(20_000)}) == 20_000
    assert len({CODES.uid(f"1.2.840.{number}") for number in range(20_000)}) == 20_000


@given(DAYS, DAYS, st.integers(0, 10**8))
@settings(max_examples=60, deadline=None)
def test_days_move_back_and_the_time_between_them_stays(first, second, patient):
    code = CODES.subject_code(str(patient))
    assert 1 <= CODES.shift_days(code) <= 3650
    assert CODES.shift_date(first, code) < first
    assert CODES.shift_date(second, code) - CODES.shift_date(first, code) == second - first


def test_subjects_move_by_different_numbers_of_days():
    shifts = {CODES.shift_days(CODES.subject_code(str(patient))) for patient in range(200)}
    assert len(shifts) > 150


def test_a_code_is_not_the_unkeyed_digest_of_the_number_nor_one_purpose_that_of_another():
    assert CODES.received_digest(b"4711") != OTHERS.received_digest(b"4711")
    assert CODES.uid("4711").removeprefix("2.25.") not in CODES.received_digest(b"4711")
    assert CODES.fingerprint() != OTHERS.fingerprint()


def test_nothing_secret_can_be_printed():
    assert repr(CODES) == "Pseudonyms()"
    assert str(KEY) not in f"{CODES!s}{CODES!r}"
    person = PatientIdentity("4711", "Muster^Erika", "19500101", "20200206")
    assert repr(person) == str(person) == "PatientIdentity()"
