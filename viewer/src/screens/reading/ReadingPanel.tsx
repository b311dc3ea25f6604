// The right side: what the server measured (where the protocol shows it), what is wrong with a region, the regions and
// rulers, and what the reader says besides drawing.
import { useEffect, useRef } from "react";

import { Button } from "../../design/Button";
import type { Actions } from "./commands";
import { DrawnPart } from "./DrawnPart";
import { NumbersPart } from "./NumbersPart";
import { ProblemsPart } from "./ProblemsPart";
import type { Reading } from "./state/reading";
import { WantedPart } from "./WantedPart";
import styles from "./reading.module.css";

/** The id of the comment's field, to which a key leads. */
export const COMMENT = "comment";

interface Props {
  readonly reading: Reading;
  readonly act: Actions;
}

export function ReadingPanel({ reading, act }: Props) {
  const { draft, isOpen, list, open } = reading;
  const next = list.items.some((one) => one.state !== "locked" && one.item !== open.facts.item);
  return (
    <aside className={styles["panel"]} aria-label="This reading">
      <NumbersPart reading={reading} />
      <ProblemsPart reading={reading} />
      <WantedPart reading={reading} act={act} />
      <DrawnPart reading={reading} />
      {reading.list.wants.confidence ? <Confidence reading={reading} /> : null}
      <label className={styles["comment"]}>
        Comment
        <Comment reading={reading} />
      </label>
      {draft.cannot_assess ? (
        <p className={styles["cannot"]}>
          Cannot assess: {draft.cannot_assess.reason.replaceAll("-", " ")}{" "}
          {isOpen ? (
            <Button kind="quiet" onPress={() => reading.edit({ ...draft, cannot_assess: null })}>
              take back
            </Button>
          ) : null}
        </p>
      ) : null}
      <div className={styles["finish"]}>
        {isOpen ? (
          <>
            <Button kind="main" large onPress={() => reading.show("lock")}>
              Lock this reading <kbd>Enter</kbd>
            </Button>
            <Button kind="quiet" onPress={() => reading.show("cannot-assess")}>
              Cannot assess …
            </Button>
          </>
        ) : (
          <>
            <Button kind="main" large onPress={act.next}>
              {next ? "Next case" : "Back to the list"} <kbd>Enter</kbd>
            </Button>
            <Button kind="quiet" onPress={() => reading.show("amend")}>
              Amend with a reason …
            </Button>
          </>
        )}
      </div>
    </aside>
  );
}

function Confidence({ reading }: { reading: Reading }) {
  const { draft, isOpen } = reading;
  return (
    <fieldset className={styles["confidence"]} disabled={!isOpen}>
      <legend>Confidence</legend>
      {[1, 2, 3, 4, 5].map((step) => (
        <label key={step}>
          <input
            type="radio"
            name="confidence"
            checked={draft.confidence === step}
            onChange={() => reading.edit({ ...draft, confidence: step })}
          />
          <span>{step}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** Kept when it is left or after a pause in typing, so that every letter is not an edit of its own. */
function Comment({ reading }: { reading: Reading }) {
  const field = useRef<HTMLTextAreaElement>(null);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  const { comment } = reading.draft;
  useEffect(() => {
    const area = field.current;
    if (area && document.activeElement !== area) area.value = comment;
  }, [comment]);
  const keep = (text: string) => {
    clearTimeout(pause.current);
    if (text !== reading.draft.comment) reading.edit({ ...reading.draft, comment: text });
  };
  return (
    <textarea
      ref={field}
      id={COMMENT}
      rows={2}
      maxLength={2000}
      defaultValue={comment}
      disabled={!reading.isOpen}
      onChange={(event) => {
        const text = event.target.value;
        clearTimeout(pause.current);
        pause.current = setTimeout(() => keep(text), 600);
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape") event.currentTarget.blur();
      }}
      onBlur={(event) => keep(event.target.value)}
    />
  );
}
