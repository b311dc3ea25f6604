"""The error tree: a stable code, one sentence, a remedy, and no patient data.

An error means that no answer is possible. Its code is dotted lower case (``scheme.too-few-b-values``) and
stands in `ERRORS`, the one table that gives each code its CLI exit code and HTTP status. Raise the class
of the code's family::

    raise SchemeError(
        "scheme.too-few-b-values",
        "A fit needs at least two distinct b-values; 1 was given.",
        remedy="Choose a series with two or more b-values, or name the series to use.",
        n_b_values=1,
    )

Facts (the keyword arguments) are counts, codes, UIDs, addresses and limits; a name, a date of birth or a
value from a patient's header never is one.
"""

from __future__ import annotations

from typing import ClassVar, Final, NamedTuple


class ErrorKind(NamedTuple):
    """What an error code means to a shell and to a browser."""

    exit_code: int
    http_status: int


# Exit codes: 0 done; 1 done, some items refused; 2 usage; 3 input refused; 4 integrity failure;
# 5 resources, disk or lock; 70 internal.
DONE: Final = 0
DONE_WITH_REFUSALS: Final = 1

_USAGE = ErrorKind(2, 422)
_INPUT = ErrorKind(3, 422)
_MALFORMED = ErrorKind(3, 400)
_ABSENT = ErrorKind(3, 404)
_CONFLICT = ErrorKind(3, 409)
_INTEGRITY = ErrorKind(4, 409)
_RESOURCE = ErrorKind(5, 503)
_INTERNAL = ErrorKind(70, 500)

