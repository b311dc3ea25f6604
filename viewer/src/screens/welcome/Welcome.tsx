// The page before any study: one that was open before, a new one, the demo; and how to stop.
import { useCallback, useEffect, useState } from "react";

import { Refusal } from "../../api";
import { isOver } from "../../api/work";
import { endAdcurate, enterWelcome, makeDemo, openStudy, readWelcome, stopDemo, type WelcomeState } from "../../api/welcome";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Isolines } from "../../design/Isolines";
import { Mark } from "../../design/Mark";
import { Failure, Waiting } from "../../design/Notice";
import { Table } from "../../design/Table";
import { useDoing } from "../shell/useDoing";
import { useTitle } from "../shell/useTitle";
import { day } from "../shell/words";
import { BackupForm } from "./BackupForm";
import { NewStudyForm } from "./NewStudyForm";
import styles from "./Welcome.module.css";

const ASK_AGAIN_MS = 700;

/** The link's secret is taken out of the address at once: it works no second time. */
let entering: Promise<void> | null = null;
function enter(): Promise<void> {
  const secret = window.location.hash.slice(1);
  window.history.replaceState(null, "", window.location.pathname);
  entering ??= secret ? enterWelcome(secret) : Promise.resolve();
  return entering;
}

export default function Welcome() {
  useTitle("Welcome");
  const [state, setState] = useState<WelcomeState | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [isEnded, setEnded] = useState(false);
  const doing = useDoing();
  const ask = useCallback(() => void readWelcome().then(setState, setError), []);
  useEffect(() => void enter().then(ask, setError), [ask]);
  const isMaking = Boolean(state?.work && !isOver(state.work));
  useEffect(() => {
    if (!isMaking) return undefined;
    const timer = window.setInterval(ask, ASK_AGAIN_MS);
    return () => window.clearInterval(timer);
  }, [isMaking, ask]);

  const open = (path: string) =>
    void doing.start(async () => {
      window.location.href = await openStudy(path);
    });
  const end = () =>
    void doing.start(async () => {
      await endAdcurate();
      setEnded(true);
    });

  if (isEnded) {
    return (
      <Frame>
        <h1>Adcurate is closed</h1>
        <p>So are the studies that were opened here; everything that was saved is in them. You can close this tab.</p>
      </Frame>
    );
  }
  if (error) {
    return (
      <Frame>
        <h1>This page cannot be opened</h1>
        <Failure error={error} />
      </Frame>
    );
  }
  if (!state) return <Waiting>Opening</Waiting>;
  return (
    <Frame>
      <div>
        <h1>Your studies</h1>
        <p className="soft">They lie on this computer, and so does everything that you do here.</p>
      </div>
      {doing.error ? <Failure error={doing.error} /> : null}
      {doing.busy ? <Waiting>Opening the study</Waiting> : null}
      <Recent state={state} onOpen={open} isBusy={doing.busy} />
      <OpenByPath onOpen={open} isBusy={doing.busy} />
      <Demo state={state} ask={ask} onOpen={open} />
      <NewStudyForm state={state} onOpen={open} />
      <BackupForm state={state} onOpen={open} />
      <section className={styles["end"]} aria-label="Close">
        <p className="soft">
          Adcurate runs until you close it here, or the window in which it was started. Closing a tab does not stop it.
        </p>
        <Button onPress={end} isDisabled={doing.busy}>
          Close Adcurate
        </Button>
      </section>
    </Frame>
  );
}

function Frame({ children }: { children: React.ReactNode }) {
  return (
    <div className={styles["frame"]}>
      <header className={styles["head"]}>
        <Mark size="1.6em" /> Adcurate
      </header>
      <div className={styles["picture"]}>
        <Isolines />
      </div>
      <main className={styles["main"]}>{children}</main>
      <footer className={styles["foot"]}>Research use only. Not a medical device.</footer>
    </div>
  );
}

type OpenProps = { state: WelcomeState; onOpen: (path: string) => void; isBusy: boolean };

function Recent({ state, onOpen, isBusy }: OpenProps) {
  if (state.recent.length === 0) {
    return <p>None was opened here yet. Walk through the demo first, or begin your own.</p>;
  }
  return (
    <Table columns={[{ label: "Study" }, { label: "Folder" }, { label: "Opened" }, { label: "Open", unseen: true }]}>
      {state.recent.map((one) => (
        <tr key={one.path}>
          <th scope="row">{one.title || "cannot be read"}</th>
          <td className={`mono ${styles["path"]}`}>{one.path}</td>
          <td>{day(one.opened_at)}</td>
          <td className="number">
            {one.is_there ? (
              <Button onPress={() => onOpen(one.path)} isDisabled={isBusy} aria-label={`${one.is_open ? "Go on" : "Open"}: ${one.title}`}>
                {one.is_open ? "Go on" : "Open"}
              </Button>
            ) : (
              <span className="soft">not there now</span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function OpenByPath({ onOpen, isBusy }: { onOpen: (path: string) => void; isBusy: boolean }) {
  const [path, setPath] = useState("");
  return (
    <form
      className={styles["line"]}
      onSubmit={(event) => {
        event.preventDefault();
        onOpen(path);
      }}
    >
      <TextLine label="Open a study by its folder" value={path} onChange={setPath} placeholder="The folder that holds study.toml" />
      <Button type="submit" isDisabled={isBusy || !path.trim()}>
        Open
      </Button>
    </form>
  );
}

function Demo({ state, ask, onOpen }: { state: WelcomeState; ask: () => void; onOpen: (path: string) => void }) {
  const doing = useDoing();
  const { work } = state;
  const made = work?.state === "done" ? String(work.answer?.["path"] ?? "") : "";
  const isMaking = Boolean(work && !isOver(work));
  return (
    <section className={styles["card"]} aria-labelledby="demo">
      <h2 id="demo">Demo study to walk through</h2>
      <p>
        47 patients with images, drawings, results and a report. They are made up: a computer drew them so that the numbers
        come out like those of a published study. Making it takes some minutes; it goes to <span className="mono">{state.demo_folder}</span>.
      </p>
      {work?.state === "failed" ? <Failure error={Refusal.from(0, work.error)} /> : null}
      {doing.error ? <Failure error={doing.error} /> : null}
      <div className={styles["deeds"]}>
        {isMaking && work ? (
          <>
            <progress value={work.total ? work.done : undefined} max={work.total || 1} aria-label={work.step || "Making it"} />
            <span>{work.total ? `${work.step}, ${work.done} of ${work.total}` : "Making it"}</span>
            <Button onPress={() => void doing.start(() => stopDemo().then(ask))}>Stop</Button>
          </>
        ) : made ? (
          <Button kind="main" onPress={() => onOpen(made)}>
            Open the demo
          </Button>
        ) : (
          <Button onPress={() => void doing.start(() => makeDemo().then(ask))} isDisabled={doing.busy}>
            Make the demo
          </Button>
        )}
      </div>
    </section>
  );
}
