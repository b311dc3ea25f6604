"""The contour file."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adcurate.errors import ContourError, OutputError
from adcurate.formats import parse_contours, read_contours, write_contours
from adcurate.model.contour_record import ContourRecord

SQUARE = [[0.0, 0.0, 5.0], [10.0, 0.0, 5.0], [10.0, 10.0, 5.0], [0.0, 10.0, 5.0]]


def contour(**changes):
    fields = {
        "subject": "NET001",
        "lesion": "1",
        "reader": "R1",
        "role": "lesion",
        "sop_instance_uid": "1.2.826.0.1",
        "frame_number": 2,
        "points_lps_mm": SQUARE,
        "holes_lps_mm": [SQUARE[:3]],
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def document(*contours, **changes):
    return {"schema": "adcurate.contours", "schema_version": 1, "contours": list(contours)} | changes


def refusal_of(value):
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(ContourError) as caught:
        parse_contours(content)
    return caught.value


def test_a_contour_file_becomes_records():
    (record,) = parse_contours(json.dumps(document(contour())).encode())
    assert record.points_lps_mm == tuple(tuple(point) for point in SQUARE)
    assert (record.frame_number, record.role, len(record.holes_lps_mm)) == (2, "lesion", 1)


def test_frame_number_and_holes_may_be_left_out():
    (record,) = parse_contours(json.dumps(document(contour(frame_number=None, holes_lps_mm=None))).encode())
    assert (record.frame_number, record.holes_lps_mm) == (1, ())


@pytest.mark.parametrize(
    ("changes", "code", "where"),
    [
        ({"points_lps_mm": SQUARE[:2]}, "contour.shape", "contours[0].points_lps_mm"),
        ({"points_lps_mm": [[0, 0, 0]] * 10_001}, "contour.shape", "contours[0].points_lps_mm"),
        ({"points_lps_mm": [*SQUARE, [1, 2]]}, "contour.parse", "contours[0].points_lps_mm[4]"),
        ({"points_lps_mm": [*SQUARE, [1, "2", 3]]}, "contour.parse", "contours[0].points_lps_mm[4][1]"),
        ({"points_lps_mm": [*SQUARE, [1, True, 3]]}, "contour.parse", "contours[0].points_lps_mm[4][1]"),
        ({"points_lps_mm": [*SQUARE, [1, 1e9, 3]]}, "contour.parse", "contours[0].points_lps_mm[4][1]"),
        ({"points_lps_mm": "x"}, "contour.parse", "contours[0].points_lps_mm"),
        ({"holes_lps_mm": [SQUARE, SQUARE[:1]]}, "contour.shape", "contours[0].holes_lps_mm[1]"),
        ({"role": "grade"}, "contour.parse", "contours[0].role"),
        ({"frame_number": 0}, "contour.parse", "contours[0].frame_number"),
        ({"frame_number": 1.0}, "contour.parse", "contours[0].frame_number"),
        ({"frame_number": True}, "contour.parse", "contours[0].frame_number"),
        ({"sop_instance_uid": "1.02.3"}, "contour.parse", "contours[0].sop_instance_uid"),
        ({"sop_instance_uid": "1." + "2" * 64}, "contour.parse", "contours[0].sop_instance_uid"),
        ({"subject": "=1+1"}, "contour.parse", "contours[0].subject"),
        ({"reader": ""}, "contour.parse", "contours[0].reader"),
        ({"lesion": "<script>"}, "contour.parse", "contours[0].lesion"),
        ({"lesion": None}, "contour.parse", "contours[0]"),
        ({"grade": "G3"}, "contour.unknown-field", "contours[0]"),
    ],
)
def test_each_fault_says_where_it_is(changes, code, where):
    fault = refusal_of(document(contour(**changes)))
    assert fault.code == code
    assert fault.sentence.startswith(where + " ")


def test_an_unknown_field_is_answered_with_the_nearest_known_one():
    assert '"points_lps_mm"' in refusal_of(document(contour(points_lps=[]))).remedy


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe{",
        b'{"schema": "adcurate.contours", "schema": "x"}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": 1' + b"0" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a": "' + b"[" * 30,
    ],
)
def test_what_is_no_strict_json_is_refused(content):
    assert refusal_of(content).code == "contour.parse"


def test_brackets_inside_a_string_are_no_nesting():
    assert refusal_of({"schema": "[" * 30 + '\\"{', "schema_version": 1, "contours": []}).sentence.startswith(
        "the file"
    )


@pytest.mark.parametrize(
    "changes", [{"schema": "other"}, {"schema_version": 2}, {"schema_version": True}, {"contours": {}}]
)
def test_another_schema_or_version_is_refused(changes):
    assert refusal_of(document(**changes)).code == "contour.parse"


def test_a_reader_has_one_contour_of_a_lesion_on_a_frame_and_any_number_of_exclusions():
    assert refusal_of(document(contour(), contour())).code == "contour.conflict"
    exclusion = contour(role="exclusion")
    others = [contour(frame_number=3), contour(reader="R2"), contour(lesion="2"), contour(subject="NET002")]
    kept = parse_contours(json.dumps(document(contour(), exclusion, exclusion, *others)).encode())
    assert len(kept) == 7


def test_a_file_over_20_mb_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "contours.json"
    path.write_bytes(b" " * 20_000_001)
    with pytest.raises(ContourError) as caught:
        read_contours(path)
    assert caught.value.code == "contour.too-big"


def test_a_file_is_never_overwritten(tmp_path):
    path = tmp_path / "contours.json"
    write_contours(path, ())
    with pytest.raises(OutputError) as caught:
        write_contours(path, ())
    assert caught.value.code == "output.exists"


coordinates = st.floats(-1e5, 1e5, allow_nan=False)
rings = st.lists(st.tuples(coordinates, coordinates, coordinates), min_size=3, max_size=8).map(tuple)


@settings(max_examples=60, deadline=None)
@given(
    rings,
    st.lists(rings, max_size=2).map(tuple),
    st.integers(1, 999),
    st.sampled_from(["lesion", "exclusion"]),
)
def test_records_come_back_bit_for_bit(tmp_path_factory, points, holes, frame_number, role):
    record = ContourRecord("Ž 1", "a/b", "R-1", role, "1.2.3", points, frame_number, holes)
    path = tmp_path_factory.mktemp("contours") / "contours.json"
    write_contours(path, (record,))
    assert read_contours(path) == (record,)
