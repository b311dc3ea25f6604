"""Long work goes on by itself, one after the other, says how far it is, and stops where it is told to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.room_study import prescription
from tests.web.room.visiting import Served

from adcurate.errors import InputError, WebError
from adcurate.model.progress import Progress
from adcurate.phantom import simulate_exam, write_exam
from adcurate.study.receiving.add import add_exams
from adcurate.web.room.work.works import KEPT, Work, Works


@pytest.fixture
def works() -> Iterator[Works]:
    made = Works()
    yield made
    made.close()


def ended(works: Works, work: Work) -> Work:
    """The work once it is over."""
    for _ in range(600):
        if works.get(work.id).is_over:
            break
        time.sleep(0.02)
    return works.get(work.id)


def test_it_tells_how_far_it_is_and_what_it_gave(works: Works) -> None:
    seen, go_on = threading.Event(), threading.Event()

    def task(progress: Progress) -> dict[str, object]:
        progress("Adding", 3, 8)
        seen.set()
        go_on.wait(10)
        return {"stored": 8}

    work = works.start("add", "carla", task)
    assert seen.wait(10)
    now = works.get(work.id)
    assert (now.state, now.step, now.done, now.total, now.answer) == ("running", "Adding", 3, 8, None)
    second = works.start("run", "carla", lambda progress: {})
    assert (second.state, works.get(second.id).behind) == ("waiting", ("add",))
    third = works.start("backup", "carla", lambda progress: {})
    assert third.behind == ("add", "run")
    go_on.set()
    assert (ended(works, work).state, ended(works, work).answer) == ("done", {"stored": 8})
    assert (ended(works, second).state, ended(works, third).behind) == ("done", ())


def test_it_stops_at_its_next_item_and_never_starts_where_it_still_waits(works: Works) -> None:
    reached: list[int] = []
    started = threading.Event()

    def task(progress: Progress) -> dict[str, object]:
        for item in range(10_000):
            progress("Adding", item, 10_000)
            reached.append(item)
            started.set()
            time.sleep(0.002)
        return {}

    first, second = works.start("add", "carla", task), works.start("add", "carla", task)
    assert started.wait(10)
    assert works.cancel(second.id).state == "cancelled"
    works.cancel(first.id)
    assert ended(works, first).state == "cancelled" and len(reached) < 10_000
    n = len(reached)
    assert ended(works, works.start("run", "carla", lambda progress: {})).state == "done"
    assert len(reached) == n


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (InputError("input.empty", "Nothing there.", remedy="Look."), "input.empty"),
        (ValueError("/home/SECRET^NAME"), "internal.bug"),
    ],
)
def test_its_error_has_a_code_and_never_the_words_of_a_bug(
    works: Works, fault: Exception, code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def task(progress: Progress) -> dict[str, object]:
        raise fault

    found = ended(works, works.start("add", "carla", task))
    assert found.state == "failed" and found.error is not None
    assert found.error.code == code and "SECRET" not in str(found.error.as_json())
    printed = capsys.readouterr().err
    assert "SECRET" not in printed
    assert ("ValueError in adcurate.web.room.work.works, line " in printed) == (code == "internal.bug")


def test_what_ended_long_ago_is_forgotten_and_what_runs_never(works: Works) -> None:
    hold = threading.Event()

    def wait(progress: Progress) -> dict[str, object]:
        hold.wait(20)
        return {}

    for _ in range(KEPT + 20):
        last = works.start("add", "carla", lambda progress: {})
    ended(works, last)
    running = works.start("run", "carla", wait)
    assert len(works.all()) <= KEPT + 1 and works.all()[-1].id == running.id
    hold.set()
    with pytest.raises(WebError, match="no such thing"):
        works.get("unknown")


def test_a_page_follows_it_while_others_save(served: Served, tmp_path: Path) -> None:
    exam = simulate_exam(prescription("P1", 1))
    write_exam(exam, tmp_path / "export")

    def add(progress: Progress) -> dict[str, object]:
        return add_exams(served.room.study, [tmp_path / "export"], workers=0, progress=progress).as_json()

    served.add("carla", "coordinator")
    work = served.room.works.start("add", "carla", add)
    carla = served.visitor("carla")
    found = _until_over(lambda: carla.ask("GET", f"/api/work/{work.id}").json)
    assert found["state"] == "done" and found["error"] is None, found
    assert found["answer"]["stored"] == found["total"] == found["done"] > 0
    assert carla.ask("GET", "/api/work").json["works"][-1] == found
    again = served.room.works.start("add", "carla", add)
    found = _until_over(lambda: carla.ask("GET", f"/api/work/{again.id}").json)
    assert found["answer"]["duplicate"] == found["answer"]["received"]
    assert carla.ask("DELETE", f"/api/work/{again.id}").json["state"] == "done"


def _until_over(ask: Callable[[], dict[str, object]]) -> dict[str, object]:
    for _ in range(600):
        found = ask()
        if found.get("ended_at"):
            return found
        time.sleep(0.05)
    raise AssertionError(found)
