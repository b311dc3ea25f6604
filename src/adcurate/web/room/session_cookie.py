"""The cookie that carries a session's secret, and the token that a page must send back with it.

The token is made from the secret, so a page of another origin, which cannot read either, cannot send it.
Somebody who is not signed in has a secret too, for the sign-in itself; signing in always makes a new one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from fastapi import Request
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from adcurate.study.people.tokens import new_token
from adcurate.web.room.state import Reach

CSRF_HEADER: Final = "X-Adcurate-CSRF"
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def token_of(scope: Scope) -> str:
    """The secret of the request's cookie; "" where there is none of ours."""
    reach: Reach = scope["app"].state.room.reach
    return read_token(Headers(scope=scope), reach)


def read_token(headers: Headers, reach: Reach) -> str:
    """The secret in a request's cookies; "" also where several claim to be it."""
    pairs = [one.strip().partition("=") for header in headers.getlist("cookie") for one in header.split(";")]
    tokens = [value for name, _, value in pairs if name == reach.cookie_name]
    return tokens[0] if len(tokens) == 1 and _TOKEN.fullmatch(tokens[0]) else ""


def csrf_of(token: str) -> str:
    """What a page must send in `CSRF_HEADER` with everything that changes something."""
    return hmac.digest(token.encode(), b"adcurate csrf", hashlib.sha256).hex()


def is_csrf(token: str, given: str) -> bool:
    """Whether a page sent back what belongs to its session."""
    return bool(token) and hmac.compare_digest(csrf_of(token).encode(), given.encode("utf-8", "replace"))


def set_token(response: Response, reach: Reach, token: str) -> None:
    """Give the browser a session's secret; it forgets it when it is closed."""
    response.set_cookie(
        reach.cookie_name, token, path="/", secure=reach.is_encrypted, httponly=True, samesite="strict"
    )


def token_for_page(request: Request, response: Response, reach: Reach) -> str:
    """The secret of the request's cookie, or a new one that the answer sets."""
    token = token_of(request.scope)
    if not token:
        token = new_token()
        set_token(response, reach, token)
    return token
