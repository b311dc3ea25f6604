"""Whether a picture looks as if text were drawn into it: bright letters of one height in a row.

A second gate behind the header, which says nothing of most burned-in text. It looks at the brightest pixels
only: text is drawn at the top of the grey scale, anatomy seldom has four compact shapes of one height, side
by side on one line, that hold a fair share of all that is bright. Text in grey, upright or in one's own
hand is not seen: what passes is for eyes.
Measured on images of seven scanners and drawn names: `tests/dicom/deidentification/test_burned_text.py`.
"""

from __future__ import annotations

import math
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

_LEVELS: Final = (1.0, 0.9, 0.8)
_FEWEST_PIXELS: Final = 40
_LARGEST_SHARE_OF_IMAGE: Final = 0.2
_SMALLEST_SHARE_OF_BRIGHT: Final = 0.25
_LOWEST, _TALLEST = 5, 48
_LETTERS: Final = 4


class _Shape(NamedTuple):
    bottom: int
    left: int
    right: int
    height: int
    n_pixels: int


def looks_written_on(image: npt.NDArray[np.integer[Any]]) -> bool:
    """Whether one grey image (rows, columns) holds a line of four letters or more at its top brightness."""
    top = float(image.max())
    if not np.isfinite(top) or top <= 0 or float(image.min()) == top:
        return False
    for level in _LEVELS:
        # A whole number to compare with: against a fraction each pixel would be made one first.
        bright = image >= math.ceil(level * top)
        count = int(np.count_nonzero(bright))
        if count > _LARGEST_SHARE_OF_IMAGE * image.size:
            return False
        if (
            count >= _FEWEST_PIXELS
            and _may_hold_letters(bright, count)
            and _has_line_of_letters(bright, count)
        ):
            return True
    return False


def _may_hold_letters(bright: npt.NDArray[np.bool_], count: int) -> bool:
    """Whether enough pixels touch each other, by what letters must have of it; noise has less.

    Four letters of five rows have sixteen pixels that touch one in the row below. A letter of n pixels, five
    at least, holds together by n - 1 touches, and letters are a share of all that is bright. Counted along
    the image as one line of pixels, where the end of a row touches the next one: that lets more through.
    """
    line, n_columns = bright.ravel(), bright.shape[1]
    beside, *below = (
        int(np.count_nonzero(line[:-step] & line[step:]))
        for step in (1, n_columns - 1, n_columns, n_columns + 1)
    )
    fewest = _SMALLEST_SHARE_OF_BRIGHT * (1 - 1 / _LOWEST) * count
    return sum(below) >= _LETTERS * (_LOWEST - 1) and beside + sum(below) >= fewest


def _has_line_of_letters(bright: npt.NDArray[np.bool_], count: int) -> bool:
    from scipy import ndimage

    labels, n_shapes = ndimage.label(bright, np.ones((3, 3), dtype=int))
    if n_shapes < _LETTERS:
        return False
    sizes = np.bincount(labels.ravel())
    # Noise leaves hundreds of specks, each too small for a letter.
    numbers = np.flatnonzero(sizes[1:] >= _LOWEST) + 1
    if len(numbers) < _LETTERS:
        return False
    boxes = ndimage.find_objects(labels)
    letters = []
    for number in numbers.tolist():
        (rows, columns), size = boxes[number - 1], int(sizes[number])
        shape = _Shape(rows.stop, columns.start, columns.stop, rows.stop - rows.start, size)
        width = shape.right - shape.left
        is_compact = _LOWEST <= shape.height <= _TALLEST and width <= 2 * shape.height
        if is_compact and size <= 0.75 * shape.height * width + 4:
            letters.append(shape)
    letters.sort(key=lambda shape: shape.left)
    return any(
        len(line) >= _LETTERS and sum(one.n_pixels for one in line) >= _SMALLEST_SHARE_OF_BRIGHT * count
        for line in (_line_from(first, letters) for first in letters)
    )


def _line_from(first: _Shape, letters: list[_Shape]) -> list[_Shape]:
    """Shapes of like height on one line with `first`, to its right, each close to the one before."""
    line = [first]
    for one in letters:
        gap = one.left - line[-1].right
        if gap < -2 or one.left <= first.left:
            continue
        on_line = abs(one.bottom - first.bottom) <= max(1.0, 0.2 * first.height)
        if on_line and first.height <= 1.5 * one.height <= 2.25 * first.height:
            if gap > 1.5 * first.height:
                break
            line.append(one)
    return line
