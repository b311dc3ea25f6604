// What came of a table whose rows filled those that were there: how much, and the cells that say something else.
import type { TakenTable } from "../../../api";
import { Button } from "../../../design/Button";
import { Notice } from "../../../design/Notice";
import { many } from "../../shell/words";
import type { ListSheet } from "./sheet";

const MOST_CELLS = 40;

type Props = {
  taken: TakenTable;
  sheet: ListSheet;
  numbers: ReadonlyMap<string, number>;
  onGo: (row: string, column: string) => void;
};

export function TakenShown({ taken, sheet, numbers, onGo }: Props) {
  const label = (column: string) => sheet.columns.find((one) => one.name === column)?.label ?? column;
  const rest = taken.differing.length - MOST_CELLS;
  return (
    <Notice good={taken.differing.length === 0}>
      <p>
        {many(taken.n_filled, "blank cell")} filled, {many(taken.n_new, "new row")} added.
      </p>
      {taken.differing.length > 0 ? (
        <p>
          In {many(taken.differing.length, "cell")} the table says something else; the list stays as it was. Look at them:{" "}
          {taken.differing.slice(0, MOST_CELLS).map(({ row, column }) => (
            <Button key={`${row} ${column}`} kind="quiet" onPress={() => onGo(row, column)}>
              row {numbers.get(row)}, {label(column)}
            </Button>
          ))}
          {rest > 0 ? `and ${rest} more.` : null}
        </p>
      ) : null}
    </Notice>
  );
}
