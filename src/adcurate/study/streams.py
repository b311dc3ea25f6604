"""Random numbers: an own stream for each label, so that one more question changes no other number."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Streams:
    """Generators made from the seed and words that name what they are for."""

    seed: int

    def rng(self, *label: str) -> np.random.Generator:
        """The generator of this label; the same label always starts the same stream."""
        words = np.frombuffer(hashlib.sha256("\x1f".join(label).encode()).digest(), dtype="<u4")
        return np.random.default_rng(np.random.SeedSequence([self.seed, *(int(word) for word in words)]))
