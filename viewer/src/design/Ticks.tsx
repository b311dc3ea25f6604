// How far a list is: one tick for each case, empty, half or full.
import styles from "./Ticks.module.css";

type Props = { label: string; states: readonly ("open" | "drafted" | "locked" | "amending")[]; next?: number };

export function Ticks({ label, states, next = -1 }: Props) {
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
