"""Sample sizes against pROC, pwr, mvtnorm and the papers' formulas in R."""

import json
import math
from pathlib import Path

import pytest

from adcurate.errors import StatisticsError
from adcurate.statistics.planning import (
    Units,
    auc_difference_variances,
    auc_variance,
    chance_of_both,
    find_sample_size,
    plan_auc_difference,
    plan_auc_power,
    plan_correlation_power,
    plan_correlation_precision,
    plan_icc_power,
    plan_icc_precision,
    plan_limits_assurance,
    plan_limits_power,
    plan_limits_precision,
    plan_logistic_model,
    plan_mann_whitney,
    plan_proportion_assurance,
    plan_proportion_power,
    plan_proportion_precision,
)
from adcurate.statistics.planning.binormal import bivariate_normal

ORACLE = json.loads((Path(__file__).parents[2] / "oracles" / "planning.json").read_text())


def same(expected, rel=1e-9):
    return pytest.approx(expected, rel=rel, abs=1e-12)


def classes(row):
    return Units(row["m"] + row["n"], row["m"], row["n"])


@pytest.mark.parametrize("row", ORACLE["areas"])
def test_one_area_equals_proc_and_the_formula_of_1982(row):
    test = {"alpha": row["alpha"], "one_sided": row["one_sided"], "ratio": row["ratio"]}
    plan = plan_auc_power(row["auc"], **test)
    assert plan.formula(row["power"]) == same(row["ncases"])
    assert plan.value_at(classes(row)) == same(row["power_given"])
    assert auc_variance(row["auc"], row["m"], row["n"]) == same(row["hanley"])
    assert auc_variance(row["auc"], row["m"], row["n"], method="binormal") == same(row["binormal"])
    against = plan_auc_power(row["auc"], null=row["null"], variance="hanley-mcneil", **test)
    assert against.value_at(classes(row)) == same(row["hanley_power"])


@pytest.mark.parametrize("row", ORACLE["pairs"])
def test_a_difference_of_areas_equals_proc_or_is_refused_where_proc_has_none(row):
    shared = {"r_positive": row["rp"], "r_negative": row["rn"]}
    asked = {"ratio": row["ratio"], "alpha": row["alpha"], **shared}
    areas = (row["first"], row["second"])
    assert plan_auc_difference(*areas, **asked).formula(row["power"]) == same(row["paper_n"])
    if row["power_given"] is None:
        with pytest.raises(StatisticsError) as refused:
            plan_auc_difference(*areas, variance="obuchowski-proc", **asked).value_at(classes(row))
        assert refused.value.code == "statistics.option"
    else:
        as_proc = plan_auc_difference(*areas, variance="obuchowski-proc", **asked)
        assert as_proc.formula(row["power"]) == same(row["ncases"])
        assert as_proc.value_at(classes(row)) == same(row["power_given"])
    counts = (row["m"], row["n"])
    assert auc_difference_variances(*areas, *counts, method="binormal", **shared) == same(row["binormal"])
    hanley = auc_difference_variances(*areas, *counts, method="hanley-mcneil", **shared)
    assert hanley[1] == same(row["hanley"])


@pytest.mark.parametrize("row", ORACLE["normal_pairs"])
def test_bivariate_normal_equals_mvtnorm(row):
    assert bivariate_normal(row["h"], row["k"], row["r"]) == pytest.approx(row["p"], rel=1e-8, abs=1e-13)


@pytest.mark.parametrize("row", ORACLE["proportions"])
def test_proportions_equal_an_enumeration_with_binom_test_and_prop_test(row):
    units, p, level = Units(row["n"]), row["p"], row["level"]
    for interval, key in (("wald", "wald"), ("clopper-pearson", "exact"), ("wilson", "wilson")):
        plan = plan_proportion_precision(p, interval=interval, level=level)
        assert plan.value_at(units) == same(row[key])
    for interval, key in (("clopper-pearson", "exact_assured"), ("wilson", "wilson_assured")):
        plan = plan_proportion_assurance(p, half_width=row["half"], interval=interval, level=level)
        assert plan.value_at(units) == same(row[key])
    power = plan_proportion_power(p, null=row["null"], alpha=row["alpha"])
    assert power.value_at(units) == same(row["power"])


