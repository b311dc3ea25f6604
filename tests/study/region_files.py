"""One region written as every tool writes it, for tests: from a mask on the frames of a series."""

from __future__ import annotations

import gzip
import io
import plistlib
import struct
import zipfile

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from adcurate.geometry import outline_mask

SEG = "1.2.840.10008.5.1.4.1.1.66.4"
RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"
REPORT = "1.2.840.10008.5.1.4.1.1.88.34"
PRESENTATION = "1.2.840.10008.5.1.4.1.1.11.1"
MR = "1.2.840.10008.5.1.4.1.1.4"


def rings_by_frame(mask):
    """(slice, ring) for each outline of a mask without holes: points (row, column)."""
    return [(at, part.outer) for at in range(len(mask)) for part in outline_mask(mask[at])]


def affine_of(frames):
    """From (i: column, j: row, k: slice) to LPS mm."""
    plane = frames[0].plane
    affine = np.eye(4)
    affine[:3, 0] = np.array(plane.row_direction) * plane.column_spacing_mm
    affine[:3, 1] = np.array(plane.column_direction) * plane.row_spacing_mm
    affine[:3, 2] = np.array(frames[1].plane.origin) - np.array(plane.origin)
    affine[:3, 3] = plane.origin
    return affine


def object_bytes(header, sop_class):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header.file_meta = meta
    header.SOPClassUID = sop_class
    header.SOPInstanceUID = meta.MediaStorageSOPInstanceUID
    header.preamble = bytes(128)
    stream = io.BytesIO()
    dcmwrite(stream, header, enforce_file_format=True)
    return stream.getvalue()


def dataset(**values):
    made = Dataset()
    for name, value in values.items():
        setattr(made, name, value)
    return made


def write_seg(mask, frames, series, patient="P1", label="lesion", **changes):
    """A binary SEG with one frame for each slice that holds a voxel."""
    held = [at for at in range(len(mask)) if mask[at].any()]
    plane = frames[0].plane
    header = dataset(
        PatientID=patient,
        Modality="SEG",
        FrameOfReferenceUID=series.frame_of_reference_uid,
        Rows=plane.n_rows,
        Columns=plane.n_columns,
        BitsAllocated=1,
        BitsStored=1,
        HighBit=0,
        PixelRepresentation=0,
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        NumberOfFrames=len(held),
        SegmentationType="BINARY",
        SegmentSequence=Sequence([dataset(SegmentNumber=1, SegmentLabel=label)]),
    )
    header.SharedFunctionalGroupsSequence = Sequence(
        [
            dataset(
                PixelMeasuresSequence=Sequence(
                    [dataset(PixelSpacing=[plane.row_spacing_mm, plane.column_spacing_mm], SliceThickness=5)]
                ),
                PlaneOrientationSequence=Sequence(
                    [dataset(ImageOrientationPatient=[*plane.row_direction, *plane.column_direction])]
                ),
            )
        ]
    )
    header.PerFrameFunctionalGroupsSequence = Sequence(
        [
            dataset(
                PlanePositionSequence=Sequence([dataset(ImagePositionPatient=list(frames[at].plane.origin))]),
                SegmentIdentificationSequence=Sequence([dataset(ReferencedSegmentNumber=1)]),
                DerivationImageSequence=Sequence(
                    [
                        dataset(
                            SourceImageSequence=Sequence(
                                [
                                    dataset(
                                        ReferencedSOPClassUID=MR,
                                        ReferencedSOPInstanceUID=frames[at].sop_instance_uid,
                                    )
                                ]
                            )
                        )
                    ]
                ),
            )
            for at in held
        ]
    )
    packed = np.packbits(mask[held].ravel(), bitorder="little").tobytes()
    header.PixelData = packed + bytes(len(packed) % 2)
    for name, value in changes.items():
        setattr(header, name, value)
    return object_bytes(header, SEG)


def contour_item(points, frame, kind="CLOSED_PLANAR", **changes):
    item = dataset(
        ContourGeometricType=kind,
        NumberOfContourPoints=len(points),
        ContourData=[f"{v:.6f}" for v in np.asarray(points).ravel()],
    )
    if frame is not None:
        item.ContourImageSequence = Sequence(
            [dataset(ReferencedSOPClassUID=MR, ReferencedSOPInstanceUID=frame.sop_instance_uid)]
        )
    for name, value in changes.items():
        setattr(item, name, value)
    return item


