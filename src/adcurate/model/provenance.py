"""Ids of derived objects: the hash of inputs, parameters and method version.

Compute, cache, trace, replay and "which numbers moved" all use this one graph: the same inputs,
parameters and method always give the same id, and a change of any of them gives another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def canonical_json(value: object) -> str:
    """JSON with sorted keys, no blanks and no NaN: equal values give equal text."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def content_digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


@dataclass(frozen=True, slots=True)
class Derivation:
    """How one derived object came to be. `inputs` are ids of other derivations or digests of content."""

    kind: str
    method: str
    parameters: Mapping[str, object]
    inputs: tuple[str, ...]

    @property
    def derived_id(self) -> str:
        """The object's id (64 hexadecimal digits)."""
        return content_digest(
            canonical_json(
                {
                    "kind": self.kind,
                    "method": self.method,
                    "parameters": dict(self.parameters),
                    "inputs": list(self.inputs),
                }
            ).encode()
        )
