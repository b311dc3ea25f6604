"""A table of numbers becomes the statistics of a study: the published ones, and all that can be wrong."""

import csv
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import AdcurateError, InputError, StatisticsError, TableError, UsageError
from adcurate.model.protocol import Analysis
from adcurate.model.table_plan import TableColumns, TableMarker, TablePlan
from adcurate.phantom.cohort import load_published
from adcurate.report.numbers import show_number, show_p
from adcurate.study.tables.analyze_table import analyze_table

COHORT = Path(__file__).parents[3] / "src/adcurate/phantom/cohort/reconstructed_cohort.csv"
AVERAGE, MINIMUM = "avg_adc_1e-3_mm2_s", "min_adc_1e-3_mm2_s"
PUBLISHED = load_published()
QUICK = Analysis(seed=1, bootstrap_resamples=200)
ROWS = [
    ("G1", 9.0, 1.0),
    ("G1", 8.0, 1.5),
    ("G2", 7.0, 2.5),
    ("G2", 5.5, 2.0),
    ("G2", 6.0, 3.5),
    ("G3", 5.0, 3.0),
    ("G3", 2.0, 5.0),
    ("G3", 5.8, 4.0),
]


def write(path, rows, header=("grade", "adc", "size"), delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream, delimiter=delimiter).writerows([header, *rows])
    return path


def question(
    *markers, outcome="grade", positive=("G3",), direction="low", grade="grade", methods=QUICK, **rest
):
    return TablePlan(
        title="",
        columns=TableColumns(outcome, positive, grade=grade or "", **rest),
        markers=tuple(TableMarker(name, direction) for name in markers or ("adc",)),
        analysis=methods,
    )


def answer(path, asked=None, **options):
    return analyze_table(path, asked or question(), **options).as_json()


@pytest.fixture(scope="module")
def cohort():
    asked = question(
        AVERAGE, MINIMUM, outcome="who_grade", grade="who_grade", methods=Analysis(bootstrap_resamples=300)
    )
    return answer(COHORT, asked)["markers"]


@pytest.fixture
def table(tmp_path):
    return write(tmp_path / "table.csv", ROWS)


MARKERS = pytest.mark.parametrize(("column", "key"), [(AVERAGE, "avg_adc"), (MINIMUM, "min_adc")])


@MARKERS
def test_the_published_groups_come_out(cohort, column, key):
    for grade in ("g1", "g2", "g3"):
        group = cohort[column]["groups"][grade.upper()]
        assert group["n"] == PUBLISHED["cohort"][grade]
        mean, sd = PUBLISHED[key]["mean_sd"][grade]
        median, iqr = PUBLISHED[key]["median_iqr"][grade]
        assert show_number(group["mean"], 2) == show_number(mean, 2)
        assert show_number(group["sd"], 2) == show_number(sd, 2)
        assert show_number(group["median"], 3) == show_number(median, 3)
        assert show_number(group["iqr"], 3) == show_number(iqr, 3)


@MARKERS
def test_the_published_tests_and_correlation_come_out(cohort, column, key):
    pairs = {
        f"{pair['first']}_{pair['second']}".lower(): show_p(pair["p_value"])
        for pair in cohort[column]["kruskal_wallis"]["pairwise"]
    }
    assert pairs == {
        pair: show_p(p) if isinstance(p, float) else p.replace("<", "< ")
        for pair, p in PUBLISHED[key]["pairwise_p"].items()
    }
    assert 0.0005 <= cohort[column]["mann_whitney"]["p_value"] < 0.001
    assert round(cohort[column]["spearman"]["rho"], 3) == PUBLISHED[key]["spearman"]["rho"]
    assert cohort[column]["spearman"]["n_resamples"] == 300


@MARKERS
def test_the_published_curve_and_cut_off_come_out(cohort, column, key):
    wanted, roc, youden = PUBLISHED[key], cohort[column]["roc"], cohort[column]["youden"]
    assert round(roc["auc"], 3) == wanted["auc"]["value"]
    exact = roc["intervals"]["exact-binomial"]
    assert [round(exact["low"], 3), round(exact["high"], 3)] == wanted["auc"]["ci95"]
    assert (round(youden["cutoff"], 3), youden["rule"]) == (wanted["youden"]["cutoff"], "<=")
    assert round(youden["j"], 4) == wanted["youden"]["j"]
    for name, printed in wanted["at_cutoff"].items():
        assert round(100 * cohort[column]["at_cutoff"][name]["value"], 2) == printed


