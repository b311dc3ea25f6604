"""The words of the template's second sheet, in four languages: how a worksheet is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adcurate.formats.vocabulary import Language


@dataclass(frozen=True, slots=True)
class Guide:
    """Names of the two sheets, headers of the guide's table, and the rules, in one language."""

    worksheet_name: str
    guide_name: str
    headers: tuple[str, str, str]
    required: str
    required_excluded: str
    one_of: str
    date_form: str
    rules: tuple[str, ...]


GUIDES: Final[Mapping[Language, Guide]] = {
    "en": Guide(
        "worksheet",
        "how to fill",
        ("column", "needed for", "what to write"),
        "included",
        "excluded",
        "one of the two",
        "date, YYYY-MM-DD",
        (
            "One row for each lesion of each screened subject; excluded subjects stay in, with the reason.",
            "Use a code or hospital number in the first column, never a name or a date of birth.",
            'Write Ki-67 and mitoses as in the pathology report: "12", "<1", "<=2", ">20" or "3-5".',
            "Leave a cell blank when something is not known; write no formulas.",
        ),
    ),
    "nl": Guide(
        "werkblad",
        "invulinstructie",
        ("kolom", "nodig voor", "wat invullen"),
        "geïncludeerd",
        "geëxcludeerd",
        "een van beide",
        "datum, JJJJ-MM-DD",
        (
            "Eén rij per letsel van elke gescreende patiënt; wie geëxcludeerd is blijft staan, met de reden.",
            "Gebruik in de eerste kolom een code of dossiernummer, nooit een naam of geboortedatum.",
            'Schrijf Ki-67 en mitosen zoals in het pathologieverslag: "12", "<1", "<=2", ">20" of "3-5".',
            "Laat een cel leeg als iets niet bekend is; schrijf geen formules.",
        ),
    ),
    "fr": Guide(
        "feuille",
        "mode d'emploi",
        ("colonne", "requis pour", "que saisir"),
        "inclus",
        "exclu",
        "l'un des deux",
        "date, AAAA-MM-JJ",
        (
            "Une ligne par lésion de chaque patient évalué ; les exclus restent, avec le motif.",
            "En première colonne, un code ou un numéro de dossier, jamais un nom ni une date de naissance.",
            'Écrivez Ki-67 et mitoses comme dans le compte rendu : "12", "<1", "<=2", ">20" ou "3-5".',
            "Laissez vide ce qui n'est pas connu ; n'écrivez pas de formules.",
        ),
    ),
    "de": Guide(
        "Arbeitsblatt",
        "Anleitung",
        ("Spalte", "nötig für", "Eingabe"),
        "eingeschlossen",
        "ausgeschlossen",
        "eines von beiden",
        "Datum, JJJJ-MM-TT",
        (
            "Eine Zeile je Läsion jedes gesichteten Patienten; Ausgeschlossene bleiben stehen, mit Grund.",
            "In die erste Spalte ein Code oder eine Fallnummer, nie ein Name oder Geburtsdatum.",
            'Ki-67 und Mitosen wie im Pathologiebefund: "12", "<1", "<=2", ">20" oder "3-5".',
            "Unbekanntes bleibt leer; keine Formeln.",
        ),
    ),
}
