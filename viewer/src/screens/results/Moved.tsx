// What moved: the abstract's numbers before and after with a sentence to copy, then every other one, section by section.
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

/** Sentences for the letter that answers a reviewer; nothing is concluded in them. */
export function Letter({ text }: { text: string }) {
  const [copied, setCopied] = useState("");
  return (
    <details className={styles["folded"]} id="letter">
      <summary>For the answer to the reviewers</summary>
      <div className={styles["inside"]}>
        <p>{text}</p>
        <div className={styles["line"]}>
          <Button onPress={() => void navigator.clipboard.writeText(text).then(() => setCopied(text))}>Copy</Button>
          <span role="status">{copied === text ? "Copied" : ""}</span>
        </div>
      </div>
    </details>
  );
}

export function Moved({ moved }: { moved: readonly MovedNumber[] }) {
  const sections = [...new Set(moved.map((one) => one.section))];
  return (
    <details className={styles["folded"]} id="moved">
      <summary>{countInWords(moved)}</summary>
      <div className={styles["inside"]}>
        {sections.map((section) => (
          <OfSection key={section} title={section} moved={moved.filter((one) => one.section === section)} />
        ))}
      </div>
    </details>
  );
}

function OfSection({ title, moved }: { title: string; moved: readonly MovedNumber[] }) {
  const [all, setAll] = useState(false);
  const shown = all ? moved : moved.slice(0, FIRST);
  return (
    <details className={styles["folded"]}>
      <summary>
        {title} <span className="soft">{countInWords(moved)}</span>
      </summary>
      <div className={styles["inside"]}>
        <Table columns={[{ label: "Table" }, { label: "Number" }, { label: "Change" }, { label: "Before", number: true }, { label: "After", number: true }]}>
          {shown.map((one, at) => (
            <tr key={at}>
              <td className="soft">{one.table}</td>
              <td>{[one.row, one.column].filter(Boolean).join(": ")}</td>
              <td className="soft">{one.change}</td>
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

/** How many moved, stand there no more, and are new, as the command says it. */
export function countInWords(moved: readonly MovedNumber[]): string {
  if (moved.length === 0) return "No printed number moved";
  const count = (change: MovedNumber["change"]) => moved.filter((one) => one.change === change).length;
  const words = (n: number, word: string) => (n === 0 ? [] : [`${n} ${n === 1 ? "is" : "are"} ${word}`]);
  return [`${many(count("moved"), "printed number")} moved`, ...words(count("gone"), "gone"), ...words(count("new"), "new")].join(", ");
}
