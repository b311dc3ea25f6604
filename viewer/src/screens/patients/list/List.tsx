// The list and what is done to it: looked through, written in, pasted into, put right, and entered into the study.
import { useEffect, useMemo, useRef, useState } from "react";

import { enterPatients, patientsFile, proposeTable, readPatients, type EnteredPatients, type Patients, type ProposedTable, type TakenTable } from "../../../api";
import { Button } from "../../../design/Button";
import { Segments, TextLine } from "../../../design/Field";
import { Empty, Failure, Notice } from "../../../design/Notice";
import { NothingFound, useNumberSearch } from "../../shell/NothingFound";
import { useDoing } from "../../shell/useDoing";
import { many } from "../../shell/words";
import { Faults } from "./Faults";
import { box, Grid, type Marked } from "./Grid";
import styles from "./List.module.css";
import { Questions } from "./Questions";
import type { ListSheet } from "./sheet";
import { hasComma, isoDay, isOrderedDay, parseCells } from "./tabular";
import { TakenShown } from "./TakenShown";
import { TableWindow, type GivenTable } from "./TableWindow";
import { useList } from "./useList";

const NOWHERE: Marked = { from: { row: 0, column: 0 }, to: { row: 0, column: 0 } };
const HEADERS_THAT_TELL = 2;
type Shown = "all" | "included" | "excluded" | "withdrawn" | "faulty";
type Sorted = { column: number; down: boolean };

