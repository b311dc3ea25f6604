// The list as this window has it: rows by id, their order, what can be undone, and what the server has not kept yet.
// A row that was taken out stays known, so that undoing needs nobody. Knows no drawing.
import type { ChangedPatients, GridColumn, GridFaults, Patients } from "../../../api";

export type CellChange = { row: string; column: number; before: string; after: string };
export type Step = { cells: readonly CellChange[]; order?: { before: readonly string[]; after: readonly string[] } };
export type Unsent = { rows: Map<string, Record<string, string>>; order: boolean };

const MOST_STEPS = 200;
const MOST_ROWS_AT_ONCE = 2000;

export class ListSheet {
  readonly columns: readonly GridColumn[];
  readonly subject: number;
  readonly status: number;
  private readonly reason: number;
  order: readonly string[];
  version: string;
  isEntered: boolean;
  /** Codes of those whose rows are used no more. */
  readonly withdrawn: ReadonlySet<string>;
  faults: GridFaults = { kinds: [], cells: [] };
  private readonly cells = new Map<string, string[]>();
  private readonly faulty = new Map<string, number>();
  private readonly done: Step[] = [];
  private readonly undone: Step[] = [];
  private unsent: Unsent = { rows: new Map(), order: false };
  private next = 1;

  constructor(answer: Patients) {
    this.columns = answer.columns;
    this.subject = answer.columns.findIndex((one) => one.name === "subject");
    this.status = answer.columns.findIndex((one) => one.name === "status");
    this.reason = answer.columns.findIndex((one) => one.name === "exclusion_reason");
    this.order = answer.rows.map((one) => one.id);
    for (const { id, cells } of answer.rows) this.cells.set(id, [...cells]);
    this.version = answer.version;
    this.isEntered = answer.is_entered;
    this.withdrawn = new Set(answer.withdrawn);
    this.takeFaults(answer.faults);
  }

  text(row: string, column: number): string {
    return this.cells.get(row)?.[column] ?? "";
  }

  isBlank(row: string): boolean {
    return !this.cells.get(row)?.some((text) => text.trim());
  }

  isWithdrawn(row: string): boolean {
    return this.withdrawn.has(this.text(row, this.subject).trim());
  }

  /** What a status counts as where nobody wrote it (a row with a reason of exclusion is excluded), or where the subject withdrew. */
  inferred(row: string, column: number): string {
    if (column !== this.status) return "";
    if (this.isWithdrawn(row)) return "withdrawn";
    if (this.text(row, column).trim() || this.isBlank(row)) return "";
    return this.text(row, this.reason).trim() ? "excluded" : "included";
  }

  fault(row: string, column: number) {
    const kind = this.faulty.get(`${row} ${this.columns[column]?.name}`);
    return kind === undefined ? null : (this.faults.kinds[kind] ?? null);
  }

