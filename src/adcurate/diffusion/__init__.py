"""Signal models of diffusion MRI and their fits: arrays in, maps out; no files, no clock, no state.

ADC is in mm^2/s and b in s/mm^2. The float64 fits (`fit_adc_loglinear`, `fit_adc_weighted`,
`fit_adc_nonlinear`) are the reference; `fit_adc_volume` is the fast path for whole volumes and is tested
against them. A voxel not estimated is NaN and has a `FitStatus`. `compare_maps` proves the unit of a
scanner's map.
"""

from adcurate.diffusion.adc_fit import AdcFit, FitStatus
from adcurate.diffusion.loglinear import fit_adc_loglinear, fit_adc_weighted
from adcurate.diffusion.nonlinear import fit_adc_nonlinear
from adcurate.diffusion.predict import predict_signal, simulate_rician
from adcurate.diffusion.scanner_formulas import (
    SCANNER_FORMULAS,
    ScannerFormula,
    fit_adc_scanner_formula,
    geometric_mean_over_directions,
)
from adcurate.diffusion.unit import (
    UNIT_CANDIDATES,
    FormulaAgreement,
    MapAgreement,
    compare_maps,
    explain_scanner_map,
)
from adcurate.diffusion.volume import AdcVolume, fit_adc_volume

__all__ = [
    "SCANNER_FORMULAS",
    "UNIT_CANDIDATES",
    "AdcFit",
    "AdcVolume",
    "FitStatus",
    "FormulaAgreement",
    "MapAgreement",
    "ScannerFormula",
    "compare_maps",
    "explain_scanner_map",
    "fit_adc_loglinear",
    "fit_adc_nonlinear",
    "fit_adc_scanner_formula",
    "fit_adc_volume",
    "fit_adc_weighted",
    "geometric_mean_over_directions",
    "predict_signal",
    "simulate_rician",
]