def test_the_area_of_a_small_table_is_counted_by_hand(table):
    marker = answer(table)["markers"]["adc"]
    # Of 3 x 5 pairs, 14 are concordant: 5.8 lies above 5.5.
    assert (marker["roc"]["concordant_pairs"], marker["roc"]["auc"]) == (14, 14 / 15)
    assert (marker["youden"]["cutoff"], marker["youden"]["j"]) == (5.8, 0.8)
    assert marker["mann_whitney"]["u_x"] == 14


def numbers_of(value, path=""):
    if isinstance(value, dict):
        return {k: v for name, item in value.items() for k, v in numbers_of(item, f"{path}/{name}").items()}
    if isinstance(value, list):
        return {k: v for i, item in enumerate(value) for k, v in numbers_of(item, f"{path}/{i}").items()}
    return {path: value}


def test_a_negated_marker_with_high_values_positive_gives_the_mirrored_result(tmp_path, table):
    negated = write(tmp_path / "negated.csv", [(grade, -adc, size) for grade, adc, size in ROWS])
    plain = answer(table)["markers"]["adc"]
    mirrored = answer(negated, question(direction="high"))["markers"]["adc"]
    assert mirrored["youden"]["rule"] == ">="
    assert mirrored["youden"]["cutoff"] == -plain["youden"]["cutoff"]
    assert mirrored["spearman"]["rho"] == pytest.approx(-plain["spearman"]["rho"], abs=1e-15)
    for part in ("at_cutoff", "roc"):
        ours, theirs = numbers_of(plain[part]), numbers_of(mirrored[part])
        for path, value in ours.items():
            if "cutoff" in path:
                assert theirs[path] == (value.translate({45: ""}) if isinstance(value, str) else -value)
            else:
                assert theirs[path] == pytest.approx(value, nan_ok=True), path
    for name in ("exact", "asymptotic"):
        p_values = [one["mann_whitney"]["variants"][name]["p_value"] for one in (plain, mirrored)]
        assert p_values[0] == pytest.approx(p_values[1], rel=1e-12)
    low, high = (plain["youden"]["interval"][side] for side in ("low", "high"))
    assert (mirrored["youden"]["interval"]["low"], mirrored["youden"]["interval"]["high"]) == (-high, -low)


def test_asking_for_the_wrong_direction_says_so_by_the_area(table):
    low, high = (
        answer(table, question(direction=d))["markers"]["adc"]["roc"]["auc"] for d in ("low", "high")
    )
    assert low + high == pytest.approx(1)


def test_missing_values_are_left_out_of_their_marker_alone_and_counted(tmp_path):
    rows = [*ROWS, ("G1", "", 9.0), ("G2", "NA", 9.0), ("", 1.0, 9.0), ("n/a", 1.0, "nan")]
    result = answer(write(tmp_path / "table.csv", rows), question("adc", "size"))
    adc, size = result["markers"]["adc"], result["markers"]["size"]
    assert result["n_rows"] == 12
    assert (adc["n"], adc["n_missing"]) == (8, 4)
    assert (size["n"], size["n_missing"]) == (10, 2)
    assert result["grades"] == ["G1", "G2", "G3"]
    whole = answer(write(tmp_path / "whole.csv", ROWS))["markers"]["adc"]
    assert adc == {**whole, "n_missing": 4}


def text_of(path, asked):
    return json.dumps(answer(path, asked), allow_nan=False)


def test_the_same_seed_gives_the_same_bytes(table):
    asked = question("adc", "size")
    assert text_of(table, asked) == text_of(table, asked)


def test_another_seed_moves_only_bootstraps(table):
    first = numbers_of(answer(table, question("adc", "size")))
    second = numbers_of(
        answer(table, question("adc", "size", methods=Analysis(seed=2, bootstrap_resamples=200)))
    )
    moved = {path for path in first if first[path] != second[path]}
    assert "/markers/adc/spearman/interval/low" in moved
    for path in moved - {path for path in moved if path.endswith("/seed")}:
        assert "interval" in path or path.endswith(("/n_dropped", "/n_undefined")), path
        for exact in ("delong", "fisher-z", "bonett-wright", "exact-binomial", "at_cutoff"):
            assert exact not in path


def test_adding_a_marker_or_turning_their_order_changes_no_number_of_another(table):
    alone = answer(table)["markers"]["adc"]
    for markers in (("adc", "size"), ("size", "adc")):
        assert answer(table, question(*markers))["markers"]["adc"] == alone


