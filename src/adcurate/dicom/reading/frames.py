"""One MR object to frames: geometry, ledger row, rescale and real-world mapping of each image in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pydicom.dataset import Dataset
from pydicom.tag import Tag

from adcurate.dicom.reading.complex_component import component_word
from adcurate.dicom.reading.headers import (
    PER_FRAME_GROUPS,
    SHARED_GROUPS,
    FrameHeader,
    frame_headers,
    number,
    numbers,
    raw_value,
    text,
    texts,
    whole_number,
)
from adcurate.dicom.reading.mosaic import listed_positions, mosaic_planes
from adcurate.dicom.reading.padding import PADDING_TAGS, padding_of
from adcurate.dicom.reading.real_world import MAPPINGS, real_world_of
from adcurate.dicom.reading.series_kind import SeriesHints, role_of_words
from adcurate.dicom.vendors import VENDOR_TAGS, Dialect, dialect_of
from adcurate.errors import DicomError
from adcurate.geometry import Plane
from adcurate.model import Frame, ObjectSource

STUDY_UID: Final = 0x0020000D
SERIES_UID: Final = 0x0020000E
SOP_UID: Final = 0x00080018
SOP_CLASS: Final = 0x00080016
MODALITY: Final = 0x00080060
ROWS: Final = 0x00280010
COLUMNS: Final = 0x00280011

_WANTED: Final[tuple[int, ...]] = (
    *(0x00080008, SOP_CLASS, SOP_UID, 0x00080020, MODALITY, 0x00080070, 0x0008103E, 0x00081090, 0x00089208),
    0x00089209,
    *(0x00100020, 0x00180010, 0x00180020, 0x00180021, 0x00180024, 0x00180050, 0x00180080, 0x00180081),
    *(0x00180082, 0x00180087, 0x00180088, 0x00181020, 0x00181030, 0x00189005, 0x00189008, 0x00189018),
    *(0x00189075, 0x00189076, 0x00189087, 0x00189089, 0x00189117),
    *(STUDY_UID, SERIES_UID, 0x00200011, 0x00200013, 0x00200032, 0x00200037, 0x00200052),
    *(0x00280002, 0x00280008, ROWS, COLUMNS, 0x00280030, 0x00280100, 0x00281052, 0x00281053, 0x00281054),
    *(MAPPINGS, SHARED_GROUPS, PER_FRAME_GROUPS),
    *PADDING_TAGS,
    *VENDOR_TAGS,
)
PARAMETRIC_MAP_CLASS: Final = "1.2.840.10008.5.1.4.1.1.30"

SCAN_TAGS: Final[tuple[int, ...]] = tuple(Tag(tag) for tag in _WANTED)
"""Every element that reading exams needs, pixels apart."""

_PULSE_SEQUENCES: Final[dict[str, tuple[str, ...]]] = {
    "GRADIENT": ("GR",),
    "SPIN": ("SE",),
    "BOTH": ("SE", "GR"),
}


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """A frame with what only the sorting into series needs."""

    frame: Frame
    image_type: tuple[str, ...]
    remarks: tuple[str, ...]
    echo_time_ms: float | None = None
    repetition_time_ms: float | None = None


@dataclass(frozen=True, slots=True)
class ObjectFacts:
    """What one MR object says about its exam and series, and its frames."""

    study_instance_uid: str
    series_instance_uid: str
    subject: str
    date: str
    number: int | None
    description: str
    dialect: Dialect
    manufacturer: str
    model: str
    field_strength_t: float | None
    software: str
    frame_of_reference_uid: str
    hints: SeriesHints
    frames: tuple[FrameFacts, ...]
    is_parametric_map: bool = False


def is_adc_map(header: Dataset) -> bool:
    """Whether an object's first frame says by quantity code or image type that it shows an ADC map."""
    first = frame_headers(header)[0]
    return role_of_words((*frame_type_of(first), *real_world_of(first)[1])) == "adc"


def read_object(source: ObjectSource, header: Dataset) -> ObjectFacts:
    """The facts and frames of one MR object.

    Raises
    ------
    DicomError
        ``dicom.missing-attribute``, ``dicom.rescale``, ``dicom.pixel-geometry``
    GeometryError
        ``geometry.plane``
    """
    uids = [text(header, tag) for tag in (STUDY_UID, SERIES_UID, SOP_UID)]
    if not all(uids):
        raise DicomError(
            "dicom.missing-attribute",
            "The object lacks the UID of its exam, of its series, or its own.",
            remedy="Export the exam from the archive again.",
        )
    manufacturer = text(header, 0x00080070)
    dialect = dialect_of(manufacturer, header)
    headers = frame_headers(header)
    date = text(header, 0x00080020)
    return ObjectFacts(
        study_instance_uid=uids[0],
        series_instance_uid=uids[1],
        subject=text(header, 0x00100020),
        date=date if len(date) == 8 and date.isdigit() else "",
        number=whole_number(header, 0x00200011),
        description=text(header, 0x0008103E),
        dialect=dialect,
        manufacturer=manufacturer,
        model=text(header, 0x00081090),
        field_strength_t=_field_strength(number(header, 0x00180087)),
        software="; ".join(part for part in texts(header, 0x00181020) if part),
        frame_of_reference_uid=text(header, 0x00200052),
        hints=_hints(headers[0]),
        frames=tuple(
            facts
            for position, frame in enumerate(headers, start=1)
            for facts in _read_frame(source, uids[2], position, frame, dialect)
        ),
        is_parametric_map=text(header, SOP_CLASS) == PARAMETRIC_MAP_CLASS,
    )


