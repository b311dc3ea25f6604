// What can be undone: drafts before and after, oldest first.
import { sameDraft, type Draft } from "./draft";

const KEPT = 500;

export class History {
  private constructor(
    readonly now: Draft,
    private readonly before: readonly Draft[],
    private readonly after: readonly Draft[],
  ) {}

  static of(draft: Draft): History {
    return new History(draft, [], []);
  }

  get canUndo(): boolean {
    return this.before.length > 0;
  }

  get canRedo(): boolean {
    return this.after.length > 0;
  }

  /** A new edit; what had been undone is no longer ahead. */
  with(draft: Draft): History {
    if (sameDraft(draft, this.now)) return this;
    return new History(draft, [...this.before, this.now].slice(-KEPT), []);
  }

  undo(): History {
    const draft = this.before.at(-1);
    return draft ? new History(draft, this.before.slice(0, -1), [this.now, ...this.after]) : this;
  }

  redo(): History {
    const [draft, ...rest] = this.after;
    return draft ? new History(draft, [...this.before, this.now], rest) : this;
  }
}
