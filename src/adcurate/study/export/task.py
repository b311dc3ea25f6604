"""What is asked of one exam for an export, and what it gives: files in memory, and what could not be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from adcurate.study.exam_task import ExamTask
from adcurate.study.export.stored_maps import StoredMap

What = Literal["images", "maps", "regions", "measurements"]
Format = Literal["dicom", "nifti"]


@dataclass(frozen=True, slots=True)
class ObjectsTask:
    """What is to be written of one exam. `readers` gives each reader's code, `sites` a lesion's organ."""

    exam: ExamTask
    folder: str
    maps: tuple[StoredMap, ...]
    measurements: tuple[Mapping[str, Any], ...]
    sites: Mapping[str, str]
    readers: Mapping[str, str]
    what: tuple[What, ...]
    format: Format


@dataclass(frozen=True, slots=True)
class ExamFile:
    """A file to write: its path below the export folder, what it holds and what it was made from."""

    path: str
    kind: str
    content: bytes = field(repr=False)
    made_from: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something of an exam that could not be written, and why."""

    path: str
    code: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ExamObjects:
    """All files of one exam."""

    files: tuple[ExamFile, ...]
    refused: tuple[Refusal, ...]


def file_word(text: str) -> str:
    """A label as part of a file name."""
    return "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in text) or "_"
