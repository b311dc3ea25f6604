// The log: who did what, when, to what and why. It is only added to, and each line proves the one before.
import { Fragment, useRef, useState } from "react";

import { checkAudit, readAudit, type AuditCheck, type AuditEntry } from "../../api";
import { Button } from "../../design/Button";
import { TextLine } from "../../design/Field";
import { Empty, Failure, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { useActions } from "../shell/actions";
import { Asked } from "../shell/Asked";
import { Title } from "../shell/Shell";
import { useAnswer } from "../shell/useAnswer";
import { useDoing } from "../shell/useDoing";
import { moment } from "../shell/words";
import styles from "./Audit.module.css";

const COLUMNS = [
  { label: "No.", number: true },
  { label: "When" },
  { label: "Who" },
  { label: "Did" },
  { label: "To" },
  { label: "Why" },
  { label: "Before and after", unseen: true },
];
const AT_ONCE = 200;

export default function Audit() {
  const first = useAnswer((signal) => readAudit(0, AT_ONCE, signal));
  const [more, setMore] = useState<AuditEntry[]>([]);
  const [next, setNext] = useState<number | null | undefined>(undefined);
  const [wanted, setWanted] = useState("");
  const [check, setCheck] = useState<AuditCheck | null>(null);
  const doing = useDoing();

  const filters = useRef<HTMLDivElement>(null);
  const after = next === undefined ? (first.value?.next ?? null) : next;
  const entries = [...(first.value?.entries ?? []), ...more];
  const shown = entries.filter((entry) => matches(entry, wanted));
  const readMore = () =>
    void doing.start(async () => {
      const page = await readAudit(after ?? 0, AT_ONCE);
      setMore((before) => [...before, ...page.entries]);
      setNext(page.next);
    });
  const checkAll = () => void doing.start(async () => setCheck(await checkAudit()));
  useActions([
    { key: "f", name: "Only lines with …", run: () => filters.current?.querySelector("input")?.focus() },
    { key: "c", name: "Check the whole log", run: checkAll },
    ...(after === null ? [] : [{ key: "m", name: "Read on", run: readMore }]),
  ]);
  if (first.error || !first.value) return <Asked title="Audit log" answer={first} />;
  if (entries.length === 0) {
    return (
      <>
        <Title>Audit log</Title>
        <Empty title="Nothing was done yet" />
      </>
    );
  }
  return (
    <>
      <Title
        under="Only added to; each line's hash covers the line before. Readers cannot open it."
        deeds={
          <div className={styles["deeds"]}>
            <a href="/api/audit/log.csv" download>
              Table (CSV)
            </a>
            <a href="/api/audit/log.jsonl" download>
              Proof (JSON lines)
            </a>
            <Button onPress={checkAll} isDisabled={doing.busy}>
              Check the whole log
            </Button>
          </div>
        }
      >
        Audit log
      </Title>
      {check ? <Checked check={check} /> : null}
      <div className={styles["filters"]} ref={filters}>
        <TextLine label="Only lines with" value={wanted} onChange={setWanted} type="search" />
      </div>
      <Table columns={COLUMNS}>
        {shown.map((entry) => (
          <Line key={entry.sequence} entry={entry} />
        ))}
      </Table>
      {doing.error ? <Failure error={doing.error} /> : null}
      <div className={styles["more"]}>
        <span className="soft" role="status">
          {shown.length} of {entries.length} read{after === null ? ", all of them" : ""}
        </span>
        {after === null ? null : (
          <Button onPress={readMore} isDisabled={doing.busy}>
            Read on
          </Button>
        )}
      </div>
    </>
  );
}

function Checked({ check }: { check: AuditCheck }) {
  return (
    <Notice good={check.faults.length === 0}>
      {check.faults.length === 0 ? (
        <p>All {check.sequence} lines are as they were written.</p>
      ) : (
        check.faults.map((fault) => (
          <p key={`${fault.sequence}${fault.sentence}`}>
            Line {fault.sequence}: {fault.sentence}
          </p>
        ))
      )}
      <p className="soft">
        Last hash <span className="mono">{check.hash}</span>
      </p>
    </Notice>
  );
}

function Line({ entry }: { entry: AuditEntry }) {
  const [open, setOpen] = useState(false);
  return (
    <Fragment>
      <tr>
        <td className="number">{entry.sequence}</td>
        <td className={styles["moment"]}>
          <time dateTime={entry.at}>{moment(entry.at)}</time>
        </td>
        <td>{entry.person || "the program"}</td>
        <td>{entry.action}</td>
        <td className="mono">{entry.object}</td>
        <td>{entry.reason}</td>
        <td className="number">
          <Button
            kind="quiet"
            aria-expanded={open}
            aria-label={`${open ? "Less" : "More"} of line ${entry.sequence}`}
            onPress={() => setOpen(!open)}
          >
            {open ? "Less" : "More"}
          </Button>
        </td>
      </tr>
      {open ? (
        <tr>
          <td />
          <td colSpan={COLUMNS.length - 1}>
            <div className={styles["change"]}>
              <Side title="Before" value={entry.before} />
              <Side title="After" value={entry.after} />
              <dl>
                <dt>Hash</dt>
                <dd className="mono">{entry.hash}</dd>
              </dl>
            </div>
          </td>
        </tr>
      ) : null}
    </Fragment>
  );
}

function Side({ title, value }: { title: string; value: unknown }) {
  return (
    <section>
      <h2>{title}</h2>
      <pre tabIndex={0}>{value === null || value === undefined ? "Nothing" : JSON.stringify(value, null, 2)}</pre>
    </section>
  );
}

function matches(entry: AuditEntry, wanted: string): boolean {
  const line = [entry.person, entry.action, entry.object, entry.reason, entry.at].join(" ").toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => line.includes(word));
}
