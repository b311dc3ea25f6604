"""Whole, good objects in every transfer syntax that is read: what the mutator starts from."""

from __future__ import annotations

import io
import zlib

import imagecodecs
import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID

ROOT = "1.2.826.0.1.3680043.8.498."
SYNTAXES = {
    "implicit": "1.2.840.10008.1.2",
    "explicit": "1.2.840.10008.1.2.1",
    "deflated": "1.2.840.10008.1.2.1.99",
    "big-endian": "1.2.840.10008.1.2.2",
    "rle": "1.2.840.10008.1.2.5",
    "jpeg-lossless-57": "1.2.840.10008.1.2.4.57",
    "jpeg-lossless": "1.2.840.10008.1.2.4.70",
    "jpeg-ls": "1.2.840.10008.1.2.4.80",
    "jpeg-2000": "1.2.840.10008.1.2.4.90",
    "jpeg-2000-any": "1.2.840.10008.1.2.4.91",
    "htj2k": "1.2.840.10008.1.2.4.201",
    "htj2k-rpcl": "1.2.840.10008.1.2.4.202",
}


def picture(frames: int = 1, rows: int = 64, columns: int = 48) -> np.ndarray:
    """A smooth 12-bit picture with some noise, (frame, row, column)."""
    rng = np.random.default_rng(5)
    row, column = np.ogrid[:rows, :columns]
    smooth = 900 + 600 * np.sin(row / 9) * np.cos(column / 7)
    noisy = smooth + rng.normal(0, 12, (frames, rows, columns))
    return np.clip(np.rint(noisy), 0, 4095).astype(np.uint16)


def mr_object(pixels: np.ndarray) -> Dataset:
    """A diffusion image with sequences, private elements and text, pixels left out."""
    made = Dataset()
    made.file_meta = FileMetaDataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    made.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "TRACEW"]
    made.SOPClassUID = UID("1.2.840.10008.5.1.4.1.1.4")
    made.SOPInstanceUID = ROOT + "3"
    made.StudyDate = made.SeriesDate = "20190402"
    made.Modality = "MR"
    made.Manufacturer = "SIEMENS"
    made.PatientName, made.PatientID = "Made^Up", "12345"
    made.SequenceName = "*ep_b400t"
    made.SliceThickness, made.RepetitionTime, made.EchoTime = 4, 5400, 61.5
    made.MagneticFieldStrength = 3
    made.StudyInstanceUID, made.SeriesInstanceUID = ROOT + "1", ROOT + "2"
    made.FrameOfReferenceUID = ROOT + "9"
    made.SeriesNumber, made.InstanceNumber = 7, 3
    made.ImagePositionPatient = [-100.5, -90.25, 12]
    made.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    made.PixelSpacing = [1.5, 1.5]
    made.SamplesPerPixel = 1
    made.PhotometricInterpretation = "MONOCHROME2"
    if len(pixels) > 1:
        made.NumberOfFrames = len(pixels)
    made.Rows, made.Columns = pixels.shape[1:]
    made.BitsAllocated, made.BitsStored, made.HighBit, made.PixelRepresentation = 16, 12, 11, 0
    made.RescaleIntercept, made.RescaleSlope = 0, 1
    inner, outer = Dataset(), Dataset()
    inner.CodeValue, inner.CodeMeaning = "1", "one"
    outer.ProcedureCodeSequence = [inner]
    outer["ProcedureCodeSequence"].is_undefined_length = True
    made.RequestAttributesSequence = [outer]
    made["RequestAttributesSequence"].is_undefined_length = True
    made.ReferencedImageSequence = [inner]
    block = made.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0C, "IS", "400")
    block.add_new(0x0E, "FD", [0.6, 0.0, 0.8])
    return made


def seed(name: str, frames: int = 1, rows: int = 64, columns: int = 48) -> bytes:
    """One object in the named transfer syntax."""
    pixels = picture(frames, rows, columns)
    made = mr_object(pixels)
    made.file_meta.TransferSyntaxUID = UID(SYNTAXES[name])
    encode = _ENCODERS.get(name.removesuffix("-57").removesuffix("-any").removesuffix("-rpcl"))
    if encode is None:
        made.PixelData = pixels.astype(">u2" if name == "big-endian" else "<u2").tobytes()
    else:
        made.PixelData = encapsulate([encode(frame) for frame in pixels])
        made["PixelData"].is_undefined_length = True
    made["PixelData"].VR = "OW"
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, made, enforce_file_format=True)
    return stream.getvalue()


def rle_frame(frame: np.ndarray) -> bytes:
    """One frame as RLE of two segments, high bytes first, in literal runs and repeats."""
    little = np.ascontiguousarray(frame.astype("<u2")).view(np.uint8).reshape(-1, 2)
    segments = [_packbits(little[:, byte].tobytes()) for byte in (1, 0)]
    offsets = [64, 64 + len(segments[0])]
    head = np.array([2, *offsets, *[0] * 13], "<u4").tobytes()
    return head + b"".join(segments)


def _packbits(content: bytes) -> bytes:
    packed = imagecodecs.packbits_encode(content)
    return packed + b"\0" * (len(packed) % 2)


_ENCODERS = {
    "rle": rle_frame,
    "jpeg-lossless": imagecodecs.ljpeg_encode,
    "jpeg-ls": imagecodecs.jpegls_encode,
    "jpeg-2000": lambda frame: imagecodecs.jpeg2k_encode(frame, level=0, reversible=True, codecformat="j2k"),
    "htj2k": lambda frame: imagecodecs.htj2k_encode(frame, reversible=True),
}


def deflated(data_set: bytes) -> bytes:
    """A data set as the deflated transfer syntax packs it."""
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    packed = packer.compress(data_set) + packer.flush()
    return packed + b"\0" * (len(packed) % 2)
