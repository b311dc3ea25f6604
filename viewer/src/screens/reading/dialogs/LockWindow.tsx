// The signature: what is being locked, the sentence that is signed, the password. Enter signs.
import { useState, type FormEvent } from "react";

import { Button } from "../../../design/Button";
import { TextLine } from "../../../design/Field";
import { Failure } from "../../../design/Notice";
import { Window } from "../../../design/Window";
import { SIGNATURE } from "../case";
import { problemWords } from "../ProblemsPart";
import type { Reading } from "../state/reading";
import { wantedOf } from "../state/wanted";
import styles from "../reading.module.css";

interface Props {
  readonly reading: Reading;
  readonly onSign: (password: string) => Promise<void>;
}

export function LockWindow({ reading, onSign }: Props) {
  const [password, setPassword] = useState("");
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const missing = whatIsMissing(reading);
  const sign = (event: FormEvent) => {
    event.preventDefault();
    if (busy || missing) return;
    setBusy(true);
    setError(null);
    onSign(password).catch((thrown: unknown) => {
      setError(thrown);
      setBusy(false);
    });
  };
  return (
    <Window title={`Lock ${reading.open.facts.label}`} isOpen onClose={() => reading.show(null)}>
      {missing ? (
        <>
          <p>{missing}</p>
          <Button kind="main" autoFocus onPress={() => reading.show(null)}>
            Back to the images
          </Button>
        </>
      ) : (
        <form onSubmit={sign} className={styles["form"]}>
          <p>{summary(reading)}</p>
          <p className={styles["meaning"]}>“{SIGNATURE}”</p>
          <input
            className="unseen"
            type="text"
            autoComplete="username"
            aria-label="Who signs"
            tabIndex={-1}
            readOnly
            value={reading.list.reader}
          />
          <TextLine
            label="Your password signs it"
            type="password"
            autoComplete="current-password"
            autoFocus
            value={password}
            onChange={setPassword}
          />
          {error ? <Failure error={error} /> : null}
          <div className={styles["ends"]}>
            <Button kind="main" large type="submit" isDisabled={busy || password === ""}>
              Sign and lock <kbd>Enter</kbd>
            </Button>
            <Button onPress={() => reading.show(null)}>Cancel</Button>
          </div>
        </form>
      )}
    </Window>
  );
}

function whatIsMissing(reading: Reading): string | null {
  const missing = wantedOf(reading).filter((one) => !one.isThere);
  if (missing[0]?.id === "lesion") {
    return "No lesion is drawn yet. Draw it, or say why it cannot be assessed (Shift+N).";
  }
  const problem = reading.draft.cannot_assess ? undefined : reading.numbers?.problems[0];
  if (problem) return `This cannot be locked yet. ${problemWords(problem)}${problem.repair ? " Shift+R offers a repair." : ""}`;
  const names = missing.map(({ name }) => name).join(" and ");
  return names ? `This study also asks for ${names}: see the list on the right.` : null;
}

function summary({ draft }: Reading): string {
  if (draft.cannot_assess) return `Cannot assess: ${draft.cannot_assess.reason.replaceAll("-", " ")}.`;
  const count = (role: string) => draft.contours.filter((contour) => contour.role === role).length;
  const parts = [
    `${count("lesion")} lesion ${count("lesion") === 1 ? "region" : "regions"}`,
    count("exclusion") > 0 ? `${count("exclusion")} excluded` : "",
    count("reference") > 0 ? "reference tissue" : "",
    draft.rulers.length > 0 ? `${draft.rulers.length} ${draft.rulers.length === 1 ? "ruler" : "rulers"}` : "",
    draft.confidence === null ? "" : `confidence ${draft.confidence}`,
  ];
  return `${parts.filter(Boolean).join(", ")}. After this it changes only by an amendment, with a reason that the report shows.`;
}
