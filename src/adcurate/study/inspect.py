"""``inspect``: what is in these DICOM files? Nothing is stored and nobody is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from adcurate.dicom.reading.inspection import Inspection
from adcurate.dicom.reading.inspection import inspect_paths as _inspect
from adcurate.model.progress import Progress, no_progress


def inspect_paths(paths: Sequence[Path], progress: Progress = no_progress) -> Inspection:
    """Read the headers under `paths`, tell each series' kind, and prove the units of ADC maps."""
    return _inspect(paths, progress=lambda done, total: progress("Reading", done, total))
