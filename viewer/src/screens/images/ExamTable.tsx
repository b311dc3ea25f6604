// Every exam in a line, a hundred at a time: however many there are, the page draws no more.
import { useEffect, useState } from "react";

import { listExams, type ExamLine, type Show } from "../../api";
import { Segments, TextLine } from "../../design/Field";
import { Empty } from "../../design/Notice";
import { PART, Parts } from "../../design/Parts";
import { Table } from "../../design/Table";
import { AskedPart } from "../shell/Asked";
import { Link } from "../shell/Link";
import { useAnswer } from "../shell/useAnswer";
import styles from "./Images.module.css";
import { bs, grouped, LACKS, LINK, PROOF, SHORT } from "./words";

const WORDS: Record<Show, string> = {
  all: "All",
  "look-at": "To look at",
  incomplete: "Without ADC or DWI",
  unmatched: "Not matched",
  "not-seen": "Not looked at",
};
const COLUMNS = [
  { label: "Subject" },
  { label: "Worksheet" },
  { label: "Scanner" },
  { label: "Series" },
  { label: "b-values" },
  { label: "Unit" },
  { label: "Found" },
];

export function ExamTable({ shows, turn, hasWorksheet }: { shows: Record<string, number>; turn: number; hasWorksheet: boolean }) {
  const [show, setShow] = useState<Show>("all");
  const [words, setWords] = useState("");
  const [offset, setOffset] = useState(0);
  const answer = useAnswer((signal) => listExams({ show, words, offset, limit: PART }, signal), [
    show,
    words,
    offset,
    turn,
  ]);
  const { value, error } = answer;
  useEffect(() => setOffset(0), [show, words]);
  const offered = (Object.keys(WORDS) as Show[]).filter(
    (one) => one === "all" || one === show || ((shows[one] ?? 0) > 0 && (hasWorksheet || one !== "unmatched")),
  );
  return (
    <section className={styles["part"]}>
      <h2>Exams</h2>
      <div className={styles["filters"]}>
        <Segments
          label="Which exams"
          hideLabel
          choices={offered.map((id) => ({ id, label: `${WORDS[id]} ${grouped(shows[id] ?? 0)}` }))}
          value={show}
          onChange={setShow}
        />
        <TextLine label="Code of the subject" hideLabel placeholder="Code of the subject" value={words} onChange={setWords} maxLength={20} />
      </div>
      {!value || error ? <AskedPart answer={answer} /> : null}
      {value && value.total === 0 ? <Empty title="No exam is so" /> : null}
      {value && value.total > 0 ? (
        <>
          <Table columns={COLUMNS}>
            {value.exams.map((one) => (
              <Line key={one.exam} line={one} />
            ))}
          </Table>
          <Parts label="Parts of the table" from={offset} total={value.total} onFrom={setOffset} />
        </>
      ) : null}
    </section>
  );
}

function Line({ line }: { line: ExamLine }) {
  const series = (["t2", "trace", "dwi", "adc", "t1_ce", "t1"] as const)
    .filter((kind) => line.kinds[kind])
    .map((kind) => `${SHORT[kind]}${(line.kinds[kind] ?? 0) > 1 ? ` ×${line.kinds[kind]}` : ""}`);
  const lacks = line.missing.filter((kind) => kind === "adc" || kind === "dwi").map((kind) => LACKS[kind]);
  return (
    <tr>
      <th scope="row" className="mono">
        <Link to={`/images/${line.exam}`}>{line.subject}</Link>
      </th>
      <td>
        {LINK[line.link] ?? "–"}
        {line.visits.length && line.visits.join() !== "1" ? <span className="soft"> visit {line.visits.join(", ")}</span> : null}
      </td>
      {line.is_seen ? (
        <>
          <td>{line.scanner || "–"}</td>
          <td>
            {series.join(", ") || "none that is used"}
            {lacks.length ? <span className={styles["lacks"]}> no {lacks.join(", no ")}</span> : null}
            {line.n_set ? <span className="soft"> · {line.n_set} set by a person</span> : null}
          </td>
          <td>{bs(line.b_values)}</td>
          <td>
            <span className={styles[line.unit_evidence || "none"]}>{PROOF[line.unit_evidence]}</span>
          </td>
          <td>
            <Found counts={line.n_findings} />
          </td>
        </>
      ) : (
        <td colSpan={5} className="soft">
          {grouped(line.n_objects)} objects, not looked at yet
        </td>
      )}
    </tr>
  );
}

function Found({ counts }: { counts: Record<string, number> }) {
  const { serious = 0, warning = 0, note = 0 } = counts;
  if (!serious && !warning && !note) return <span className="soft">nothing</span>;
  const parts = [serious && `${serious} serious`, warning && `${warning} to check`, note && `${note} noted`].filter(Boolean);
  return <span className={serious ? styles["lacks"] : undefined}>{parts.join(", ")}</span>;
}