def write_rtstruct(
    mask, frames, series, patient="P1", label="lesion", contours=None, frame_of_reference=None
):
    if contours is None:
        contours = [
            contour_item(frames[at].plane.to_lps(ring), frames[at]) for at, ring in rings_by_frame(mask)
        ]
    uid = series.frame_of_reference_uid if frame_of_reference is None else frame_of_reference
    header = dataset(
        PatientID=patient,
        Modality="RTSTRUCT",
        StructureSetROISequence=Sequence(
            [dataset(ROINumber=1, ROIName=label, ReferencedFrameOfReferenceUID=uid)]
        ),
        ROIContourSequence=Sequence([dataset(ReferencedROINumber=1, ContourSequence=Sequence(contours))]),
    )
    return object_bytes(header, RTSTRUCT)


def code(value, scheme="DCM"):
    return Sequence([dataset(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning="x")])


def write_report(mask, frames, series, patient="P1", label="lesion", space="SCOORD", open_line=False):
    """A measurement group with one outline for each ring."""
    content = [
        dataset(
            ValueType="TEXT",
            RelationshipType="HAS OBS CONTEXT",
            ConceptNameCodeSequence=code("112039"),
            TextValue=label,
        )
    ]
    for at, ring in rings_by_frame(mask):
        ring = ring if open_line else np.vstack([ring, ring[:1]])
        item = dataset(ValueType=space, RelationshipType="CONTAINS", ConceptNameCodeSequence=code("111030"))
        if space == "SCOORD":
            item.GraphicType = "POLYLINE"
            item.GraphicData = [float(v) for v in (ring[:, ::-1] + 0.5).ravel()]
            item.ContentSequence = Sequence(
                [
                    dataset(
                        ValueType="IMAGE",
                        RelationshipType="SELECTED FROM",
                        ReferencedSOPSequence=Sequence(
                            [
                                dataset(
                                    ReferencedSOPClassUID=MR,
                                    ReferencedSOPInstanceUID=frames[at].sop_instance_uid,
                                )
                            ]
                        ),
                    )
                ]
            )
        else:
            item.GraphicType = "POLYGON"
            item.GraphicData = [float(v) for v in frames[at].plane.to_lps(ring).ravel()]
            item.ReferencedFrameOfReferenceUID = series.frame_of_reference_uid
        content.append(item)
    group = dataset(
        ValueType="CONTAINER",
        RelationshipType="CONTAINS",
        ConceptNameCodeSequence=code("125007"),
        ContentSequence=Sequence(content),
    )
    measurements = dataset(
        ValueType="CONTAINER",
        RelationshipType="CONTAINS",
        ConceptNameCodeSequence=code("126010"),
        ContentSequence=Sequence([group]),
    )
    header = dataset(PatientID=patient, Modality="SR", ContentSequence=Sequence([measurements]))
    return object_bytes(header, REPORT)


def write_presentation(mask, frames, patient="P1", label="lesion", kind="POLYLINE", unit="PIXEL"):
    annotations = []
    for at, ring in rings_by_frame(mask):
        closed = np.vstack([ring, ring[:1]])[:, ::-1] + 0.5
        annotations.append(
            dataset(
                ReferencedImageSequence=Sequence(
                    [dataset(ReferencedSOPClassUID=MR, ReferencedSOPInstanceUID=frames[at].sop_instance_uid)]
                ),
                GraphicLayer="DRAWN",
                TextObjectSequence=Sequence([dataset(UnformattedTextValue=label)]),
                GraphicObjectSequence=Sequence(
                    [
                        dataset(
                            GraphicAnnotationUnits=unit,
                            GraphicDimensions=2,
                            NumberOfGraphicPoints=len(closed),
                            GraphicData=[float(v) for v in closed.ravel()],
                            GraphicType=kind,
                        )
                    ]
                ),
            )
        )
    header = dataset(PatientID=patient, Modality="PR", GraphicAnnotationSequence=Sequence(annotations))
    return object_bytes(header, PRESENTATION)


def turned(mask, frames, axes=(0, 1, 2), flips=(False, False, False)):
    """The volume (i, j, k) and its LPS affine with axes exchanged and flipped: the same places in space."""
    volume, affine = np.transpose(mask, (2, 1, 0)), affine_of(frames)
    volume = np.transpose(volume, axes)
    affine = np.column_stack([affine[:, list(axes)], affine[:, 3]])
    for axis, flip in enumerate(flips):
        if flip:
            volume = np.flip(volume, axis)
            affine[:, 3] += affine[:, axis] * (volume.shape[axis] - 1)
            affine[:, axis] *= -1
    return volume, affine


