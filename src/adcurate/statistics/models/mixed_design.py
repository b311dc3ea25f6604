"""The columns and groups of a mixed model, checked, and brought to a well-conditioned scale and back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Floats
from adcurate.errors import StatisticsError
from adcurate.statistics.models.mixed_likelihood import MixedLikelihood, VarianceRatios
from adcurate.statistics.values import at_least, finite_vector

Estimation = Literal["reml", "ml"]

_RANK = 1e-10


class MixedDesign:
    """The columns brought to a well-conditioned scale, and the way back."""

    def __init__(
        self,
        response: npt.ArrayLike,
        groups: Mapping[str, Sequence[str]],
        fixed: Mapping[str, npt.ArrayLike],
        estimation: Estimation,
    ) -> None:
        values = finite_vector(response, "the response")
        self.n = at_least(values.size, 3, "the response")
        self.names = tuple(fixed)
        columns = [np.ones(self.n)]
        for name, entries in fixed.items():
            column = finite_vector(entries, f"the column {name}")
            if column.size != self.n:
                raise _unequal(name, self.n)
            columns.append(column)
        indices, self.group_names = _group_indices(groups, self.n)
        if float(np.ptp(values)) == 0.0:
            raise StatisticsError(
                "statistics.constant",
                "All values are equal, so there is nothing to explain.",
                remedy="Check the marker's column.",
                n=self.n,
            )
        basis, self._back = _orthonormal(np.stack(columns, axis=1))
        self._start = basis.T @ values
        left = values - basis @ self._start
        more = basis.T @ left
        self._start, left = self._start + more, left - basis @ more
        self.scale = math.sqrt(float(left @ left) / self.n)
        if self.scale <= 1e-13 * float(np.abs(values).max()):
            raise StatisticsError(
                "statistics.constant",
                "The fixed columns explain every value, so no variance is left.",
                remedy="Name fewer columns.",
                n=self.n,
            )
        self.likelihood = MixedLikelihood(left / self.scale, basis, indices, estimation == "reml")
        nu = self.likelihood.nu
        self.constant = nu * (math.log(2.0 * math.pi) + 2.0 * math.log(self.scale))
        if estimation == "reml":
            self.constant -= 2.0 * float(np.log(np.abs(np.diag(self._back))).sum())

    def coefficients(self, ratios: Floats, variance: float) -> tuple[Floats, Floats]:
        """Coefficients and their covariance in the caller's units."""
        parts = self.likelihood.parts(ratios)
        coefficients = self._back @ (self._start + self.scale * parts.coefficients)
        covariance = self._back @ parts.inverse @ self._back.T * (variance * self.scale**2)
        return coefficients, np.asarray((covariance + covariance.T) / 2.0)

    def satterthwaite(self, contrast: Floats, found: VarianceRatios) -> float:
        """Degrees of freedom of one contrast of the caller's coefficients."""
        return self.likelihood.satterthwaite(self._back.T @ contrast, found)


def _group_indices(
    groups: Mapping[str, Sequence[str]], n: int
) -> tuple[list[npt.NDArray[np.int64]], tuple[str, ...]]:
    if not 1 <= len(groups) <= 2:
        raise StatisticsError(
            "statistics.option",
            "A mixed model here has one grouping or two.",
            remedy="Name the subject, and at most one further grouping.",
            n_groupings=len(groups),
        )
    indices = []
    for name, members in groups.items():
        if len(members) != n:
            raise _unequal(name, n)
        _, codes = np.unique(np.asarray([str(member) for member in members]), return_inverse=True)
        n_groups = int(codes.max()) + 1
        if n_groups < 2:
            raise StatisticsError(
                "statistics.too-few",
                f"The grouping {name} has a single group, whose variance cannot be estimated.",
                remedy="Leave that grouping out.",
                n_groups=n_groups,
            )
        if n_groups == n:
            raise StatisticsError(
                "statistics.too-few",
                f"Every group of {name} has a single value, so nothing tells groups from the rest.",
                remedy="Without repeated values an ordinary comparison says it all.",
                n_groups=n_groups,
            )
        indices.append(np.asarray(codes, dtype=np.int64))
    if len(indices) == 2:
        joint = np.unique(indices[0] * (indices[1].max() + 1) + indices[1]).size
        if joint == indices[0].max() + 1 == indices[1].max() + 1:
            raise StatisticsError(
                "statistics.collinear",
                "Both groupings divide the values in the same way.",
                remedy="Leave one of them out.",
                n_groups=int(joint),
            )
    return indices, tuple(groups)


def _orthonormal(columns: Floats) -> tuple[Floats, Floats]:
    """An orthonormal basis (n, p), and the (p, p) way back to coefficients of the columns."""
    n, p = columns.shape
    if n <= p:
        raise StatisticsError(
            "statistics.too-few",
            f"{n} values leave nothing to judge {p} coefficients by.",
            remedy="Name fewer columns.",
            n=n,
        )
    centre = columns.mean(axis=0)
    centre[0] = 0.0
    moved = columns - centre
    sizes = np.linalg.norm(moved, axis=0)
    lost = bool(np.any(sizes[1:] <= 1e-13 * np.linalg.norm(columns, axis=0)[1:]))
    basis, upper = np.linalg.qr(moved / np.where(sizes > 0.0, sizes, 1.0))
    if lost or float(np.abs(np.diag(upper)).min()) <= _RANK:
        raise StatisticsError(
            "statistics.collinear",
            "A column of the model is constant, or follows from the others.",
            remedy="Leave out a column; of a class's indicators leave out one.",
            n_columns=p,
        )
    back = np.linalg.inv(upper) / sizes[:, None]
    back[0] -= centre[1:] @ back[1:]
    return basis, back


def _unequal(name: str, n: int) -> StatisticsError:
    return StatisticsError(
        "statistics.shape",
        f"{name[:1].upper()}{name[1:]} must have one entry for each of the {n} values.",
        remedy="Give all of them for the same rows, in the same order.",
        n=n,
    )