ERRORS: Final[dict[str, ErrorKind]] = {
    # usage and paths
    "usage.option": _USAGE,
    "input.missing": _ABSENT,
    "input.is-a-directory": _INPUT,
    "input.not-readable": _INPUT,
    "input.not-a-file": _INPUT,
    "input.empty": _INPUT,
    "input.not-the-object": _INPUT,
    "input.not-a-phantom": _INPUT,
    "output.exists": _USAGE,
    "output.not-writable": _RESOURCE,
    # diffusion
    "scheme.timing-differs": _INPUT,
    "scheme.too-few-b-values": _INPUT,
    "scheme.b-value-range": _INPUT,
    "scheme.b-value-choice": _INPUT,
    "series.kind-choice": _INPUT,
    "series.reading-began": _CONFLICT,
    "signal.shape": _INPUT,
    "signal.type": _INPUT,
    "fit.option": _USAGE,
    # geometry and regions
    "geometry.plane": _INPUT,
    "geometry.mixed": _INPUT,
    "geometry.option": _USAGE,
    "contour.shape": _INPUT,
    "contour.self-crossing": _INPUT,
    "contour.off-plane": _INPUT,
    "contour.outside": _INPUT,
    "contour.parse": _MALFORMED,
    "contour.unknown-field": _INPUT,
    "contour.too-big": ErrorKind(3, 413),
    "contour.image": _ABSENT,
    "contour.frame-of-reference": _INPUT,
    "contour.conflict": _CONFLICT,
    "region.empty": _INPUT,
    "region.option": _USAGE,
    "region.reference": _INPUT,
    # grading
    "grading.value": _INPUT,
    "grading.edition": _INPUT,
    "grading.incomplete": _INPUT,
    "grading.gleason": _INPUT,
    # statistics
    "statistics.too-few": _INPUT,
    "statistics.one-class": _INPUT,
    "statistics.not-finite": _INPUT,
    "statistics.constant": _INPUT,
    "statistics.option": _USAGE,
    "statistics.shape": _INPUT,
    "statistics.no-convergence": _INPUT,
    "statistics.collinear": _INPUT,
    # DICOM
    "dicom.not-dicom": _INPUT,
    "dicom.truncated": _INPUT,
    "dicom.malformed": _INPUT,
    "dicom.too-deep": _INPUT,
    "dicom.duplicate-tag": _INPUT,
    "dicom.meta-mismatch": _INPUT,
    "dicom.pixel-length": _INPUT,
    "dicom.pixel-geometry": _INPUT,
    "dicom.syntax-unsupported": _INPUT,
    "dicom.bad-uid": _INPUT,
    "dicom.missing-attribute": _INPUT,
    "dicom.rescale": _INPUT,
    "dicom.lossy": _INPUT,
    "dicom.pixel-text-risk": _INPUT,
    "dicom.not-kept": _INPUT,
    "dicom.uid-conflict": _CONFLICT,
    "dicom.patient-conflict": _CONFLICT,
    "zip.path": _INPUT,
    "zip.link": _INPUT,
    "zip.encrypted": _INPUT,
    "zip.count": _INPUT,
    "zip.bomb": _INPUT,
    "zip.nested": _INPUT,
    "zip.unreadable": _INPUT,
    # tables and worksheets
    "table.missing-column": _INPUT,
    "table.encoding": _INPUT,
    "table.value": _INPUT,
    "table.duplicate-row": _INPUT,
    "table.empty": _INPUT,
    "table.delimiter": _INPUT,
    "table.header": _INPUT,
    "table.ragged": _INPUT,
    "table.quote": _INPUT,
    "table.character": _INPUT,
    "table.too-big": ErrorKind(3, 413),
    "worksheet.type": _INPUT,
    "worksheet.macro": _INPUT,
    "worksheet.encrypted": _INPUT,
    "worksheet.too-big": ErrorKind(3, 413),
    "worksheet.bomb": _INPUT,
    "worksheet.layout": _INPUT,
    "worksheet.external-link": _INPUT,
    "worksheet.character": _INPUT,
    "worksheet.columns": _INPUT,
    "worksheet.header-unit": _INPUT,
    "worksheet.confirm": _INPUT,
    # protocol
    "protocol.parse": _MALFORMED,
    "protocol.too-big": ErrorKind(3, 413),
    "protocol.unknown-key": _INPUT,
    "protocol.type": _INPUT,
    "protocol.value": _INPUT,
    "protocol.version": _INPUT,
    "protocol.template": _INPUT,
    "protocol.changed": _CONFLICT,
    "protocol.frozen": _CONFLICT,
    "protocol.not-amended": _CONFLICT,
    "protocol.reason": _INPUT,
    # work in other processes
    "compute.worker-lost": _RESOURCE,
    # store, vault, study
    "store.locked": _RESOURCE,
    "store.disk-full": ErrorKind(5, 507),
    "store.disk": ErrorKind(5, 503),
    "store.network-drive": _RESOURCE,
    "store.schema-version": _INTEGRITY,
    "store.needs-upgrade": _CONFLICT,
    "store.unfinished-log": _RESOURCE,
    "store.integrity": _INTEGRITY,
    "store.not-found": _ABSENT,
    "vault.key-missing": _INTEGRITY,
    "vault.key-mismatch": _INTEGRITY,
    "study.exists": _CONFLICT,
    "study.withdrawn": _CONFLICT,
    "study.no-subject": _ABSENT,
    "study.numbers-move": _CONFLICT,
    "backup.not-a-backup": _INPUT,
    "backup.newer": _INPUT,
    "backup.damaged": _INTEGRITY,
    "study.not-a-study": _INPUT,
    "study.no-exams": _CONFLICT,
    "study.no-worksheet": _CONFLICT,
    "study.no-contours": _CONFLICT,
    "study.nothing-to-analyze": _CONFLICT,
    "study.choice": _USAGE,
    "study.unmatched": _CONFLICT,
    "study.list-changed": _CONFLICT,
    "study.list-behind": _CONFLICT,
    "study.list-questions": _CONFLICT,
    "study.list-too-long": _INPUT,
    "study.not-locked": _CONFLICT,
    "study.data-changed": _CONFLICT,
    "study.not-joined": _INPUT,
    # regions of other tools, and a table of values read on a PACS
    "foreign.format": _INPUT,
    "foreign.too-big": ErrorKind(3, 413),
    "foreign.bomb": _INPUT,
    "foreign.too-complex": _INPUT,
    "foreign.limit": _INPUT,
    "foreign.header": _INPUT,
    "foreign.affine": _INPUT,
    "foreign.labels": _INPUT,
    "foreign.fractional": _INPUT,
    "foreign.packed-length": _INPUT,
    "foreign.overlap": _INPUT,
    "foreign.empty": _INPUT,
    "foreign.contour-data": _INPUT,
    "foreign.contour-plane": _INPUT,
    "foreign.reference-missing": _ABSENT,
    "foreign.frame-of-reference": _INPUT,
    "foreign.patient": _CONFLICT,
    "foreign.image": _INPUT,
    "foreign.grid-mismatch": _INPUT,
    "foreign.mapping": _INPUT,
    "pacs.columns": _INPUT,
    "pacs.value": _INPUT,
    "pacs.nothing-to-compare": _CONFLICT,
    # the reading room: images
    "read.no-frame": _ABSENT,
    "read.no-images": _CONFLICT,
    # fetching from a PACS
    "network.query": _INPUT,
    "network.unreachable": _RESOURCE,
    "network.interrupted": _RESOURCE,
    "network.timeout": ErrorKind(5, 504),
    "network.port": _RESOURCE,
    "network.rejected": ErrorKind(3, 502),
    "network.unauthorized": ErrorKind(3, 502),
    "network.not-found": ErrorKind(3, 502),
    "network.redirect": ErrorKind(3, 502),
    "network.certificate": ErrorKind(3, 502),
    "network.answer": ErrorKind(3, 502),
    "network.too-big": ErrorKind(3, 502),
    # receiving from a PACS or a scanner
    "receiver.peer": _USAGE,
    "receiver.title": _USAGE,
    "receiver.open-address": _USAGE,
    "receiver.port": _RESOURCE,
    "receiver.token": _USAGE,
    "receiver.certificate": _USAGE,
    # the web server
    "web.malformed": _MALFORMED,
    "web.unauthorized": ErrorKind(3, 401),
    "web.forbidden": ErrorKind(3, 403),
    "web.not-found": _ABSENT,
    "web.method": ErrorKind(3, 405),
    "web.not-acceptable": ErrorKind(3, 406),
    "web.slow": ErrorKind(3, 408),
    "web.length-required": ErrorKind(3, 411),
    "web.too-big": ErrorKind(3, 413),
    "web.media-type": ErrorKind(3, 415),
    "web.busy": _RESOURCE,
    "web.invalid": _INPUT,
    "web.signed-out": ErrorKind(3, 401),
    "web.no-right": ErrorKind(3, 403),
    "web.cross-site": ErrorKind(3, 403),
    # the reading room: serving it, and the people in it
    "serve.open-address": _USAGE,
    "serve.certificate": _USAGE,
    "serve.public-url": _USAGE,
    "serve.token": _USAGE,
    "serve.provider": _USAGE,
    "serve.port": _RESOURCE,
    "serve.not-started": _RESOURCE,
    "people.sign-in": ErrorKind(3, 401),
    "people.too-many-tries": ErrorKind(3, 429),
    "people.password": _INPUT,
    "people.name": _INPUT,
    "people.name-taken": _CONFLICT,
    "people.link": _ABSENT,
    "people.last-administrator": _CONFLICT,
    "people.second-factor": _INPUT,
    "people.provider": ErrorKind(3, 502),
    # walking and unpacking received objects
    "dicom.too-many-elements": _INPUT,
    "dicom.value-too-long": _INPUT,
    "dicom.bomb": _INPUT,
    "dicom.decoder-limit": _INPUT,
    "limit.memory": _RESOURCE,
    "limit.time": _RESOURCE,
    "limit.died": _RESOURCE,
    # objects for other tools
    "dicom.source-missing": _INPUT,
    "geometry.uneven-slices": _INPUT,
    "study.not-run": _CONFLICT,
    "phantom.prescription": _INPUT,
    "report.figure": _INPUT,
    # registration between b-values
    "registration.missing": _RESOURCE,
    "registration.failed": _INPUT,
    # the reading room
    "read.item": _ABSENT,
    "read.stale": _CONFLICT,
    "read.stale-images": _CONFLICT,
    "read.key-reused": _CONFLICT,
    "read.locked": ErrorKind(3, 423),
    "read.not-locked": _CONFLICT,
    "read.draft": _INPUT,
    "read.too-big": ErrorKind(3, 413),
    "read.case-full": ErrorKind(3, 413),
    "read.nothing-drawn": _INPUT,
    "read.not-measurable": _INPUT,
    "read.incomplete": _INPUT,
    "read.meaning": _INPUT,
    "read.reason": _INPUT,
    "read.design": _INPUT,
    "read.design-started": _CONFLICT,
    "read.pointer-missing": _CONFLICT,
    "read.pointer": _INPUT,
    "read.adjudication": _ABSENT,
    "read.adjudicated": _CONFLICT,
    "read.choice": _INPUT,
    "read.sealed": _CONFLICT,
    "read.not-sealed": _CONFLICT,
    "read.sealer": _CONFLICT,
    "read.passphrase": ErrorKind(3, 403),
    "read.too-early": _CONFLICT,
    "read.too-late": _CONFLICT,
    "read.closed": _CONFLICT,
    "read.seen": _CONFLICT,
    "read.no-results": _CONFLICT,
    "internal.bug": _INTERNAL,
}


