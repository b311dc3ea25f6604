"""What the one who keeps objects answers to the network, and how the two protocols say it.

A *stored* or *duplicate* object is on disk: success. A *quarantined* one is on disk too, with the reason
and all its bytes; sending it again would change nothing, so it is no failure but a warning that a person
sees (0xB007, the data set is not what its class asks for). A *skipped* one is no MR image and was not
kept: its class is not supported (0x0122), so no router may delete its own copy; a receiver that was told to
accept others says so with a warning instead (0xB006, everything was discarded). *no-room* (0xA700) asks to
send again later; *failed* (0x0110) is a fault of ours.
Source: DICOM PS3.4 B.2.3 and PS3.7 C.5 (DIMSE), PS3.18 10.5.3 (store over the web).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

Fate = Literal["stored", "duplicate", "quarantined", "skipped", "no-room", "failed"]
# What a receiver does about classes that are no MR images.
Others = Literal["refuse", "accept"]

SUCCESS: Final = 0x0000
PROCESSING_FAILURE: Final = 0x0110
CLASS_NOT_SUPPORTED: Final = 0x0122
OUT_OF_RESOURCES: Final = 0xA700
NOT_ITS_CLASS: Final = 0xA900
DISCARDED: Final = 0xB006
KEPT_WITH_DOUBT: Final = 0xB007
NOT_UNDERSTOOD: Final = 0xC000

_STATUS: Final[dict[Fate, int]] = {
    "stored": SUCCESS,
    "duplicate": SUCCESS,
    "quarantined": KEPT_WITH_DOUBT,
    "skipped": CLASS_NOT_SUPPORTED,
    "no-room": OUT_OF_RESOURCES,
    "failed": PROCESSING_FAILURE,
}


@dataclass(frozen=True, slots=True)
class ReceivedAs:
    """What became of one object; `code` says why when it was not simply stored."""

    fate: Fate
    code: str = ""

    @property
    def status(self) -> int:
        """The status that a sender gets."""
        return _STATUS[self.fate]

    @property
    def is_kept(self) -> bool:
        """Whether all of it is on disk."""
        return self.fate in ("stored", "duplicate", "quarantined")


# Gets an object's bytes as a file has them and a name without identity; durable when it returns.
KeepObject = Callable[[bytes, str], ReceivedAs]
