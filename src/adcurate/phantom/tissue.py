"""What tissues look like: diffusion, T2 weight and arterial enhancement, with fat suppressed.

ADC medians of organs: Jafar et al. 2016 (liver 1.28, kidney 1.94, pancreas 1.60, spleen 0.85, gallbladder
2.73, peripheral zone of the prostate 1.64, its central gland 1.31 in 1e-3 mm^2/s); the signal weights are
chosen so that the images look like the real ones.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Tissue(NamedTuple):
    """Signals in scanner units, ADC in 1e-6 mm^2/s, texture as a share of the signal."""

    s0: float
    adc: float
    t2: float
    t1_ce: float
    texture: float


TISSUES: Final[dict[str, Tissue]] = {
    "air": Tissue(0, 0, 0, 0, 0.0),
    "fat": Tissue(85, 300, 130, 120, 0.12),
    "visceral fat": Tissue(100, 420, 150, 130, 0.18),
    "muscle": Tissue(330, 1400, 190, 270, 0.10),
    "liver": Tissue(620, 1280, 300, 430, 0.06),
    "vessel": Tissue(300, 2100, 330, 760, 0.03),
    "portal": Tissue(480, 1900, 420, 560, 0.03),
    "spleen": Tissue(1180, 850, 560, 640, 0.09),
    "renal cortex": Tissue(1300, 2000, 560, 860, 0.05),
    "renal medulla": Tissue(1250, 1850, 700, 420, 0.06),
    "renal sinus": Tissue(500, 2000, 420, 180, 0.10),
    "pancreas": Tissue(860, 1600, 400, 640, 0.10),
    "gallbladder": Tissue(2500, 2730, 1250, 160, 0.02),
    "fluid": Tissue(2000, 2900, 1000, 150, 0.06),
    "bowel wall": Tissue(620, 1700, 330, 470, 0.10),
    "bowel content": Tissue(900, 2100, 480, 200, 0.22),
    "marrow": Tissue(260, 620, 170, 210, 0.12),
    "bone": Tissue(50, 500, 45, 60, 0.10),
    "disc": Tissue(420, 1500, 260, 170, 0.06),
    "csf": Tissue(2900, 3000, 1350, 140, 0.03),
    "cord": Tissue(900, 1000, 480, 260, 0.03),
    "bladder": Tissue(3000, 2950, 1400, 140, 0.01),
    "peripheral zone": Tissue(1050, 1640, 640, 360, 0.08),
    "transition zone": Tissue(850, 1310, 400, 430, 0.14),
    "lung": Tissue(25, 800, 25, 25, 0.25),
}
LESION: Final = Tissue(1450, 1000, 520, 640, 0.05)
WATERY_LESION: Final = Tissue(2100, 2400, 960, 260, 0.03)
LESION_CORE: Final = Tissue(2200, 2400, 980, 170, 0.03)
LESION_RIM_T1_CE: Final = 880.0
