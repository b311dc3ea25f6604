// A spreadsheet's grid, drawn only where it is looked at: rows of one height, the marked cells, and one cell that is
// written in. Keys as in a spreadsheet; Escape leaves it. Knows nothing of what cells mean.
import { useEffect, useLayoutEffect, useRef, useState, type ClipboardEvent, type KeyboardEvent, type MouseEvent } from "react";

import type { GridColumn } from "../../../api";
import styles from "./Grid.module.css";
import { formatCells } from "./tabular";

const ROW_REM = 2;
const BEYOND = 8;
const WIDTHS: Record<string, number> = { identifier: 7, word: 9, date: 8, number: 7, text: 14, place: 9, grade: 7 };

export type Place = { row: number; column: number };
export type Marked = { from: Place; to: Place };

type Props = {
  columns: readonly GridColumn[];
  /** Ids of the rows that are shown, in the order of the view. */
  rows: readonly string[];
  /** The number that stands before a row: its place in the whole list. */
  numberOf: (id: string) => number;
  text: (row: string, column: number) => string;
  isFaulty: (row: string, column: number) => boolean;
  /** What a cell counts as, other than by its text; "" for nothing. */
  inferred: (row: string, column: number) => string;
  /** Rows that are used no more. */
  isStruck: (row: string) => boolean;
  marked: Marked;
  sorted: { column: number; down: boolean } | null;
  onMark: (marked: Marked) => void;
  onSort: (column: number) => void;
  onWrite: (row: string, column: number, text: string) => void;
  onClear: (marked: Marked) => void;
  onPaste: (text: string) => void;
  onUndo: () => void;
  onRedo: () => void;
  onLeave: () => void;
  onPastEnd: () => void;
};

export function box({ from, to }: Marked) {
  return {
    top: Math.min(from.row, to.row),
    bottom: Math.max(from.row, to.row),
    left: Math.min(from.column, to.column),
    right: Math.max(from.column, to.column),
  };
}

export function widthOf(column: GridColumn): number {
  if (column.name === "subject") return 9.5;
  if (column.name === "exclusion_reason" || column.name === "comments") return 15;
  return Math.max(WIDTHS[column.kind] ?? 8, column.label.length * 0.56 + 1.6);
}

