// The reading page: four images, tools on the left, numbers and words on the right; one case after the other.
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";

import { onSignedIn, Refusal } from "../../api";
import { Button } from "../../design/Button";
import { Failure, Waiting } from "../../design/Notice";
import type { Point2 } from "../../regions/ring";
import { goTo } from "../shell/place";
import { amend, areStale, lock, readList, type Feedback } from "./case";
import { commandFor, type Actions } from "./commands";
import { AmendWindow } from "./dialogs/AmendWindow";
import { CannotAssessWindow } from "./dialogs/CannotAssessWindow";
import { ConflictBar } from "./dialogs/ConflictBar";
import { FindWindow, KeysWindow } from "./dialogs/KeysWindow";
import { LockWindow } from "./dialogs/LockWindow";
import { Panes } from "./panes/Panes";
import { paintReading } from "./panes/overlay";
import type { PaneActions } from "./panes/PaneView";
import { placeAt } from "./pointer/place";
import styles from "./reading.module.css";
import { COMMENT, ReadingPanel } from "./ReadingPanel";
import { SaveMark } from "./SaveMark";
import { openEditStore, passingEditStore, type EditStore } from "./saving/edit-store";
import { thisTab } from "./saving/tab";
import { Board } from "./state/board";
import { Cases, fillAll } from "./state/cases";
import { Reading } from "./state/reading";
import { ToolRail } from "./ToolRail";

const cases = new Cases();
let editStore: Promise<EditStore> | undefined;

export default function ReadingScreen({ item }: { item: string }) {
  const [board] = useState(() => new Board());
  const [reading, setReading] = useState<Reading | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState<{ feedback: Feedback | null }>({ feedback: null });

  useEffect(() => {
    let left = false;
    let opened: Reading | null = null;
    setError(null);
    openReading(item, board, round.feedback).then(
      (one) => {
        if (left) return one.close();
        opened = one;
        one.onStale = () => setRound({ feedback: null });
        void one.begin();
        setReading(one);
      },
      (thrown: unknown) => {
        if (!left) setError(thrown);
      },
    );
    return () => {
      left = true;
      opened?.close();
    };
  }, [item, board, round]);

  const again = useCallback((feedback: Feedback | null) => setRound({ feedback }), []);
  if (error) {
    return (
      <main className={styles["alone"]}>
        <Failure error={error} />
        <Button onPress={() => goTo("/")}>Back to the list</Button>
      </main>
    );
  }
  if (!reading) return <Waiting>Opening the case</Waiting>;
  return <Room reading={reading} board={board} onAgain={again} />;
}

async function openReading(item: string, board: Board, feedback: Feedback | null): Promise<Reading> {
  editStore ??= openEditStore().catch(passingEditStore);
  const [open, list, store, tab] = await Promise.all([cases.take(item), readList(), editStore, thisTab()]);
  const reading = new Reading(open, list, { reader: list.reader, tab }, store, board, feedback);
  const next = list.items.find((one) => one.state !== "locked" && one.item !== item)?.item;
  void fillAll(open)
    .then(() => (next ? cases.ahead(next) : undefined))
    .catch(() => undefined);
  cases.keepOnly(next ? [item, next] : [item]);
  return reading;
}

interface RoomProps {
  readonly reading: Reading;
  readonly board: Board;
  readonly onAgain: (feedback: Feedback | null) => void;
}

