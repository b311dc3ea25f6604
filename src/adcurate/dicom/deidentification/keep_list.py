"""What a research object keeps, and under which rule. What is not listed here does not exist there.

Each line of `KEPT` gives a tag, the value representation it is written in, the rule its value must pass,
and how many values it may have at most. A value that fails its rule is dropped, never repaired. The same
list holds at every depth: a tag that is safe at the top is safe in an item of a kept sequence.
Source: DICOM PS3.15 Annex E (options: clean descriptors, retain modified dates, retain patient
characteristics, retain safe private), PS3.3 for the attributes of MR images.
"""

from __future__ import annotations

from typing import Final, Literal, NamedTuple

Rule = Literal[
    "number",  # of the given representation, such as the attribute can hold (`ranges`)
    "ordinal",  # as it stands up to five digits, then a keyed number
    "terms",  # code strings out of `vocabulary.TERMS`
    "uid",  # replaced by its keyed stand-in
    "class-uid",  # a UID that the standard itself defines
    "date",  # moved by the subject's shift
    "age",  # years up to 89, then 090Y
    "words",  # only the words of `vocabulary.WORDS`
    "maker",
    "model",
    "software",
    "sequence-name",
    "nucleus",
    "unit",
    "contrast",  # that something was given, not what
    "gradient-comment",  # b=1500(x,y,z) and nothing else; b= where the number cannot be read
    "code",  # coded concepts of quantities and units
    "pointer",  # a tag as a value
    "sequence",
]


class Kept(NamedTuple):
    """How one attribute is kept. `vr` with a slash accepts either as it was written."""

    vr: str
    rule: Rule
    most: int
    name: str


