"""What a study's images are said to be: told once, kept, and otherwise where a person says so."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from tests.room_study import make_study, prescription

from adcurate.errors import SeriesError, StudyError
from adcurate.phantom import simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.images.overview import shown, study_images
from adcurate.study.images.pictures import series_thumbnail
from adcurate.study.images.seen import SeenExams, look_at_exam, look_at_exams
from adcurate.study.reading.images import ImageCache
from adcurate.study.receiving.add import add_exams
from adcurate.study.series_kinds import set_series_kind

DIALECTS = (
    "siemens-classic",
    "siemens-xa",
    "ge",
    "ge-enhanced",
    "philips",
    "philips-enhanced",
    "uih",
    "canon",
)
SAMPLES = {
    "prostatex_0001": {6: "t2", 7: "trace", 8: "adc", 9: "calculated_b"},
    "siemens_xa30_enhanced": {17: "dwi", 19: "adc", 20: "trace", 21: "other"},
    "uih_umr770_dti": {12: "dwi"},
    "philips_elition_biobank_classic": {701: "dwi"},
    "canon_galan_v6_classic": {9000: "dwi"},
    "siemens_e11_mosaic": {4: "dwi"},
}


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    """Two exams with rows in a worksheet."""
    return make_study(tmp_path, [prescription("A1", 1), prescription("A2", 2)], grades=("G1",))[0]


def kinds_of(study: StudyFolder, exam: str) -> dict[int, str]:
    return {one["number"]: one["kind"] for one in look_at_exam(study, exam)["series"]}


def test_every_series_of_the_phantoms_is_told_unasked(tmp_path: Path) -> None:
    told: Counter[bool] = Counter()
    for seed, dialect in enumerate(DIALECTS, start=1):
        exam = simulate_exam(prescription(f"P{seed}", seed, dialect=dialect))
        write_exam(exam, tmp_path / dialect)
    study = create_study(tmp_path / "study", key_file=tmp_path / "k.key").folder
    add_exams(study, [tmp_path / dialect for dialect in DIALECTS], workers=0)
    look_at_exams(study, workers=0)
    for line in study_images(study).exams:
        seen = look_at_exam(study, line.study_instance_uid)["series"]
        shows = {"dwi" if one["kind"] == "trace" else one["kind"] for one in seen}
        told.update(kind in shows for kind in ("t2", "dwi", "adc", "t1_ce"))
        assert not any(one["is_uncertain"] for one in seen), line
    assert told[True] == 4 * len(DIALECTS) and not told[False]


def test_every_series_of_the_real_scanners_is_told_unasked(samples: Path, tmp_path: Path) -> None:
    study = create_study(tmp_path / "study", key_file=tmp_path / "k.key").folder
    add_exams(study, [samples / name for name in SAMPLES], workers=0)
    told = [kinds_of(study, line.study_instance_uid) for line in study_images(study).exams]
    assert sorted(told, key=str) == sorted(SAMPLES.values(), key=str)


def test_an_exam_is_looked_at_once_and_again_when_it_changed(study: StudyFolder) -> None:
    seen = SeenExams()
    assert shown(study_images(study, seen).exams, "not-seen")
    assert look_at_exams(study, seen=seen, workers=0).n_looked == 2
    assert look_at_exams(study, seen=seen, workers=0).n_looked == 0
    lines = study_images(study, seen).exams
    assert [(one.link, one.visits) for one in lines] == [("matched", ("1",))] * 2
    assert all(one.seen is not None and one.seen.unit_evidence == "refit" for one in lines)
    (proved,) = study_images(study, seen).overview.unit_proofs
    assert proved.slopes == pytest.approx((1, 1), abs=0.01), "the map's ADC over the refit's"
    assert proved.r is not None and proved.r > 0.99
    series = next(
        one for one in look_at_exam(study, lines[0].study_instance_uid)["series"] if one["kind"] == "t2"
    )
    set_series_kind(
        study, lines[0].study_instance_uid, series["series_instance_uid"], "t2", "other", "wrong organ"
    )
    assert [one.seen is None for one in study_images(study, seen).exams] == [True, False]
    assert look_at_exams(study, seen=seen, workers=0).n_looked == 1


def test_what_a_person_says_is_what_readers_are_shown_and_can_be_taken_back(study: StudyFolder) -> None:
    exam = study_images(study).exams[0].study_instance_uid
    adc = next(one for one in look_at_exam(study, exam)["series"] if one["kind"] == "adc")

    def maps() -> set[str]:
        with study.open_store("read") as store:
            protocol = study.protocol()
            with ImageCache(store, protocol.adc, protocol.region) as images:
                return {one.source for one in images.exam(exam).maps.maps}

    assert maps() == {"scanner", "refit"}
    set_series_kind(study, exam, adc["series_instance_uid"], "adc", "other", "another lesion", "carla")
    assert maps() == {"refit"}
    changed = next(one for one in look_at_exam(study, exam)["series"] if one["told"] == "adc")
    assert (changed["kind"], changed["reason"], changed["unit"]) == ("other", "another lesion", None)
    assert "series.kind-set-by-person" in {one["code"] for one in changed["findings"]}
    set_series_kind(study, exam, adc["series_instance_uid"], "adc", "adc", "it was right")
    assert maps() == {"scanner", "refit"}


@pytest.mark.parametrize(
    ("told", "kind", "why", "code"),
    [
        ("t2", "t3", "x", "series.kind-choice"),
        ("t2", "other", "  ", "series.kind-choice"),
        ("t1", "other", "x", "study.unmatched"),
    ],
)
def test_a_word_that_cannot_be_meant_is_refused(
    study: StudyFolder, told: str, kind: str, why: str, code: str
) -> None:
    exam = study_images(study).exams[0].study_instance_uid
    series = look_at_exam(study, exam)["series"][0]["series_instance_uid"]
    with pytest.raises((SeriesError, StudyError)) as refused:
        set_series_kind(study, exam, series, told, kind, why)
    assert refused.value.code == code


def test_roles_stay_once_the_readers_have_begun(study: StudyFolder) -> None:
    exam = study_images(study).exams[0].study_instance_uid
    series = look_at_exam(study, exam)["series"][0]
    with study.open_store() as store:
        store.protocols.add(study.protocol_file.read_text())
        store.protocols.freeze()
    with pytest.raises(SeriesError, match="have begun"):
        set_series_kind(study, exam, series["series_instance_uid"], series["told"], "other", "late")
    assert study_images(study).overview.reading_began


def test_each_series_has_a_picture(study: StudyFolder) -> None:
    exam = study_images(study).exams[0].study_instance_uid
    for one in look_at_exam(study, exam)["series"]:
        picture = series_thumbnail(study, exam, one["series_instance_uid"], one["kind"])
        assert picture.startswith(b"\x89PNG") and len(picture) > 500
