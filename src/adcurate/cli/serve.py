"""``adcurate serve``: the study's reading room in the browser, until Ctrl-C."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, wants_only_json, write_json
from adcurate.cli.stopping import stop_at_signal

if TYPE_CHECKING:
    from adcurate.web.room.serve import OpenRoom

HERE = Path()


def serve(
    study: Annotated[
        Path, typer.Argument(metavar="STUDY", help="The study folder.", show_default="this folder")
    ] = HERE,
    host: Annotated[
        str, typer.Option("--host", help="An address of this computer; others than its own need TLS.")
    ] = "127.0.0.1",
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="The port.", show_default="8600 if free")
    ] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="A certificate (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="The certificate's key (PEM).")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy in front encrypts; needs --public-url.")
    ] = False,
    public_url: Annotated[
        str, typer.Option("--public-url", metavar="URL", help="What browsers open, where it is another.")
    ] = "",
    token_file: Annotated[
        Path | None,
        typer.Option("--token-file", help="A file with the token of DICOMweb (ADCURATE_DICOMWEB_TOKEN)."),
    ] = None,
    providers_file: Annotated[
        Path | None, typer.Option("--sign-in-with", metavar="FILE", help="OpenID Connect providers (TOML).")
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Open the study's reading room in the browser. The first start makes its administrator by a link."""
    from adcurate.cli.console import show_lines
    from adcurate.study.folder import find_study
    from adcurate.study.keeping.schedule import scheduled_backups
    from adcurate.web.room.safe_serving import Serving, check_serving
    from adcurate.web.room.serve import served_room

    folder = find_study(study)
    serving = check_serving(
        Serving(host, port, tls_cert, tls_key, behind_proxy, public_url, token_file, providers_file)
    )
    stop = stop_at_signal()
    with served_room(folder, serving) as room, scheduled_backups(folder):
        if not wants_only_json(json_file):
            _show(room)
        write_json(json_file, room.as_json())
        if browser:
            _open(room.first_link or room.url)
        while not stop.wait(0.5):
            pass
    if not wants_only_json(json_file):
        show_lines(["Closed. Everything that was acknowledged is in the study."])


def _show(room: OpenRoom) -> None:
    from adcurate.cli.console import show_lines

    show_lines([f"The reading room is open at {room.url}"])
    if room.first_link:
        show_lines(["It has no administrator yet. This link makes one, within an hour:", room.first_link])
    if room.door.opened:
        show_lines([f"Colleagues on other computers come in at {room.door.opened.url}"])
    if room.door.trouble:
        show_lines([f"Colleagues cannot come in: {room.door.trouble} The page People opens it again."])
    if not room.page_is_built:
        show_lines(["Its page was not built; only the open interface answers."])
    for fault in room.log_faults:
        show_lines([f"Audit log, entry {fault.sequence}: {fault.sentence}"])
    show_lines(["Ctrl-C closes it. Research use only."])


def _open(url: str) -> None:
    import webbrowser

    webbrowser.open(url)
