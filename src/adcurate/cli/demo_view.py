"""The demo's end in a terminal: the published numbers beside the reproduced ones."""

from __future__ import annotations

from collections import Counter

from adcurate.cli.console import show_findings, show_lines, show_next, show_table
from adcurate.study.demo import DemoOutcome

_WORDS = {
    "equal": "equal",
    "different": "DIFFERENT",
    "not-claimed": "not claimed",
    "contradicted": "paper contradicts itself",
}


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
    show_table(
        "Published and reproduced",
        ["", "number", "published", "reproduced", "verdict", "note"],
        [
            [one.group, one.name, one.published, one.reproduced, _WORDS[one.verdict], one.note]
            for one in results.reconstruction
        ],
    )
    counts = Counter(one.verdict for one in results.reconstruction)
    show_lines([", ".join(f"{counts[verdict]} {word}" for verdict, word in _WORDS.items())])
    show_next(f"open {outcome.written.html}")
