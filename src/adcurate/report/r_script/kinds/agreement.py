"""``agreement``: readers, or sessions, that measure the same lesions."""

from __future__ import annotations

from adcurate.model.answers.agreement import AgreementAnswer, AgreementQuestion, ReadingTable
from adcurate.report.r_script.quote import pointer, r_comment, r_flag, r_number, r_string, r_strings
from adcurate.report.r_script.request import Block, lines


def write_agreement(ask: AgreementQuestion, answer: AgreementAnswer, block: Block) -> str:
    """Readings side by side, their coefficients, and what they say over readers and sessions."""
    parts = [
        "# Bland-Altman limits (1986, 1999; Carkeet 2015), intraclass correlation (Shrout and Fleiss 1979),",
        "# repeatability and reproducibility coefficients.",
    ]
    several = answer.compared == "reader-and-session"
    for name, entry in answer.markers.items():
        path = f"markers/{pointer(name)}"
        parts += [
            "",
            f"cells <- cells_of(readings, {block.marker(name)})",
            block.record(path, "list(n_missing = cells$n_missing)"),
        ]
        if entry.between is not None:
            parts.append(_table(f"{path}/between", entry.between, ask, block, repeats=several))
        for reader, table in entry.within.items():
            parts.append(_table(f"{path}/within/{pointer(reader)}", table, ask, block, repeats=False))
        if entry.reproducibility is not None:
            wanted = len(answer.sessions) if several else 1
            parts.append(
                block.record(
                    f"{path}/reproducibility",
                    f"reproducibility(cells$kept, {r_strings(answer.readers)}, {wanted}, level)",
                )
            )
    if answer.claim is not None:
        parts += [
            r_comment(f"Published, not worked out here: {answer.claim.source}."),
            block.record("claim/smallest_true_change", r_number(answer.claim.smallest_true_change)),
        ]
    return lines(parts)


def _table(path: str, table: ReadingTable, ask: AgreementQuestion, block: Block, *, repeats: bool) -> str:
    pairs = ", ".join(r_strings((pair.first, pair.second)) for pair in table.pairs)
    call = (
        f"reading_table(cells$kept, {r_string(table.what)}, {r_string(table.reader)}, "
        f"{r_strings(table.columns)}, list({pairs}), {r_string(ask.bland_altman)}, "
        f"{r_string(ask.limits_interval)}, level, icc = {r_flag(table.icc is not None)}, "
        f"repeats = {r_flag(repeats)})"
    )
    return block.record(path, call)
