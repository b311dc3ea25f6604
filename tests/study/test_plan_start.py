"""What a new study's protocol begins with, where the template belongs to another study."""

import pytest

from adcurate.errors import ProtocolError
from adcurate.formats.protocol import parse_protocol
from adcurate.study.create import TEMPLATES, template_text
from adcurate.study.plan_start import PlanStart, begin_plan, template_offers


def begun(name: str, start: PlanStart):
    return parse_protocol(begin_plan(template_text(name), start).encode())


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_main_question_only_leaves_every_exploratory_one_out(name):
    whole = parse_protocol(template_text(name).encode())
    kept = begun(name, PlanStart()).plan.questions
    assert kept == tuple(one for one in whole.plan.questions if one.role == "confirmatory")
    assert begun(name, PlanStart(asked="all")).plan.questions == whole.plan.questions


def test_the_published_prevalence_is_nobodys_until_it_is_stated():
    assert begun("net-grade", PlanStart()).analysis.stated_prevalence is None
    assert begun("net-grade", PlanStart(0.3)).analysis.stated_prevalence == 0.3
    with pytest.raises(ProtocolError):
        begun("net-grade", PlanStart(30.0))


def test_comments_of_the_file_stay():
    text = begin_plan(template_text("net-grade"), PlanStart(0.3, "all"))
    assert "# All grades, lowest first" in text and "[adc]" in text


def test_each_template_says_what_it_would_ask():
    offer = next(one for one in template_offers() if one.id == "net-grade")
    assert (offer.published_prevalence, offer.positive_label) == (0.19, "high grade")
    assert offer.main == ("Does the marker follow the grade?",)
    assert len(offer.typical) > 15 and "Do readers, and readings, agree?" in offer.typical