_PUBLIC = """
00080008 CS terms 16           Image Type
00080016 UI class-uid 1        SOP Class UID
00080018 UI uid 1              SOP Instance UID
00080020 DA date 1             Study Date
00080021 DA date 1             Series Date
00080022 DA date 1             Acquisition Date
00080023 DA date 1             Content Date
00080060 CS terms 1            Modality
00080070 LO maker 1            Manufacturer
00080100 SH code 1             Code Value
00080102 SH code 1             Coding Scheme Designator
00080104 LO code 1             Code Meaning
0008103E LO words 1            Series Description
00081090 LO model 1            Manufacturer's Model Name
00081140 SQ sequence 64        Referenced Image Sequence
00081150 UI class-uid 1        Referenced SOP Class UID
00081155 UI uid 1              Referenced SOP Instance UID
00081160 IS number 64          Referenced Frame Number
00082112 SQ sequence 4096      Source Image Sequence
00089007 CS terms 16           Frame Type
00089124 SQ sequence 4096      Derivation Image Sequence
00089205 CS terms 1            Pixel Presentation
00089206 CS terms 1            Volumetric Properties
00089207 CS terms 1            Volume Based Calculation Technique
00089208 CS terms 1            Complex Image Component
00089209 CS terms 1            Acquisition Contrast
00100040 CS terms 1            Patient's Sex
00101010 AS age 1              Patient's Age
00180010 LO contrast 1         Contrast/Bolus Agent
00180015 CS terms 1            Body Part Examined
00180020 CS terms 8            Scanning Sequence
00180021 CS terms 8            Sequence Variant
00180022 CS terms 16           Scan Options
00180023 CS terms 1            MR Acquisition Type
00180024 SH sequence-name 1    Sequence Name
00180050 DS number 1           Slice Thickness
00180080 DS number 1           Repetition Time
00180081 DS number 1           Echo Time
00180082 DS number 1           Inversion Time
00180083 DS number 1           Number of Averages
00180084 DS number 1           Imaging Frequency
00180085 SH nucleus 1          Imaged Nucleus
00180086 IS number 8           Echo Numbers
00180087 DS number 1           Magnetic Field Strength
00180088 DS number 1           Spacing Between Slices
00180089 IS number 1           Number of Phase Encoding Steps
00180091 IS number 1           Echo Train Length
00180093 DS number 1           Percent Sampling
00180094 DS number 1           Percent Phase Field of View
00180095 DS number 1           Pixel Bandwidth
00181020 LO software 8         Software Versions
00181030 LO words 1            Protocol Name
00181060 DS number 1           Trigger Time
00181100 DS number 1           Reconstruction Diameter
00181310 US number 4           Acquisition Matrix
00181312 CS terms 1            In-plane Phase Encoding Direction
00181314 DS number 1           Flip Angle
00181315 CS terms 1            Variable Flip Angle Flag
00185100 CS terms 1            Patient Position
00189004 CS terms 1            Content Qualification
00189005 SH sequence-name 1    Pulse Sequence Name
00189006 SQ sequence 64        MR Imaging Modifier Sequence
00189008 CS terms 1            Echo Pulse Sequence
00189009 CS terms 1            Inversion Recovery
00189010 CS terms 1            Flow Compensation
00189011 CS terms 1            Multiple Spin Echo
00189012 CS terms 1            Multi-planar Excitation
00189014 CS terms 1            Phase Contrast
00189015 CS terms 1            Time of Flight Contrast
00189016 CS terms 1            Spoiling
00189017 CS terms 1            Steady State Pulse Sequence
00189018 CS terms 1            Echo Planar Pulse Sequence
00189020 CS terms 1            Magnetization Transfer
00189021 CS terms 1            T2 Preparation
00189022 CS terms 1            Blood Signal Nulling
00189024 CS terms 1            Saturation Recovery
00189025 CS terms 1            Spectrally Selected Suppression
00189026 CS terms 1            Spectrally Selected Excitation
00189027 CS terms 1            Spatial Pre-saturation
00189028 CS terms 1            Tagging
00189029 CS terms 1            Oversampling Phase
00189032 CS terms 1            Geometry of k-Space Traversal
00189033 CS terms 1            Segmented k-Space Traversal
00189034 CS terms 1            Rectilinear Phase Encode Reordering
00189058 US number 1           MR Acquisition Frequency Encoding Steps
00189069 FD number 1           Parallel Reduction Factor In-plane
00189073 FD number 1           Acquisition Duration
00189075 CS terms 1            Diffusion Directionality
00189076 SQ sequence 64        Diffusion Gradient Direction Sequence
00189077 CS terms 1            Parallel Acquisition
00189078 CS terms 1            Parallel Acquisition Technique
00189081 CS terms 1            Partial Fourier
00189082 FD number 1           Effective Echo Time
00189087 FD number 1           Diffusion b-value
00189089 FD number 3           Diffusion Gradient Orientation
00189093 US number 1           Number of k-Space Trajectories
00189098 FD number 2           Transmitter Frequency
00189112 SQ sequence 64        MR Timing and Related Parameters Sequence
00189114 SQ sequence 64        MR Echo Sequence
00189115 SQ sequence 64        MR Modifier Sequence
00189117 SQ sequence 64        MR Diffusion Sequence
00189119 SQ sequence 64        MR Averages Sequence
00189125 SQ sequence 64        MR FOV/Geometry Sequence
00189147 CS terms 1            Diffusion Anisotropy Type
00189155 FD number 1           Parallel Reduction Factor Out-of-plane
00189220 FD number 1           Frame Acquisition Duration
00189226 SQ sequence 64        MR Image Frame Type Sequence
00189231 US number 1           MR Acquisition Phase Encoding Steps in-plane
00189240 US number 1           RF Echo Train Length
00189241 US number 1           Gradient Echo Train Length
00189601 SQ sequence 64        Diffusion b-matrix Sequence
00189602 FD number 1           Diffusion b-value XX
00189603 FD number 1           Diffusion b-value XY
00189604 FD number 1           Diffusion b-value XZ
00189605 FD number 1           Diffusion b-value YY
00189606 FD number 1           Diffusion b-value YZ
00189607 FD number 1           Diffusion b-value ZZ
0020000D UI uid 1              Study Instance UID
0020000E UI uid 1              Series Instance UID
00200011 IS ordinal 1          Series Number
00200012 IS ordinal 1          Acquisition Number
00200013 IS number 1           Instance Number
00200032 DS number 3           Image Position (Patient)
00200037 DS number 6           Image Orientation (Patient)
00200052 UI uid 1              Frame of Reference UID
00200100 IS number 1           Temporal Position Identifier
00200105 IS number 1           Number of Temporal Positions
00201002 IS number 1           Images in Acquisition
00201041 DS number 1           Slice Location
00204000 LT gradient-comment 1 Image Comments
00209056 SH number 1           Stack ID
00209057 UL number 1           In-Stack Position Number
00209111 SQ sequence 64        Frame Content Sequence
00209113 SQ sequence 64        Plane Position Sequence
00209116 SQ sequence 64        Plane Orientation Sequence
00209128 UL number 1           Temporal Position Index
00209156 US number 1           Frame Acquisition Number
00209157 UL number 16          Dimension Index Values
00209161 UI uid 1              Concatenation UID
00209162 US number 1           In-concatenation Number
00209163 US number 1           In-concatenation Total Number
00209164 UI uid 1              Dimension Organization UID
00209165 AT pointer 1          Dimension Index Pointer
00209167 AT pointer 1          Functional Group Pointer
00209170 SQ sequence 64        Unassigned Shared Converted Attributes Sequence
00209171 SQ sequence 64        Unassigned Per-Frame Converted Attributes Sequence
00209221 SQ sequence 64        Dimension Organization Sequence
00209222 SQ sequence 64        Dimension Index Sequence
00209228 UL number 1           Concatenation Frame Offset Number
00280002 US number 1           Samples per Pixel
00280004 CS terms 1            Photometric Interpretation
00280008 IS number 1           Number of Frames
00280010 US number 1           Rows
00280011 US number 1           Columns
00280030 DS number 2           Pixel Spacing
00280034 IS number 2           Pixel Aspect Ratio
00280100 US number 1           Bits Allocated
00280101 US number 1           Bits Stored
00280102 US number 1           High Bit
00280103 US number 1           Pixel Representation
00280106 US/SS number 1        Smallest Image Pixel Value
00280107 US/SS number 1        Largest Image Pixel Value
00280120 US/SS number 1        Pixel Padding Value
00280121 US/SS number 1        Pixel Padding Range Limit
00280122 FL number 1           Float Pixel Padding Value
00280123 FD number 1           Double Float Pixel Padding Value
00280124 FL number 1           Float Pixel Padding Range Limit
00280125 FD number 1           Double Float Pixel Padding Range Limit
00280301 CS terms 1            Burned In Annotation
00281050 DS number 8           Window Center
00281051 DS number 8           Window Width
00281052 DS number 1           Rescale Intercept
00281053 DS number 1           Rescale Slope
00281054 LO unit 1             Rescale Type
00282110 CS terms 1            Lossy Image Compression
00283003 LO words 1            LUT Explanation
00289110 SQ sequence 64        Pixel Measures Sequence
00289132 SQ sequence 64        Frame VOI LUT Sequence
00289145 SQ sequence 64        Pixel Value Transformation Sequence
004008EA SQ sequence 1         Measurement Units Code Sequence
00409096 SQ sequence 64        Real World Value Mapping Sequence
00409210 SH words 1            LUT Label
00409211 US/SS number 1        Real World Value Last Value Mapped
00409216 US/SS number 1        Real World Value First Value Mapped
00409220 SQ sequence 16        Quantity Definition Sequence
0040A040 CS terms 1            Value Type
0040A043 SQ sequence 1         Concept Name Code Sequence
0040A168 SQ sequence 1         Concept Code Sequence
00409224 FD number 1           Real World Value Intercept
00409225 FD number 1           Real World Value Slope
20500020 CS terms 1            Presentation LUT Shape
52009229 SQ sequence 1         Shared Functional Groups Sequence
52009230 SQ sequence 20000     Per-frame Functional Groups Sequence
"""

