"""What a person sees while objects come in: who connects, what has come, and the receipt at the end.

Subjects stand here by their codes and series by the beginning of their stand-in UID; titles of senders
come escaped.
"""

from __future__ import annotations

import datetime
import signal
import threading
import time
from collections import Counter
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

from adcurate.cli.console import console, show_lines, show_next, show_table
from adcurate.dicom.network.receiver import ConnectionNote
from adcurate.study.folder import StudyFolder
from adcurate.study.receiving.receive import OpenReception, Reception
from adcurate.study.status import study_status

if TYPE_CHECKING:
    from rich.console import Group
    from rich.live import Live

_LOOK_EVERY_SECONDS = 0.5
_LINES_A_SECOND = 5
_ROWS = 20

_WORDS = {
    "address": "its address is none of the peers'",
    "called-title": "it calls us by another title",
    "calling-title": "its title and address are none of the peers'",
    "limit": "too many send at once; it may try again",
    "crowded": "too many connect at once without a word",
    "silent": "it said nothing",
    "slow": "it was too slow",
    "version": "it speaks another protocol",
    "unit-unknown": "it speaks another protocol",
    "unit-unexpected": "it speaks out of turn",
    "unit-too-long": "a unit is longer than allowed",
    "message-too-long": "an object is larger than allowed",
    "message-slow": "an object took too long",
    "idle": "it fell silent",
    "request": "its proposal cannot be read",
    "command": "it sent a request that cannot be read",
    "fragment": "it sent an object in pieces that do not fit",
    "context": "it sent something that was not agreed on",
    "internal.bug": "a bug of Adcurate; please report it",
    "closed": "the connection was lost",
    "web.unauthorized": "its token is missing or wrong",
    "web.forbidden": "it is a browser, or it calls this computer by another name",
    "web.not-found": "it asks for an address that is not there; objects go to /dicom-web/studies",
    "web.method": "it uses another method than POST",
    "web.not-acceptable": "it wants an answer of another kind",
    "web.busy": "too many send at once; it may try again",
    "web.media-type": "it sent something else than DICOM",
    "web.length-required": "its request does not say how long it is",
    "web.too-big": "its request or an object is larger than allowed",
    "web.slow": "its request stopped coming",
    "web.malformed": "its request cannot be read, or broke off",
    "store.disk-full": "the disk is full",
    "aborted": "the sender broke off",
    "stopped": "the receiver was stopped",
}


class WatchScreen:
    """Shows a reception as it goes on; lines of what happens go to standard error."""

    def __init__(self, only_json: bool) -> None:
        self._only_json = only_json
        self._lock = threading.Lock()
        self._second = 0
        self._lines_this_second = 0
        self._unsaid = 0
        self._reception: OpenReception | None = None
        self._live: Live | None = None
        self._shown: Reception | None = None

    def begin(self, reception: OpenReception, web_url: str | None) -> None:
        """Say where the receiver listens."""
        self._reception = reception
        receiver = reception.receiver
        if receiver is None or self._only_json:
            return
        where = receiver.listening
        show_lines([f"Receiving as {where.ae_title} at {where.address}, port {receiver.port}."])
        if web_url is not None:
            show_lines([f"Over the web: {web_url}"])
        if where.peers:
            allowed = ", ".join(f"{peer.ae_title} at {peer.address}" for peer in where.peers)
            show_lines([f"May send: {allowed}."])
        else:
            show_lines(["Only programs on this computer can reach it."])
        show_lines(["Nothing has come yet. Ctrl-C ends it with a receipt."])

    def note(self, note: ConnectionNote) -> None:
        """Write one line on what happened to a connection, a few lines a second at most."""
        with self._lock:
            second = int(time.monotonic())
            if second != self._second:
                self._second, self._lines_this_second = second, 0
            self._lines_this_second += 1
            if self._lines_this_second > _LINES_A_SECOND:
                self._unsaid += 1
                return
            unsaid, self._unsaid = self._unsaid, 0
        live = self._live
        out = live.console if live is not None else console(stderr=True)
        if unsaid:
            out.print(f"({unsaid} more connections)", soft_wrap=True)
        now = datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
        out.print(f"{now} {_sentence(note)}", soft_wrap=True)

    def refresh(self) -> None:
        """Show the newest count, if there is a newer one."""
        if self._reception is None or self._live is None:
            return
        receipt = self._reception.receipt()
        if receipt != self._shown:
            self._shown = receipt
            self._live.update(_picture(receipt), refresh=True)

    def __enter__(self) -> Self:
        from rich.live import Live

        out = console(stderr=True)
        if out.is_terminal and not self._only_json:
            self._live = Live("", console=out, auto_refresh=False)
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            live, self._live = self._live, None
            live.update("", refresh=True)
            live.stop()


