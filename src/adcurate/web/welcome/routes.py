"""What the welcome page asks for. Every request but the first brings the key."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from adcurate import __version__
from adcurate.model.jsonable import as_jsonable
from adcurate.model.progress import Progress
from adcurate.study.folder import default_key_file
from adcurate.study.plan_start import PlanStart, template_offers
from adcurate.study.recent import recent_studies, remember_study
from adcurate.study.welcome import demo_place, demo_study, new_study, study_at, study_of_backup, usual_place
from adcurate.web.room.work.messages import WorkMessage, work_message
from adcurate.web.welcome.messages import (
    BackupMessage,
    KeyAnswer,
    MadeStudyAnswer,
    NewStudyMessage,
    OpenedAnswer,
    PathMessage,
    RecentStudyMessage,
    SecretMessage,
    TemplateMessage,
    WelcomeAnswer,
)
from adcurate.web.welcome.state import Welcome, needs_key, welcome_of

DEMO = "demo"

door = APIRouter(prefix="/api/welcome")
router = APIRouter(prefix="/api/welcome", dependencies=[Depends(needs_key)])


@door.post("/enter")
def enter(request: Request, given: SecretMessage) -> KeyAnswer:
    """Give the key for the link's secret, once."""
    return KeyAnswer(key=welcome_of(request).enter(given.secret))


@router.get("")
def read(request: Request) -> WelcomeAnswer:
    """Studies opened before, templates, and where a new study would go."""
    welcome = welcome_of(request)
    work = _demo_work(welcome)
    return WelcomeAnswer(
        version=__version__,
        folder=str(usual_place()),
        key_folder=str(default_key_file("").parent),
        demo_folder=str(demo_place()),
        templates=[TemplateMessage(**as_jsonable(one)) for one in template_offers()],
        recent=[
            RecentStudyMessage(
                path=one.path,
                title=one.title,
                opened_at=one.opened_at,
                is_there=one.is_there,
                is_open=welcome.started.is_open(one.path),
            )
            for one in recent_studies()
        ],
        work=work,
    )


@router.post("/studies", status_code=201)
def make(given: NewStudyMessage) -> MadeStudyAnswer:
    """Make a study; opening it is asked for next."""
    start = PlanStart(given.prevalence, given.asked)
    made = new_study(given.name, given.folder, given.template, given.language, start)
    remember_study(made.folder)
    return MadeStudyAnswer(path=str(made.folder.path), key_file=str(made.key_file), key_is_here=True)


@router.post("/backup", status_code=201)
def open_backup(given: BackupMessage) -> MadeStudyAnswer:
    """Make a study of a backup, every byte of it checked; opening it is asked for next."""
    made = study_of_backup(given.file, given.name, given.folder, given.key_file)
    remember_study(made.folder)
    return MadeStudyAnswer(
        path=str(made.folder.path), key_file=str(made.key_file), key_is_here=made.key_is_here
    )


@router.post("/open")
def open_study(request: Request, given: PathMessage) -> OpenedAnswer:
    """Start the study's server, and say where it is."""
    study = study_at(given.path)
    url = welcome_of(request).started.open(study)
    remember_study(study)
    # Whoever opens a new study here begins alone.
    return OpenedAnswer(url=url.replace("/first-administrator#", "/first-administrator?alone#"))


@router.post("/demo", status_code=202)
def make_demo(request: Request) -> WorkMessage:
    """Make the demo study, unless it is being made."""
    welcome = welcome_of(request)
    going = _demo_work(welcome)
    if going is not None and going.state in ("waiting", "running"):
        return going

    def task(progress: Progress) -> dict[str, str]:
        study = demo_study(progress)
        remember_study(study)
        return {"path": str(study.path)}

    return work_message(welcome.works.start(DEMO, "", task))


@router.delete("/demo")
def stop_demo(request: Request) -> WorkMessage | None:
    """Stop making the demo; made again, it begins anew."""
    welcome = welcome_of(request)
    going = _demo_work(welcome)
    return None if going is None else work_message(welcome.works.cancel(going.id))


@router.post("/end", status_code=204)
def end(request: Request) -> None:
    """Close Adcurate and every study that was opened here."""
    welcome_of(request).ended.set()


def _demo_work(welcome: Welcome) -> WorkMessage | None:
    works = welcome.works.all()
    return work_message(works[-1]) if works else None
