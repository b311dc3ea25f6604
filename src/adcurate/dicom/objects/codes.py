"""The coded concepts our objects use, as PS3.16 and UCUM name them (oracle: pydicom's dictionary)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pydicom.dataset import Dataset
from pydicom.sr.coding import Code

ADC: Final = Code("113041", "DCM", "Apparent Diffusion Coefficient")
MONO_EXPONENTIAL: Final = Code("113250", "DCM", "Mono-exponential diffusion model")
LOG_OF_RATIO: Final = Code("113260", "DCM", "Log of ratio of two samples")
LEAST_SQUARES: Final = Code("113261", "DCM", "Least squares fit of multiple samples")
LEVENBERG_MARQUARDT: Final = Code("113265", "DCM", "Levenberg-Marquardt")
FITTING_METHOD: Final = Code("113241", "DCM", "Model fitting method")
B_VALUE: Final = Code("113240", "DCM", "Source image diffusion b-value")
QUANTITY: Final = Code("246205007", "SCT", "Quantity")
MEASUREMENT_METHOD: Final = Code("370129005", "SCT", "Measurement Method")

DIFFUSION_ANALYSIS: Final = Code("129105", "DCM", "Diffusion image analysis")
SEGMENTATION: Final = Code("113076", "DCM", "Segmentation")
SOURCE_IMAGE: Final = Code("121322", "DCM", "Source image for image processing operation")
ACQUISITION_EQUIPMENT: Final = Code("109101", "DCM", "Acquisition Equipment")

ABNORMAL_STRUCTURE: Final = Code("49755003", "SCT", "Morphologically Abnormal Structure")
LESION: Final = Code("52988006", "SCT", "Lesion")
MEAN: Final = Code("373098007", "SCT", "Mean")
MEDIAN: Final = Code("373099004", "SCT", "Median")
MINIMUM: Final = Code("255605001", "SCT", "Minimum")
STANDARD_DEVIATION: Final = Code("386136009", "SCT", "Standard Deviation")
AREA: Final = Code("42798000", "SCT", "Area")
VOLUME: Final = Code("118565006", "SCT", "Volume")
VOXELS: Final = Code("VOXELS", "99ADCURATE", "Number of voxels measured")
MR_EXAM: Final = Code("25056-3", "LN", "MRI unspecified body region")

UM2_PER_S: Final = Code("um2/s", "UCUM", "um2/s")
S_PER_MM2: Final = Code("s/mm2", "UCUM", "s/mm2")
MM2: Final = Code("mm2", "UCUM", "mm2")
MM3: Final = Code("mm3", "UCUM", "mm3")
ONE_VOXEL: Final = Code("{voxels}", "UCUM", "voxels")

SITES: Final[Mapping[str, Code]] = MappingProxyType(
    {
        "pancreas": Code("15776009", "SCT", "Pancreas"),
        "liver": Code("10200004", "SCT", "Liver"),
        "stomach": Code("69695003", "SCT", "Stomach"),
        "duodenum": Code("38848004", "SCT", "Duodenum"),
        "small intestine": Code("30315005", "SCT", "Small intestine"),
        "jejunum": Code("21306003", "SCT", "Jejunum"),
        "ileum": Code("34516001", "SCT", "Ileum"),
        "appendix": Code("66754008", "SCT", "Appendix"),
        "colon": Code("71854001", "SCT", "Colon"),
        "rectum": Code("34402009", "SCT", "Rectum"),
        "lung": Code("39607008", "SCT", "Lung"),
        "thymus": Code("9875009", "SCT", "Thymus"),
        "lymph node": Code("59441001", "SCT", "Lymph Node"),
        "bone": Code("272673000", "SCT", "Bone"),
        "peritoneum": Code("15425007", "SCT", "Peritoneum"),
        "breast": Code("76752008", "SCT", "Breast"),
        "prostate": Code("41216001", "SCT", "Prostate"),
        "kidney": Code("64033007", "SCT", "Kidney"),
        "brain": Code("12738006", "SCT", "Brain"),
    }
)
"""The worksheet's sites that have a code of their own; another site is left out of an object."""

WHOLE_BODY: Final = Code("38266002", "SCT", "Entire body")
BODY_PARTS: Final[Mapping[str, Code]] = MappingProxyType(
    {
        "HEAD": Code("69536005", "SCT", "Head"),
        "BRAIN": Code("12738006", "SCT", "Brain"),
        "NECK": Code("45048000", "SCT", "Neck"),
        "CHEST": Code("816094009", "SCT", "Chest"),
        "ABDOMEN": Code("818981001", "SCT", "Abdomen"),
        "ABDOMENPELVIS": Code("818982008", "SCT", "Abdomen and Pelvis"),
        "PELVIS": Code("816092008", "SCT", "Pelvis"),
        "LIVER": SITES["liver"],
        "PANCREAS": SITES["pancreas"],
        "PROSTATE": SITES["prostate"],
        "BREAST": SITES["breast"],
        "KIDNEY": SITES["kidney"],
        "RECTUM": SITES["rectum"],
        "WHOLEBODY": WHOLE_BODY,
    }
)
"""DICOM's words for the body part examined; an exam that names no known one is of the whole body."""


def code_item(code: Code) -> Dataset:
    """A code as a sequence item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code[:3]
    return item


def decimal(value: float) -> Any:
    """A number as a decimal string of at most 16 characters; minus zero is zero."""
    from pydicom.valuerep import DS

    return DS(float(value) + 0.0, auto_format=True)
