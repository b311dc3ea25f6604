"""``adcurate start``: the welcome page in the browser, for whoever has no use for a terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from adcurate.cli.options import JsonOption, wants_only_json, write_json
from adcurate.cli.stopping import stop_at_signal


def start(
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="The port.", show_default="any that is free")
    ] = 0,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
    make_shortcut: Annotated[
        bool,
        typer.Option("--make-shortcut", help="Write an icon to double-click instead; no rights are needed."),
    ] = False,
    json_file: JsonOption = None,
) -> None:
    """Open the welcome page: your studies, a new study, the demo. It opens a study's pages by a click."""
    from adcurate.cli.console import show_lines

    if make_shortcut:
        from adcurate.cli.shortcut import write_shortcut

        places = write_shortcut()
        if not wants_only_json(json_file):
            show_lines(["Double-click it to start Adcurate:", *(f"  {place}" for place in places)])
        write_json(json_file, {"shortcuts": [str(place) for place in places]})
        return
    from adcurate.web.welcome.serve import served_welcome

    stop = stop_at_signal()
    with served_welcome(port) as opened:
        if not wants_only_json(json_file):
            show_lines(["Adcurate is open in your browser. This link works once:", opened.link])
            if not opened.page_is_built:
                show_lines(["Its page was not built: make viewer builds it."])
            show_lines(["Ctrl-C, or closing this window, closes it and its studies. Research use only."])
        write_json(json_file, {"url": opened.url, "link": opened.link})
        if browser:
            _open(opened.link)
        while not (stop.wait(0.25) or opened.welcome.ended.is_set()):
            pass
    if not wants_only_json(json_file):
        show_lines(["Closed. Everything that was acknowledged is in your studies."])


def _open(url: str) -> None:
    import webbrowser

    webbrowser.open(url)