def wait_for_stop(reception: OpenReception, screen: WatchScreen) -> None:
    """Wait for Ctrl-C or the end signal, or for trouble after which nothing can be kept."""
    stop = threading.Event()
    earlier: dict[int, Any] = {}

    def ask(number: int, frame: FrameType | None) -> None:
        stop.set()
        # Whoever asks twice does not want to wait for the senders.
        for one, handler in earlier.items():
            signal.signal(one, handler)

    for number in (signal.SIGINT, signal.SIGTERM):
        earlier[number] = signal.signal(number, ask)
    while not stop.wait(_LOOK_EVERY_SECONDS) and reception.trouble is None:
        screen.refresh()


def show_receipt(study: StudyFolder, receipt: Reception) -> None:
    """What came, at the end."""
    if not receipt.received and not receipt.skipped and not receipt.unanswered:
        show_lines(["Nothing was received."])
    else:
        show_lines([_totals(receipt)])
    if receipt.series:
        subjects = Counter(subject for subject, _ in receipt.series)
        rows = [
            [
                subject,
                str(subjects[subject]),
                str(sum(n for (s, _), n in receipt.series.items() if s == subject)),
            ]
            for subject in subjects
        ]
        show_table("Stored", ["subject", "series", "objects"], rows)
    if receipt.refused:
        rows = [[str(count), code] for code, count in receipt.refused.items()]
        show_table("Quarantined (bytes kept in the vault)", ["n", "code"], rows)
        show_lines(["What each code means and asks for: adcurate study quarantine"])
    if receipt.skipped:
        shown = ", ".join(f"{count} {reason}" for reason, count in receipt.skipped.items())
        show_lines([f"Left alone: {shown}"])
    if receipt.unanswered:
        shown = ", ".join(f"{count} {code}" for code, count in receipt.unanswered.items())
        show_lines([f"Not kept, and the senders were told so: {shown}"])
    show_next(study_status(study).next_step)


def _picture(receipt: Reception) -> Group:
    from rich.console import Group
    from rich.table import Table

    table = Table()
    table.add_column("subject")
    table.add_column("series")
    table.add_column("objects", justify="right")
    for (subject, series), count in list(receipt.series.items())[-_ROWS:]:
        table.add_row(subject, f"…{series[-8:]}", str(count))
    return Group(table, _totals(receipt)) if receipt.series else Group(_totals(receipt))


def _totals(receipt: Reception) -> str:
    return (
        f"{receipt.received} objects received = {receipt.stored} stored + {receipt.duplicate} known already"
        f" + {receipt.quarantined} quarantined"
    )


def _sentence(note: ConnectionNote) -> str:
    who = f"{note.title} at {note.address}" if note.title else note.address
    why = _WORDS.get(note.word, note.word)
    if note.event == "opened":
        return f"{who} sends."
    if note.event == "turned-away":
        return f"{who} was turned away: {why}."
    return f"{who} has finished." if note.word == "released" else f"{who} was cut off: {why}."
