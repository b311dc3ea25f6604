"""Images of several b-values brought onto those of the lowest, by SimpleITK (the extra ``registration``).

The same images give the same result, bit for bit: nothing is sampled at random and one thread sums.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import RegistrationError

Motion = Literal["translation", "rigid"]

_BINS: Final = 32
_LEAST_SLICES_FOR_3D: Final = 4
_ITERATIONS: Final = 200
_FARTHEST_MM: Final = 40.0


@dataclass(frozen=True, slots=True, eq=False)
class RegisteredVolume:
    """A volume on the grid of the reference, and how far it was moved.

    `values` (slice, row, column), NaN where the moved volume has nothing. `shift_mm` (slice, row, column)
    is where the middle of the reference lies in the moving volume; `rotation_deg` the angle of rotation,
    0 for a translation.
    """

    values: Floats
    shift_mm: tuple[float, float, float]
    rotation_deg: float


def register_volume(
    fixed: npt.ArrayLike,
    moving: npt.ArrayLike,
    spacing_mm: tuple[float, float, float],
    *,
    motion: Motion = "rigid",
) -> RegisteredVolume:
    """Move `moving` onto `fixed` by mutual information, and resample it linearly.

    Parameters
    ----------
    fixed, moving : (slice, row, column), any units
        Of one grid. Fewer than four slices move in their plane only.
    spacing_mm
        (between slices, between rows, between columns).
    motion
        ``translation``, or ``rigid`` with rotation.

    Raises
    ------
    RegistrationError
        ``registration.missing`` without SimpleITK; ``registration.failed`` where the optimiser ends nowhere,
        or farther than 40 mm away.

    Notes
    -----
    Mattes's mutual information with 32 bins over every voxel, regular-step gradient descent on three scales.
    Source: Mattes et al., IEEE Trans Med Imaging 2003;22:120-128.
    """
    first, second = np.asarray(fixed, dtype=np.float32), np.asarray(moving, dtype=np.float32)
    if first.shape != second.shape or first.ndim != 3:
        raise _failed("The volumes to register differ in size.")
    if first.shape[0] < _LEAST_SLICES_FOR_3D:
        return _slice_by_slice(first, second, spacing_mm, motion)
    return _register(first, second, spacing_mm, motion)


def _slice_by_slice(
    first: npt.NDArray[np.float32],
    second: npt.NDArray[np.float32],
    spacing_mm: tuple[float, float, float],
    motion: Motion,
) -> RegisteredVolume:
    found = [_register(one, other, spacing_mm[1:], motion) for one, other in zip(first, second, strict=True)]
    shifts = np.median([one.shift_mm for one in found], axis=0)
    angle = float(np.median([one.rotation_deg for one in found]))
    values = np.stack([one.values for one in found])
    return RegisteredVolume(values, (0.0, float(shifts[1]), float(shifts[2])), angle)


def _register(
    first: npt.NDArray[np.float32],
    second: npt.NDArray[np.float32],
    spacing_mm: Sequence[float],
    motion: Motion,
) -> RegisteredVolume:
    sitk = _simple_itk()
    with _one_thread(sitk):
        return _optimize(sitk, first, second, spacing_mm, motion)


@contextlib.contextmanager
def _one_thread(sitk: Any) -> Iterator[None]:
    """Sums in one order: several threads would differ in the last digits from run to run."""
    before = sitk.ProcessObject.GetGlobalDefaultNumberOfThreads()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    try:
        yield
    finally:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(before)


def _optimize(
    sitk: Any,
    first: npt.NDArray[np.float32],
    second: npt.NDArray[np.float32],
    spacing_mm: Sequence[float],
    motion: Motion,
) -> RegisteredVolume:
    reference, image = (_image(sitk, one, spacing_mm) for one in (first, second))
    dimension = first.ndim
    if motion == "translation":
        start: Any = sitk.TranslationTransform(dimension)
    else:
        kind = sitk.Euler3DTransform() if dimension == 3 else sitk.Euler2DTransform()
        start = sitk.CenteredTransformInitializer(
            reference, image, kind, sitk.CenteredTransformInitializerFilter.GEOMETRY
        )
    method = sitk.ImageRegistrationMethod()
    method.SetMetricAsMattesMutualInformation(_BINS)
    method.SetMetricSamplingStrategy(method.NONE)
    method.SetInterpolator(sitk.sitkLinear)
    method.SetOptimizerAsRegularStepGradientDescent(1.0, 1e-3, _ITERATIONS, 0.5)
    method.SetOptimizerScalesFromPhysicalShift()
    method.SetShrinkFactorsPerLevel([4, 2, 1] if min(first.shape) >= 8 else [1])
    method.SetSmoothingSigmasPerLevel([2, 1, 0] if min(first.shape) >= 8 else [0])
    method.SetInitialTransform(start, inPlace=False)
    try:
        found = method.Execute(reference, image)
    except RuntimeError:
        raise _failed("No position was found in which the images agree.") from None
    middle = [
        spacing * (n - 1) / 2 for spacing, n in zip(reversed(spacing_mm), reversed(first.shape), strict=True)
    ]
    moved = np.asarray(found.TransformPoint(middle)) - np.asarray(middle)
    if not np.isfinite(moved).all() or float(np.linalg.norm(moved)) > _FARTHEST_MM:
        raise _failed("The images were moved farther than a patient moves.")
    resampler = sitk.ResampleImageFilter()
    resampler.SetReferenceImage(reference)
    resampler.SetTransform(found)
    resampler.SetInterpolator(sitk.sitkLinear)
    resampler.SetDefaultPixelValue(float("nan"))
    values = np.asarray(sitk.GetArrayFromImage(resampler.Execute(image)), dtype=np.float64)
    shift = [0.0] * (3 - dimension) + [float(value) for value in reversed(moved)]
    return RegisteredVolume(values, (shift[0], shift[1], shift[2]), _angle(found, dimension))


def _image(sitk: Any, values: npt.NDArray[np.float32], spacing_mm: Sequence[float]) -> Any:
    image = sitk.GetImageFromArray(values)
    image.SetSpacing([float(step) for step in reversed(spacing_mm)])
    return image


def _angle(found: Any, dimension: int) -> float:
    """The rotation's angle in degrees, from two points a unit apart along each axis."""
    origin = np.asarray(found.TransformPoint([0.0] * dimension))
    axes = np.stack(
        [
            np.asarray(found.TransformPoint([float(i == j) for j in range(dimension)])) - origin
            for i in range(dimension)
        ]
    )
    trace = float(np.trace(axes))
    cosine = (trace - 1.0) / 2.0 if dimension == 3 else trace / 2.0
    return float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def _simple_itk() -> Any:
    try:
        import SimpleITK
    except ImportError:
        raise RegistrationError(
            "registration.missing",
            "The protocol registers the b-values, and SimpleITK is not installed.",
            remedy='pip install SimpleITK, or set registration = "off" in study.toml.',
        ) from None
    return SimpleITK


def _failed(sentence: str) -> RegistrationError:
    return RegistrationError(
        "registration.failed",
        sentence,
        remedy="Look at the exam's quality page; the map without registration is there.",
    )
