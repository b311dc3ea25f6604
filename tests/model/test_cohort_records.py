"""The participant flow adds up, or it is not made."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.model.cohort import FlowStage, ParticipantFlow


def test_boxes_that_add_up_are_accepted():
    flow = ParticipantFlow(
        (
            FlowStage("Screened", 60, (("no MRI", 8), ("other tumour", 2))),
            FlowStage("Included", 50, (("lesion smaller than 1 cm", 3),)),
            FlowStage("Analysed", 47),
        )
    )
    assert flow.stages[-1].n == 47


@pytest.mark.parametrize(
    "stages",
    [
        (FlowStage("Screened", 60, (("no MRI", 8),)), FlowStage("Analysed", 47)),
        (FlowStage("Screened", 60), FlowStage("Included", 60, (("lost", 1),)), FlowStage("Analysed", 60)),
        (FlowStage("Screened", 60), FlowStage("Analysed", 61)),
    ],
    ids=["a person too few", "the second step is wrong", "a person too many"],
)
def test_boxes_that_do_not_add_up_are_a_bug(stages):
    with pytest.raises(ValueError, match="does not add up after"):
        ParticipantFlow(stages)


@given(
    st.integers(0, 500), st.lists(st.lists(st.integers(0, 50), max_size=4), max_size=5), st.integers(-3, 3)
)
@settings(max_examples=60, deadline=None)
def test_a_flow_is_made_exactly_when_its_boxes_add_up(n, leaving, slip):
    stages, left = [], n
    for reasons in leaving:
        stages.append(FlowStage("box", left, tuple((f"reason {i}", k) for i, k in enumerate(reasons))))
        left -= sum(reasons)
    stages.append(FlowStage("last", left + slip))
    if slip and leaving:
        with pytest.raises(ValueError, match="add up"):
            ParticipantFlow(tuple(stages))
    else:
        assert ParticipantFlow(tuple(stages)).stages == tuple(stages)
