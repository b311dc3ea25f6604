"""The demo's end in a terminal: the published numbers beside the reproduced ones."""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from pathlib import Path

from adcurate.cli.console import show_findings, show_lines, show_next, show_table
from adcurate.study.demo import DemoOutcome

_WORDS = {
    "equal": "equal",
    "different": "DIFFERENT",
    "not-claimed": "not claimed",
    "contradicted": "contradicted",
}
_EXPLAINED = ("not-claimed", "contradicted", "different")


def show_demo(outcome: DemoOutcome) -> None:
    """Print the flow, the findings, the comparison and where the report lies."""
    results = outcome.written.results
    show_lines([results.statement, ""])
    added = outcome.added
    show_lines(
        [
            f"{added.received} DICOM objects received = {added.stored} stored + {added.duplicate} duplicate"
            f" + {added.quarantined} quarantined; {added.n_exams} exams of {added.n_subjects} subjects.",
            "Flow: " + " → ".join(f"{stage.label} {stage.n}" for stage in results.flow.stages),
            "",
        ]
    )
    show_findings(results.findings)
    for group in dict.fromkeys(one.group for one in results.reconstruction):
        own = [one for one in results.reconstruction if one.group == group]
        notes = dict.fromkeys(one.note for one in own if one.note and one.verdict in _EXPLAINED)
        show_table(
            f"{group}: published and reproduced",
            ["number", "published", "reproduced", "verdict"],
            [[one.name, one.published, one.reproduced, _WORDS[one.verdict]] for one in own],
            note=" ".join(notes),
        )
    counts = Counter(one.verdict for one in results.reconstruction)
    show_lines(
        [
            f"{counts['equal']} equal at the printed precision, {counts['different']} different, "
            f"{counts['not-claimed']} not claimed, "
            f"{counts['contradicted']} where the paper contradicts itself"
        ]
    )
    show_lines([f"The report: open {outcome.written.html}"])
    show_next(f"{command_as_typed()} serve {outcome.folder / 'study'}   (the reading room, with this cohort)")


def command_as_typed() -> str:
    """``adcurate`` as this person can type it here: by its path where the shell would not find it."""
    own = Path(sys.argv[0])
    found = shutil.which("adcurate")
    if own.stem != "adcurate" or not own.exists():
        return "adcurate"
    if found and own.samefile(found):
        return "adcurate"
    return os.path.relpath(own) if own.is_relative_to(Path.cwd()) else str(own)
