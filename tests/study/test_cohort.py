"""Who is analysed: eligibility, the lesion that stands for a subject, the check on the grade, the flow."""

from dataclasses import replace
from datetime import date
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.formats.protocol import parse_protocol
from adcurate.model.protocol import GradingRule, LesionChoice
from adcurate.model.worksheet import WorksheetRow
from adcurate.study.cohort import check_grade, choose_lesion, participant_flow, screen
from adcurate.study.linking import ReceivedExam, link_rows_to_exams

TEMPLATES = resources.files("adcurate.study").joinpath("templates")
PROTOCOL = parse_protocol(TEMPLATES.joinpath("net-grade.toml").read_bytes())
DAY = date(2020, 2, 6)


def row(subject="S-1", **cells):
    usual = {"status": "included", "mri_date": DAY, "lesion_size_mm": 20.0, "grade": "G2"}
    return WorksheetRow(subject=subject, **{**usual, **cells})


def screened(rows, exams=None, protocol=PROTOCOL):
    if exams is None:
        exams = [ReceivedExam(f"exam of {one}", one, DAY) for one in sorted({r.subject for r in rows})]
    return screen(rows, link_rows_to_exams(rows, exams, {}), protocol)


def test_an_eligible_subject_is_a_candidate_with_its_exam():
    (candidate,) = screened([row()]).candidates
    assert candidate.study_instance_uid == "exam of S-1"
    assert (candidate.other_lesions, candidate.lesion_choice) == ((), "the only lesion")


EXCLUDED = {
    "with its reason": (row(status="excluded", exclusion_reason="no MRI"), "no MRI"),
    "without a reason": (row(status="excluded"), "no reason given"),
}


@pytest.mark.parametrize(("own", "reason"), EXCLUDED.values(), ids=EXCLUDED.keys())
def test_who_the_worksheet_excludes_is_counted_with_the_reason(own, reason):
    result = screened([own])
    assert (result.n_screened, result.candidates) == (1, ())
    assert result.excluded == {reason: 1}
    assert result.ineligible == {}


INELIGIBLE = {
    "smaller than 1 cm": (row(lesion_size_mm=9.9), None, "lesion smaller than 1 cm"),
    "of unknown size": (row(lesion_size_mm=None), None, "lesion size unknown"),
    "of unknown grade": (row(grade=None), None, "grade unknown"),
    "a carcinoma": (row(grade="NEC"), None, "grade outside the outcome groups"),
    "a mixed neoplasm": (row(grade="MiNEN"), None, "grade outside the outcome groups"),
    "no exam": (row(), [], "MRI not received"),
    "an exam of another day": (
        row(),
        [ReceivedExam("1", "S-1", date(2020, 2, 7))],
        "MRI to be confirmed by a person",
    ),
    "small and without an exam: the first reason counts": (row(lesion_size_mm=5), [], "MRI not received"),
    "small and without grade": (row(lesion_size_mm=5, grade=None), None, "lesion smaller than 1 cm"),
}


@pytest.mark.parametrize(("own", "exams", "reason"), INELIGIBLE.values(), ids=INELIGIBLE.keys())
def test_who_the_protocol_leaves_out_is_counted_with_one_reason(own, exams, reason):
    result = screened([own], exams)
    assert result.candidates == ()
    assert result.ineligible == {reason: 1}


def test_one_centimetre_is_enough():
    assert len(screened([row(lesion_size_mm=10.0)]).candidates) == 1


def test_a_protocol_that_asks_for_less_leaves_fewer_out():
    lenient = replace(
        PROTOCOL,
        eligibility=replace(PROTOCOL.eligibility, minimum_lesion_size_mm=0.0, require_mri=False),
    )
    (candidate,) = screened([row(lesion_size_mm=None)], [], lenient).candidates
    assert candidate.study_instance_uid == ""
    no_grade = replace(PROTOCOL, eligibility=replace(PROTOCOL.eligibility, require_grade=False))
    assert screened([row(grade=None)], None, no_grade).ineligible == {"grade outside the outcome groups": 1}


def test_a_subject_with_one_included_lesion_is_not_excluded():
    rows = [row(status="excluded", exclusion_reason="no MRI"), row(lesion="2")]
    result = screened(rows)
    assert result.excluded == {}
    assert result.candidates[0].row.lesion == "2"


PAIR = (
    row(lesion="1", lesion_site="Liver", lesion_size_mm=40.0),
    row(lesion="2", lesion_site="pancreas ", lesion_size_mm=15.0),
)


def with_origin(origin):
    return [replace(one, specimen_origin=origin) for one in PAIR]


CHOICES = {
    "the specimen came from the smaller one": (with_origin("Pancreas"), LesionChoice(), "2", None),
    "from none of them": (with_origin("lung"), LesionChoice(), "1", "0 of 2 lesions"),
    "from a place that nobody wrote down": (with_origin(None), LesionChoice(), "1", "0 of 2 lesions"),
    "from both": (
        [replace(one, lesion_site="liver") for one in with_origin("liver")],
        LesionChoice(),
        "1",
        "2 of 2 lesions",
    ),
    "from two of three: the larger of the two": (
        [
            row(lesion="1", lesion_site="colon", specimen_origin="liver", lesion_size_mm=90),
            row(lesion="2", lesion_site="liver", specimen_origin="liver", lesion_size_mm=20),
            row(lesion="3", lesion_site="liver", specimen_origin="liver", lesion_size_mm=30),
        ],
        LesionChoice(),
        "3",
        "2 of 3 lesions",
    ),
    "none of them, the first instead": (
        with_origin("lung")[::-1],
        LesionChoice(fallback="first"),
        "1",
        "0 of 2",
    ),
    "the largest, by the protocol": (with_origin("pancreas"), LesionChoice("largest"), "1", None),
    "the first, by the protocol": (with_origin("pancreas")[::-1], LesionChoice("first"), "1", None),
    "sizes unknown": (
        [replace(one, lesion_size_mm=None) for one in with_origin("lung")],
        LesionChoice(),
        "1",
        "0 of 2",
    ),
}


