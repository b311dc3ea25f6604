"""Look into an XLSX file before anything parses it: what is refused, and why. No cell is read here.

Refused are other spreadsheet formats, macros, encryption, links to other files, archives that unpack to far
more than they are, and XML that declares entities.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from adcurate.errors import WorksheetError

UNPACKED_LIMIT: Final = 50_000_000
RATIO_LIMIT: Final = 100
ENTRY_LIMIT: Final = 2_000
RATIO_FLOOR: Final = 1_000_000

_OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM: Final = "EncryptedPackage".encode("utf-16-le")
_MACRO_PARTS: Final = ("vbaproject.bin", "vbadata.xml")
_LINK_FOLDERS: Final = ("xl/externallinks/", "xl/connections.xml", "xl/querytables/")
_PROLOG: Final = 4096


def is_workbook(content: bytes) -> bool:
    """Whether the bytes start as a spreadsheet file of any kind (XLSX, XLSM, XLS), not as text."""
    return content.startswith((b"PK\x03\x04", b"PK\x05\x06", _OLE_MAGIC))


def check_workbook(content: bytes) -> None:
    """Refuse an XLSX file that should not be parsed.

    Raises
    ------
    WorksheetError
        ``worksheet.type``, ``worksheet.encrypted``, ``worksheet.macro``, ``worksheet.external-link``,
        ``worksheet.bomb``, ``worksheet.layout`` (merged cells).
    """
    if content.startswith(_OLE_MAGIC):
        if _ENCRYPTED_STREAM in content:
            raise _refusal(
                "worksheet.encrypted", "The workbook is protected by a password.", "Save it without one."
            )
        raise _refusal(
            "worksheet.type", "This is an old spreadsheet format (XLS).", "Save it as XLSX or CSV UTF-8."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(archive.infolist())
            _check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError):
        raise _refusal(
            "worksheet.type", "The file is no readable XLSX workbook.", "Save it as XLSX or CSV UTF-8."
        ) from None


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename.casefold() for entry in entries}
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise _refusal(
            "worksheet.encrypted", "The workbook holds encrypted parts.", "Save it without a password."
        )
    if any(name.endswith(_MACRO_PARTS) for name in names):
        raise _refusal("worksheet.macro", "The workbook holds macros.", "Save it as XLSX, without macros.")
    if any(name.startswith(_LINK_FOLDERS) for name in names):
        raise _refusal(
            "worksheet.external-link",
            "The workbook takes values from other files or connections.",
            "Paste the values, break the links and save again.",
        )
    if len(entries) > ENTRY_LIMIT or sum(entry.file_size for entry in entries) > UNPACKED_LIMIT:
        raise _refusal(
            "worksheet.bomb",
            "The workbook unpacks to more than 50 MB or 2,000 parts.",
            "Keep only the worksheet.",
        )
    for entry in entries:
        if entry.file_size > RATIO_FLOOR and entry.file_size > RATIO_LIMIT * max(entry.compress_size, 1):
            raise _refusal(
                "worksheet.bomb",
                "A part of the workbook unpacks to more than a hundred times its size.",
                "Copy the cells into a new workbook.",
            )
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise _refusal("worksheet.type", "The file is no XLSX workbook.", "Save it as XLSX or CSV UTF-8.")


def _check_parts(archive: zipfile.ZipFile) -> None:
    for entry in archive.infolist():
        name = entry.filename.casefold()
        if not name.endswith((".xml", ".rels")):
            continue
        part = archive.read(entry)
        if (
            b"<!DOCTYPE" in part[:_PROLOG]
            or b"<!ENTITY" in part[:_PROLOG]
            or part[:2] in (b"\xff\xfe", b"\xfe\xff")
        ):
            raise _refusal(
                "worksheet.bomb", "The workbook declares XML entities.", "Copy the cells into a new workbook."
            )
        if name == "[content_types].xml" and b"macroEnabled" in part:
            raise _refusal(
                "worksheet.macro", "The workbook is of a kind that holds macros.", "Save it as XLSX."
            )
        if name.startswith("xl/worksheets/sheet") and b"mergeCell " in part:
            raise _refusal(
                "worksheet.layout",
                "The workbook has merged cells.",
                "Unmerge them and fill each cell by itself.",
            )


def _refusal(code: str, sentence: str, remedy: str) -> WorksheetError:
    return WorksheetError(code, sentence, remedy=remedy)
