"""How large a lesion is by the ruler of one locked reading."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadSize:
    """Long and short axis of a lesion as one reader measured them, in mm; None where nothing was measured.

    `reader` is ``consensus`` for what a decision chose. `cannot_assess`: the reader saw nothing to measure.
    """

    subject: str
    lesion: str
    reader: str
    long_axis_mm: float | None
    short_axis_mm: float | None
    cannot_assess: bool = False
