// Cells that were changed here and, by a returned file or a worksheet, in the study: a person says of each which stands.
import { useState } from "react";

import { answerListQuestions, type GridColumn, type Patients } from "../../../api";
import { Button } from "../../../design/Button";
import { Segments } from "../../../design/Field";
import { Failure } from "../../../design/Notice";
import { Table } from "../../../design/Table";
import { useDoing } from "../../shell/useDoing";
import { many } from "../../shell/words";
import styles from "./List.module.css";

type Whose = "here" | "study";

type Props = {
  answer: Patients;
  columns: readonly GridColumn[];
  beforeAnswering: () => Promise<boolean>;
  versionNow: () => string;
  onAnswered: (answer: Patients) => void;
};

export function Questions({ answer, columns, beforeAnswering, versionNow, onAnswered }: Props) {
  const [said, setSaid] = useState<Record<string, Whose>>({});
  const doing = useDoing();
  const asked = answer.questions;
  const open = asked.filter((one) => !said[one.id]).length;
  const sayAll = (whose: Whose) => setSaid(Object.fromEntries(asked.map((one) => [one.id, whose])));
  const send = () =>
    doing.start(async () => {
      if (!(await beforeAnswering())) return;
      const of_study = asked.filter((one) => said[one.id] === "study").map((one) => one.id);
      onAnswered(await answerListQuestions({ based_on: versionNow(), worksheet: answer.worksheet, of_study }));
    });
  return (
    <section className={styles["faults"]} aria-labelledby="questions">
      <h2 id="questions">{many(asked.length, "cell")} changed here and in the study</h2>
      <p>
        A returned file or a worksheet corrected the study meanwhile. Its other corrections are in the list already; of these cells say which of the two
        stands. Nothing enters the study before.
      </p>
      <Table columns={[{ label: "Subject" }, { label: "Visit" }, { label: "Lesion" }, { label: "Cell" }, { label: "Here" }, { label: "In the study" }, { label: "What stands" }]}>
        {asked.map((one) => (
          <tr key={one.id}>
            <th scope="row" className="mono">
              {one.subject}
            </th>
            <td>{one.visit}</td>
            <td>{one.lesion}</td>
            <td>{one.column ? (columns.find((column) => column.name === one.column)?.label ?? one.column) : "the whole row"}</td>
            <td>{one.here || "(blank)"}</td>
            <td>{one.there || "(blank)"}</td>
            <td>
              <Segments<Whose>
                label={`What stands for ${one.subject}, ${one.column || "the whole row"}`}
                hideLabel
                value={said[one.id] ?? null}
                onChange={(whose) => setSaid({ ...said, [one.id]: whose })}
                choices={[
                  { id: "here", label: "here" },
                  { id: "study", label: "the study's" },
                ]}
              />
            </td>
          </tr>
        ))}
      </Table>
      {doing.error ? <Failure error={doing.error} /> : null}
      <div className={styles["ends"]}>
        <Button kind="quiet" onPress={() => sayAll("study")}>
          The study&apos;s, for all
        </Button>
        <Button kind="quiet" onPress={() => sayAll("here")}>
          As here, for all
        </Button>
        <Button kind="main" isDisabled={doing.busy || open > 0} onPress={() => void send()}>
          Take these
        </Button>
      </div>
    </section>
  );
}
