"""``adcurate sample-size``: how many lesions a study needs, with the sentence for its protocol."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from adcurate.cli.options import JsonOption, one_of, wants_only_json, write_json
from adcurate.errors import UsageError

if TYPE_CHECKING:
    from adcurate.model.cases import CaseTable

sample_size_app = typer.Typer(
    help="How many lesions does a study need? Give --half-width, --power, or the numbers there will be.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_Expected = Annotated[float | None, typer.Option("--expected", help="What is expected to be true.")]
_Null = Annotated[float | None, typer.Option("--null", help="What it must be told from.")]
_HalfWidth = Annotated[float | None, typer.Option("--half-width", help="Wish: an interval of ± this.")]
_Power = Annotated[float | None, typer.Option("--power", help="Wish: this power, such as 0.8.")]
_Sure = Annotated[
    float | None, typer.Option("--sure", help="With --half-width: its probability, not its mean.")
]
_Alpha = Annotated[float, typer.Option("--alpha", help="Significance level.")]
_OneSided = Annotated[
    bool | None, typer.Option("--one-sided/--two-sided", help="Sides of the test [the design's custom].")
]
_Method = Annotated[str, typer.Option("--method", help="The formula [the design's first].")]
_Level = Annotated[float, typer.Option("--level", help="Confidence level.")]
_N = Annotated[int | None, typer.Option("--n", min=1, help="Do not search: what do so many lesions give?")]
_Positives = Annotated[
    int | None, typer.Option("--positives", min=1, help="Do not search: with --negatives.")
]
_Negatives = Annotated[
    int | None, typer.Option("--negatives", min=1, help="Do not search: with --positives.")
]
_Ratio = Annotated[float | None, typer.Option("--ratio", help="Negatives for each positive [1].")]
_Prevalence = Annotated[
    float | None, typer.Option("--prevalence", help="Share of positives among those who come.")
]
_Assurance = Annotated[
    float | None, typer.Option("--assurance", help="Reach the numbers with this probability [on average].")
]
_Lost = Annotated[float, typer.Option("--not-assessable", help="Share lost or not assessable.")]
_Lesions = Annotated[
    float, typer.Option("--lesions-per-subject", help="Mean number of lesions of a subject.")
]
_Within = Annotated[float, typer.Option("--icc-within", help="Correlation of lesions of one subject.")]

_SHARE_METHODS = "(--method clopper-pearson, wilson, wald; for power exact, normal)"


@sample_size_app.command()
def auc(
    expected: _Expected = None,
    null: _Null = None,
    half_width: _HalfWidth = None,
    power: _Power = None,
    alpha: _Alpha = 0.05,
    one_sided: _OneSided = None,
    method: _Method = "",
    level: _Level = 0.95,
    positives: _Positives = None,
    negatives: _Negatives = None,
    ratio: _Ratio = None,
    prevalence: _Prevalence = None,
    assurance: _Assurance = None,
    not_assessable: _Lost = 0.0,
    lesions_per_subject: _Lesions = 1.0,
    icc_within: _Within = 0.0,
    pilot: Annotated[
        Path | None, typer.Option("--pilot", help="A table of lesions already measured.")
    ] = None,
    marker: Annotated[str, typer.Option("--marker", help="The pilot's column of numbers.")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="The pilot's reference standard.")] = "",
    positive: Annotated[
        list[str] | None, typer.Option("--positive", help="The outcome that is positive. May be repeated.")
    ] = None,
    direction: Annotated[str, typer.Option("--direction", help="low or high values are positive.")] = "",
    simulate: Annotated[bool, typer.Option("--simulate", help="Also draw studies from the pilot.")] = False,
    drawing: Annotated[str, typer.Option("--drawing", help="resample, smoothed or binormal.")] = "resample",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Seed of the simulation.")] = 1,
    json_file: JsonOption = None,
) -> None:
    """An area under the ROC curve (--method hanley-mcneil, obuchowski, binormal)."""
    keys = _keys(locals(), {"n_positive": positives, "n_negative": negatives})
    one_of("--drawing", drawing, ("resample", "smoothed", "binormal"))
    cases = None if pilot is None else _pilot(pilot, marker, outcome, positive or [], direction)
    markers = (marker,) if cases is not None else ()
    _answer(
        "auc",
        {**keys, "markers": markers, "simulate": simulate, "drawing": drawing},
        level,
        json_file,
        cases,
        seed,
    )


@sample_size_app.command("auc-difference")
def auc_difference(
    expected: _Expected,
    second: Annotated[float, typer.Option("--second", help="The other marker's area.")],
    r_positive: Annotated[float, typer.Option("--r-positive", help="Correlation of the markers, positives.")],
    r_negative: Annotated[float, typer.Option("--r-negative", help="Correlation of the markers, negatives.")],
    half_width: _HalfWidth = None,
    power: _Power = None,
    alpha: _Alpha = 0.05,
    one_sided: _OneSided = None,
    method: _Method = "",
    level: _Level = 0.95,
    positives: _Positives = None,
    negatives: _Negatives = None,
    ratio: _Ratio = None,
    prevalence: _Prevalence = None,
    assurance: _Assurance = None,
    not_assessable: _Lost = 0.0,
    lesions_per_subject: _Lesions = 1.0,
    icc_within: _Within = 0.0,
    json_file: JsonOption = None,
) -> None:
    """Two markers of the same lesions (--method obuchowski, obuchowski-proc, binormal, hanley-mcneil)."""
    keys = _keys(locals(), {"n_positive": positives, "n_negative": negatives})
    _answer("auc-difference", keys, level, json_file)


@sample_size_app.command("specificity", help=f"A specificity {_SHARE_METHODS}.")
@sample_size_app.command("sensitivity", help=f"A sensitivity {_SHARE_METHODS}.")
def share(
    context: typer.Context,
    expected: _Expected,
    null: _Null = None,
    half_width: _HalfWidth = None,
    sure: _Sure = None,
    power: _Power = None,
    alpha: _Alpha = 0.05,
    one_sided: _OneSided = None,
    method: _Method = "",
    level: _Level = 0.95,
    n: _N = None,
    prevalence: _Prevalence = None,
    assurance: _Assurance = None,
    not_assessable: _Lost = 0.0,
    lesions_per_subject: _Lesions = 1.0,
    icc_within: _Within = 0.0,
    json_file: JsonOption = None,
) -> None:
    """Size for a share: the command's name says which."""
    _answer(str(context.info_name), _keys(locals(), {"n": n}), level, json_file)


