"""Where exams may be fetched from: the named endpoints that a person wrote down, and no other address.

Plain facts. Secrets are read from their own files when a connection is made and are never held here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one endpoint may cost.

    `timeout_s` is the longest silence; `longest_series_s` what one series may take in all; `attempts` how
    often a series is tried when the connection drops.
    """

    timeout_s: float = 30.0
    longest_series_s: float = 3600.0
    largest_object_bytes: int = 512 * 2**20
    attempts: int = 4


@dataclass(frozen=True, slots=True)
class DimseEndpoint:
    """A PACS that speaks DIMSE: C-FIND, then C-GET, or C-MOVE to a port of ours.

    `move_address` and `move_port` are where we listen while a C-MOVE runs, for the archive or for those
    named as `move_from` (``TITLE@ADDRESS``). `certificate` is the file that the PACS's TLS certificate is
    checked against; without it the connection is plain DICOM.
    """

    name: str
    host: str
    port: int
    ae_title: str
    our_ae_title: str = "ADCURATE"
    retrieve: Literal["get", "move"] = "get"
    move_port: int = 0
    move_address: str = "127.0.0.1"
    move_from: tuple[str, ...] = ()
    certificate: Path | None = None
    limits: FetchLimits = field(default_factory=FetchLimits)


@dataclass(frozen=True, slots=True)
class WebEndpoint:
    """A PACS that speaks DICOMweb: QIDO-RS, then WADO-RS, below `root` on one host.

    `certificate` is a file of certificates to trust beside nothing else; None trusts the system's.
    """

    name: str
    scheme: Literal["http", "https"]
    host: str
    port: int
    root: str
    token_file: Path | None = None
    user: str = ""
    password_file: Path | None = None
    certificate: Path | None = None
    limits: FetchLimits = field(default_factory=FetchLimits)


Endpoint = DimseEndpoint | WebEndpoint
