// A table that reads like print. Rows and cells are plain HTML; `number` aligns a column to the right.
import type { ReactNode } from "react";

import styles from "./Table.module.css";

type Props = { columns: readonly { label: string; number?: boolean; unseen?: boolean }[]; caption?: string; children: ReactNode };

export function Table({ columns, caption, children }: Props) {
  return (
    <div className={styles["scroll"]} tabIndex={-1}>
      <table className={styles["table"]}>
        {caption ? <caption>{caption}</caption> : null}
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.label} scope="col" className={column.number ? "number" : undefined}>
                {column.unseen ? <span className="unseen">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
