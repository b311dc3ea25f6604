"""The file that names providers of accounts (OpenID Connect). Secrets lie in files of their own."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NoReturn
from urllib.parse import urlsplit

from adcurate.errors import ProtocolError, ServeError
from adcurate.formats.keyed_toml import MAXIMUM_BYTES, parse_keyed
from adcurate.formats.source import read_source
from adcurate.model.reading.provider import ProviderSettings

_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LOCAL: Final = frozenset(["localhost", "127.0.0.1", "::1"])


@dataclass(frozen=True, slots=True)
class _Entry:
    """The keys that one ``[providers.ID]`` may hold."""

    label: str
    issuer: str
    client_id: str
    secret_file: str | None = None
    certificate: str | None = None


@dataclass(frozen=True, slots=True)
class _File:
    providers: dict[str, _Entry] = field(default_factory=dict)
    schema_version: int = 1


def read_providers(path: Path) -> tuple[ProviderSettings, ...]:
    """Read a file of providers; files that it names are looked for beside it.

    Raises
    ------
    ServeError
        ``serve.provider``
    InputError
        ``input.missing``, ``input.not-readable``, ``input.empty``
    ProtocolError
        ``protocol.parse``, ``protocol.unknown-key``, ``protocol.type``
    """
    content = read_source(path, limit=MAXIMUM_BYTES, too_big=ProtocolError, too_big_code="protocol.too-big")
    file: _File = parse_keyed(_File, content, version=1, what="providers file")
    if not file.providers:
        _refuse("The providers file names no provider.")
    return tuple(_settings(name, entry, path.parent) for name, entry in file.providers.items())


def _settings(name: str, entry: _Entry, folder: Path) -> ProviderSettings:
    if not _ID.fullmatch(name):
        _refuse("A provider's name has small letters, digits and hyphens.")
    if not 0 < len(entry.label.strip()) <= 60 or not entry.client_id.strip():
        _refuse("A provider needs a label of at most 60 letters, and a client_id.")
    try:
        parts = urlsplit(entry.issuer)
    except ValueError:
        _refuse("A provider's issuer is no address.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        _refuse("A provider's issuer must start with https://.")
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        _refuse("A provider's issuer is https://, a host and perhaps a path.")
    certificate = None if entry.certificate is None else folder / entry.certificate
    if certificate is not None and not certificate.is_file():
        _refuse("A provider's certificate file is missing.")
    return ProviderSettings(
        name, entry.label.strip(), entry.issuer, entry.client_id, _secret(entry, folder), certificate
    )


def _secret(entry: _Entry, folder: Path) -> str:
    if entry.secret_file is None:
        return ""
    file = folder / entry.secret_file
    try:
        if os.name == "posix" and file.stat().st_mode & 0o077:
            _refuse("Other users of this computer can read a provider's secret file.")
        secret = file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        _refuse("A provider's secret file is missing or is no text.")
    if not secret:
        _refuse("A provider's secret file is empty.")
    return secret


def _refuse(sentence: str) -> NoReturn:
    raise ServeError(
        "serve.provider", sentence, remedy="Correct the providers file (docs: for-the-administrator)."
    )