export function List({ answer, onAnew }: { answer: Patients; onAnew: (answer: Patients) => void }) {
  const { sheet, turn, isKept, error, change, flush, takeAnew, markEntered } = useList(answer);
  const [marked, setMarked] = useState<Marked>(NOWHERE);
  const [shown, setShown] = useState<Shown>("all");
  const [search, setSearch] = useState("");
  const [sorted, setSorted] = useState<Sorted | null>(null);
  const [table, setTable] = useState<{ given: GivenTable; proposed: ProposedTable } | null>(null);
  const [taken, setTaken] = useState<TakenTable | null>(null);
  const [wanted, setWanted] = useState<{ row: string; column: number } | null>(null);
  const [entered, setEntered] = useState<EnteredPatients | null>(null);
  const doing = useDoing();
  const file = useRef<HTMLInputElement>(null);
  const find = useRef<HTMLFormElement>(null);
  const searchFor = (text: string) => {
    setSearch(text);
    setMarked(NOWHERE);
  };
  const byNumber = useNumberSearch(searchFor);

  // What is looked at stays while it is written in: a row that no longer fits leaves when it is filtered anew.
  const view = useMemo(() => viewOf(sheet, shown, search, sorted), [sheet, sheet.order, shown, search, sorted]);
  const numbers = useMemo(() => new Map(sheet.order.map((id, at) => [id, at + 1])), [sheet.order]);
  const counts = useMemo(() => countsOf(sheet), [sheet, turn]);
  const here = view[marked.to.row];
  const fault = here === undefined ? null : sheet.fault(here, marked.to.column);

  // A cell that is to be written in next: found in the grid as it stands then, whatever was searched or sorted before.
  useEffect(() => {
    if (!wanted) return;
    const row = view.indexOf(wanted.row);
    if (row < 0) {
      setShown("all");
      setSearch("");
      setSorted(null);
      return;
    }
    const place = { row, column: wanted.column };
    setMarked({ from: place, to: place });
    focusGrid();
    setWanted(null);
  }, [wanted, view]);
  const addAt = (after: number, n: number, column: number, cells: (at: number) => readonly string[] = () => []) => {
    const ids = Array.from({ length: n }, () => sheet.newId());
    const order = [...sheet.order.slice(0, after), ...ids, ...sheet.order.slice(after)];
    const texts = ids.flatMap((row, at) => cells(at).map((text, column) => ({ row, column, text })));
    change((list) => list.set(texts, order));
    setWanted({ row: ids[0] ?? "", column });
  };
  const addRows = (n: number, column = 0) => {
    const last = sheet.order.at(-1);
    if (last !== undefined && sheet.isBlank(last)) setWanted({ row: last, column });
    else addAt(sheet.order.length, n, column);
  };
  const andBack = (deed: () => void) => () => {
    deed();
    focusGrid();
  };
  const write = (row: string, column: number, text: string) => change((list) => list.set([{ row, column, text }]));
  const rowsMarked = () => view.slice(box(marked).top, box(marked).bottom + 1);
  const clear = (marks: Marked) => {
    const { top, bottom, left, right } = box(marks);
    const texts = view
      .slice(top, bottom + 1)
      .flatMap((row) => Array.from({ length: right - left + 1 }, (_, at) => ({ row, column: left + at, text: "" })));
    change((list) => list.set(texts));
  };
  const remove = () => {
    const gone = new Set(rowsMarked());
    change((list) => list.set([], list.order.filter((id) => !gone.has(id))));
    setMarked({ from: { ...marked.to, row: box(marked).top }, to: { ...marked.to, row: box(marked).top } });
  };
  const duplicate = () => {
    const from = rowsMarked();
    const after = sheet.order.indexOf(from.at(-1) ?? "") + 1;
    addAt(after, from.length, 0, (at) => sheet.columns.map((_, column) => sheet.text(from[at] ?? "", column)));
  };
  const pasteHere = (cells: readonly (readonly string[])[]) => {
    const { top, bottom, left, right } = box(marked);
    const one = cells.length === 1 && cells[0]?.length === 1 ? (cells[0][0] ?? "") : null;
    const height = one === null ? cells.length : bottom - top + 1;
    const width = one === null ? Math.max(...cells.map((row) => row.length)) : right - left + 1;
    const missing = top + height - view.length;
    const ids = [...view.slice(top, top + height)];
    const added = missing > 0 ? Array.from({ length: missing }, () => sheet.newId()) : [];
    ids.push(...added);
    const texts = ids.flatMap((row, at) =>
      Array.from({ length: width }, (_, across) => ({ row, column: left + across, text: (one ?? cells[at]?.[across] ?? "").trim() })),
    );
    const inside = texts.filter((cell) => cell.column < sheet.columns.length);
    change((list) => list.set(inside, added.length ? [...list.order, ...added] : undefined));
    const end = { row: top + height - 1, column: Math.min(left + width, sheet.columns.length) - 1 };
    setMarked({ from: end, to: { row: top, column: left } });
  };
  const paste = async (text: string) => {
    const cells = parseCells(text);
    if (cells.length > 1 && (cells[0]?.length ?? 0) > 1) {
      const given = { table: new Blob([text]), name: "what you pasted" };
      const proposed = await proposeTable(given.table).catch(() => null);
      const told = proposed?.columns.filter((one) => one.how === "known" || one.how === "remembered") ?? [];
      if (proposed && told.length >= HEADERS_THAT_TELL) {
        setTable({ given, proposed });
        return;
      }
    }
    pasteHere(cells);
  };
  const openFile = (chosen: File | undefined) =>
    chosen &&
    doing.start(async () => {
      setTable({ given: { table: chosen, name: chosen.name }, proposed: await proposeTable(chosen) });
    });
  const rewrite = (column: string, put: (text: string) => string) => {
    const at = sheet.columns.findIndex((one) => one.name === column);
    const cells = sheet.faults.cells.filter((one) => one.column === column);
    change((list) => list.set(cells.map(({ row }) => ({ row, column: at, text: put(list.text(row, at)) }))));
  };
  const enter = () =>
    doing.start(async () => {
      setEntered(null);
      setTaken(null);
      if (!(await flush())) return;
      const done = await enterPatients(sheet.version);
      markEntered(done.version, done.n_draft_rows === 0);
      setEntered(done);
    });
  const goToCell = (row: string, column: string) => {
    setShown("all");
    setSearch("");
    setSorted(null);
    const place = { row: sheet.order.indexOf(row), column: sheet.columns.findIndex((one) => one.name === column) };
    setMarked({ from: place, to: place });
    focusGrid();
  };
  const choose = (next: Shown) => {
    setShown(next);
    setMarked(NOWHERE);
  };

  const isEmpty = sheet.order.length === 0;
  const nothingFound = !isEmpty && search.trim() !== "" && view.length === 0;
  return (
    <>
      <div className={styles["bar"]} onPaste={(event) => (isEmpty ? void paste(event.clipboardData.getData("text/plain")) : undefined)}>
        <Segments
          label="Rows that are shown"
          hideLabel
          value={shown}
          onChange={choose}
          choices={[
            { id: "all", label: `All ${counts.all}` },
            { id: "included", label: `Included ${counts.included}` },
            { id: "excluded", label: `Excluded ${counts.excluded}` },
            ...(counts.withdrawn > 0 ? [{ id: "withdrawn" as const, label: `Withdrawn ${counts.withdrawn}` }] : []),
            { id: "faulty", label: `To correct ${counts.faulty}` },
          ]}
        />
        <form
          ref={find}
          className={styles["find"]}
          onSubmit={(event) => {
            event.preventDefault();
            if (nothingFound) byNumber.look(search);
          }}
        >
          <TextLine label="Search" hideLabel placeholder="Code, number or word" value={search} onChange={(text) => { byNumber.clear(); searchFor(text); }} />
        </form>
        <span className={styles["space"]} />
        <Button onPress={andBack(() => change((list) => list.undo()))} isDisabled={!sheet.canUndo}>
          Undo
        </Button>
        <Button onPress={andBack(() => change((list) => list.redo()))} isDisabled={!sheet.canRedo}>
          Redo
        </Button>
        <Button onPress={() => addRows(1)}>Add a row</Button>
        <Button onPress={duplicate} isDisabled={isEmpty}>
          Duplicate
        </Button>
        <Button onPress={andBack(remove)} isDisabled={isEmpty}>
          Remove
        </Button>
      </div>
      {taken && (taken.n_filled > 0 || taken.differing.length > 0) ? (
        <TakenShown taken={taken} sheet={sheet} numbers={numbers} onGo={goToCell} />
      ) : null}
      {nothingFound ? (
        <>
          <NothingFound
            typed={search}
            nothing={shown === "all" ? "No row" : "No row that is shown"}
            notHere={shown === "all" ? "Images of it came, but the list has no row of it." : "It has no row among those that are shown."}
            search={byNumber}
          />
          {shown === "all" ? null : <Button onPress={() => choose("all")}>Search all rows</Button>}
        </>
      ) : null}
      {isEmpty ? (
        <div className={styles["start"]} tabIndex={0} role="region" aria-label="Paste a list here" onPaste={(event) => void paste(event.clipboardData.getData("text/plain"))}>
          <Empty title="Nobody is on the list yet">
            <p>
              Copy the rows of your spreadsheet, with its headers, click here, and press <kbd>Ctrl</kbd> <kbd>V</kbd>. Headers in English, Dutch, French
              and German are known; others you name once.
            </p>
            <div className={styles["ends"]}>
              <Button kind="main" onPress={() => file.current?.click()}>
                Import a file …
              </Button>
              <Button onPress={() => addRows(10)}>Type it in</Button>
            </div>
          </Empty>
        </div>
      ) : (
        <Grid
          columns={sheet.columns}
          rows={view}
          numberOf={(id) => numbers.get(id) ?? 0}
          text={(row, column) => sheet.text(row, column)}
          isFaulty={(row, column) => sheet.fault(row, column) !== null}
          inferred={(row, column) => sheet.inferred(row, column)}
          isStruck={(row) => sheet.isWithdrawn(row)}
          marked={marked}
          sorted={sorted}
          onMark={setMarked}
          onSort={(column) =>
            setSorted(sorted?.column !== column ? { column, down: false } : sorted.down ? null : { column, down: true })
          }
          onWrite={write}
          onClear={clear}
          onPaste={(text) => void paste(text)}
          onUndo={() => change((list) => list.undo())}
          onRedo={() => change((list) => list.redo())}
          onLeave={() => find.current?.querySelector("input")?.focus()}
          onPastEnd={() => addRows(1, marked.to.column)}
        />
      )}
      <div className={styles["foot"]}>
        <p role="status" className={fault ? styles["wrong"] : styles["keys"]}>
          {fault ? (
            <>
              <strong>{sheet.columns[marked.to.column]?.label}:</strong> {fault.sentence} {fault.remedy}
            </>
          ) : here !== undefined && sheet.isWithdrawn(here) ? (
            "Withdrawn: used no more. The row stays for the flow of participants."
          ) : here !== undefined && sheet.inferred(here, marked.to.column) ? (
            `Taken as ${sheet.inferred(here, marked.to.column)}, because ${sheet.inferred(here, marked.to.column) === "excluded" ? "a reason for exclusion stands" : "no reason for exclusion stands"}. Type over it where it is not so.`
          ) : (
            "Type to write in a cell, Enter goes down, Tab to the right, F2 changes it, Esc leaves the list."
          )}
        </p>
        <p className={styles["kept"]} data-kept={isKept || undefined}>
          {error ? "Not kept" : isKept ? "Every change is kept" : "Keeping …"}
        </p>
      </div>
      {error ? (
        <>
          <Failure error={error} />
          <div className={styles["ends"]}>
            <Button onPress={() => void flush()}>Try again</Button>
            <Button onPress={() => void doing.start(async () => onAnew(await readPatients()))}>Load the list again</Button>
          </div>
        </>
      ) : null}
      {answer.questions.length > 0 ? (
        <Questions answer={answer} columns={sheet.columns} beforeAnswering={flush} versionNow={() => sheet.version} onAnswered={onAnew} />
      ) : null}
      {sheet.faults.cells.length > 0 ? <Faults sheet={sheet} numbers={numbers} onGo={goToCell} onRewrite={rewrite} tellDay={isoDay} isDay={isOrderedDay} isComma={hasComma} /> : null}
      <div className={styles["enter"]}>
        <p>
          {isEmpty
            ? "A row is one lesion of one screened subject, included or excluded with a reason."
            : sheet.isEntered
              ? "The study has the list as it stands here."
              : counts.faulty > 0
                ? `${many(counts.all - counts.faulty, "row")} can enter the study; ${many(counts.faulty, "row")} to correct ${counts.faulty === 1 ? "stays" : "stay"} here.`
                : `All ${many(counts.all, "row")} can enter the study.`}
        </p>
        <span className={styles["space"]} />
        <input ref={file} type="file" hidden accept=".csv,.tsv,.txt,.xlsx" aria-label="A file of the list" onChange={(event) => { void openFile(event.target.files?.[0]); event.target.value = ""; }} />
        <span className="soft">With real days and comments, noted in the log:</span>
        <a className={styles["file"]} href={patientsFile("xlsx")} download>XLSX</a>
        <a className={styles["file"]} href={patientsFile("csv")} download>CSV</a>
        <Button onPress={() => file.current?.click()}>Import a file …</Button>
        <Button kind="main" onPress={() => void enter()} isDisabled={doing.busy || isEmpty || sheet.isEntered || answer.questions.length > 0 || counts.all === counts.faulty}>
          Enter into the study
        </Button>
      </div>
      {doing.error ? (
        <>
          <Failure error={doing.error} />
          <div className={styles["ends"]}>
            <Button onPress={() => void doing.start(async () => onAnew(await readPatients()))}>Load the list again</Button>
          </div>
        </>
      ) : null}
      {entered ? (
        <Notice good>
          <p>
            {many(entered.n_rows, "row")} of {many(entered.n_subjects, "subject")} entered the study.
          </p>
          {entered.findings.map((one) => (
            <p key={String(one["code"])}>{String(one["sentence"])}</p>
          ))}
        </Notice>
      ) : null}
      {table ? (
        <TableWindow
          columns={sheet.columns}
          given={table.given}
          proposed={table.proposed}
          isEmpty={isEmpty}
          onClose={() => setTable(null)}
          beforeTaking={flush}
          versionNow={() => sheet.version}
          onTaken={(next) => {
            setTable(null);
            setTaken(next);
            takeAnew(next);
            setMarked(NOWHERE);
          }}
        />
      ) : null}
    </>
  );
}