@given(st.permutations(ROWS))
@settings(max_examples=10, deadline=None)
def test_the_order_of_the_rows_moves_nothing_but_resampled_correlations(tmp_path_factory, rows):
    folder = tmp_path_factory.mktemp("rows")
    plain = answer(write(folder / "table.csv", ROWS))["markers"]["adc"]
    turned = answer(write(folder / "table.csv", rows))["markers"]["adc"]
    for part in ("roc", "youden", "mann_whitney", "kruskal_wallis", "at_cutoff"):
        ours, theirs = numbers_of(plain[part]), numbers_of(turned[part])
        for path, value in ours.items():
            assert theirs[path] == (pytest.approx(value) if isinstance(value, float) else value), path


@pytest.mark.parametrize("delimiter", [";", "\t"], ids=["semicolon", "tab"])
def test_other_delimiters_give_the_same_numbers(tmp_path, table, delimiter):
    other = write(tmp_path / "other.csv", ROWS, delimiter=delimiter)
    assert answer(other)["markers"] == answer(table)["markers"]


def test_a_decimal_comma_is_read_when_it_is_named_and_refused_when_not(tmp_path, table):
    rows = [[str(cell).replace(".", ",") for cell in row] for row in ROWS]
    german = write(tmp_path / "german.csv", rows, delimiter=";")
    assert answer(german, question(decimal=","))["markers"] == answer(table)["markers"]
    with pytest.raises(TableError, match="B2, B3") as raised:
        answer(german)
    assert raised.value.code == "table.value"
    with pytest.raises(TableError):
        answer(write(tmp_path / "point.csv", ROWS, delimiter=";"), question(decimal=","))


