"""``create``: an empty study with its protocol, its worksheet to fill in, its store and its vault."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Final

from adcurate.errors import ProtocolError, StudyError, UsageError
from adcurate.formats.protocol import parse_protocol
from adcurate.formats.vocabulary import Language
from adcurate.formats.worksheet_forms import worksheet_form
from adcurate.formats.worksheet_writing import write_worksheet_template
from adcurate.store import StudyStore, Vault
from adcurate.store.vault import check_key_file
from adcurate.study.folder import IDENTITY_CHOICE, StudyFolder, default_key_file, named_key_file

TEMPLATES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "net-grade": "WHO grade of neuroendocrine tumours, the published study",
        "prostate-isup": "ISUP grade group of prostate lesions",
        "liver-benign-malignant": "benign or malignant lesions of the liver",
        "graded-outcome": "empty: any other tumour, with grades of your own",
    }
)
"""The protocol templates, and what each is for."""


@dataclass(frozen=True, slots=True)
class CreatedStudy:
    """The new study and where the key of its vault lies; `key_was_there`: made earlier, for another study."""

    folder: StudyFolder
    key_file: Path
    key_was_there: bool = False


def template_text(name: str) -> str:
    """A protocol template as text.

    Raises
    ------
    ProtocolError
        ``protocol.template``.
    """
    if name not in TEMPLATES:
        raise ProtocolError(
            "protocol.template",
            f"There is no template {name!r}.",
            remedy=f"Templates: {'; '.join(f'{one} ({what})' for one, what in TEMPLATES.items())}.",
        )
    return resources.files("adcurate.study").joinpath("templates", f"{name}.toml").read_text("utf-8")


def create_study(
    path: Path,
    template: str = "net-grade",
    *,
    key_file: Path | None = None,
    language: Language = "en",
    title: str = "",
    begin: Callable[[str], str] = str,
) -> CreatedStudy:
    """Make a study in a new or empty folder.

    Parameters
    ----------
    key_file
        The key of its vault, remembered by the study. A key that is there is used: the same persons have the
        same codes in every study of one key. Else it is made there.
    title
        The protocol's title; the template's own where there is none.
    begin
        What is done to the template's text before it is the study's.

    Raises
    ------
    UsageError
        ``usage.option`` for a key file inside the study's folder: a copy of the study would carry it.
    VaultError
        ``vault.key-missing`` for a key file that holds no key.
    StudyError
        ``study.exists`` where the folder holds anything.
    ProtocolError
        ``protocol.template``, and what `begin` raises.
    StoreError
        ``store.network-drive``, ``store.disk-full``, ``store.disk``.
    """
    text = begin(_entitled(template_text(template), title))
    protocol = parse_protocol(text.encode())
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise StudyError(
            "study.exists",
            f"{path.absolute().name!r} exists and is not empty.",
            remedy="Choose a new folder; an existing study goes on with adcurate study status.",
        )
    folder = StudyFolder(path.absolute())
    study_id = secrets.token_hex(8)
    key = key_file or named_key_file() or default_key_file(study_id)
    if key.absolute().resolve().is_relative_to(folder.path.resolve()):
        raise UsageError(
            "usage.option",
            "The key file would lie inside the study's folder, and whoever copies the study would have both.",
            remedy="Name a place outside the study's folder.",
        )
    check_key_file(key)
    key_was_there = key.exists()
    with StudyStore.create(folder.store) as store:
        Vault.create(folder.vault, key)
        store.choices.add(
            IDENTITY_CHOICE,
            {"id": study_id, "key_file": str(key_file.absolute()) if key_file else None},
        )
        store.protocols.add(text, f"template {template}")
    folder.results.mkdir()
    form = worksheet_form(protocol.grading.scale, protocol.grades)
    write_worksheet_template(folder.path / "worksheet.xlsx", language, form)
    folder.protocol_file.write_text(text, encoding="utf-8")
    return CreatedStudy(folder, key, key_was_there)


def _entitled(text: str, title: str) -> str:
    """A template under another title."""
    said = f"title = {json.dumps(title)}"
    return re.sub(r"(?m)^title = .*$", lambda _: said, text, count=1) if title else text
