// Keeping the study: backups and their drill, a check of everything stored; a subject who leaves, an exam of another's.
import { useState } from "react";

import {
  drillBackup,
  dropSchedule,
  makeBackup,
  readKept,
  setSchedule,
  verifyStudy,
  type Kept,
  type KeptBackup,
  type Work,
} from "../../api";
import { Button } from "../../design/Button";
import { NumberLine, TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { many, moment } from "../shell/words";
import { useWork } from "../work/useWork";
import { WorkShown } from "../work/WorkShown";
import { FolderWindow } from "./FolderWindow";
import styles from "./Keep.module.css";
import { KeyPart } from "./KeyPart";
import { SubjectPart } from "./SubjectPart";
import { Told } from "./Told";

const KINDS = ["backup", "drill", "verify"];
const HOURS_A_YEAR = 24 * 366;

export default function KeepPage() {
  const answer = useAnswer(readKept);
  const { value: kept, error, again, set } = answer;
  const [told, setTold] = useState<Work | null>(null);
  const followed = useWork(KINDS, (work) => {
    setTold(work);
    again();
  });
  const doing = useDoing();
  const begin = (deed: () => Promise<Work>) =>
    void doing.start(async () => {
      setTold(null);
      followed.follow(await deed());
    });
  if (!kept) return <Asked title="Keep" answer={answer} />;
  const isBusy = doing.busy || followed.work?.state === "running" || followed.work?.state === "waiting";
  return (
    <>
      <Title under="A backup is the whole study in one file, written while people go on. The same file moves it to another computer.">
        Keep
      </Title>
      {doing.error || error ? <Failure error={doing.error ?? error} /> : null}
      <WorkShown followed={followed} waiting="Waiting for its turn" />
      {told ? <Told work={told} onDismiss={() => setTold(null)} /> : null}
      <div className={styles["halves"]}>
        <BackupPart kept={kept} isBusy={isBusy} onBackup={(folder) => begin(() => makeBackup(folder))} onKept={set} />
        <section className={styles["block"]} aria-labelledby="check">
          <h2 id="check">Is everything still there?</h2>
          <p>Every image, map and drawing is read and held against what was written. Nothing is changed.</p>
          <Button isDisabled={isBusy} onPress={() => begin(verifyStudy)}>
            Check everything
          </Button>
          <h2>To another computer</h2>
          <ol className={styles["way"]}>
            <li>Back up into a folder that the other computer can read: a disk that you carry.</li>
            <li>
              Carry a copy of the key (below) by another way; it is never in the backup. Without it the study opens there,
              but nobody can tell which person a code stands for.
            </li>
            <li>
              There, on the page that Adcurate opens with: “Open a backup”, with the key file. Every byte is checked on the
              way. In a terminal: <code>adcurate study restore FILE NEW_FOLDER --key-file KEY</code>
            </li>
          </ol>
          <KeyPart isOwnComputer={kept.is_own_computer} />
        </section>
      </div>
      <Backups kept={kept} isBusy={isBusy} onDrill={(file) => begin(() => drillBackup(file))} />
      <SubjectPart />
    </>
  );
}

type BackupProps = { kept: Kept; isBusy: boolean; onBackup: (folder: string) => void; onKept: (kept: Kept) => void };

function BackupPart({ kept, isBusy, onBackup, onKept }: BackupProps) {
  const { schedule } = kept;
  const [folder, setFolder] = useState(schedule?.folder ?? "");
  const [hours, setHours] = useState(schedule?.every_hours ?? 24);
  const [stay, setStay] = useState(schedule?.keep ?? 7);
  const [chooses, setChooses] = useState(false);
  const doing = useDoing();
  return (
    <section className={styles["block"]} aria-labelledby="backup">
      <h2 id="backup">Back up</h2>
      <TextLine
        label="Folder on the computer that serves the study"
        value={folder}
        onChange={setFolder}
        placeholder="The whole path, on another disk"
        hint={`Outside ${kept.study_folder}, best on another disk.`}
      />
      {kept.is_own_computer ? <Button onPress={() => setChooses(true)}>Choose a folder</Button> : null}
      {chooses ? <FolderWindow onChoose={setFolder} onClose={() => setChooses(false)} /> : null}
      <Button kind="main" isDisabled={isBusy || !folder.trim()} onPress={() => onBackup(folder)}>
        Back up now
      </Button>
      <h3>By itself, while the study is served</h3>
      <div className={styles["row"]}>
        <NumberLine label="Every how many hours" value={hours} least={1} most={HOURS_A_YEAR} onChange={setHours} />
        <NumberLine label="How many stay" value={stay} least={1} most={1000} onChange={setStay} />
      </div>
      <p className="soft">
        {schedule ? `Now every ${many(schedule.every_hours, "hour")} into ${schedule.folder}; the last ${schedule.keep} stay.` : "Now: none by itself."}
      </p>
      <div className={styles["row"]}>
        <Button
          isDisabled={doing.busy || !folder.trim()}
          onPress={() => void doing.start(async () => onKept(await setSchedule({ folder, every_hours: hours, keep: stay })))}
        >
          {schedule ? "Change the schedule" : "Back up by itself"}
        </Button>
        {schedule ? (
          <Button kind="quiet" isDisabled={doing.busy} onPress={() => void doing.start(async () => onKept(await dropSchedule()))}>
            None by itself
          </Button>
        ) : null}
      </div>
      {doing.error ? <Failure error={doing.error} /> : null}
    </section>
  );
}

function Backups({ kept, isBusy, onDrill }: { kept: Kept; isBusy: boolean; onDrill: (file: string) => void }) {
  return (
    <section className={styles["wide"]} aria-labelledby="backups">
      <h2 id="backups">Backups</h2>
      {kept.backups.length === 0 ? (
        <Notice>
          <p>None yet. A disk that fails today takes the study with it.</p>
        </Notice>
      ) : (
        <Table
          columns={[{ label: "When" }, { label: "File" }, { label: "Size", number: true }, { label: "Outcome" }, { label: "Try it", unseen: true }]}
        >
          {kept.backups.map((one) => (
            <tr key={one.at + one.file}>
              <th scope="row">{moment(one.at)}</th>
              <td className={`mono ${styles["file"]}`}>{one.file}</td>
              <td className="number">{one.n_bytes ? `${(one.n_bytes / 1e6).toFixed(1)} MB` : ""}</td>
              <td className={one.is_whole ? undefined : styles["fault"]}>{outcome(one)}</td>
              <td className="number">
                {one.is_whole && one.is_there ? (
                  <Button kind="quiet" isDisabled={isBusy} onPress={() => onDrill(one.file)} aria-label={`Try it: the backup of ${moment(one.at)}`}>
                    Try it
                  </Button>
                ) : null}
              </td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function outcome(one: KeptBackup): string {
  if (!one.is_whole) return `failed: ${one.outcome}`;
  return one.is_there ? "whole" : "not there now";
}
