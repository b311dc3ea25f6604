"""The organs of the phantom as solids: abdomen and pelvis, LPS mm around the stack's middle."""

from __future__ import annotations

from typing import Final, NamedTuple

ENDLESS: Final = 1e6  # a semi-axis along z that spans the stack


class Solid(NamedTuple):
    """One soft solid: centre, semi-axes (mm), rotation in the plane, and how it leans along z."""

    tissue: str
    x: float
    y: float
    z: float
    a: float
    b: float
    c: float = ENDLESS
    turn_deg: float = 0.0
    wobble: float = 0.04
    power: float = 2.0
    lean: tuple[float, float] = (0.0, 0.0)
    confined: bool = True


ABDOMEN: Final = (
    Solid("liver", -76, -6, 6, 72, 76, 78, 8, 0.035, 2.3),
    Solid("liver", -18, -46, 16, 62, 34, 46, -14, 0.04, 2.2),
    Solid("liver", -58, 30, 0, 34, 36, 52, 20, 0.05),
    Solid("portal", -40, -4, 18, 30, 5.0, 16, 18, 0.10),
    Solid("vessel", -72, -30, 26, 4.0, 4.0, 40, 0, 0.10, lean=(0.4, 0.1)),
    Solid("vessel", -100, -2, 22, 4.5, 3.6, 40, 30, 0.10, lean=(-0.3, 0.2)),
    Solid("vessel", -64, 22, 24, 3.6, 3.6, 34, 0, 0.10, lean=(0.2, -0.2)),
    Solid("vessel", -94, -38, 8, 3.2, 2.8, 30, 0, 0.10, lean=(0.3, 0.3)),
    Solid("portal", -86, 14, 0, 14, 3.4, 9, -30, 0.12),
    Solid("portal", -104, -24, -4, 12, 3.0, 8, 40, 0.12),
    Solid("gallbladder", -50, -40, -16, 14, 19, 20, 20, 0.04),
    Solid("bowel wall", 50, -44, 22, 42, 31, 34, -18, 0.06, 2.3),
    Solid("fluid", 50, -40, 22, 37, 24, 30, -18, 0.06, 2.3),
    Solid("air", 46, -62, 24, 26, 9, 24, -10, 0.05),
    Solid("spleen", 102, 22, 18, 25, 50, 46, -20, 0.05, 2.2),
    Solid("renal cortex", -58, 56, -22, 27, 33, 44, 24, 0.03),
    Solid("renal medulla", -57, 55, -22, 19, 24, 34, 24, 0.16),
    Solid("renal sinus", -50, 50, -22, 10, 12, 20, 24, 0.10),
    Solid("renal cortex", 64, 54, -12, 27, 33, 46, -24, 0.03),
    Solid("renal medulla", 63, 53, -12, 19, 24, 36, -24, 0.16),
    Solid("renal sinus", 56, 48, -12, 10, 12, 22, -24, 0.10),
    Solid("bowel wall", -44, 2, -14, 13, 15, 30, 0, 0.08),
    Solid("bowel content", -44, 2, -14, 9, 11, 28, 0, 0.10),
    Solid("pancreas", -24, -2, -10, 21, 19, 22, 10, 0.07),
    Solid("pancreas", 2, -15, -2, 24, 11, 16, 18, 0.08),
    Solid("pancreas", 32, -8, 2, 27, 11, 15, -12, 0.08),
    Solid("pancreas", 62, 6, 8, 22, 10, 15, 30, 0.08),
    Solid("bowel wall", 26, -52, -30, 22, 17, 22, 10, 0.10),
    Solid("bowel content", 26, -52, -30, 18, 13, 20, 10, 0.12),
    Solid("bowel wall", 66, -36, -30, 19, 22, 24, 0, 0.10),
    Solid("bowel content", 66, -36, -30, 15, 18, 22, 0, 0.14),
    Solid("bowel wall", -12, -64, -30, 48, 15, 22, 4, 0.10),
    Solid("bowel content", -12, -62, -30, 44, 10, 19, 4, 0.14),
    Solid("air", -12, -69, -30, 36, 6, 17, 2, 0.06),
    Solid("bowel wall", 94, -12, -32, 16, 18, 30, 0, 0.08),
    Solid("air", 93, -18, -32, 11, 10, 26, 0, 0.08),
    Solid("bowel content", 94, -8, -32, 12, 7, 26, 0, 0.12),
    Solid("bowel wall", 36, -20, -32, 16, 13, 17, 30, 0.12),
    Solid("bowel content", 36, -20, -32, 12, 9, 15, 30, 0.15),
    Solid("portal", -4, 2, -18, 6.5, 6.0, 40, 0, 0.05, lean=(-0.1, -0.1)),
    Solid("vessel", 11, 8, -20, 4.0, 4.0, 34, 0, 0.04, lean=(0.0, 0.1)),
    Solid("portal", 26, 2, 2, 26, 4.0, 8, -8, 0.06),
    Solid("vessel", -22, 26, 0, 14, 10, ENDLESS, 10, 0.05),
    Solid("vessel", 14, 27, 0, 10.5, 10.5, ENDLESS, 0, 0.03),
    Solid("muscle", -40, 62, -30, 13, 16, 46, 20, 0.06),
    Solid("muscle", 40, 62, -30, 13, 16, 46, -20, 0.06),
    Solid("lung", -70, 78, 42, 44, 24, 12, 14, 0.03),
    Solid("lung", 78, 74, 42, 42, 24, 12, -14, 0.03),
)
BACK: Final = (
    Solid("bone", 0, 52, 0, 25, 20, confined=False, wobble=0.02, power=2.3),
    Solid("marrow", 0, 52, 0, 23, 18, confined=False, wobble=0.02, power=2.3),
    Solid("disc", 0, 52, -14, 23, 18, 4.5, confined=False, wobble=0.02, power=2.3),
    Solid("disc", 0, 52, 20, 23, 18, 4.5, confined=False, wobble=0.02, power=2.3),
    Solid("muscle", -36, 84, 0, 31, 19, confined=False, turn_deg=10, power=2.4),
    Solid("muscle", 36, 84, 0, 31, 19, confined=False, turn_deg=-10, power=2.4),
    Solid("bone", 0, 80, 0, 17, 11, confined=False),
    Solid("marrow", 0, 94, 0, 4, 12, confined=False),
    Solid("csf", 0, 78, 0, 10, 8, confined=False, wobble=0.02),
    Solid("cord", 0, 79, 10, 5, 4.5, confined=False, wobble=0.02),
)
PELVIS: Final = (
    Solid("bone", 0, 76, 6, 27, 12, 60, 0, 0.05, 2.3, confined=False),
    Solid("marrow", 0, 76, 6, 24, 9.5, 58, 0, 0.05, 2.3, confined=False),
    Solid("muscle", 0, -84, 0, 46, 8, ENDLESS, 0, 0.03, 2.4, confined=False),
    Solid("bladder", 2, -42, -4, 42, 31, 40, 4, 0.03, 2.3),
    Solid("peripheral zone", 0, 0, -26, 24, 18, 22, 0, 0.04),
    Solid("transition zone", 0, -5, -24, 17, 11, 16, 0, 0.05),
    Solid("fluid", -18, 4, 2, 17, 7, 9, 14, 0.12),
    Solid("fluid", 18, 4, 2, 17, 7, 9, -14, 0.12),
    Solid("muscle", -62, 8, 0, 9, 36, ENDLESS, 12, 0.06, confined=False),
    Solid("muscle", 62, 8, 0, 9, 36, ENDLESS, -12, 0.06, confined=False),
    Solid("bowel wall", 0, 38, 0, 19, 18, ENDLESS, 0, 0.06, lean=(0.1, 0.1)),
    Solid("bowel content", 0, 38, 0, 12.5, 11.5, ENDLESS, 0, 0.12, lean=(0.1, 0.1)),
    Solid("air", 1, 31, 0, 8, 3.5, ENDLESS, 0, 0.10, lean=(0.1, 0.1)),
    Solid("bowel wall", 44, -30, 28, 17, 19, 22, 30, 0.10),
    Solid("bowel content", 44, -30, 28, 13, 15, 20, 30, 0.14),
    Solid("bowel wall", -40, -36, 32, 19, 16, 18, -20, 0.10),
    Solid("bowel content", -40, -36, 32, 15, 12, 16, -20, 0.14),
    Solid("vessel", -48, -22, 6, 6.5, 5.5, ENDLESS, 0, 0.04, lean=(0.2, 0.1)),
    Solid("vessel", 50, -22, 6, 6.5, 5.5, ENDLESS, 0, 0.04, lean=(-0.2, 0.1)),
)
PELVIC_WALL: Final = (
    Solid("bone", -92, -6, 0, 27, 33, ENDLESS, -14, 0.04, 2.2, confined=False),
    Solid("marrow", -92, -6, 0, 24.5, 30.5, ENDLESS, -14, 0.04, 2.2, confined=False),
    Solid("bone", 92, -6, 0, 27, 33, ENDLESS, 14, 0.04, 2.2, confined=False),
    Solid("marrow", 92, -6, 0, 24.5, 30.5, ENDLESS, 14, 0.04, 2.2, confined=False),
    Solid("muscle", -70, 64, 0, 48, 26, ENDLESS, 22, 0.04, 2.4, confined=False),
    Solid("muscle", 70, 64, 0, 48, 26, ENDLESS, -22, 0.04, 2.4, confined=False),
    Solid("visceral fat", -78, 36, 0, 40, 6, ENDLESS, 18, 0.05, confined=False),
    Solid("visceral fat", 78, 36, 0, 40, 6, ENDLESS, -18, 0.05, confined=False),
    Solid("visceral fat", -104, 62, 0, 36, 3.5, ENDLESS, 48, 0.05, confined=False),
    Solid("visceral fat", 104, 62, 0, 36, 3.5, ENDLESS, -48, 0.05, confined=False),
    Solid("fat", 0, 98, 0, 14, 12, ENDLESS, 0, 0.05, confined=False),
)
SKIN: Final = Solid("fat", 0, 0, 0, 163, 113, ENDLESS, 0, 0.012, 2.35, confined=False)
WALL: Final = Solid("muscle", 0, 3, 0, 149, 99, ENDLESS, 0, 0.014, 2.3, confined=False)
CAVITY: Final = Solid("visceral fat", 0, -1, 0, 139, 89, ENDLESS, 0, 0.014, 2.3, confined=False)
PELVIC_CAVITY: Final = Solid("visceral fat", 0, -2, 0, 72, 84, ENDLESS, 0, 0.02, 2.4, confined=False)
