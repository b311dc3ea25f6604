"""The receipt of a study: what de-identification took off, what it kept and why, and the proof.

Counts, codes and digests only. A receipt may be printed and sent; nothing in it leads to a person.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RemovedClass:
    """How many attributes of one kind were left out."""

    word: str
    title: str
    count: int


@dataclass(frozen=True, slots=True)
class ProfileOption:
    """One option of the standard's profile, and whether the objects claim it."""

    code: str
    meaning: str
    claimed: bool
    why: str


@dataclass(frozen=True, slots=True)
class KeptAttribute:
    """One line of the keep-list; `owner` names the vendor's block of a private attribute."""

    tag: str
    name: str
    rule: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class ProvedExam:
    """One exam: how many facts of each topic are what they were, and a digest over all its pixels."""

    subject: str
    study_uid: str
    n_series: int
    n_objects: int
    n_removed: int
    facts: Mapping[str, int]
    pixels_sha256: str


@dataclass(frozen=True, slots=True)
class DeidentificationReceipt:
    """What became of everything that was received."""

    method: str
    key_fingerprint: str
    received: int
    stored: int
    duplicate: int
    quarantined: Mapping[str, int]
    left_alone: Mapping[str, int]
    removed: tuple[RemovedClass, ...]
    replaced: Mapping[str, int]
    kept: int
    exams: tuple[ProvedExam, ...]
    options: tuple[ProfileOption, ...]
    kept_public: tuple[KeptAttribute, ...] = field(repr=False)
    kept_private: tuple[KeptAttribute, ...] = field(repr=False)

    @property
    def facts(self) -> dict[str, int]:
        """Facts that are what they were, by topic, over all exams."""
        added: dict[str, int] = {}
        for exam in self.exams:
            for topic, count in exam.facts.items():
                added[topic] = added.get(topic, 0) + count
        return added

    def as_json(self) -> dict[str, object]:
        """The shape of ``receipt.json``."""
        return {
            "format": "adcurate.receipt",
            "format_version": 1,
            "method": self.method,
            "key_fingerprint": self.key_fingerprint,
            "objects": {
                "received": self.received,
                "stored": self.stored,
                "duplicate": self.duplicate,
                "quarantined": dict(self.quarantined),
                "left_alone": dict(self.left_alone),
            },
            "removed": {one.word: one.count for one in self.removed},
            "replaced": dict(self.replaced),
            "kept": self.kept,
            "proved": self.facts,
            "exams": [
                {
                    "subject": exam.subject,
                    "study_uid": exam.study_uid,
                    "series": exam.n_series,
                    "objects": exam.n_objects,
                    "removed": exam.n_removed,
                    "proved": dict(exam.facts),
                    "pixels_sha256": exam.pixels_sha256,
                }
                for exam in self.exams
            ],
            "profile": [
                {"code": one.code, "meaning": one.meaning, "claimed": one.claimed} for one in self.options
            ],
            "kept_private": [
                {"tag": one.tag, "owner": one.owner, "name": one.name} for one in self.kept_private
            ],
        }
