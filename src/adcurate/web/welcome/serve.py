"""Serving the welcome page on this computer until it is closed, and ending with it what it started."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from fastapi import FastAPI
from starlette.datastructures import Headers

from adcurate.web.receiving.limits import WebLimits
from adcurate.web.receiving.serve import WebServer, bound_socket
from adcurate.web.room.answers import answer_all_trouble
from adcurate.web.room.security import Gate
from adcurate.web.room.state import Reach
from adcurate.web.room.static import Page, page_routes
from adcurate.web.welcome import routes
from adcurate.web.welcome.state import Welcome

PLACE = "/welcome"


class WelcomeGate(Gate):
    """The room's gate for a page without cookies: the key, which each route asks for, is its proof."""

    def _is_from_page(self, headers: Headers) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class OpenWelcome:
    """A welcome page that is served; its `link` lets one browser in, once."""

    link: str
    page_is_built: bool
    welcome: Welcome

    @property
    def url(self) -> str:
        """The page without its secret."""
        return self.link.partition("#")[0]


@contextlib.contextmanager
def served_welcome(port: int = 0) -> Iterator[OpenWelcome]:
    """Serve the welcome page on loopback while the context lasts.

    Raises
    ------
    ReceiverError
        ``receiver.port``
    """
    page, welcome = Page(), Welcome()
    with closing(bound_socket("127.0.0.1", port)) as listener:
        reach = Reach(f"http://127.0.0.1:{listener.getsockname()[1]}")
        try:
            with WebServer(
                WelcomeGate(make_welcome(welcome, page), reach), listener=listener, limits=WebLimits()
            ):
                yield OpenWelcome(f"{reach.base_url}{PLACE}#{welcome.secret}", page.is_built, welcome)
        finally:
            welcome.close()


def make_welcome(welcome: Welcome, page: Page | None = None) -> FastAPI:
    """The application of the welcome page."""
    app = FastAPI(title="Adcurate", docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    app.state.welcome = welcome
    app.include_router(routes.door)
    app.include_router(routes.router)
    app.include_router(page_routes(page or Page()))
    answer_all_trouble(app)
    return app
