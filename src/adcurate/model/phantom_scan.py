"""What a scan of a phantom with known ADC says of a scanner, check by check."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from adcurate.findings import Finding

Fluid = Literal["ice-water", "pvp"]
Verdict = Literal["pass", "fail", "not-judged"]
CheckName = Literal["bias", "random-error", "repeatability", "b-dependence", "snr", "offset-bias"]


@dataclass(frozen=True, slots=True)
class PhantomCheck:
    """One figure against its limit; `limit` is the largest allowed, or the least for ``snr``.

    Bias is in mm^2/s, the others are fractions (SNR a ratio); a bias has its sign, its size is judged.
    `value` is None, and the verdict ``not-judged``, where the scan does not hold what the check needs: `why`
    says what.
    """

    name: CheckName
    value: float | None
    limit: float
    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class VialResult:
    """One tube or vial: where it lies, its true and its measured ADC (mm^2/s), and the checks on it.

    `two_point` gives the ADC of the lowest b with each higher one; `scanner_mean` that of the scanner's
    own map, None where the scan has none that can be read.
    """

    name: str
    centre_lps_mm: tuple[float, float, float]
    radius_mm: float
    n_voxels: int
    true_adc: float
    mean: float
    sd: float
    repeats: tuple[float, ...]
    two_point: tuple[tuple[float, float], ...]
    scanner_mean: float | None
    checks: tuple[PhantomCheck, ...]

    @property
    def bias(self) -> float:
        """Measured less true, mm^2/s."""
        return self.mean - self.true_adc


@dataclass(frozen=True, slots=True)
class PhantomScan:
    """One scan of a phantom. `date` is the day of the scan (YYYYMMDD, "" where not stated).

    `findings` say what makes it unlikely that it is such a phantom; they do not change the verdict.
    """

    scanner: str
    field_strength_t: float | None
    software: str
    date: str
    fluid: Fluid
    temperature_c: float
    b_values: tuple[float, ...]
    n_repeats: int
    slice_index: int
    vials: tuple[VialResult, ...]
    findings: tuple[Finding, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """``fail`` when any check fails, else ``pass`` when any was judged."""
        verdicts = {check.verdict for vial in self.vials for check in vial.checks}
        return "fail" if "fail" in verdicts else "pass" if "pass" in verdicts else "not-judged"

    def as_json(self) -> dict[str, object]:
        """Every number, unrounded."""
        findings = [finding.as_json() for finding in self.findings]
        return {**asdict(self), "findings": findings, "verdict": self.verdict}
