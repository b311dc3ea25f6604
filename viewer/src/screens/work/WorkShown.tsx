// How far long work is, with a way to stop it; why it failed; nothing once it is done, for the page tells that itself.
import { Label, ProgressBar } from "react-aria-components";

import { Refusal } from "../../api";
import { Button } from "../../design/Button";
import { Failure, Notice } from "../../design/Notice";
import type { FollowedWork } from "./useWork";
import { workName } from "./names";
import styles from "./WorkShown.module.css";

export function WorkShown({ followed, waiting }: { followed: FollowedWork; waiting: string }) {
  const { work, error, cancel, dismiss } = followed;
  if (!work || work.state === "done") return null;
  if (work.state === "failed") return <Failure error={Refusal.from(0, work.error)} />;
  if (work.state === "cancelled") {
    return (
      <Notice>
        <p>Stopped. What was done is kept; started again, it goes on from there.</p>
        <Button kind="quiet" onPress={dismiss}>
          Dismiss
        </Button>
      </Notice>
    );
  }
  const step = work.step || (work.behind.length ? `Waiting for: ${work.behind.map(workName).join(", ")}` : waiting);
  return (
    <div className={styles["work"]} aria-live="polite">
      <ProgressBar value={work.done} maxValue={work.total || 1} isIndeterminate={!work.total}>
        {({ percentage = 0 }) => (
          <>
            <div className={styles["line"]}>
              <Label>{step}</Label>
              <span>{work.total ? `${work.done} of ${work.total}` : ""}</span>
            </div>
            <div className={styles["bar"]}>
              <div className={styles["filled"]} style={{ inlineSize: `${percentage}%` }} />
            </div>
          </>
        )}
      </ProgressBar>
      <Button onPress={cancel}>Stop</Button>
      {error ? <Failure error={error} /> : null}
    </div>
  );
}
