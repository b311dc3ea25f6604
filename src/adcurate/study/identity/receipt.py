"""``receipt``: what de-identification took off a study's objects, and the proof of what stayed."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from adcurate import __version__
from adcurate.dicom.deidentification.keep_list import KEPT, KEPT_PRIVATE
from adcurate.dicom.deidentification.profile import BASIC_PROFILE, CLASS_TITLES, OPTIONS
from adcurate.dicom.deidentification.proof import TOPICS
from adcurate.dicom.deidentification.seal import METHOD
from adcurate.errors import StudyError
from adcurate.model.receipt import (
    DeidentificationReceipt,
    KeptAttribute,
    ProfileOption,
    ProvedExam,
    RemovedClass,
)
from adcurate.report.files import write_atomically
from adcurate.report.receipt_page import render_receipt
from adcurate.store import AccountRecord, StudyStore
from adcurate.study.folder import StudyFolder

PAGE_NAME = "receipt.html"
JSON_NAME = "receipt.json"


def study_receipt(study: StudyFolder) -> DeidentificationReceipt:
    """Add up the accounts of every stored object.

    Raises
    ------
    StudyError
        ``study.no-exams``
    """
    with study.open_store("read") as store:
        return receipt_of(store, key_fingerprint=_fingerprint(study))


def receipt_of(store: StudyStore, *, key_fingerprint: str) -> DeidentificationReceipt:
    """The receipt of an open store; see `study_receipt`."""
    records = store.accounts.all()
    totals = store.instances.totals()
    quarantined = store.quarantine.counts()
    if not records and not quarantined:
        raise StudyError(
            "study.no-exams",
            "No exam has been added yet, so there is nothing to account for.",
            remedy="Add exams first: adcurate study add FOLDER_OR_ZIP.",
        )
    accounts = [json.loads(record.account) for record in records]
    removed: Counter[str] = Counter()
    replaced: Counter[str] = Counter()
    for account in accounts:
        removed.update(account["removed"])
        replaced.update(account["replaced"])
    return DeidentificationReceipt(
        method=METHOD,
        key_fingerprint=key_fingerprint,
        received=totals.received,
        stored=totals.stored,
        duplicate=totals.duplicate,
        quarantined=dict(quarantined),
        left_alone=dict(totals.skipped),
        removed=tuple(
            RemovedClass(word, title, removed[word]) for word, title in CLASS_TITLES.items() if removed[word]
        ),
        replaced=dict(sorted(replaced.items())),
        kept=sum(account["kept"] for account in accounts),
        exams=tuple(
            _exam(list(exam)) for _, exam in groupby(records, key=lambda one: (one.subject, one.study_uid))
        ),
        options=(
            ProfileOption(*BASIC_PROFILE, True, "The ground on which the options stand."),
            *(ProfileOption(one.code, one.meaning, one.claimed, one.why) for one in OPTIONS),
        ),
        kept_public=tuple(
            KeptAttribute(f"({tag >> 16:04X},{tag & 0xFFFF:04X})", kept.name, kept.rule)
            for tag, kept in sorted(KEPT.items())
        ),
        kept_private=tuple(
            KeptAttribute(f"({group:04X},xx{element:02X})", kept.name, kept.rule, creator)
            for (group, creator, element), kept in sorted(KEPT_PRIVATE.items())
        ),
    )


def write_receipt(receipt: DeidentificationReceipt, folder: Path) -> Path:
    """Write ``receipt.html`` and ``receipt.json`` into `folder`; returns the page.

    Raises
    ------
    OutputError
        ``output.not-writable``
    """
    text = json.dumps(receipt.as_json(), indent=1, allow_nan=False) + "\n"
    write_atomically(folder / JSON_NAME, text.encode())
    write_atomically(folder / PAGE_NAME, render_receipt(receipt, version=__version__).encode())
    return folder / PAGE_NAME


def _fingerprint(study: StudyFolder) -> str:
    """What tells this key from another one; it lies beside the vault and opens nothing."""
    try:
        return (study.vault / "fingerprint").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def _exam(records: Sequence[AccountRecord]) -> ProvedExam:
    accounts = [json.loads(record.account) for record in records]
    facts = Counter[str]()
    digest = hashlib.sha256()
    for record, account in zip(records, accounts, strict=True):
        facts.update(account["proof"]["facts"])
        digest.update(f"{record.sop_instance_uid} {account['proof']['pixels']}\n".encode())
    return ProvedExam(
        subject=records[0].subject,
        study_uid=records[0].study_uid,
        n_series=len({record.series_uid for record in records}),
        n_objects=len(records),
        n_removed=sum(sum(account["removed"].values()) for account in accounts),
        facts={topic: facts[topic] for topic in TOPICS},
        pixels_sha256=digest.hexdigest(),
    )
