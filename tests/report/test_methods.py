"""The Methods and limits that a report writes by itself."""

from dataclasses import replace

import pytest

from adcurate.report.limits import write_limits
from adcurate.report.methods import write_methods


@pytest.mark.parametrize(
    "said",
    [
        "the scanner's own ADC map (the map of record)",
        "log-linear least squares",
        "all b-values of the exam",
        "its centre lies inside the contour",
        "lesion of at least 1.0 cm",
        "0.001 × 10⁻³ mm²/s were ties",
        "percentiles of type 6",
        "asymptotic, tie-corrected p-value",
        "Bonferroni adjustment",
        "interval: exact binomial",
        "seed 20200206",
        "400 resamples",
        "WHO 2017 for the pancreas and WHO 2010 for other sites",
        "prevalence of 19.0 %",
        "Of 61 subjects screened, 47 were analysed",
        "Siemens 1.5 T (n = 29)",
        "Adcurate 0.1.0",
    ],
)
def test_the_methods_name_every_choice(results, said):
    assert said in write_methods(results)


def test_a_changed_choice_changes_the_methods(results):
    before = write_methods(results)
    protocol = results.protocol
    for changed in (
        replace(protocol, adc=replace(protocol.adc, map_of_record="refit")),
        replace(protocol, adc=replace(protocol.adc, b_values=(50.0, 600.0))),
        replace(protocol, region=replace(protocol.region, rule="half")),
        replace(protocol, lesion=replace(protocol.lesion, choice="largest")),
        *(
            replace(protocol, analysis=replace(protocol.analysis, **{name: value}))
            for name, value in {
                "seed": 5,
                "percentile_type": 7,
                "mann_whitney": "exact",
                "pairwise_adjustment": "holm",
                "spearman_interval": "fisher-z",
                "auc_interval": "delong",
                "cutoff_interval": "percentile-bootstrap",
                "proportion_interval": "wilson",
                "stated_prevalence": None,
                "confidence_level": 0.9,
                "bootstrap_resamples": 77,
                "resolution_mm2_per_s": 1e-5,
            }.items()
        ),
    ):
        assert write_methods(replace(results, protocol=changed)) != before


def test_the_limits_are_those_that_the_results_prove(results):
    said = " ".join(write_limits(results))
    assert "Only 9 of 47 lesions (19.1 %) were high grade" in said
    assert "16 (34.0 %) of 47 regions it rests on one voxel" in said
    assert "contours of one reader" in said
    assert "3 vendors, 2 field strengths and 2 sets of b-values" in said
    assert "14 (23.0 %) of 61 subjects screened were not analysed" in said


def test_a_limit_that_does_not_hold_is_not_claimed(results):
    first = results.members[0].scanner
    alike = replace(results, members=tuple(replace(member, scanner=first) for member in results.members))
    assert "vendors" not in " ".join(write_limits(alike))
    mean_only = replace(results, protocol=replace(results.protocol, markers=results.protocol.markers[:1]))
    assert "A minimum is" not in " ".join(write_limits(mean_only))


def test_two_readers_are_counted(results):
    member = results.members[0]
    measured = {"scanner": replace(member.measurements["scanner"], reader="R2")}
    two = replace(results, members=(replace(member, measurements=measured), *results.members[1:]))
    assert "2 readers drew the contours" in " ".join(write_limits(two))


def test_a_reader_who_is_not_analysed_is_named(results):
    second = replace(results.measurements[0], reader="R2")
    both = replace(results, measurements=(*results.measurements, second))
    said = " ".join(write_limits(both))
    assert "are those of R1 alone; R2 drew contours too" in said and "were not measured" not in said
    plan = replace(results.protocol.plan, value="mean")
    mean = replace(both, protocol=replace(results.protocol, plan=plan))
    assert "2 readers drew the contours; each lesion's number is their mean" in " ".join(write_limits(mean))
