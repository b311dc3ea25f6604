"""Opening one address of this computer to its network, always encrypted. It knows no route.

What ``adcurate serve`` refuses at its start is refused here by the same check: nothing listens without a
certificate, and a request that names another computer than the one in the links is turned away.
"""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp

from adcurate.dicom.network.own_certificate import ReadCertificate, make_certificate, read_certificate
from adcurate.errors import ReceiverError, ServeError
from adcurate.study.folder import StudyFolder
from adcurate.study.people.kept_door import KeptDoor, door_folder, keep_file
from adcurate.web.receiving.limits import WebLimits
from adcurate.web.receiving.serve import WebServer, bound_socket
from adcurate.web.room.safe_serving import Serving, check_serving
from adcurate.web.room.state import Reach

USUAL_PORT: Final = 8643
LIMITS: Final = WebLimits(connections=1024, connections_per_address=256)
# A browser that keeps its connection must not keep the door open.
_GRACE_SECONDS: Final = 3
# Of a network for examples (RFC 5737): asked which of our addresses leads out; nothing is sent.
_ELSEWHERE: Final = ("192.0.2.1", 9)

MakeApp = Callable[[Reach], ASGIApp]


@dataclass(frozen=True, slots=True)
class OpenDoor:
    """A door that people come in by: its address, and how they know that it is ours."""

    kept: KeptDoor
    url: str
    certificate: ReadCertificate
    server: WebServer

    def close(self) -> None:
        """Let nobody in any more; what was asked before is answered."""
        self.server.__exit__(None, None, None)


def own_addresses() -> tuple[str, ...]:
    """The addresses of this computer that others may reach, the likeliest first."""
    found: dict[str, None] = {}
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect(_ELSEWHERE)
        found[asked.getsockname()[0]] = None
    with contextlib.suppress(OSError):
        for *_, place in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET):
            found[str(place[0])] = None
    return tuple(one for one in found if _leads_out(one))


def open_door(study: StudyFolder, kept: KeptDoor, make_app: MakeApp) -> OpenDoor:
    """Serve the study at an address of this computer; a port of 0 is replaced by the one that was free.

    Raises
    ------
    ServeError
        ``serve.port``, ``serve.certificate``, ``serve.public-url``
    StoreError
        ``store.disk``, ``store.disk-full``
    """
    certificate, key = _certificate(study, kept)
    listener = _listener(kept)
    try:
        there = replace(kept, port=listener.getsockname()[1])
        shown = f"[{kept.name}]" if ":" in kept.name else kept.name
        serving = check_serving(
            Serving(kept.name, there.port, certificate, key, public_url=f"https://{shown}:{there.port}")
        )
        says = _read(certificate)
        if kept.name.lower() not in says.names:
            raise ServeError(
                "serve.certificate",
                "The certificate is for another name than the one that colleagues would open.",
                remedy="Type the name that stands in the certificate, or ask for one with this name.",
            )
        reach = serving.reach(there.port)
        server = WebServer(
            make_app(reach), listener=listener, limits=LIMITS, tls=serving.tls, grace_s=_GRACE_SECONDS
        )
        server.__enter__()
    except BaseException:
        listener.close()
        raise
    return OpenDoor(there, reach.base_url, says, server)


def _certificate(study: StudyFolder, kept: KeptDoor) -> tuple[Path, Path]:
    """The certificate and its key; one of our own is kept for as long as it is good for the name."""
    if not kept.is_own_certificate:
        return Path(kept.certificate).expanduser(), Path(kept.key).expanduser()
    folder, now = door_folder(study), datetime.datetime.now(datetime.UTC)
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    is_good = False
    with contextlib.suppress(OSError, ValueError):
        is_good = key.is_file() and read_certificate(certificate.read_bytes()).is_good_for(kept.name, now)
    if not is_good:
        pem, key_pem = make_certificate(kept.name, now)
        keep_file(study, key.name, key_pem)
        keep_file(study, certificate.name, pem)
    return certificate, key


def _read(certificate: Path) -> ReadCertificate:
    try:
        return read_certificate(certificate.read_bytes())
    except (OSError, ValueError) as trouble:
        raise ServeError(
            "serve.certificate",
            "The certificate or its key cannot be used.",
            remedy="Give a certificate and its unencrypted key, both in PEM form.",
        ) from trouble


def _listener(kept: KeptDoor) -> socket.socket:
    """A socket at one address of this computer, or at all of them where it has a name."""
    try:
        host = str(ipaddress.ip_address(kept.name))
    except ValueError:
        host = "0.0.0.0"  # noqa: S104
    for port in _ports(kept.port):
        with contextlib.suppress(ReceiverError):
            return bound_socket(host, port)
    raise ServeError(
        "serve.port",
        "This computer cannot listen there: the address is not its own now, or the port is taken.",
        remedy="Choose the address again; a computer's address may change when it joins another network.",
        port=kept.port,
    )


def _ports(wanted: int) -> Iterator[int]:
    yield from (wanted,) if wanted else (USUAL_PORT, 0)


def _leads_out(address: str) -> bool:
    found = ipaddress.ip_address(address)
    return not (found.is_loopback or found.is_link_local or found.is_unspecified)
