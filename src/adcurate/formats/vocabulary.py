"""The worksheet's vocabulary as data: columns, headers and words in English, Dutch, French and German.

The first header and the first word of each language are the ones that are written; all of them are read.
How a header or word is compared stands in `columns`. The column ``grade`` is that of neuroendocrine tumours;
`worksheet_forms` puts another in its place for other scales.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

Language = Literal["en", "nl", "fr", "de"]
ColumnKind = Literal[
    "identifier",
    "word",
    "place",
    "date",
    "number",
    "ki67",
    "mitoses",
    "edition",
    "gleason",
    "isup",
    "text",
]

LANGUAGES: Final[tuple[Language, ...]] = ("en", "nl", "fr", "de")

Words = Mapping[str, Mapping[Language, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column: what its cells are, its headers by language and, for words, what they may say."""

    name: str
    kind: ColumnKind
    headers: Mapping[Language, tuple[str, ...]]
    words: Words = field(default_factory=dict)


def in_four(en: str, nl: str, fr: str, de: str) -> Mapping[Language, tuple[str, ...]]:
    """Headers or words by language; ``|`` parts them."""
    sides = zip(LANGUAGES, (en, nl, fr, de), strict=True)
    return MappingProxyType({language: tuple(side.split("|")) for language, side in sides})


_YES: Final = in_four("yes|y|true|1", "ja|j", "oui|o|vrai", "ja|j|wahr")
_NO: Final = in_four("no|n|false|0", "nee|neen|n", "non|n|faux", "nein|n|falsch")
_UNKNOWN: Final = in_four("unknown|unk|?", "onbekend", "inconnu|inconnue", "unbekannt")
_YES_NO: Final[Words] = MappingProxyType({"yes": _YES, "no": _NO})

MALIGNANT_DIAGNOSES: Final[Words] = MappingProxyType(
    {
        "hepatocellular carcinoma": in_four(
            "hepatocellular carcinoma|HCC|hepatoma",
            "hepatocellulair carcinoom|HCC",
            "carcinome hépatocellulaire|CHC",
            "hepatozelluläres Karzinom|Leberzellkarzinom|HCC",
        ),
        "cholangiocarcinoma": in_four(
            "cholangiocarcinoma|intrahepatic cholangiocarcinoma|iCCA",
            "cholangiocarcinoom|galwegcarcinoom",
            "cholangiocarcinome|cholangiocarcinome intrahépatique",
            "cholangiozelluläres Karzinom|Cholangiokarzinom|CCC",
        ),
        "metastasis": in_four(
            "metastasis|metastases|liver metastasis",
            "metastase|metastasen|levermetastase",
            "métastase|métastases|métastase hépatique",
            "Metastase|Metastasen|Lebermetastase",
        ),
        "lymphoma": in_four("lymphoma", "lymfoom", "lymphome", "Lymphom"),
        "angiosarcoma": in_four("angiosarcoma", "angiosarcoom", "angiosarcome", "Angiosarkom"),
        "other malignant lesion": in_four(
            "other malignant lesion", "ander maligne letsel", "autre lésion maligne", "andere maligne Läsion"
        ),
    }
)
BENIGN_DIAGNOSES: Final[Words] = MappingProxyType(
    {
        "haemangioma": in_four("haemangioma|hemangioma", "hemangioom", "hémangiome|angiome", "Hämangiom"),
        "focal nodular hyperplasia": in_four(
            "focal nodular hyperplasia|FNH",
            "focale nodulaire hyperplasie|FNH",
            "hyperplasie nodulaire focale|HNF",
            "fokale noduläre Hyperplasie|FNH",
        ),
        "hepatocellular adenoma": in_four(
            "hepatocellular adenoma|adenoma|hepatic adenoma",
            "hepatocellulair adenoom|adenoom|leveradenoom",
            "adénome hépatocellulaire|adénome",
            "hepatozelluläres Adenom|Adenom|Leberzelladenom",
        ),
        "cyst": in_four(
            "cyst|simple cyst|hepatic cyst",
            "cyste|levercyste",
            "kyste|kyste hépatique|kyste biliaire",
            "Zyste|Leberzyste",
        ),
        "abscess": in_four("abscess|liver abscess", "abces|leverabces", "abcès", "Abszess|Leberabszess"),
        "regenerative nodule": in_four(
            "regenerative nodule", "regeneratieve nodus", "nodule de régénération", "Regeneratknoten"
        ),
        "angiomyolipoma": in_four("angiomyolipoma", "angiomyolipoom", "angiomyolipome", "Angiomyolipom"),
        "focal fatty change": in_four(
            "focal fatty change|focal steatosis",
            "focale steatose|focale vervetting",
            "stéatose focale",
            "fokale Steatose|fokale Verfettung",
        ),
        "other benign lesion": in_four(
            "other benign lesion", "ander goedaardig letsel", "autre lésion bénigne", "andere benigne Läsion"
        ),
    }
)
DIAGNOSES: Final[Words] = MappingProxyType({**MALIGNANT_DIAGNOSES, **BENIGN_DIAGNOSES})
"""Lesions of the liver; which side a diagnosis is on follows from the table it stands in."""

