"""Which locked readings say another number than when they were signed: told for the report.

An amendment of the protocol's rules of the map or of regions moves numbers of readings that are locked
already. The contours stand; what they measure is what ``study run`` makes of them now.
"""

from __future__ import annotations

from collections.abc import Iterable

from adcurate.findings import Finding
from adcurate.model.cohort import Measurement
from adcurate.model.protocol import Protocol
from adcurate.store import StudyStore
from adcurate.study.reading.disputes import mean_of
from adcurate.study.reading.measure import rules_digest

_UNIT = 1e-6


def moved_numbers(
    store: StudyStore, measured: Iterable[Measurement], protocol: Protocol
) -> tuple[Finding, ...]:
    """A finding where readings were locked by other rules than those of now, with the ones that moved."""
    rules = rules_digest(protocol.adc, protocol.region)
    items = [one for one in store.reading.designs.items() if one.kind == "read"]
    statuses = store.reading.locks.statuses([one.item for one in items])
    now = {
        (one.subject, one.lesion, one.reader): one.values["mean"]
        for one in measured
        if one.map_source == protocol.adc.map_of_record
    }
    n_before, moved, most = 0, [], 0.0
    for item in items:
        lock = statuses[item.item].lock
        numbers = (lock.numbers if lock else None) or {}
        if not numbers or numbers.get("cannot_assess") or numbers.get("rules") == rules:
            continue
        n_before += 1
        was, now_is = mean_of(numbers), now.get((item.subject, item.lesion, item.reading_name))
        if was != now_is:
            moved.append(f"{item.key} {item.reading_name}")
            most = max(most, abs((now_is or 0.0) - (was or 0.0)) if was and now_is else 0.0)
    if not n_before:
        return ()
    what = (
        f"the mean of {len(moved)} of them is another now, by up to {most / _UNIT:.0f}e-6 mm2/s"
        if moved
        else "the means of all of them are the same now"
    )
    return (
        Finding(
            "protocol.moved-numbers",
            f"{n_before} readings were locked under other rules of the map or of regions: {what}. "
            "Their contours stand, and are measured by the rules that count now.",
            "warning" if moved else "note",
            {"readings": ", ".join(sorted(moved))},
        ),
    )
