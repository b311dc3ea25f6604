"""A provider of accounts (OpenID Connect) as the endpoints of this computer name it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """One provider: its issuer, and who we are to it.

    `secret` is "" for a public client; `certificate` is the authority (PEM) of a house's own servers.
    """

    id: str
    label: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    certificate: Path | None
