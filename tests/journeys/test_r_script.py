"""A statistician without the program runs the script that is written beside a report, and gets every number.

Numbers worked out by the same formula agree to 1e-8 of the number, those at the end of a search to 1e-6,
and limits of bootstraps (whose random numbers are R's own) within the half-width that the script states.
"""

from __future__ import annotations

import csv
import json
import math
import os
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import adcurate.phantom
from adcurate.formats.table_plan import parse_table_plan
from adcurate.report.r_script import is_repeated, number_leaves, r_script_files
from adcurate.study.tables.analyze_table import analyze_table
from adcurate.study.tables.report_table import report_table
from adcurate.study.tables.table_script import script_request

Program = Callable[[str, str], str]

COHORT = Path(adcurate.phantom.__file__).parent / "cohort" / "reconstructed_cohort.csv"
HEAD = """
title = "ADC and grade"

[columns]
subject = "patient"
outcome = "who_grade"
positive = ["G3"]
grade = "who_grade"
grade_order = ["G1", "G2", "G3"]
positive_label = "high grade"
negative_label = "low grade"

[[markers]]
column = "avg_adc_1e-3_mm2_s"
name = "avgADC"
direction = "low"

[[markers]]
column = "min_adc_1e-3_mm2_s"
name = "minADC"
direction = "low"

[analysis]
bootstrap_resamples = 1000
stated_prevalence = 0.19
"""


