"""A plan is answered whole: a question that cannot be answered says why, the others are answered."""

import pytest
from tests.study.cohort_cases import cohort

from adcurate.model.answers.agreement import AgreementQuestion
from adcurate.model.answers.assessability import AssessabilityQuestion
from adcurate.model.plan import QUESTION_KINDS, Plan, PlannedQuestion
from adcurate.model.protocol import Analysis
from adcurate.report.answers.catalogue import VIEWS
from adcurate.report.words import KIND_WORDS
from adcurate.study.answer import ANSWERERS, answer_plan
from adcurate.study.units import level_cases

BAD = PlannedQuestion("agreement", AgreementQuestion())
GOOD = PlannedQuestion("assessability", AssessabilityQuestion(), "confirmatory")


def answers(*questions, stamp="planned", **rules):
    plan = Plan(questions=questions, **rules)
    return answer_plan(
        plan,
        level_cases(cohort(), plan),
        Analysis(bootstrap_resamples=200),
        stamps=dict.fromkeys(questions, stamp),
    )


def test_every_kind_of_question_has_an_answerer_a_view_and_words():
    assert set(ANSWERERS) == set(VIEWS) == set(KIND_WORDS) == set(QUESTION_KINDS)


def test_every_kind_is_its_questions_own():
    assert all(asked.kind == kind for kind, asked in QUESTION_KINDS.items())


def test_a_question_without_an_answer_keeps_its_place_and_its_reason():
    first, second = answers(BAD, GOOD)
    assert first.answer is None and first.refusal.severity == "warning"
    assert "cannot show agreement" in first.refusal.sentence
    assert second.answer is not None and second.refusal is None


@pytest.mark.parametrize("stamp", ["planned", "post hoc"])
def test_a_post_hoc_question_stays_post_hoc_whatever_the_history_says(stamp):
    asked = PlannedQuestion("assessability", AssessabilityQuestion(), "post-hoc")
    assert answers(asked, stamp=stamp)[0].stamp == "post hoc"
