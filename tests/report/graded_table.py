"""A made-up table of graded cases, to answer, to tell and to draw from."""

import numpy as np

from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis

MARKERS = (("mean", 0.15), ("minimum", 0.3))
METHODS = Analysis(bootstrap_resamples=100)


def table(n=30, seed=0):
    """A made-up table of three grades and two markers; the highest grade is the positive one."""
    rng = np.random.default_rng(seed)
    grade = np.arange(n) % 3
    none = ("",) * n
    markers = {name: np.round(1.2 + 0.3 * rng.normal(size=n) - step * grade, 3) for name, step in MARKERS}
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(n)),
        subject=tuple(str(i) for i in range(n)),
        lesion=none,
        reader=none,
        session=none,
        grade=tuple(f"G{g + 1}" for g in grade),
        positive=tuple(bool(g == 2) for g in grade),
        markers=markers,
        directions=dict.fromkeys(markers, "low"),
        grades=("G1", "G2", "G3"),
        positive_label="high grade",
        negative_label="low grade",
        columns={"scanner": tuple("AB"[i % 2] for i in range(n))},
    )
