// The flow of participants as far as it can be told before anything is measured: each box is the one before it less those
// who left.
import type { FlowStage } from "../../../api";
import styles from "./Exams.module.css";

export function Flow({ stages }: { stages: readonly FlowStage[] }) {
  return (
    <ol className={styles["flow"]} aria-label="Flow of participants">
      {stages.map((stage) => (
        <li key={stage.label}>
          <div className={styles["stage"]}>
            <span className={styles["n"]}>{stage.n}</span>
            <span>{stage.label}</span>
          </div>
          {stage.left_out.length > 0 ? (
            <ul className={styles["left"]} aria-label={`Left out after: ${stage.label}`}>
              {stage.left_out.map(({ reason, n }) => (
                <li key={reason}>
                  <span className={styles["less"]}>{n}</span> {reason}
                </li>
              ))}
            </ul>
          ) : null}
        </li>
      ))}
    </ol>
  );
}
