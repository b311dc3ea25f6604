"""The phantom scans that a study keeps, by scanner and date."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from adcurate.model import canonical_json
from adcurate.model.phantom_scan import PhantomScan
from adcurate.study.folder import StudyFolder

_KEY: Final = "phantom-scans"
LONG_TERM: Final = 0.022


@dataclass(frozen=True, slots=True)
class KeptScan:
    """One kept scan; `record` is what `PhantomScan.as_json` gave."""

    record: Mapping[str, Any]

    @property
    def scanner(self) -> str:
        """The scanner's model and field strength."""
        field = self.record["field_strength_t"]
        return str(self.record["scanner"]) + ("" if field is None else f" {field:g} T")

    @property
    def date(self) -> str:
        """Day of the scan, YYYYMMDD or ""."""
        return str(self.record["date"])

    @property
    def day(self) -> str:
        """The day as people write it, YYYY-MM-DD or ""."""
        return f"{self.date[:4]}-{self.date[4:6]}-{self.date[6:]}" if len(self.date) == 8 else self.date

    @property
    def verdict(self) -> str:
        """pass, fail or not-judged."""
        return str(self.record["verdict"])

    def as_json(self) -> dict[str, Any]:
        """The record."""
        return dict(self.record)


def keep_scan(study: StudyFolder, scan: PhantomScan) -> None:
    """Add a scan to the study's record; the same scan once."""
    with study.open_store() as store:
        latest = store.choices.latest(_KEY)
        kept: list[Any] = list(latest.payload["scans"]) if latest else []
        entry = scan.as_json()
        if canonical_json(entry) not in map(canonical_json, kept):
            store.choices.add(_KEY, {"scans": [*kept, entry]})


def read_log(study: StudyFolder) -> tuple[KeptScan, ...]:
    """The kept scans, by scanner and date."""
    with study.open_store("read") as store:
        latest = store.choices.latest(_KEY)
    kept = [KeptScan(record) for record in (latest.payload["scans"] if latest else ())]
    return tuple(sorted(kept, key=lambda one: (one.scanner, one.date)))


def long_term_variation(kept: Sequence[KeptScan]) -> dict[str, float]:
    """For each scanner scanned on two days or more: the largest wCV of a vial's ADC over the days.

    The profile allows 2.2 %.
    """
    means: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for one in kept:
        for vial in one.record["vials"]:
            means[one.scanner, vial["name"]][one.date] = vial["mean"]
    found: dict[str, float] = {}
    for (scanner, _), by_day in means.items():
        values = [value for value in by_day.values() if math.isfinite(value)]
        if len(values) > 1:
            variation = float(np.std(values, ddof=1) / np.mean(values))
            found[scanner] = max(found.get(scanner, 0.0), variation)
    return found
