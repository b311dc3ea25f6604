"""What lies in a folder of handed-over data, in plain words, for who opens it without the program."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

_WIDTH = 98


@dataclass(frozen=True, slots=True)
class ReadMe:
    """What the text says. `locked_at` is "" for a draft; `n_changes` None where nothing was locked before."""

    title: str
    version: str
    digest: str
    locked_at: str
    reason: str
    unit: str
    n_cases: int
    n_analysed: int
    n_readings: int
    n_changes: int | None
    digests: Mapping[str, str]
    readers_are_named_in_r: bool = False


def hand_over_readme(said: ReadMe) -> str:
    """The text of README.txt."""
    state = (
        f"Locked at {said.locked_at}." if said.locked_at else "DRAFT: not locked. Numbers may still change."
    )
    parts = [
        said.title,
        "",
        state,
        f"Data digest: {said.digest}",
        *([f"Why the data changed after an earlier lock: {said.reason}"] if said.reason else []),
        *([_changes(said.n_changes)] if said.n_changes is not None else []),
        f"Written by Adcurate {said.version}. Research use only, not a medical device.",
        "",
        _wrapped(
            "The digest is a fingerprint of the data. It stands here, in codebook.csv, in the last column of "
            "every table (its first 12 digits), in the .sav files, in the SPSS syntax and in the study's "
            "report. Files with the same digest hold the same data."
        ),
        "",
        "THE DATA",
        _item(
            "cases", f"{said.n_cases} rows, one for each screened {said.unit}; {said.n_analysed} are analysed"
        ),
        _wrapped(
            "flow_stage says how far a case came and left_out_because why it went no further. For the "
            "analysis take the rows with flow_stage 4 (analysed)."
        ),
        _item("readings", f"{said.n_readings} rows, one for each reading of a lesion by a reader"),
        _wrapped(
            "Both tables lie here three times with the same content: .csv (any program), .sav (SPSS, PSPP, "
            "R's haven), and as sheets of data.xlsx. Join tables by case_id, never by the order of rows."
        ),
        "",
        "WHAT IS EMPTY AND WHY",
        _wrapped(
            "In CSV and XLSX a missing value is an empty cell, and missing.csv (or the sheet) says of each "
            "why. In the .sav files it is a code from -9909 to -9901 with its reason as label; SPSS leaves "
            "these out by itself. Do not read the .sav files with a program that ignores missing-value "
            "definitions."
        ),
        "",
        "NUMBERS",
        _wrapped(
            "Nothing is rounded. ADC values are in mm2/s (0.00112 is 1.12 in the usual 10^-3 mm2/s). Which "
            "values tie is a rule of the protocol: the scripts apply it before ranking. There are no dates "
            "and no names; subjects and readers are codes."
        ),
        "",
        "OTHER FILES",
        _item("codebook.csv", "each variable: label, type, unit, codes, missing codes, where it comes from"),
        _item("analysis.sps", "the main tables in SPSS or PSPP, with Adcurate's numbers as comments"),
        _item("r/analysis.R", "the whole analysis in plain R; prints its numbers beside Adcurate's"),
        _item("redcap/", "a data dictionary to upload to an empty REDCap project, then records to import"),
        *([_item("r/", "names readers as the study does, not by their codes")] * said.readers_are_named_in_r),
        *([_item("changes.csv", "every number that moved since the last lock")] if said.n_changes else []),
        _item("manifest.json", "the SHA-256 of every file"),
        "",
        "SENDING SOMETHING BACK",
        _wrapped(
            "Add a column to cases.csv or to the sheet (keep case_id), save it as CSV or XLSX, and return "
            "it: the study takes the column by id with: adcurate study join FILE --column NAME"
        ),
        "",
        "DIGESTS OF WHAT THE DATA WERE MADE FROM",
        *(f"{name}: {digest}" for name, digest in sorted(said.digests.items())),
    ]
    return "\r\n".join("\n".join(parts).splitlines()) + "\r\n"


def _changes(number: int) -> str:
    if not number:
        return "Nothing changed since the last lock."
    return f"{number} differences from the last lock: changes.csv lists each."


def _item(name: str, text: str) -> str:
    return textwrap.fill(f"{name}: {text}", _WIDTH, subsequent_indent="  ", break_on_hyphens=False)


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH, break_on_hyphens=False)
