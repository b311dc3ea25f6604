"""The built page: found by name, kept where its name holds a hash, and said plainly where it is missing."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response

from adcurate.errors import WebError
from adcurate.web.room.static import Page


@pytest.fixture
def page(tmp_path: Path) -> Page:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>page</title>")
    (tmp_path / "assets" / "index-XXCX5dS4.js").write_text("let x = 1;" * 200)
    (tmp_path / "assets" / "codec-Ab3dEf9h.wasm").write_bytes(b"\0asm" + b"\1" * 99)
    (tmp_path / "assets" / "plain.css").write_text("a{}")
    (tmp_path / "secret.key").write_text("secret")
    return Page(tmp_path)


def ask(page: Page, path: str, **headers: str) -> Response:
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "headers": raw, "path": "/" + path, "app": FastAPI()}
    return page.answer(path, Request(scope))


def test_a_name_with_a_hash_is_kept_for_ever_and_others_are_asked_for_anew(page: Page) -> None:
    kept = ask(page, "assets/index-XXCX5dS4.js")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-type"] == "text/javascript; charset=utf-8"
    for path in ("index.html", "assets/plain.css"):
        assert ask(page, path).headers["cache-control"] == "no-cache"


def test_webassembly_has_its_type(page: Page) -> None:
    assert ask(page, "assets/codec-Ab3dEf9h.wasm").headers["content-type"] == "application/wasm"


def test_what_a_browser_has_already_is_not_sent_again(page: Page) -> None:
    first = ask(page, "index.html")
    again = ask(page, "index.html", if_none_match=first.headers["etag"])
    assert (again.status_code, again.body) == (304, b"")
    policy = "content-security-policy"
    assert again.headers[policy] == first.headers[policy]


def test_text_travels_packed_where_the_browser_takes_it(page: Page) -> None:
    packed = ask(page, "assets/index-XXCX5dS4.js", accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == b"let x = 1;" * 200
    assert "content-encoding" not in ask(page, "assets/index-XXCX5dS4.js").headers


@pytest.mark.parametrize("path", ["worklist", "invitation/abc_def-ghi", "read/abcdef"])
def test_a_place_inside_the_page_is_the_page(page: Page, path: str) -> None:
    assert ask(page, path).body.startswith(b"<!doctype html><title>page")


@pytest.mark.parametrize(
    "path",
    [
        "api/none",
        "api",
        "dicom-web/x",
        "assets/none",
        "none.js",
        "secret.key",
        "../pyproject.toml",
        "/etc/passwd.txt",
    ],
)
def test_what_is_no_file_of_the_page_is_not_there(page: Page, path: str) -> None:
    with pytest.raises(WebError) as caught:
        ask(page, path)
    assert caught.value.code == "web.not-found"


def test_a_page_that_was_not_built_says_so(tmp_path: Path) -> None:
    page = Page(tmp_path / "none")
    answer = ask(page, "")
    assert not page.is_built
    assert answer.status_code == 503
    assert b"was not built" in answer.body and b"/api/openapi.json" in answer.body