class AdcurateError(Exception):
    """Base of every error that Adcurate raises on purpose."""

    family: ClassVar[str] = ""

    def __init__(self, code: str, sentence: str, *, remedy: str, **facts: str | int | float | None) -> None:
        if code not in ERRORS or (self.family and not code.startswith(self.family + ".")):
            raise LookupError(f"{code!r} is not an error code of {type(self).__name__}")
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.remedy = remedy
        self.facts = facts

    @property
    def exit_code(self) -> int:
        """The CLI's exit code."""
        return ERRORS[self.code].exit_code

    @property
    def http_status(self) -> int:
        """The HTTP status of the same error."""
        return ERRORS[self.code].http_status

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.code, self.sentence, self.remedy, self.facts)

    def as_json(self) -> dict[str, object]:
        """The one JSON shape of an error."""
        facts = {"code": self.code, "sentence": self.sentence, "remedy": self.remedy, "facts": self.facts}
        return {"error": facts}


def _rebuild(
    kind: type[AdcurateError],
    code: str,
    sentence: str,
    remedy: str,
    facts: dict[str, str | int | float | None],
) -> AdcurateError:
    return kind(code, sentence, remedy=remedy, **facts)


class UsageError(AdcurateError):
    """A command or call was put together wrongly."""

    family = "usage"


