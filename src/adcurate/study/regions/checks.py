"""What no single region can say: rules that fit nothing, voxels of two lesions, lone exclusions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from adcurate.findings import Finding
from adcurate.model.foreign_region import RegionFault
from adcurate.study.regions.foreign_import import MappedRegion, RegionRow
from adcurate.study.regions.mapping import MappingRule, RegionMapping
from adcurate.study.regions.mask_placing import OtherGrid


def mapping_faults(
    mapping: RegionMapping, used: set[MappingRule], rows: Sequence[RegionRow]
) -> list[RegionFault]:
    """Rules that fit no label of any file: a slip of the pen, most often."""
    unused = [rule for rule in mapping.rules if rule not in used and rows]
    return [
        RegionFault(
            "foreign.mapping",
            "A rule of the mapping fits no label of any file.",
            "Compare it with the labels shown above, letter by letter.",
            rule.pattern,
        )
        for rule in unused
    ]


def overlaps(regions: Sequence[MappedRegion]) -> list[RegionFault]:
    """Masks of one reader that say of one voxel that it is two lesions."""
    found = []
    masks = [region for region in regions if region.is_mask and region.assignment.role == "lesion"]
    for at, one in enumerate(masks):
        for other in masks[:at]:
            same = (one.subject, one.assignment.reader) == (other.subject, other.assignment.reader)
            if not same or one.assignment.lesion == other.assignment.lesion:
                continue
            n = sum(
                int(np.count_nonzero(one.voxels[key].mask() & other.voxels[key].mask()))
                for key in one.voxels.keys() & other.voxels.keys()
            )
            if n:
                found.append(
                    RegionFault(
                        "foreign.overlap",
                        f"{n} voxels belong to lesion {one.assignment.lesion} and to lesion "
                        f"{other.assignment.lesion} of one reader.",
                        "Decide which lesion they belong to, and save the regions again.",
                        one.row.label,
                        one.row.file,
                        one.row.region,
                    )
                )
    return found


def lone_exclusions(regions: Sequence[MappedRegion]) -> list[RegionFault]:
    """Exclusions that would replace a region by nothing but themselves."""
    whole = {region.whose for region in regions if region.assignment.role == "lesion"}
    return [
        RegionFault(
            "foreign.mapping",
            f"Lesion {region.assignment.lesion} has an exclusion and nothing to take it from.",
            "Import an exclusion together with its lesion.",
            region.row.label,
            region.row.file,
            region.row.region,
        )
        for region in regions
        if region.whose not in whole
    ]


def carried_over(regions: Sequence[MappedRegion], other_grid: OtherGrid) -> list[Finding]:
    """What a person allowed is said of every mask it may have moved."""
    if other_grid == "refuse":
        return []
    how = {
        "nearest": "each voxel of the ADC series took the nearest voxel of the mask",
        "contours": "its outline on the images it was drawn on was kept",
    }[other_grid]
    return [
        Finding(
            "region.other-grid",
            f"A mask was allowed to lie on another grid than the ADC map: {how}.",
            "warning",
            {"subject": one.subject, "lesion": one.assignment.lesion, "reader": one.assignment.reader},
        )
        for one in regions
        if one.is_mask
    ]
