"""How much one request over the web may ask for. Numbers only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WebLimits:
    """The web server's limits; sizes in bytes, times in seconds.

    Attributes
    ----------
    body_bytes, body_seconds
        Of one request, over all its parts.
    part_bytes, parts
        Of one object, and how many a request may hold.
    memory_bytes
        How much of an object waits in memory; the rest waits encrypted on disk.
    silence_seconds
        How long a request may stop coming, before its headers are complete and after.
    requests
        How many are served at once.
    connections, connections_per_address
        How many may be open, in all and from one address; one that waits for a request makes room.
    """

    body_bytes: int = 16 * 2**30
    body_seconds: float = 3600.0
    part_bytes: int = 512 * 2**20
    parts: int = 10_000
    memory_bytes: int = 2**20
    silence_seconds: float = 20.0
    requests: int = 8
    connections: int = 128
    connections_per_address: int = 64
