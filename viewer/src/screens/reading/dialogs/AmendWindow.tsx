// A locked reading is opened again as a new version, with a reason; the locked one stays.
import { useState } from "react";

import { Button } from "../../../design/Button";
import { TextLine } from "../../../design/Field";
import { Failure } from "../../../design/Notice";
import { Window } from "../../../design/Window";
import type { Reading } from "../state/reading";
import styles from "../reading.module.css";

interface Props {
  readonly reading: Reading;
  readonly onAmend: (reason: string) => Promise<void>;
}

export function AmendWindow({ reading, onAmend }: Props) {
  const [reason, setReason] = useState("");
  const [error, setError] = useState<unknown>(null);
  return (
    <Window title={`Amend ${reading.open.facts.label}`} isOpen onClose={() => reading.show(null)}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          onAmend(reason).catch(setError);
        }}
      >
        <p>A new version is opened for drawing. The locked one stays, and so does your reason.</p>
        <TextLine label="Reason" value={reason} onChange={setReason} maxLength={500} isRequired autoFocus />
        {error ? <Failure error={error} /> : null}
        <Button kind="main" type="submit" isDisabled={reason.trim() === ""}>
          Open it again
        </Button>
      </form>
    </Window>
  );
}