# group, element within the block, creator: the diffusion and scale facts that vendors keep to themselves.
_PRIVATE = """
0019 0A US number 1    SIEMENS MR HEADER         tiles of a mosaic
0019 0C IS number 1    SIEMENS MR HEADER         b-value
0019 0D CS terms 1     SIEMENS MR HEADER         directionality
0019 0E FD number 3    SIEMENS MR HEADER         gradient direction
0019 15 FD number 3    SIEMENS MR HEADER         slice position
0019 27 FD number 6    SIEMENS MR HEADER         b-matrix
0019 28 FD number 1    SIEMENS MR HEADER         bandwidth per pixel, phase encoding
0021 03 DS number 1    SIEMENS MR SDI 02         slice measurement duration
0021 53 FD number 1    SIEMENS MR SDI 02         bandwidth per pixel, phase encoding
0021 75 CS terms 16    SIEMENS MR SDI 02         image type
0021 77 LO sequence-name 1 SIEMENS MR SDI 02     sequence with b-values
0021 FE SQ sequence 64 SIEMENS MR SDI 02         per-frame values
0019 BB DS number 1    GEMS_ACQU_01              gradient direction, x
0019 BC DS number 1    GEMS_ACQU_01              gradient direction, y
0019 BD DS number 1    GEMS_ACQU_01              gradient direction, z
0019 E0 DS number 1    GEMS_ACQU_01              number of diffusion directions
0021 5A SL number 1    GEMS_RELA_01              diffusion series type
0043 2F SS number 1    GEMS_PARM_01              kind of complex image
0043 30 SS number 1    GEMS_PARM_01              kind of diffusion image
0043 39 IS number 4    GEMS_PARM_01              b-value and flags
0043 7F DS number 4    GEMS_PARM_01              b-value bias
2001 03 FL number 1    Philips Imaging DD 001    b-value
2001 04 CS terms 1     Philips Imaging DD 001    gradient direction
2001 0A IS number 1    Philips Imaging DD 001    slice number
2001 14 SL number 1    Philips Imaging DD 001    number of echoes
2001 18 SL number 1    Philips Imaging DD 001    number of slices
2005 0D FL number 1    Philips MR Imaging DD 001 scale intercept
2005 0E FL number 1    Philips MR Imaging DD 001 scale slope
2005 B0 FL number 1    Philips MR Imaging DD 001 gradient direction, right to left
2005 B1 FL number 1    Philips MR Imaging DD 001 gradient direction, anterior to posterior
2005 B2 FL number 1    Philips MR Imaging DD 001 gradient direction, feet to head
2005 09 DS number 1    Philips MR Imaging DD 005 rescale intercept
2005 0A DS number 1    Philips MR Imaging DD 005 rescale slope
2005 0F SQ sequence 64 Philips MR Imaging DD 005 per-frame values
2005 12 IS number 1    Philips MR Imaging DD 005 number of the b-value
2005 13 IS number 1    Philips MR Imaging DD 005 number of the gradient direction
0065 09 FD number 1    Image Private Header      b-value played out
0065 0A FD number 1    Image Private Header      b-value asked for
0065 14 DS number 3    Image Private Header      slice normal
0065 15 DS number 3    Image Private Header      slice position
0065 37 FD number 3    Image Private Header      gradient direction
0065 50 DS number 1    Image Private Header      tiles of a mosaic
0065 51 SQ sequence 512 Image Private Header     slices of a mosaic
"""


