"""What became of one object's attributes, as counts by class, with the proof of what stayed.

No value and no private tag's meaning is in an account: it may lie in the research zone and be printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from adcurate.dicom.deidentification.building import ObjectBuilder
from adcurate.dicom.deidentification.keep_list import EMPTIED
from adcurate.dicom.deidentification.profile import class_of
from adcurate.dicom.deidentification.proof import Proof
from adcurate.dicom.deidentification.seal import METHOD
from adcurate.dicom.received.structure import WalkedObject
from adcurate.model import canonical_json

_REPLACED = {"uid": "uids", "date": "dates", "words": "descriptions", "contrast": "descriptions"}
_FILE_META_ANEW = frozenset(range(0x00020000, 0x00020014))


@dataclass(frozen=True, slots=True)
class Account:
    """Counts of one object.

    `removed` by attribute class; a sequence that was left out whole counts once. `replaced` says how many
    UIDs, dates, descriptions and names of the subject have a stand-in, `kept` how many attributes stand as
    they came.
    """

    removed: Mapping[str, int]
    replaced: Mapping[str, int]
    kept: int
    proof: Proof
    method: str = METHOD

    def as_text(self) -> str:
        """The account as it is stored, as JSON."""
        return canonical_json(
            {
                "method": self.method,
                "removed": dict(self.removed),
                "replaced": dict(self.replaced),
                "kept": self.kept,
                "proof": self.proof.as_json(),
            }
        )


def account_of(walked: WalkedObject, builder: ObjectBuilder, proof: Proof) -> Account:
    """Add up what a builder did to an object."""
    replaced = Counter(_REPLACED[rule] for rule in builder.kept if rule in _REPLACED)
    pixels = (0x7FE00008, 0x7FE00009, 0x7FE00010)
    removed: Counter[str] = Counter()
    for tag, count in Counter(builder.left_out).items():
        if tag in (0x00100010, 0x00100020):
            replaced["subject"] += count
        elif tag not in pixels and not (tag in EMPTIED and not walked.text(tag)):
            removed[class_of(tag)] += count
    around = sum(tag not in _FILE_META_ANEW for tag in walked.meta)
    around += (not walked.preamble_is_zero) + ("trailing-bytes" in walked.oddities)
    if around:
        removed["file"] += around
    kept = sum(rule not in _REPLACED for rule in builder.kept)
    return Account(dict(sorted(removed.items())), dict(sorted(replaced.items())), kept, proof)