function Room({ reading, board, onAgain }: RoomProps) {
  const version = useSyncExternalStore(reading.subscribe, () => reading.version);
  const current = useRef(reading);
  current.current = reading;
  const act = useMemo<Actions>(
    () => ({
      next: () => void readList().then(({ next }) => goTo(next ? `/read/${next}` : "/")),
      leave: () => goTo("/"),
      write: () => document.getElementById(COMMENT)?.focus(),
    }),
    [],
  );
  const actions = useMemo(() => paneActions(() => current.current), []);
  useKeys(() => current.current, act);
  useEffect(() => {
    const retry = () => current.current.retrySaving();
    const warn = (event: BeforeUnloadEvent) => {
      if (current.current.saving.kind === "refused") event.preventDefault();
    };
    const stop = onSignedIn(retry);
    window.addEventListener("online", retry);
    window.addEventListener("focus", retry);
    window.addEventListener("beforeunload", warn);
    return () => {
      stop();
      window.removeEventListener("online", retry);
      window.removeEventListener("focus", retry);
      window.removeEventListener("beforeunload", warn);
    };
  }, []);

  const sign = useCallback(
    async (password: string) => {
      if (!(await reading.flushed())) {
        throw new Refusal(0, "read.unsaved", "Not everything that was drawn is saved yet.", "Wait for the server, then sign.");
      }
      const answer = await lock(reading.open.facts, reading.revision, reading.lockKey, password).catch((thrown: unknown) => {
        if (areStale(thrown)) void reading.loadAgain();
        throw thrown;
      });
      reading.show(null);
      if (answer.numbers || answer.feedback) onAgain(answer.feedback);
      else goTo(answer.next ? `/read/${answer.next}` : "/");
    },
    [reading, onAgain],
  );
  const openAgain = useCallback(
    async (reason: string) => {
      await amend(reading.open.facts.item, reason);
      onAgain(null);
    },
    [reading, onAgain],
  );

  const { facts } = reading.open;
  const { list } = reading;
  return (
    <main className={styles["room"]}>
      <header className={styles["bar"]}>
        <button type="button" className={styles["textButton"]} onClick={act.leave}>
          ‹ List
        </button>
        <h1>{facts.label}</h1>
        <p>
          {facts.organ}
          {facts.kind === "training" ? " · training" : ""}
          {facts.state === "amending" ? " · amending" : ""}
        </p>
        <p className={styles["message"]} role="status">
          {reading.message}
        </p>
        <p className="soft">
          {list.done} of {list.total} locked
        </p>
        {facts.state === "locked" ? (
          <p className={styles["saveMark"]}>locked</p>
        ) : (
          <SaveMark state={reading.saving} onRetry={() => reading.retrySaving()} />
        )}
        <button
          type="button"
          className={styles["textButton"]}
          aria-pressed={board.isClose}
          onClick={() => reading.say(board.toggleCloseUp() ? "" : "The whole images.")}
        >
          {board.isClose ? "Whole images" : "Close up"} <kbd>⇧G</kbd>
        </button>
        {board.linked ? <p className={styles["linked"]}>linked</p> : null}
        <button type="button" className={styles["textButton"]} onClick={() => reading.show("keys")}>
          Keys <kbd>?</kbd>
        </button>
      </header>
      <ToolRail reading={reading} act={act} />
      <Panes board={board} version={version} actions={actions} />
      <ReadingPanel reading={reading} act={act} />
      <ConflictBar reading={reading} />
      <footer className={styles["foot"]}>For research use only. Not a medical device.</footer>
      {reading.window === "lock" ? <LockWindow reading={reading} onSign={sign} /> : null}
      {reading.window === "keys" ? <KeysWindow reading={reading} /> : null}
      {reading.window === "find" ? <FindWindow reading={reading} act={act} /> : null}
      {reading.window === "cannot-assess" ? <CannotAssessWindow reading={reading} /> : null}
      {reading.window === "amend" ? <AmendWindow reading={reading} onAmend={openAgain} /> : null}
    </main>
  );
}

function paneActions(reading: () => Reading): PaneActions {
  const told = (at: number, point: Point2, event: PointerEvent, tell: "down" | "move" | "up") => {
    const one = reading();
    const place = placeAt(one.board, at, point, event.shiftKey);
    if (!place) return;
    one.byKeyboard = false;
    one.tool[tell](place);
    one.changed();
  };
  return {
    paint: (at, canvas) => paintReading(reading(), at, canvas),
    press: (at, point, event) => told(at, point, event, "down"),
    drag: (at, point, event) => told(at, point, event, "move"),
    release: (at, point, event) => told(at, point, event, "up"),
    double: () => {
      const one = reading();
      one.tool.finish();
      one.changed();
    },
  };
}

/** Keys belong to the page unless something is being typed or a window is open. */
function useKeys(reading: () => Reading, act: Actions): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      const one = reading();
      const target = event.target as HTMLElement;
      const typing = target.matches("input:not([type=radio]), textarea, select, [contenteditable]");
      if (one.window !== null || typing || document.querySelector("[role=dialog]")) return;
      const onButton = target.closest("button, a, [role=button]") && (event.key === "Enter" || event.key === " ");
      const command = onButton ? null : commandFor(event);
      if (!command) return;
      event.preventDefault();
      command.run(one, act);
    };
    // A button that was clicked with the mouse gives the keys back to the images.
    const clicked = (event: MouseEvent) => {
      const button = (event.target as HTMLElement).closest("main button");
      if (event.detail > 0 && button && document.activeElement === button) (button as HTMLElement).blur();
    };
    window.addEventListener("keydown", pressed);
    window.addEventListener("click", clicked);
    return () => {
      window.removeEventListener("keydown", pressed);
      window.removeEventListener("click", clicked);
    };
  }, [reading, act]);
}
