"""What comes next names all that the readers are asked for."""

from __future__ import annotations

from adcurate.model.protocol import Reading
from adcurate.study.status import next_step

DONE = ("create", "add", "worksheet")


def test_the_step_after_the_worksheet_names_what_is_drawn_beside_the_outline() -> None:
    plain = next_step(DONE)
    assert (
        plain
        == "adcurate serve   (draw in the browser), or: adcurate study contours FILE.json   (what was drawn)"
    )
    both = next_step(DONE, asks=Reading(wants_ruler=True, wants_reference=True))
    assert "with ruler and reference tissue" in both and "a ruler cannot come so" in both
    one = next_step(DONE, asks=Reading(wants_reference=True))
    assert "with reference tissue)" in one and "ruler" not in one
