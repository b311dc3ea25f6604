// What a design would make: how many cases for whom, and what it lacks.
import type { Preview } from "../../api";
import { Table } from "../../design/Table";
import { AskedPart } from "../shell/Asked";
import { Link } from "../shell/Link";
import type { Answer } from "../shell/useAnswer";
import { many } from "../shell/words";
import styles from "./Coordinator.module.css";

export function PreviewedDesign({ answer, begun }: { answer: Answer<Preview>; begun: boolean }) {
  const preview = answer.error ? null : answer.value;
  if (!preview) return <AskedPart answer={answer} />;
  const sessions = Math.max(0, ...Object.values(preview.cases).map((cases) => cases.length));
  const columns = [
    { label: "Reader" },
    ...Array.from({ length: sessions }, (_, at) => ({ label: `Session ${at + 1}`, number: true })),
  ];
  return (
    <section className={styles["block"]}>
      <h2>
        {many(preview.n_lesions, "lesion")} {begun ? "given to the readers" : "to read"}
      </h2>
      {preview.problems.length > 0 ? (
        <ul className={styles["problems"]}>
          {preview.problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      ) : null}
      {sessions > 0 ? (
        <Table columns={columns}>
          {Object.entries(preview.cases).map(([reader, cases]) => (
            <tr key={reader}>
              <th scope="row">{reader}</th>
              {columns.slice(1).map((column, at) => (
                <td key={column.label} className="number">
                  {cases[at] ?? ""}
                </td>
              ))}
            </tr>
          ))}
        </Table>
      ) : null}
      {preview.n_repeats > 0 || preview.n_training > 0 ? (
        <p className="soft">
          Each reader: {many(preview.n_repeats, "repeat")} among them, {many(preview.n_training, "training case")} before.
        </p>
      ) : null}
      <Lacking keys={preview.without_pointer}>
        {many(preview.without_pointer.length, "lesion")} without a <Link to="/pointers">pointer</Link>
      </Lacking>
      <Lacking keys={preview.without_exam}>{many(preview.without_exam.length, "lesion")} without an <Link to="/images">exam</Link></Lacking>
    </section>
  );
}

function Lacking({ keys, children }: { keys: readonly string[]; children: React.ReactNode }) {
  if (keys.length === 0) return null;
  return (
    <div>
      <p>{children}</p>
      <p className={styles["keys"]} tabIndex={0} role="group" aria-label="Their names">
        {keys.join("  ")}
      </p>
    </div>
  );
}
