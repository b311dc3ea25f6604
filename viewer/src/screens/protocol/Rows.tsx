// Rows of the protocol, such as markers: a small table to fill in.
import type { ProtocolField } from "../../api";
import { Button } from "../../design/Button";
import { FieldControl } from "./FieldControl";
import styles from "./Protocol.module.css";

export type RowValues = Record<string, unknown>;

type Props = { field: ProtocolField; rows: readonly RowValues[]; onChange: (rows: RowValues[]) => void };

export function Rows({ field, rows, onChange }: Props) {
  const columns = field.columns.map((column) => ({ column, name: column.key.split(".").at(-1) ?? "" }));
  const add = () => onChange([...rows, Object.fromEntries(columns.map(({ column, name }) => [name, startOf(column)]))]);
  return (
    <div className={styles["rows"]} role="group" aria-label={field.label}>
      {rows.map((row, at) => (
        <fieldset key={at} className={styles["row"]}>
          <legend className="unseen">
            {field.label} {at + 1}
          </legend>
          {columns.map(({ column, name }) => (
            <FieldControl
              key={column.key}
              isNarrow
              field={column}
              value={row[name]}
              onChange={(value) => onChange(rows.map((one, place) => (place === at ? { ...one, [name]: value } : one)))}
            />
          ))}
          <Button
            kind="quiet"
            aria-label={`Remove row ${at + 1} of ${field.label.toLowerCase()}`}
            onPress={() => onChange(rows.filter((_, place) => place !== at))}
          >
            Remove
          </Button>
        </fieldset>
      ))}
      <Button onPress={add}>Add a row</Button>
    </div>
  );
}

function startOf(column: ProtocolField): unknown {
  if (column.kind === "choice") return column.choices[0]?.value;
  return column.kind === "number" || column.kind === "whole" ? 0 : "";
}
