"""Facts that only the identity zone may hold. Nothing outside ingest and the vault takes these."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class PatientIdentity:
    """Who a received object says it is about. `repr` shows nothing, so no log or traceback can.

    `exam` is the study's UID of the exam it came with; "" where that was not kept.
    """

    patient_id: str = field(repr=False)
    patient_name: str = field(repr=False)
    birth_date: str = field(repr=False)
    exam_date: str = field(repr=False)
    exam: str = field(default="", repr=False)
