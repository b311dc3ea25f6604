"""What earlier studies of ADC and the grade of neuroendocrine tumours printed, as shipped tables.

Only numbers whose place in a published table is certain stand here. Where a cell of the source could not be
placed, its row keeps the study and its number of cases, says ``no`` under `certain`, and holds no value.
"""

from __future__ import annotations

import csv
from importlib import resources
from typing import Final, Literal

LiteratureTable = Literal["means", "accuracy", "correlations", "areas"]

TABLES: Final[tuple[LiteratureTable, ...]] = ("means", "accuracy", "correlations", "areas")


def load_literature(name: LiteratureTable) -> tuple[dict[str, str], ...]:
    """Return a table's rows as text, in the file's order; the first is row 2 of the file.

    Examples
    --------
    >>> rows = load_literature("correlations")
    >>> rows[0]["study"], rows[0]["r"]
    ('Mebis et al.', '-0.606')
    """
    text = resources.files("adcurate.study.literature").joinpath(f"{name}.csv").read_text("utf-8")
    return tuple(csv.DictReader(text.splitlines()))
