"""A subject by the number that a hospital knows it by: the number comes in, the code goes out.

Nothing is searched: the code is made from the number, and looked for among those of the study. So a part of a
number finds nobody, and a name never does. Every number that was looked up is an entry of the log, without
the number.
"""

from __future__ import annotations

from typing import Final

from adcurate.errors import StudyError
from adcurate.model.reading.design import Someone
from adcurate.study.folder import StudyFolder
from adcurate.study.screening.draft import load_draft
from adcurate.study.worksheet import known_codes

LOOKED_UP: Final = "subject.look-up"


def find_subject(study: StudyFolder, who: Someone, typed: str) -> str:
    """The study's code of a subject, by its hospital number or by the code itself.

    Raises
    ------
    StudyError
        ``study.no-subject``
    VaultError
        ``vault.key-missing``
    """
    written = typed.strip()
    with study.open_store() as store:
        vault = study.open_vault(store)
        draft = load_draft(vault)
        listed = {line.subject.strip() for line in draft[0].lines} if draft else set()
        known = known_codes(store) | store.withdrawals.all().keys()
        if written in known:
            return written
        code = vault.pseudonyms.subject_code(written)
        is_found = bool(written) and (code in known or written in listed)
        store.audit.note(LOOKED_UP, code if is_found else "", person=who.id, after={"found": is_found})
    if not is_found:
        raise StudyError(
            "study.no-subject",
            "Nobody in this study has that number or code.",
            remedy="Type the whole hospital number as the list or the images have it, with leading zeros. "
            "Names are not known here.",
        )
    return code
