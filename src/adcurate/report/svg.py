"""A figure's SVG made fit to stand in a page: no prolog, no foreign addresses, ids of its own."""

from __future__ import annotations

import re
from typing import Final

from markupsafe import Markup, escape

from adcurate.errors import ReportError

REPORT_NAME: Final = "report.html"

# A figure of a journal's full width (174 mm) fills the page; one of a single column is half as wide.
_REM_PER_POINT: Final = 54.0 / 493.2

_PROLOG: Final = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
_NAMESPACE: Final = re.compile(r'\s+xmlns(?::\w+)?="[^"]*"')
_FORBIDDEN: Final = re.compile(
    r"<\s*(?:script|foreignObject|iframe|object|embed|handler|set|animate)\b"
    r"|\son\w+\s*=|javascript:|href\s*=\s*[\"'](?!#|data:image/png)|url\(\s*[\"']?(?!#)|@import",
    re.IGNORECASE,
)


def inline_svg(svg: str, name: str, title: str) -> Markup:
    """Make an SVG text fit to be written into the report as it is.

    Ids and what points to them get `name` as a prefix, so that two figures never share one. Links to the
    report itself become links within the page.

    Raises
    ------
    ReportError
        ``report.figure`` when it holds a script, an event handler or an address outside the page.
    """
    text = _PROLOG.sub("", svg).strip()
    text = _NAMESPACE.sub("", text).replace("xlink:href", "href")
    text = text.replace(f'href="../{REPORT_NAME}#', 'href="#')
    if not text.startswith("<svg") or _FORBIDDEN.search(text):
        raise ReportError(
            "report.figure",
            "A figure is not a plain SVG picture and was not put into the report.",
            remedy="Give figures as Adcurate makes them: no scripts, no addresses outside the page.",
        )
    text = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", text)
    text = re.sub(r'(<use\b[^>]*?\bhref=")#', rf"\1#{name}-", text)
    drawn = re.match(r'<svg [^>]*?width="([0-9.]+)pt"', text)
    size = f' style="width: {float(drawn[1]) * _REM_PER_POINT:.1f}rem"' if drawn else ""
    return Markup(text.replace("<svg", f'<svg role="img" aria-label="{escape(title)}"{size}', 1))  # noqa: S704
