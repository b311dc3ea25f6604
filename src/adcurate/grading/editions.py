"""The grading editions as data: bands of Ki-67 and mitoses, units and names. The rule is in `rule`.

Sources: WHO Classification of Tumours of the Digestive System, 4th ed. (2010); of Endocrine Organs, 4th ed.
(2017), chapter on the pancreas; Digestive System Tumours, 5th ed. (2019); Endocrine and Neuroendocrine
Tumours, 5th ed. (2022), after the common framework of Rindi et al., Mod Pathol 2018; Thoracic Tumours,
5th ed. (2021), for carcinoids of lung and thymus. Prostate: grade groups of the ISUP consensus of 2014,
Epstein et al., Am J Surg Pathol 2016;40:244.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from adcurate.errors import GradingError
from adcurate.grading.quantity import MitosesUnit

Grade = Literal["G1", "G2", "G3"]
EditionName = Literal["who-2010", "who-2017", "who-2019", "who-2022", "who-2021-lung"]

GRADES: Final[tuple[Grade, ...]] = ("G1", "G2", "G3")
OTHER_SITES: Final = "other"


@dataclass(frozen=True, slots=True)
class Band:
    """The values that one grade covers, from `low` to `high`; an end belongs to it where `..._closed`."""

    grade: Grade
    low: float
    high: float
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition's cut-offs and names.

    `ki67` is empty where Ki-67 does not define the grade; `necrosis_grade` is the lowest grade of a tumour
    with necrosis, where necrosis counts; `names` gives the label of each grade of a well-differentiated
    tumour; `nec` the label of a poorly differentiated one and `nec_grade` its grade, None where the edition
    leaves it ungraded; `mixed` the label of a mixed neoplasm.
    """

    name: EditionName
    title: str
    scope: str
    ki67: tuple[Band, ...]
    mitoses: tuple[Band, ...]
    mitoses_unit: MitosesUnit
    necrosis_grade: Grade | None
    names: Mapping[Grade, str]
    splits_g3: bool
    nec: str
    nec_grade: Grade | None
    mixed: str
    source: str


_MITOSES_TO_20: Final = (
    Band("G1", 0, 2, True, False),
    Band("G2", 2, 20, True, True),
    Band("G3", 20, math.inf, False, False),
)
_KI67_BELOW_3: Final = (
    Band("G1", 0, 3, True, False),
    Band("G2", 3, 20, True, True),
    Band("G3", 20, 100, False, True),
)
_NET_NAMES: Final[Mapping[Grade, str]] = MappingProxyType({"G1": "NET G1", "G2": "NET G2", "G3": "NET G3"})