class InputError(AdcurateError):
    """A named input cannot be read."""

    family = "input"


class OutputError(AdcurateError):
    """An output cannot be written where it was asked for."""

    family = "output"


class RegistrationError(AdcurateError):
    """Images of several b-values cannot be brought onto each other."""

    family = "registration"


class SchemeError(AdcurateError):
    """A set of b-values that no fit can use."""

    family = "scheme"


class SeriesError(AdcurateError):
    """A role that a series cannot be given."""

    family = "series"


class SignalError(AdcurateError):
    """Signals whose shape or type no fit can use."""

    family = "signal"


class FitError(AdcurateError):
    """A fit was asked for with an impossible option."""

    family = "fit"


class GeometryError(AdcurateError):
    """Planes or grids that do not describe one space."""

    family = "geometry"


class ContourError(AdcurateError):
    """A contour that encloses nothing measurable, or lies where it cannot."""

    family = "contour"


class RegionError(AdcurateError):
    """A region of which nothing can be said."""

    family = "region"


class GradingError(AdcurateError):
    """Histology that no edition can grade."""

    family = "grading"


class StatisticsError(AdcurateError):
    """Values on which a statistic is not defined."""

    family = "statistics"


class DicomError(AdcurateError):
    """A DICOM object that cannot be used."""

    family = "dicom"


class LimitError(AdcurateError):
    """Work that was ended because it took more than it may."""

    family = "limit"


class ArchiveError(AdcurateError):
    """A zip file that is refused."""

    family = "zip"


class TableError(AdcurateError):
    """A table that cannot be read as one."""

    family = "table"


class WorksheetError(AdcurateError):
    """A clinical worksheet that cannot be imported."""

    family = "worksheet"


class ProtocolError(AdcurateError):
    """A study protocol that says something impossible."""

    family = "protocol"


class ComputeError(AdcurateError):
    """Work in other processes that could not be finished."""

    family = "compute"


class StoreError(AdcurateError):
    """The store cannot keep or find something."""

    family = "store"


class VaultError(AdcurateError):
    """The identity zone cannot be opened."""

    family = "vault"


class StudyError(AdcurateError):
    """A step of the study cannot run yet, or not so."""

    family = "study"


class BackupError(AdcurateError):
    """A backup that cannot be used."""

    family = "backup"


class ForeignRegionError(AdcurateError):
    """A region of another tool that cannot be used."""

    family = "foreign"


class PacsTableError(AdcurateError):
    """A table of values read on a PACS that cannot be compared."""

    family = "pacs"


class NetworkError(AdcurateError):
    """An archive that cannot be asked, or does not answer as it should."""

    family = "network"


class ReceiverError(AdcurateError):
    """A receiver that cannot or must not listen as it was asked to."""

    family = "receiver"


class WebError(AdcurateError):
    """A request over the web that is refused."""

    family = "web"


class ReadError(AdcurateError):
    """A step of a reader study that is refused."""

    family = "read"


class ServeError(AdcurateError):
    """A reading room that cannot or must not be served as it was asked for."""

    family = "serve"


class PeopleError(AdcurateError):
    """Somebody who cannot sign in, or a change of people that is refused."""

    family = "people"


class PhantomError(AdcurateError):
    """A phantom that cannot be made as prescribed."""

    family = "phantom"


class ReportError(AdcurateError):
    """A report or figure that cannot be made."""

    family = "report"


class InternalError(AdcurateError):
    """A bug of ours, said plainly."""

    family = "internal"


def fault_words(fault: BaseException) -> str:
    """The kind of a fault of ours and the lines of ours that led to it.

    Without its text, which may quote a header or what somebody sent.
    """
    trace, lines = fault.__traceback__, []
    while trace is not None:
        module = str(trace.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("adcurate."):
            lines.append(f"{module}, line {trace.tb_lineno}")
        trace = trace.tb_next
    place = " < ".join(reversed(lines)) or "an unknown place"
    return f"{type(fault).__name__} in {place}"