COLUMNS: Final[tuple[Column, ...]] = (
    Column(
        "subject",
        "identifier",
        in_four(
            "subject|patient|subject id|patient id|patient number|hospital number|patient code",
            "patiënt|patiëntnummer|dossiernummer|proefpersoon|patient id",
            "patient|numéro de patient|numéro de dossier|sujet|code patient",
            "Patient|Patientennummer|Patienten-ID|Proband|Fallnummer",
        ),
    ),
    Column(
        "site",
        "identifier",
        in_four(
            "site|centre|center|hospital",
            "centrum|ziekenhuis",
            "centre|hôpital",
            "Zentrum|Krankenhaus|Klinik",
        ),
    ),
    Column("visit", "identifier", in_four("visit|time point", "bezoek|visite", "visite", "Visite|Besuch")),
    Column(
        "status",
        "word",
        in_four(
            "status|inclusion status|inclusion",
            "status|inclusie",
            "statut|inclusion",
            "Status|Einschluss",
        ),
        MappingProxyType(
            {
                "included": in_four(
                    "included|include|in", "geïncludeerd|inbegrepen", "inclus|incluse", "eingeschlossen"
                ),
                "excluded": in_four("excluded|exclude|out", "geëxcludeerd", "exclu|exclue", "ausgeschlossen"),
            }
        ),
    ),
    Column(
        "exclusion_reason",
        "text",
        in_four(
            "exclusion reason|reason for exclusion",
            "reden van exclusie|exclusiereden|reden exclusie",
            "motif d'exclusion|raison d'exclusion",
            "Ausschlussgrund",
        ),
    ),
    Column(
        "mri_date",
        "date",
        in_four(
            "MRI date|date of MRI|exam date",
            "MRI-datum|datum MRI",
            "date IRM|date de l'IRM",
            "MRT-Datum|Datum MRT",
        ),
    ),
    Column(
        "histology_date",
        "date",
        in_four(
            "histology date|date of histology|pathology date|biopsy date",
            "datum histologie|histologiedatum|datum pathologie|datum biopsie",
            "date histologie|date de l'histologie|date de la biopsie",
            "Histologiedatum|Datum Histologie|Biopsiedatum",
        ),
    ),
    Column(
        "sample_type",
        "word",
        in_four(
            "sample type|specimen type|specimen|sample",
            "type staal|staaltype|soort staal",
            "type de prélèvement|prélèvement",
            "Probenart|Probentyp|Material",
        ),
        MappingProxyType(
            {
                "biopsy": in_four("biopsy", "biopsie|biopt", "biopsie", "Biopsie"),
                "resection": in_four(
                    "resection|surgery",
                    "resectie|resectiestuk",
                    "résection|pièce opératoire",
                    "Resektion|Resektat",
                ),
                "cytology": in_four("cytology|FNA", "cytologie", "cytologie", "Zytologie"),
            }
        ),
    ),
    Column(
        "treatment_before_mri",
        "word",
        in_four(
            "treatment before MRI|prior treatment",
            "behandeling voor MRI|voorafgaande behandeling",
            "traitement avant IRM|traitement préalable",
            "Therapie vor MRT|Vorbehandlung",
        ),
        MappingProxyType({"yes": _YES, "no": _NO, "unknown": _UNKNOWN}),
    ),
    Column(
        "age",
        "number",
        in_four("age|age (years)", "leeftijd|leeftijd (jaar)", "âge|âge (ans)", "Alter|Alter (Jahre)"),
    ),
    Column(
        "sex",
        "word",
        in_four("sex|gender", "geslacht", "sexe", "Geschlecht"),
        MappingProxyType(
            {
                "female": in_four(
                    "female|F|woman", "vrouw|V|vrouwelijk", "femme|F|féminin", "weiblich|W|Frau"
                ),
                "male": in_four("male|M|man", "man|M|mannelijk", "homme|H|masculin|M", "männlich|M|Mann"),
                "other": in_four("other", "andere|anders", "autre", "divers|andere"),
                "unknown": _UNKNOWN,
            }
        ),
    ),
    Column(
        "primary_site",
        "place",
        in_four(
            "primary site|primary tumor site|primary tumour site|primary tumor location"
            "|primary tumour location",
            "primaire locatie|locatie primaire tumor|primaire tumor",
            "site primitif|localisation primitive|tumeur primitive",
            "Primärlokalisation|Lokalisation Primärtumor|Primärtumor",
        ),
    ),
    Column(
        "metastatic_disease",
        "word",
        in_four(
            "metastatic disease|metastases|metastatic|presence of metastasis",
            "metastasen|gemetastaseerd|metastatische ziekte",
            "métastases|maladie métastatique",
            "Metastasen|metastasiert|Metastasierung",
        ),
        _YES_NO,
    ),
    Column(
        "lesion",
        "identifier",
        in_four("lesion|lesion id|lesion label", "letsel|laesie|laesie nummer", "lésion", "Läsion|Herd"),
    ),
    Column(
        "lesion_type",
        "word",
        in_four(
            "lesion type|type of lesion",
            "type letsel|soort letsel|type laesie|soort laesie",
            "type de lésion",
            "Läsionstyp|Art der Läsion",
        ),
        MappingProxyType(
            {
                "primary": in_four(
                    "primary|primary tumor|primary tumour",
                    "primair|primaire tumor",
                    "primitive|primitif|tumeur primitive",
                    "primär|Primärtumor",
                ),
                "metastasis": in_four("metastasis|metastatic", "metastase", "métastase", "Metastase"),
            }
        ),
    ),
    Column(
        "lesion_site",
        "place",
        in_four(
            "lesion site|lesion location|organ",
            "locatie letsel|orgaan|locatie laesie",
            "site de la lésion|localisation de la lésion|organe",
            "Läsionsort|Lokalisation der Läsion|Organ",
        ),
    ),
    Column(
        "lesion_size_mm",
        "number",
        in_four(
            "lesion size (mm)|lesion size|size|diameter|largest diameter",
            "grootte (mm)|grootte|diameter|grootte letsel|grootte laesie",
            "taille (mm)|taille|diamètre|taille de la lésion",
            "Größe (mm)|Größe|Durchmesser|Läsionsgröße",
        ),
    ),
    Column(
        "specimen_origin",
        "place",
        in_four(
            "specimen origin|histology site|biopsy site|origin of specimen",
            "herkomst staal|plaats biopsie|biopsieplaats",
            "origine du prélèvement|site de biopsie",
            "Herkunft der Probe|Biopsieort|Entnahmeort",
        ),
    ),
    Column(
        "ki67",
        "ki67",
        in_four(
            "Ki-67 (%)|Ki-67|Ki-67 index|MIB-1",
            "Ki-67 (%)|Ki-67|Ki-67-index",
            "Ki-67 (%)|Ki-67|index Ki-67",
            "Ki-67 (%)|Ki-67|Ki-67-Index",
        ),
    ),
    Column(
        "mitoses",
        "mitoses",
        in_four(
            "mitoses|mitotic count|mitotic index|mitotic rate",
            "mitosen|mitotische index|aantal mitosen",
            "mitoses|index mitotique|nombre de mitoses",
            "Mitosen|Mitosezahl|Mitoserate",
        ),
    ),
    Column(
        "mitoses_unit",
        "word",
        in_four(
            "mitoses unit|unit of mitoses",
            "eenheid mitosen",
            "unité mitoses|unité des mitoses",
            "Einheit Mitosen",
        ),
        MappingProxyType(
            {
                "per-10-hpf": in_four(
                    "per 10 HPF|10 HPF|/10 HPF",
                    "per 10 HPF",
                    "par 10 HPF|par 10 champs",
                    "pro 10 HPF|je 10 HPF",
                ),
                "per-2-mm2": in_four(
                    "per 2 mm²|2 mm²|/2 mm²", "per 2 mm²", "par 2 mm²|pour 2 mm²", "pro 2 mm²|je 2 mm²"
                ),
            }
        ),
    ),
    Column(
        "necrosis",
        "word",
        in_four("necrosis", "necrose", "nécrose", "Nekrose"),
        MappingProxyType(
            {
                "present": in_four(
                    "present|yes|focal",
                    "aanwezig|ja|focaal",
                    "présente|présent|oui|focale",
                    "vorhanden|ja|fokal",
                ),
                "absent": in_four(
                    "absent|no|none", "afwezig|nee|neen|geen", "absente|non|aucune", "keine|nein"
                ),
            }
        ),
    ),
    Column(
        "differentiation",
        "word",
        in_four("differentiation", "differentiatie", "différenciation", "Differenzierung"),
        MappingProxyType(
            {
                "well": in_four(
                    "well|well differentiated",
                    "goed|goed gedifferentieerd",
                    "bien|bien différenciée|bien différencié",
                    "gut|gut differenziert",
                ),
                "poor": in_four(
                    "poor|poorly|poorly differentiated",
                    "slecht|slecht gedifferentieerd",
                    "peu|peu différenciée|peu différencié|mal différenciée",
                    "schlecht|schlecht differenziert|gering differenziert",
                ),
                "mixed": in_four("mixed|MiNEN", "gemengd", "mixte", "gemischt"),
            }
        ),
    ),
    Column(
        "gleason",
        "gleason",
        in_four(
            "Gleason score|Gleason",
            "Gleasonscore|Gleason",
            "score de Gleason|Gleason",
            "Gleason-Score|Gleason|Gleason-Summe",
        ),
    ),
    Column(
        "diagnosis",
        "word",
        in_four(
            "diagnosis|histological diagnosis|histology|final diagnosis",
            "diagnose|histologische diagnose|histologie",
            "diagnostic|diagnostic histologique|histologie",
            "Diagnose|histologische Diagnose|Histologie",
        ),
        DIAGNOSES,
    ),
    Column(
        "edition",
        "edition",
        in_four(
            "WHO edition|edition|classification|grading edition",
            "WHO-editie|editie|classificatie",
            "édition OMS|édition|classification OMS",
            "WHO-Auflage|Auflage|WHO-Klassifikation",
        ),
    ),
    Column(
        "grade",
        "word",
        in_four(
            "WHO grade|grade|tumor grade|tumour grade", "WHO-graad|graad", "grade OMS|grade", "WHO-Grad|Grad"
        ),
        MappingProxyType(
            {
                "G1": in_four("G1|1|I|grade 1|NET G1|WHO G1", "G1|graad 1", "G1|grade 1", "G1|Grad 1"),
                "G2": in_four("G2|2|II|grade 2|NET G2|WHO G2", "G2|graad 2", "G2|grade 2", "G2|Grad 2"),
                "G3": in_four(
                    "G3|3|III|grade 3|NET G3|NEC G3|WHO G3", "G3|graad 3", "G3|grade 3", "G3|Grad 3"
                ),
                "NEC": in_four("NEC|carcinoma", "NEC|carcinoom", "NEC|CNE|carcinome", "NEC|Karzinom"),
                "MiNEN": in_four("MiNEN|MANEC", "MiNEN", "MiNEN", "MiNEN"),
            }
        ),
    ),
    Column(
        "comments",
        "text",
        in_four(
            "comments|comment|remarks|notes",
            "opmerkingen|opmerking",
            "commentaires|commentaire|remarques",
            "Bemerkungen|Bemerkung|Kommentar",
        ),
    ),
)

