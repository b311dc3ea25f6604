"""The web application: its routes, each of which parses, calls one use case and answers."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp

from adcurate.dicom.network.object_names import is_uid
from adcurate.dicom.network.received_as import KeepObject
from adcurate.dicom.network.receiver import Watch
from adcurate.errors import AdcurateError, WebError
from adcurate.web.receiving.guard import Access, Guard, bug, error_answer
from adcurate.web.receiving.limits import WebLimits
from adcurate.web.receiving.multipart import malformed
from adcurate.web.receiving.stow import StowRequest, answer_json, answer_status
from adcurate.web.receiving.watching import Watcher

_DICOM_JSON = "application/dicom+json"
_ACCEPTABLE = (_DICOM_JSON, "application/json", "application/*", "*/*")


def make_app(
    keep: KeepObject,
    *,
    access: Access,
    limits: WebLimits | None = None,
    spool_folder: Path | None = None,
    watch: Watch | None = None,
) -> ASGIApp:
    """The application that stores into one study.

    Parameters
    ----------
    keep
        Called from many threads, once for each object.
    access
        Who may send.
    spool_folder
        Where parts of large objects wait, encrypted.
    watch
        Told of every request: who sends, how it ended, who was turned away and why.
    """
    bounds = limits or WebLimits()
    watcher = Watcher(watch)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    running = 0

    async def store(request: Request, study_uid: str) -> JSONResponse:
        nonlocal running
        if study_uid and not is_uid(study_uid):
            raise malformed("The address names a study by something that is no UID.")
        _check_accept(request)
        if running >= bounds.requests:
            raise WebError("web.busy", "Too many requests are being served.", remedy="Send it again later.")
        running += 1
        try:
            with watcher.watch(request):
                parts = await StowRequest(keep, bounds, spool_folder, study_uid).read(request)
                if not parts:
                    raise malformed("The request has no part.")
        finally:
            running -= 1
        return JSONResponse(answer_json(parts), answer_status(parts), media_type=_DICOM_JSON)

    @app.post("/dicom-web/studies")
    async def store_any(request: Request) -> JSONResponse:
        return await store(request, "")

    @app.post("/dicom-web/studies/{study_uid}")
    async def store_study(request: Request, study_uid: str) -> JSONResponse:
        return await store(request, study_uid)

    @app.exception_handler(AdcurateError)
    async def refuse(request: Request, trouble: AdcurateError) -> JSONResponse:
        watcher.turned_away(request, trouble.code)
        return error_answer(trouble)

    @app.exception_handler(Exception)
    async def own_up(request: Request, trouble: Exception) -> JSONResponse:
        return error_answer(bug())

    @app.exception_handler(HTTPException)
    async def no_route(request: Request, trouble: HTTPException) -> JSONResponse:
        watcher.turned_away(request, "web.method" if trouble.status_code == 405 else "web.not-found")
        if trouble.status_code == 405:
            return error_answer(
                WebError("web.method", "The address does not know this method.", remedy="Use POST to store.")
            )
        return error_answer(
            WebError(
                "web.not-found",
                "There is no such address.",
                remedy="Objects are stored at /dicom-web/studies.",
            )
        )

    return Guard(app, access, watcher)


def _check_accept(request: Request) -> None:
    accepted = [
        one.partition(";")[0].strip().lower() for one in request.headers.get("accept", "*/*").split(",")
    ]
    if not any(one in _ACCEPTABLE for one in accepted):
        raise WebError(
            "web.not-acceptable",
            "The answer is only given as DICOM JSON.",
            remedy=f"Send Accept: {_DICOM_JSON}.",
        )