def test_a_workbook_gives_the_same_numbers(tmp_path, table):
    import openpyxl

    book = openpyxl.Workbook()
    for row in [("grade", "adc", "size"), *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    assert answer(tmp_path / "table.xlsx")["markers"] == answer(table)["markers"]


def test_without_grades_there_is_no_correlation_and_a_finding_says_why(table):
    marker = answer(table, question(grade=None))["markers"]["adc"]
    assert (marker["kruskal_wallis"], marker["spearman"]) == (None, None)
    assert set(marker["groups"]) == {"positive", "negative"}
    assert marker["findings"][0]["code"] == "analysis.no-grades"


def test_grades_are_ordered_by_number_then_name_or_as_asked(tmp_path):
    names = {"G1": "10", "G2": "9", "G3": "high"}
    table = write(tmp_path / "table.csv", [(names[g], a, s) for g, a, s in ROWS])
    asked = question(positive=("high",))
    assert answer(table, asked)["grades"] == ["9", "10", "high"]
    turned = question(positive=("high",), grade_order=("10", "9", "high", "never"))
    assert answer(table, turned)["grades"] == ["10", "9", "high"]
    rhos = [answer(table, one)["markers"]["adc"]["spearman"]["rho"] for one in (asked, turned)]
    assert rhos[0] != rhos[1]


def test_several_values_may_be_positive_and_a_prevalence_stated(table):
    methods = Analysis(seed=1, bootstrap_resamples=200, stated_prevalence=0.19)
    marker = answer(table, question(positive=("G2", "G3"), methods=methods))["markers"]["adc"]
    assert (marker["roc"]["n_positive"], marker["roc"]["n_negative"]) == (6, 2)
    stated = marker["at_cutoff"]["at_stated_prevalence"]
    assert stated["prevalence"] == 0.19
    se, sp = (marker["at_cutoff"][name]["value"] for name in ("sensitivity", "specificity"))
    assert stated["npv"]["value"] == pytest.approx(sp * 0.81 / (sp * 0.81 + (1 - se) * 0.19))


def test_a_grade_that_is_called_positive_keeps_its_own_group(tmp_path):
    names = {"G1": "negative", "G2": "weak", "G3": "positive"}
    table = write(tmp_path / "table.csv", [(names[g], a, s) for g, a, s in ROWS])
    asked = question(positive=("weak", "positive"), grade_order=("negative", "weak", "positive"))
    groups = answer(table, asked)["markers"]["adc"]["groups"]
    assert {name: group["n"] for name, group in groups.items()} == {
        "negative": 2,
        "weak": 3,
        "positive": 3,
        "negative outcome": 2,
        "positive outcome": 6,
    }


ONE_SIDE = [("G3", float(i), 1.0) for i in range(5)]
FAULTS = {
    "one class": (ONE_SIDE, question(), StatisticsError, "statistics.one-class"),
    "every row missing": (
        [(grade, "", size) for grade, _, size in ROWS],
        question(),
        StatisticsError,
        "statistics.too-few",
    ),
    "constant": (
        [(grade, 1.0, 1.0) for grade, _, _ in ROWS],
        question(),
        StatisticsError,
        "statistics.constant",
    ),
    "no such marker": (ROWS, question("nix"), TableError, "table.missing-column"),
    "no such outcome": (ROWS, question(outcome="nix"), TableError, "table.missing-column"),
    "no such grade column": (ROWS, question(grade="nix"), TableError, "table.missing-column"),
    "text for a number": ([("G1", "high", 1.0), *ROWS], question(), TableError, "table.value"),
    "infinite": ([("G1", "inf", 1.0), *ROWS], question(), TableError, "table.value"),
    "a positive value that never occurs": (ROWS, question(positive=("G4",)), UsageError, "usage.option"),
    "one of two never occurs": (ROWS, question(positive=("G3", "g3")), UsageError, "usage.option"),
    "a grade that the order leaves out": (
        ROWS,
        question(grade_order=("G1", "G3")),
        UsageError,
        "usage.option",
    ),
    "no rows": ([], question(), TableError, "table.empty"),
}


@pytest.mark.parametrize(("rows", "asked", "kind", "code"), FAULTS.values(), ids=FAULTS.keys())
def test_a_table_or_question_that_has_no_answer_is_refused(tmp_path, rows, asked, kind, code):
    with pytest.raises(kind) as raised:
        answer(write(tmp_path / "table.csv", rows), asked)
    assert raised.value.code == code
    assert raised.value.remedy


def test_text_among_numbers_is_named_by_its_cells_and_not_quoted(tmp_path):
    rows = [*ROWS, ("G1", "Muster, Erika", 1.0), ("G1", "1.2.3", 1.0)]
    with pytest.raises(TableError, match=r"cells .*2.: B10, B11\.") as raised:
        answer(write(tmp_path / "table.csv", rows))
    assert "Muster" not in str(raised.value.as_json())


def test_the_values_of_a_column_of_names_are_not_listed(tmp_path):
    names = [f"Patient {number}" for number in range(30)]
    table = write(tmp_path / "table.csv", [(name, i, i) for i, name in enumerate(names)])
    with pytest.raises(UsageError, match="never says") as raised:
        answer(table)
    assert "Patient" not in str(raised.value.as_json())
    with pytest.raises(UsageError) as raised:
        answer(table, question(positive=("Patient 1",), grade_order=("G1",)))
    assert "Patient" not in raised.value.sentence


@pytest.mark.parametrize("prevalence", [0.0, 1.0, 19.0, -0.1, float("nan")])
def test_a_prevalence_is_a_share(table, prevalence):
    methods = Analysis(bootstrap_resamples=200, stated_prevalence=prevalence)
    with pytest.raises(UsageError, match="prevalence"):
        answer(table, question(methods=methods))


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0, float("nan")])
def test_a_level_is_a_share_and_asking_for_another_is_a_usage_error(table, level):
    with pytest.raises(StatisticsError, match="level") as raised:
        answer(table, question(methods=Analysis(bootstrap_resamples=200, confidence_level=level)))
    assert raised.value.exit_code == 2


def test_a_table_that_is_not_there_is_an_input_error(tmp_path):
    with pytest.raises(InputError):
        answer(tmp_path / "none.csv")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["G1", "G2", "G3", "", "NA"]),
            st.one_of(st.sampled_from(["", "NA", "0.5"]), st.integers(-3, 3)),
            st.just(1),
        ),
        max_size=9,
    )
)
@settings(max_examples=25, deadline=None)
def test_any_small_table_has_an_answer_without_nan_or_a_named_error(tmp_path_factory, rows):
    path = write(tmp_path_factory.mktemp("any") / "table.csv", rows)
    try:
        result = answer(path, question(methods=Analysis(seed=1, bootstrap_resamples=100)))
    except AdcurateError as error:
        assert error.code.startswith(("statistics.", "usage.", "table."))
    else:
        json.dumps(result, allow_nan=False)
        assert result["markers"]["adc"]["n"] + result["markers"]["adc"]["n_missing"] == len(rows)