  isFaulty(row: string): boolean {
    return this.faulty.has(row);
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  get isKept(): boolean {
    return this.unsent.rows.size === 0 && !this.unsent.order;
  }

  newId(): string {
    for (;;) {
      const id = `n${(this.next++).toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`;
      if (!this.cells.has(id)) return id;
    }
  }

  /** `texts` by row and column; only what differs is a change, or what is typed again over a cell to correct. Rows not in the list yet come where `order` says. */
  set(texts: readonly { row: string; column: number; text: string }[], order?: readonly string[]): boolean {
    const cells = texts
      .map(({ row, column, text }) => ({ row, column, before: this.text(row, column), after: text }))
      .filter((one) => one.before !== one.after || (one.after !== "" && this.fault(one.row, one.column) !== null));
    if (cells.length === 0 && !order) return false;
    const step: Step = order ? { cells, order: { before: this.order, after: order } } : { cells };
    this.apply(step, true);
    this.remember(step);
    return true;
  }

  undo(): boolean {
    const step = this.done.pop();
    if (!step) return false;
    this.apply(step, false);
    this.undone.push(step);
    return true;
  }

  redo(): boolean {
    const step = this.undone.pop();
    if (!step) return false;
    this.apply(step, true);
    this.done.push(step);
    return true;
  }

  /** A list that the server changed: what stood before can still be undone to. */
  takeAnew(answer: Patients): void {
    const before = this.order;
    const filled = answer.rows.flatMap(({ id, cells }) =>
      this.cells.has(id)
        ? cells.map((after, column) => ({ row: id, column, before: this.text(id, column), after })).filter((one) => one.before !== one.after)
        : [],
    );
    for (const { id, cells } of answer.rows) this.cells.set(id, [...cells]);
    this.order = answer.rows.map((one) => one.id);
    this.remember({ cells: filled, order: { before, after: this.order } });
    this.version = answer.version;
    this.isEntered = answer.is_entered;
    this.takeFaults(answer.faults);
  }

  /** What is to be sent next; it counts as unsent again if `putBack` is called. */
  takeUnsent(): Unsent {
    const rows = new Map([...this.unsent.rows].slice(0, MOST_ROWS_AT_ONCE));
    for (const id of rows.keys()) this.unsent.rows.delete(id);
    const isLast = this.unsent.rows.size === 0;
    const taken = { rows, order: isLast && this.unsent.order };
    if (isLast) this.unsent.order = false;
    return taken;
  }

  putBack(taken: Unsent): void {
    for (const [id, said] of taken.rows) this.unsent.rows.set(id, { ...said, ...this.unsent.rows.get(id) });
    this.unsent.order ||= taken.order;
  }

  /** A number that was sent is from here on called by its code, also in what can be undone. */
  takeChanged(sent: Unsent, answer: ChangedPatients): void {
    this.version = answer.version;
    this.isEntered = answer.is_entered;
    this.takeFaults(answer.faults);
    for (const [id, code] of Object.entries(answer.codes)) {
      const typed = sent.rows.get(id)?.["subject"];
      if (!typed || typed === code) continue;
      if (this.text(id, this.subject) === typed) this.write(id, this.subject, code);
      for (const step of [...this.done, ...this.undone]) {
        for (const one of step.cells) {
          if (one.row !== id || one.column !== this.subject) continue;
          if (one.before === typed) one.before = code;
          if (one.after === typed) one.after = code;
        }
      }
    }
  }

  private texts(row: string): Record<string, string> {
    const filled = this.columns.map((one, at) => [one.name, this.text(row, at)] as const).filter(([, text]) => text);
    return Object.fromEntries(filled);
  }

  private remember(step: Step): void {
    this.done.push(step);
    if (this.done.length > MOST_STEPS) this.done.shift();
    this.undone.length = 0;
  }

  private apply(step: Step, forward: boolean): void {
    for (const one of step.cells) {
      this.write(one.row, one.column, forward ? one.after : one.before);
      const name = this.columns[one.column]?.name ?? "";
      this.unsent.rows.set(one.row, { ...this.unsent.rows.get(one.row), [name]: forward ? one.after : one.before });
    }
    if (step.order) {
      const stood = new Set(this.order);
      this.order = forward ? step.order.after : step.order.before;
      for (const id of this.order) if (!stood.has(id)) this.unsent.rows.set(id, this.texts(id));
      this.unsent.order = true;
    }
    const there = new Set(this.order);
    for (const id of this.unsent.rows.keys()) if (!there.has(id)) this.unsent.rows.delete(id);
  }

  private write(row: string, column: number, text: string): void {
    const cells = this.cells.get(row) ?? this.columns.map(() => "");
    cells[column] = text;
    this.cells.set(row, cells);
  }

  private takeFaults(faults: GridFaults): void {
    this.faults = faults;
    this.faulty.clear();
    for (const one of faults.cells) {
      this.faulty.set(`${one.row} ${one.column}`, one.fault);
      this.faulty.set(one.row, one.fault);
    }
  }
}
