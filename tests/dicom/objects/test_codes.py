"""The codes are those of the standard: pydicom's dictionary is the oracle."""

from __future__ import annotations

import pytest
from pydicom.sr import codedict
from pydicom.sr._concepts_dict import concepts
from pydicom.sr.coding import Code

from adcurate.dicom.objects import codes as ours

_STANDARD = [
    pytest.param(code, id=name)
    for name, code in {
        **{name: value for name, value in vars(ours).items() if isinstance(value, Code)},
        **{f"site {name}": code for name, code in ours.SITES.items()},
        **{f"body part {name}": code for name, code in ours.BODY_PARTS.items()},
    }.items()
    if code.scheme_designator in ("DCM", "SCT", "LN")
]


@pytest.mark.parametrize("code", _STANDARD)
def test_each_code_of_the_standard_means_what_we_say(code):
    meanings = {
        meaning.casefold().replace("peritioneum", "peritoneum")
        for known in concepts[code.scheme_designator].values()
        for value, (meaning, *_) in known.items()
        if value == code.value
    }
    assert code.meaning.casefold() in meanings


def test_the_quantity_model_and_fits_stand_in_the_standards_lists():
    assert ours.ADC in [codedict.codes.cid7272.ApparentDiffusionCoefficient]
    assert ours.MONO_EXPONENTIAL in [codedict.codes.cid7273.MonoExponentialDiffusionModel]
    assert codedict.codes.cid7274.LevenbergMarquardt == ours.LEVENBERG_MARQUARDT
    assert codedict.codes.cid7276.SourceImageDiffusionBValue == ours.B_VALUE
    assert ours.UM2_PER_S.value == codedict.codes.cid7277.SquareMicrometerPerSecond.value


def test_minus_zero_is_zero_and_a_number_keeps_what_16_characters_can_hold():
    assert str(ours.decimal(-0.0)) == "0.0"
    assert len(str(ours.decimal(-1 / 3e5))) <= 16
