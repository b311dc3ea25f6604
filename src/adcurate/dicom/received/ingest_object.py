"""One received object on its way in: read, walked, checked, and rebuilt without its identity.

`prepare_object` stands on its own, so that worker processes can run it: it knows neither store nor vault
and opens nothing but its source. Identity leaves here only as a `PatientIdentity`, for the vault.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from adcurate.dicom.deidentification.deidentify import DrawnText, ResearchObject, build_research_object
from adcurate.dicom.received.checks import check_object, reason_to_leave, uid_is_strict
from adcurate.dicom.received.sources import Skipped
from adcurate.dicom.received.structure import WalkedObject, walk_object
from adcurate.errors import AdcurateError
from adcurate.findings import Finding
from adcurate.model import ObjectSource, PatientIdentity, Pseudonyms
from adcurate.model.limited_work import RunLimited, run_here

_ODDITIES = {
    "preamble": "The 128 bytes before the header were not empty; they were not kept.",
    "syntax-mismatch": "The transfer syntax says one encoding and the bytes use another; they were believed.",
    "transfer-syntax-missing": "The object does not name its transfer syntax; it was told from the bytes.",
    "trailing-bytes": "Bytes followed the end of the object; they were not kept.",
    "tag-order": "Elements were out of order.",
}


@dataclass(frozen=True, slots=True)
class Prepared:
    """An object ready for the store: the research object, and what only the vault may know."""

    content: bytes = field(repr=False)
    subject: str
    study_uid: str
    series_uid: str
    sop_instance_uid: str
    exam_date: str
    received_digest: str
    identity: PatientIdentity
    source_name: str
    findings: tuple[Finding, ...] = ()
    account: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An object that is quarantined: its code and its bytes as they came."""

    code: str
    sentence: str
    remedy: str
    received_digest: str
    source_name: str
    content: bytes = field(repr=False)


def prepare_object(
    source: ObjectSource,
    pseudonyms: Pseudonyms,
    *,
    run_limited: RunLimited = run_here,
    drawn_text: DrawnText = "refuse",
    received_digest: str = "",
) -> Prepared | Refusal | Skipped:
    """Bring one object to the form in which the research zone may hold it.

    Parameters
    ----------
    run_limited
        Who unpacks compressed pixels; bytes of strangers belong into `adcurate.compute.run_limited`.
    drawn_text
        Pictures with bright letters in them are refused, unless a person has looked at this one.
    received_digest
        `Pseudonyms.received_digest` of the bytes, where the caller knows it already.

    Returns
    -------
    Prepared, Refusal or Skipped
        A `Refusal` carries one of the ``dicom.`` codes (and ``input.not-readable`` or
        ``zip.unreadable``, then with no bytes); `Skipped` is no MR image: ``dicomdir``, ``not-image``,
        ``not-mr``. Nothing is raised for what an object holds.
    """
    try:
        content = source.read()
    except AdcurateError as trouble:
        return _refusal(trouble, source, b"", pseudonyms)
    try:
        walked = walk_object(content)
        reason = reason_to_leave(walked)
        if reason is not None:
            return Skipped(source.name, reason)
        layout = check_object(walked)
        research = build_research_object(walked, layout, pseudonyms, run_limited, drawn_text)
    except AdcurateError as trouble:
        return _refusal(trouble, source, content, pseudonyms)
    return Prepared(
        research.content,
        research.subject,
        research.study_uid,
        research.series_uid,
        research.sop_instance_uid,
        research.exam_date_shifted,
        received_digest or pseudonyms.received_digest(content),
        replace(read_identity(walked), exam=research.study_uid),
        source.name,
        research.findings + _odd(walked, research),
        research.account.as_text(),
    )


def read_identity(walked: WalkedObject) -> PatientIdentity:
    """Who the object says it is about, decoded with its own character set."""

    def decoded(tag: int) -> str:
        element = walked.elements.get(tag)
        if element is None or element.length > 4096:
            return ""
        raw = walked.raw(element).strip(b" \0")
        # ISO 2022 switches alphabets with an escape; without one these are letters and digits in all sets.
        if raw.isascii() and b"\x1b" not in raw:
            return raw.decode("ascii")
        return _in_its_alphabet(raw, walked.text(0x00080005).split("\\"))

    return PatientIdentity(
        patient_id=decoded(0x00100020),
        patient_name=decoded(0x00100010),
        birth_date=decoded(0x00100030),
        exam_date=decoded(0x00080020),
    )


def _in_its_alphabet(raw: bytes, sets: list[str]) -> str:
    from pydicom.charset import convert_encodings, decode_bytes

    try:
        encodings = convert_encodings([name.strip() for name in sets])
    except (LookupError, ValueError):
        encodings = ["latin_1"]
    try:
        return decode_bytes(raw, encodings, {0x5E, 0x3D})
    except (LookupError, ValueError):
        return raw.decode("latin-1")


def _odd(walked: WalkedObject, research: ResearchObject) -> tuple[Finding, ...]:
    where = {"sop_instance_uid": research.sop_instance_uid}
    found = [Finding(f"dicom.{oddity}", _ODDITIES[oddity], "note", where) for oddity in walked.oddities]
    if not uid_is_strict(walked.text(0x00080018)):
        found.append(
            Finding("dicom.loose-uid", "A UID has leading zeros; it was taken as it stands.", "note", where)
        )
    return tuple(found)


def _refusal(trouble: AdcurateError, source: ObjectSource, content: bytes, pseudonyms: Pseudonyms) -> Refusal:
    return Refusal(
        trouble.code,
        trouble.sentence,
        trouble.remedy,
        # Without bytes the source's name tells one refusal from another.
        pseudonyms.received_digest(content or f"unread\x1f{source.name}".encode()),
        source.name,
        content,
    )
