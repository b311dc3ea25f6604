"""The protocol that counts: ``study.toml`` as it stands, or, once it is frozen, with the amendments to it.

Reading in the room freezes it. From then on a ``study.toml`` that says anything else is refused until
somebody says why: each amendment is a version with a reason, in the log and in the report.
"""

from __future__ import annotations

from adcurate.errors import ProtocolError
from adcurate.findings import Finding
from adcurate.formats.protocol import parse_protocol
from adcurate.model import content_digest
from adcurate.store import StudyStore
from adcurate.store.protocols import ProtocolVersion
from adcurate.study.folder import StudyFolder

LONGEST_REASON = 2_000


def keep_protocol(study: StudyFolder, store: StudyStore) -> ProtocolVersion:
    """The version that ``study.toml`` is, stored where it is new.

    Raises
    ------
    ProtocolError
        ``protocol.frozen``
    """
    refuse_unamended(study, store)
    return store.protocols.add(_text(study), "study.toml")


def refuse_unamended(study: StudyFolder, store: StudyStore) -> None:
    """Stop where ``study.toml`` says other than what was frozen.

    Raises
    ------
    ProtocolError
        ``protocol.frozen``
    """
    if differs_from_frozen(study, store):
        raise ProtocolError(
            "protocol.frozen",
            "study.toml was changed after the protocol was frozen by the first reading.",
            remedy="Say why: adcurate study amend --why TEXT; or put study.toml back as it was.",
        )


def protocol_digest(study: StudyFolder) -> str:
    """The digest of ``study.toml`` as it stands, to tell whether something was made with it."""
    return content_digest(_text(study).encode())


def differs_from_frozen(study: StudyFolder, store: StudyStore) -> bool:
    """Whether ``study.toml`` says other than the frozen protocol with its amendments."""
    latest = store.protocols.latest()
    return latest is not None and bool(latest.frozen_at) and latest.text != _text(study)


def amend_protocol(
    study: StudyFolder, store: StudyStore, reason: str, *, person_id: str = ""
) -> ProtocolVersion:
    """Make the changed ``study.toml`` the protocol that counts; `person_id` is "" at the command line.

    Raises
    ------
    ProtocolError
        ``protocol.not-amended``: nothing is frozen, or nothing was changed; ``protocol.reason``; a faulty
        ``study.toml``.
    """
    if not differs_from_frozen(study, store):
        raise ProtocolError(
            "protocol.not-amended",
            "There is nothing to amend: the protocol is not frozen, or study.toml says what it says.",
            remedy="Change study.toml first; before the first reading no amendment is needed.",
        )
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON or not said.isprintable():
        raise ProtocolError(
            "protocol.reason",
            "An amendment of the protocol needs a reason.",
            remedy=f"Write why, on one line of at most {LONGEST_REASON:,} letters.",
        )
    text = _text(study)
    parse_protocol(text.encode())
    return store.protocols.add(text, said, person_id=person_id)


def protocol_findings(store: StudyStore) -> tuple[Finding, ...]:
    """Each amendment with its reason, for the report and the status."""
    history = {one.version: one for one in store.protocols.history()}
    return tuple(
        Finding(
            "protocol.amended",
            f"The protocol was amended on {one.at[:10]}, after reading had begun: {one.reason}",
            "warning",
            {"version": str(one.version), "before": history[one.version - 1].digest, "after": one.digest},
        )
        for one in store.protocols.amendments()
    )


def _text(study: StudyFolder) -> str:
    return study.protocol_file.read_text(encoding="utf-8")
