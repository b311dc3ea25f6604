// Lesions that became ready after the reading began: told of, and given to the readers while that may be.
import { useState, type FormEvent } from "react";

import { giveLesions, type DesignPage } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Window } from "../../design/Window";
import { useActions } from "../shell/actions";
import { Link } from "../shell/Link";
import { useDoing } from "../shell/useDoing";
import { many } from "../shell/words";
import styles from "./Coordinator.module.css";

/** Said before the reading begins, and while nothing waits. */
export const UNTIL_WHEN =
  "Lesions whose exam or pointer comes later can still be given to the readers, until the outcomes are opened or results are made.";

/** What the button says, here and on the page that leads here. */
export const giving = (count: number): string => `Give ${many(count, "new lesion")} to the readers`;

/** Said before outcomes are opened or results are made. */
export const lastChance = (count: number): string =>
  `${many(count, "lesion")} more could be read, and no reader has ${count === 1 ? "it" : "them"}. After this it is too late: a coordinator gives ${count === 1 ? "it" : "them"} to the readers under Design before.`;

type Props = { page: DesignPage; onGiven: (page: DesignPage) => void };

export function NewLesions({ page, onGiven }: Props) {
  const [asking, setAsking] = useState(false);
  const { ready, without_pointer: unpointed, too_late: tooLate } = page.late;
  const canGive = ready.length > 0 && !tooLate;
  useActions(canGive ? [{ key: "g", name: giving(ready.length), run: () => setAsking(true) }] : []);
  return (
    <section className={styles["block"]} aria-labelledby="new-lesions">
      <h2 id="new-lesions">New lesions</h2>
      {tooLate ? (
        ready.length > 0 ? (
          <Notice>
            <p>{tooLate}</p>
            <p>No reader has {many(ready.length, "lesion")}:</p>
            <Keys keys={ready} />
          </Notice>
        ) : (
          <p className="soft">{tooLate}</p>
        )
      ) : canGive ? (
        <>
          <p>
            {many(ready.length, "lesion")} became ready after the reading began. No reader has {ready.length === 1 ? "it" : "them"} yet:
          </p>
          <Keys keys={ready} />
          <div className={styles["ends"]}>
            <Button kind="main" onPress={() => setAsking(true)}>
              {giving(ready.length)}
            </Button>
          </div>
        </>
      ) : (
        <p className="soft">None waits. {UNTIL_WHEN}</p>
      )}
      {unpointed.length > 0 && !tooLate ? (
        <>
          <p>
            {many(unpointed.length, "lesion")} could be given, but for the <Link to="/pointers">pointer</Link>:
          </p>
          <Keys keys={unpointed} />
        </>
      ) : null}
      {asking ? (
        <Give
          page={page}
          onClose={() => setAsking(false)}
          onGiven={(given) => {
            setAsking(false);
            onGiven(given);
          }}
        />
      ) : null}
    </section>
  );
}

function Keys({ keys }: { keys: readonly string[] }) {
  return (
    <p className={styles["keys"]} tabIndex={0} role="group" aria-label="Their names">
      {keys.join("  ")}
    </p>
  );
}

function Give({ page, onClose, onGiven }: Props & { onClose: () => void }) {
  const [reason, setReason] = useState("");
  const doing = useDoing();
  const { late, rules } = page;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void doing.start(async () => onGiven(await giveLesions(reason.trim())));
  };
  return (
    <Window title={giving(late.ready.length)} isOpen onClose={onClose}>
      <p>
        What is new comes behind what each reader has, in an order from the seed; nothing that was given moves. Every lesion that
        is ready is given, and no reader is told which cases are new. New cases:{" "}
        {Object.entries(late.cases)
          .map(([reader, count]) => `${reader} ${count}`)
          .join(", ")}
        .
      </p>
      {rules.sessions > 1 ? (
        <p>
          A reader who waits for the next session reads them first; its {many(rules.washout_days, "day")} then count from the
          last of them. Who has begun a later session reads them there, and again in one of their own.
        </p>
      ) : null}
      <form onSubmit={submit} className={styles["form"]}>
        <TextLine
          label="Why now"
          value={reason}
          onChange={setReason}
          hint="The log and the report tell it, with the date."
          lines
          autoFocus
          isRequired
        />
        {doing.error ? <Failure error={doing.error} /> : null}
        <div className={styles["ends"]}>
          <Button kind="main" type="submit" isDisabled={doing.busy || !reason.trim()}>
            {doing.busy ? "Working …" : "Give"}
          </Button>
          <Button onPress={onClose}>Cancel</Button>
        </div>
      </form>
    </Window>
  );
}
