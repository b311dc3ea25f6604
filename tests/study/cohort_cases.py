"""The made-up cohort of 47 as a table of cases."""

import numpy as np

from adcurate.model.cases import CaseTable
from adcurate.phantom import load_reconstructed_cohort


def cohort(shift=0.0):
    """One row a subject; `shift` is added to every ADC, in mm²/s."""
    rows = load_reconstructed_cohort()
    n = len(rows)
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(2, 2 + n)),
        subject=tuple(row.patient for row in rows),
        lesion=("1",) * n,
        reader=("R1",) * n,
        session=("",) * n,
        grade=tuple(row.who_grade for row in rows),
        positive=tuple(row.who_grade == "G3" for row in rows),
        markers={"adc": np.array([row.mean_adc + shift for row in rows])},
        directions={"adc": "low"},
        grades=("G1", "G2", "G3"),
        resolution=1e-6,
        columns={
            "lesion_type": tuple(row.lesion_type for row in rows),
            "vendor": tuple(row.vendor for row in rows),
            "age": tuple(float(row.age) if i else None for i, row in enumerate(rows)),
            "ki67": tuple(row.ki67_percent for row in rows),
        },
    )
