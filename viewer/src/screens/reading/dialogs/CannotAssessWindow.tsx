// Why there is nothing to draw.
import { useState } from "react";

import { Button } from "../../../design/Button";
import { OneOf, TextLine, type Choice } from "../../../design/Field";
import { Window } from "../../../design/Window";
import type { Reason } from "../../../regions/draft";
import type { Reading } from "../state/reading";
import styles from "../reading.module.css";

const REASONS: readonly Choice<Reason>[] = [
  { id: "no-lesion-seen", label: "No lesion seen" },
  { id: "artefact", label: "Artefact" },
  { id: "not-covered", label: "Not covered by the images" },
  { id: "other", label: "Other" },
];

export function CannotAssessWindow({ reading }: { reading: Reading }) {
  const before = reading.draft.cannot_assess;
  const [reason, setReason] = useState<Reason>(before?.reason ?? "no-lesion-seen");
  const [text, setText] = useState(before?.text ?? "");
  return (
    <Window title="Cannot assess" isOpen onClose={() => reading.show(null)}>
      <form
        className={styles["form"]}
        onSubmit={(event) => {
          event.preventDefault();
          reading.edit({ ...reading.draft, cannot_assess: { reason, text } });
          reading.show("lock");
        }}
      >
        <OneOf label="Reason" choices={REASONS} value={reason} onChange={setReason} />
        <TextLine label="In your words" value={text} onChange={setText} maxLength={500} isRequired={reason === "other"} />
        <div className={styles["ends"]}>
          <Button kind="main" type="submit">
            On to the signature
          </Button>
          <Button onPress={() => reading.show(null)}>Cancel</Button>
        </div>
      </form>
    </Window>
  );
}
