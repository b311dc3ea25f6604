"""``ki67``: a marker against Ki-67 as a number, a range or a bound."""

from __future__ import annotations

from adcurate.model.answers.ki67 import Ki67Answer, Ki67Question, MarkerKi67
from adcurate.report.r_script.quote import r_comment, r_string
from adcurate.report.r_script.request import Block, lines

_SEARCH = (
    "The lowest and the highest correlation over all values within the ranges are found by a search that "
    "is not repeated; the limits that no values can leave are."
)


def write_ki67(ask: Ki67Question, answer: Ki67Answer, block: Block) -> str:
    """Kendall's tau, the interval-censored regression and its line, and what midpoints would say."""
    transform, back = ("log", "exp") if ask.transform == "log" else ("log1p", "expm1")
    parts = [
        "# Kendall's tau of intervals (Daniels 1944; Brown, Hollander and Korwar 1974), and the regression",
        "# of interval-censored values (survival::survreg).",
    ]
    for position, one in enumerate(answer.markers):
        path = f"markers/{position}"
        parts += [
            f"one <- ki67_cases(cases, {block.marker(one.marker)}, {block.column(ask.column)}, resolution)",
            block.record(
                path,
                "list(n_missing = one$n_missing, marker_spread = sd(one$x), values = ki67_values(one))",
            ),
            block.record(
                f"{path}/kendall",
                f"interval_kendall(one$x, one$y, {r_string(one.kendall.method)}, {ask.permutations})",
            ),
            *_bounds(one, path, block),
        ]
        if one.regression is None:
            parts.append(r_comment(f"No regression: {one.regression_refused}"))
        else:
            parts += [
                f"fit <- interval_regression(one$x, one$y, {transform}, level)",
                block.record(f"{path}/regression", "fit"),
                block.record(f"{path}/line", f"interval_line(fit, one$x, {back}, level)"),
            ]
        if one.midpoint is not None:
            parts.append(block.record(f"{path}/midpoint", f"midpoint_comparison(one$x, one$y, {transform})"))
    return lines(parts)


def _bounds(one: MarkerKi67, path: str, block: Block) -> list[str]:
    """The limits that follow from a formula; which of the searched ones are left out."""
    parts = []
    counts = "n = length(one$x), n_exact = sum(one$y$low == one$y$high)"
    if one.tau_bounds is not None:
        parts += [
            "limits <- outer_tau(one$x, one$y)",
            block.record(
                f"{path}/tau_bounds",
                f'list(outer_low = limits[["low"]], outer_high = limits[["high"]], {counts})',
            ),
        ]
    if one.rho_bounds is not None:
        parts.append(block.record(f"{path}/rho_bounds", f"list({counts})"))
    for name, bounds in (("tau_bounds", one.tau_bounds), ("rho_bounds", one.rho_bounds)):
        if bounds is not None:
            parts += [block.left_out(f"{path}/{name}/{end}", _SEARCH) for end in ("low", "high")]
    return parts