def _public_rules() -> dict[int, Kept]:
    rules: dict[int, Kept] = {}
    for line in _PUBLIC.strip().splitlines():
        tag, vr, rule, most, name = line.split(None, 4)
        rules[int(tag, 16)] = Kept(vr, rule, int(most), name)  # type: ignore[arg-type]
    return rules


def _private_rules() -> dict[tuple[int, str, int], Kept]:
    rules: dict[tuple[int, str, int], Kept] = {}
    for line in _PRIVATE.strip().splitlines():
        group, element, vr, rule, most, rest = line.split(None, 5)
        creator = next(name for name in PRIVATE_CREATORS if rest.startswith(name))
        name = rest[len(creator) :].strip()
        rules[int(group, 16), creator, int(element, 16)] = Kept(vr, rule, int(most), name)  # type: ignore[arg-type]
    return rules


PRIVATE_CREATORS: Final = (
    "SIEMENS MR HEADER",
    "SIEMENS MR SDI 02",
    "GEMS_ACQU_01",
    "GEMS_RELA_01",
    "GEMS_PARM_01",
    "Philips Imaging DD 001",
    "Philips MR Imaging DD 001",
    "Philips MR Imaging DD 005",
    "Image Private Header",
)

# Attributes that an image must have (type 2) though nothing may be in them, and who stands for the person.
EMPTIED: Final = {
    0x00080030: "TM",
    0x00080050: "SH",
    0x00080090: "PN",
    0x00100030: "DA",
    0x00200010: "SH",
}
STAND_INS: Final = {0x00100010: "PN", 0x00100020: "LO"}

KEPT: Final = _public_rules()
KEPT_PRIVATE: Final = _private_rules()