@sample_size_app.command()
def correlation(
    expected: _Expected,
    null: _Null = None,
    half_width: _HalfWidth = None,
    power: _Power = None,
    alpha: _Alpha = 0.05,
    one_sided: _OneSided = None,
    method: _Method = "",
    level: _Level = 0.95,
    n: _N = None,
    assurance: _Assurance = None,
    not_assessable: _Lost = 0.0,
    lesions_per_subject: _Lesions = 1.0,
    icc_within: _Within = 0.0,
    json_file: JsonOption = None,
) -> None:
    """A correlation (--method bonett-wright, fisher-z-1.06, fisher-z; for power also t-test)."""
    _answer("correlation", _keys(locals(), {"n": n}), level, json_file)


@sample_size_app.command()
def icc(
    expected: _Expected,
    null: _Null = None,
    half_width: _HalfWidth = None,
    power: _Power = None,
    readers: Annotated[int, typer.Option("--readers", min=2, help="Readings of each lesion.")] = 2,
    alpha: _Alpha = 0.05,
    one_sided: _OneSided = None,
    method: _Method = "",
    level: _Level = 0.95,
    n: _N = None,
    assurance: _Assurance = None,
    not_assessable: _Lost = 0.0,
    lesions_per_subject: _Lesions = 1.0,
    icc_within: _Within = 0.0,
    json_file: JsonOption = None,
) -> None:
    """An intraclass correlation (--method bonett, f; for power walter, exact-f)."""
    _answer("icc", {**_keys(locals(), {"n": n}), "readers": readers}, level, json_file)


@sample_size_app.command()
def limits(
    sd: Annotated[float, typer.Option("--sd", help="SD of the differences of two readings.")],
    bias: Annotated[float, typer.Option("--bias", help="Their mean.")] = 0.0,
    within: Annotated[
        float | None, typer.Option("--within", help="Show that the limits lie within ± this.")
    ] = None,
    half_width: _HalfWidth = None,
    sure: _Sure = None,
    power: _Power = None,
    alpha: _Alpha = 0.05,
    method: _Method = "",
    level: _Level = 0.95,
    n: _N = None,
    assurance: _Assurance = None,
    not_assessable: _Lost = 0.0,
    lesions_per_subject: _Lesions = 1.0,
    icc_within: _Within = 0.0,
    json_file: JsonOption = None,
) -> None:
    """Limits of agreement (--method exact, exact-mean, rule-1986; for power lu, exact)."""
    keys = _keys(
        {**locals(), "null": within}, {"n": n, "sd": sd, "bias": bias, "clinical_difference": within}
    )
    _answer("limits", {**keys, "null": None}, level, json_file)


