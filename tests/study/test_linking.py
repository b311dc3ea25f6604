"""Rows and exams are joined by subject and day, or by a person; nothing silently."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.model.worksheet import WorksheetRow
from adcurate.study.linking import NamedExam, ReceivedExam, link_rows_to_exams

MONDAY, TUESDAY = date(2020, 2, 3), date(2020, 2, 4)


def row(subject="S-1", day=MONDAY, **cells):
    return WorksheetRow(subject=subject, status=cells.pop("status", "included"), mri_date=day, **cells)


def exam(uid, subject="S-1", day=MONDAY):
    return ReceivedExam(uid, subject, day)


def linked(rows, exams, decisions=None):
    links = link_rows_to_exams(rows, exams, decisions or {})
    return [(link.subject, link.visit, link.status, link.study_instance_uids) for link in links]


CASES = {
    "nothing at all": ([], [], []),
    "subject and day agree": ([row()], [exam("1")], [("S-1", "1", "matched", ("1",))]),
    "no exam yet": ([row()], [], [("S-1", "1", "awaited", ())]),
    "an exam of somebody else": (
        [row()],
        [exam("1", "S-2")],
        [("S-1", "1", "awaited", ()), ("S-2", "", "unrequested", ("1",))],
    ),
    "two exams of the day": ([row()], [exam("2"), exam("1")], [("S-1", "1", "ambiguous", ("1", "2"))]),
    "an exam of another day": ([row()], [exam("1", day=TUESDAY)], [("S-1", "1", "ambiguous", ("1",))]),
    "an exam without a day": ([row()], [exam("1", day=None)], [("S-1", "1", "ambiguous", ("1",))]),
    "a row without a day": ([row(day=None)], [exam("1")], [("S-1", "1", "ambiguous", ("1",))]),
    "neither has a day": ([row(day=None)], [exam("1", day=None)], [("S-1", "1", "ambiguous", ("1",))]),
    "a second exam that no row asks for": (
        [row()],
        [exam("1"), exam("2", day=TUESDAY)],
        [("S-1", "1", "matched", ("1",)), ("S-1", "", "unrequested", ("2",))],
    ),
    "two visits": (
        [row(), row(day=TUESDAY, visit="2")],
        [exam("1"), exam("2", day=TUESDAY)],
        [("S-1", "1", "matched", ("1",)), ("S-1", "2", "matched", ("2",))],
    ),
    "two lesions of one visit are one link": (
        [row(lesion="1"), row(lesion="2")],
        [exam("1")],
        [("S-1", "1", "matched", ("1",))],
    ),
    "the second lesion alone has the day": (
        [row(lesion="1", day=None), row(lesion="2")],
        [exam("1")],
        [("S-1", "1", "matched", ("1",))],
    ),
    "two lesions of one visit with two days": (
        [row(lesion="1"), row(lesion="2", day=TUESDAY)],
        [exam("1")],
        [("S-1", "1", "ambiguous", ("1",))],
    ),
    "an excluded row asks for nothing": (
        [row(status="excluded")],
        [exam("1")],
        [("S-1", "", "unrequested", ("1",))],
    ),
}


@pytest.mark.parametrize(("rows", "exams", "expected"), CASES.values(), ids=CASES.keys())
def test_a_visit_gets_the_link_of_the_table(rows, exams, expected):
    assert linked(rows, exams) == expected


def test_a_person_names_one_of_several_exams_and_the_other_is_unrequested():
    links = link_rows_to_exams([row()], [exam("1"), exam("2")], {("S-1", "1"): NamedExam("2")})
    assert [(link.status, link.study_instance_uids, link.decided_by) for link in links] == [
        ("matched", ("2",), "person"),
        ("unrequested", ("1",), "two keys"),
    ]


def test_a_person_may_overrule_the_day():
    rows, exams = [row()], [exam("1"), exam("2", day=TUESDAY)]
    assert linked(rows, exams, {("S-1", "1"): NamedExam("2")})[0] == ("S-1", "1", "matched", ("2",))


def test_a_persons_word_waits_again_once_the_row_says_another_day():
    exams = [exam("1"), exam("2", day=TUESDAY)]
    said = {("S-1", "1"): NamedExam("2", frozenset([MONDAY]))}
    assert linked([row()], exams, said)[0] == ("S-1", "1", "matched", ("2",))
    (link, *_) = link_rows_to_exams([row(day=TUESDAY)], exams, said)
    assert link.status == "ambiguous" and "another day" in link.reason


def test_an_exam_is_that_of_one_visit_only():
    rows = [row(visit="1"), row(visit="2")]
    assert {link[2] for link in linked(rows, [exam("1")])} == {"ambiguous"}
    said = {("S-1", "2"): NamedExam("1")}
    assert [link[1:3] for link in linked(rows, [exam("1")], said)] == [("1", "ambiguous"), ("2", "matched")]
    both = {("S-1", visit): NamedExam("1") for visit in "12"}
    assert {link[2] for link in linked(rows, [exam("1")], both)} == {"ambiguous"}


def test_an_exam_after_the_resection_waits_for_a_person():
    rows = [row(day=TUESDAY, sample_type="resection", histology_date=MONDAY)]
    (link,) = link_rows_to_exams(rows, [exam("1", day=TUESDAY)], {})
    assert (link.status, link.reason) == ("ambiguous", "The exam is 1 day after the resection.")
    said = {("S-1", "1"): NamedExam("1", frozenset([TUESDAY]))}
    assert linked(rows, [exam("1", day=TUESDAY)], said)[0][2] == "matched"


def test_two_dates_of_birth_under_one_number_wait_for_a_person():
    doubted = [ReceivedExam("1", "S-1", MONDAY, True), ReceivedExam("2", "S-1", TUESDAY, True)]
    assert linked([row()], doubted)[0] == ("S-1", "1", "ambiguous", ("1", "2"))


def test_nobody_can_give_a_subject_the_exam_of_another():
    rows, exams = [row()], [exam("1", day=TUESDAY), exam("9", "S-2")]
    assert linked(rows, exams, {("S-1", "1"): NamedExam("9")})[0] == ("S-1", "1", "ambiguous", ("1",))
    assert linked(rows, [exams[1]], {("S-1", "1"): NamedExam("9")})[0] == ("S-1", "1", "awaited", ())


def test_every_link_says_why():
    for rows, exams, _ in CASES.values():
        assert all(link.reason.endswith(".") for link in link_rows_to_exams(rows, exams, {}))


SUBJECTS = st.sampled_from(["S-1", "S-2", "S-3"])
DAYS = st.sampled_from([MONDAY, TUESDAY, None])
ROWS = st.lists(
    st.builds(
        row, SUBJECTS, DAYS, status=st.sampled_from(["included", "excluded"]), visit=st.sampled_from("12")
    ),
    max_size=8,
)
EXAMS = st.lists(st.tuples(SUBJECTS, DAYS), max_size=8).map(
    lambda items: [exam(str(number), *item) for number, item in enumerate(items)]
)


@given(ROWS, EXAMS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_every_exam_and_every_included_visit_appears_whatever_the_order(rows, exams, random):
    links = link_rows_to_exams(rows, exams, {})
    visits = [(link.subject, link.visit) for link in links if link.status != "unrequested"]
    assert sorted(visits) == sorted({(r.subject, r.visit) for r in rows if r.status == "included"})
    assert {uid for link in links for uid in link.study_instance_uids} == {
        e.study_instance_uid for e in exams
    }
    for link in links:
        own = {e.study_instance_uid: e for e in exams if e.subject == link.subject}
        assert set(link.study_instance_uids) <= set(own)
        if link.status == "matched":
            (uid,) = link.study_instance_uids
            days = {r.mri_date for r in rows if (r.subject, r.visit) == (link.subject, link.visit)}
            assert own[uid].date in days
    shuffled = link_rows_to_exams(random.sample(rows, len(rows)), random.sample(exams, len(exams)), {})
    assert shuffled == links
