"""How much any other machine may ask of the receiver before it is cut off. Numbers only."""

from __future__ import annotations

from dataclasses import dataclass

_KIB = 2**10
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class ReceiverLimits:
    """The receiver's limits; sizes in bytes, times in seconds.

    Attributes
    ----------
    request_bytes, request_seconds
        Of the first message, in which a machine says who it is. Until it is complete it costs no thread.
    waiting
        How many connections may be at that point; beyond it the oldest of the busiest address goes.
    associations, associations_per_address
        How many may send at once, in all and from one address.
    pdu_bytes, pdu_seconds
        Of one protocol data unit, from its first byte to its last.
    message_bytes, message_seconds
        Of one object, over all its units.
    memory_bytes
        How much of an object waits in memory; the rest waits encrypted on disk.
    idle_seconds
        Of silence between two units.
    """

    request_bytes: int = 256 * _KIB
    request_seconds: float = 10.0
    waiting: int = 256
    associations: int = 32
    associations_per_address: int = 24
    pdu_bytes: int = _MIB
    pdu_seconds: float = 10.0
    message_bytes: int = 512 * _MIB
    message_seconds: float = 600.0
    memory_bytes: int = _MIB
    idle_seconds: float = 60.0