WHO_2010: Final = Edition(
    name="who-2010",
    title="WHO 2010",
    scope="gastro-entero-pancreatic",
    ki67=(Band("G1", 0, 2, True, True), Band("G2", 3, 20, True, True), Band("G3", 20, 100, False, True)),
    mitoses=_MITOSES_TO_20,
    mitoses_unit="per-10-hpf",
    necrosis_grade=None,
    names=MappingProxyType({"G1": "NET G1", "G2": "NET G2", "G3": "NEC G3"}),
    splits_g3=False,
    nec="NEC G3",
    nec_grade="G3",
    mixed="MANEC",
    source="WHO Classification of Tumours of the Digestive System, 4th edition, 2010",
)
WHO_2017: Final = Edition(
    name="who-2017",
    title="WHO 2017",
    scope="pancreas",
    ki67=_KI67_BELOW_3,
    mitoses=_MITOSES_TO_20,
    mitoses_unit="per-10-hpf",
    necrosis_grade=None,
    names=_NET_NAMES,
    splits_g3=True,
    nec="NEC G3",
    nec_grade="G3",
    mixed="MiNEN",
    source="WHO Classification of Tumours of Endocrine Organs, 4th edition, 2017",
)
WHO_2019: Final = Edition(
    name="who-2019",
    title="WHO 2019",
    scope="gastro-entero-pancreatic",
    ki67=_KI67_BELOW_3,
    mitoses=_MITOSES_TO_20,
    mitoses_unit="per-2-mm2",
    necrosis_grade=None,
    names=_NET_NAMES,
    splits_g3=True,
    nec="NEC",
    nec_grade=None,
    mixed="MiNEN",
    source="WHO Classification of Tumours: Digestive System Tumours, 5th edition, 2019",
)
WHO_2022: Final = Edition(
    name="who-2022",
    title="WHO 2022",
    scope="endocrine and neuroendocrine, common framework",
    ki67=_KI67_BELOW_3,
    mitoses=_MITOSES_TO_20,
    mitoses_unit="per-2-mm2",
    necrosis_grade=None,
    names=_NET_NAMES,
    splits_g3=True,
    nec="NEC",
    nec_grade=None,
    mixed="MiNEN",
    source="WHO Classification of Tumours: Endocrine and Neuroendocrine Tumours, 5th edition, 2022",
)
WHO_2021_LUNG: Final = Edition(
    name="who-2021-lung",
    title="WHO 2021 (lung)",
    scope="lung and thymus",
    ki67=(),
    mitoses=(
        Band("G1", 0, 2, True, False),
        Band("G2", 2, 10, True, True),
        Band("G3", 10, math.inf, False, False),
    ),
    mitoses_unit="per-2-mm2",
    necrosis_grade="G2",
    names=MappingProxyType(
        {"G1": "typical carcinoid", "G2": "atypical carcinoid", "G3": "carcinoid with elevated mitotic count"}
    ),
    splits_g3=True,
    nec="NEC",
    nec_grade=None,
    mixed="MiNEN",
    source="WHO Classification of Tumours: Thoracic Tumours, 5th edition, 2021",
)

EDITIONS: Final[Mapping[EditionName, Edition]] = MappingProxyType(
    {edition.name: edition for edition in (WHO_2010, WHO_2017, WHO_2019, WHO_2022, WHO_2021_LUNG)}
)

ISUP_GROUPS: Final[Mapping[str, str]] = MappingProxyType(
    {"3+4": "ISUP 2", "4+3": "ISUP 3", "6": "ISUP 1", "8": "ISUP 4", "9": "ISUP 5", "10": "ISUP 5"}
)
"""The grade group of a Gleason score: by its patterns where these are told apart, else by its sum."""


def edition_named(name: str) -> Edition:
    """The edition of a name such as ``who-2010``, ``WHO 2010`` or ``2010``.

    Raises
    ------
    GradingError
        ``grading.edition``: no edition of that name.

    Examples
    --------
    >>> edition_named("WHO 2017").scope
    'pancreas'
    """
    wanted = _plain(name)
    for edition in EDITIONS.values():
        if wanted in (_plain(edition.name), _plain(edition.title), _plain(edition.name).removeprefix("who")):
            return edition
    raise GradingError(
        "grading.edition",
        "The grading edition is not one that is known.",
        remedy=f"Name one of: {', '.join(EDITIONS)}.",
    )


def edition_for(primary_site: str, editions_by_site: Mapping[str, str]) -> Edition:
    """The edition a protocol prescribes for a primary site.

    Parameters
    ----------
    primary_site
        The organ in English (``pancreas``); case and outer blanks do not matter.
    editions_by_site
        Site to edition name, as the protocol fixes it; the entry ``other`` serves the sites it does not name.

    Raises
    ------
    GradingError
        ``grading.edition``: neither the site nor ``other`` is in the mapping, or its edition is unknown.

    Examples
    --------
    >>> edition_for("Pancreas", {"pancreas": "who-2017", "other": "who-2010"}).title
    'WHO 2017'
    """
    by_site = {site.strip().casefold(): name for site, name in editions_by_site.items()}
    name = by_site.get(primary_site.strip().casefold(), by_site.get(OTHER_SITES))
    if name is None:
        raise GradingError(
            "grading.edition",
            "The protocol names no grading edition for this primary site.",
            remedy=f'Add the site, or "{OTHER_SITES}", to the protocol\'s grading editions.',
        )
    return edition_named(name)


def _plain(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())