def _field_strength(stated: float | None) -> float | None:
    """Tesla; some writers use gauss."""
    if stated is None or stated <= 0:
        return None
    return stated / 10_000 if stated > 100 else stated


def _hints(frame: FrameHeader) -> SeriesHints:
    root = frame.root
    echo_time, repetition_time = _timing(frame)
    sequence_name = text(root, 0x00180024) or text(root, 0x00189005)
    scanning = tuple(word.upper() for word in texts(root, 0x00180020))
    if not scanning:
        scanning = _PULSE_SEQUENCES.get(text(root, 0x00189008).upper(), ())
    return SeriesHints(
        image_type=texts(root, 0x00080008),
        sequence_name=sequence_name,
        scanning_sequence=scanning,
        sequence_variant=tuple(word.upper() for word in texts(root, 0x00180021)),
        name=text(root, 0x0008103E) or text(root, 0x00181030),
        contrast_agent=bool(text(root, 0x00180010)),
        repetition_time_ms=repetition_time,
        echo_time_ms=echo_time,
        inversion_time_ms=number(root, 0x00180082),
        acquisition_contrast=text(root, 0x00089209).upper(),
        echo_planar="EP" in scanning or text(root, 0x00189018).upper() == "YES",
    )


def _timing(frame: FrameHeader) -> tuple[float | None, float | None]:
    """Echo and repetition time, ms."""
    echo_time = number(frame.root, 0x00180081)
    if echo_time is None:
        echo_time = number(frame.group(0x00189114), 0x00189082)
    return echo_time, number(frame.group(0x00189112), 0x00180080)


def _read_frame(
    source: ObjectSource, sop_uid: str, position: int, header: FrameHeader, dialect: Dialect
) -> tuple[FrameFacts, ...]:
    reading = dialect.read_diffusion(header)
    plane = _plane(header, dialect)
    tiles = mosaic_planes(header, dialect.VENDOR, plane)
    rescale = _rescale_home(header)
    slope, intercept = number(rescale, 0x00281053), number(rescale, 0x00281052)
    if slope == 0 or (slope is None and raw_value(rescale, 0x00281053) is not None):
        raise DicomError(
            "dicom.rescale",
            "An image's rescale slope is zero or no number.",
            remedy="Export the series from the scanner or archive again.",
        )
    mapping, quantities = real_world_of(header)
    frame_type = frame_type_of(header)
    component = component_word(_complex_component(header))
    padding = padding_of(header.root)
    facts = []
    for tile, tile_plane in enumerate(tiles or (plane,)):
        frame = Frame(
            source=source,
            sop_instance_uid=sop_uid,
            frame_number=position,
            plane=tile_plane,
            instance_number=whole_number(header.root, 0x00200013),
            tile=tile,
            b_value=reading.b_value,
            directionality=reading.directionality,
            direction=reading.direction,
            rescale_slope=1.0 if slope is None else slope,
            rescale_intercept=0.0 if intercept is None else intercept,
            rescale_type=text(rescale, 0x00281054),
            rescale_present=slope is not None,
            scale_slope=reading.scale_slope,
            real_world=mapping,
            padding=padding,
        )
        facts.append(
            FrameFacts(frame, (*frame_type, *quantities, *component), reading.remarks, *_timing(header))
        )
    return tuple(facts)


def _rescale_home(header: FrameHeader) -> Dataset:
    """What holds a frame's rescale: its functional group, else the object, as some writers leave it there."""
    group = header.group(0x00289145)
    return group if group is not None and raw_value(group, 0x00281053) is not None else header.root


def _complex_component(header: FrameHeader) -> str:
    """(0008,9208) of the frame, else of the object."""
    return text(header.group(0x00189226), 0x00089208) or text(header.root, 0x00089208)


def frame_type_of(header: FrameHeader) -> tuple[str, ...]:
    """The frame's own type where it has one, else the object's image type."""
    if header.is_enhanced:
        own = texts(header.group(0x00189226), 0x00089007)
        if own:
            return own
    return texts(header.root, 0x00080008)


def _plane(header: FrameHeader, dialect: Dialect) -> Plane:
    position = numbers(header.group(0x00209113), 0x00200032)
    if not position and dialect.VENDOR == "uih":
        position = tuple(float(p) for tile in listed_positions(header)[:1] for p in tile)
    orientation = numbers(header.group(0x00209116), 0x00200037)
    measures = header.group(0x00289110)
    spacing = numbers(measures, 0x00280030)
    rows, columns = whole_number(header.root, ROWS), whole_number(header.root, COLUMNS)
    thickness = number(measures, 0x00180050)
    if not (len(position) == 3 and len(orientation) == 6 and len(spacing) == 2 and rows and columns):
        raise DicomError(
            "dicom.missing-attribute",
            "An image lacks its position, orientation, pixel spacing or size.",
            remedy="Use the series as the scanner made it, with its geometry.",
        )
    positive = thickness if thickness is not None and thickness > 0 else None
    return Plane.from_dicom(position, orientation, spacing, rows, columns, positive)
