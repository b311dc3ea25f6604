"""The words and patterns that free text is reduced to in the research zone.

A series description says what a series is ("ep2d_diff_b50_400_800_tra") and may also say whose it is.
Only words on these lists survive, so that a name cannot: not in a description, a model or a code string.
"""

from __future__ import annotations

import re
from typing import Final

from adcurate.dicom.header_phrases import GRADIENT_COMMENT as GRADIENT_COMMENT
from adcurate.dicom.header_phrases import says_calculated, with_words_apart


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


TERMS: Final = frozenset({"PHASE MAP", "REAL MAP", "IMAGINARY MAP"}) | _listed(
    """
    ORIGINAL DERIVED PRIMARY SECONDARY MIXED OTHER NONE YES NO Y N M F O U R L B P I MAGNITUDE PHASE
    REAL IMAGINARY ADC EADC DADC FA TRACE TRACEW DIFFUSION DIFFUSION_ANISO TENSOR TENSOR_B0 COLFA DTI
    DWI B0 CALC_BVAL CALC_B CALCULATED SYNTHETIC SUB MPR MIP MNIP AVERAGE MEAN MOCO MOSAIC VFRAME
    MFSPLIT GRID ND NORM DIS2D DIS3D DIS2D_ND DFC SH FM FM4 FIL MB IR OPP_PHASE IN_PHASE OUT_PHASE
    OUT_OF_PHASE WATER FAT FAT_FRACTION W F IP OP DIXON PERFUSION T1 T2 T2_STAR PROTON_DENSITY
    FLOW_ENCODED FLUID_ATTENUATED STIR TAGGING TOF VELOCITY UNKNOWN SE GR EP RM RESEARCH SK SP MTC SS
    TRSS MP OSP PER RG CG PPG FC PFF PFP FS CT PROSTATE ABDOMEN PELVIS LIVER PANCREAS CHEST HEAD BRAIN
    BREAST KIDNEY BLADDER UTERUS RECTUM BOWEL SPINE NECK HEART ABDOMENPELVIS CHESTABDPELVIS WHOLEBODY
    EXTREMITY PHANTOM CSPINE TSPINE LSPINE 2D 3D ROW COL COLUMN HFS HFP FFS FFP HFDR HFDL FFDR FFDL MR
    MONOCHROME1 MONOCHROME2 MONOCHROME COLOR VOLUME SAMPLED DISTORTED MAX_IP MIN_IP MEDIAN
    SURFACE_RENDER VOLUME_RENDER MULTIPLE PRODUCT SERVICE SPIN GRADIENT BOTH RF RF_AND_GRADIENT
    ACCELERATION ON_RESONANCE OFF_RESONANCE FREE_PRECESSION TRANSVERSE TIME_REVERSED LONGITUDINAL
    FAT_AND_WATER SILICON SLAB LINE GRID RECTILINEAR RADIAL SPIRAL SINGLE PARTIAL FULL LINEAR CENTRIC
    SEGMENTED REVERSE_LINEAR REVERSE_CENTRIC COMBINED SLICE FREQUENCY SENSE SMASH PILS GRAPPA CAIPI
    ISOTROPIC DIRECTIONAL BMATRIX FRACTIONAL RELATIVE VOLUME_RATIO 00 01 IDENTITY INVERSE CODE NUMERIC
    MAP S2_0 M_SE M_FFE M_IR M_EPI R_SE R_FFE R_IR I_SE I_FFE P_SE P_FFE
    ADC_UNSPECIFIED DIFF BREATHHOLD FREE_BREATHING GATED GDC
    NAVIGATED TRIGGERED SAT1 SAT2 SAT_GEMS EDR_GEMS EPI_GEMS FAST_GEMS FC_FREQ_AX_GEMS FC_SLICE_AX_GEMS
    FILTERED_GEMS ACC_GEMS PFF_GEMS RESP_GEMS FSL_GEMS PROPELLER MULTIBAND SPIN_ECHO FIL_GEMS VAR_GEMS
    ARC_GEMS ASSET_GEMS CAL_GEMS PJN SD DRB FP GEMS SS_GEMS
    CALC_BVALUE COMPUTED CDWI TRACEWEIGHTED APPARENT_DIFFUSION_COEFFICIENT EXP EXPONENTIAL RA VR LA MD AD
    RD MK KURTOSIS FAC FRACTIONAL_ANISOTROPY
    """
)

