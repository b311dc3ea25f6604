"""What a study's Methods say of measuring and grading: map, fit, region, whose reading, edition, outcome."""

from __future__ import annotations

from adcurate.model.protocol import Protocol, Reading, RegionRule
from adcurate.report.numbers import show_b_values, show_number
from adcurate.report.words import FIT_WORDS, MAP_WORDS, MEASURE_WORDS, VOXEL_RULE_WORDS, listed

_EDITION_WORDS = {
    "who-2010": "WHO 2010",
    "who-2017": "WHO 2017",
    "who-2019": "WHO 2019",
    "none": "no edition",
}


REGISTRATION_WORDS = {
    "off": "",
    "translation": "Images of higher b-values were shifted onto those of the lowest by mutual information "
    "before a second refit. ",
    "rigid": "Images of higher b-values were moved rigidly onto those of the lowest by mutual information "
    "before a second refit. ",
}


def describe_measurement(protocol: Protocol) -> str:
    """Map, fit, unit, region and markers."""
    rule, region = protocol.adc, protocol.region
    fitted = f"{FIT_WORDS[rule.fit]} of the signals at "
    fitted += f"b = {show_b_values(rule.b_values)} s/mm²" if rule.b_values else "all b-values of the exam"
    fitted += "" if rule.highest_b_value is None else f" up to {show_number(rule.highest_b_value, 0)} s/mm²"
    markers = listed([f"{marker.name} ({MEASURE_WORDS[marker.measure]})" for marker in protocol.markers])
    return (
        f"ADC was read from {MAP_WORDS[rule.map_of_record]} (the map of record); {MAP_WORDS[rule.beside]} "
        f"was measured "
        f"beside it on the same contours. Refits assumed mono-exponential decay and used {fitted}. "
        f"{REGISTRATION_WORDS[rule.registration]}"
        f"The unit of a "
        "scanner's map was taken from its regression on the refit where the diffusion-weighted images were "
        f"available. Regions were contours {_drawn(region)} and kept in patient coordinates; "
        f"{VOXEL_RULE_WORDS[region.rule]}. Voxels without an estimate, zeros of a scanner's map "
        f"among them, were left "
        f"out and counted; a region needed at least {region.minimum_voxels} estimated "
        f"voxel{'s' if region.minimum_voxels != 1 else ''}. The markers were {markers}. Each region "
        f"was measured again "
        f"under the other customary voxel rules and after one voxel of erosion.{_references(protocol)}"
        f"{describe_readings(protocol)}"
    )


def _drawn(region: RegionRule) -> str:
    if region.extent == "volume":
        return "drawn on every slice of the lesion, measured as one volume"
    return "drawn on one slice (of several, the one with the largest area was measured)"


def _references(protocol: Protocol) -> str:
    if not any(marker.is_ratio for marker in protocol.markers):
        return ""
    return (
        " Reference tissue was drawn by the same reader with each lesion, on the same map; a lesion "
        "without it, or whose reference had a mean below 0.1 × 10⁻³ mm²/s, has no normalized ADC."
    )


def describe_readings(protocol: Protocol) -> str:
    """Whose reading of a lesion is analysed, with a blank before it."""
    value = protocol.plan.value
    if value == "mean":
        return " Where several readers measured a lesion, the mean of their values was analysed."
    if value == "consensus":
        agreed = (protocol.reading or Reading()).where_agreed
        whose = "the mean of all readers" if agreed == "mean" else "the first reader's value"
        return (
            " Where readers differed by more than the protocol allows, what was decided in adjudication was "
            f"analysed; elsewhere {whose}. A difference that nobody decided left its lesion out."
        )
    whose = "the reader who drew first (of a table, the first by name)" if value == "first-reader" else value
    return f" Where several readers measured a lesion, the value of {whose} was analysed."


def describe_grading(protocol: Protocol) -> str:
    """The reference standard, its check, and the outcome made of it."""
    outcome, editions = protocol.outcome, protocol.grading
    by_site = [
        f"{_EDITION_WORDS.get(edition, edition)} for the {site}"
        for site, edition in sorted(editions.edition_by_primary_site.items())
    ]
    checked = ""
    if by_site or editions.other != "none":
        others = (
            f"{_EDITION_WORDS.get(editions.other, editions.other)}{' for other sites' if by_site else ''}"
        )
        checked = (
            f" It was checked against {listed([*by_site, others])}; a disagreement is a "
            f"finding and changes nothing."
        )
    elif editions.scale == "isup":
        checked = (
            " Grade groups are those of the ISUP consensus of 2014 (Epstein et al. 2016); a Gleason score "
            "that makes another group is a finding and changes nothing."
        )
    standard = {
        "isup": "The pathologist's grade group",
        "benign-malignant": "The lesion's diagnosis, benign or malignant,",
    }.get(
        editions.scale, "The pathologist's grade" if protocol.ranked_grades else "The pathologist's finding"
    )
    verb = "was" if len(protocol.markers) == 1 else "were"
    directions = listed([f"{'low' if m.direction == 'low' else 'high'} {m.name}" for m in protocol.markers])
    return (
        f"{standard} was the reference standard.{checked} The outcome was "
        f"{_side(outcome.positive_label, outcome.positive)} against "
        f"{_side(outcome.negative_label, outcome.negative)}; "
        f"{directions} {verb} taken to point to {outcome.positive_label}."
    )


def _side(label: str, grades: tuple[str, ...]) -> str:
    """A side of the outcome with its grades, unless its name is its only grade."""
    return label if grades == (label,) else f"{label} ({', '.join(grades)})"
