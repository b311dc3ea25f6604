// On which side of the outcome each grade stands.
import { Segments } from "../../design/Field";
import styles from "./Protocol.module.css";
import { valueAt, withValue, type Values } from "./values";

type Side = "positive" | "neither" | "negative";

export function Outcome({ values, onChange }: { values: Values; onChange: (values: Values) => void }) {
  const list = (key: string) => (valueAt(values, key) ?? []) as string[];
  const grades = list("grades");
  const sideOf = (grade: string): Side =>
    list("outcome.positive").includes(grade) ? "positive" : list("outcome.negative").includes(grade) ? "negative" : "neither";
  const put = (grade: string, side: Side) => {
    const inOrder = (wanted: Side) => grades.filter((one) => (one === grade ? side : sideOf(one)) === wanted);
    onChange(withValue(withValue(values, "outcome.positive", inOrder("positive")), "outcome.negative", inOrder("negative")));
  };
  const choices = [
    { id: "negative", label: String(valueAt(values, "outcome.negative_label") || "negative") },
    { id: "neither", label: "neither" },
    { id: "positive", label: String(valueAt(values, "outcome.positive_label") || "positive") },
  ] as const;
  return (
    <div className={styles["rows"]} role="group" aria-label="Grades on each side">
      {grades.map((grade) => (
        <div key={grade} className={styles["named"]}>
          <strong>{grade}</strong>
          <Segments hideLabel label={`Side of ${grade}`} choices={choices} value={sideOf(grade)} onChange={(side) => put(grade, side)} />
        </div>
      ))}
    </div>
  );
}
