// A copy of the key that leads from codes to persons: what it is, where a copy belongs, and saving one.
import { useState, type FormEvent } from "react";

import { copyKey } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Window } from "../../design/Window";
import { Term } from "../shell/Term";
import { useDoing } from "../shell/useDoing";
import styles from "./Keep.module.css";

const NAME = "adcurate-study.key";

export function KeyPart({ isOwnComputer }: { isOwnComputer: boolean }) {
  const [asks, setAsks] = useState(false);
  const [saved, setSaved] = useState(false);
  return (
    <>
      <h2>The key to the persons</h2>
      <p>
        Names and hospital numbers lie encrypted in the study's <Term word="vault">vault</Term>; the key is on this computer, outside it. If this disk
        fails, a backup without a copy of the key leads to nobody any more.
      </p>
      <p>
        A copy belongs where the hospital keeps what identifies patients: an encrypted stick in a locked drawer, or the
        department's safe folder. Never beside a backup, never in a mail: together they name every patient.
      </p>
      {saved ? (
        <Notice good>
          <p>
            Your browser saved <span className="mono">{NAME}</span>, mostly among your downloads. Move it to its safe place
            now, and leave none behind. The log says that you took it.
          </p>
        </Notice>
      ) : null}
      {isOwnComputer ? (
        <Button onPress={() => setAsks(true)}>Save a copy of the key</Button>
      ) : (
        <p className="soft">A copy is saved at the computer that serves the study.</p>
      )}
      {asks ? (
        <KeyWindow
          onClose={() => setAsks(false)}
          onSaved={() => {
            setAsks(false);
            setSaved(true);
          }}
        />
      ) : null}
    </>
  );
}

function KeyWindow({ onClose, onSaved }: { onClose: () => void; onSaved: () => void }) {
  const [password, setPassword] = useState("");
  const doing = useDoing();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => {
      save(await copyKey(password));
      onSaved();
    });
  };
  return (
    <Window title="Save a copy of the key" isOpen onClose={onClose}>
      <form className={styles["form"]} onSubmit={submit}>
        <p>With this file and the study anybody can tell which patient a code stands for. The log names you.</p>
        <TextLine label="Your password" type="password" value={password} onChange={setPassword} autoFocus isRequired autoComplete="current-password" />
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["row"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || !password}>
            Save it
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </form>
    </Window>
  );
}

function save(content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = NAME;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
