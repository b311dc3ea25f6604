"""An analysis as a script in plain R: the methods it needs, then a block for each question."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Final

from adcurate.report.r_script.comparison import is_repeated, number_leaves
from adcurate.report.r_script.marker import LIBRARIES, marker_part
from adcurate.report.r_script.questions import question_parts
from adcurate.report.r_script.quote import r_comment, r_heading, r_number
from adcurate.report.r_script.request import ScriptRequest, left_out_keys
from adcurate.report.r_script.tables import are_equal, name_columns, write_cases, write_studies

SCRIPT_NAME: Final = "analysis.R"
# The order in which methods are written: each uses those before it.
LIBRARY_ORDER: Final = (
    "numbers",
    "cases",
    "resampling",
    "proportion",
    "groups",
    "spearman",
    "roc",
    "youden",
    "accuracy",
    "subsets",
    "assessability",
    "areas",
    "roc_detail",
    "grades",
    "trend",
    "rules",
    "agreement",
    "kappa",
    "clusters",
    "ki67",
    "readers",
    "design",
    "logistic",
    "ordinal",
    "validation",
    "combined",
    "decision",
    "calibration",
    "literature",
    "missing",
    "mixed",
    "scanners",
    "combat",
)
_LARGEST_SEED: Final = 2_147_483_647


def r_script_files(request: ScriptRequest, content: Mapping[str, Any]) -> dict[str, bytes]:
    """Return the script and the tables it reads, by file name; `content` is that of analysis.json."""
    names = name_columns(request.units)
    files = {"cases.csv": write_cases(request.units, names)}
    if not are_equal(request.lesions, request.units):
        files["lesions.csv"] = write_cases(request.lesions, names)
    if not are_equal(request.readings, request.lesions):
        files["readings.csv"] = write_cases(request.readings, names)
    if request.studies:
        files["studies.csv"] = write_studies({key: table.rows for key, table in request.studies.items()})
    questions = question_parts(request, names)
    libraries = {"numbers", "cases", *LIBRARIES, *questions.libraries}
    parts = [
        _head(request),
        r_comment("Part 1: the methods"),
        *(_library(name) for name in LIBRARY_ORDER if name in libraries),
        r_comment("Part 2: the analysis"),
        _start(request, files),
        *(
            marker_part(
                analysis,
                names.markers[analysis.marker],
                request.units.grades,
                request.methods.proportion_interval,
            )
            for analysis in request.markers
        ),
        *questions.parts,
        _END,
    ]
    files[SCRIPT_NAME] = ("\n\n".join(part.rstrip() for part in parts) + "\n").encode("ascii")
    files["numbers.csv"] = _numbers(content, left_out_keys(questions.parts))
    return files


def _head(request: ScriptRequest) -> str:
    return "\n".join(
        [
            r_comment(request.title or "An analysis"),
            "#",
            r_comment(
                f"This script repeats the analysis of {request.file_name} by Adcurate {request.version}, "
                "without Adcurate: R 4.0 or later, with the packages that come with it. It reads cases.csv "
                "(one row for each case analysed), prints every number beside Adcurate's (numbers.csv) and "
                "writes its own to analysis_r.csv."
            ),
            "#",
            r_comment(
                "Run it as a whole (Rscript analysis.R) or step by step in RStudio, with this folder as the "
                "working directory. Part 1 holds the methods, each with its source; part 2 uses them, a "
                "block for each question. Numbers that are put in rather than worked out are not repeated: "
                "the confidence level, the number of resamples, the seed, the rule of percentiles."
            ),
        ]
    )


def _start(request: ScriptRequest, files: Iterable[str]) -> str:
    methods = request.methods
    resolution = request.units.resolution
    seed = methods.seed % _LARGEST_SEED
    lines = [
        r_heading("What was chosen"),
        "# Where Rscript runs this file, its folder is the working directory.",
        'script <- sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))',
        'if (length(script) == 1) setwd(dirname(gsub("~+~", " ", script, fixed = TRUE)))',
        'RNGkind("Mersenne-Twister", "Inversion", "Rejection")',
        "# R's random numbers are its own: the same seed gives others than Adcurate's.",
        f"seed <- {seed}",
        f"level <- {r_number(methods.confidence_level)}",
        f"n_resamples <- {methods.bootstrap_resamples}",
        "# Values within this step tie; NULL: equal numbers only.",
        f"resolution <- {'NULL' if resolution is None else r_number(resolution)}",
        "",
        r_heading("The cases"),
        'cases <- read_cases("cases.csv")',
    ]
    for name, same in (("lesions", "cases"), ("readings", "lesions")):
        lines.append(f'{name} <- read_cases("{name}.csv")' if f"{name}.csv" in files else f"{name} <- {same}")
    return "\n".join(lines)


def _library(name: str) -> str:
    source = resources.files("adcurate.report").joinpath("templates", "r", f"{name}.R")
    return source.read_text("utf-8")


def _numbers(content: Mapping[str, Any], left_out: frozenset[str]) -> bytes:
    """Adcurate's numbers, for the table that the script prints."""
    leaves = list(number_leaves(content["markers"], "markers"))
    for position, answer in enumerate(content["answers"]):
        leaves += number_leaves(answer["answer"], "answers", position, "answer")
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("key", "value"))
    for key, value in leaves:
        if is_repeated(key) and not any(f"{key}/".startswith(f"{part}/") for part in left_out):
            writer.writerow((key, r_number(value)))
    return stream.getvalue().encode()


_END: Final = """# The numbers ----
numbers <- write_numbers("analysis_r.csv")
compare_numbers(numbers, "numbers.csv")"""