def write_and_run(
    program: Program, folder: Path, table: Path, plan: str, *, with_report: bool = False
) -> tuple[dict[str, Any], Path]:
    """Analyse the table, write the folder and run its script; return analysis.json and the folder."""
    rscript = program("Rscript", "r-base-core")
    output = folder / "with a blank"
    result = analyze_table(table, parse_table_plan(plan.encode()))
    if with_report:
        report_table(result, output, "r")
        content = json.loads((output / "analysis.json").read_text("utf-8"))
    else:
        output.mkdir()
        content = json.loads(json.dumps(result.as_json(), allow_nan=False))
        for name, file in r_script_files(script_request(result), content).items():
            (output / name).write_bytes(file)
    # Elsewhere than the folder, without a person's settings, and in the plainest locale.
    done = subprocess.run(
        [rscript, "--vanilla", str(output / "analysis.R")],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert " numbers agree." in done.stdout
    assert "NO\n" not in done.stdout
    return content, output


def read_r(folder: Path) -> dict[str, tuple[float, str]]:
    with (folder / "analysis_r.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = {row["key"]: (_number(row["value"]), row["tolerance"]) for row in rows}
    assert len(found) == len(rows), "a number was given twice"
    return found


def _number(text: str) -> float:
    return {"NA": math.nan, "NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf}.get(text) or float(text)


def not_repeated(folder: Path) -> set[str]:
    """What the script itself says it leaves out."""
    script = (folder / "analysis.R").read_text("ascii")
    found = re.findall(r"^# NOT REPEATED: (.+)$", script, flags=re.MULTILINE)
    return {key.encode().decode("unicode_escape") for key in found}


def assert_every_number_agrees(content: dict[str, Any], folder: Path) -> int:
    """Compare each number of the markers and of the answers, in both directions; return how many."""
    found, left_out = read_r(folder), not_repeated(folder)
    leaves = dict(number_leaves(content["markers"], "markers"))
    for position, answer in enumerate(content["answers"]):
        leaves |= dict(number_leaves(answer["answer"], "answers", position, "answer"))
    wanted = {
        key: value
        for key, value in leaves.items()
        if is_repeated(key) and not any(f"{key}/".startswith(f"{part}/") for part in left_out)
    }
    missing = sorted(set(wanted) - set(found))
    assert not missing, f"not in the script: {missing[:20]}"
    wrong = []
    for key, (value, tolerance) in found.items():
        if key not in wanted:
            # What does not exist here (null) must not exist there.
            if not math.isnan(value):
                wrong.append(f"{key}: only R has {value}")
        elif not _agree(wanted[key], value, tolerance):
            wrong.append(f"{key}: {wanted[key]!r}, in R {value!r} ({tolerance})")
    assert not wrong, "\n".join(wrong[:40])
    return len(wanted)


def _agree(ours: float, theirs: float, tolerance: str) -> bool:
    if ours == theirs:
        return True
    if not (math.isfinite(ours) and math.isfinite(theirs)):
        return False
    if tolerance.startswith("monte-carlo "):
        return abs(ours - theirs) <= float(tolerance.partition(" ")[2]) + 1e-12
    share = {"exact": 1e-8, "iterative": 1e-6}[tolerance]
    return abs(ours - theirs) <= share * max(abs(ours), abs(theirs)) + 1e-14


def test_every_number_of_the_made_up_cohort_is_repeated(program: Program, tmp_path: Path) -> None:
    content, folder = write_and_run(program, tmp_path, COHORT, HEAD, with_report=True)
    assert assert_every_number_agrees(content, folder) > 500
    assert not not_repeated(folder)


def test_the_tolerance_of_a_bootstrap_is_smaller_than_what_it_measures(
    program: Program, tmp_path: Path
) -> None:
    content, folder = write_and_run(program, tmp_path, COHORT, HEAD)
    found = read_r(folder)
    for name in ("percentile-bootstrap", "bca-bootstrap"):
        interval = content["markers"]["avgADC"]["roc"]["intervals"][name]
        for end in ("low", "high"):
            _, tolerance = found[f"markers/avgADC/roc/intervals/{name}/{end}"]
            stated = float(tolerance.partition(" ")[2])
            assert 0.0 < stated < (interval["high"] - interval["low"]) / 2.0


AWKWARD = """"lésion ""1""; cat('x')/~";grade;size
0,70;high;3
0,70;high;4
0,75;mid;1
0,80;high;
0,80;mid;7
0,82;high;2
0,90;mid;3
0,90;low;9
0,90;low;4
;low;2
1,10;NA;3
1,10;mid;1
1,10;low;8
1,25;low;2
1,31;;4
1,40;low;3
1,40;mid;3
"""


def awkward_plan(**changed: str) -> str:
    """A plan for a table with ties, gaps, decimal commas and names that try to be code."""
    own = {
        "pairwise": "holm",
        "spearman": "bonett-wright",
        "auc": "bca-bootstrap",
        "cutoff": "percentile-bootstrap",
        "proportion": "wilson",
        "mann_whitney": "exact",
        "percentiles": "7",
        **changed,
    }
    return f"""
title = "\\u2264 \\"quotes\\" and \\\\ back; stop('code')"
resolution = 0.05
[columns]
outcome = "grade"
positive = ["high"]
grade = "grade"
grade_order = ["low", "mid", "high"]
decimal = ","
positive_label = "yes/no~"
[[markers]]
column = "lésion \\"1\\"; cat('x')/~"
direction = "low"
[analysis]
bootstrap_resamples = 500
confidence_level = 0.9
seed = 99999999999
percentile_type = {own["percentiles"]}
mann_whitney = "{own["mann_whitney"]}"
pairwise_adjustment = "{own["pairwise"]}"
spearman_interval = "{own["spearman"]}"
auc_interval = "{own["auc"]}"
cutoff_interval = "{own["cutoff"]}"
proportion_interval = "{own["proportion"]}"
stated_prevalence = 0.3
"""


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {
            "spearman": "bca-bootstrap",
            "auc": "delong",
            "cutoff": "bca-bootstrap",
            "mann_whitney": "asymptotic",
        },
        {"spearman": "fisher-z", "pairwise": "none", "mann_whitney": "asymptotic-continuity"},
    ],
)
def test_ties_gaps_decimal_commas_and_hostile_names_change_nothing(
    program: Program, tmp_path: Path, changed: dict[str, str]
) -> None:
    table = tmp_path / "awkward.csv"
    table.write_text(AWKWARD, encoding="utf-8")
    content, folder = write_and_run(program, tmp_path, table, awkward_plan(**changed))
    assert assert_every_number_agrees(content, folder) > 200


def test_a_separated_marker_without_grades_is_repeated_with_what_it_cannot_say(
    program: Program, tmp_path: Path
) -> None:
    table = tmp_path / "separated.csv"
    rows = [f"{0.5 + i / 10},{'yes' if i > 5 else 'no'}" for i in range(10)]
    table.write_text("\n".join(["t2,outcome", *rows]) + "\n", encoding="utf-8")
    plan = """
title = "separated"
[columns]
outcome = "outcome"
positive = ["yes"]
[[markers]]
column = "t2"
direction = "high"
[analysis]
bootstrap_resamples = 500
"""
    content, folder = write_and_run(program, tmp_path, table, plan)
    assert content["markers"]["t2"]["roc"]["auc"] == 1.0
    assert_every_number_agrees(content, folder)


QUESTIONS = {
    "sensitivity": """
rows = ["lesion_type = metastasis", "age <= 60", "vendor != siemens and field_strength_t = 3", "avgADC > 0.9",
        "sex = nobody"]
each = ["vendor"]
""",
    "assessability": "",
    "roc-comparison, markers": "",
    "roc-comparison, bootstrap": 'method = "bootstrap"',
    "roc-comparison, groups": 'group = "sex"',
    "roc-comparison, groups by normal": 'group = "sex"\nreference = "normal"',
    "roc-comparison, groups by bootstrap": 'group = "sex"\nmethod = "bootstrap"',
    "grades": "",
    "grades, other methods": """
interval = "bca-bootstrap"
test = "mann-whitney"
c_interval = "percentile-bootstrap"
""",
    "trend": "",
    "trend, covariates": """
covariates = ["age", "minADC"]
tau_interval = "bca-bootstrap"
partial_interval = "percentile-bootstrap"
alternative = "decreasing"
markers = ["avgADC"]
""",
    "trend, other intervals": """
covariates = ["age"]
tau_interval = "fieller"
partial_interval = "bca-bootstrap"
test = "asymptotic"
markers = ["minADC"]
""",
    "prevalence": "",
    "prevalence, stated": 'markers = ["avgADC"]\ncutoff = 0.8\nband = "adjusted-logit"',
    "prevalence, box": 'markers = ["avgADC"]\nband = "confidence-box"',
    "external-cutoffs": """
studies = ["A", "B"]
cutoffs = [0.9, 1.1]
sensitivities = [0.8, -1]
specificities = [0.75, 0.5]
n_positive = [25, -1]
n_negative = [40, -1]
markers = ["avgADC"]
interval = "wilson"
""",
    "logistic": "",
    "logistic, likelihood": """
predictors = ["avgADC", "age"]
penalty = "none"
per = ["0.1", "sd"]
beyond = ["age"]
""",
    "logistic, wald": 'predictors = ["avgADC", "sex"]\ncategorical = ["sex"]\ninterval = "wald"',
    "ordinal": "",
    "ordinal, adjusted": """
markers = ["avgADC"]
adjust_for = ["age", "sex"]
categorical = ["sex"]
per = "0.1"
""",
    "ordinal, wald": 'interval = "wald"\nmarkers = ["minADC"]',
    "roc-detail": 'markers = ["avgADC"]',
    "roc-detail, other methods": """
markers = ["minADC"]
band = "kolmogorov-smirnov"
partial_focus = "sensitivity"
partial_range = [0.7, 0.95]
specificities = [0.5, 0.8, 0.95, 1.0]
sensitivities = [0.5, 0.9, 1.0]
point_interval = "exact-joint"
cost_ratio = 2
prevalence = 0.1
ties = "most-sensitive"
resampling = "within-classes"
""",
    "validation": "",
    "validation, stratified": """
ties = "most-sensitive"
resampling = "stratified"
markers = ["avgADC"]
folds = 3
""",
    "decision-curve": "resamples = 500",
    "decision-curve, stated": 'markers = ["avgADC"]\ncutoff = 0.9\nprevalence = 0.3\nresamples = 500',
    "calibration": "resamples = 200\nmarkers = ['avgADC']",
    "calibration, together": 'together = true\npenalty = "firth"\ngroups = 3\nresamples = 200',
    "roc-detail, bt2": 'markers = ["avgADC"]\npoint_interval = "bt2-bootstrap"',
    "ki67": 'column = "ki67_percent"\npermutations = 2000',
    "ki67, log": 'column = "ki67_percent"\ntransform = "log"\ntest = "asymptotic"\nmarkers = ["avgADC"]',
    "combined-marker": "repeats = 20",
    "combined-marker, columns": """
predictors = ["minADC", "age", "avgADC"]
low = ["age"]
per = ["0.1", "10", "sd"]
""",
}


def test_the_answer_to_each_kind_of_question_is_repeated(program: Program, tmp_path: Path) -> None:
    entries = [
        f'[[plan.questions]]\nkind = "{asked.partition(",")[0]}"\n{keys}' for asked, keys in QUESTIONS.items()
    ]
    content, folder = write_and_run(program, tmp_path, COHORT, "\n".join([HEAD, *entries]))
    refused = [name for name, a in zip(QUESTIONS, content["answers"], strict=True) if a["refusal"]]
    assert not refused
    assert_every_number_agrees(content, folder)
    # Divisions at random; and, where equal risks differ in their last digits, what depends on that.
    by_ties = {"curve_risk", "curve_observed", "groups", "hosmer_lemeshow"}
    by_ties |= {"reliability", "resolution", "within_groups"}
    searched = {f"{name}_bounds/{end}" for name in ("tau", "rho") for end in ("low", "high")}
    left_out = {key for key in not_repeated(folder) if "/".join(key.split("/")[-2:]) not in searched}
    assert {key.rpartition("/")[2] for key in left_out} <= {"repeats"} | by_ties


def readers_table() -> str:
    """Three readers, two sessions, some lesions sharing a subject, some readings missing."""
    chance = random.Random(3)
    rows = ["patient,lesion,reader,session,adc,grade,call,size"]
    for patient in range(30):
        grade = chance.choice(("G1", "G2", "G3"))
        for lesion in range(1 + (patient % 3 == 0)):
            base = 1.4 - 0.2 * int(grade[1]) + chance.gauss(0, 0.12)
            for reader in "ABC":
                for session in "12":
                    if (reader == "C" and patient % 7 == 0) or (
                        reader + session == "B1" and patient % 11 == 0
                    ):
                        continue
                    value = "" if chance.random() < 0.02 else f"{base + chance.gauss(0, 0.05):.3f}"
                    weights = {"G1": (3, 1, 1), "G2": (1, 2, 1), "G3": (1, 1, 4)}[grade]
                    call = chance.choices(("low", "mid", "high"), weights)[0]
                    rows.append(f"P{patient},L{lesion},{reader},{session},{value},{grade},{call},{patient}")
    return "\n".join(rows) + "\n"


def test_readings_and_choices_of_them_are_repeated(program: Program, tmp_path: Path) -> None:
    table = tmp_path / "readers.csv"
    table.write_text(readers_table(), encoding="utf-8")
    plan = """
title = "Readers"
resolution = 0.001
[columns]
subject = "patient"
lesion = "lesion"
reader = "reader"
session = "session"
outcome = "grade"
positive = ["G3"]
grade = "grade"
grade_order = ["G1", "G2", "G3"]
[[markers]]
column = "adc"
direction = "low"
[analysis]
bootstrap_resamples = 500
[[plan.questions]]
kind = "kappa"
column = "call"
order = ["low", "mid", "high"]
weights = "quadratic"
[[plan.questions]]
kind = "kappa"
column = "adc"
cutoff = 0.95
between = "session"
weights = "linear"
[[plan.questions]]
kind = "sensitivity"
rows = ["reader = B", "value = mean", "value = mean and size > 20", "adc <= 1.1"]
each = ["reader"]
[[plan.questions]]
kind = "agreement"
organ = "liver"
[[plan.questions]]
kind = "agreement"
between = "reader"
bland_altman = "log"
limits_interval = "approximate-1999"
[[plan.questions]]
kind = "agreement"
between = "session"
bland_altman = "percent"
limits_interval = "approximate-1986"
"""
    content, folder = write_and_run(program, tmp_path, table, plan)
    assert [answer["refusal"] for answer in content["answers"]] == [None] * 6
    assert (folder / "readings.csv").exists()
    assert_every_number_agrees(content, folder)


LESIONS = """
title = "Lesions"
resolution = 0.01
[columns]
subject = "patient"
lesion = "lesion"
reader = "reader"
session = "session"
outcome = "grade"
positive = ["G3"]
grade = "grade"
grade_order = ["G1", "G2", "G3"]
[[markers]]
column = "adc"
direction = "low"
[[markers]]
column = "sd"
direction = "high"
[analysis]
bootstrap_resamples = 500
[[plan.questions]]
kind = "clusters"
[[plan.questions]]
kind = "clusters"
one_lesion = "largest"
size_column = "size"
cutoffs = [1.0, 0.4]
stratified = false
difference = "median"
auc_interval = "obuchowski"
[[plan.questions]]
kind = "readers-roc"
session = "1"
[[plan.questions]]
kind = "readers-roc"
session = "2"
covariance = "jackknife"
readers = "fixed"
[[plan.questions]]
kind = "readers-roc"
session = "1"
markers = ["sd"]
covariance = "obuchowski"
cases = "fixed"
[[plan.questions]]
kind = "ki67"
column = "ki 67"
permutations = 500
"""


def lesions_table(n: int, readers: tuple[str, ...], seed: int) -> str:
    """One to four lesions in a subject, read twice by each reader; Ki-67 in every form a report has."""
    chance = random.Random(seed)
    rows = ["patient,lesion,reader,session,adc,sd,grade,size,ki 67"]
    for patient in range(n):
        shared, usual = chance.gauss(0, 0.1), chance.choice(("G1", "G2", "G3"))
        for lesion in range(chance.choice((1, 1, 2, 4))):
            grade = usual if chance.random() < 0.7 else chance.choice(("G1", "G2", "G3", ""))
            worse = 0.2 * int(grade[1:] or 2) + shared + chance.gauss(0, 0.1)
            percent = min(90.0, math.exp(4 * worse + chance.gauss(0, 0.5)))
            whole = int(percent)
            ki67 = chance.choice(
                [
                    f"{percent:.1f}",
                    f"≤{whole + 1}",
                    f"< {whole + 1} %",
                    f"{whole}–{whole + 2}%",
                    f"> {whole}",
                    "",
                ]
            )
            size = chance.choice((8, 10, 15))
            for reader in readers:
                for session in "12":
                    adc = "" if chance.random() < 0.01 else f"{1.5 - worse + chance.gauss(0, 0.05):.2f}"
                    sd = f"{0.2 + worse / 3 + chance.gauss(0, 0.05):.2f}"
                    rows.append(f"P{patient},L{lesion},{reader},{session},{adc},{sd},{grade},{size},{ki67}")
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize(("n", "readers", "seed"), [(30, ("R2", "R10", "R1"), 1), (6, ("A", "B"), 6)])
def test_several_lesions_several_readers_and_ranges_are_repeated(
    program: Program, tmp_path: Path, n: int, readers: tuple[str, ...], seed: int
) -> None:
    table = tmp_path / "lesions.csv"
    table.write_text(lesions_table(n, readers, seed), encoding="utf-8")
    content, folder = write_and_run(program, tmp_path, table, LESIONS)
    assert [answer["refusal"] for answer in content["answers"]] == [None] * 6
    assert assert_every_number_agrees(content, folder) > 2000
    assert all("_bounds/" in key or key.endswith("/interval") for key in not_repeated(folder))


# Studies of diffusion are pooled in mm2/s: the plan must say in what the table's markers are.
IN_MM2_PER_S = ('direction = "low"', 'direction = "low"\nunit = "1e-3 mm2/s"')
SCANNERS_AND_STUDIES = (
    """kind = "scanners"
by = ["vendor", "field_strength_t", "b_values_s_mm2"]
combat = true
random = true""",
    'kind = "scanners"\nby = ["vendor", "field_strength_t"]\ncombat = true',
    'kind = "mixed"\ngroup = "vendor"\nsecond_group = "b_values_s_mm2"',
    """kind = "mixed"
group = "b_values_s_mm2"
compare = "grade"
covariates = ["age"]
factors = ["sex"]
estimation = "ml" """,
    'kind = "mixed"\ngroup = "b_values_s_mm2"\ncompare = "none"\nmarkers = ["avgADC"]',
    'kind = "literature-means"',
    """kind = "literature-means"
tau2 = "paule-mandel"
measure = "hedges-g"
interval = "knapp-hartung-at-least-one"
prediction = "as-interval"
egger = "mixed-effects-reml"
convert = "wan-2014" """,
    """kind = "literature-means"
marker = "minADC"
tau2 = "dersimonian-laird"
measure = "ratio-of-means"
mean_scale = "log"
interval = "normal"
prediction = "none"
pool_this_study = false""",
    'kind = "literature-means"\ntau2 = "fixed"\ngroups = ["G1", "G3"]',
    'kind = "literature-correlation"',
    'kind = "literature-correlation"\nvariance = "pearson"\ntau2 = "dersimonian-laird"',
    """kind = "literature-correlation"
variance = "spearman-bonett-wright"
against = "ki-67"
tau2 = "fixed" """,
    'kind = "missing"\npredictors = ["age", "vendor", "ki67_percent"]',
)


def test_scanners_subjects_studies_and_gaps_are_repeated(program: Program, tmp_path: Path) -> None:
    questions = [f"[[plan.questions]]\n{asked}" for asked in SCANNERS_AND_STUDIES]
    plan = "\n".join([HEAD.replace(*IN_MM2_PER_S), *questions])
    content, folder = write_and_run(program, tmp_path, COHORT, plan)
    assert [answer["refusal"] for answer in content["answers"]] == [None] * len(questions)
    assert (folder / "studies.csv").exists()
    assert assert_every_number_agrees(content, folder) > 5000
    assert not not_repeated(folder)


MEANS = """study,year,marker,group,n,statistic,centre,spread,low,high,unit,certain,note
A,2001,avgADC,G1,12,mean-sd,1.31,0.2,,,1e-3 mm2/s,yes,
A,2001,avgADC,G3,9,mean-sd,0.91,0.25,,,1e-3 mm2/s,yes,
A,2003,avgADC,G1,22,mean-se,1.21,0.05,,,1e-3 mm2/s,yes,
A,2003,avgADC,G3,7,mean-se,0.81,0.07,,,1e-3 mm2/s,yes,
B,2005,avgADC,G1,10,median-range,1.2,,0.8,1.9,1e-3 mm2/s,yes,
B,2005,avgADC,G3,8,mean-range,0.9,,0.5,1.4,1e-3 mm2/s,yes,
\u00c7,,avgADC,G1,5,mean-sd,1.25,0,,,1e-3 mm2/s,yes,
\u00c7,,avgADC,G2,5,mean-sd,1.15,0.1,,,1e-3 mm2/s,yes,
D,2010,avgADC,G2,5,,,,,,1e-3 mm2/s,no,illegible
D,2010,avgADC,G1,1,mean-sd,1.2,0,,,1e-3 mm2/s,yes,
"""


def test_a_table_of_studies_with_gaps_and_this_very_study_is_repeated(
    program: Program, tmp_path: Path
) -> None:
    with COHORT.open(encoding="utf-8", newline="") as rows:
        values = [(row["who_grade"], row["avg_adc_1e-3_mm2_s"]) for row in csv.DictReader(rows)]
    printed = MEANS
    for grade in ("G1", "G3"):
        own = [float(value) for of, value in values if of == grade and value]
        mean = sum(own) / len(own)
        printed += f"Ourselves,2020,avgADC,{grade},{len(own)},mean-sd,{mean:.3f},0.3,,,1e-3 mm2/s,yes,\n"
    studies = tmp_path / "studies of others.csv"
    studies.write_text(printed, encoding="utf-8")
    asked = ('convert = "wan-2014"\nmeasure = "hedges-g"', 'tau2 = "dersimonian-laird"')
    questions = [
        f'[[plan.questions]]\nkind = "literature-means"\nstudies_file = "{studies}"\n{keys}' for keys in asked
    ]
    plan = "\n".join([HEAD.replace(*IN_MM2_PER_S), *questions])
    content, folder = write_and_run(program, tmp_path, COHORT, plan)
    left_out = content["answers"][0]["answer"]["left_out"]
    assert [row["study"] for row in left_out] == ["Ourselves", "D", "D"]
    assert_every_number_agrees(content, folder)
    assert not not_repeated(folder)


def several_scanners_table() -> str:
    """Several lesions of a subject, four markers, a scanner of one case, ties, gaps, 3 and 3.0 tesla."""
    chance = random.Random(1)
    rows = ["patient,lesion,grade,mean adc,m\u00edn/x,gamma,delta,vendor,field_t,site"]
    for patient in range(30):
        for lesion in range(1 + (patient % 3 == 0) + (patient % 5 == 0)):
            grade, scanner = chance.choice(("G1", "G2", "G3")), chance.randrange(3)
            centre = 1.4 - 0.1 * int(grade[1]) + 0.05 * scanner
            values = [f"{centre + chance.gauss(0, 0.15):.2f}" for _ in range(4)]
            values[1] = "" if chance.random() < 0.1 else values[1]
            site = "lone" if patient == 7 else f"S{chance.randrange(6)}"
            cells = (f"P{patient}", f"L{lesion}", grade, *values, f"v\u00e9ndor {scanner}")
            rows.append(",".join([*cells, chance.choice(("1.5", "3", "3.0")), site]))
    return "\n".join(rows) + "\n"


def test_several_scanners_and_lesions_of_a_subject_are_repeated(program: Program, tmp_path: Path) -> None:
    table = tmp_path / "scanners.csv"
    table.write_text(several_scanners_table(), encoding="utf-8")
    directions = {"mean adc": "low", "m\u00edn/x": "low", "gamma": "high", "delta": "low"}
    markers = [f'[[markers]]\ncolumn = "{name}"\ndirection = "{way}"' for name, way in directions.items()]
    plan = f"""
title = "Scanners"
resolution = 0.01
[columns]
subject = "patient"
lesion = "lesion"
outcome = "grade"
positive = ["G3"]
grade = "grade"
grade_order = ["G1", "G2", "G3"]
{chr(10).join(markers)}
[analysis]
bootstrap_resamples = 500
cutoff_interval = "percentile-bootstrap"
[plan]
unit = "lesion"
[[plan.questions]]
kind = "scanners"
by = ["vendor", "field_t"]
combat = true
random = true
[[plan.questions]]
kind = "scanners"
by = ["site"]
combat = true
random = true
markers = ["mean adc", "gamma"]
[[plan.questions]]
kind = "mixed"
second_group = "site"
compare = "grade"
[[plan.questions]]
kind = "mixed"
estimation = "ml"
factors = ["vendor"]
covariates = ["gamma"]
markers = ["mean adc"]
[[plan.questions]]
kind = "missing"
predictors = ["vendor", "site"]
"""
    content, folder = write_and_run(program, tmp_path, table, plan)
    assert [answer["refusal"] for answer in content["answers"]] == [None] * 5
    assert_every_number_agrees(content, folder)
    # ComBat's steps, and areas of values that harmonizing may or may not have made equal.
    assert {key.rpartition("/")[2] for key in not_repeated(folder)} <= {"n_steps", "blind_auc"}


def test_what_is_not_repeated_says_so(program: Program, tmp_path: Path) -> None:
    plan = f"""{HEAD}
[[plan.questions]]
kind = "sensitivity"
rows = ["edition = who-2010", "sex = F"]
ki67_column = "ki67_percent"
markers = ["avgADC"]
[[plan.questions]]
kind = "literature-accuracy"
[[plan.questions]]
kind = "missing"
impute = true
imputations = 2
markers = ["minADC"]
"""
    content, folder = write_and_run(program, tmp_path, COHORT, plan.replace(*IN_MM2_PER_S))
    assert_every_number_agrees(content, folder)
    imputed = {f"answers/2/answer/{part}" for part in ("imputation", "markers/0/pooled_auc")}
    imputed.add("answers/2/answer/markers/0/pooled_rho")
    assert not_repeated(folder) == {"answers/0/answer/rows/1", "answers/1/answer"} | imputed
    assert "docs/methods/literature-accuracy.md" in (folder / "analysis.R").read_text("ascii")
