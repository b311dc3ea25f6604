// The same case was saved elsewhere since this page loaded it. Both are on the images; the reader chooses, and
// neither is thrown away.
import { Button } from "../../../design/Button";
import type { Reading } from "../state/reading";
import styles from "../reading.module.css";

export function ConflictBar({ reading }: { reading: Reading }) {
  if (reading.saving.kind === "locked" && reading.saving.waiting > 0) {
    return (
      <section role="alertdialog" aria-label="Locked elsewhere" className={styles["conflict"]}>
        <p>This case was locked in another window. What was drawn here since is not part of it.</p>
        <Button kind="main" onPress={() => window.location.reload()}>
          Show the locked reading
        </Button>
      </section>
    );
  }
  if (reading.saving.kind !== "conflict") return null;
  const { theirs } = reading.saving;
  const regions = (n: number) => (n === 1 ? "1 region" : `${n} regions`);
  return (
    <section role="alertdialog" aria-label="Saved elsewhere" className={styles["conflict"]}>
      <p>
        This case was saved in another window too. <b>Here</b> (solid): {regions(reading.draft.contours.length)}.{" "}
        <b className={styles["theirs"]}>There</b> (dashed): {regions(theirs.draft?.contours.length ?? 0)}. Both stay in the record.
      </p>
      <Button kind="main" onPress={() => void reading.keepMine()}>
        Go on with what is here
      </Button>
      <Button onPress={() => void reading.takeTheirs()}>Go on with what is there</Button>
    </section>
  );
}
