"""The made-up cohort of 47 as tables: by its markers alone, with its scanners, with its persons."""

from dataclasses import replace

import numpy as np

from adcurate.model.cases import CaseTable
from adcurate.phantom import load_reconstructed_cohort


def table_of(marker, positive, **changes):
    n = len(marker)
    same = ("",) * n
    fields = {
        "rows": tuple(f"row {i + 2}" for i in range(n)),
        "subject": tuple(f"S{i:03}" for i in range(n)),
        "lesion": ("1",) * n,
        "reader": same,
        "session": same,
        "grade": (None,) * n,
        "positive": tuple(positive),
        "markers": {"avgADC": np.asarray(marker, dtype=float)},
        "directions": {"avgADC": "low"},
        "positive_label": "high grade",
        "negative_label": "low grade",
        "resolution": 1e-6,
        **changes,
    }
    return CaseTable(**fields)


def cohort(**changes):
    """The made-up cohort of 47."""
    rows = load_reconstructed_cohort()
    markers = {
        "avgADC": np.array([row.mean_adc for row in rows]),
        "minADC": np.array([row.minimum_adc for row in rows]),
    }
    return table_of(
        markers["avgADC"],
        [row.who_grade == "G3" for row in rows],
        **{"markers": markers, "directions": {"avgADC": "low", "minADC": "low"}, **changes},
    )


def person_cohort(order=None, **changes):
    """The made-up cohort with age, sex and vendor, in the order of `order` where one is given."""
    people = load_reconstructed_cohort()
    rows = people if order is None else [people[i] for i in order]
    n = len(rows)
    return replace(
        CaseTable(
            rows=tuple(f"row {row.patient}" for row in rows),
            subject=tuple(row.patient for row in rows),
            lesion=("",) * n,
            reader=("",) * n,
            session=("",) * n,
            grade=tuple(row.who_grade for row in rows),
            positive=tuple(row.who_grade == "G3" for row in rows),
            markers={
                "avgADC": np.array([row.mean_adc for row in rows]),
                "minADC": np.array([row.minimum_adc for row in rows]),
            },
            directions={"avgADC": "low", "minADC": "low"},
            grades=("G1", "G2", "G3"),
            positive_label="high grade",
            negative_label="low grade",
            resolution=1e-6,
            columns={
                "age": tuple(float(row.age) for row in rows),
                "sex": tuple(row.sex for row in rows),
                "vendor": tuple(row.vendor for row in rows),
            },
        ),
        **changes,
    )


def scanner_cohort() -> CaseTable:
    """The made-up cohort with vendor, field strength and b-values."""
    people = load_reconstructed_cohort()
    return person_cohort(
        rows=tuple(f"row {i + 2:02d}" for i in range(len(people))),
        lesion=("1",) * len(people),
        columns={
            "vendor": tuple(person.vendor for person in people),
            "field_strength_t": tuple(float(person.field_strength_t) for person in people),
            "b_values": tuple("-".join(f"{b:g}" for b in person.b_values) for person in people),
        },
    )
