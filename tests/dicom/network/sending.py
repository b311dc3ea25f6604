"""What the tests send to the receiver: small MR objects, requests byte by byte, and who keeps what came."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Callable, Sequence

import numpy as np
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian

from adcurate.dicom.network.received_as import ReceivedAs

ROOT = "1.2.826.0.1.3680043.8.498.77."
MR_IMAGE = UID("1.2.840.10008.5.1.4.1.1.4")
EXPLICIT = str(ExplicitVRLittleEndian)


class Keeper:
    """Keeps what a receiver hands over, and answers `answer`."""

    def __init__(self, answer: ReceivedAs | None = None, before: Callable[[], None] | None = None) -> None:
        self.answer = answer or ReceivedAs("stored")
        self.before = before
        self.contents: list[bytes] = []
        self._lock = threading.Lock()

    def __call__(self, content: bytes, name: str) -> ReceivedAs:
        if self.before is not None:
            self.before()
        with self._lock:
            self.contents.append(content)
        return self.answer


def mr_object(number: int = 1, *, exam: int = 1, rows: int = 8, patient: str = "Sentinel^Quirina") -> Dataset:
    """A diffusion image; every number is another object, every exam another patient."""
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.file_meta.MediaStorageSOPClassUID = MR_IMAGE
    image.file_meta.MediaStorageSOPInstanceUID = f"{ROOT}{exam}.2.{number}"
    image.SOPClassUID = MR_IMAGE
    image.SOPInstanceUID = f"{ROOT}{exam}.2.{number}"
    image.ImageType = ["ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"]
    image.StudyDate = "20190402"
    image.Modality = "MR"
    image.Manufacturer = "SIEMENS"
    image.SeriesDescription = "ep2d_diff"
    image.PatientName = patient
    image.PatientID = f"SENTINEL-{exam}"
    image.StudyInstanceUID = f"{ROOT}{exam}"
    image.SeriesInstanceUID = f"{ROOT}{exam}.1"
    image.FrameOfReferenceUID = f"{ROOT}{exam}.9"
    image.SeriesNumber = 1
    image.InstanceNumber = number
    image.DiffusionBValue = 800.0
    image.ImagePositionPatient = [0, 0, 4 * number]
    image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    image.PixelSpacing = [2, 2]
    image.SliceThickness = 4
    image.SamplesPerPixel = 1
    image.PhotometricInterpretation = "MONOCHROME2"
    image.Rows, image.Columns = rows, 8
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, 12, 11
    image.PixelRepresentation = 0
    image.PixelData = (np.arange(rows * 8, dtype="<u2") + number).tobytes()
    return image


def file_of(image: Dataset) -> bytes:
    """The object as a file."""
    stream = io.BytesIO()
    pydicom.dcmwrite(stream, image, enforce_file_format=True)
    return stream.getvalue()


def send(
    port: int,
    images: Sequence[Dataset],
    *,
    called: str = "ADCURATE",
    calling: str = "SENDER",
    tls: tuple[object, str] | None = None,
) -> list[int]:
    """Send with pynetdicom; the statuses, or [] where no association came about."""
    from pynetdicom import AE

    sender = AE(calling)
    sender.acse_timeout = sender.dimse_timeout = sender.network_timeout = sender.connection_timeout = 20
    sender.add_requested_context(MR_IMAGE, [ExplicitVRLittleEndian])
    association = sender.associate("127.0.0.1", port, ae_title=called, tls_args=tls)  # type: ignore[arg-type]
    if not association.is_established:
        return []
    statuses = [int(association.send_c_store(image).get("Status", -1)) for image in images]
    association.release()
    return statuses


def request_unit(
    called: bytes = b"ADCURATE", calling: bytes = b"SENDER", *, unit_bytes: int = 16384
) -> bytes:
    """An A-ASSOCIATE-RQ for MR images (context 1, explicit little endian), written by hand."""

    def item(kind: int, content: bytes) -> bytes:
        return struct.pack(">BxH", kind, len(content)) + content

    context = struct.pack(">B3x", 1) + item(0x30, MR_IMAGE.encode()) + item(0x40, EXPLICIT.encode())
    user = item(0x51, struct.pack(">I", unit_bytes)) + item(0x52, b"1.2.3")
    variable = item(0x10, b"1.2.840.10008.3.1.1.1") + item(0x20, context) + item(0x50, user)
    body = struct.pack(">HH", 1, 0) + called.ljust(16) + calling.ljust(16) + bytes(32) + variable
    return struct.pack(">BxI", 1, len(body)) + body


def command(field: int, **elements: bytes) -> bytes:
    """A command set; the elements are named by their number in hexadecimal, as ``x0110``."""
    values = {0x0100: struct.pack("<H", field), 0x0110: b"\7\0", 0x0800: b"\0\0"}
    values |= {int(name[1:], 16): value for name, value in elements.items()}
    body = b"".join(struct.pack("<HHI", 0, tag, len(value)) + value for tag, value in sorted(values.items()))
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


def store_command(instance: bytes = b"1.2.3.4.5.6.") -> bytes:
    """The command set of a C-STORE request."""
    return command(1, x0002=MR_IMAGE.encode() + b"\0", x1000=instance[: len(instance) // 2 * 2])


def data_unit(piece: bytes, *, control: int, context: int = 1) -> bytes:
    """A P-DATA unit with one fragment: control 3 is a last command, 0 and 2 are data, 2 the last."""
    body = struct.pack(">IBB", len(piece) + 2, context, control) + piece
    return struct.pack(">BxI", 4, len(body)) + body


def connect(port: int, *, source: str = "127.0.0.1") -> socket.socket:
    """A bare connection; on Linux all of 127.0.0.0/8 are addresses of this computer."""
    return socket.create_connection(("127.0.0.1", port), 10, source_address=(source, 0))


def associate(port: int, **request: object) -> socket.socket:
    """A bare connection whose association was accepted."""
    connection = connect(port)
    connection.sendall(request_unit(**request))  # type: ignore[arg-type]
    assert read_unit(connection)[0] == 2
    return connection


def read_unit(connection: socket.socket) -> tuple[int, bytes]:
    """The next unit's type and body; (0, b"") where the connection has ended."""
    head = _read(connection, 6)
    if len(head) < 6:
        return 0, b""
    return head[0], _read(connection, struct.unpack(">I", head[2:])[0])


def _read(connection: socket.socket, count: int) -> bytes:
    received = b""
    while len(received) < count:
        try:
            piece = connection.recv(count - len(received))
        except ConnectionResetError:
            return received
        if not piece:
            return received
        received += piece
    return received


def is_cut(connection: socket.socket, seconds: float = 10.0) -> bool:
    """Whether the other side ends the connection within `seconds`."""
    connection.settimeout(seconds)
    try:
        while connection.recv(4096):
            pass
    except TimeoutError:
        return False
    except OSError:
        return True
    return True
