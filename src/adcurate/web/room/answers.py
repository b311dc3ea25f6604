"""Trouble as an answer: one shape, one 404, and nothing of what was sent in it."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse

from adcurate.errors import AdcurateError, InternalError, WebError, fault_words

_WAIT_S: Final = {429: "900", 503: "10"}
_MOST_FAULTS: Final = 10

Handler = Callable[[Request, Exception], Awaitable[JSONResponse]]


def error_answer(trouble: AdcurateError) -> JSONResponse:
    """The error in its one JSON shape."""
    headers = {"Retry-After": _WAIT_S[trouble.http_status]} if trouble.http_status in _WAIT_S else {}
    if trouble.code == "web.unauthorized":
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(trouble.as_json(), trouble.http_status, headers)


def document_answer(html: str) -> HTMLResponse:
    """A page of ours that is looked at and printed: it may style itself, and do nothing else."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'; sandbox"
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})


def not_found() -> WebError:
    """The one answer about what is not there, and about what is somebody else's."""
    return WebError("web.not-found", "There is no such thing here.", remedy="Check the address.")


def malformed(sentence: str) -> WebError:
    """The answer to a body that is no JSON of ours."""
    return WebError("web.malformed", sentence, remedy="Send one JSON object, in UTF-8.")


def bug() -> AdcurateError:
    """A fault of ours, without what the exception says: its text may quote what was sent."""
    return InternalError(
        "internal.bug",
        "A bug of Adcurate; what was acknowledged before is kept.",
        remedy="Please report it, with the line that the server printed where it was started.",
    )


def own_up_to(fault: BaseException) -> AdcurateError:
    """Write the kind and the lines of a fault where the server was started, and give the answer to it."""
    sys.stderr.write(f"A bug of Adcurate: {fault_words(fault)}. Please report this line.\n")
    return bug()


def answer_all_trouble(app: FastAPI) -> None:
    """Make every error of the application an answer in the one shape."""

    @app.exception_handler(AdcurateError)
    async def refuse(request: Request, trouble: AdcurateError) -> JSONResponse:
        return error_answer(trouble)

    @app.exception_handler(RequestValidationError)
    async def correct(request: Request, trouble: RequestValidationError) -> JSONResponse:
        return error_answer(_invalid(trouble))

    @app.exception_handler(HTTPException)
    async def no_route(request: Request, trouble: HTTPException) -> JSONResponse:
        if trouble.status_code == 405:
            return error_answer(
                WebError("web.method", "This address has no such method.", remedy="See /api/openapi.json.")
            )
        return error_answer(malformed("The body is no JSON.") if trouble.status_code == 400 else not_found())

    @app.exception_handler(Exception)
    async def own_up(request: Request, trouble: Exception) -> JSONResponse:
        return error_answer(bug())


def _invalid(trouble: RequestValidationError) -> WebError:
    """Where the body is wrong and how; never what stands there."""
    faults = trouble.errors()[:_MOST_FAULTS]
    if any(one["type"] == "json_invalid" for one in faults):
        return malformed("The body is no JSON.")
    places = "; ".join(
        f"{'.'.join(str(part) for part in one['loc'][1:] if _is_ours(part)) or 'the body'}: {one['type']}"
        for one in faults
    )
    return WebError(
        "web.invalid",
        f"The request does not say what it should: {places}.",
        remedy="See /api/openapi.json for the fields and their values.",
    )


def _is_ours(part: int | str) -> bool:
    """Whether a part of a fault's place may be repeated: a field's name, not whatever was sent as one."""
    return isinstance(part, int) or (part.isidentifier() and part.isascii() and len(part) <= 40)
