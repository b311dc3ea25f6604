"""What every vendor's dialect must do, as tests that each vendor's file runs on its own way of writing.

Not collected by itself: a vendor's test file subclasses `VendorContract` and gives it a `Habits`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.dataset import Dataset
from tests.dicom.conftest import HeldObject, Private, build_object

from adcurate.dicom.reading.diffusion_signals import load_diffusion
from adcurate.dicom.reading.exams import ScanResult, read_exams
from adcurate.dicom.reading.inspection import inspect_paths
from adcurate.dicom.reading.pixels import load_adc_map
from adcurate.dicom.received.ingest_object import Prepared, prepare_object
from adcurate.dicom.received.sources import find_objects
from adcurate.dicom.vendors import DIALECTS, dialect_of
from adcurate.model import Pseudonyms, Series
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.phantom.prescription import Dialect, played_out

PSEUDONYMS = Pseudonyms(bytes(range(32)))
B_VALUES = (0.0, 400.0, 800.0)
LESION = LesionPrescription("1", "liver", 0.001010, 0.000640, 28.0)


@dataclass(frozen=True)
class Habits:
    """How a vendor writes: elements of an image at a b-value, and what the ledger must say about it.

    `weighted` and `unweighted` give keyword arguments of `build_object`; `source` is the ledger's, with
    `zero_source` for b = 0. `own_tag` is the vendor's private b-value (group, creator, element, VR), None for
    a vendor without one. `mixed_in` is the image type of a map that the scanner leaves among the images.
    """

    vendor: str
    manufacturers: tuple[str, ...]
    weighted: Callable[[float], Mapping[str, Any]]
    source: str
    unweighted: Mapping[str, Any] = field(default_factory=lambda: {"DiffusionBValue": 0.0})
    zero_source: str = "(0018,9087)"
    own_tag: tuple[int, str, int, str] | None = None
    absent_means_zero: bool = False
    direction: Mapping[str, Any] = field(
        default_factory=lambda: {"DiffusionGradientOrientation": [0.6, 0.0, 0.8]}
    )
    dialects: tuple[Dialect, ...] = ()
    unit: float = 1e-6
    unit_evidence: str = "refit"
    phantom_b: tuple[float, ...] = B_VALUES


def held(header: Dataset, name: str = "object") -> HeldObject:
    """The object as bytes."""
    stream = io.BytesIO()
    header.save_as(stream, enforce_file_format=True)
    return HeldObject(name, stream.getvalue())


def ingested(objects: list[HeldObject]) -> list[HeldObject]:
    """The same objects as the research zone keeps them."""
    prepared = [prepare_object(one, PSEUDONYMS) for one in objects]
    assert all(isinstance(one, Prepared) for one in prepared), prepared
    return [HeldObject(f"kept {i}", one.content) for i, one in enumerate(prepared)]  # type: ignore[union-attr]


def science(series: Series) -> tuple[Any, ...]:
    """Everything of a series that a number may rest on, in an order that UIDs do not change."""
    frames = sorted(
        (
            (
                frame.b_value,
                frame.directionality,
                frame.direction,
                frame.rescale_slope,
                frame.rescale_intercept,
                frame.rescale_type,
                frame.rescale_present,
                frame.scale_slope,
                frame.real_world
                and (frame.real_world.slope, frame.real_world.intercept, frame.real_world.unit),
                frame.plane,
                (frame.instance_number, frame.frame_number, frame.tile),
            )
            for frame in series.frames
        ),
        key=repr,
    )
    said = [(one.code, dict(one.where)) for one in series.findings]
    about = (series.kind, series.vendor, series.number, series.b_values, series.field_strength_t)
    return (*about, series.repetition_time_ms, series.echo_time_ms, said, frames)


def only_series(result: ScanResult) -> Series:
    """The one series of the one exam."""
    assert result.refused == ()
    (exam,) = result.exams
    (series,) = exam.series
    return series


class VendorContract:
    """The contract. `habits` is the vendor's."""

    habits: Habits

    def build(self, number: int, z_mm: float = 0.0, **how: Any) -> Dataset:
        how = {"Manufacturer": self.habits.manufacturers[0], **how}
        return build_object(number, z_mm=z_mm, **how)

    def weighted(self, b: float, number: int = 2, **how: Any) -> Dataset:
        said = dict(self.habits.weighted(b))
        private: tuple[Private, ...] = (*said.pop("private", ()), *how.pop("private", ()))
        return self.build(number, private=private, **{**said, **how})

    def zero(self, number: int = 1, **how: Any) -> Dataset:
        return self.build(number, **{**dict(self.habits.unweighted), **how})

    def test_the_makers_name_picks_the_dialect(self) -> None:
        for name in self.habits.manufacturers:
            assert self.habits.vendor == dialect_of(name).VENDOR
            assert self.habits.vendor == dialect_of(f"  {name.upper()} ").VENDOR

    def test_the_dialect_is_listed_and_says_what_it_reads(self) -> None:
        dialect = DIALECTS[self.habits.vendor]
        assert all(name == name.lower() for name in dialect.MANUFACTURERS)
        assert self.habits.absent_means_zero == dialect.ABSENT_MEANS_ZERO
        if self.habits.own_tag is not None:
            group, creator, element, _ = self.habits.own_tag
            assert creator in dialect.CREATORS
            assert group << 16 | 0x1000 | element in dialect.TAGS

    def test_the_ledger_says_the_b_value_and_the_tag(self) -> None:
        series = only_series(read_exams([held(self.zero(), "a"), held(self.weighted(800.0), "b")]))
        rows = [frame.b_value for frame in series.frames]
        assert [row.value for row in rows if row] == [0.0, 800.0]
        assert [row.source for row in rows if row] == [self.habits.zero_source, self.habits.source]
        assert series.kind in ("dwi", "trace")
        assert series.b_values == (0.0, 800.0)

    def test_a_direction_is_read_and_has_length_one(self) -> None:
        how = dict(self.habits.direction)
        series = only_series(read_exams([held(self.weighted(800.0, **how))]))
        (frame,) = series.frames
        assert frame.direction is not None
        assert np.linalg.norm(frame.direction) == pytest.approx(1.0)
        assert frame.direction == pytest.approx((0.6, 0.0, 0.8), abs=1e-3)

    def test_an_absent_b_value_is_zero_only_where_the_vendor_means_that_and_beside_weighted_images(
        self,
    ) -> None:
        bare = self.build(1)
        series = only_series(read_exams([held(bare, "a"), held(self.weighted(800.0), "b")]))
        codes = {one.code for one in series.findings}
        if self.habits.absent_means_zero:
            assert series.b_values == (0.0, 800.0)
            assert "b-value.inferred-zero" in codes
            assert [frame.b_value.inferred for frame in series.frames if frame.b_value] == [True, False]
        else:
            assert series.b_values == (800.0,)
            assert "b-value.missing" in codes
        alone = only_series(read_exams([held(bare)]))
        assert alone.b_values == ()
        assert all(frame.b_value is None for frame in alone.frames)

    def test_an_absent_b_value_with_a_direction_is_never_zero(self) -> None:
        bare = self.build(1, DiffusionGradientOrientation=[1.0, 0.0, 0.0])
        series = only_series(read_exams([held(bare, "a"), held(self.weighted(800.0), "b")]))
        assert series.b_values == (800.0,)
        assert "b-value.missing" in {one.code for one in series.findings}

    def test_the_standard_says_b_zero_by_its_word_none(self) -> None:
        plain = self.build(1, DiffusionDirectionality="NONE")
        series = only_series(read_exams([held(plain, "a"), held(self.weighted(800.0), "b")]))
        assert series.b_values == (0.0, 800.0)

    @pytest.mark.parametrize("stored", [-5.0, 1e6, 2e9 + 5e8])
    def test_an_impossible_b_value_is_a_finding_and_never_read_as_zero(self, stored: float) -> None:
        bad = self.build(1, DiffusionBValue=stored)
        series = only_series(read_exams([held(bad, "a"), held(self.weighted(800.0), "b")]))
        assert series.b_values == (800.0,)
        assert {"b-value.range", "b-value.missing"} <= {one.code for one in series.findings}

    @pytest.mark.parametrize(
        ("image_type", "kind"),
        [
            (["DERIVED", "PRIMARY", "DIFFUSION", "ADC"], "adc"),
            (["DERIVED", "SECONDARY", "ADC"], "adc"),
            (["DERIVED", "PRIMARY", "DIFFUSION", "FA"], "other"),
            (["DERIVED", "PRIMARY", "DIFFUSION", "EADC"], "other"),
            (["DERIVED", "PRIMARY", "DIFFUSION", "CALC_BVAL"], "calculated_b"),
            (["DERIVED", "PRIMARY", "COMPUTED"], "calculated_b"),
        ],
    )
    def test_derived_images_in_the_raw_series_enter_no_fit(self, image_type: list[str], kind: str) -> None:
        objects = [held(self.zero(), "a"), held(self.weighted(800.0), "b")]
        objects.append(held(self.weighted(1500.0, number=3, ImageType=image_type), "c"))
        for version in (objects, ingested(objects)):
            (exam,) = read_exams(version).exams
            by_kind = {one.kind: one for one in exam.series}
            assert set(by_kind) == {"dwi", kind}
            assert by_kind["dwi"].b_values == (0.0, 800.0)
            assert by_kind[kind].b_values == ()
            assert load_diffusion(exam.series).b_values == (0.0, 800.0)

    def test_the_scanners_trace_images_stand_for_the_directions_they_were_made_of(self) -> None:
        level = {1: 1000, 2: 400, 3: 100, 4: 200}
        axes = {2: [1.0, 0.0, 0.0], 3: [0.0, 1.0, 0.0]}

        def image(number: int) -> Any:
            return np.full((4, 5), level[number], dtype=np.uint16)

        objects = [held(self.zero(pixels=image(1)), "a")]
        for number, axis in axes.items():
            one = self.weighted(800.0, number=number, DiffusionGradientOrientation=axis, pixels=image(number))
            objects.append(held(one, str(number)))
        trace = {"ImageType": ["DERIVED", "PRIMARY", "DIFFUSION", "ISOTROPIC"], "pixels": image(4)}
        whole = load_diffusion([only_series(read_exams(objects))])
        assert float(whole.volumes[1][0, 0, 0]) == pytest.approx(200.0)  # geometric, not 250
        beside = read_exams([*objects, held(self.weighted(800.0, number=4, **trace), "t")])
        stack = load_diffusion(beside.exams[0].series)
        assert stack.b_values == (0.0, 800.0)
        assert float(stack.volumes[1][0, 0, 0]) == 200.0

    def test_ingest_loses_nothing_of_the_science(self, tmp_path: Path) -> None:
        objects = [held(self.zero(z_mm=z, number=10 + z), f"{z}") for z in (0, 5)]
        objects += [
            held(self.weighted(800.0, number=20 + z, z_mm=z, **dict(self.habits.direction)), f"w{z}")
            for z in (0, 5)
        ]
        assert science(only_series(read_exams(objects))) == science(
            only_series(read_exams(ingested(objects)))
        )

    def test_each_b_value_in_a_series_of_its_own_becomes_one_fit(self) -> None:
        objects = [held(self.zero(series=5), "a"), held(self.weighted(800.0, series=6), "b")]
        for version in (objects, ingested(objects)):
            (exam,) = read_exams(version).exams
            assert [one.kind for one in exam.series] == ["dwi", "dwi"]
            assert load_diffusion(exam.series).b_values == (0.0, 800.0)

    def test_b_zero_images_of_another_timing_stay_out_of_the_fit(self) -> None:
        objects = [held(self.zero(series=5, EchoTime=30), "a"), held(self.weighted(800.0, series=6), "b")]
        (exam,) = read_exams(objects).exams
        assert load_diffusion(exam.series).b_values == (800.0,)


