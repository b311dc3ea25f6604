"""``adcurate receive``: a PACS or scanner sends, the study takes it in; Ctrl-C ends it with a receipt."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adcurate.cli.options import JsonOption, StudyOption, one_of, wants_only_json, write_json
from adcurate.errors import DONE_WITH_REFUSALS, ReceiverError

if TYPE_CHECKING:
    from adcurate.dicom.network.receiver import Watch
    from adcurate.study.receiving.receive import OpenReception

HERE = Path()
_MIB = 2**20


def receive(
    study: StudyOption = HERE,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where DICOM is received.")] = 11112,
    ae_title: Annotated[str, typer.Option("--ae-title", help="What the sender calls this receiver.")] = (
        "ADCURATE"
    ),
    address: Annotated[
        str, typer.Option("--address", help="An address of this computer; others than its own need --peer.")
    ] = "127.0.0.1",
    peer: Annotated[
        list[str] | None,
        typer.Option("--peer", metavar="TITLE@ADDRESS", help="Who may send; repeat it for each."),
    ] = None,
    http_port: Annotated[
        int | None,
        typer.Option("--http-port", min=0, max=65535, help="Also receive over the web (DICOMweb STOW) here."),
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", help="A file with the token that web senders must know.")
    ] = None,
    tls_cert: Annotated[
        Path | None, typer.Option("--tls-cert", help="A certificate (PEM), to receive encrypted only.")
    ] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="The certificate's key (PEM).")] = None,
    tls_peers: Annotated[
        Path | None,
        typer.Option("--tls-peers", help="Only senders whose certificate this authority (PEM) signed."),
    ] = None,
    largest_object: Annotated[
        int, typer.Option("--largest-object", min=1, metavar="MIB", help="Cut off larger objects.")
    ] = 512,
    others: Annotated[
        str,
        typer.Option("--others", help="What is no MR image: refuse, or accept with a warning and not keep."),
    ] = "refuse",
    json_file: JsonOption = None,
) -> None:
    """Receive exams that a PACS or scanner sends, until Ctrl-C. Identity is taken off as they come."""
    from contextlib import ExitStack

    from adcurate.cli.receive_view import WatchScreen, show_receipt, wait_for_stop
    from adcurate.dicom.network.limits import ReceiverLimits
    from adcurate.dicom.network.peers import Peer
    from adcurate.dicom.network.receiver import Listening
    from adcurate.dicom.network.tls import server_context
    from adcurate.study.folder import find_study
    from adcurate.study.receiving.receive import OpenReception

    folder = find_study(study)
    if (tls_cert is None) != (tls_key is None):
        raise ReceiverError(
            "receiver.certificate",
            "A certificate and its key belong together.",
            remedy="Give both --tls-cert and --tls-key, or neither.",
        )
    tls = server_context(tls_cert, tls_key, tls_peers) if tls_cert and tls_key else None
    peers = tuple(Peer.parse(text) for text in peer or [])
    one_of("--others", others, ("refuse", "accept"))
    listening = Listening(port, ae_title, address, peers, others)  # type: ignore[arg-type]
    limits = ReceiverLimits(message_bytes=largest_object * _MIB)
    with ExitStack() as exits:
        screen = WatchScreen(wants_only_json(json_file))
        reception = OpenReception(folder, listening, limits=limits, tls=tls, watch=screen.note)
        web = None
        if http_port is not None:
            web = _web_server(
                reception, address, http_port, token_file, tls, largest_object * _MIB, screen.note
            )
        exits.enter_context(reception)
        if web is not None:
            exits.enter_context(web)
        screen.begin(reception, web.url if web else None)
        with screen:
            wait_for_stop(reception, screen)
    receipt = reception.receipt()
    if not wants_only_json(json_file):
        show_receipt(folder, receipt)
    write_json(json_file, receipt.as_json())
    if reception.trouble is not None:
        raise reception.trouble
    if receipt.quarantined or receipt.unanswered:
        raise typer.Exit(DONE_WITH_REFUSALS)


def _web_server(
    reception: OpenReception,
    address: str,
    port: int,
    token_file: Path | None,
    tls: Any,
    largest_bytes: int,
    watch: Watch,
) -> Any:
    """The web server, ready to start."""
    from adcurate.web.receiving.app import make_app
    from adcurate.web.receiving.limits import WebLimits
    from adcurate.web.receiving.serve import WebServer, read_access

    limits = WebLimits(part_bytes=largest_bytes)
    application = make_app(
        reception.keep,
        access=read_access(address, token_file),
        limits=limits,
        spool_folder=reception.spool_folder,
        watch=watch,
    )
    return WebServer(application, address=address, port=port, limits=limits, tls=tls)
