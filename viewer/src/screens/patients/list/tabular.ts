// Cells as spreadsheets hand them over: rows on lines, cells between tabs, quoted where they hold either.

export function parseCells(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let quoted = false;
  const end = () => {
    row.push(cell);
    cell = "";
  };
  const clean = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < clean.length; at += 1) {
    const sign = clean[at] ?? "";
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (clean[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t") end();
    else if (sign === "\n") {
      end();
      rows.push(row);
      row = [];
    } else cell += sign;
  }
  end();
  rows.push(row);
  return rows;
}

export function formatCells(rows: readonly (readonly string[])[]): string {
  const shown = (cell: string) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(shown).join("\t")).join("\n");
}

const ORDERED = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/;

/** A day written day first or month first, as year-month-day; other texts as they are. */
export function isoDay(text: string, order: "dmy" | "mdy"): string {
  const [, first, , second, year] = ORDERED.exec(text.trim()) ?? [];
  if (!first || !second || !year) return text;
  const [day, month] = order === "dmy" ? [first, second] : [second, first];
  return `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
}

export const isOrderedDay = (text: string) => ORDERED.test(text.trim());
export const hasComma = (text: string) => /^[<>=≤≥ ]*\d+,\d+/.test(text.trim());
