// A table before its rows come into the list: what each of its headers is taken for, and why; how days and decimals are
// written. What is said of a header is remembered for the next table.
import { useState } from "react";

import { takeTable, type GridColumn, type ProposedTable, type TakenTable } from "../../../api";
import { Button } from "../../../design/Button";
import { Segments } from "../../../design/Field";
import { Failure } from "../../../design/Notice";
import { Table } from "../../../design/Table";
import { Window } from "../../../design/Window";
import { useDoing } from "../../shell/useDoing";
import { many } from "../../shell/words";
import styles from "./List.module.css";

export type GivenTable = { table: Blob; name: string };

const WHY = {
  known: "its name",
  remembered: "you said so before",
  like: "looks like it: please check",
  unknown: "not known",
  unit: "it names a unit that is not the column's: convert it in your file first",
} as const;
const LEFT_OUT = "ignore";

type Props = {
  columns: readonly GridColumn[];
  given: GivenTable;
  proposed: ProposedTable;
  isEmpty: boolean;
  onClose: () => void;
  beforeTaking: () => Promise<boolean>;
  versionNow: () => string;
  onTaken: (answer: TakenTable) => void;
};

export function TableWindow({ columns, given, proposed, isEmpty, onClose, beforeTaking, versionNow, onTaken }: Props) {
  const [taken, setTaken] = useState(() => proposed.columns.map((one) => one.column));
  const [decimal, setDecimal] = useState<"." | "," | null>(null);
  const [days, setDays] = useState<"dmy" | "mdy" | null>(null);
  const [how, setHow] = useState<"fill" | "add" | "replace">("fill");
  const doing = useDoing();
  const twice = new Set(taken.filter((one, at) => one !== LEFT_OUT && taken.indexOf(one) !== at));
  const isOpen = (proposed.asks_dates !== "" && days === null) || (proposed.asks_decimal !== "" && decimal === null);
  const take = () =>
    doing.start(async () => {
      if (!(await beforeTaking())) return;
      const asked = {
        based_on: versionNow(),
        columns: taken,
        decimal: decimal ?? ".",
        date_order: days ?? "iso",
        what: how,
      } as const;
      const answer = await takeTable(asked, given.table);
      onTaken(answer);
    });
  return (
    <Window title={`${many(proposed.n_rows, "row")} from ${given.name}`} isOpen onClose={onClose} wide>
      <div className={styles["mapping"]}>
        <Table columns={[{ label: "Header" }, { label: "Its cells look like" }, { label: "Is taken for" }, { label: "Because of" }]}>
          {proposed.columns.map((one, at) => (
            <tr key={one.header} data-how={taken[at] === LEFT_OUT ? "out" : one.how}>
              <th scope="row">{one.header}</th>
              <td className="mono">{one.shapes.join(" · ")}</td>
              <td>
                <select
                  className={styles["select"]}
                  aria-label={`Column for ${one.header}`}
                  value={taken[at]}
                  aria-invalid={twice.has(taken[at] ?? "") || undefined}
                  onChange={(event) => setTaken(taken.map((name, other) => (other === at ? event.target.value : name)))}
                >
                  <option value={LEFT_OUT}>(left out)</option>
                  {columns.map((column) => (
                    <option key={column.name} value={column.name}>
                      {column.label}
                    </option>
                  ))}
                </select>
              </td>
              <td className="soft">
                {taken[at] === one.column ? WHY[one.how] : "your choice"}
                {taken[at] === one.column && one.unit === "cm" ? <strong> in cm: times ten, to mm</strong> : null}
              </td>
            </tr>
          ))}
        </Table>
      </div>
      {twice.size > 0 ? <p className={styles["wrong"]}>Two headers are taken for the same column: leave one of them out.</p> : null}
      <Needed columns={columns} taken={taken} />
      {proposed.asks_dates ? (
        <Segments
          label={`How are the days written? ${proposed.asks_dates}`}
          value={days}
          onChange={setDays}
          choices={[
            { id: "dmy", label: "day / month / year" },
            { id: "mdy", label: "month / day / year" },
          ]}
        />
      ) : null}
      {proposed.asks_decimal ? (
        <Segments
          label={`What does the comma mean? ${proposed.asks_decimal}`}
          value={decimal}
          onChange={setDecimal}
          choices={[
            { id: ",", label: "a decimal point" },
            { id: ".", label: "something else: show me these cells" },
          ]}
        />
      ) : null}
      {isEmpty ? null : (
        <Segments
          label="The rows that are there"
          upright
          value={how}
          onChange={setHow}
          choices={[
            { id: "fill", label: "their blanks are filled, patient by patient; new patients come after them" },
            { id: "add", label: "stay as they are; all of these come after them" },
            { id: "replace", label: "are replaced by these" },
          ]}
        />
      )}
      <p className="soft">Hospital numbers turn into study codes on the way in, and are not shown again. What you say of a header is remembered.</p>
      {doing.error ? <Failure error={doing.error} /> : null}
      <div className={styles["ends"]}>
        <Button onPress={onClose}>Cancel</Button>
        <Button kind="main" isDisabled={doing.busy || isOpen || twice.size > 0} onPress={() => void take()}>
          Take {many(proposed.n_rows, "row")}
        </Button>
      </div>
    </Window>
  );
}

/** What the rows need and no header is taken for, said before the rows are red. */
function Needed({ columns, taken }: { columns: readonly GridColumn[]; taken: readonly string[] }) {
  const missing = (needed: GridColumn["needed"]) => columns.filter((one) => one.needed === needed && !taken.includes(one.name));
  const either = columns.filter((one) => one.needed === "one of these");
  const labels = (some: readonly GridColumn[]) => some.map((one) => one.label);
  const asked = [
    ...labels(missing("every row")),
    ...labels(missing("included")),
    ...(either.length > 0 && either.every((one) => !taken.includes(one.name)) ? [labels(either).join(" or ")] : []),
  ];
  const hasReason = taken.includes("exclusion_reason");
  return (
    <>
      {asked.length > 0 ? (
        <p>
          <strong>Not in this table, and needed:</strong> {asked.join(", ")}. {hasReason ? "Excluded rows need only their reason. " : ""}
          You may paste them later: the blanks are filled.
        </p>
      ) : null}
      {taken.includes("status") ? null : (
        <p>
          <strong>No column says who is included.</strong>{" "}
          {hasReason ? "Rows with a reason for exclusion are taken as excluded, all others as included." : "All rows are taken as included."} The
          list shows this in italics; type over it where it is not so.
        </p>
      )}
    </>
  );
}
