"""``readers-roc``: modalities compared over readers and cases."""

from __future__ import annotations

from adcurate.model.answers.readers_roc import ReadersRocAnswer, ReadersRocQuestion
from adcurate.report.r_script.quote import pointer, r_string, r_strings
from adcurate.report.r_script.request import Block, lines


def write_readers_roc(ask: ReadersRocQuestion, answer: ReadersRocAnswer, block: Block) -> str:
    """Each reader's area, the analysis asked for and those beside it, and the curves."""
    columns = ", ".join(block.marker(name) for name in answer.modalities)
    directions = ", ".join(block.direction(name) for name in answer.modalities)
    parts = [
        "# Obuchowski and Rockette 1995, with the degrees of freedom of Hillis 2007.",
        f"read <- read_completely(readings, c({columns}), {r_strings(answer.readers)}, "
        f"{r_string(ask.session)}, resolution)",
        f"directions <- c({directions})",
        f"areas <- reader_areas(read, directions, {r_string(ask.covariance)})",
        block.record(
            "",
            "list(n_cases = length(read$positive), n_subjects = length(unique(read$subject)), "
            "n_incomplete = read$n_incomplete, n_unclassified = read$n_unclassified)",
        ),
        block.record("reader_areas", "each_reader_area(areas, level)"),
    ]
    tests = {"test": answer.test}
    tests |= {f"other_designs/{position}": other for position, other in enumerate(answer.other_designs)}
    for path, test in tests.items():
        call = f"obuchowski_rockette(areas, {r_string(test.readers)}, {r_string(test.cases)}, level)"
        parts.append(block.record(path, call))
    for place, name in enumerate(answer.modalities, 1):
        for column, reader in enumerate(answer.readers, 1):
            parts.append(
                block.record(
                    f"curves/{pointer(name, reader)}",
                    f"roc_curve(read$ratings[[{place}]][, {column}], read$positive, directions[{place}])",
                )
            )
        parts.append(
            block.record(
                f"average/{pointer(name)}",
                f"average_curve(read$ratings[[{place}]], read$positive, directions[{place}])",
            )
        )
    return lines(parts)