WORDS: Final = _listed(
    """
    2d 3d 4d a1 a2 a3 abd abdomen acquired adc adcmap anatomy anisotropy apparent art arterial ave avg
    ax axial b background bh blade body bodycoil bold brain breast breath breathhold bval bvalue bvalues
    calc calculated cor coronal coeff coefficient contrast ct dadc dce delayed derived diff diffusion
    dir dixon dti dual dwi dwibs dynamic eadc early ep ep2d epi equilibrium exam exponential fa fast fat
    fatsat fb fiesta first fl fl2d fl3d flair flash free fs fse fsat gd gre gradient haste hepatobiliary
    hi high hires holdb in inphase iso isotropic ivim ki kidney large late lava legs liver localiser
    localizer loc low lr map maps mask mddw mean medic mip mm mono monoexp motion mpr mr mra mrcp mri
    multi native nativ nav ncc nd none norm normal normalized oblique opp opposed out outphase pancreas
    pane par parallel pat pd pelvis perf perfusion phase phantom plain portal post postcontrast postgd
    pre precontrast pregd propeller prostate qc radial raw rectum reference refit res resolve
    respiratory rest resp rt sag sagittal se seepi segmented sense series sequence short signal single
    siemens slice slices small sms space spair spc spectral spgr spine spir ss ssfp ssfse stack star
    starvibe std stir sub subtraction survey swi syn syngo synthetic t1 t1w t1wi t2 t2w t2wi t2star tfe
    thick thin thrive time tir tirm tra trace tracew tracking transverse transversal tri trig triggered
    trufi truefisp tse turbo uni venous vibe view vol volume w water whole wholebody wb xd zoom zoomit
    mosaic moco dyndist mix mixcalc corrected distortion fwd rev ap pa rl si is gems quick cube vista
    twist grasp caipi dixonw in opp f map um2 mm2 s ratio log mono exponential tensor b0 trace_w
    unspecified research eco test b_value value values computed cdwi synth
    """
)

MAKERS: Final = _listed(
    """
    siemens healthineers healthcare ge gehc medical systems philips uih united imaging canon_mec canon
    toshiba_mec toshiba bruker biospin mri gmbh hitachi fujifilm synthetic adcurate phantom corporation
    ag inc
    """
)

MODELS: Final = _listed(
    """
    magnetom skyra skyra_fit prisma prisma_fit aera avanto avanto_fit vida sola lumina amira altea verio
    trio triotim symphony symphonytim espree essenza biograph_mmr spectra sempra cima mmr sonata harmony
    cima.x free.max free.star signa pioneer architect premier artist voyager optima discovery excite
    hdxt hdx hde explorer creator victor hero champion ingenia elition x s achieva intera dstream
    ambition multiva evolution panorama tx umr omega jupiter galan titan vantage orian elan fortian
    gracian pharmascan biospec biospin clinscan echelon oasis oval smart synthetic phantom digital
    reference object mr pet fit xr xq air recon dl
    """
)

SOFTWARE_WORDS: Final = _listed("syngo mr lx release software numaris numaris/4 paravision")

UNITS: Final = _listed(
    """
    US HU OD MGML HOUNSFIELD NORMALIZED UNSPECIFIED NO_UNITS NO UNITS mm2/s um2/s um2/ms 10-6.mm2/s
    10*-6.mm2/s 10-3.mm2/s 10*-3.mm2/s 10-6mm2/s 10^-6mm2/s 1e-6mm2/s 1 {ratio} s ms ms2 s/mm2 % Hz 1/s
    /s ppm {normalized}
    """
)

SCHEMES: Final = _listed("UCUM DCM SCT SRT")
# Quantities, model and fit of a parameter map (CID 7180, 7272 - 7274) and their derivation.
CODES: Final = UNITS | _listed(
    """
    113041 113043 113240 113241 113250 113251 113252 113253 113254 113260 113261 113262 113263 113264
    113265 113290 246205007 370129005 121401 126000 G-C1C6 G-C036 373098007 255605001 56851009 373099004
    386136009
    """
)

NUCLEI: Final = _listed("1H H H1 2H H2 3HE HE3 7LI LI7 13C C13 17O O17 19F F19 23NA NA23 31P P31 129XE XE129")
# What a code means is said by the code; the words beside it could be anybody's.
MEANINGS: Final = {"113041": "Apparent Diffusion Coefficient"} | {unit: unit for unit in UNITS}
SEQUENCE_NAME: Final = re.compile(
    r"\*?(?:(?:ep|re|epi|epi_dti|epse|rsl|spc|resolve|ep2d)_b\d{1,5}(?:_\d{1,5}){0,8}[a-z]?(?:#\d{1,4})?"
    r"|(?:h|me|q)?(?:fl|tse|se|gre|tir|tfl|tfi|spc|spcR|spcir|fi|re|qfl|hfl)[23]d\d{0,3}(?:_\d{1,3})?[a-z]{0,2})"
)