COLUMN_BY_NAME: Final[Mapping[str, Column]] = MappingProxyType({column.name: column for column in COLUMNS})

PLACES: Final[Words] = MappingProxyType(
    {
        "pancreas": in_four("pancreas", "pancreas|alvleesklier", "pancréas", "Pankreas|Bauchspeicheldrüse"),
        "liver": in_four("liver", "lever", "foie", "Leber"),
        "stomach": in_four("stomach|gastric", "maag", "estomac", "Magen"),
        "duodenum": in_four("duodenum", "duodenum", "duodénum", "Duodenum|Zwölffingerdarm"),
        "small intestine": in_four(
            "small intestine|small bowel|midgut", "dunne darm", "intestin grêle|grêle", "Dünndarm"
        ),
        "jejunum": in_four("jejunum", "jejunum", "jéjunum", "Jejunum"),
        "ileum": in_four("ileum", "ileum", "iléon", "Ileum"),
        "appendix": in_four("appendix", "appendix", "appendice", "Appendix|Blinddarm"),
        "colon": in_four("colon", "colon|dikke darm", "côlon", "Kolon|Dickdarm"),
        "rectum": in_four("rectum", "rectum|endeldarm", "rectum", "Rektum|Enddarm"),
        "lung": in_four("lung", "long", "poumon", "Lunge"),
        "thymus": in_four("thymus", "thymus", "thymus", "Thymus"),
        "lymph node": in_four(
            "lymph node|lymph nodes", "lymfeklier|lymfeklieren", "ganglion|ganglions", "Lymphknoten"
        ),
        "mesenteric": in_four(
            "mesenteric|mesentery",
            "mesenteriaal|mesenterium",
            "mésentérique|mésentère",
            "mesenterial|Mesenterium",
        ),
        "paraduodenal": in_four("paraduodenal", "paraduodenaal", "paraduodénal", "paraduodenal"),
        "bone": in_four("bone", "bot", "os", "Knochen"),
        "peritoneum": in_four("peritoneum", "peritoneum|buikvlies", "péritoine", "Peritoneum|Bauchfell"),
        "prostate": in_four("prostate", "prostaat", "prostate", "Prostata"),
        "peripheral zone": in_four(
            "peripheral zone|PZ", "perifere zone|PZ", "zone périphérique|ZP", "periphere Zone|PZ"
        ),
        "transition zone": in_four(
            "transition zone|TZ|transitional zone",
            "transitiezone|overgangszone|TZ",
            "zone de transition|zone transitionnelle|ZT",
            "Transitionszone|Übergangszone|TZ",
        ),
        "central zone": in_four(
            "central zone|CZ", "centrale zone|CZ", "zone centrale|ZC", "zentrale Zone|CZ"
        ),
        "anterior fibromuscular stroma": in_four(
            "anterior fibromuscular stroma|AFMS|AFS",
            "anterieur fibromusculair stroma|AFMS",
            "stroma fibromusculaire antérieur|SFMA",
            "anteriores fibromuskuläres Stroma|AFMS",
        ),
        "unknown": _UNKNOWN,
        "other": in_four("other", "andere|anders", "autre", "andere|sonstige"),
    }
)