class WithOwnTag(VendorContract):
    """For vendors that also write the b-value into a private element."""

    def test_without_the_makers_name_the_private_elements_pick_the_dialect(self) -> None:
        assert self.habits.own_tag is not None
        for name in ("", "Some Archive Ltd"):
            series = only_series(read_exams([held(self.weighted(800.0, Manufacturer=name))]))
            assert (series.vendor, series.b_values) == (self.habits.vendor, (800.0,))

    @pytest.mark.parametrize("content", [b"eight hundred ", b"NaN ", b"\xff\xfe\x00\x01\x02\x03", b"inf "])
    def test_an_unreadable_private_b_value_is_a_finding_and_never_read_as_zero(self, content: bytes) -> None:
        assert self.habits.own_tag is not None
        group, creator, element, _ = self.habits.own_tag
        bad = self.build(1, private=[(group, creator, element, "UN", content)])
        series = only_series(read_exams([held(bad, "a"), held(self.weighted(800.0), "b")]))
        assert series.b_values == (800.0,)
        codes = {one.code for one in series.findings}
        assert "b-value.missing" in codes
        assert codes & {"b-value.unreadable", "b-value.range"}

    def test_a_conflict_with_the_standard_tag_is_serious_and_says_how_much_it_matters(self) -> None:
        assert self.habits.own_tag is not None
        if self.habits.vendor == "uih":  # its own tag is what was played out, and counts
            return
        group, creator, element, vr = self.habits.own_tag
        value: Any = [500, 8, 0, 0] if self.habits.vendor == "ge" else 500
        odd = self.build(2, DiffusionBValue=1000.0, private=[(group, creator, element, vr, value)])
        series = only_series(read_exams([held(self.build(1, DiffusionBValue=0.0), "a"), held(odd, "b")]))
        (finding,) = [one for one in series.findings if one.code == "b-value.conflict"]
        assert finding.severity == "serious"
        assert finding.where["adc_percent"] == "100.00"
        assert series.b_values == (0.0, 1000.0)


