"""``adcurate analyze``: a table of numbers becomes tests, curves, cut-offs and the answers to a plan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adcurate.cli.options import JsonOption, one_of, wants_only_json, write_json
from adcurate.errors import DONE_WITH_REFUSALS, UsageError

if TYPE_CHECKING:
    from adcurate.model.table_plan import TablePlan


def analyze(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="A CSV or XLSX file with a header row.")],
    plan: Annotated[
        Path | None, typer.Option("--plan", help="A plan file (docs/plan.md), instead of the options below.")
    ] = None,
    marker: Annotated[
        list[str] | None, typer.Option("--marker", help="A column of numbers. May be given again.")
    ] = None,
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="The column with the reference standard.")
    ] = None,
    positive: Annotated[
        list[str] | None,
        typer.Option("--positive", help="The outcome value that is positive. May be given again."),
    ] = None,
    direction: Annotated[
        str | None, typer.Option("--direction", help="low: low values are positive; high: high values are.")
    ] = None,
    grade: Annotated[str | None, typer.Option("--grade", help="A column with ordered grades.")] = None,
    grade_order: Annotated[
        str | None, typer.Option("--grade-order", help="The grades, lowest first: G1,G2,G3.")
    ] = None,
    prevalence: Annotated[
        float | None, typer.Option("--prevalence", help="Also give PPV and NPV at this share, such as 0.19.")
    ] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="Seed of the bootstraps [1].")] = None,
    resamples: Annotated[
        int | None, typer.Option("--resamples", min=100, help="Bootstrap resamples [10000].")
    ] = None,
    level: Annotated[float | None, typer.Option("--level", help="Confidence level [0.95].")] = None,
    decimal: Annotated[str | None, typer.Option("--decimal", help="Decimal sign: . or , [.]")] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of a CSV: utf-8, utf-16 or cp1252 [utf-8].")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FOLDER", help="Write report, figures and tables here.")
    ] = None,
    script: Annotated[
        str | None,
        typer.Option("--script", metavar="LANGUAGE", help="r: also write a script that repeats it."),
    ] = None,
    json_file: JsonOption = None,
) -> None:
    """Compare groups, correlate, draw the ROC curve, find the cut-off; answer every question of a plan."""
    from adcurate.cli.analysis_view import show_table_analysis
    from adcurate.cli.console import progress_bar, show_next
    from adcurate.formats.table_plan import read_table_plan
    from adcurate.study.tables.analyze_table import analyze_table

    options = {
        "--marker": marker,
        "--outcome": outcome,
        "--positive": positive,
        "--direction": direction,
        "--grade": grade,
        "--grade-order": grade_order,
        "--prevalence": prevalence,
        "--seed": seed,
        "--resamples": resamples,
        "--level": level,
        "--decimal": decimal,
        "--encoding": encoding,
    }
    given = {name: value for name, value in options.items() if value not in (None, [])}
    language = _language(script, output)
    asked = _plan_of_options(table, given) if plan is None else read_table_plan(_alone(plan, given))
    with progress_bar() as progress:
        result = analyze_table(table, asked, progress=progress)
    if not wants_only_json(json_file):
        show_table_analysis(result)
    write_json(json_file, result.as_json())
    if output is not None:
        from adcurate.study.tables.report_table import report_table

        with progress_bar() as progress:
            written = report_table(result, output, language, progress)
        if not wants_only_json(json_file):
            show_next(f"open {written}")
    if any(answer.refusal is not None for answer in result.answers):
        raise typer.Exit(DONE_WITH_REFUSALS)


def _language(script: str | None, output: Path | None) -> str | None:
    if script is None:
        return None
    if output is None:
        raise UsageError(
            "usage.option",
            "--script writes into the folder of --output, and none is given.",
            remedy="Add --output FOLDER.",
        )
    return one_of("--script", script, ("r",))


def _alone(plan: Path, given: Mapping[str, object]) -> Path:
    if given:
        raise UsageError(
            "usage.option",
            f"--plan says it all; {', '.join(given)} cannot stand beside it.",
            remedy="Write the choice into the plan file, or leave --plan out.",
        )
    return plan


def _plan_of_options(table: Path, given: Mapping[str, object]) -> TablePlan:
    """The plan that the options amount to: the tests of the paper, and no further questions."""
    from adcurate.model.protocol import Analysis
    from adcurate.model.table_plan import TableColumns, TableMarker, TablePlan

    missing = [name for name in ("--marker", "--outcome", "--positive", "--direction") if name not in given]
    if missing:
        raise UsageError(
            "usage.option",
            f"Without --plan, {', '.join(missing)} must be given.",
            remedy="For example: --marker adc --outcome grade --positive G3 --direction low.",
        )
    side = one_of("--direction", str(given["--direction"]), ("low", "high"))
    one_of("--decimal", str(given.get("--decimal", ".")), (".", ","))
    one_of("--encoding", str(given.get("--encoding", "utf-8")), ("utf-8", "utf-16", "cp1252"))
    order = str(given.get("--grade-order", ""))
    markers: list[str] = given["--marker"]  # type: ignore[assignment]
    positive: list[str] = given["--positive"]  # type: ignore[assignment]
    stated: float | None = given.get("--prevalence")  # type: ignore[assignment]
    return TablePlan(
        title=table.stem,
        columns=TableColumns(
            outcome=str(given["--outcome"]),
            positive=tuple(positive),
            grade=str(given.get("--grade", "")),
            grade_order=tuple(part.strip() for part in order.split(",")) if order else (),
            decimal="," if given.get("--decimal") == "," else ".",
            encoding=given.get("--encoding", "utf-8"),  # type: ignore[arg-type]
        ),
        markers=tuple(TableMarker(name, "low" if side == "low" else "high") for name in markers),
        analysis=Analysis(
            seed=int(str(given.get("--seed", 1))),
            bootstrap_resamples=int(str(given.get("--resamples", 10_000))),
            confidence_level=float(str(given.get("--level", 0.95))),
            stated_prevalence=stated,
        ),
    )