@pytest.mark.parametrize("row", ORACLE["counted"])
def test_an_exact_test_has_the_number_from_which_every_larger_one_does(row):
    found = find_sample_size(
        plan_proportion_power(row["p"], null=row["null"], alpha=row["alpha"]), row["power"]
    )
    assert found.units.n == row["settled"]
    (finding,) = found.findings
    assert finding.code == "sample-size.rugged" and finding.sentence.startswith(f"{row['first']} units")


@pytest.mark.parametrize("row", ORACLE["correlations"])
def test_correlations_equal_pwr_and_fisher(row):
    units, r = Units(row["n"]), row["r"]
    for spread, half in zip(("fisher-z", "fisher-z-1.06", "bonett-wright"), row["half"], strict=True):
        assert plan_correlation_precision(r, spread=spread, level=row["level"]).value_at(units) == same(half)
    test = {"alpha": row["alpha"], "one_sided": row["one_sided"]}
    by_t = plan_correlation_power(r, spread="t-test", **test)
    assert by_t.value_at(units) == same(row["t_power"])
    assert find_sample_size(by_t, row["power"]).units.n == max(4, math.ceil(row["t_n"] - 1e-4))
    assert plan_correlation_power(r, spread="fisher-z", **test).formula(row["power"]) == same(row["z_n"])
    assert plan_correlation_power(r, **test).formula(row["power"]) == same(row["bonett_n"])


@pytest.mark.parametrize("row", ORACLE["coefficients"])
def test_intraclass_correlations_equal_the_formulas_and_the_f_distribution(row):
    units, k, icc = Units(row["n"]), row["k"], row["icc"]
    test = {"null": row["null"], "n_readers": k, "alpha": row["alpha"]}
    assert plan_icc_precision(icc, n_readers=k).formula(row["width"] / 2) == same(row["bonett"])
    assert plan_icc_precision(icc, n_readers=k, method="f").value_at(units) == same(row["f_half"])
    assert plan_icc_power(icc, **test).formula(row["power"]) == same(row["walter"])
    assert plan_icc_power(icc, method="exact-f", **test).value_at(units) == same(row["f_power"])


@pytest.mark.parametrize("row", ORACLE["limits"])
def test_limits_of_agreement_equal_noncentral_t(row):
    units, sd = Units(row["n"]), row["sd"]
    for method, key in (("rule-1986", "rule"), ("exact", "exact"), ("exact-mean", "mean")):
        if row[key] is not None:
            found = plan_limits_precision(sd, level=row["level"], method=method).value_at(units)
            assert found == same(row[key])
    assured = plan_limits_assurance(sd, half_width=row["half"], level=row["level"])
    if row["assured"] is not None:
        assert assured.value_at(units) == same(row["assured"], 1e-8)
    test = {"clinical_difference": row["delta"], "alpha": row["alpha"]}
    assert plan_limits_power(row["bias"], sd, **test).value_at(units) == same(row["lu"])
    if row["within"] is not None:
        within = plan_limits_power(row["bias"], sd, method="exact", **test).value_at(units)
        assert within == same(row["within"], 1e-8)


@pytest.mark.parametrize("row", ORACLE["groups"])
def test_groups_equal_noether(row):
    plan = plan_mann_whitney(row["p"], ratio=row["ratio"], alpha=row["alpha"])
    assert plan.formula(row["power"]) * (1 + row["ratio"]) == same(row["n"])


@pytest.mark.parametrize("row", ORACLE["models"])
def test_models_equal_the_three_criteria(row):
    size = plan_logistic_model(row["k"], prevalence=row["f"], r_squared=row["r2"])
    assert (size.shrinkage, size.optimism, size.prevalence_estimate) == same((row["a"], row["b"], row["c"]))
    assert size.n == math.ceil(max(row["a"], row["b"], row["c"]))
    assert size.shrinkage_reached >= 0.9 - 1e-12


@pytest.mark.parametrize("row", ORACLE["recruited"])
def test_the_chance_of_enough_of_both_classes_equals_a_sum_of_binomials(row):
    found = chance_of_both(row["n"], row["a"], row["b"], row["f"], row["kept"])
    assert found == same(row["chance"])
