"""Pulling, with an archive made up in memory: nothing guessed, nothing twice, nothing missing unnoticed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from adcurate.cli.pull_view import show_pulled
from adcurate.cli.study_view import show_status
from adcurate.dicom.network.archive import (
    ExamAtArchive,
    ExamQuery,
    SeriesAtArchive,
    SubOperations,
    TakeObject,
    check_query,
    matching_exams,
)
from adcurate.errors import NetworkError, StudyError
from adcurate.formats.worksheet import WorksheetOptions
from adcurate.model.endpoint import FetchLimits, WebEndpoint
from adcurate.phantom import ExamPrescription, LesionPrescription, simulate_exam, write_exam
from adcurate.study.create import create_study
from adcurate.study.folder import StudyFolder
from adcurate.study.pull.pull import PullChoice, pull_exams
from adcurate.study.pull.results import PullReport
from adcurate.study.status import study_status
from adcurate.study.worksheet import import_worksheet

ENDPOINT = WebEndpoint("pacs", "http", "127.0.0.1", 1, "/", limits=FetchLimits(attempts=4))
HEADER = "subject,status,mri date,ki67,primary site,lesion type,lesion site,lesion size (mm),WHO grade\n"
PERSON = "QZX008841"


@dataclass
class MadeUpArchive:
    """Objects by series, and the troubles that the next fetches meet after so many objects."""

    objects: dict[tuple[str, str], dict[str, bytes]] = field(default_factory=dict)
    headers: dict[str, ExamAtArchive] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    troubles: list[tuple[int, str | None]] = field(default_factory=list)
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    counts_known: bool = True
    question_troubles: list[str] = field(default_factory=list)
    refuses: set[str] = field(default_factory=set)

    def put(self, content: bytes, **changed: str) -> None:
        header = dcmread(BytesIO(content))
        for keyword, value in changed.items():
            setattr(header, keyword, value)
        header.file_meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
        stream = BytesIO()
        header.save_as(stream)
        study = str(header.StudyInstanceUID)
        day = date.fromisoformat(f"{header.StudyDate[:4]}-{header.StudyDate[4:6]}-{header.StudyDate[6:]}")
        self.headers[study] = ExamAtArchive(study, str(header.PatientID), "ACC1", day, "", ("MR",))
        self.names[str(header.SeriesInstanceUID)] = str(header.SeriesDescription)
        of_series = self.objects.setdefault((study, str(header.SeriesInstanceUID)), {})
        of_series[str(header.SOPInstanceUID)] = stream.getvalue()

    def check(self) -> None:
        pass

    def find_exams(self, query: ExamQuery) -> tuple[ExamAtArchive, ...]:
        check_query(query)
        return matching_exams(query, list(self.headers.values()))

    def find_series(self, study_uid: str) -> tuple[SeriesAtArchive, ...]:
        if self.question_troubles:
            raise NetworkError(self.question_troubles.pop(), "The connection dropped.", remedy="Again.")
        return tuple(
            SeriesAtArchive(series, "MR", self.names[series], n, len(held) if self.counts_known else None)
            for n, ((study, series), held) in enumerate(sorted(self.objects.items()), start=1)
            if study == study_uid
        )

    def find_objects(self, study_uid: str, series_uid: str) -> tuple[str, ...]:
        return tuple(sorted(self.objects[study_uid, series_uid]))

    def fetch(
        self, study_uid: str, series_uid: str, take: TakeObject, objects: Sequence[str] = ()
    ) -> SubOperations:
        self.asked.append((series_uid, tuple(objects)))
        last, code = self.troubles.pop(0) if self.troubles else (10**6, None)
        held = self.objects[study_uid, series_uid]
        wanted = [uid for uid in objects or sorted(held) if uid not in self.refuses]
        for uid in wanted[:last]:
            take(held[uid], uid)
        if code is not None:
            raise NetworkError(code, "The connection dropped.", remedy="Again.")
        return SubOperations(len(wanted[:last]), failed=len(objects or held) - len(wanted))


@pytest.fixture(scope="module")
def exam(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    prescription = ExamPrescription(
        patient_id=PERSON,
        patient_name="SYNTHETIC^PLANTED0",
        birth_date="19610203",
        sex="F",
        exam_date="20240301",
        dialect="ge",
        model="Model",
        field_strength_t=1.5,
        b_values=(50.0, 800.0),
        lesions=(LesionPrescription("1", "liver", 0.0012, 0.0009, 28.0),),
    )
    paths = write_exam(simulate_exam(prescription), tmp_path_factory.mktemp("exam"))
    folders = sorted({path.parent for path in paths})
    # Four objects of each series are enough to be cut off between.
    return [path.read_bytes() for folder in folders for path in sorted(folder.iterdir())[:4]]


@pytest.fixture
def archive(exam: list[bytes], monkeypatch: pytest.MonkeyPatch) -> MadeUpArchive:
    made = MadeUpArchive()
    for content in exam:
        made.put(content)
    monkeypatch.setattr("adcurate.study.pull.pull.open_archive", lambda _: made)
    return made


@pytest.fixture
def study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StudyFolder:
    monkeypatch.setenv("ADCURATE_VAULT_KEY_FILE", str(tmp_path / "keys" / "key"))
    return create_study(tmp_path / "study", "graded-outcome").folder


def enter(study: StudyFolder, tmp_path: Path, *rows: str) -> None:
    file = tmp_path / "worksheet.csv"
    file.write_text(HEADER + "".join(f"{row},1,pancreas,metastasis,liver,28,G1\n" for row in rows))
    import_worksheet(study, file, WorksheetOptions())


def stored(study: StudyFolder) -> int:
    with study.open_store("read") as store:
        assert store.instances.verify() == ()
        return len(store.instances.all())


def pull(
    study: StudyFolder, choice: PullChoice | None = None, endpoint: str = "pacs", **more: bool
) -> PullReport:
    pauses: list[float] = []
    asked = replace(ENDPOINT, name=endpoint)
    report = pull_exams(study, asked, choice, sleep=pauses.append, **more)  # type: ignore[arg-type]
    assert pauses == sorted(pauses)
    return report


def test_without_a_worksheet_a_person_is_told_what_to_do(study: StudyFolder, archive: MadeUpArchive) -> None:
    with pytest.raises(StudyError) as caught:
        pull(study)
    assert caught.value.code == "study.no-worksheet"


def test_the_awaited_exam_comes_whole_and_a_second_pull_asks_for_nothing(
    study: StudyFolder, archive: MadeUpArchive, exam: list[bytes], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    planned = pull(study, dry_run=True)
    assert [one.state for one in planned.exams[0].series] == ["to fetch"] * 4
    assert archive.asked == []
    first = pull(study)
    assert first.is_complete
    assert first.total("stored") == stored(study) == len(exam)
    archive.asked.clear()
    again = pull(study, PullChoice((ExamQuery(patient_id=PERSON),)))
    assert again.is_complete
    assert archive.asked == []
    assert pull(study).targets == ()


@pytest.mark.parametrize(("cut", "counts_known"), [(0, True), (3, True), (1, False)])
def test_a_dropped_connection_is_taken_up_where_it_dropped(
    study: StudyFolder,
    archive: MadeUpArchive,
    exam: list[bytes],
    tmp_path: Path,
    cut: int,
    counts_known: bool,
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    archive.counts_known = counts_known
    archive.troubles = [(cut, "network.interrupted"), (1, "network.timeout")]
    report = pull(study)
    assert report.is_complete
    assert report.total("stored") == stored(study) == len(exam)
    assert report.total("duplicate") == 0
    assert len(archive.asked[1][1]) == (4 - cut if cut else 0)


def test_a_connection_that_stays_broken_ends_the_pull_and_the_next_one_goes_on(
    study: StudyFolder, archive: MadeUpArchive, exam: list[bytes], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    archive.troubles = [(4, None), (2, "network.interrupted"), *[(0, "network.unreachable")] * 3]
    broken = pull(study)
    assert broken.trouble is not None
    assert broken.trouble.code == "network.unreachable"
    assert stored(study) == 6
    # The subject is not awaited any more: only the journal knows that the exam is unfinished.
    report = pull(study)
    assert report.is_complete
    assert report.total("stored") == len(exam) - 6
    assert stored(study) == len(exam)


def break_off(study: StudyFolder, archive: MadeUpArchive, tmp_path: Path) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    archive.troubles = [(4, None), (2, "network.interrupted"), *[(0, "network.unreachable")] * 3]
    assert not pull(study, endpoint="main").is_complete
    assert stored(study) == 6


def test_an_exam_that_was_begun_from_one_endpoint_goes_on_from_another(
    study: StudyFolder, archive: MadeUpArchive, exam: list[bytes], tmp_path: Path
) -> None:
    break_off(study, archive, tmp_path)
    planned = pull(study, endpoint="web", dry_run=True)
    assert [one.begun_at for one in planned.targets] == [""]
    report = pull(study, endpoint="web")
    assert report.is_complete
    assert report.total("stored") == len(exam) - 6
    assert report.total("duplicate") == 0
    assert stored(study) == len(exam)
    assert pull(study, endpoint="main").targets == ()


def test_an_exam_that_was_begun_elsewhere_and_is_not_here_is_named_with_its_endpoint(
    study: StudyFolder, archive: MadeUpArchive, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    break_off(study, archive, tmp_path)
    held, archive.headers = archive.headers, {}
    report = pull(study, endpoint="web")
    assert [(one.status, one.begun_at) for one in report.targets] == [("absent", "main")]
    assert not report.is_complete
    show_pulled(report)
    printed = " ".join(capsys.readouterr().out.split())
    assert "adcurate pull main (goes on with the exams that were begun there)" in printed
    archive.headers = held
    assert pull(study, endpoint="main").is_complete


class KilledError(BaseException):
    """Stands for the end of the process: nothing after it runs."""


def test_the_status_names_an_exam_that_a_killed_pull_left_half_done(
    study: StudyFolder,
    archive: MadeUpArchive,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    fetch, fetched = archive.fetch, []

    def fetch_once(*asked: object, **more: object) -> SubOperations:
        if fetched:
            raise KilledError
        fetched.append(asked)
        return fetch(*asked, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(archive, "fetch", fetch_once)
    with pytest.raises(KilledError):
        pull(study)
    found = study_status(study)
    assert found.link_counts["matched"] == 1
    assert [(one.n_objects, one.command) for one in found.unfinished] == [(4, "adcurate pull pacs")]
    assert found.next_step.startswith("adcurate pull pacs ")
    assert [one.code for one in found.findings if one.severity == "serious"] == ["pull.unfinished"]
    show_status(found)
    printed = " ".join(capsys.readouterr().out.split())
    assert "1 of the matched exams not whole" in printed and "Not whole: fetching was not finished" in printed
    monkeypatch.setattr(archive, "fetch", fetch)
    assert pull(study).is_complete
    assert study_status(study).unfinished == ()
    assert "pull.unfinished" not in [one.code for one in study_status(study).findings]


def test_a_pull_that_ended_by_itself_leaves_unfinished_what_it_began_and_no_more(
    study: StudyFolder, archive: MadeUpArchive, exam: list[bytes], tmp_path: Path
) -> None:
    for content in exam[:4]:
        archive.put(content, PatientID="QZX2", StudyInstanceUID="2.25.9", SeriesInstanceUID="2.25.91")
    enter(study, tmp_path, f"{PERSON},included,2024-03-01", "QZX2,included,2024-03-01")
    archive.troubles = [(4, None), (2, "network.interrupted"), *[(0, "network.unreachable")] * 3]
    assert not pull(study).is_complete
    assert len(study_status(study).unfinished) == 1
    assert pull(study).is_complete
    assert study_status(study).unfinished == ()


def test_a_dry_run_calls_nothing_unfinished(
    study: StudyFolder, archive: MadeUpArchive, tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    pull(study, dry_run=True)
    assert study_status(study).unfinished == ()


def test_a_question_is_asked_again_when_the_connection_drops(
    study: StudyFolder, archive: MadeUpArchive, tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    archive.question_troubles = ["network.timeout", "network.interrupted"]
    assert pull(study).is_complete
    archive.question_troubles = ["network.timeout", "network.unauthorized"]
    with pytest.raises(NetworkError) as caught:
        pull(study, PullChoice((ExamQuery(patient_id=PERSON),)))
    assert caught.value.code == "network.unauthorized"


def test_a_refusal_is_not_tried_again(study: StudyFolder, archive: MadeUpArchive, tmp_path: Path) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    archive.troubles = [(0, "network.unauthorized")]
    report = pull(study)
    assert report.trouble is not None
    assert len(archive.asked) == 1


def test_objects_that_an_archive_cannot_send_are_told_and_asked_for_again_next_time(
    study: StudyFolder, archive: MadeUpArchive, exam: list[bytes], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    lost = sorted(next(iter(sorted(archive.objects.items())))[1])[:2]
    archive.refuses = set(lost)
    report = pull(study)
    assert not report.is_complete
    assert sum(one.n_failed for one in report.exams[0].series) == 2
    assert [one.state for one in report.exams[0].series].count("incomplete") == 1
    archive.refuses.clear()
    archive.asked.clear()
    assert pull(study).is_complete
    assert [objects for _, objects in archive.asked] == [tuple(lost)]
    assert stored(study) == len(exam)


def test_an_exam_of_which_nothing_is_taken_is_not_called_complete(
    study: StudyFolder, archive: MadeUpArchive, tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    archive.names = dict.fromkeys(archive.names, "localizer")
    report = pull(study)
    assert not report.is_complete
    assert not report.exams[0].is_wanted
    assert archive.asked == []
    assert pull(study, PullChoice(every_series=True)).is_complete


def test_quarantined_objects_are_not_fetched_for_ever(
    study: StudyFolder, archive: MadeUpArchive, exam: list[bytes], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    held = archive.objects[min(archive.objects)]
    first, second = sorted(held)[:2]
    held[first] = held[first][:-500]
    held[second] = b"no DICOM at all"
    report = pull(study)
    assert report.total("quarantined") == 2
    assert report.is_complete
    archive.asked.clear()
    assert pull(study, PullChoice((ExamQuery(patient_id=PERSON),))).is_complete
    assert archive.asked == []


def test_new_objects_of_a_finished_exam_are_fetched_alone(
    study: StudyFolder, archive: MadeUpArchive, exam: list[bytes], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    pull(study)
    archive.put(exam[0], SOPInstanceUID="1.2.3.4.5")
    archive.asked.clear()
    report = pull(study, PullChoice((ExamQuery(patient_id=PERSON),)))
    assert [objects for _, objects in archive.asked] == [("1.2.3.4.5",)]
    assert report.total("stored") == 1


@pytest.fixture
def two_exams(archive: MadeUpArchive, exam: list[bytes]) -> Iterator[tuple[str, str]]:
    for content in exam[:4]:
        header = dcmread(BytesIO(content))
        archive.put(
            content,
            StudyInstanceUID="1.2.826.77",
            SeriesInstanceUID="1.2.826.77.1",
            SOPInstanceUID=f"{header.SOPInstanceUID}.7"[-64:],
        )
    first, second = archive.headers
    yield first, second


def test_of_two_exams_on_the_day_none_is_guessed(
    study: StudyFolder, archive: MadeUpArchive, two_exams: tuple[str, str], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    report = pull(study)
    assert [one.status for one in report.targets] == ["ambiguous"]
    assert archive.asked == []
    shown = [one.exam for one in report.targets[0].candidates]
    assert not set(shown) & set(two_exams)
    assert pull(study, PullChoice(exams=(shown[1][-6:],))).is_complete
    assert {one.exam for one in pull(study, PullChoice(every_exam=True)).exams} <= set(shown)


def test_every_exam_of_the_day_comes_when_a_person_says_so(
    study: StudyFolder, archive: MadeUpArchive, two_exams: tuple[str, str], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    report = pull(study, PullChoice(every_exam=True))
    assert len(report.exams) == 2
    assert report.is_complete


def test_an_exam_of_another_day_is_shown_with_its_interval_and_not_taken(
    study: StudyFolder, archive: MadeUpArchive, tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-02-20")
    report = pull(study)
    [target] = report.targets
    assert target.status == "absent"
    assert [one.days_apart for one in target.candidates] == [10]
    assert target.candidates[0].day != "2024-03-01"
    assert archive.asked == []


def test_an_excluded_row_asks_for_nobody(study: StudyFolder, archive: MadeUpArchive, tmp_path: Path) -> None:
    file = tmp_path / "worksheet.csv"
    tail = "2024-03-01,1,pancreas,metastasis,liver,28,G1"
    file.write_text(
        HEADER.replace("status,", "status,exclusion reason,")
        + f"QZX990000,included,,{tail}\n{PERSON},excluded,artefact,{tail}\n"
    )
    assert import_worksheet(study, file, WorksheetOptions()).n_rows == 2
    [target] = pull(study).targets
    assert target.status == "absent"
    assert archive.asked == []


def test_what_is_reported_names_nobody(
    study: StudyFolder, archive: MadeUpArchive, two_exams: tuple[str, str], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01", "QZX990000,included,2024-03-02")
    report = pull(study, PullChoice(every_exam=True))
    text = f"{report.as_json()}{report!r}"
    for planted in (PERSON, "QZX990000", "PLANTED", "ACC1", "2024-03-01", "20240301", *two_exams):
        assert planted not in text


def test_an_object_that_names_another_person_is_counted(
    study: StudyFolder, archive: MadeUpArchive, exam: list[bytes], tmp_path: Path
) -> None:
    enter(study, tmp_path, f"{PERSON},included,2024-03-01")
    held = archive.objects[min(archive.objects)]
    uid = sorted(held)[0]
    other = dcmread(BytesIO(held[uid]))
    other.PatientID = "QZX777777"
    stream = BytesIO()
    other.save_as(stream)
    held[uid] = stream.getvalue()
    report = pull(study)
    counted = sum(one.n_other_subject + one.outcomes.get("quarantined", 0) for one in report.exams[0].series)
    assert counted >= 1
