"""Every frozen answer of another program, put to our own functions."""

from __future__ import annotations

from typing import Final

from parity import (
    agreement,
    calibration,
    clusters,
    correlation,
    cutoff,
    diagnostic,
    groups,
    meta,
    mixed,
    models,
    planning,
    readers,
    regions,
    roc,
    scanners,
)
from parity.comparison import Adapter

ADAPTERS: Final[tuple[Adapter, ...]] = tuple(
    adapter
    for question in (
        groups,
        correlation,
        roc,
        cutoff,
        diagnostic,
        agreement,
        clusters,
        readers,
        models,
        mixed,
        calibration,
        scanners,
        meta,
        planning,
        regions,
    )
    for adapter in question.ADAPTERS
)
