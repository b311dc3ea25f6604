// A file that came back: its column joins by case_id, never by the order of rows; what would change is shown first.
import { useRef, useState, type ChangeEvent } from "react";

import { joinReturned, returnedColumns, type Joined } from "../../api";
import { Button } from "../../design/Button";
import { OneOf, Segments, TextLine } from "../../design/Field";
import { Failure, Notice } from "../../design/Notice";
import { Table } from "../../design/Table";
import { useDoing } from "../shell/useDoing";
import { many } from "../shell/words";
import styles from "./HandOver.module.css";

type Given = { file: File; columns: string[] };

export function Returned() {
  const [given, setGiven] = useState<Given | null>(null);
  const [column, setColumn] = useState<string | null>(null);
  const [decimal, setDecimal] = useState<"." | ",">(".");
  const [why, setWhy] = useState("");
  const [joined, setJoined] = useState<Joined | null>(null);
  const chooser = useRef<HTMLInputElement>(null);
  const doing = useDoing();

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    event.target.value = "";
    if (!file) return;
    setGiven(null);
    setJoined(null);
    setColumn(null);
    void doing.start(async () => {
      const columns = await returnedColumns(file);
      setGiven({ file, columns: columns.filter((one) => one !== "case_id") });
    });
  };
  const join = (enter: boolean) =>
    void doing.start(async () => {
      if (!given || !column) return;
      const asked = { name: given.file.name, column, as_name: "", label: "", unit: "", decimal, enter, why };
      setJoined(await joinReturned(asked, given.file));
    });
  return (
    <section className={styles["wide"]} aria-labelledby="returned">
      <h2 id="returned">A file that came back</h2>
      <p>
        A CSV or XLSX with case_id and a new or corrected column. Rows join by case_id, never by their order, and nothing
        enters before you have seen it.
      </p>
      <div className={styles["row"]}>
        <input ref={chooser} type="file" accept=".csv,.xlsx" onChange={choose} className="unseen" tabIndex={-1} aria-label="Returned file" />
        <Button onPress={() => chooser.current?.click()} isDisabled={doing.busy}>
          {given ? "Choose another file" : "Choose the file"}
        </Button>
        {given ? <span className="mono">{given.file.name}</span> : null}
      </div>
      {given ? (
        <div className={styles["row"]}>
          <OneOf
            label="Column to take"
            choices={given.columns.map((one) => ({ id: one, label: one }))}
            value={column}
            onChange={(chosen) => {
              setColumn(chosen);
              setJoined(null);
            }}
          />
          <Segments
            label="Decimal sign"
            choices={[
              { id: ".", label: "1.5" },
              { id: ",", label: "1,5" },
            ]}
            value={decimal}
            onChange={setDecimal}
          />
          <Button kind={joined ? "plain" : "main"} isDisabled={doing.busy || !column} onPress={() => join(false)}>
            Show what would change
          </Button>
        </div>
      ) : null}
      {doing.error ? <Failure error={doing.error} /> : null}
      {joined ? <Preview joined={joined} /> : null}
      {joined && !joined.entered && joined.n_changes > 0 && joined.unmatched.length === 0 ? (
        <div className={styles["enter"]}>
          <TextLine label="Why" value={why} onChange={setWhy} hint="For the record. Name nobody." />
          <Button kind="main" isDisabled={doing.busy || !why.trim()} onPress={() => join(true)}>
            Enter {many(joined.n_changes, "change")}
          </Button>
        </div>
      ) : null}
    </section>
  );
}

function Preview({ joined }: { joined: Joined }) {
  const { changes, n_changes: n } = joined;
  return (
    <>
      <Notice good={joined.entered}>
        <p>
          {joined.entered ? "Entered. " : ""}
          <span className="mono">{joined.variable}</span>{" "}
          {joined.corrects_worksheet ? "corrects the worksheet" : "is a variable of the cases"}: {many(joined.n_rows, "row")},{" "}
          {joined.n_blank} blank, {many(n, "change")}.
        </p>
        {joined.locked_version ? <p>The file is of the data of lock {joined.locked_version}.</p> : null}
        {joined.unmatched.length > 0 ? (
          <p>
            Not of this study, so nothing can enter: {joined.unmatched.join(", ")}. Correct or take out these rows.
          </p>
        ) : null}
        {joined.not_in_file.length > 0 ? <p>Not in the file, and not changed: {many(joined.not_in_file.length, "case")}.</p> : null}
      </Notice>
      {changes.length > 0 ? (
        <Table columns={[{ label: "case_id" }, { label: "Before" }, { label: joined.entered ? "Now" : "Would be" }]}>
          {changes.map((one) => (
            <tr key={one.case}>
              <th scope="row" className="mono">
                {one.case}
              </th>
              <td>{one.before || "–"}</td>
              <td>{one.now}</td>
            </tr>
          ))}
        </Table>
      ) : null}
      {n > changes.length ? <p className="soft">and {n - changes.length} more</p> : null}
    </>
  );
}
