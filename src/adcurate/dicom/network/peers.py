"""Which machines may send: by the title they call themselves and the address they come from."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Self

from adcurate.errors import ReceiverError

_TITLE = re.compile(r"[\x21-\x5b\x5d-\x7e](?:[\x20-\x5b\x5d-\x7e]{0,14}[\x21-\x5b\x5d-\x7e])?")

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


@dataclass(frozen=True, slots=True)
class Peer:
    """One machine that may send."""

    ae_title: str
    address: IpAddress

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``TITLE@ADDRESS``; the address is a number, never a name that somebody may redirect.

        Raises
        ------
        ReceiverError
            ``receiver.peer``
        """
        title, at, address = text.rpartition("@")
        try:
            if at and is_title(title):
                return cls(title, plain_address(address))
        except ValueError:
            pass
        raise ReceiverError(
            "receiver.peer",
            "A peer is written TITLE@ADDRESS, with at most 16 letters of title and a numeric address.",
            remedy="For example: --peer PACS1@192.0.2.17",
        )


@dataclass(frozen=True, slots=True)
class AllowList:
    """Everybody who may send; empty means everybody who can reach the port (this computer alone)."""

    peers: tuple[Peer, ...] = ()

    def knows_address(self, address: str) -> bool:
        """Whether anybody at this address may send."""
        if not self.peers:
            return True
        there = plain_address(address)
        return any(peer.address == there for peer in self.peers)

    def knows(self, ae_title: str, address: str) -> bool:
        """Whether this machine may send."""
        if not self.peers:
            return True
        there = plain_address(address)
        return any(peer.address == there and peer.ae_title == ae_title for peer in self.peers)


def plain_address(text: str) -> IpAddress:
    """The address; IPv4 that travels inside IPv6 is IPv4 (ValueError where it is none)."""
    address = ipaddress.ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_loopback(text: str) -> bool:
    """Whether an address to listen on can only be reached from this computer."""
    try:
        return plain_address(text).is_loopback
    except ValueError:
        return text == "localhost"


def is_title(text: str) -> bool:
    """Whether `text` may be an application entity's title: 1 to 16 plain characters, no backslash."""
    return _TITLE.fullmatch(text) is not None


def shown_title(raw: bytes) -> str:
    """A title as it may be logged: nothing in it can start a new line or steer a terminal."""
    text = raw[:16].strip(b" \0")
    return "".join(chr(byte) if 0x20 <= byte < 0x7F and byte != 0x5C else f"\\x{byte:02x}" for byte in text)
