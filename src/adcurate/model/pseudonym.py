"""Codes for people, objects and days, from one secret key: same input, same code, wherever the key is.

Nobody without the key can tell whose code it is: an unkeyed digest of a patient number is guessed in
minutes, an HMAC is not. Source: DICOM PS3.15 Annex E (retain longitudinal temporal information with
modified dates; UIDs replaced consistently).
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from dataclasses import dataclass, field

_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 10
_CODE = re.compile(f"S-[{_CODE_ALPHABET}]{{5}}-[{_CODE_ALPHABET}]{{5}}")
_MAXIMUM_SHIFT_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Pseudonyms:
    """Derives codes from `key` (at least 32 secret bytes, kept in the vault's key file)."""

    key: bytes = field(repr=False)

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.new(self.key, f"{purpose}\x1f{text}".encode(), hashlib.sha256).digest()

    def subject_code(self, patient_id: str) -> str:
        """A code such as ``S-7F3KQ-92QDM`` for a hospital number (blanks around it do not count)."""
        number = int.from_bytes(self._digest("subject", patient_id.strip()), "big")
        letters = []
        for _ in range(_CODE_LENGTH):
            number, position = divmod(number, len(_CODE_ALPHABET))
            letters.append(_CODE_ALPHABET[position])
        return f"S-{''.join(letters[:5])}-{''.join(letters[5:])}"

    @staticmethod
    def is_subject_code(text: str) -> bool:
        """Whether a text has the form of `subject_code`."""
        return _CODE.fullmatch(text) is not None

    def uid(self, original: str) -> str:
        """A ``2.25.`` UID that stands for `original`."""
        return f"2.25.{int.from_bytes(self._digest('uid', original.strip())[:16], 'big')}"

    def shift_days(self, subject_code: str) -> int:
        """Days (1 … 3650) by which all dates of a subject move back; intervals stay."""
        number = int.from_bytes(self._digest("date", subject_code), "big")
        return 1 + number % _MAXIMUM_SHIFT_DAYS

    def shift_date(self, date: datetime.date, subject_code: str) -> datetime.date:
        """`date` moved back by the subject's shift."""
        return date - datetime.timedelta(days=self.shift_days(subject_code))

    def received_digest(self, content: bytes) -> str:
        """A keyed digest of bytes as they were received, to know the same file again."""
        digest = hmac.new(self.key, b"received\x1f", hashlib.sha256)
        digest.update(content)
        return digest.hexdigest()

    def seal(self, content: bytes) -> str:
        """A mark that only this key can put on a de-identified object, and that tells any change of it."""
        return hmac.new(self.key, b"seal\x1f" + content, hashlib.sha256).hexdigest()[:32]

    def fingerprint(self) -> str:
        """Tells two keys apart without giving either away."""
        return hmac.new(self.key, b"fingerprint", hashlib.sha256).hexdigest()[:16]
