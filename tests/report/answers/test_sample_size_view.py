"""The sentence for the protocol."""

import re
from typing import get_args

import numpy as np
import pytest

from adcurate.model.answers.sample_size import PlannedDesign, SampleSizeQuestion
from adcurate.model.cases import CaseTable
from adcurate.phantom import load_reconstructed_cohort
from adcurate.report.answers.sample_size import TITLES, view_sample_size
from adcurate.report.scale import ADC, MarkerScale
from adcurate.study.sample_size import plan_sample_size

PLAIN = MarkerScale(decimals=2)


def pilot():
    rows = load_reconstructed_cohort()
    blank = ("",) * len(rows)
    names = tuple(row.patient for row in rows)
    return CaseTable(
        *(names, names, blank, blank, blank),
        grade=tuple(row.who_grade for row in rows),
        positive=tuple(row.who_grade == "G3" for row in rows),
        markers={"avgADC": np.array([row.mean_adc for row in rows])},
        directions={"avgADC": "low"},
        positive_label="high grade",
        negative_label="low grade",
        resolution=1e-6,
    )


def view(pilot=None, scale=PLAIN, **keys):
    return view_sample_size(plan_sample_size(SampleSizeQuestion(**keys), pilot=pilot), scale)


def test_the_sentence_for_numbers_that_are_given():
    shown = view(pilot(), markers=("avgADC",), expected=0.87, n_positive=9, n_negative=38)
    assert shown.sentences == (
        "With 9 high grade and 38 low grade lesions, an area under the ROC curve of 0.87 will be estimated "
        "with a "
        "95 % confidence interval of about ± 0.156 (Hanley and McNeil 1982).",
    )
    assert any("reaches beyond 1" in note for note in shown.notes)
    assert any(note.startswith("Pilot: avgADC, 47 lesions, 0.871 (95 % CI 0.75") for note in shown.notes)


def test_the_sentence_for_power():
    shown = view(goal="power", expected=0.85, null=0.7, ratio=4.0)
    assert shown.sentences[0] == (
        "32 positive and 128 negative lesions give a power of 81 % to tell an area under the ROC curve of "
        "0.85 from "
        "0.70 (alpha 0.05, two-sided; Obuchowski and McClish 1997)."
    )
    assert ("With one positive less, with its negatives", "79.9 %") in shown.tables[0].rows


def test_recruitment_and_simulation_have_sentences_of_their_own():
    shown = view(
        pilot(),
        half_width=0.1,
        prevalence=0.19,
        assurance=0.9,
        not_assessable=0.1,
        simulate=True,
        simulations=200,
    )
    assert re.fullmatch(
        r"Allowing for 10 % that cannot be assessed and a prevalence of 19\.0 %, \d+ lesions will be "
        r"recruited, "
        r"which reaches the numbers with a probability of 9\d % \(exact binomial\)\.",
        shown.sentences[1],
    )
    assert shown.sentences[2].startswith(
        "In 200 simulated studies of this size (lesions drawn from the pilot with replacement; DeLong; true "
        "value "
        "0.871), the mean half-width was 0.07"
    )
    assert [table.title for table in shown.tables] == [
        "What the number rests on",
        "Whom to recruit",
        "If something else is true",
        "Studies drawn from the pilot",
    ]


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        (
            {"design": "sensitivity", "expected": 0.9, "half_width": 0.1},
            "With 42 positive lesions, a sensitivity of 90.0 % will be estimated with a 95 % confidence "
            "interval of "
            "about ± 9.9 percentage points (Clopper and Pearson 1934, mean width over binomial counts).",
        ),
        (
            {"design": "specificity", "goal": "assurance", "expected": 0.9, "half_width": 0.1, "power": 0.9},
            "With 59 negative lesions, the 95 % confidence interval of a specificity of 90.0 % will be no "
            "wider than "
            "± 10.0 percentage points with a probability of 93 % (exact binomial).",
        ),
        (
            {"design": "icc", "goal": "power", "expected": 0.8, "null": 0.6},
            "39 lesions, each read by 2 readers, give a power of 80 % to tell an intraclass correlation "
            "coefficient "
            "of 0.80 from 0.60 (alpha 0.05, one-sided; Walter, Eliasziw and Donner 1998).",
        ),
        (
            {"design": "correlation", "expected": -0.5, "half_width": 0.2},
            "With 64 lesions, a correlation of −0.50 will be estimated with a 95 % confidence interval of "
            "about "
            "± 0.198 (Bonett and Wright 2000, for Spearman's rho).",
        ),
        (
            {"design": "groups", "goal": "power", "expected": 0.7},
            "33 positive and 33 negative lesions give a power of 80 % to tell a probability of a larger "
            "value of "
            "0.70 from 0.50 (alpha 0.05, two-sided; Noether 1987).",
        ),
        (
            {"design": "limits", "goal": "power", "sd": 3.3, "clinical_difference": 8.0},
            "145 lesions read twice give a power of 80 % to show that both limits of agreement lie within ± "
            "8.00 "
            "(alpha 0.05), if readings differ by 0.00 on average with an SD of 3.30 (Lu et al. 2016).",
        ),
    ],
)
def test_each_design_has_its_sentence(keys, sentence):
    assert view(**keys).sentences[0] == sentence


def test_limits_are_shown_in_the_unit_of_the_readings():
    shown = view(scale=ADC, design="limits", sd=0.1e-3, half_width=0.04e-3)
    assert "± 0.040 10⁻³ mm²/s (Carkeet 2015)" in shown.sentences[0]
    assert ("SD of differences", "0.1000 10⁻³ mm²/s") in shown.tables[0].rows


def test_a_model_shows_its_criteria_beside_the_rule_of_ten():
    shown = view(design="logistic", parameters=24, prevalence=0.174, r_squared=0.288)
    assert "needs 662 cases" in shown.sentences[0]
    assert ("Rule of ten events a parameter, for comparison", "1380") in shown.tables[0].rows


def test_a_design_effect_alone_is_recruited_without_a_probability():
    shown = view(design="icc", expected=0.85, half_width=0.1, lesions_per_subject=2.0, icc_within=0.3)
    assert shown.sentences[1] == (
        "Allowing for a design effect of 1.30 for several lesions of a subject, 46 lesions will be recruited."
    )


def test_every_design_has_a_title():
    assert set(TITLES) == set(get_args(PlannedDesign))
