// Handing the data over: a draft to look at, the lock, files to take away; a returned file that joins by id.
import { useState } from "react";

import {
  draftHandOver,
  handedOverFile,
  handedOverZip,
  lockAndHandOver,
  readHandOver,
  type HandedOver,
  type HandOverState,
  type Work,
} from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Window } from "../../design/Window";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { Term } from "../shell/Term";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many, moment } from "../shell/words";
import { useWork } from "../work/useWork";
import { WorkShown } from "../work/WorkShown";
import styles from "./HandOver.module.css";
import { Returned } from "./Returned";

export default function HandOverPage() {
  const answer = useAnswer(readHandOver);
  const { value: state, error, again } = answer;
  const [made, setMade] = useState<Work | null>(null);
  const [isLocking, setLocking] = useState(false);
  const followed = useWork(["draft", "hand-over"], (work) => {
    setMade(work);
    again();
  });
  const doing = useDoing();
  const begin = (deed: () => Promise<Work>) =>
    void doing.start(async () => {
      setMade(null);
      followed.follow(await deed());
    });
  if (!state) return <Asked title="Hand over" answer={answer} />;
  const isBusy = doing.busy || followed.work?.state === "running" || followed.work?.state === "waiting";
  return (
    <>
      <Title under="XLSX, CSV and SPSS with their codebook, an R script, SPSS syntax and files for REDCap. They hold outcomes, so taking one is noted.">
        Hand over
      </Title>
      {doing.error || error ? <Failure error={doing.error ?? error} /> : null}
      <WorkShown followed={followed} waiting="Waiting for its turn" />
      {made ? <Made work={made} /> : null}
      <div className={styles["halves"]}>
        <section className={styles["block"]} aria-labelledby="lock">
          <h2 id="lock">Lock and export</h2>
          <Standing state={state} />
          <div className={styles["row"]}>
            <Button isDisabled={isBusy || !state.n_rows} onPress={() => begin(draftHandOver)}>
              Look at a draft first
            </Button>
            <Button kind="main" isDisabled={isBusy || !state.n_rows || state.n_locked < state.n_readings} onPress={() => setLocking(true)}>
              Lock and export
            </Button>
          </div>
          {!state.n_rows ? <p className="soft">There are no subjects yet, so there is nothing to hand over.</p> : null}
          {state.n_locked < state.n_readings ? (
            <p className="soft">The data can be locked once every reading is; a draft can be made at any time.</p>
          ) : null}
        </section>
        <section className={styles["block"]} aria-labelledby="locks">
          <h2 id="locks">Locks</h2>
          {state.locks.length === 0 ? (
            <p className="soft">The data were not locked yet.</p>
          ) : (
            <Table columns={[{ label: "Lock" }, { label: "When" }, { label: "Digest" }, { label: "Why again" }]}>
              {state.locks.map((one) => (
                <tr key={one.version}>
                  <th scope="row">{one.version}</th>
                  <td>{moment(one.at)}</td>
                  <td className="mono" title={one.digest}>
                    {one.digest.slice(0, 12)}
                  </td>
                  <td>{one.reason}</td>
                </tr>
              ))}
            </Table>
          )}
        </section>
      </div>
      <section className={styles["wide"]} aria-labelledby="files">
        <h2 id="files">Files to take away</h2>
        {state.folders.length === 0 ? (
          <p className="soft">None yet. A draft or a locked export puts them here.</p>
        ) : (
          state.folders.map((folder) => <Folder key={folder.name} folder={folder} />)
        )}
      </section>
      <Returned />
      {isLocking ? (
        <LockWindow
          state={state}
          onClose={() => setLocking(false)}
          onLock={(why) => {
            setLocking(false);
            begin(() => lockAndHandOver(why));
          }}
        />
      ) : null}
    </>
  );
}

function Standing({ state }: { state: HandOverState }) {
  return (
    <dl className={styles["facts"]}>
      <dt>Rows of the worksheet</dt>
      <dd>{state.n_rows}</dd>
      <dt>Readings locked</dt>
      <dd>{state.n_readings ? `${state.n_locked} of ${state.n_readings}` : "none are asked for here"}</dd>
    </dl>
  );
}

function Made({ work }: { work: Work }) {
  const said = work.answer ?? {};
  const changes = Number(said["n_changes"] ?? 0);
  return (
    <Notice good>
      <p>
        {said["draft"] ? "Draft, nothing was locked." : "Locked and exported."} {many(Number(said["cases"]), "case")},{" "}
        {String(said["analysed"])} analysed; {many(Number(said["readings"]), "reading")}; {many(Number(said["n_files"]), "file")}.
      </p>
      <p>
        <Term word="digest">Digest</Term> of the data: <span className="mono">{String(said["digest"])}</span>
      </p>
      {changes > 0 ? <p>{many(changes, "value")} moved since the last lock: changes.csv lists each, before and now.</p> : null}
    </Notice>
  );
}

function Folder({ folder }: { folder: HandedOver }) {
  const isDraft = folder.name === "draft";
  return (
    <details className={styles["folder"]} open={!isDraft}>
      <summary>
        <strong>{isDraft ? "Draft" : folder.name}</strong> <span className="soft">{many(folder.files.length, "file")}</span>
      </summary>
      <p>
        <a href={handedOverZip(folder.name)} download>
          All of it, {folder.name}.zip
        </a>
      </p>
      <ul>
        {folder.files.map((file) => (
          <li key={file.name}>
            <a href={handedOverFile(folder.name, file.name)} download>
              {file.name}
            </a>
            <span className="soft">{size(file.n_bytes)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

const KB = 1000;
const size = (n: number) => (n < KB * KB ? `${Math.max(1, Math.round(n / KB))} kB` : `${(n / KB / KB).toFixed(1)} MB`);

function LockWindow({ state, onClose, onLock }: { state: HandOverState; onClose: () => void; onLock: (why: string) => void }) {
  const [why, setWhy] = useState("");
  return (
    <Window title="Lock and export" isOpen onClose={onClose}>
      <p>
        {many(state.n_rows, "row")} of the worksheet and {many(state.n_locked, "locked reading")} are locked under a{" "}
        <Term word="digest">digest</Term>. The numbers are brought up to date first, which may take minutes.
      </p>
      {state.locks.length > 0 ? (
        <TextLine
          label="Why the data changed since the last lock"
          value={why}
          onChange={setWhy}
          lines
          hint="Leave it empty if they did not: the same data keep the same lock."
        />
      ) : null}
      <div className={styles["row"]}>
        <Button kind="main" onPress={() => onLock(why)}>
          Lock and export
        </Button>
        <Button onPress={onClose}>Not now</Button>
      </div>
    </Window>
  );
}
