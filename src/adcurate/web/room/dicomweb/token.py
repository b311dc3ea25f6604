"""The token of the DICOMweb addresses: the only way in, and nothing else of the room opens with it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Any

from fastapi import Depends, Request

from adcurate.errors import WebError
from adcurate.web.room.rights import Right


@dataclass(frozen=True, slots=True)
class TokenRight(Right):
    """Asks for the bearer token; where the server has none, the addresses are not there."""

    @property
    def who(self) -> str:
        """In a word, for the table of rights."""
        return "token"

    def __call__(self, request: Request) -> None:
        """Refuse the call unless it brings the token."""
        token: str = getattr(request.app.state, "dicomweb_token", "")
        if not token:
            raise WebError("web.not-found", "There is no such thing here.", remedy="Check the address.")
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(given.encode(), token.encode()):
            raise WebError(
                "web.unauthorized",
                "The token is missing or wrong.",
                remedy="Send Authorization: Bearer with the DICOMweb token of this server.",
            )


def require_token() -> Any:
    """A dependency: the call brings the server's DICOMweb token."""
    return Depends(TokenRight(()))