@sample_size_app.command()
def groups(
    expected: Annotated[float, typer.Option("--expected", help="Probability of a larger value (the AUC).")],
    power: _Power = None,
    alpha: _Alpha = 0.05,
    one_sided: _OneSided = None,
    positives: _Positives = None,
    negatives: _Negatives = None,
    ratio: _Ratio = None,
    prevalence: _Prevalence = None,
    assurance: _Assurance = None,
    not_assessable: _Lost = 0.0,
    lesions_per_subject: _Lesions = 1.0,
    icc_within: _Within = 0.0,
    json_file: JsonOption = None,
) -> None:
    """Two groups by the Mann-Whitney test (Noether 1987)."""
    keys = _keys(locals(), {"n_positive": positives, "n_negative": negatives})
    _answer("groups", {**keys, "goal": "power"}, 0.95, json_file)


@sample_size_app.command()
def logistic(
    parameters: Annotated[int, typer.Option("--parameters", min=1, help="Coefficients, no intercept.")],
    prevalence: Annotated[float, typer.Option("--prevalence", help="Share of cases with the outcome.")],
    r_squared: Annotated[float, typer.Option("--r-squared", help="Cox-Snell R² expected in new cases.")],
    assurance: _Assurance = None,
    not_assessable: _Lost = 0.0,
    json_file: JsonOption = None,
) -> None:
    """A logistic model with several predictors (Riley et al. 2019)."""
    keys = {
        "parameters": parameters,
        "prevalence": prevalence,
        "r_squared": r_squared,
        "assurance": assurance,
        "not_assessable": not_assessable,
    }
    _answer("logistic", keys, 0.95, json_file)


_SAME = (
    "expected",
    "second",
    "null",
    "half_width",
    "alpha",
    "one_sided",
    "method",
    "ratio",
    "prevalence",
    "assurance",
    "not_assessable",
    "lesions_per_subject",
    "icc_within",
    "r_positive",
    "r_negative",
)


def _keys(given: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The question's keys, with the goal that the options amount to."""
    keys = {name: given[name] for name in _SAME if name in given} | more
    power, sure, half_width = given.get("power"), given.get("sure"), given.get("half_width")
    is_given = any(more.get(name) is not None for name in ("n", "n_positive", "n_negative"))
    if sure is not None and half_width is not None:
        return {**keys, "goal": "assurance", "power": sure}
    if half_width is not None and power is not None:
        raise UsageError(
            "usage.option",
            "--half-width and --power are two wishes, each with a number of its own.",
            remedy="Ask twice, and take the larger number; or give --sure with --half-width.",
        )
    if half_width is not None:
        return {**keys, "goal": "precision"}
    if power is not None:
        return {**keys, "goal": "power", "power": power}
    if is_given:
        return {**keys, "goal": "precision" if given.get("null") is None else "power"}
    raise UsageError(
        "usage.option",
        "What is wanted is missing.",
        remedy="Give --half-width or --power; or the numbers there will be, to see what they give.",
    )


def _pilot(path: Path, marker: str, outcome: str, positive: list[str], direction: str) -> CaseTable:
    from adcurate.model.table_plan import TableColumns, TableMarker, TablePlan
    from adcurate.study.sample_size import read_pilot

    if not (marker and outcome and positive):
        raise UsageError(
            "usage.option",
            "A pilot needs --marker, --outcome, --positive and --direction.",
            remedy="For example: --marker adc --outcome grade --positive G3 --direction low.",
        )
    side = one_of("--direction", direction, ("low", "high"))
    columns = TableColumns(
        outcome=outcome,
        positive=tuple(positive),
        positive_label=", ".join(positive),
        negative_label="other",
    )
    plan = TablePlan(
        title=path.stem, columns=columns, markers=(TableMarker(marker, "low" if side == "low" else "high"),)
    )
    return read_pilot(path, plan)


def _answer(
    design: str,
    keys: dict[str, Any],
    level: float,
    json_file: Path | None,
    pilot: CaseTable | None = None,
    seed: int = 1,
) -> None:
    from adcurate.cli.console import show_lines, show_table
    from adcurate.model.answers.sample_size import SampleSizeQuestion
    from adcurate.model.jsonable import as_jsonable
    from adcurate.report.answers.sample_size import view_sample_size
    from adcurate.report.scale import scale_of_values
    from adcurate.study.sample_size import plan_sample_size

    question = SampleSizeQuestion(design=design, **keys)  # type: ignore[arg-type]
    answer = plan_sample_size(question, pilot=pilot, level=level, seed=seed)
    if not wants_only_json(json_file):
        scale = scale_of_values([1.0 if question.sd is None else question.sd])
        scale = replace(scale, decimals=max(1, scale.decimals - 2))
        view = view_sample_size(answer, scale)
        show_lines([view.title, "", "For the protocol:", *view.sentences, ""])
        for table in view.tables:
            show_table(table.title, table.columns, table.rows, note=table.note)
        show_lines(list(view.notes))
    head = {"schema": "adcurate.sample-size", "schema_version": 1, "seed": seed}
    write_json(json_file, head | as_jsonable(answer))
