"""Whether a room may be served as it was asked for. What would be unsafe does not start.

An address of the network needs a certificate, or a proxy in front that has one and is named by the address
that browsers use; keys, tokens and secrets lie in files that nobody else can read.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from adcurate.dicom.network.peers import is_loopback
from adcurate.dicom.network.tls import server_context
from adcurate.errors import ReceiverError, ServeError
from adcurate.formats.sign_in_providers import read_providers
from adcurate.model.reading.provider import ProviderSettings
from adcurate.web.room.state import Reach

TOKEN_VARIABLE: Final = "ADCURATE_DICOMWEB_TOKEN"  # noqa: S105
_LEAST_TOKEN_LETTERS: Final = 24


@dataclass(frozen=True, slots=True)
class Serving:
    """What was asked for, as it stands on the command line."""

    host: str = "127.0.0.1"
    port: int | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None
    behind_proxy: bool = False
    public_url: str = ""
    token_file: Path | None = None
    providers_file: Path | None = None


@dataclass(frozen=True, slots=True)
class SafeServing:
    """What was asked for, found to be safe. `public_url` is "" where browsers use the address itself."""

    host: str
    port: int | None
    tls: ssl.SSLContext | None
    public_url: str
    dicomweb_token: str
    providers: tuple[ProviderSettings, ...]
    behind_proxy: bool = False

    def reach(self, port: int) -> Reach:
        """How browsers reach a server that listens at `port`."""
        if self.public_url:
            return Reach(self.public_url, frozenset([_named_host(self.public_url)]), self.behind_proxy)
        scheme = "https" if self.tls else "http"
        if is_loopback(self.host):
            return Reach(f"{scheme}://{_in_url(self.host)}:{port}")
        shown = "localhost" if self.host in ("0.0.0.0", "::") else _in_url(self.host)  # noqa: S104
        return Reach(f"{scheme}://{shown}:{port}", frozenset())


def check_serving(asked: Serving) -> SafeServing:
    """Refuse what would be unsafe, before anything listens.

    Raises
    ------
    ServeError
        ``serve.open-address``, ``serve.certificate``, ``serve.public-url``, ``serve.token``,
        ``serve.provider``
    """
    tls = _tls(asked)
    public_url = _public_url(asked)
    if not is_loopback(asked.host) and tls is None and not asked.behind_proxy:
        raise ServeError(
            "serve.open-address",
            "The reading room would listen to the network without encryption.",
            remedy="Give --tls-cert and --tls-key, or --behind-proxy --public-url https://… where a proxy "
            "encrypts in front of it.",
        )
    providers = read_providers(asked.providers_file) if asked.providers_file else ()
    token = _token(asked.token_file)
    return SafeServing(asked.host, asked.port, tls, public_url, token, providers, asked.behind_proxy)


def _tls(asked: Serving) -> ssl.SSLContext | None:
    if asked.tls_cert is None and asked.tls_key is None:
        return None
    if asked.tls_cert is None or asked.tls_key is None:
        raise _bad_certificate("A certificate and its key belong together.")
    try:
        if _others_can_read(asked.tls_key):
            raise _bad_certificate("Other users of this computer can read the certificate's key.")
        return server_context(asked.tls_cert, asked.tls_key)
    except (OSError, ReceiverError) as trouble:
        raise _bad_certificate("The certificate or its key cannot be used.") from trouble


def _public_url(asked: Serving) -> str:
    if not asked.public_url:
        if asked.behind_proxy:
            raise _bad_url("Behind a proxy, the address that browsers use must be named.")
        return ""
    try:
        parts = urlsplit(asked.public_url)
        is_plain = not (parts.username or parts.query or parts.fragment or parts.path.strip("/"))
        named = parts.hostname is not None and parts.port != 0
    except ValueError as trouble:
        raise _bad_url("The public address is no address.") from trouble
    if parts.scheme != "https" or not named or not is_plain:
        raise _bad_url("The public address must be https:// and a host, without anything behind it.")
    if not asked.behind_proxy and asked.tls_cert is None:
        raise _bad_url("A public https address needs a certificate here, or a proxy in front.")
    return f"https://{parts.netloc.lower()}"


def _token(file: Path | None) -> str:
    token = os.environ.get(TOKEN_VARIABLE, "").strip()
    if file is not None:
        try:
            if _others_can_read(file):
                raise _bad_token("Other users of this computer can read the token file.")
            token = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as trouble:
            raise _bad_token("The token file is missing or is no text.") from trouble
        if not token:
            raise _bad_token("The token file is empty.")
    if token and (len(token) < _LEAST_TOKEN_LETTERS or not token.isascii() or any(map(str.isspace, token))):
        raise _bad_token(f"The token has fewer than {_LEAST_TOKEN_LETTERS} letters, or blanks in it.")
    return token


def _others_can_read(path: Path) -> bool:
    """Whether other users may read a file of ours; where permissions are no modes, nobody can tell."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _named_host(url: str) -> str:
    host = urlsplit(url).hostname or ""
    return f"[{host}]" if ":" in host else host


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _bad_certificate(sentence: str) -> ServeError:
    return ServeError(
        "serve.certificate",
        sentence,
        remedy="Give --tls-cert and --tls-key, both PEM, the key unencrypted and readable by you only.",
    )


def _bad_url(sentence: str) -> ServeError:
    return ServeError(
        "serve.public-url", sentence, remedy="For example: --public-url https://reading.example.org"
    )


def _bad_token(sentence: str) -> ServeError:
    return ServeError(
        "serve.token",
        sentence,
        remedy="Make one that nobody guesses, for example: (umask 077; openssl rand -hex 32 > token.txt)",
    )
