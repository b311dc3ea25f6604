"""What a person asks a pull for, from options and a file of hospital numbers, as queries to an archive."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

from adcurate.dicom.network.archive import ExamQuery, check_query
from adcurate.errors import InputError, TableError, UsageError
from adcurate.formats.source import read_source
from adcurate.study.pull.targets import PullChoice

_MOST_BYTES: Final = 1_000_000
_REAL_UID: Final = re.compile(r"\d+(\.\d+){3,}")


def pull_choice(
    *,
    patient_ids: Sequence[str],
    accessions: Sequence[str],
    study_uids: Sequence[str],
    day: date | None,
    every_exam: bool,
    every_series: bool,
    description: str,
) -> PullChoice:
    """The queries and choices. Without a number to ask for, the worksheet's awaited exams are meant.

    A study UID with dots is asked for by itself when nothing else is; a part of one only chooses.

    Raises
    ------
    UsageError
        ``usage.option``
    NetworkError
        ``network.query``
    """
    queries = [ExamQuery(patient_id=number, day=day) for number in patient_ids]
    queries += [ExamQuery(accession=number.strip(), day=day) for number in accessions]
    if not queries:
        queries = [ExamQuery(study_uid=uid, day=day) for uid in study_uids if _REAL_UID.fullmatch(uid)]
    if day is not None and not queries:
        raise UsageError(
            "usage.option",
            "--date narrows a question and asks none by itself.",
            remedy="Give it with --patient-id-file, --accession or --study-uid.",
        )
    for query in queries:
        check_query(query)
    return PullChoice(tuple(queries), tuple(study_uids), every_exam, every_series, description.strip())


def read_numbers(file: Path) -> tuple[str, ...]:
    """The hospital numbers in a text file, one on a line; blank lines and repetitions do not count.

    Raises
    ------
    InputError
        ``input.missing``, ``input.empty``, ``input.not-readable``
    """
    content = read_source(file, limit=_MOST_BYTES, too_big=TableError, too_big_code="table.too-big")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "input.not-readable",
            "The file of hospital numbers is not UTF-8 text.",
            remedy="Save it as plain UTF-8 text, one number on a line.",
        ) from None
    return numbers_in(text)


def numbers_in(text: str) -> tuple[str, ...]:
    """The hospital numbers in a text, one on a line (``input.empty`` where there is none)."""
    numbers = tuple(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if not numbers:
        raise InputError(
            "input.empty", "No hospital number was given.", remedy="Write one number on each line."
        )
    return numbers