_TOKEN = re.compile(r"[A-Za-z]+\d*(?:[A-Za-z](?![A-Za-z]))?|\d+[A-Za-z]+|\d+|\+")
# A map's unit, as GE states it in the series' name: the only place where it stands.
_UNIT_IN_BRACKETS = re.compile(r"[(\[] ?((?:10\^?-\d{1,2} ?)?)([mu]m\^?2/m?s) ?[)\]]")
_PLAIN_LETTERS = str.maketrans("²µμ", "2uu")
_B_TOKEN = re.compile(r"(dwi|diff|dti|adc|calc|trace|syn|d)?(b(?:val)?\d{1,4})(t|d)?")
_SHORT_TECHNICAL = re.compile(
    r"(?:te|tr|ti|dir)\d{1,3}|(?:fa|sl|ch|ave|r|d)\d{1,2}|(?:p|mb|sms|nex)\d|\d{1,2}mm|[1-9]t"
)
_LARGEST_BARE_B = 3000
_MODEL_TOKEN = re.compile(r"[a-z]{0,3}\d{1,3}[a-z]{0,2}|5300|7700|\d(?:\.\d)?t")
# Long runs, dates, and digits joined as in telephone and insurance numbers.
_NO_VERSION = re.compile(
    r"\d{5}|[A-Za-z]{3}|\d-+\d|(?<!\d)\d\d?[._]\d\d?[._](?:19|20)\d\d(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d[._]\d\d?[._]\d\d?(?!\d)|^[0-3]\d[._][01]\d[._]\d\d$"
)
_SOFTWARE_TOKEN = re.compile(r"[a-z]{0,2}\d[\w.*\-]{0,15}")


def known_terms(text: str) -> str | None:
    """A code string whose every value is on `TERMS`; unknown values of a list become OTHER."""
    values = [value.strip().upper() for value in text.split("\\")]
    if len(values) == 1:
        return values[0] if values[0] in TERMS else None
    return "\\".join(value if value in TERMS or not value else "OTHER" for value in values)


def known_words(text: str) -> str:
    """The words of a description that say what a series is, joined by blanks, lower case.

    ``known_words("KOWALSKA DWI_b50_400_800_tra") == "dwi b50 400 800 tra"``. A bare number stays only
    as a b-value would be written: a multiple of 50 that is no year. That images were calculated is said by a
    word of the list, however the name says it (``c-DWI``).
    """
    kept: list[str] = []
    is_calculated = says_calculated(text)
    text = with_words_apart(text) if is_calculated else text
    unit = _UNIT_IN_BRACKETS.search(text.translate(_PLAIN_LETTERS))
    for token in _TOKEN.findall(_UNIT_IN_BRACKETS.sub(" ", text.translate(_PLAIN_LETTERS))):
        word = token.lower()
        if word in WORDS or word == "+" or _SHORT_TECHNICAL.fullmatch(word):
            kept.append(word)
        elif (match := _B_TOKEN.fullmatch(word)) and _is_written_b(match[2]):
            kept += [part for part in match.groups()[:2] if part]
        elif word.isdigit() and _could_be_b(word):
            kept.append(word)
    if is_calculated and not says_calculated(" ".join(kept)[:40]):
        kept.insert(0, "calculated")
    stated = f" ({unit[1]}{unit[2]})" if unit else ""
    return (" ".join(kept)[: 64 - len(stated)] + stated).strip()


def _is_written_b(stated: str) -> bool:
    """``b800``, not ``b1957`` or ``b0815``: what is asked of a scanner is a round number."""
    digits = stated.removeprefix("b").removeprefix("val")
    return digits == str(int(digits)) and (int(digits) <= 100 or int(digits) % 10 == 0)


def _could_be_b(digits: str) -> bool:
    value = int(digits)
    return len(digits) <= 4 and value <= _LARGEST_BARE_B and value % 50 == 0 and not 1900 <= value <= 2050


def known_maker(text: str) -> str:
    """The manufacturer's name as far as it is on `MAKERS`."""
    return " ".join(word for word in re.split(r"[\s,;]+", text) if word.lower().strip(".") in MAKERS)


def known_model(text: str) -> str:
    """The scanner's model as far as its words are on `MODELS` or are short type numbers."""
    kept: list[str] = []
    is_numbered = False
    for word in re.split(r"[\s,;]+", text):
        if word.lower() in MODELS:
            kept.append(word)
        elif _MODEL_TOKEN.fullmatch(word.lower()):
            # A model has one number and perhaps a field strength; a hospital number comes in groups.
            is_field = word.lower().endswith("t")
            if is_field or not is_numbered:
                kept.append(word)
            is_numbered = is_numbered or not is_field
    return " ".join(kept)


def known_software(text: str) -> str:
    """Version numbers: at most two letters, then digits with no run of five, and no date."""
    return " ".join(
        word
        for word in re.split(r"[\s:,;]+", text)
        if word.lower() in SOFTWARE_WORDS
        or (_SOFTWARE_TOKEN.fullmatch(word.lower()) and not _NO_VERSION.search(word))
    )[:64]
