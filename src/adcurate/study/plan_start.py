"""What a template cannot know of a new study: where its test would be used, and how much is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from adcurate.formats.protocol import parse_protocol
from adcurate.formats.protocol_writing import change_protocol
from adcurate.report.words import KIND_WORDS
from adcurate.study.create import TEMPLATES, template_text

Asked = Literal["main", "all"]
ASKED: Final[tuple[Asked, ...]] = ("main", "all")


@dataclass(frozen=True, slots=True)
class PlanStart:
    """What a person said of a new study's plan.

    `prevalence` is the share of positives where the test would be used, None where nobody stated one: the
    template's own belongs to the study that it is of. `asked`: ``main`` leaves the template's exploratory
    questions out.
    """

    prevalence: float | None = None
    asked: Asked = "main"


@dataclass(frozen=True, slots=True)
class TemplateOffer:
    """A protocol to begin with. `main` and `typical` are its confirmatory and its exploratory questions."""

    id: str
    label: str
    positive_label: str
    published_prevalence: float | None
    main: tuple[str, ...]
    typical: tuple[str, ...]


def template_offers() -> tuple[TemplateOffer, ...]:
    """Every template with what it would ask."""
    return tuple(_offer(name, label) for name, label in TEMPLATES.items())


def begin_plan(text: str, start: PlanStart) -> str:
    """A template's text with what was said.

    Raises
    ------
    ProtocolError
        The codes of `parse_protocol`: a prevalence outside 0 to 1 for one.
    """
    said: dict[str, Any] = {"analysis": {"stated_prevalence": start.prevalence}}
    if start.asked == "main":
        questions = parse_protocol(text.encode()).plan.questions
        said["plan"] = {"questions": [one.as_json() for one in questions if one.role == "confirmatory"]}
    return change_protocol(text, said)


def _offer(name: str, label: str) -> TemplateOffer:
    protocol = parse_protocol(template_text(name).encode())
    by_role = {
        role: tuple(one.title or KIND_WORDS[one.kind] for one in protocol.plan.questions if one.role == role)
        for role in ("confirmatory", "exploratory")
    }
    return TemplateOffer(
        name,
        label,
        protocol.outcome.positive_label,
        protocol.analysis.stated_prevalence,
        by_role["confirmatory"],
        by_role["exploratory"],
    )
