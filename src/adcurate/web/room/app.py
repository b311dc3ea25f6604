"""The room's application: every router of it, the page behind them, and the gate in front."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from adcurate import __version__
from adcurate.web.room import (
    adjudication_routes,
    audit_routes,
    case_routes,
    coordinator_routes,
    people_routes,
    provider_routes,
    reading_routes,
    session_routes,
)
from adcurate.web.room.answers import answer_all_trouble
from adcurate.web.room.dicomweb import routes as dicomweb_routes
from adcurate.web.room.door import routes as door_routes
from adcurate.web.room.hand_over import routes as hand_over_routes
from adcurate.web.room.home import routes as home_routes
from adcurate.web.room.images import routes as images_routes
from adcurate.web.room.images import upload_routes
from adcurate.web.room.keeping import routes as keeping_routes
from adcurate.web.room.messages import ErrorMessage
from adcurate.web.room.patients import routes as patients_routes
from adcurate.web.room.protocol import routes as protocol_routes
from adcurate.web.room.results import routes as results_routes
from adcurate.web.room.rights import open_to_all, stated_rights
from adcurate.web.room.security import Gate
from adcurate.web.room.state import Room
from adcurate.web.room.static import Page, page_routes
from adcurate.web.room.work import routes as work_routes

ROUTERS: Final[tuple[APIRouter, ...]] = (
    session_routes.router,
    provider_routes.router,
    people_routes.router,
    door_routes.router,
    audit_routes.router,
    case_routes.router,
    reading_routes.router,
    coordinator_routes.router,
    adjudication_routes.router,
    work_routes.router,
    protocol_routes.router,
    patients_routes.router,
    results_routes.router,
    images_routes.router,
    upload_routes.router,
    home_routes.router,
    keeping_routes.router,
    hand_over_routes.router,
    dicomweb_routes.router,
)
_ERROR: Final[dict[str, Any]] = {"model": ErrorMessage, "description": "Refused"}
_ABOUT: Final = "Research use only. Everything that changes something needs the token of GET /api/session."


def make_routes(page: Page | None = None) -> FastAPI:
    """All routes, without a study behind them: enough to describe the interface.

    Raises
    ------
    LookupError
        Where a route does not state its right.
    """
    app = FastAPI(
        title="Adcurate reading room",
        version=__version__,
        description=_ABOUT,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        responses={422: _ERROR, "default": _ERROR},
    )
    routers = (*ROUTERS, _description(app), page_routes(page or Page()))
    stated_rights(routers)
    for router in routers:
        app.include_router(router)
    answer_all_trouble(app)
    return app


def make_app(room: Room, *, page: Page | None = None, dicomweb_token: str = "") -> ASGIApp:
    """The application that serves one study."""
    app = make_routes(page)
    app.state.room = room
    app.state.dicomweb_token = dicomweb_token
    return Gate(app, room.reach)


def _description(app: FastAPI) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/api/openapi.json", dependencies=[open_to_all()])
    def describe() -> dict[str, Any]:
        """The description of this interface."""
        return app.openapi()

    return router
