"""The tables of docs/what-is-kept-and-removed.md, as the data say them.

Usage: python -m tests.dicom.deidentification.documented_tables > tables.md
"""

from __future__ import annotations

from collections import Counter

from adcurate.dicom.deidentification.keep_list import KEPT_PRIVATE
from adcurate.dicom.deidentification.profile import BASIC_PROFILE, CLASS_TITLES, OPTIONS, annex_e, treatment

RULES = {
    "number": "digits of the right form and count, within what the attribute can hold",
    "ordinal": "as it is up to five digits; a longer one becomes a number that the key makes",
    "terms": "code strings of a fixed list; an unknown one in a list becomes OTHER",
    "uid": "a stand-in that the key makes",
    "class-uid": "a UID that the standard itself defines",
    "date": "moved back by the subject's number of days; no date, nothing",
    "age": "up to 89 years as it is, then `090Y`",
    "words": "only words of a fixed list, and b-values",
    "maker": "only words of a fixed list",
    "model": "only words of a fixed list and short type numbers",
    "software": "only version numbers and words of a fixed list",
    "sequence-name": "only the patterns of pulse sequence names",
    "nucleus": "a nucleus such as `1H`",
    "unit": "only units of a fixed list",
    "contrast": "that something was given, not what",
    "gradient-comment": "a b-value with its direction, and nothing around it",
    "code": "only codes of quantities, units and methods of a fixed list",
    "pointer": "a tag",
    "sequence": "only what this list keeps, at every depth",
}


def tables() -> dict[str, list[list[str]]]:
    """The rows of each table, header first, by the heading it stands under."""
    rows = annex_e()
    by_class = Counter(row.attribute_class for row in rows.values())
    gone: Counter[str] = Counter()
    for tag, row in rows.items():
        concrete = len(tag) == 8 and "x" not in tag
        gone[row.attribute_class] += not concrete or treatment(int(tag, 16)) in ("removed", "emptied")
    return {
        "What is removed": [
            ["kind", "rows of the standard's table", "removed or emptied", "replaced or kept under a rule"],
            *(
                [title, str(by_class[word]), str(gone[word]), str(by_class[word] - gone[word])]
                for word, title in CLASS_TITLES.items()
                if by_class[word]
            ),
        ],
        "Profile and options": [
            ["code", "profile or option", "used", "why"],
            [*BASIC_PROFILE, "yes", "The ground on which the options stand."],
            *([one.code, one.meaning, "yes" if one.claimed else "no", one.why] for one in OPTIONS),
        ],
        "What is kept, and under which rule": [
            ["rule", "what survives"],
            *([f"`{rule}`", text] for rule, text in RULES.items()),
        ],
        "Private attributes that are kept": [
            ["owner", "attribute", "tag", "rule"],
            *(
                [f"`{creator}`", kept.name, f"({group:04X},xx{element:02X})", f"`{kept.rule}`"]
                for (group, creator, element), kept in sorted(
                    KEPT_PRIVATE.items(), key=lambda item: (item[0][1], item[0])
                )
            ),
        ],
    }


def as_markdown(rows: list[list[str]]) -> str:
    """A table as the page writes it."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


if __name__ == "__main__":
    for heading, rows in tables().items():
        print(f"## {heading}\n\n{as_markdown(rows)}\n")