function focusGrid() {
  document.querySelector<HTMLElement>("[role=grid]")?.focus();
}

function viewOf(sheet: ListSheet, shown: Shown, search: string, sorted: Sorted | null): string[] {
  const wanted = search.trim().toLowerCase();
  const fits = (id: string) => {
    if (shown === "faulty" && !sheet.isFaulty(id)) return false;
    if (shown === "withdrawn" && !sheet.isWithdrawn(id)) return false;
    if ((shown === "included" || shown === "excluded") && !isOf(statusOf(sheet, id), shown)) return false;
    return !wanted || sheet.columns.some((_, column) => sheet.text(id, column).toLowerCase().includes(wanted));
  };
  const rows = sheet.order.filter(fits);
  if (!sorted) return rows;
  const compare = new Intl.Collator(undefined, { numeric: true }).compare;
  const sign = sorted.down ? -1 : 1;
  return rows.sort((one, other) => {
    const [a, b] = [sheet.text(one, sorted.column), sheet.text(other, sorted.column)];
    // Blanks stand last, whichever way.
    return a === b ? 0 : !a ? 1 : !b ? -1 : sign * compare(a, b);
  });
}

function countsOf(sheet: ListSheet) {
  const n = { all: 0, included: 0, excluded: 0, withdrawn: 0, faulty: 0 };
  for (const id of sheet.order) {
    if (sheet.isBlank(id)) continue;
    n.all += 1;
    if (isOf(statusOf(sheet, id), "included")) n.included += 1;
    if (isOf(statusOf(sheet, id), "excluded")) n.excluded += 1;
    if (sheet.isWithdrawn(id)) n.withdrawn += 1;
    if (sheet.isFaulty(id)) n.faulty += 1;
  }
  return n;
}

/** Of who withdrew the inferred status says so, whatever is written. */
const statusOf = (sheet: ListSheet, id: string) => sheet.inferred(id, sheet.status) || sheet.text(id, sheet.status);
const STARTS = { included: /^(in|opgen|ge[iï]n|eing)/i, excluded: /^(ex|uit|ge[eë]x|aus)/i };
const isOf = (text: string, status: "included" | "excluded") => STARTS[status].test(text.trim());
