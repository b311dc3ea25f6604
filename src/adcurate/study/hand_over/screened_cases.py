"""Every screened case under its id, with the stage of the participant flow that it reached."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adcurate.model.protocol import Protocol
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.cohort import choose_lesion, screen
from adcurate.study.hand_over.variables import numbered
from adcurate.study.linking import Link

ANALYSED: Final = 4
STAGES: Final = numbered(
    ["excluded in the worksheet", "not eligible by the protocol", "not measured", "analysed"]
)


@dataclass(frozen=True, slots=True)
class ScreenedCase:
    """A subject, or a lesion where each is a case: its id, the row that stands for it, how far it came."""

    name: str
    row: WorksheetRow
    stage: int
    because: str


def screened_cases(
    rows: Sequence[WorksheetRow],
    links: Sequence[Link],
    protocol: Protocol,
    unmeasured: Mapping[tuple[str, str], str],
) -> list[ScreenedCase]:
    """Every screened case with the stage it reached, by the rules of the participant flow."""
    every_lesion = protocol.plan.unit == "lesion"
    by_case: dict[tuple[str, str], list[WorksheetRow]] = {}
    for row in rows:
        by_case.setdefault((row.subject, row.lesion if every_lesion else ""), []).append(row)
    links_of: dict[str, list[Link]] = {}
    for link in links:
        links_of.setdefault(link.subject, []).append(link)
    found = []
    for (subject, lesion), own in sorted(by_case.items()):
        name = f"{subject}/{lesion}" if every_lesion else subject
        screened = screen(own, links_of.get(subject, []), protocol)
        included = [row for row in own if row.status == "included"]
        if not included:
            found.append(ScreenedCase(name, own[0], 1, next(iter(screened.excluded))))
        elif screened.ineligible:
            row = choose_lesion(included, protocol.lesion)[0]
            found.append(ScreenedCase(name, row, 2, next(iter(screened.ineligible))))
        else:
            row = screened.candidates[0].row
            because = unmeasured.get((row.subject, row.lesion), "")
            if because.startswith("no reading of"):
                because = "no reading of the reader who counts"
            found.append(ScreenedCase(name, row, 3 if because else ANALYSED, because))
    return found