def write_nifti_labels(volume, affine_lps, dtype=np.uint8, packed=True):
    import nibabel

    image = nibabel.Nifti1Image(
        np.ascontiguousarray(volume).astype(dtype), np.diag([-1, -1, 1, 1]) @ affine_lps
    )
    image.header.set_xyzt_units("mm")
    content = image.to_bytes()
    return gzip.compress(content, mtime=0) if packed else content


def write_nrrd_labels(volume, affine_lps, encoding="gzip", space="left-posterior-superior", more=()):
    signs = {"left-posterior-superior": (1, 1, 1), "right-anterior-superior": (-1, -1, 1)}[space]
    affine = np.diag([*signs, 1]) @ affine_lps

    def vector(values):
        return "(" + ",".join(repr(float(v)) for v in values) + ")"

    header = [
        "NRRD0004",
        "# written for a test",
        "type: unsigned char",
        "dimension: 3",
        f"space: {space}",
        "sizes: " + " ".join(str(n) for n in volume.shape),
        "space directions: " + " ".join(vector(affine[:3, k]) for k in range(3)),
        "kinds: domain domain domain",
        "endian: little",
        f"encoding: {encoding}",
        "space origin: " + vector(affine[:3, 3]),
        *more,
    ]
    voxels = np.asarray(volume).astype(np.uint8).ravel(order="F")
    body = {
        "gzip": lambda: gzip.compress(voxels.tobytes(), mtime=0),
        "raw": voxels.tobytes,
        "ascii": lambda: " ".join(str(v) for v in voxels.tolist()).encode(),
    }[encoding]()
    return "\n".join(header).encode() + b"\n\n" + body


def roi_bytes(ring, *, kind=8, position=0, name="", sub_pixel=False):
    """An ImageJ region from a ring (row, column) with voxel centres whole."""
    corners = np.asarray(ring) + 0.5
    top, left = np.floor(corners.min(axis=0)).astype(int)
    bottom, right = np.ceil(corners.max(axis=0)).astype(int)
    n = len(corners)
    header = bytearray(64)
    header[:4] = b"Iout"
    struct.pack_into(">h", header, 4, 228)
    header[6] = kind
    struct.pack_into(">4h", header, 8, top, left, bottom, right)
    struct.pack_into(">H", header, 16, n)
    struct.pack_into(">h", header, 50, 128 if sub_pixel else 0)
    struct.pack_into(">i", header, 56, position)
    relative = np.rint(corners - (top, left)).astype(">i2")
    body = relative[:, 1].tobytes() + relative[:, 0].tobytes()
    if sub_pixel:
        body += corners[:, 1].astype(">f4").tobytes() + corners[:, 0].astype(">f4").tobytes()
    second = bytearray(64)
    struct.pack_into(">i", header, 60, 64 + len(body))
    text = name.encode("utf-16-be")
    struct.pack_into(">5i", second, 4, 0, position, 0, 64 + len(body) + 64, len(name))
    return bytes(header) + body + bytes(second) + text


def write_roi_zip(mask, numbers, label="lesion"):
    """A RoiSet.zip with one traced region for each ring; `numbers` are the slices' numbers in the stack."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for count, (at, ring) in enumerate(rings_by_frame(mask)):
            archive.writestr(f"{count:04d}.roi", roi_bytes(ring, position=numbers[at], name=label))
    return stream.getvalue()


def write_osirix_xml(mask, frames, label="lesion", kind=15):
    images = [
        {
            "ImageIndex": at,
            "NumberOfROIs": 1,
            "ROIs": [
                {
                    "Name": label,
                    "Type": kind,
                    "NumberOfPoints": len(ring),
                    "Point_mm": [f"({x:f}, {y:f}, {z:f})" for x, y, z in frames[at].plane.to_lps(ring)],
                    "Point_px": [f"({c:f}, {r:f})" for r, c in ring + 0.5],
                }
            ],
        }
        for at, ring in rings_by_frame(mask)
    ]
    return plistlib.dumps({"Images": images})


def write_osirix_csv(mask, frames, label="lesion"):
    head = "ImageNo,RoiNo,RoiMean,RoiName,SOPInstanceUID,SeriesInstanceUID,RoiType,NumOfPoints"
    lines = [head + ",mmX,mmY,mmZ,pxX,pxY,..."]
    for at, ring in rings_by_frame(mask):
        points = ",".join(
            f"{x:.6f},{y:.6f},{z:.6f},{c:.3f},{r:.3f}"
            for (x, y, z), (r, c) in zip(frames[at].plane.to_lps(ring), ring + 0.5, strict=True)
        )
        uid = frames[at].sop_instance_uid
        lines.append(f"{at},0,1.0,{label},{uid},1.2,11,{len(ring)},{points}")
    return "\n".join(lines).encode() + b"\n"
