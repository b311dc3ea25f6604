"""``adcurate sample-size``."""

import json
from importlib import resources

import pytest

COHORT = resources.files("adcurate.phantom.cohort").joinpath("reconstructed_cohort.csv")
PILOT = (
    *("--pilot", COHORT, "--marker", "avg_adc_1e-3_mm2_s", "--outcome", "who_grade"),
    *("--positive", "G3", "--direction", "low"),
)


def test_the_sentence_for_the_protocol_is_printed(run):
    code, out, _ = run(
        *("sample-size", "auc", "--expected", "0.85", "--null", "0.7", "--ratio", "4", "--power", "0.8")
    )
    assert code == 0
    assert "For the protocol:\n32 positive and 128 negative lesions give a power of 81 %" in out


def test_a_pilot_is_read_and_drawn_from(run, tmp_path):
    target = tmp_path / "size.json"
    code, out, _ = run("sample-size", "auc", "--half-width", "0.1", *PILOT, "--simulate", "--json", target)
    assert code == 0
    assert "With 22 G3 and 93 other lesions" in out and "Studies drawn from the pilot" in out
    found = json.loads(target.read_text(encoding="utf-8"))
    assert (found["schema"], found["size"]["units"]["n"]) == ("adcurate.sample-size", 115)
    assert found["pilot"]["value"] == 298 / 342


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("auc --expected 0.87 --positives 9 --negatives 38", "about ± 0.156"),
        (
            "auc-difference --expected 0.75 --second 0.85 --r-positive 0.6 --r-negative 0.6 --power 0.8",
            "110 positive",
        ),
        (
            "sensitivity --expected 0.9 --half-width 0.1 --sure 0.9 --prevalence 0.2 --assurance 0.9",
            "59 positive",
        ),
        ("specificity --expected 0.9 --null 0.75 --power 0.8", "50 negative"),
        ("correlation --expected -0.5 --half-width 0.2", "With 64 lesions"),
        ("icc --expected 0.8 --null 0.6 --power 0.8", "39 lesions, each read by 2 readers"),
        ("limits --sd 3.3 --within 8 --power 0.8", "145 lesions read twice"),
        ("limits --sd 1 --half-width 0.4 --sure 0.9", "With 88 lesions read twice"),
        ("groups --expected 0.7 --power 0.8", "33 positive and 33 negative"),
        ("logistic --parameters 24 --prevalence 0.174 --r-squared 0.288", "needs 662 cases"),
    ],
)
def test_every_design_has_a_command(run, words, shown):
    code, out, _ = run("sample-size", *words.split())
    assert code == 0 and shown in out


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("auc --expected 0.8", "What is wanted is missing"),
        ("auc --expected 0.8 --half-width 0.1 --power 0.8", "two wishes"),
        ("auc --expected 0.8 --half-width 0.1 --method guess", "is one of"),
        ("icc --expected 0.8 --power 0.8", "'null'"),
        (f"auc --half-width 0.1 --pilot {COHORT}", "A pilot needs --marker"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_in_words(run, words, shown):
    code, _, err = run("sample-size", *words.split())
    assert code == 2 and shown in err
