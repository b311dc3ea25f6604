"""Reader agreement as text."""

import numpy as np
import pytest

from adcurate.model.answers.agreement import AgreementQuestion
from adcurate.model.answers.kappa import KappaQuestion
from adcurate.model.cases import CaseTable
from adcurate.model.protocol import Analysis
from adcurate.report.answers.agreement import view_agreement
from adcurate.report.answers.kappa import view_kappa
from adcurate.report.scale import ADC
from adcurate.study.questions.agreement import answer_agreement
from adcurate.study.questions.kappa import answer_kappa
from adcurate.study.streams import Streams

# Three readings of four lesions, typed: the numbers below can be checked by hand.
READINGS = {
    "R1": [0.90, 1.10, 0.70, 1.30, 1.00],
    "R2": [0.94, 1.06, 0.74, 1.36, 1.02],
    "R3": [0.88, 1.16, 0.66, 1.28, 1.00],
}


def cases(readings=READINGS, session=("",)):
    rows = [(lesion, reader, s) for lesion in range(5) for reader in readings for s in session]
    values = [
        readings[reader][lesion] * 1e-3 * (1.02 if session.index(s) else 1.0) for lesion, reader, s in rows
    ]
    return CaseTable(
        rows=tuple(f"row {i}" for i in range(len(rows))),
        subject=tuple(f"S{lesion}" for lesion, _, _ in rows),
        lesion=("1",) * len(rows),
        reader=tuple(reader for _, reader, _ in rows),
        session=tuple(s for _, _, s in rows),
        grade=tuple("G3" if value < 0.95e-3 else "G1" for value in values),
        positive=(None,) * len(rows),
        markers={"avgADC": np.array(values)},
        directions={"avgADC": "low"},
        grades=("G1", "G2", "G3"),
        resolution=1e-6,
    )


def view(table=None, **keys):
    table = cases() if table is None else table
    return view_agreement(answer_agreement(AgreementQuestion(**keys), table, Analysis(), Streams(1)), ADC)


def test_the_sentences_name_n_estimate_interval_and_method():
    said = " ".join(view().sentences)
    assert "3 readers (R1, R2, R3) each read 5 lesions." in said
    assert "ICC(2,1): two-way random effects, absolute agreement, single reading; ICC(A,1)" in said
    assert (
        "the bias (R1 − R2) was −0.024 10⁻³ mm²/s (95 % CI −0.072 to 0.024; paired t test, p = 0.235)" in said
    )
    assert "intervals of the limits exact, by noncentral t" in said
    assert "Two single readings of avgADC of one lesion by different readers stay within" in said


def test_all_six_forms_are_in_a_table_and_the_one_of_record_is_marked():
    table = view(icc="3,k").tables[0]
    assert [row[0] for row in table.rows if row[0].endswith("*")] == ["ICC(3,k) *"]
    assert len(table.rows) == 6
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_an_organ_without_a_claim_is_told_so():
    assert (
        "No claim of repeatability exists for this organ (pancreas)" in view(organ="pancreas").sentences[-1]
    )
    liver = view(organ="liver").sentences[-1]
    assert "27 %" in liver and "QIBA" in liver and "mean ADC" in liver
    assert not any("claim" in sentence for sentence in view().sentences)


def test_sessions_give_precision_in_percent_both_ways():
    shown = view(cases(session=("1", "2")))
    text = " ".join(shown.sentences)
    assert "Repeatability of avgADC, reader R1 (10 readings of 5 lesions)" in text
    assert "a fall of more than" in text and "a rise of more than" in text
    titles = [table.title for table in shown.tables]
    assert "avgADC: repeatability of each reader" in titles
    assert "avgADC: Bland-Altman from all sessions of both readers" in titles
    for table in shown.tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_ratios_and_percent_are_shown_as_such():
    assert "the mean ratio R1 / R2 was 0.9" in " ".join(view(bland_altman="log").sentences)
    assert " % (95 % CI" in " ".join(view(bland_altman="percent").sentences)


def test_of_many_pairs_the_widest_is_told():
    many = {
        f"R{i}": (np.array(READINGS["R1"]) + 0.01 * i * np.array([1, -1, 1, -1, 0])).tolist()
        for i in range(5)
    }
    shown = view(cases(many))
    said = [sentence for sentence in shown.sentences if "widest" in sentence]
    assert said == [s for s in said if "Of 10 pairs, the widest limits were those of R0 and R4." in s] != []
    assert len(shown.tables[1].rows) == 10


@pytest.mark.parametrize("weights", ["none", "linear"])
def test_kappa_in_words(weights):
    answer = answer_kappa(KappaQuestion(weights=weights), cases(), Analysis(), Streams(1))
    shown = view_kappa(answer, ADC)
    assert shown.sentences[0].startswith(
        "R1 and R2 called grade alike in 5 of 5 lesions (100.0 %; 95 % CI 47.8 to"
    )
    assert ("linear weights" in shown.sentences[0]) == (weights == "linear")
    assert any(
        "Fleiss' kappa of all 3 readers over the 5 lesions" in sentence for sentence in shown.sentences
    )
    for table in shown.tables:
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_a_cutoff_in_words():
    answer = answer_kappa(KappaQuestion(column="avgADC", cutoff=0.95e-3), cases(), Analysis(), Streams(1))
    assert "called avgADC ≤ 0.950 10⁻³ mm²/s alike in" in view_kappa(answer, ADC).sentences[0]
