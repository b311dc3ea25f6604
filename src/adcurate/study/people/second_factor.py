"""Codes of an authenticator app (RFC 6238: SHA-1, 30 s, 6 digits), as every such app makes them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from typing import Final
from urllib.parse import quote

STEP_S: Final = 30
_DIGITS: Final = 6


def new_secret() -> str:
    """160 random bits as an app takes them (base32)."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def is_secret(secret: str) -> bool:
    """Whether `secret` is one that `new_secret` makes."""
    try:
        return len(base64.b32decode(secret)) == 20
    except (binascii.Error, ValueError):
        return False


def code_at(secret: str, step: int) -> str:
    """The code of one time step."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return str(number % 10**_DIGITS).zfill(_DIGITS)


def step_of(secret: str, code: str, now: int) -> int | None:
    """The time step whose code this is: the present one, or one beside it for a clock that is off."""
    given = code.strip().replace(" ", "").encode()
    found = None
    for step in (now // STEP_S - 1, now // STEP_S, now // STEP_S + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), given):
            found = step
    return found


def link_for_app(secret: str, name: str) -> str:
    """What an authenticator app on the same device opens."""
    return f"otpauth://totp/Adcurate:{quote(name)}?secret={secret}&issuer=Adcurate"
