"""The protocol as it stands, and a change of it: checked whole, written to ``study.toml``, kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from adcurate.errors import ProtocolError
from adcurate.formats.protocol import parse_protocol
from adcurate.formats.protocol_writing import change_protocol
from adcurate.model import content_digest
from adcurate.model.jsonable import as_jsonable
from adcurate.model.protocol import Reading
from adcurate.report.files import write_atomically
from adcurate.study.folder import StudyFolder
from adcurate.study.protocol.amend import differs_from_frozen
from adcurate.study.protocol.form import FILE_KEYS

_USUAL_READING = as_jsonable(Reading())


@dataclass(frozen=True, slots=True)
class StandingProtocol:
    """The protocol's values by section, as its file has them; `digest` names the text they come from.

    `frozen_at` is "" until the reading began; from then on a change is an amendment, with a reason.
    """

    digest: str
    values: Mapping[str, Any]
    version: int
    kept_at: str
    frozen_at: str


def standing_protocol(study: StudyFolder) -> StandingProtocol:
    """Read ``study.toml`` and what the store knows of it.

    Raises
    ------
    ProtocolError
        A faulty ``study.toml``: its line is named.
    """
    text = study.protocol_file.read_text(encoding="utf-8")
    values = {"reading": _USUAL_READING, **parse_protocol(text.encode()).as_json()}
    with study.open_store("read") as store:
        latest = store.protocols.latest()
    digest = content_digest(text.encode())
    is_kept = latest is not None and latest.digest == digest
    return StandingProtocol(
        digest,
        values,
        latest.version if latest else 0,
        latest.at if latest and is_kept else "",
        latest.frozen_at if latest else "",
    )


def check_change(study: StudyFolder, said: Mapping[str, Any]) -> str:
    """The text that the file would have.

    Raises
    ------
    ProtocolError
        What `said` makes of the protocol cannot be: the codes of `parse_protocol`, with the ``key``.
    """
    text = study.protocol_file.read_text(encoding="utf-8")
    if parse_protocol(text.encode()).reading is None and as_jsonable(said.get("reading")) == _USUAL_READING:
        # A file that says nothing of reading goes on saying nothing, since nothing was chosen.
        said = {key: value for key, value in said.items() if key != "reading"}
    changed = change_protocol(text, said)
    if not _files_named(changed) <= _files_named(text):
        raise ProtocolError(
            "protocol.value",
            "A form does not say which file of this computer is read.",
            remedy="Name the file of studies in study.toml, beside the other keys of its question.",
        )
    return changed


def _files_named(text: str) -> set[str]:
    questions = parse_protocol(text.encode()).plan.questions
    return {str(getattr(one.ask, key, "")) for one in questions for key in FILE_KEYS} | {""}


def save_protocol(
    study: StudyFolder, said: Mapping[str, Any], *, based_on: str, reason: str = "", person_id: str = ""
) -> StandingProtocol:
    """Change the protocol.

    Parameters
    ----------
    said
        Sections and keys as in `StandingProtocol.values`; what is left out stays.
    based_on
        The digest of the text that the form was filled from.
    reason
        Why, once the reading began; a ``study.toml`` that was edited by hand meanwhile is amended with it.
    person_id
        Whose change it is, for the log.

    Raises
    ------
    ProtocolError
        As `check_change`; ``protocol.changed`` where somebody else changed it meanwhile;
        ``protocol.reason`` for an amendment without one, or one that is not one line.
    OutputError
        ``output.not-writable``
    """
    if not reason.isprintable():
        raise ProtocolError(
            "protocol.reason",
            "The reason holds a character that is no letter, such as a line break.",
            remedy="Say why in one line.",
        )
    with study.open_store() as store:
        text = study.protocol_file.read_text(encoding="utf-8")
        if content_digest(text.encode()) != based_on:
            raise ProtocolError(
                "protocol.changed",
                "The protocol was changed meanwhile, in another window or in study.toml.",
                remedy="Read it again; what you entered here is not lost until you leave the page.",
            )
        changed = check_change(study, said)
        latest = store.protocols.latest()
        if changed != text or differs_from_frozen(study, store):
            if latest is not None and latest.frozen_at and not reason.strip():
                raise ProtocolError(
                    "protocol.reason",
                    "The reading has begun: a change of the protocol is an amendment, and needs a reason.",
                    remedy="Say why in a sentence; the report shows it.",
                )
            write_atomically(study.protocol_file, changed.encode())
            store.protocols.add(changed, reason.strip() or "form", person_id=person_id)
    return standing_protocol(study)
