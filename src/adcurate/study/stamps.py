"""When a question was asked: before the first reading, or by someone who could have seen numbers."""

from __future__ import annotations

from collections.abc import Mapping

from adcurate.errors import ProtocolError
from adcurate.formats.protocol import parse_protocol
from adcurate.model.plan import PlannedQuestion
from adcurate.model.protocol import Protocol
from adcurate.model.provenance import canonical_json
from adcurate.store import StudyStore
from adcurate.study.answer import PLANNED, POST_HOC
from adcurate.study.regions.contours import FIRST_READING_CHOICE


def stamp_questions(store: StudyStore, protocol: Protocol) -> Mapping[PlannedQuestion, str]:
    """Stamp each question of the plan by the history of the protocol.

    A question is planned when it stood, word for word, in the version of the protocol that was stored last
    before the first contours came in; the title may have changed.
    """
    first = store.choices.latest(FIRST_READING_CHOICE)
    history = store.protocols.history()
    before = [one for one in history if first is None or one.version <= first.payload["protocol_version"]]
    known: set[str] = set()
    if before:
        try:
            known = {_words(one) for one in parse_protocol(before[-1].text.encode()).plan.questions}
        except ProtocolError:
            known = set()
    return {
        question: PLANNED if _words(question) in known else POST_HOC for question in protocol.plan.questions
    }


def _words(question: PlannedQuestion) -> str:
    content = question.as_json()
    content.pop("title")
    return canonical_json(content)
