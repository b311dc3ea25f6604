"""Codes: the same at every centre with the key, never shared by two, and guessed by nobody without it."""

from __future__ import annotations

import hashlib
import hmac
import os
import pickle
import random
from collections.abc import Iterable

import pytest
from tests.dicom.conftest import HeldObject

from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.model import Pseudonyms

SECRET = b"a secret of thirty-two bytes or more"
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
GUESSES = 10**8 if os.environ.get("ADCURATE_SOAK") else 10**6
TARGETS = 200


def test_ten_centres_with_the_key_give_a_thousand_subjects_the_same_codes() -> None:
    subjects = [f"{number:08d}" for number in random.Random(1).sample(range(10**8), 1000)]
    expected = {subject: Pseudonyms(SECRET).subject_code(subject) for subject in subjects}
    for centre in range(10):
        order = random.Random(centre).sample(subjects, len(subjects))
        # A restart between any two: nothing is remembered but the key.
        mapping = {one: pickle.loads(pickle.dumps(Pseudonyms(SECRET))).subject_code(one) for one in order}
        assert mapping == expected
    assert len(set(expected.values())) == len(subjects)


def test_no_two_of_ten_thousand_subjects_or_uids_share_a_code() -> None:
    key = Pseudonyms(SECRET)
    assert len({key.subject_code(f"centre {n % 10} subject {n}") for n in range(10_000)}) == 10_000
    assert len({key.uid(f"1.2.3.{n}") for n in range(10_000)}) == 10_000


def test_a_second_run_of_the_same_object_gives_the_same_bytes(make_mr, written) -> None:
    content = written(make_mr())
    first, second = (prepare_object(HeldObject("x", content), Pseudonyms(SECRET)) for _ in range(2))
    assert first == second


def _as_code_number(digest: bytes) -> int:
    return int.from_bytes(digest, "big") % len(ALPHABET) ** 10


def _number_of(code: str) -> int:
    letters = code.removeprefix("S-").replace("-", "")
    return sum(ALPHABET.index(letter) * len(ALPHABET) ** place for place, letter in enumerate(letters))


def other_attacks(patient_id: bytes) -> set[int]:
    """Codes by other digests, and by keys that somebody might have left in."""
    keyed = (
        hmac.new(key, b"subject\x1f" + patient_id, hashlib.sha256) for key in (b"", bytes(32), b"adcurate")
    )
    plain = (hashlib.new(name, patient_id) for name in ("sha256", "sha1", "md5"))
    return {_as_code_number(digest.digest()) for digest in (*keyed, *plain)}


def test_the_form_of_the_attack_is_right() -> None:
    code = Pseudonyms(SECRET).subject_code("12345678")
    digest = hmac.new(SECRET, b"subject\x1f12345678", hashlib.sha256).digest()
    assert _as_code_number(digest) == _number_of(code)


def _matches(targets: set[int], numbers: Iterable[int]) -> int:
    """How many of the numbers give one of the codes, by the digest that is used but without its key."""
    sha256, from_bytes, n_codes = hashlib.sha256, int.from_bytes, len(ALPHABET) ** 10
    return sum(
        from_bytes(sha256(b"subject\x1f%08d" % number).digest(), "big") % n_codes in targets
        for number in numbers
    )


def _guesses() -> range | list[int]:
    return range(10**8) if GUESSES == 10**8 else random.Random(7).sample(range(10**8), GUESSES)


def test_a_dictionary_of_hospital_numbers_finds_nobody_without_the_key() -> None:
    guesses = _guesses()
    behind = [f"{number:08d}" for number in random.Random(9).sample(list(guesses[:100_000]), TARGETS)]
    targets = {_number_of(Pseudonyms(SECRET).subject_code(one)) for one in behind}
    assert _matches(targets, guesses) == 0
    assert not any(targets & other_attacks(b"%08d" % number) for number in guesses[:50_000])


def test_the_attack_finds_everybody_whose_code_has_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        Pseudonyms,
        "_digest",
        lambda self, purpose, text: hashlib.sha256(f"{purpose}\x1f{text}".encode()).digest(),
    )
    behind = [f"{number:08d}" for number in range(5_000, 6_000, 10)]
    targets = {_number_of(Pseudonyms(SECRET).subject_code(one)) for one in behind}
    assert _matches(targets, range(4_000, 7_000)) == len(behind)


def test_hashes_of_names_and_numbers_are_nowhere_in_an_object(make_mr, written) -> None:
    result = prepare_object(HeldObject("x", written(make_mr())), Pseudonyms(SECRET))
    assert isinstance(result, Prepared)
    output = result.content + result.account.encode()
    for text in ("1234567", "Doe^Jane", "19600101", "20190402", "1.2.826.0.1.3680043.8.498.3"):
        for algorithm in ("md5", "sha1", "sha256", "sha512"):
            digest = hashlib.new(algorithm, text.encode())
            assert digest.hexdigest()[:12].encode() not in output
            assert digest.digest()[:6] not in output
            assert str(int.from_bytes(digest.digest()[:16], "big"))[:12].encode() not in output
