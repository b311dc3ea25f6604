"""The words of the template's second sheet, in four languages: how a worksheet is filled in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from adcurate.formats.vocabulary import Language
from adcurate.model.protocol import GradeScale


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
    grade_rules: Mapping[GradeScale, str]

    def rules_of(self, scale: GradeScale) -> tuple[str, ...]:
        """The rules of a worksheet, with the one on how its grades are written."""
        *first, last = self.rules
        return (*first, self.grade_rules[scale], last)


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
            "Leave a cell blank when something is not known; write no formulas.",
        ),
        {
            "neuroendocrine": 'Write Ki-67 and mitoses as in the pathology report: "12", "<1", "<=2", '
            '">20" or "3-5".',
            "isup": 'Write the ISUP grade group (1 to 5), the Gleason score ("3+4", "4+3") or both, as in '
            "the pathology report.",
            "benign-malignant": 'Write the diagnosis, "benign" or "malignant", or both; a diagnosis that is '
            "not listed: "
            '"other benign lesion" or "other malignant lesion".',
            "own": 'Write the grade in the words of the list under "grades" in study.toml.',
        },
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
            "Laat een cel leeg als iets niet bekend is; schrijf geen formules.",
        ),
        {
            "neuroendocrine": 'Schrijf Ki-67 en mitosen zoals in het pathologieverslag: "12", "<1", '
            '"<=2", ">20" of '
            '"3-5".',
            "isup": 'Schrijf de ISUP-graad (1 tot 5), de Gleasonscore ("3+4", "4+3") of beide, zoals in het '
            "pathologieverslag.",
            "benign-malignant": 'Schrijf de diagnose, "goedaardig" of "kwaadaardig", of beide; staat de '
            "diagnose niet in "
            'de lijst: "ander goedaardig letsel" of "ander maligne letsel".',
            "own": 'Schrijf de graad met de woorden van de lijst "grades" in study.toml.',
        },
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
            "Laissez vide ce qui n'est pas connu ; n'écrivez pas de formules.",
        ),
        {
            "neuroendocrine": 'Écrivez Ki-67 et mitoses comme dans le compte rendu : "12", "<1", "<=2", '
            '">20" ou "3-5".',
            "isup": 'Écrivez le grade ISUP (1 à 5), le score de Gleason ("3+4", "4+3") ou les deux, comme '
            "dans le compte rendu.",
            "benign-malignant": 'Écrivez le diagnostic, "bénin" ou "malin", ou les deux ; un diagnostic '
            "hors liste : "
            '"autre lésion bénigne" ou "autre lésion maligne".',
            "own": 'Écrivez le grade avec les mots de la liste "grades" de study.toml.',
        },
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
            "Unbekanntes bleibt leer; keine Formeln.",
        ),
        {
            "neuroendocrine": 'Ki-67 und Mitosen wie im Pathologiebefund: "12", "<1", "<=2", ">20" oder '
            '"3-5".',
            "isup": 'ISUP-Grad (1 bis 5), Gleason-Score ("3+4", "4+3") oder beides, wie im Pathologiebefund.',
            "benign-malignant": 'Diagnose, "gutartig" oder "bösartig", oder beides; eine Diagnose, die '
            "nicht in der "
            'Liste steht: "andere benigne Läsion" oder "andere maligne Läsion".',
            "own": 'Den Grad mit den Wörtern der Liste "grades" in study.toml schreiben.',
        },
    ),
}
