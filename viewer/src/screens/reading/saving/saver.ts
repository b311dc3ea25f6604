// Every edit goes to the browser's own store first, then to the server, one after the other, each on the revision
// that the one before it became. Nothing is overwritten: a draft saved elsewhere stops the line until a person chooses.
import type { Draft } from "../../../regions/draft";
import type { EditStore, KeptEdit } from "./edit-store";

export interface SaveAnswer {
  readonly revision: number;
}

/** Why the server did not take an edit, as far as it matters here. */
export interface SaveRefusal {
  readonly status: number;
  readonly body: unknown;
  readonly message: string;
}

export type SaveEdit = (base: number, key: string, draft: Draft, images: string) => Promise<SaveAnswer>;

export interface Theirs {
  readonly revision: number;
  readonly draft: Draft | null;
}

export type SaveState =
  | { readonly kind: "saved"; readonly at: Date | null }
  | { readonly kind: "saving"; readonly waiting: number }
  | { readonly kind: "offline"; readonly waiting: number }
  | { readonly kind: "signed-out"; readonly waiting: number }
  | { readonly kind: "conflict"; readonly waiting: number; readonly theirs: Theirs; readonly mine: Draft }
  | { readonly kind: "locked"; readonly waiting: number }
  | { readonly kind: "refused"; readonly waiting: number; readonly sentence: string };

const RETRY_MS = [500, 1_000, 2_000, 5_000, 10_000];

export class Saver {
  state: SaveState = { kind: "saved", at: null };
  private line: KeptEdit[] = [];
  private sequence = 0;
  private failures = 0;
  private running = false;
  private kept: Promise<void> = Promise.resolve();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private closed = false;

  constructor(
    private readonly owner: { readonly reader: string; readonly item: string; readonly tab: string; readonly images?: string },
    private readonly store: EditStore,
    private readonly save: SaveEdit,
    /** The last revision the server has answered for. */
    public revision: number,
    private readonly changed: (state: SaveState) => void,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Edits of an earlier page that the server has not got: they go first. The last of their drafts, if any. */
  async resume(isAlive: (tab: string) => Promise<boolean>): Promise<Draft | null> {
    const all = await this.store.of(this.owner.reader, this.owner.item);
    const mine: KeptEdit[] = [];
    for (const edit of all) if (edit.tab === this.owner.tab || !(await isAlive(edit.tab))) mine.push(edit);
    if (mine.length === 0) return null;
    const lastTab = mine.at(-1)!.tab;
    this.line = mine.filter((edit) => edit.tab === lastTab);
    this.sequence = Math.max(...this.line.map((edit) => edit.sequence)) + 1;
    // An older tab's edits are older drafts of the same case: each is a revision of its own before the newest.
    this.line = [...mine.filter((edit) => edit.tab !== lastTab), ...this.line];
    void this.run();
    return this.line.at(-1)!.draft;
  }

  /** Whether something that waits was drawn on another list of series than this page shows. */
  get isStale(): boolean {
    return this.line.some((edit) => edit.images !== undefined && edit.images !== this.owner.images);
  }

  /** Keep an edit. It is safe from a crash of the page when this resolves, and on the server some time later. */
  add(draft: Draft): Promise<void> {
    if (this.state.kind === "refused") this.passOver();
    const edit: KeptEdit = {
      ...this.owner,
      key: crypto.randomUUID(),
      sequence: (this.sequence += 1),
      base: this.line.length === 0 ? this.revision : null,
      draft,
      at: this.now().toISOString(),
    };
    this.line.push(edit);
    this.kept = this.kept.then(() => this.store.keep(edit)).catch(() => undefined);
    if (this.state.kind === "saved") this.say({ kind: "saving", waiting: this.line.length });
    else this.say({ ...this.state, waiting: this.line.length });
    const kept = this.kept;
    void kept.then(() => this.run());
    return kept;
  }

  /** Try again now: the network is back, or the person has signed in. */
  retry(): void {
    if (this.state.kind === "conflict" || this.state.kind === "locked") return;
    clearTimeout(this.timer);
    void this.run();
  }

  /** Resolves when the server has everything; false when it cannot have it now. */
  async flushed(): Promise<boolean> {
    this.retry();
    await this.kept;
    while (this.running) await new Promise((resolve) => setTimeout(resolve, 10));
    return this.line.length === 0;
  }

  /** After a conflict: what was drawn here becomes the next revision on top of theirs, which stays as a revision. */
  async keepMine(): Promise<void> {
    if (this.state.kind !== "conflict") return;
    const { theirs, mine } = this.state;
    await this.dropLine();
    this.revision = theirs.revision;
    this.state = { kind: "saved", at: null };
    await this.add(mine);
  }

  /** After a conflict: what was drawn here becomes a revision too, and theirs stands on top of it. */
  async takeTheirs(): Promise<void> {
    if (this.state.kind !== "conflict") return;
    const { theirs } = this.state;
    await this.keepMine();
    if (theirs.draft) await this.add(theirs.draft);
  }

  /** An edit that the server will never take makes way for the next. */
  private passOver(): void {
    const keys = this.line.splice(0).map((edit) => edit.key);
    void this.store.forget(keys).catch(() => undefined);
    this.state = { kind: "saved", at: null };
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async dropLine(): Promise<void> {
    const keys = this.line.map((edit) => edit.key);
    this.line = [];
    await this.kept;
    await this.store.forget(keys).catch(() => undefined);
  }

  private async run(): Promise<void> {
    if (this.running || this.closed || this.state.kind === "conflict" || this.state.kind === "locked") return;
    this.running = true;
    try {
      while (this.line.length > 0 && !this.closed) if (!(await this.sendFirst())) return;
    } finally {
      this.running = false;
    }
  }

  private async sendFirst(): Promise<boolean> {
    const edit = this.line[0]!;
    let answer: SaveAnswer;
    try {
      answer = await this.save(edit.base ?? this.revision, edit.key, edit.draft, edit.images ?? "");
    } catch (thrown) {
      this.refused(thrown as SaveRefusal);
      return false;
    }
    this.failures = 0;
    this.revision = answer.revision;
    this.line.shift();
    const next = this.line[0];
    if (next && next.base === null) this.line[0] = { ...next, base: answer.revision };
    await this.store.answered(edit.key, this.line[0] ?? null).catch(() => undefined);
    const waiting = this.line.length;
    this.say(waiting === 0 ? { kind: "saved", at: this.now() } : { kind: "saving", waiting });
    return true;
  }

  private refused(why: SaveRefusal): void {
    const waiting = this.line.length;
    const current = (why.body as { current?: Theirs; error?: { current?: Theirs } } | null)?.current;
    if (why.status === 409 && current) {
      this.say({ kind: "conflict", waiting, theirs: current, mine: this.line.at(-1)!.draft });
    } else if (why.status === 423) this.say({ kind: "locked", waiting });
    else if (why.status === 401) this.say({ kind: "signed-out", waiting });
    else if (why.status >= 400 && why.status < 500 && why.status !== 408 && why.status !== 429) {
      this.say({ kind: "refused", waiting, sentence: why.message });
    } else {
      const pause = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)]!;
      this.failures += 1;
      this.say({ kind: "offline", waiting });
      this.timer = setTimeout(() => void this.run(), pause);
    }
  }

  private say(state: SaveState): void {
    this.state = state;
    if (!this.closed) this.changed(state);
  }
}