class WithPhantom(VendorContract):
    """For vendors whose dialects the phantom speaks."""

    def test_the_phantom_in_this_dialect_reads_the_same_before_and_after_ingest(self, tmp_path: Path) -> None:
        assert self.habits.dialects
        for dialect in self.habits.dialects:
            folder = tmp_path / dialect
            exam = simulate_exam(self.prescription(dialect))
            write_exam(exam, folder)
            inspection = inspect_paths([folder])
            assert inspection.refused == ()
            played = tuple(played_out(dialect, b) for b in B_VALUES)
            expected = played if self.habits.phantom_b else ()
            (weighted,) = [one.series for one in inspection.series if one.series.kind in ("dwi", "trace")]
            assert weighted.b_values == pytest.approx(expected), dialect
            (adc,) = [one for one in inspection.series if one.series.kind == "adc"]
            assert adc.adc_unit is not None
            assert adc.adc_unit.evidence == self.habits.unit_evidence, dialect
            assert adc.adc_unit.mm2_per_s_per_stored_unit == self.habits.unit
            sources = list(find_objects([folder]).sources)
            before = read_exams(sources).exams[0]
            after = read_exams(ingested([HeldObject(one.name, one.read()) for one in sources])).exams[0]
            assert sorted(map(repr, map(science, before.series))) == sorted(
                map(repr, map(science, after.series))
            )
            for kind, load in (("adc", load_adc_map), ("t2", load_adc_map)):
                one, other = before.of_kind(kind)[0], after.of_kind(kind)[0]  # type: ignore[arg-type]
                assert np.array_equal(load(one).values, load(other).values)
            if expected:
                for one, other in zip(
                    load_diffusion(before.series).volumes, load_diffusion(after.series).volumes, strict=True
                ):
                    assert np.array_equal(one, other)
            lesion = exam.lesions[0]
            values = load_adc_map(adc.series).values[lesion.slice_index][lesion.voxels] * self.habits.unit
            assert values.mean() == pytest.approx(LESION.mean_adc, abs=0.06e-6), dialect

    @staticmethod
    def prescription(dialect: Dialect) -> ExamPrescription:
        """A small exam of that dialect."""
        return ExamPrescription(
            patient_id="NET901",
            patient_name="SYNTHETIC^NET901",
            birth_date="19550101",
            sex="M",
            exam_date="20180303",
            dialect=dialect,
            model="Model",
            field_strength_t=3.0,
            b_values=B_VALUES,
            lesions=(LESION,),
            seed=7,
            matrix=96,
        )
