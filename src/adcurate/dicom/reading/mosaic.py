"""Mosaics: many slices tiled into one image (Siemens MOSAIC, United Imaging VFRAME), and where each lies.

Siemens states the position of the big image's corner, as if the whole mosaic were one slice; the first
tile's corner follows from the sizes. United Imaging lists each tile's position.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from adcurate.dicom.reading.headers import FrameHeader, items, number, numbers, private_tag, texts
from adcurate.dicom.siemens_csa import csa_numbers, parse_csa
from adcurate.dicom.vendors.siemens import CSA_HEADER, HEADER
from adcurate.dicom.vendors.uih import PRIVATE_HEADER
from adcurate.errors import DicomError
from adcurate.geometry import Plane
from adcurate.model import Vendor

Grid = Literal["square", "filled"]

_IMAGE_TYPE: Final = 0x00080008
_POSITION: Final = 0x00200032
_SLICE_SPACING: Final = 0x00180088
_MOST_TILES: Final = 1024


def tile_shape(n_tiles: int, rows: int, columns: int, grid: Grid) -> tuple[int, int]:
    """Rows and columns of one tile.

    Siemens lays n slices out on a ``square`` grid of ceil(sqrt(n)) by as many; United Imaging leaves off
    the empty rows of tiles (``filled``).

    Raises
    ------
    DicomError
        ``dicom.pixel-geometry`` when the tiles do not divide the image.
    """
    if 0 < n_tiles <= _MOST_TILES:
        across = math.ceil(math.sqrt(n_tiles))
        down = across if grid == "square" else math.ceil(n_tiles / across)
        if rows % down == 0 and columns % across == 0:
            return rows // down, columns // across
    raise DicomError(
        "dicom.pixel-geometry",
        "A mosaic's size is no multiple of its number of slices.",
        remedy="Export the series again, or as one image per slice.",
        n_tiles=n_tiles,
        rows=rows,
        columns=columns,
    )


def cut_tile(image: npt.NDArray[Any], index: int, shape: tuple[int, int]) -> npt.NDArray[Any]:
    """The view of tile `index` in a mosaic (rows, columns); the whole image where the shapes are equal."""
    height, width = shape
    row, column = divmod(index, max(image.shape[1] // width, 1))
    tile = image[row * height : (row + 1) * height, column * width : (column + 1) * width]
    if tile.shape != shape:
        raise DicomError(
            "dicom.pixel-geometry",
            "An image is smaller than its header says.",
            remedy="Export the object from the archive again.",
        )
    return tile


def mosaic_planes(frame: FrameHeader, vendor: Vendor, plane: Plane) -> tuple[Plane, ...]:
    """The planes of a mosaic's tiles, in tile order; none for any other image.

    Parameters
    ----------
    frame
        The object's header.
    vendor
        Mosaics are looked for only where the vendor makes them.
    plane
        As the standard attributes describe the big image.

    Raises
    ------
    DicomError
        ``dicom.pixel-geometry``
    """
    image_type = {word.upper() for word in texts(frame.root, _IMAGE_TYPE)}
    if vendor == "siemens" and "MOSAIC" in image_type:
        return _siemens_planes(frame, plane)
    if vendor == "uih" and image_type & {"VFRAME", "GRID"}:
        return _uih_planes(frame, plane)
    return ()


def _siemens_planes(frame: FrameHeader, plane: Plane) -> tuple[Plane, ...]:
    csa = parse_csa(frame.private_value(0x0029, CSA_HEADER, 0x10))
    stated = frame.private_number(0x0019, HEADER, 0x0A, "uint16")
    if stated is None:
        stated = next(iter(csa_numbers(csa, "NumberOfImagesInMosaic")), None)
    if stated is None:
        raise _unknown_tiles()
    n_tiles = int(stated)
    height, width = tile_shape(n_tiles, plane.n_rows, plane.n_columns, "square")
    first = plane.to_lps([[(plane.n_rows - height) / 2, (plane.n_columns - width) / 2]])[0]
    stated_normal = csa_numbers(csa, "SliceNormalVector")
    normal = np.asarray(stated_normal if len(stated_normal) == 3 else plane.normal, dtype=np.float64)
    step = number(frame.root, _SLICE_SPACING) or plane.slice_thickness_mm
    if step is None:
        raise _unknown_tiles()
    return _tiles(plane, height, width, [first + index * step * normal for index in range(n_tiles)])


def listed_positions(frame: FrameHeader) -> tuple[npt.NDArray[np.float64], ...]:
    """The tile positions of a United Imaging mosaic (LPS mm), which may be the only ones in the object."""
    for home in frame.homes():
        tag = private_tag(home, 0x0065, PRIVATE_HEADER, 0x51)
        if tag is not None:
            return tuple(np.array(numbers(item, _POSITION)) for item in items(home, tag))
    return ()


def _uih_planes(frame: FrameHeader, plane: Plane) -> tuple[Plane, ...]:
    listed = listed_positions(frame)
    stated = frame.private_number(0x0065, PRIVATE_HEADER, 0x50)
    n_tiles = len(listed) if stated is None else int(stated)
    if n_tiles != len(listed) or n_tiles == 0 or any(position.shape != (3,) for position in listed):
        raise _unknown_tiles()
    return _tiles(plane, *tile_shape(n_tiles, plane.n_rows, plane.n_columns, "filled"), listed)


def _tiles(
    plane: Plane, height: int, width: int, positions: Sequence[npt.NDArray[np.float64]]
) -> tuple[Plane, ...]:
    return tuple(
        Plane(
            origin=(float(p[0]), float(p[1]), float(p[2])),
            row_direction=plane.row_direction,
            column_direction=plane.column_direction,
            row_spacing_mm=plane.row_spacing_mm,
            column_spacing_mm=plane.column_spacing_mm,
            n_rows=height,
            n_columns=width,
            slice_thickness_mm=plane.slice_thickness_mm,
        )
        for p in positions
    )


def _unknown_tiles() -> DicomError:
    return DicomError(
        "dicom.pixel-geometry",
        "A mosaic does not say how many slices it holds or where they lie.",
        remedy="Export the series with the vendor's private elements, or as one image per slice.",
    )