export function Grid(props: Props) {
  const { columns, rows, marked, sorted, onMark } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [scrolled, setScrolled] = useState({ top: 0, height: 600, rem: 14 });
  const [writing, setWriting] = useState<{ text: string } | null>(null);
  const dragging = useRef(false);
  const { to } = marked;
  const rowHeight = ROW_REM * scrolled.rem;
  const first = Math.max(0, Math.floor(scrolled.top / rowHeight) - BEYOND);
  const last = Math.min(rows.length, Math.ceil((scrolled.top + scrolled.height) / rowHeight) + BEYOND);
  const template = `3.2rem ${columns.map((one) => `${widthOf(one)}rem`).join(" ")}`;
  const marks = box(marked);

  useLayoutEffect(() => {
    const look = () => {
      const at = frame.current;
      if (!at) return;
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 14;
      setScrolled({ top: at.scrollTop, height: at.clientHeight, rem });
    };
    look();
    window.addEventListener("resize", look);
    return () => window.removeEventListener("resize", look);
  }, []);

  // The marked cell stays in sight: below the head, and right of the columns that stand.
  useEffect(() => {
    const at = frame.current;
    if (!at) return;
    const top = to.row * rowHeight;
    const room = at.clientHeight - rowHeight * 1.2;
    if (top < at.scrollTop) at.scrollTop = top;
    else if (top + rowHeight > at.scrollTop + room) at.scrollTop = top + rowHeight - room;
    if (to.column === 0) {
      at.scrollLeft = 0;
      return;
    }
    const before = columns.slice(0, to.column).reduce((sum, one) => sum + widthOf(one), 0) * scrolled.rem;
    const width = widthOf(columns[to.column] as GridColumn) * scrolled.rem;
    const standing = (columns[0] ? widthOf(columns[0]) : 0) * scrolled.rem;
    const seen = at.clientWidth - 3.2 * scrolled.rem;
    if (before - standing < at.scrollLeft) at.scrollLeft = before - standing;
    else if (before + width > at.scrollLeft + seen) at.scrollLeft = before + width - seen;
  }, [to.row, to.column, rowHeight, columns, scrolled.rem]);

  const go = (row: number, column: number, extend = false) => {
    const place = {
      row: Math.max(0, Math.min(rows.length - 1, row)),
      column: Math.max(0, Math.min(columns.length - 1, column)),
    };
    onMark({ from: extend ? marked.from : place, to: place });
  };
  const next = (back: boolean) => {
    const at = to.column + (back ? -1 : 1);
    if (at < 0) go(to.row - 1, columns.length - 1);
    else if (at >= columns.length) go(to.row + 1, 0);
    else go(to.row, at);
  };
  const down = (rowsDown: number) => {
    if (to.row + rowsDown >= rows.length) props.onPastEnd();
    else go(to.row + rowsDown, to.column);
  };
  const write = (text: string) => {
    const id = rows[to.row];
    if (id !== undefined) props.onWrite(id, to.column, text);
    setWriting(null);
    frame.current?.focus();
  };
  const startWriting = (text: string) => {
    if (rows[to.row] !== undefined) setWriting({ text });
  };

  const pressed = (event: KeyboardEvent) => {
    if (writing) return;
    const control = event.ctrlKey || event.metaKey;
    const far = control ? Number.MAX_SAFE_INTEGER / 2 : 1;
    const page = Math.max(1, Math.floor(scrolled.height / rowHeight) - 2);
    const deeds: Record<string, () => void> = {
      ArrowDown: () => go(to.row + far, to.column, event.shiftKey),
      ArrowUp: () => go(to.row - far, to.column, event.shiftKey),
      ArrowRight: () => go(to.row, to.column + far, event.shiftKey),
      ArrowLeft: () => go(to.row, to.column - far, event.shiftKey),
      PageDown: () => go(to.row + page, to.column, event.shiftKey),
      PageUp: () => go(to.row - page, to.column, event.shiftKey),
      Home: () => go(control ? 0 : to.row, 0, event.shiftKey),
      End: () => go(control ? rows.length - 1 : to.row, columns.length - 1, event.shiftKey),
      Tab: () => next(event.shiftKey),
      Enter: () => (event.shiftKey ? go(to.row - 1, to.column) : down(1)),
      F2: () => startWriting(props.text(rows[to.row] ?? "", to.column)),
      Delete: () => props.onClear(marked),
      Backspace: () => props.onClear(marked),
      Escape: () => props.onLeave(),
    };
    const letter = event.key.toLowerCase();
    const held: Record<string, () => void> = {
      z: () => (event.shiftKey ? props.onRedo() : props.onUndo()),
      y: () => props.onRedo(),
      a: () =>
        onMark({ from: { row: 0, column: 0 }, to: { row: Math.max(0, rows.length - 1), column: columns.length - 1 } }),
    };
    const deed = deeds[event.key] ?? (control ? held[letter] : undefined);
    if (deed) {
      event.preventDefault();
      deed();
    } else if (event.key.length === 1 && !control && !event.altKey) {
      event.preventDefault();
      startWriting(event.key);
    }
  };

  const copy = (event: ClipboardEvent) => {
    if (writing) return;
    const cells = [];
    for (let row = marks.top; row <= marks.bottom; row += 1) {
      const id = rows[row];
      if (id === undefined) continue;
      cells.push(columns.slice(marks.left, marks.right + 1).map((_, at) => props.text(id, marks.left + at)));
    }
    event.clipboardData.setData("text/plain", formatCells(cells));
    event.preventDefault();
    if (event.type === "cut") props.onClear(marked);
  };
  const paste = (event: ClipboardEvent) => {
    if (writing) return;
    event.preventDefault();
    props.onPaste(event.clipboardData.getData("text/plain"));
  };

  const point = (event: MouseEvent): Place | null => {
    const cell = (event.target as Element).closest<HTMLElement>("[data-at]");
    const [row, column] = (cell?.dataset["at"] ?? "").split(" ").map(Number);
    return row === undefined || column === undefined ? null : { row, column };
  };

  return (
    <div
      ref={frame}
      className={styles["grid"]}
      role="grid"
      aria-label="Screened subjects"
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-multiselectable
      aria-activedescendant={rows.length ? `cell-${to.row}-${to.column}` : undefined}
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, clientHeight } = event.currentTarget;
        setScrolled((now) => ({ ...now, top: scrollTop, height: clientHeight }));
      }}
      onKeyDown={pressed}
      onCopy={copy}
      onCut={copy}
      onPaste={paste}
      onMouseDown={(event) => {
        const place = point(event);
        if (!place || event.button !== 0) return;
        if (writing) return;
        dragging.current = true;
        onMark({ from: event.shiftKey ? marked.from : place, to: place });
      }}
      onMouseMove={(event) => {
        const place = dragging.current && event.buttons === 1 ? point(event) : null;
        if (place && (place.row !== to.row || place.column !== to.column)) onMark({ from: marked.from, to: place });
      }}
      onMouseUp={() => (dragging.current = false)}
      onDoubleClick={(event) => {
        const place = point(event);
        if (place) startWriting(props.text(rows[place.row] ?? "", place.column));
      }}
    >
      <div className={styles["head"]} role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
        <span role="columnheader" className={styles["corner"]}>
          <span className="unseen">Row</span>
        </span>
        {columns.map((column, at) => (
          <span
            key={column.name}
            role="columnheader"
            aria-sort={sorted?.column !== at ? "none" : sorted.down ? "descending" : "ascending"}
            className={styles["name"]}
            title={column.label}
            onClick={() => props.onSort(at)}
          >
            {column.label}
            {sorted?.column === at ? (sorted.down ? " ↓" : " ↑") : ""}
          </span>
        ))}
      </div>
      <div role="rowgroup" className={styles["body"]} style={{ blockSize: `${rows.length * ROW_REM}rem` }}>
        {rows.slice(first, last).map((id, offset) => {
          const row = first + offset;
          return (
            <div
              key={id}
              role="row"
              aria-rowindex={row + 2}
              className={styles["row"]}
              data-struck={props.isStruck(id) || undefined}
              style={{ gridTemplateColumns: template, insetBlockStart: `${row * ROW_REM}rem` }}
            >
              <span role="rowheader" className={styles["number"]}>
                {props.numberOf(id)}
              </span>
              {columns.map((column, at) => {
                const isHere = row === to.row && at === to.column;
                const isIn = row >= marks.top && row <= marks.bottom && at >= marks.left && at <= marks.right;
                const text = props.text(id, at);
                const isWrong = props.isFaulty(id, at);
                const inferred = props.inferred(id, at);
                return (
                  <span
                    key={column.name}
                    id={`cell-${row}-${at}`}
                    data-at={`${row} ${at}`}
                    role="gridcell"
                    aria-colindex={at + 2}
                    aria-selected={isIn}
                    aria-invalid={isWrong || undefined}
                    data-here={isHere || undefined}
                    className={styles["cell"]}
                    data-kind={column.kind}
                  >
                    {isHere && writing ? (
                      <Writing column={column} text={writing.text} onDone={write} onMove={(how) => (how === "tab" ? next(false) : how === "back" ? next(true) : down(1))} onCancel={() => { setWriting(null); frame.current?.focus(); }} />
                    ) : inferred ? (
                      <i>{inferred}</i>
                    ) : (
                      text
                    )}
                  </span>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

type WritingProps = {
  column: GridColumn;
  text: string;
  onDone: (text: string) => void;
  onMove: (how: "tab" | "back" | "down") => void;
  onCancel: () => void;
};

function Writing({ column, text, onDone, onMove, onCancel }: WritingProps) {
  const [now, setNow] = useState(text);
  const over = useRef(false);
  const finish = (how?: "tab" | "back" | "down") => {
    if (over.current) return;
    over.current = true;
    onDone(now);
    if (how) onMove(how);
  };
  return (
    <>
      <input
        ref={(input) => input?.focus()}
        className={styles["input"]}
        aria-label={column.label}
        list={column.words.length ? `words-${column.name}` : undefined}
        value={now}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => setNow(event.target.value)}
        onBlur={() => finish()}
        onKeyDown={(event) => {
          if (event.key === "Enter") finish("down");
          else if (event.key === "Tab") finish(event.shiftKey ? "back" : "tab");
          else if (event.key === "Escape") {
            over.current = true;
            onCancel();
          } else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      />
      {column.words.length ? (
        <datalist id={`words-${column.name}`}>
          {column.words.map((word) => (
            <option key={word} value={word} />
          ))}
        </datalist>
      ) : null}
    </>
  );
}
