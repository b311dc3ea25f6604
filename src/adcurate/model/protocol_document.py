"""What the signed document says beside the protocol: who answers for the study, how long data are kept."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """Nothing here moves a number. "" or 0 is not yet said, and stands as a blank to fill in by hand.

    `retention_years` count from publication; after `key_years` the table of persons and codes is destroyed.
    """

    institution: str = ""
    responsible: str = ""
    sites: str = ""
    period: str = ""
    retention_years: int = 0
    key_years: int = 0
