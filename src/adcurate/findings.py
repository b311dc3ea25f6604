"""The middle channel of trouble: an answer exists, and a person must know.

An *error* (`adcurate.errors`) means no answer is possible; a *status* marks one voxel among thousands.
A finding is stored, shown in the report and never silently dropped. It carries no patient data:
`where` holds codes, UIDs, cell addresses and numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["note", "warning", "serious"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something odd that did not stop the work.

    `code` is dotted lower case and stable (``b-value.conflict``); `sentence` says what, where and what it
    may change; `severity` is ``note`` (record only), ``warning`` (look before you publish) or ``serious``
    (a number may be wrong).
    """

    code: str
    sentence: str
    severity: Severity = "warning"
    where: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, object]:
        """The shape in which findings are printed and stored."""
        return {
            "code": self.code,
            "sentence": self.sentence,
            "severity": self.severity,
            "where": dict(self.where),
        }
