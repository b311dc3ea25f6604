"""Made-up cohorts of the prostate and of the liver: exams, and what pathology says of each lesion.

Nothing in them is a patient's. The means follow what is usual: a lower ADC with a higher grade group, a lower
one in malignant lesions of the liver than in benign ones, with an overlap; the rest is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from adcurate.phantom.prescription import Dialect, ExamPrescription, LesionPrescription

Organ = Literal["prostate", "liver"]


@dataclass(frozen=True, slots=True)
class OtherTumour:
    """One exam and its lesion's reference standard.

    Attributes
    ----------
    grade
        ``ISUP 1`` to ``ISUP 5``, or ``benign`` and ``malignant``.
    said
        The Gleason score, or the diagnosis.
    age : years
    """

    exam: ExamPrescription
    grade: str
    said: str
    age: int


@dataclass(frozen=True, slots=True)
class _Kind:
    grade: str
    said: str
    share: int
    mean: float  # of the ADC, 1e-6 mm^2/s
    sd: float
    watery: bool = False


_PROSTATE: Final = (
    _Kind("ISUP 1", "3+3", 4, 1180, 130),
    _Kind("ISUP 2", "3+4", 5, 1010, 120),
    _Kind("ISUP 3", "4+3", 3, 930, 110),
    _Kind("ISUP 4", "4+4", 2, 860, 100),
    _Kind("ISUP 5", "4+5", 2, 790, 100),
)
_LIVER: Final = (
    _Kind("malignant", "hepatocellular carcinoma", 3, 1120, 150),
    _Kind("malignant", "metastasis", 4, 1040, 160),
    _Kind("malignant", "cholangiocarcinoma", 1, 1190, 140),
    _Kind("benign", "haemangioma", 3, 1950, 220, True),
    _Kind("benign", "focal nodular hyperplasia", 2, 1450, 130),
    _Kind("benign", "hepatocellular adenoma", 1, 1330, 130),
    _Kind("benign", "cyst", 1, 2750, 80, True),
)
_SCANNERS: Final[tuple[tuple[Dialect, str, float], ...]] = (
    ("siemens-classic", "Skyra", 3.0),
    ("ge", "DISCOVERY MR750w", 3.0),
    ("philips", "Ingenia", 1.5),
    ("siemens-xa", "MAGNETOM Vida", 3.0),
)
_B_VALUES: Final[dict[Organ, tuple[tuple[float, ...], ...]]] = {
    "prostate": ((50.0, 800.0, 1400.0), (50.0, 1000.0), (0.0, 500.0, 1000.0), (50.0, 400.0, 800.0)),
    "liver": ((50.0, 400.0, 800.0), (50.0, 800.0), (0.0, 600.0), (50.0, 400.0, 800.0)),
}


def prescribe_other_tumours(organ: Organ, n: int, seed: int = 0) -> tuple[OtherTumour, ...]:
    """Prescribe `n` exams of one lesion each, both outcomes among the first two.

    A longer cohort begins as a shorter one.

    Examples
    --------
    >>> [one.grade for one in prescribe_other_tumours("liver", 3)]
    ['malignant', 'benign', 'malignant']
    """
    return tuple(_prescribe(organ, number, seed) for number in range(n))


def _prescribe(organ: Organ, number: int, seed: int) -> OtherTumour:
    rng = np.random.default_rng([seed, number, len(organ)])
    kind = _turn(organ)[number % len(_turn(organ))]
    mean = int(np.clip(rng.normal(kind.mean, kind.sd), 400, 2950))
    minimum = int(mean * rng.uniform(0.62, 0.82))
    dialect, model, field_strength = _SCANNERS[number % len(_SCANNERS)]
    name, age = f"{organ.upper()[:3]}{number + 1:03d}", int(rng.integers(48, 80))
    site, size = "liver", float(rng.integers(16, 34))
    if organ == "prostate":
        site, size = ("transition zone", 13.0) if number % 3 == 2 else ("peripheral zone", 10.0)
        size += float(rng.integers(0, 4))
    exam = ExamPrescription(
        patient_id=name,
        patient_name=f"SYNTHETIC^{name}",
        birth_date=f"{2024 - age}0101",
        sex="M" if organ == "prostate" or number % 2 else "F",
        exam_date=f"2024{number % 12 + 1:02d}{number % 28 + 1:02d}",
        dialect=dialect,
        model=model,
        field_strength_t=field_strength,
        b_values=_B_VALUES[organ][number % len(_SCANNERS)],
        lesions=(LesionPrescription("1", site, mean / 1e6, minimum / 1e6, size, watery=kind.watery),),
        seed=seed,
        fov_mm=220.0 if organ == "prostate" else 360.0,
    )
    return OtherTumour(exam, kind.grade, kind.said, age)


def _turn(organ: Organ) -> tuple[_Kind, ...]:
    """Every kind as often as its share, spread so that the first few already hold both outcomes."""
    kinds = _PROSTATE if organ == "prostate" else _LIVER
    placed = [
        ((turn + 0.5) / kind.share, place, kind)
        for place, kind in enumerate(kinds)
        for turn in range(kind.share)
    ]
    return tuple(kind for _, _, kind in sorted(placed, key=lambda one: one[:2]))
