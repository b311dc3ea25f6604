"""What crosses the wire about the door to other computers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from adcurate.web.room.people_messages import Message

_PATH = 4096


class OpenDoorMessage(Message):
    """An address or name of this computer, and a certificate of the IT department's; "": one of our own."""

    name: str = Field(pattern=r"^[0-9A-Za-z](?:[0-9A-Za-z.:-]{0,251}[0-9A-Za-z])?$")
    port: int = Field(0, ge=0, le=65535)
    certificate: str = Field("", max_length=_PATH)
    key: str = Field("", max_length=_PATH)


class DoorAnswer(Message):
    """Whom links let in.

    `state`: ``shut`` (this computer alone), ``open`` (at `url`), or ``started`` where the server's own start
    opened it. `fingerprint` is "" where an authority vouches for the certificate. `may_change`: asked from
    this computer. `trouble` says why what was open at the last start is not.
    """

    state: Literal["shut", "open", "started"]
    url: str
    fingerprint: str
    until: str
    addresses: list[str]
    may_change: bool
    trouble: str
