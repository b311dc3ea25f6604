"""What the use cases of the reading room share: one open study, its protocol, and its exams in memory."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from adcurate.formats.protocol import parse_protocol
from adcurate.model.protocol import Protocol, Reading
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.reading.images import ImageCache
from adcurate.study.reading.sealed_worksheets import settle_worksheets


def opaque_id() -> str:
    """128 random bits in base32: nobody learns anything from it, or guesses the next."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


@dataclass(frozen=True, slots=True)
class ReadingRoom:
    """One study that is read, and lends its open store; any thread may use it. `new_id` names cases.

    `shown` are lists of series that pages were given, `measured` locks that `numbers_now` measured again.
    """

    study: StudyFolder
    store: StudyStore
    images: ImageCache
    new_id: Callable[[], str] = opaque_id
    shown: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    measured: dict[tuple[object, ...], Mapping[str, Any]] = field(default_factory=dict, repr=False)

    def protocol(self) -> Protocol:
        """The protocol: ``study.toml`` until reading begins, then the version that the store keeps."""
        return _protocol(self.study, self.store)

    def rules(self) -> Reading:
        """`reading_rules` of the protocol."""
        return reading_rules(self.protocol())


def reading_rules(protocol: Protocol) -> Reading:
    """The protocol's ``[reading]``, or its defaults where the protocol says nothing of reading.

    A ruler or reference tissue that the analysis needs is asked for before a lock, whatever it says.
    """
    said = protocol.reading or Reading()
    return replace(
        said,
        wants_ruler=said.wants_ruler or protocol.eligibility.lesion_size == "ruler",
        wants_reference=said.wants_reference or any(marker.is_ratio for marker in protocol.markers),
    )


def open_reading_room(study: StudyFolder, store: StudyStore) -> ReadingRoom:
    """The room of a study whose store is open for writing; its `images` are to be closed with it.

    A seal on the outcomes that was broken off in the middle is brought to its end here.

    Raises
    ------
    ProtocolError
        A faulty ``study.toml``, while reading has not begun.
    """
    protocol = _protocol(study, store)
    settle_worksheets(study, store)
    return ReadingRoom(study.holding(store), store, ImageCache(store, protocol.adc, protocol.region))


def _protocol(study: StudyFolder, store: StudyStore) -> Protocol:
    stored = store.protocols.latest()
    if stored is not None and stored.frozen_at:
        return _parsed(stored.text)
    return _parsed(study.protocol_file.read_text(encoding="utf-8"))


@lru_cache(maxsize=4)
def _parsed(text: str) -> Protocol:
    return parse_protocol(text.encode())
