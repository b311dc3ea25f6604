"""The numbers on the page are the run's, to the last bit, and are hidden where the protocol says so."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from tests.reading_room import ANNA, BEN, Hand, adc_series, begin, opened_room, square

from adcurate.errors import ReadError
from adcurate.model.reading.draft import Draft, Ruler
from adcurate.study.reading.measure import measure_draft, measure_whole
from adcurate.study.reading.next_case import reading_list, saved_draft
from adcurate.study.reading.repair import repair_contour_of
from adcurate.study.run import run_study


def first_case(room):
    return room.store.reading.designs.item(reading_list(room, "anna").next_item)


def test_a_page_and_the_command_line_print_the_same_numbers_to_the_last_bit(readable):
    study = readable()
    locked = {}
    with opened_room(study) as room:
        begin(room)
        for who, half in ((ANNA, 4.2), (BEN, 3.3)):
            for item in Hand(room, who).read_all(half=half):
                case = room.store.reading.designs.item(item)
                told = room.store.reading.locks.status(item).lock.numbers["numbers"]
                for one in told:
                    locked[case.subject, case.lesion, who.name, one["map"]] = one
    measured = {}
    for exam in run_study(study, workers=0).exams.values():
        for record in exam["measurements"]:
            key = record["subject"], record["lesion"], record["reader"], record["map_source"]
            measured[key] = record
    assert set(measured) == set(locked) and len(locked) == 16
    for key, record in measured.items():
        told, fragility = locked[key], record["details"]["fragility"]
        for name in ("mean", "minimum", "area_mm2", "n_voxels"):
            assert told[name] == record["values"][name]
        assert told["band"]["mean"] == [fragility["mean_low"], fragility["mean_high"]]
        assert told["is_record"] == (key[-1] == "scanner")


def test_the_mean_is_that_of_the_voxels_whose_centres_lie_inside(readable):
    with opened_room(readable('show_numbers = "live"\n')) as room:
        begin(room)
        case = first_case(room)
        drawn = square(room, case.study_instance_uid, middle=(30.0, 25.0), half=3.5, frame=2)
        told = measure_draft(room, "anna", case.item, Draft((drawn,)))
        # An array that the page is given, cut by hand: an independent way to the number.
        shown = adc_series(room, case.study_instance_uid).values[1, 27:34, 22:29].astype(np.float64)
        one = next(one for one in told.numbers if one.is_record)
        assert one.mean * 1e6 == pytest.approx(np.nanmean(shown), rel=1e-6)
        assert one.minimum * 1e6 == pytest.approx(np.nanmin(shown), rel=1e-6)
        row, column = np.unravel_index(np.nanargmin(shown), shown.shape)
        plane = adc_series(room, case.study_instance_uid).frames[1].plane
        there = plane.to_lps(np.array([[27.0 + row, 22.0 + column]]))[0]
        assert one.darkest.point_lps_mm == pytest.approx(tuple(there)) and one.darkest.frame == 2


@pytest.mark.parametrize(("rule", "before", "after"), [("live", 2, 2), ("after_lock", 0, 2), ("never", 0, 0)])
def test_numbers_are_shown_when_the_protocol_says_so(readable, rule, before, after):
    with opened_room(readable(f'show_numbers = "{rule}"\n')) as room:
        begin(room)
        case, anna = first_case(room), Hand(room, ANNA)
        draft = Draft((square(room, case.study_instance_uid),))
        told = measure_draft(room, "anna", case.item, draft)
        assert told.is_valid and len(told.numbers) == before
        anna.save(case.item, draft)
        done = anna.lock(case.item)
        assert len(done.numbers["numbers"] if done.numbers else ()) == after
        assert len(measure_draft(room, "anna", case.item, draft).numbers) == after


def test_a_contour_drawn_on_another_series_is_measured_on_the_nearest_slice_or_refused(readable):
    with opened_room(readable()) as room:
        begin(room)
        case = first_case(room)
        exam = room.images.exam(case.study_instance_uid)
        on_map = square(room, case.study_instance_uid, frame=2)
        dwi = next(one for one in exam.series if one.role == "dwi")
        moved = dataclasses.replace(on_map, series=dwi.series_id)
        same = [measure_whole(room, case, Draft((one,))).on_record for one in (on_map, moved)]
        assert same[0]["values"] == same[1]["values"]
        far = dataclasses.replace(
            moved, points_lps_mm=tuple((x, y, z + 1000.0) for x, y, z in moved.points_lps_mm)
        )
        told = measure_whole(room, case, Draft((far,))).numbers
        assert [one.code for one in told.problems] == ["contour.off-plane"] and told.numbers == ()


def test_a_stroke_that_crosses_itself_is_named_repaired_and_then_measured(readable):
    with opened_room(readable()) as room:
        begin(room)
        case, anna = first_case(room), Hand(room, ANNA)
        crossed = square(room, case.study_instance_uid, crossed=True)
        anna.save(case.item, Draft((crossed,)))
        (problem,) = measure_draft(room, "anna", case.item, Draft((crossed,))).problems
        assert (problem.contour, problem.code, problem.repair) == ("c1", "contour.self-crossing", True)
        made = repair_contour_of(room, "anna", case.item, crossed)
        assert len(made.contours) == 2 and "2 contours" in made.sentence
        assert len({one.id for one in made.contours}) == 2
        assert measure_draft(room, "anna", case.item, Draft(made.contours)).is_valid
        assert saved_draft(room, case).draft == Draft((crossed,))


def test_exclusions_are_taken_away_and_reference_tissue_is_measured_beside(readable):
    with opened_room(readable()) as room:
        begin(room)
        case = first_case(room)
        uid = case.study_instance_uid
        whole = square(room, uid)
        away = square(room, uid, half=1.2, name="c2", role="exclusion")
        beside = square(room, uid, middle=(45.0, 45.0), half=2.2, name="c3", role="reference")
        found = measure_whole(room, case, Draft((whole, away, beside)))
        lesion, reference = (
            next(one for one in found.numbers.numbers if one.is_record and one.region == region)
            for region in ("lesion", "reference")
        )
        assert lesion.n_voxels <= 81 - 9 and reference.n_voxels <= 25
        assert {one.lesion for one in found.records} == {case.lesion, f"{case.lesion} reference"}


def test_rulers_are_measured_and_decide_one_centimetre(readable):
    with opened_room(readable()) as room:
        begin(room)
        case = first_case(room)
        series = adc_series(room, case.study_instance_uid).series_id

        def told(length: float):
            ruler = Ruler("r1", "long", series, 1, (0.0, 0.0, 0.0), (0.0, length, 0.0))
            return measure_draft(room, "anna", case.item, Draft(rulers=(ruler,)))

        assert told(10.0).rulers[0].mm == 10.0 and told(10.0).at_least_1_cm is True
        assert told(9.99).at_least_1_cm is False
        assert measure_draft(room, "anna", case.item, Draft()).at_least_1_cm is None


def test_a_draft_keeps_its_images_when_its_exam_gains_a_series(readable):
    with opened_room(readable()) as room:
        begin(room)
        case, anna = first_case(room), Hand(room, ANNA)
        drawn = square(room, case.study_instance_uid)
        series = [one.name for one in room.images.exam(case.study_instance_uid).series]
        turned = [series[-1], *series[:-1]]
        moved = dataclasses.replace(drawn, series=f"s{1 + turned.index(series[int(drawn.series[1:]) - 1])}")
        room.store.reading.drafts.save(case.item, 0, "key-one", Draft((moved,)), turned, "id-anna")
        assert saved_draft(room, case).draft == Draft((drawn,))
        anna.lock(case.item)


def test_a_frame_that_is_not_there_is_a_problem_of_its_contour(readable):
    with opened_room(readable()) as room:
        begin(room)
        case = first_case(room)
        gone = dataclasses.replace(square(room, case.study_instance_uid), series="s99")
        (problem,) = measure_draft(room, "anna", case.item, Draft((gone,))).problems
        assert (problem.contour, problem.code) == ("c1", "read.no-frame")
        with pytest.raises(ReadError, match="no such image"):
            repair_contour_of(room, "anna", case.item, gone)
