"""The endpoints file: the only addresses that Adcurate ever fetches from, each under a name.

A TOML file of the person's own, never part of a study. It holds no secret: a token or a password lies in
a file of its own that is named here. Every fault is named with its line.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, NoReturn
from urllib.parse import urlsplit

from platformdirs import user_config_path

from adcurate.errors import InputError, ProtocolError
from adcurate.formats.keyed_toml import MAXIMUM_BYTES, parse_keyed
from adcurate.formats.source import read_source
from adcurate.model.endpoint import DimseEndpoint, Endpoint, FetchLimits, WebEndpoint

_FOR_DIMSE: Final = frozenset(
    {"host", "port", "ae_title", "our_ae_title", "retrieve", "move_port", "move_address", "move_from"}
)
_FOR_WEB: Final = frozenset({"url", "token_file", "user", "password_file"})
_USUAL: Final = FetchLimits()
_NEEDED: Final = {"dimse": ("host", "port", "ae_title"), "dicomweb": ("url",)}
_HOST: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|[0-9A-Fa-f:]{2,45}")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_SENDER: Final = re.compile(r"[!-~]{1,16}@(?:[0-9.]{7,15}|[0-9A-Fa-f:]{2,45})")
_ROOT: Final = re.compile(r"[A-Za-z0-9._~/-]*")
_HEADER: Final = re.compile(r"""\s*\[\s*endpoints\s*\.\s*["']?([A-Za-z0-9_-]+)["']?\s*\]""")


@dataclass(frozen=True, slots=True)
class _Entry:
    """The keys that one ``[endpoints.NAME]`` may hold."""

    kind: Literal["dimse", "dicomweb"]
    host: str | None = None
    port: int | None = None
    ae_title: str | None = None
    our_ae_title: str | None = None
    retrieve: Literal["get", "move"] | None = None
    move_port: int | None = None
    move_address: str | None = None
    move_from: tuple[str, ...] | None = None
    url: str | None = None
    token_file: str | None = None
    user: str | None = None
    password_file: str | None = None
    certificate: str | None = None
    timeout_s: float = _USUAL.timeout_s
    longest_series_s: float = _USUAL.longest_series_s
    largest_object_mb: int = _USUAL.largest_object_bytes // 2**20
    attempts: int = _USUAL.attempts


@dataclass(frozen=True, slots=True)
class _File:
    endpoints: dict[str, _Entry] = field(default_factory=dict)
    schema_version: int = 1


def default_endpoints_file() -> Path:
    """The endpoints file in the person's own settings."""
    return user_config_path("adcurate") / "endpoints.toml"


def read_endpoints(path: Path) -> Mapping[str, Endpoint]:
    """Read an endpoints file; files that it names are looked for beside it.

    Raises
    ------
    InputError
        ``input.missing``, ``input.not-readable``, ``input.empty``
    ProtocolError
        ``protocol.parse``, ``protocol.unknown-key``, ``protocol.type``, ``protocol.value``
    """
    content = read_source(path, limit=MAXIMUM_BYTES, too_big=ProtocolError, too_big_code="protocol.too-big")
    file: _File = parse_keyed(_File, content, version=1, what="endpoints file")
    text = content.decode("utf-8-sig")
    return {name: _Check(name, text, path.parent).endpoint(entry) for name, entry in file.endpoints.items()}


def find_endpoint(path: Path | None, name: str) -> Endpoint:
    """The endpoint of that name, from `path` or from the person's own settings.

    Raises
    ------
    InputError
        ``input.missing`` also where the file names no such endpoint; else as `read_endpoints`.
    """
    file = path or default_endpoints_file()
    if path is None and not file.exists():
        raise InputError(
            "input.missing",
            "There is no endpoints file in your settings.",
            remedy=f"Write {file} (docs: connect-your-pacs), or name a file with --endpoints FILE.",
        )
    endpoints = read_endpoints(file)
    if name in endpoints:
        return endpoints[name]
    raise InputError(
        "input.missing",
        f"The endpoints file has no endpoint of that name; it has {len(endpoints)}.",
        remedy=f"Name one of: {', '.join(sorted(endpoints)) or 'none yet: write [endpoints.NAME]'}.",
    )


class _Check:
    """Turns one entry into an endpoint, or says what is wrong and on which line."""

    def __init__(self, name: str, text: str, folder: Path) -> None:
        self._name = name
        self._lines = text.split("\n")
        self._folder = folder

    def endpoint(self, entry: _Entry) -> Endpoint:
        if not _NAME.fullmatch(self._name):
            self._fault("kind", "has a name with more than letters, digits, - and _")
        foreign = _FOR_WEB if entry.kind == "dimse" else _FOR_DIMSE
        for key in sorted(foreign):
            if getattr(entry, key) is not None:
                self._fault(key, f"is no key of a {entry.kind} endpoint")
        for key in _NEEDED[entry.kind]:
            if getattr(entry, key) is None:
                self._fault("kind", f"is {entry.kind}, which also needs {key} = …")
        return self._dimse(entry) if entry.kind == "dimse" else self._web(entry)

    def _dimse(self, entry: _Entry) -> DimseEndpoint:
        retrieve = entry.retrieve or "get"
        if retrieve == "move" and entry.move_port is None:
            self._fault("retrieve", "is move, which needs move_port: the port of ours that the PACS sends to")
        return DimseEndpoint(
            name=self._name,
            host=self._host("host", entry.host or ""),
            port=self._port("port", entry.port or 0),
            ae_title=self._ae_title("ae_title", entry.ae_title or ""),
            our_ae_title=self._ae_title("our_ae_title", entry.our_ae_title or "ADCURATE"),
            retrieve=retrieve,
            move_port=0 if entry.move_port is None else self._port("move_port", entry.move_port),
            move_address=self._host("move_address", entry.move_address or "127.0.0.1"),
            move_from=self._senders(entry.move_from or ()),
            certificate=self._beside(entry.certificate),
            limits=self._limits(entry),
        )

    def _web(self, entry: _Entry) -> WebEndpoint:
        try:
            parts = urlsplit(entry.url or "")
            port = parts.port
        except ValueError:
            self._fault("url", "is no address such as https://pacs.example.org/dicom-web")
        if parts.scheme not in ("http", "https") or not parts.hostname:
            self._fault("url", "must start with https:// (or http://) and name a host")
        if parts.username is not None or parts.query or parts.fragment:
            self._fault("url", "must hold no user, password, ? or #")
        if not _ROOT.fullmatch(parts.path) or ".." in parts.path.split("/"):
            self._fault("url", "must have a plain path")
        secret = entry.token_file or entry.password_file
        if secret and parts.scheme == "http" and not _is_loopback(parts.hostname):
            self._fault("url", "must be https:// where a token or a password is sent")
        if entry.token_file and (entry.user or entry.password_file):
            self._fault("token_file", "and a user with a password cannot both be given")
        if bool(entry.user) != bool(entry.password_file):
            self._fault("user" if entry.user else "password_file", "needs the other: user and password_file")
        return WebEndpoint(
            name=self._name,
            scheme="https" if parts.scheme == "https" else "http",
            host=self._host("url", parts.hostname),
            port=self._port("url", port or (443 if parts.scheme == "https" else 80)),
            root=parts.path.rstrip("/"),
            token_file=self._beside(entry.token_file),
            user=entry.user or "",
            password_file=self._beside(entry.password_file),
            certificate=self._beside(entry.certificate),
            limits=self._limits(entry),
        )

    def _limits(self, entry: _Entry) -> FetchLimits:
        for key, most in (("timeout_s", 3600.0), ("longest_series_s", 86_400.0), ("attempts", 20)):
            if not 0 < getattr(entry, key) <= most:
                self._fault(key, f"must lie above 0 and be at most {most:g}")
        if not 0 < entry.largest_object_mb <= 4096:
            self._fault("largest_object_mb", "must lie above 0 and be at most 4096")
        return FetchLimits(
            entry.timeout_s, entry.longest_series_s, entry.largest_object_mb * 2**20, entry.attempts
        )

    def _host(self, key: str, host: str) -> str:
        if not _HOST.fullmatch(host):
            self._fault(key, "must name a host: a name or an IP address")
        return host

    def _senders(self, named: tuple[str, ...]) -> tuple[str, ...]:
        for one in named:
            if not _SENDER.fullmatch(one):
                self._fault("move_from", 'must be a list such as ["PACS1@192.0.2.17"]')
        return named

    def _port(self, key: str, port: int) -> int:
        if not 0 < port < 65_536:
            self._fault(key, "must be a port from 1 to 65535")
        return port

    def _ae_title(self, key: str, title: str) -> str:
        if not 0 < len(title.strip()) <= 16 or not title.isascii() or "\\" in title:
            self._fault(key, "must have 1 to 16 plain characters")
        return title.strip()

    def _beside(self, named: str | None) -> Path | None:
        return None if named is None else self._folder / Path(named).expanduser()

    def _line(self, key: str) -> int:
        """The line of a key of this endpoint, else of its header, else the first."""
        inside, header = False, 1
        for number, line in enumerate(self._lines, start=1):
            if match := _HEADER.match(line):
                inside = match[1] == self._name
                header = number if inside else header
            elif line.lstrip().startswith("["):
                inside = False
            elif inside and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return number
        return header

    def _fault(self, key: str, requirement: str) -> NoReturn:
        line = self._line(key)
        shown = self._name if _NAME.fullmatch(self._name) else "an endpoint"
        raise ProtocolError(
            "protocol.value",
            f"Line {line}: endpoints.{shown}.{key} {requirement}.",
            remedy="Correct the line and read the endpoints file again.",
            line=line,
            key=key,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
