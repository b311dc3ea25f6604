"""How a lesion that several people read stands: agreed, decided, or not decided yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from adcurate.model.reading.kept import Decision, Dispute

Standing = Literal["agreed", "drawing", "mean", "two-lesions", "undecided", "unread"]
"""``drawing``: one drawing was chosen, a reader's or a new one. ``mean``: both readings stand, by decision.
``two-lesions``: by decision the readers saw two lesions, and neither reading counts. ``undecided``: a
difference waits for a decision. ``unread``: not every reader's first reading is locked."""


@dataclass(frozen=True, slots=True)
class LesionStanding:
    """One lesion; `dispute` and `decision` are those of a difference, where there is one."""

    subject: str
    lesion: str
    standing: Standing
    dispute: Dispute | None = None
    decision: Decision | None = None
