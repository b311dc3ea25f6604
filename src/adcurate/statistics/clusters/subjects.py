"""Which lesions belong to which subject, and the one that stands for a subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt

from adcurate.arrays import Integers
from adcurate.errors import StatisticsError
from adcurate.statistics.marker import Counts
from adcurate.statistics.values import finite_vector

OneLesion = Literal["largest", "first"]


def code_subjects(subject: Sequence[str] | npt.ArrayLike, n: int) -> tuple[Counts, int]:
    """Return a whole number for the subject of each lesion, (n,), in order of the names, and their number.

    Raises
    ------
    StatisticsError
        ``statistics.shape`` when there is not one name for each lesion, or a name is blank.
    """
    names = np.asarray(subject)
    if names.shape != (n,):
        raise StatisticsError(
            "statistics.shape",
            f"There are {n} lesions and {names.size} names of subjects.",
            remedy="Give the subject of each lesion, in the same order.",
            n_lesions=n,
            n_subjects_named=int(names.size),
        )
    if names.size == 0:
        return np.zeros(0, dtype=np.int64), 0
    if names.dtype.kind not in "iuUS" or (
        names.dtype.kind in "US" and bool((names == names.dtype.type()).any())
    ):
        raise StatisticsError(
            "statistics.shape",
            "A lesion has no subject, so nobody knows which lesions belong together.",
            remedy="Name the subject of every lesion, as text or a whole number.",
        )
    _, codes = np.unique(names, return_inverse=True)
    return codes.astype(np.int64), int(codes.max()) + 1


def choose_one_lesion(
    subject: Sequence[str] | npt.ArrayLike, *, choice: OneLesion, size: npt.ArrayLike | None = None
) -> Integers:
    """Return the positions of the lesions that stand for their subjects, one each, in the order given.

    Parameters
    ----------
    subject : (n,)
        The subject of each lesion.
    choice : {"largest", "first"}
        The largest by `size`, the first listed of several as large; or the first listed.
    size : (n,), any unit
        Needed for the largest; finite.

    Raises
    ------
    StatisticsError
        ``statistics.shape``, ``statistics.not-finite``, ``statistics.option``

    Examples
    --------
    >>> choose_one_lesion(["a", "a", "b"], choice="largest", size=[8.0, 12.0, 9.0]).tolist()
    [1, 2]
    """
    n = np.asarray(subject).size
    codes, _ = code_subjects(subject, n)
    if choice not in ("largest", "first") or (choice == "largest" and size is None):
        raise StatisticsError(
            "statistics.option",
            "One lesion a subject is the largest, by a size, or the first.",
            remedy="Name the column of sizes, or take the first.",
        )
    sizes = np.zeros(n) if choice == "first" or size is None else finite_vector(size, "the sizes")
    if sizes.size != n:
        raise StatisticsError(
            "statistics.shape",
            f"There are {n} lesions and {sizes.size} sizes.",
            remedy="Give the size of each lesion, in the same order.",
        )
    order = np.lexsort((np.arange(n), -sizes, codes))
    first = np.append(True, codes[order][1:] != codes[order][:-1])[:n]
    return np.sort(order[first])