@pytest.mark.parametrize(("rows", "rule", "lesion", "finding"), CHOICES.values(), ids=CHOICES.keys())
def test_one_lesion_stands_for_a_subject_and_a_fallback_is_a_finding(rows, rule, lesion, finding):
    chosen, how, findings = choose_lesion(rows, rule)
    assert chosen.lesion == lesion
    assert how
    assert [f.code for f in findings] == (["lesion.choice-by-fallback"] if finding else [])
    assert not finding or findings[0].sentence.startswith(finding)


def test_the_other_lesions_and_the_finding_of_the_choice_are_kept():
    result = screened(with_origin("lung"))
    assert result.candidates[0].other_lesions == ("2",)
    assert "lesion.choice-by-fallback" in {finding.code for finding in result.findings}


GRADES = {
    "agrees": (row(primary_site="pancreas", ki67="3-5", grade="G2"), set()),
    "disagrees": (row(primary_site="pancreas", ki67="25", grade="G2"), {"grading.disagrees"}),
    "cannot disagree with a bound": (row(primary_site="pancreas", ki67="<5", grade="G1"), set()),
    "nothing to check": (row(primary_site="pancreas", grade="G2"), set()),
    "not readable": (row(primary_site="pancreas", ki67="many", grade="G2"), {"grading.not-checked"}),
    "an edition that nobody wrote": (row(edition="who-1492", ki67="12", grade="G2"), {"grading.not-checked"}),
    "the row's own edition": (row(edition="who-2010", ki67="25", grade="G2"), {"grading.disagrees"}),
}


@pytest.mark.parametrize(("own", "codes"), GRADES.values(), ids=GRADES.keys())
def test_the_pathologists_grade_is_checked_and_stays(own, codes):
    findings = check_grade(own, PROTOCOL)
    ours = {"grading.disagrees", "grading.not-checked"}
    assert {finding.code for finding in findings} & ours == codes
    assert all(finding.where["subject"] == "S-1" for finding in findings)


def test_a_grade_that_disagrees_is_serious_and_the_subject_is_analysed_with_it():
    result = screened([row(primary_site="pancreas", ki67="25", grade="G2")])
    assert result.candidates[0].row.grade == "G2"
    (serious,) = [finding for finding in result.findings if finding.severity == "serious"]
    assert "G2" in serious.sentence and "G3" in serious.sentence
    assert serious.where["edition"] == "who-2017"


@pytest.mark.parametrize(
    ("site", "edition"),
    [("pancreas", "who-2017"), ("Pancreas", "who-2017"), ("rectum", "who-2010"), (None, "who-2010")],
)
def test_the_edition_is_that_of_the_organ(site, edition):
    (finding,) = [
        finding
        for finding in check_grade(row(primary_site=site, ki67="25", grade="G1"), PROTOCOL)
        if finding.code == "grading.disagrees"
    ]
    assert finding.where["edition"] == edition


def test_capitals_in_the_protocol_do_not_hide_an_organs_edition():
    protocol = replace(PROTOCOL, grading=GradingRule({"Pancreas": "who-2017"}, "none"))
    assert check_grade(row(primary_site="pancreas", ki67="25", grade="G1"), protocol)
    assert not check_grade(row(primary_site="rectum", ki67="25", grade="G1"), protocol)


ROWS = st.lists(
    st.builds(
        row,
        st.sampled_from([f"S-{number}" for number in range(6)]),
        status=st.sampled_from(["included", "included", "excluded"]),
        exclusion_reason=st.sampled_from([None, "no MRI", "treated before"]),
        lesion=st.sampled_from("123"),
        lesion_size_mm=st.sampled_from([None, 5.0, 10.0, 30.0]),
        lesion_site=st.sampled_from(["liver", "pancreas"]),
        specimen_origin=st.sampled_from(["liver", None]),
        grade=st.sampled_from([None, "G1", "G3", "NEC"]),
        ki67=st.sampled_from([None, "1", "30"]),
        mri_date=st.sampled_from([DAY, None]),
    ),
    max_size=16,
)


@given(ROWS, st.integers(0, 6), st.data())
@settings(max_examples=60, deadline=None)
def test_the_flow_adds_up_whoever_leaves(rows, n_exams, data):
    result = screened(rows, [ReceivedExam(str(i), f"S-{i}", DAY) for i in range(n_exams)])
    n_left = sum(result.excluded.values()) + sum(result.ineligible.values())
    assert result.n_screened == len({r.subject for r in rows}) == n_left + len(result.candidates)
    assert len({candidate.row.subject for candidate in result.candidates}) == len(result.candidates)
    unmeasured = data.draw(st.integers(0, len(result.candidates)))
    flow = participant_flow(result, {"no contour": unmeasured} if unmeasured else {})
    assert flow.stages[0].n == result.n_screened
    assert flow.stages[-1].n == len(result.candidates) - unmeasured


def test_reasons_stand_with_the_most_frequent_first():
    rows = [row(f"S-{i}", status="excluded", exclusion_reason=r) for i, r in enumerate(["b", "a", "c", "c"])]
    flow = participant_flow(screened(rows), {})
    assert flow.stages[0].left_out == (("c", 2), ("a", 1), ("b", 1))
