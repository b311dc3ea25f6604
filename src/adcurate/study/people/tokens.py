"""Secrets that a browser carries: made here, kept only as digests."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, as letters that need no quoting in a cookie or an address."""
    return secrets.token_urlsafe(32)


def digest_of(token: str) -> str:
    """What the store keeps of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
