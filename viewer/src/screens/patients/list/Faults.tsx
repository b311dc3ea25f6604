// What is wrong, once for each kind, with the cells it is wrong of; and what can be put right for all of them at once.
import { useState } from "react";

import { Button } from "../../../design/Button";
import { many } from "../../shell/words";
import styles from "./List.module.css";
import type { ListSheet } from "./sheet";

const MOST_CELLS = 12;

type Props = {
  sheet: ListSheet;
  numbers: ReadonlyMap<string, number>;
  onGo: (row: string, column: string) => void;
  onRewrite: (column: string, put: (text: string) => string) => void;
  tellDay: (text: string, order: "dmy" | "mdy") => string;
  isDay: (text: string) => boolean;
  isComma: (text: string) => boolean;
};

export function Faults({ sheet, numbers, onGo, onRewrite, tellDay, isDay, isComma }: Props) {
  const [all, setAll] = useState<string | null>(null);
  const groups = new Map<string, { column: string; fault: number; rows: string[] }>();
  for (const one of sheet.faults.cells) {
    const key = `${one.column} ${one.fault}`;
    const group = groups.get(key) ?? { column: one.column, fault: one.fault, rows: [] };
    group.rows.push(one.row);
    groups.set(key, group);
  }
  const inOrder = [...groups].sort(([, a], [, b]) => b.rows.length - a.rows.length).slice(0, 40);
  return (
    <section className={styles["faults"]} aria-labelledby="faults">
      <h2 id="faults">{many(sheet.faults.cells.length, "cell")} to correct</h2>
      <ul>
        {inOrder.map(([key, { column, fault, rows }]) => {
          const at = sheet.columns.findIndex((one) => one.name === column);
          const kind = sheet.faults.kinds[fault];
          const texts = rows.slice(0, 50).map((row) => sheet.text(row, at));
          const first = all === key ? rows.slice(0, 200) : rows.slice(0, MOST_CELLS);
          return (
            <li key={key}>
              <div>
                <strong>{sheet.columns[at]?.label ?? column}</strong>
                <p>
                  {kind?.sentence} <span className="soft">{kind?.remedy}</span>
                </p>
                {kind?.code === "worksheet.date" && texts.some(isDay) ? (
                  <p className={styles["ends"]}>
                    <Button kind="quiet" onPress={() => onRewrite(column, (text) => tellDay(text, "dmy"))}>
                      They are day / month / year
                    </Button>
                    <Button kind="quiet" onPress={() => onRewrite(column, (text) => tellDay(text, "mdy"))}>
                      They are month / day / year
                    </Button>
                  </p>
                ) : null}
                {texts.some(isComma) ? (
                  <Button kind="quiet" onPress={() => onRewrite(column, (text) => (isComma(text) ? text.replaceAll(",", ".") : text))}>
                    The comma is a decimal point
                  </Button>
                ) : null}
              </div>
              <p className={styles["rows"]}>
                {rows.length === 1 ? "Row " : "Rows "}
                {first.map((row) => (
                  <Button key={row} kind="quiet" onPress={() => onGo(row, column)} aria-label={`Go to row ${numbers.get(row)}`}>
                    {numbers.get(row)}
                  </Button>
                ))}
                {rows.length > first.length ? (
                  <Button kind="quiet" onPress={() => setAll(key)}>
                    and {rows.length - first.length} more
                  </Button>
                ) : null}
              </p>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