EXCLUSION_REASONS: Final[Words] = MappingProxyType(
    {
        "no MRI exam": in_four(
            "no MRI exam|no MRI|no MR|MRI missing|no MRI available|MRI not available|MRI not done",
            "geen MRI|geen MRI-onderzoek|MRI ontbreekt|MRI niet beschikbaar",
            "pas d'IRM|IRM manquante|IRM non disponible|sans IRM",
            "keine MRT|MRT fehlt|MRT nicht verfügbar|ohne MRT",
        ),
        "no DWI": in_four(
            "no DWI|DWI missing|no diffusion|no diffusion images|no diffusion-weighted images|no ADC map"
            "|no ADC",
            "geen DWI|DWI ontbreekt|geen diffusie|geen ADC",
            "pas de diffusion|pas de DWI|diffusion manquante|pas d'ADC",
            "keine DWI|DWI fehlt|keine Diffusion|keine ADC-Karte",
        ),
        "poor image quality": in_four(
            "poor image quality|image quality|insufficient image quality|non-diagnostic images|artefacts"
            "|artifacts|artefact|artifact|motion|motion artefacts|motion artifacts|susceptibility artefacts"
            "|susceptibility artifacts",
            "slechte beeldkwaliteit|beeldkwaliteit|onvoldoende beeldkwaliteit|artefacten|bewegingsartefacten",
            "qualité d'image insuffisante|mauvaise qualité d'image|qualité d'image|artéfacts|artefacts"
            "|artéfacts de mouvement",
            "schlechte Bildqualität|Bildqualität|unzureichende Bildqualität|Artefakte|Bewegungsartefakte",
        ),
        "no visible lesion": in_four(
            "no visible lesion|lesion not visible|no lesion|not visible on MRI|no measurable lesion",
            "geen zichtbaar letsel|letsel niet zichtbaar|geen letsel|geen laesie",
            "pas de lésion visible|lésion non visible|pas de lésion",
            "keine sichtbare Läsion|Läsion nicht sichtbar|keine Läsion",
        ),
        "lesion too small": in_four(
            "lesion too small|too small|lesion < 1 cm|lesion < 10 mm|smaller than 1 cm",
            "letsel te klein|te klein|laesie te klein",
            "lésion trop petite|trop petite",
            "Läsion zu klein|zu klein",
        ),
        "no histology": in_four(
            "no histology|histology missing|no histopathology|no pathology|no biopsy|no tissue",
            "geen histologie|geen pathologie|geen biopsie|histologie ontbreekt",
            "pas d'histologie|histologie manquante|pas de biopsie|sans histologie",
            "keine Histologie|Histologie fehlt|keine Biopsie",
        ),
        "WHO grade not known": in_four(
            "WHO grade not known|grade not known|grade unknown|no grade|grade missing|no WHO grade|no Ki-67"
            "|Ki-67 not known|Ki-67 missing",
            "WHO-graad niet bekend|graad niet bekend|graad onbekend|geen graad|geen Ki-67",
            "grade OMS inconnu|grade inconnu|pas de grade|pas de Ki-67",
            "WHO-Grad nicht bekannt|WHO-Grad unbekannt|Grad unbekannt|kein Grad|kein Ki-67",
        ),
        "treatment before MRI": in_four(
            "treatment before MRI|treated before MRI|treated before|prior treatment|previous treatment"
            "|pretreated",
            "behandeling voor MRI|voorafgaande behandeling|eerder behandeld|voorbehandeld",
            "traitement avant IRM|traitement avant l'IRM|traitement préalable|déjà traité|déjà traitée",
            "Therapie vor MRT|Vorbehandlung|vorbehandelt",
        ),
        "interval too long": in_four(
            "interval too long|interval between MRI and histology too long|too long interval",
            "interval te lang|te lang interval",
            "intervalle trop long|délai trop long",
            "Intervall zu lang|Abstand zu lang",
        ),
        "other diagnosis": in_four(
            "other diagnosis|different diagnosis|wrong diagnosis|not a NET|no NET|other histology|benign",
            "andere diagnose|geen NET|andere histologie|goedaardig",
            "autre diagnostic|pas de TNE|autre histologie|bénin|bénigne",
            "andere Diagnose|kein NET|andere Histologie|gutartig",
        ),
        "no consent": in_four(
            "no consent|consent refused|refused|refusal|consent withdrawn|withdrawn|withdrew consent"
            "|objection",
            "geen toestemming|toestemming geweigerd|geweigerd|weigering|toestemming ingetrokken",
            "pas de consentement|refus|consentement refusé|consentement retiré|opposition",
            "keine Einwilligung|Einwilligung verweigert|abgelehnt|Einwilligung widerrufen",
        ),
        "contraindication to MRI": in_four(
            "contraindication to MRI|contraindication|MRI contraindicated|pacemaker|claustrophobia",
            "contra-indicatie voor MRI|contra-indicatie|pacemaker|claustrofobie",
            "contre-indication à l'IRM|contre-indication|pacemaker|claustrophobie",
            "Kontraindikation für MRT|Kontraindikation|Schrittmacher|Klaustrophobie",
        ),
        "age": in_four("age|too young|minor|under 18", "leeftijd|minderjarig", "âge|mineur|mineure", "Alter"),
        "lost to follow-up": in_four(
            "lost to follow-up|lost to follow up|no follow-up",
            "geen follow-up|uit follow-up",
            "perdu de vue|perdue de vue|pas de suivi",
            "kein Follow-up|keine Nachverfolgung",
        ),
        "duplicate": in_four("duplicate|double|twice", "dubbel", "doublon", "doppelt"),
        "other": in_four(
            "other|other reason", "andere|andere reden", "autre|autre motif", "andere|anderer Grund"
        ),
    }
)
