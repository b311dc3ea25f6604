// What moved: the abstract's numbers before and after, then every printed number that is another one now.
import { useState } from "react";

import type { MovedNumber, ResultsView } from "../../api";
import { Button } from "../../design/Button";
import { Table } from "../../design/Table";
import { many } from "../shell/words";
import styles from "./Explored.module.css";

const FIRST = 60;

export function Main({ before, after }: { before: ResultsView; after: ResultsView | null }) {
  const now = new Map(after?.main.map((one) => [`${one.marker}/${one.name}`, one.shown]));
  return (
    <Table
      caption={after ? "Main numbers: as the protocol says, and with the choices" : "Main numbers"}
      columns={[{ label: "Number" }, { label: after ? "By the protocol" : "Result" }, ...(after ? [{ label: "With the choices" }] : [])]}
    >
      {before.main.map((one) => {
        const shown = now.get(`${one.marker}/${one.name}`) ?? "–";
        const moved = after !== null && shown !== one.shown;
        return (
          <tr key={`${one.marker}/${one.name}`} className={moved ? styles["moved"] : undefined}>
            <th scope="row">{[one.marker, one.name].filter(Boolean).join(" ")}</th>
            <td>{one.shown}</td>
            {after ? <td>{moved ? <strong>{shown}</strong> : <span className="soft">same</span>}</td> : null}
          </tr>
        );
      })}
    </Table>
  );
}

export function Moved({ moved }: { moved: readonly MovedNumber[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? moved : moved.slice(0, FIRST);
  return (
    <details className={styles["folded"]} id="moved">
      <summary>{moved.length ? `${many(moved.length, "printed number")} moved` : "No printed number moved"}</summary>
      <div className={styles["inside"]}>
        <Table columns={[{ label: "Table" }, { label: "Number" }, { label: "Before", number: true }, { label: "After", number: true }]}>
          {shown.map((one, at) => (
            <tr key={at}>
              <td className="soft">{one.table}</td>
              <td>{[one.row, one.column].filter(Boolean).join(": ")}</td>
              <td className="number">{one.before}</td>
              <td className="number">{one.after}</td>
            </tr>
          ))}
        </Table>
        {moved.length > shown.length ? <Button onPress={() => setAll(true)}>Show all {moved.length}</Button> : null}
      </div>
    </details>
  );
}
