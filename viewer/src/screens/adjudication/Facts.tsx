// What one of two readings says beside its outline; its numbers only where they may be seen.
import type { ReadingOfDispute } from "../../api";
import { adc } from "../shell/words";
import styles from "./Adjudication.module.css";

export function Facts({ reading, shown }: { reading: ReadingOfDispute; shown: boolean }) {
  const { cannot_assess, comment } = reading.draft;
  if (cannot_assess) return <p>Cannot assess: {[cannot_assess.reason, cannot_assess.text].filter(Boolean).join(", ")}</p>;
  const lesion = reading.numbers?.numbers.find((one) => one.region === "lesion" && one.is_record);
  if (!shown) return comment ? <p>Comment: {comment}</p> : null;
  return (
    <dl className={styles["facts"]}>
      <div>
        <dt>Mean, 10⁻³ mm²/s</dt>
        <dd>{adc(lesion?.mean)}</dd>
      </div>
      <div>
        <dt>Minimum</dt>
        <dd>{adc(lesion?.minimum)}</dd>
      </div>
      <div>
        <dt>Area, mm²</dt>
        <dd>{lesion?.area_mm2.toFixed(1) ?? "–"}</dd>
      </div>
      {comment ? (
        <div>
          <dt>Comment</dt>
          <dd>{comment}</dd>
        </div>
      ) : null}
    </dl>
  );
}
