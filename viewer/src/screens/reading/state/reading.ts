// One reader at one case: what is drawn, what is chosen, what the server said. Screens listen to it; tools and
// commands change it. It draws nothing itself and never computes a number of record.
import {
  EMPTY_DRAFT,
  withoutContour,
  withoutRuler,
  type Contour,
  type Draft,
  type DrawnWith,
  type Role,
  type Ruler,
} from "../../../regions/draft";
import { History } from "../../../regions/history";
import type { Point2, Ring2 } from "../../../regions/ring";
import { saveDraft, type Feedback, type Numbers, type ReadingList } from "../case";
import { makeTool, type ToolName } from "../pointer/tools";
import type { Desk, Place, Tool } from "../pointer/tool";
import type { EditStore } from "../saving/edit-store";
import { Saver, type SaveState } from "../saving/saver";
import { isAlive } from "../saving/tab";
import type { Board } from "./board";
import type { OpenCase } from "./cases";
import { Measuring } from "./measuring";
import { Observed } from "./observed";
import { axisRuled, contoursOn, holeCut, regionDrawn, regionReshaped, type Outcome } from "./strokes";

export type DrawAs = Role | "hole";
export type WindowName = "lock" | "keys" | "find" | "cannot-assess" | "amend" | null;

export class Reading extends Observed implements Desk {
  history: History;
  selected: string | null = null;
  drawAs: DrawAs = "lesion";
  toolName: ToolName = "freehand";
  tool: Tool;
  discRadius = 5;
  circleArea = 100;
  showErosion = false;
  showOthers = true;
  window: WindowName = null;
  message = "";
  saving: SaveState = { kind: "saved", at: null };
  /** The cursor is moved by keys: it is shown on the active image too, where a mouse shows its own. */
  byKeyboard = false;

  /** One key for however many tries one signature takes. */
  readonly lockKey = crypto.randomUUID();

  private readonly saver: Saver;
  private readonly asked: Measuring;
  private edits = 0;

  /** The case's images changed: it is to be opened again. What was drawn is on the server then. */
  onStale: () => void = () => undefined;

  constructor(
    readonly open: OpenCase,
    readonly list: ReadingList,
    owner: { reader: string; tab: string },
    store: EditStore,
    readonly board: Board,
    /** Of a training case that was locked just now. */
    readonly feedback: Feedback | null = null,
  ) {
    super();
    const { facts } = open;
    board.onMoved = this.changed;
    this.history = History.of(facts.draft ?? EMPTY_DRAFT);
    this.tool = makeTool(this.toolName, this);
    this.asked = new Measuring(facts, this.changed, () => void this.loadAgain());
    this.saver = new Saver(
      { ...owner, item: facts.item, images: facts.images },
      store,
      (base, key, draft, images) => saveDraft(facts.item, base, key, draft, images),
      facts.revision,
      (state) => {
        this.saving = state;
        this.changed();
      },
    );
  }

  /** Shows the case, takes up what an earlier page had not saved, and asks for the numbers. */
  async begin(): Promise<void> {
    const { facts, series } = this.open;
    this.board.open(series, this.list.layout.flat(), facts.pointer?.point_lps_mm ?? null);
    if (facts.locked) {
      this.asked.numbers = facts.locked.numbers ?? null;
      this.changed();
      return;
    }
    const kept = await this.saver.resume(isAlive);
    if (this.saver.isStale) return this.loadAgain();
    if (kept && this.edits === 0) this.history = this.history.with(kept);
    this.asked.ask(this.draft);
    this.changed();
  }

  /** After everything that was drawn here is saved, under the series that it was drawn on. */
  async loadAgain(): Promise<void> {
    if (await this.saver.flushed()) this.onStale();
  }

  close(): void {
    this.saver.close();
    this.asked.close();
  }

  get draft(): Draft {
    return this.history.now;
  }

  get numbers(): Numbers | null {
    return this.asked.numbers;
  }

  get measuring(): boolean {
    return this.asked.busy;
  }

  get isOpen(): boolean {
    return this.open.facts.state !== "locked" && this.saving.kind !== "locked";
  }

  get revision(): number {
    return this.saver.revision;
  }

  say(message: string): void {
    this.message = message;
    this.changed();
  }

  show(window: WindowName): void {
    this.window = window;
    this.changed();
  }

  use(name: ToolName): void {
    this.tool.cancel();
    this.toolName = name;
    this.tool = makeTool(name, this);
    this.message = "";
    this.changed();
  }

  draw(as: DrawAs): void {
    this.drawAs = as;
    this.changed();
  }

  select(id: string | null): void {
    this.selected = id;
    this.changed();
  }

  edit(draft: Draft): void {
    if (!this.isOpen) return this.say("This case is locked.");
    const history = this.history.with(draft);
    if (history === this.history) return;
    this.history = history;
    this.kept();
  }

  undo(): void {
    if (this.tool.busy) this.tool.back();
    else if (this.isOpen && this.history.canUndo) {
      this.history = this.history.undo();
      this.kept();
    }
    this.changed();
  }

  redo(): void {
    if (!this.isOpen || !this.history.canRedo) return;
    this.history = this.history.redo();
    this.kept();
  }

  contoursAt(place: Place): readonly Contour[] {
    return contoursOn(this.draft, place);
  }

  drawn(place: Place, ring: Ring2, tool: DrawnWith): void {
    const { draft, drawAs } = this;
    if (drawAs === "hole") this.take(holeCut(draft, this.selected, place, ring));
    else this.take(regionDrawn(draft, drawAs, place, ring, tool));
  }

  reshaped(contour: Contour, place: Place, ring: Ring2, holes?: readonly Ring2[]): void {
    this.take(regionReshaped(this.draft, contour, place, ring, holes));
  }

  ruled(place: Place, axis: Ruler["axis"], from: Point2, to: Point2): void {
    this.take(axisRuled(this.draft, axis, place, from, to));
  }

  pan(place: Place, by: Point2): void {
    this.board.pan(place.at, by);
  }

  /** The selected region or ruler goes. */
  remove(): void {
    const { selected } = this;
    if (selected === null) this.say("Select a region or a ruler first (R).");
    else this.take({ draft: withoutRuler(withoutContour(this.draft, selected), selected), selected: null, message: "" });
  }

  setCircleArea(area: number): void {
    this.circleArea = Math.min(10_000, Math.max(1, area));
    this.changed();
  }

  setDiscRadius(radius: number): void {
    this.discRadius = Math.min(50, Math.max(0.5, radius));
    this.changed();
  }

  /** Everything is on the server; false when it is not. */
  flushed(): Promise<boolean> {
    return this.saver.flushed();
  }

  retrySaving(): void {
    this.saver.retry();
  }

  async keepMine(): Promise<void> {
    await this.saver.keepMine();
    this.changed();
  }

  /** Theirs is shown; what was drawn here stays one undo away. */
  async takeTheirs(): Promise<void> {
    const { saving } = this;
    if (saving.kind !== "conflict") return;
    await this.saver.takeTheirs();
    this.history = this.history.with(saving.theirs.draft ?? EMPTY_DRAFT);
    this.selected = null;
    this.asked.ask(this.draft);
    this.changed();
  }

  private take(outcome: Outcome | null): void {
    if (!outcome) return;
    this.selected = outcome.selected;
    this.message = outcome.message;
    this.edit(outcome.draft);
    this.changed();
  }

  private kept(): void {
    this.edits += 1;
    void this.saver.add(this.draft);
    this.asked.follow(this.draft);
    this.changed();
  }
}
