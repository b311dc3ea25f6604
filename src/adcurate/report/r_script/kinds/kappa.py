"""``kappa``: readers, or sessions, that call categories."""

from __future__ import annotations

from adcurate.model.answers.kappa import KappaAnswer, KappaQuestion
from adcurate.report.r_script.quote import r_number, r_string, r_strings
from adcurate.report.r_script.request import Block, lines


def write_kappa(ask: KappaQuestion, answer: KappaAnswer, block: Block) -> str:
    """The calls of every reading, then each pair, then all readers together."""
    units = block.request.units
    categories = r_strings(answer.categories)
    if ask.cutoff is None:
        called = f"readings[[{block.column(ask.column)}]]"
    else:
        called = (
            f"call_at(numbers_in(readings, {block.marker(ask.column)}, resolution), "
            f"to_resolution({r_number(ask.cutoff)}, resolution), {block.direction(ask.column)}, "
            f"{r_strings((units.negative_label, units.positive_label))})"
        )
    parts = [
        "# Cohen's kappa of pairs (Fleiss, Cohen and Everitt 1969), Fleiss' kappa of all (Fleiss 1971).",
        f"calls <- sets_of_calls(readings, {called}, {r_string(answer.compared)})",
        block.record("", "calls$counts"),
        "pairs <- list()",
    ]
    for position, pair in enumerate(answer.pairs):
        name = "" if answer.compared == "reader" else pair.reader
        parts += [
            f"pairs[[{position + 1}]] <- kappa_of_pair(calls$sets, {r_string(name)}, {r_string(pair.first)}, "
            f"{r_string(pair.second)}, {categories}, {r_string(ask.weights)}, "
            f"{r_string(block.request.methods.proportion_interval)}, level)",
            block.record(f"pairs/{position}/kappa", f"pairs[[{position + 1}]]"),
        ]
    if answer.mean_of_pairs is not None:
        parts.append(block.record("mean_of_pairs", "mean(sapply(pairs, function(pair) pair$value))"))
    if answer.several is not None:
        parts.append(block.record("several", f"fleiss_kappa(calls$sets[[1]], {categories}, level)"))
    if ask.cutoff is not None:
        parts.append(block.record("cutoff", r_number(ask.cutoff)))
    return lines(parts)
