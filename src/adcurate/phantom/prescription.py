"""What an exam and its lesions shall be: the orders that `simulate_exam` fills or refuses."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

from adcurate.errors import PhantomError

Dialect = Literal[
    "siemens-classic",
    "siemens-xa",
    "ge",
    "ge-enhanced",
    "philips",
    "philips-enhanced",
    "uih",
    "uih-mosaic",
    "canon",
    "toshiba",
    "bruker",
]
ENHANCED: Final = frozenset({"siemens-xa", "ge-enhanced", "philips-enhanced"})
"""The dialects that write each series as one multi-frame object."""

ADC_UNIT: Final = 1e-6  # mm^2/s for one stored unit
HIGHEST_STORED_ADC: Final = 4095  # 12 bits, as the scanners store it
SYNTHETIC_MARK: Final = "SYNTHETIC"


@dataclass(frozen=True, slots=True)
class LesionPrescription:
    """One lesion: where it sits, how large it is, and the ADC a reader shall find in it.

    Attributes
    ----------
    label
        The lesion's name within the subject, such as ``"1"``.
    organ
        One of `organs`; decides where it sits.
    mean_adc, minimum_adc : mm^2/s
        Exact over the voxels of the reader's contour; whole multiples of 1e-6.
    long_axis_mm
        Longest diameter in the slice it is drawn on, outer border included.
    cystic_centre
        A necrotic core that the reader leaves out: the contour has a hole.
    watery
        Bright at b = 0 and on T2, as a cyst or a haemangioma; else as a solid tumour.
    """

    label: str
    organ: str
    mean_adc: float
    minimum_adc: float
    long_axis_mm: float = 24.0
    cystic_centre: bool = False
    watery: bool = False

    @property
    def stored_mean(self) -> int:
        """The mean in stored units of 1e-6 mm^2/s."""
        return round(self.mean_adc / ADC_UNIT)

    @property
    def stored_minimum(self) -> int:
        """The minimum in stored units of 1e-6 mm^2/s."""
        return round(self.minimum_adc / ADC_UNIT)


@dataclass(frozen=True, slots=True)
class ExamPrescription:
    """One exam: whose (made-up) it is, on which scanner, with which b-values and lesions.

    Attributes
    ----------
    patient_name
        Contains ``SYNTHETIC``, so that no file can be taken for a person's.
    birth_date, exam_date
        DICOM dates, YYYYMMDD.
    b_values : s/mm^2
        Two or more, rising.
    snr
        Signal of lesion-free liver at the lowest b-value over the noise's standard deviation in one
        channel; ``math.inf`` for no noise.
    seed
        Same prescription and seed, same bytes.
    n_slices, matrix
        Of the diffusion series; the other series have their own grids over the same body.
    fov_mm
        Side of every image: of the whole trunk, or smaller for the prostate.
    """

    patient_id: str
    patient_name: str
    birth_date: str
    sex: str
    exam_date: str
    dialect: Dialect
    model: str
    field_strength_t: float
    b_values: tuple[float, ...]
    lesions: tuple[LesionPrescription, ...]
    snr: float = 60.0
    seed: int = 0
    institution: str = "Synthetic Phantom Hospital"
    n_slices: int = 12
    matrix: int = 128
    fov_mm: float = 360.0


def played_out(dialect: Dialect, b_value: float) -> float:
    """The b-value (s/mm^2) that a scanner plays out for a chosen one: UIH's differs as on a real uMR 770."""
    return 0.9285 * b_value + 1.25 if dialect in ("uih", "uih-mosaic") else b_value


def check_exam(prescription: ExamPrescription) -> None:
    """Refuse an exam that no scanner and no phantom could make.

    Raises
    ------
    PhantomError
        ``phantom.prescription``
    """
    exam = prescription
    if SYNTHETIC_MARK not in exam.patient_name.upper():
        raise refusal(
            "The patient's name does not say that the exam is synthetic.", f"Put {SYNTHETIC_MARK} in it."
        )
    if exam.dialect not in get_args(Dialect):
        raise refusal("The dialect is not a known one.", f"Use one of: {', '.join(get_args(Dialect))}.")
    if any(len(day) != 8 or not day.isdigit() for day in (exam.birth_date, exam.exam_date)):
        raise refusal("A date is not written YYYYMMDD.", "Write birth and exam dates as DICOM does.")
    b_values = exam.b_values
    rising = all(low < high for low, high in itertools.pairwise(b_values))
    if (
        len(b_values) < 2
        or not rising
        or b_values[0] < 0
        or not all(b == round(b) <= 10_000 for b in b_values)
    ):
        raise refusal(
            "The b-values are not two or more whole numbers from 0 to 10 000, rising.",
            "Give for example (0, 1000).",
        )
    if not exam.snr > 0:
        raise refusal(
            "The signal-to-noise ratio is not positive.", "Give for example 60, or math.inf for no noise."
        )
    if exam.n_slices < 12 or exam.matrix < 64:
        raise refusal(
            "The exam is smaller than 12 slices of 64×64.", "Use at least 12 slices and a matrix of 64."
        )
    if not 120.0 <= exam.fov_mm <= 500.0:
        raise refusal(
            "The field of view is not between 120 and 500 mm.", "Use 360 mm, or 200 mm for the prostate."
        )
    labels = [lesion.label for lesion in exam.lesions]
    if len(set(labels)) != len(labels):
        raise refusal("Two lesions have the same label.", "Give each lesion of the exam its own label.")
    for lesion in exam.lesions:
        _check_lesion(lesion)


def _check_lesion(lesion: LesionPrescription) -> None:
    for value in (lesion.mean_adc, lesion.minimum_adc):
        if not math.isfinite(value) or abs(value / ADC_UNIT - round(value / ADC_UNIT)) > 1e-6:
            raise refusal(
                "A lesion's ADC is not a whole multiple of 1e-6 mm^2/s.", "Round it to six decimals."
            )
    if lesion.stored_minimum < 1:
        raise refusal(
            "A lesion's minimum ADC is below 1e-6 mm^2/s, where a map says 'not estimated'.",
            "Give a positive minimum.",
        )
    if lesion.stored_minimum > lesion.stored_mean:
        raise refusal("A lesion's minimum ADC exceeds its mean.", "Give a minimum at or below the mean.")
    if lesion.stored_mean > 3000:
        raise refusal(
            "A lesion's mean ADC exceeds that of free water at body heat.", "Stay at or below 3.0e-3 mm^2/s."
        )
    if not 8.0 <= lesion.long_axis_mm <= 80.0:
        raise refusal(
            "A lesion's long axis is not between 8 and 80 mm.", "Choose a size that fits into the organ."
        )
    if lesion.cystic_centre and lesion.long_axis_mm < 26.0:
        raise refusal("A lesion with a cystic centre is shorter than 26 mm.", "Make it longer or solid.")


def refusal(sentence: str, remedy: str) -> PhantomError:
    """The error of every impossible prescription."""
    return PhantomError("phantom.prescription", sentence, remedy=remedy)
