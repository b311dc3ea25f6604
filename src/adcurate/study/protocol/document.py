"""The protocol as a document to sign, from the protocol, the worksheet's columns and a few facts."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Final

from adcurate import __version__
from adcurate.errors import StatisticsError
from adcurate.formats.vocabulary import ColumnKind
from adcurate.formats.worksheet_forms import worksheet_form
from adcurate.model.answers.sample_size import SampleSizeQuestion
from adcurate.model.protocol import Protocol
from adcurate.model.protocol_document import DocumentFacts
from adcurate.report.answers.sample_size import protocol_sentence
from adcurate.report.files import write_atomically
from adcurate.report.protocol_document import Variable, render_protocol_document
from adcurate.report.scale import ADC
from adcurate.store import StudyStore
from adcurate.study.folder import StudyFolder
from adcurate.study.protocol.amend import keep_protocol
from adcurate.study.questions.sample_size import plan_with_pilot
from adcurate.study.streams import Streams

DOCUMENT_CHOICE: Final = "protocol-document"
_KINDS: Final[dict[ColumnKind, str]] = {
    "identifier": "code",
    "word": "category",
    "place": "organ",
    "date": "date, shifted",
    "number": "number",
    "ki67": "share, %",
    "mitoses": "count",
    "edition": "category",
    "gleason": "score",
    "isup": "category",
    "text": "text, stays in the vault",
}


def document_facts(store: StudyStore) -> DocumentFacts:
    """What was said last beside the protocol."""
    said = store.choices.latest(DOCUMENT_CHOICE)
    return DocumentFacts(**said.payload) if said else DocumentFacts()


def keep_document_facts(study: StudyFolder, facts: DocumentFacts, *, person_id: str = "") -> None:
    """Keep them for the next document, with a line in the log; `person_id` is "" at the command line."""
    with study.open_store() as store:
        said = dataclasses.asdict(facts)
        store.choices.add_logged(DOCUMENT_CHOICE, said, "protocol.document-facts", person_id)


def protocol_document(study: StudyFolder) -> str:
    """The document as one HTML page of two A4 pages.

    Raises
    ------
    ProtocolError
        A faulty ``study.toml``; ``protocol.frozen``.
    """
    protocol = study.protocol()
    with study.open_store() as store:
        version = keep_protocol(study, store)
        facts = document_facts(store)
    return render_protocol_document(
        protocol,
        facts,
        variables=[
            Variable(column.headers["en"][0], _KINDS[column.kind], "worksheet")
            for column in worksheet_form(protocol.grading.scale, protocol.grades).columns
        ],
        sample_sizes=_sample_sizes(protocol),
        kept=f"Protocol version {version.version} of {version.at[:10]} ({version.digest[:12]})",
        version=__version__,
    )


def write_protocol_document(
    study: StudyFolder, path: Path | None = None, facts: DocumentFacts | None = None
) -> Path:
    """Write it to `path` (``results/protocol.html``); `facts` are kept where they are given.

    Raises
    ------
    ProtocolError
        A faulty ``study.toml``; ``protocol.frozen``.
    OutputError
        ``output.not-writable``
    """
    if facts is not None:
        keep_document_facts(study, facts)
    target = path or study.results / "protocol.html"
    write_atomically(target, protocol_document(study).encode())
    return target


def _sample_sizes(protocol: Protocol) -> list[str]:
    """What can be said before there are data; a question that needs a pilot says why it cannot."""
    sentences = []
    for planned in protocol.plan.questions:
        if not isinstance(planned.ask, SampleSizeQuestion):
            continue
        try:
            answer = plan_with_pilot(
                planned.ask, None, protocol.analysis.confidence_level, Streams(protocol.analysis.seed)
            )
        except StatisticsError as trouble:
            sentences.append(f"Sample size: {trouble.sentence}")
            continue
        named = dataclasses.replace(
            answer,
            positive_label=protocol.outcome.positive_label,
            negative_label=protocol.outcome.negative_label,
        )
        sentences.append(protocol_sentence(named, ADC))
    return sentences
