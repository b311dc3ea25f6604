// How far a list is: one tick for each case, empty, half or full.
import styles from "./Ticks.module.css";

type Props = { label: string; states: readonly ("open" | "drafted" | "locked" | "amending")[]; next?: number };

/** So many ticks are still a picture of the list; of more, a line says how far it is. */
const MOST = 400;

export function Ticks({ label, states, next = -1 }: Props) {
  if (states.length > MOST) {
    const locked = states.filter((state) => state === "locked").length;
    return (
      <div role="img" aria-label={label} className={styles["line"]}>
        <span style={{ width: `${(100 * locked) / states.length}%` }} />
      </div>
    );
  }
  return (
    <div role="img" aria-label={label} className={styles["ticks"]}>
      {states.map((state, at) => (
        <span
          key={at}
          className={[styles["tick"], styles[state], at === next ? styles["next"] : ""].filter(Boolean).join(" ")}
        />
      ))}
    </div>
  );
}
