// A backup becomes a study again, in a new folder: never over one that is there.
import { useState, type FormEvent } from "react";

import { openBackup, type MadeStudy, type WelcomeState } from "../../api/welcome";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure, Notice, Waiting } from "../../design/Notice";
import { useDoing } from "../shell/useDoing";
import styles from "./Welcome.module.css";

export function BackupForm({ state, onOpen }: { state: WelcomeState; onOpen: (path: string) => void }) {
  const [file, setFile] = useState("");
  const [name, setName] = useState("");
  const [folder, setFolder] = useState(state.folder);
  const [key, setKey] = useState("");
  const [made, setMade] = useState<MadeStudy | null>(null);
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => setMade(await openBackup({ file, name, folder, key_file: key })));
  };
  return (
    <section className={styles["card"]} aria-labelledby="backup">
      <h2 id="backup">Open a backup</h2>
      {made ? (
        <>
          <Notice good={made.key_is_here}>
            <p>
              Every byte is what was backed up. The study: <span className="mono">{made.path}</span>
            </p>
            {made.key_is_here ? null : (
              <p>
                Its key is not here, and codes lead to nobody without it. Put it at <span className="mono">{made.key_file}</span>
              </p>
            )}
          </Notice>
          <div className={styles["deeds"]}>
            <Button kind="main" onPress={() => onOpen(made.path)} autoFocus>
              Open the restored study
            </Button>
          </div>
        </>
      ) : (
        <form className={styles["form"]} onSubmit={submit}>
          <TextLine label="Backup file" value={file} onChange={setFile} placeholder="Its whole path; it ends in .adcurate" />
          <TextLine label="Name of the restored study" value={name} onChange={setName} hint="A new folder of that name is made; nothing is written over." />
          <TextLine label="Where the restored study goes" value={folder} onChange={setFolder} />
          <TextLine label="Key file" value={key} onChange={setKey} hint="Leave it empty where the key lies in its usual place on this computer." />
          {doing.error ? <Failure error={doing.error} /> : null}
          {doing.busy ? <Waiting>Checking and unpacking the backup</Waiting> : null}
          <div className={styles["deeds"]}>
            <Button type="submit" isDisabled={doing.busy || !file.trim() || !name.trim()}>
              Restore it
            </Button>
          </div>
        </form>
      )}
    </section>
  );
}
