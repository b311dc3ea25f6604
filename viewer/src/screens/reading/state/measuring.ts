// What the server says that a draft measures: asked anew after each edit that can move a number, the newest draft's
// answer only.
import type { Draft } from "../../../regions/draft";
import { areStale, measure, type Case, type Numbers } from "../case";

export class Measuring {
  numbers: Numbers | null = null;
  busy = false;
  private asked: AbortController | null = null;
  /** The draft that was asked about last: a comment moves no number. */
  private last: Draft | null = null;

  constructor(
    private readonly facts: Case,
    private readonly changed: () => void,
    private readonly onStale: () => void,
  ) {}

  /** Ask, unless the answer would be the same. */
  follow(draft: Draft): void {
    if (draft.contours !== this.last?.contours || draft.rulers !== this.last.rulers) this.ask(draft);
  }

  ask(draft: Draft): void {
    this.close();
    this.last = draft;
    this.busy = draft.contours.length > 0 || draft.rulers.length > 0;
    if (this.busy) void this.answer(draft);
    else this.numbers = null;
  }

  close(): void {
    this.asked?.abort();
  }

  private async answer(draft: Draft): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    const { item, images } = this.facts;
    const numbers = await measure(item, draft, images, asked.signal).catch((thrown: unknown) => {
      if (areStale(thrown)) this.onStale();
      return null;
    });
    if (asked.signal.aborted) return;
    this.numbers = numbers;
    this.busy = false;
    this.changed();
  }
}
