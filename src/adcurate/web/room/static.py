"""The built page: files of the package's folder ``_web``, known by name when the server starts.

A name with a hash in it never changes its content and is kept by browsers; all else is asked for anew.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response

from adcurate.web.room.rights import not_found, open_to_all

FOLDER: Final = Path(str(files("adcurate"))) / "_web"
_PAGE: Final = "index.html"
_HASHED: Final = re.compile(r".*[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+")
_KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
_PACKED_ALREADY: Final = frozenset({".png", ".webp", ".woff2"})
_PAGE_POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",
        "connect-src 'self' blob: data:",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_NOT_BUILT: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Adcurate: the page was not built</title></head>
<body style="margin:12vh auto;max-width:34em;font:16px/1.6 system-ui,sans-serif;background:#111;color:#ddd">
<h1 style="font-size:1.3em">The server runs, but its page was not built</h1>
<p>This copy of Adcurate was installed without the reading room's page. A release always has it.</p>
<p>From a source checkout, build it with <code>make viewer</code>, then start
<code>adcurate serve</code> again. The open interface answers already:
<code>/api/openapi.json</code> describes it.</p>
<p>Research use only. Not a medical device.</p>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file of the built page."""

    path: Path
    kind: str
    is_kept: bool


class Page:
    """The files of the built page, by the path that a browser asks for."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            path.relative_to(folder).as_posix(): _page_file(path, folder)
            for path in sorted(folder.rglob("*"))
            if path.is_file() and path.suffix in _KINDS
        }

    @property
    def is_built(self) -> bool:
        """Whether there is a page."""
        return _PAGE in self._files

    def answer(self, path: str, request: Request) -> Response:
        """The file at `path`; a path without a dot is a place inside the page."""
        found = self._files.get(path)
        if found is None:
            if "." in path.rpartition("/")[2] or path.partition("/")[0] in ("api", "dicom-web", "assets"):
                raise not_found()
            found = self._files.get(_PAGE)
            if found is None:
                return _page_answer(_NOT_BUILT.encode(), 503)
        return _file_answer(found, request)


def page_routes(page: Page) -> APIRouter:
    """Routes of the page: every path that is none of the interface's."""
    router = APIRouter(include_in_schema=False)

    @router.api_route("/{path:path}", methods=["GET", "HEAD"], dependencies=[open_to_all()])
    def file(request: Request, path: str) -> Response:
        """A file of the page, or the page itself."""
        return page.answer(path or _PAGE if page.is_built else path, request)

    return router


def _page_file(path: Path, folder: Path) -> PageFile:
    is_kept = path.parent != folder and _HASHED.fullmatch(path.name) is not None
    return PageFile(path, _KINDS[path.suffix], is_kept)


def _file_answer(found: PageFile, request: Request) -> Response:
    content, tag = _content(found.path)
    keeping = "public, max-age=31536000, immutable" if found.is_kept else "no-cache"
    headers = {
        "Cache-Control": keeping,
        "ETag": f'"{tag}"',
        "Vary": "Accept-Encoding",
        "Content-Security-Policy": _PAGE_POLICY,  # of a 304 too: browsers take it for the new one
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if found.path.suffix not in _PACKED_ALREADY and "gzip" in request.headers.get("accept-encoding", ""):
        content = _packed(found.path)
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type=found.kind)


def _page_answer(content: bytes, status: int) -> Response:
    headers = {"Content-Security-Policy": _PAGE_POLICY}
    return Response(content, status, headers, media_type=_KINDS[".html"])


@lru_cache(maxsize=256)
def _content(path: Path) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, hashlib.sha256(content).hexdigest()[:32]


@lru_cache(maxsize=256)
def _packed(path: Path) -> bytes:
    return gzip.compress(_content(path)[0], compresslevel=6, mtime=0)
