"""What an analysis looks at when it does not look at everybody: rows, and who is left out of them and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from adcurate.model.worksheet import WorksheetRow


@dataclass(frozen=True, slots=True)
class Subset:
    """`rows` stand in the worksheet's place; `left_out` gives the reason by subject and lesion.

    Whoever is left out is chosen and counted as before, so that the same lesion stands for its subject, and
    leaves at the flow's last step for that reason.
    """

    rows: tuple[WorksheetRow, ...]
    left_out: Mapping[tuple[str, str], str]
