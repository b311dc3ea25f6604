// One reader at one case: what is drawn, what is chosen, what the server said. Screens listen to it; tools and
// commands change it. It draws nothing itself and never computes a number of record.
import {
  EMPTY_DRAFT,
  MAX_POINTS,
  newId,
  withContour,
  withDrawn,
  withoutContour,
  withoutRuler,
  withRuler,
  type Contour,
  type Draft,
  type DrawnWith,
  type Role,
  type Ruler,
} from "../../../regions/draft";
import { History } from "../../../regions/history";
import { thinned, windingNumber, type Point2, type Ring2 } from "../../../regions/ring";
import { Refusal } from "../../../api";
import { measure, repair, saveDraft, type Feedback, type Numbers, type ReadingList } from "../case";
import { makeTool, type ToolName } from "../pointer/tools";
import type { Desk, Place, Tool } from "../pointer/tool";
import type { EditStore } from "../saving/edit-store";
import { Saver, type SaveState } from "../saving/saver";
import { isAlive } from "../saving/tab";
import type { Board } from "./board";
import type { OpenCase } from "./cases";

export type DrawAs = Role | "hole";
export type WindowName = "lock" | "keys" | "find" | "cannot-assess" | "amend" | null;

export class Reading implements Desk {
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
  numbers: Numbers | null = null;
  measuring = false;
  message = "";
  saving: SaveState = { kind: "saved", at: null };
  /** The cursor is moved by keys: it is shown on the active image too, where a mouse shows its own. */
  byKeyboard = false;
  version = 0;

  /** One key for however many tries one signature takes. */
  readonly lockKey = crypto.randomUUID();

  private readonly saver: Saver;
  private readonly listeners = new Set<() => void>();
  private asked: AbortController | null = null;
  /** The draft whose numbers were asked for last: a comment moves none. */
  private measured: Draft | null = null;
  private told = false;
  private edits = 0;

  constructor(
    readonly open: OpenCase,
    readonly list: ReadingList,
    owner: { reader: string; tab: string },
    store: EditStore,
    readonly board: Board,
    /** Of a training case that was locked just now. */
    readonly feedback: Feedback | null = null,
  ) {
    const { facts } = open;
    board.onMoved = this.changed;
    this.history = History.of(facts.draft ?? EMPTY_DRAFT);
    this.tool = makeTool(this.toolName, this);
    this.saver = new Saver(
      { ...owner, item: facts.item },
      store,
      (base, key, draft) => saveDraft(facts.item, base, key, draft),
      facts.revision,
      (state) => this.saved(state),
    );
  }

  /** Shows the case, takes up what an earlier page had not saved, and asks for the numbers. */
  async begin(): Promise<void> {
    const { facts, series } = this.open;
    const layout = this.list.layout.flat();
    this.board.open(series, layout.length > 0 ? layout : ["t2", "dwi", "adc", "t1"], facts.pointer?.point_lps_mm ?? null);
    if (facts.locked) {
      this.numbers = facts.locked.numbers ?? null;
      this.changed();
      return;
    }
    const kept = await this.saver.resume(isAlive);
    if (kept && this.edits === 0) this.history = this.history.with(kept);
    this.measureSoon();
    this.changed();
  }

  close(): void {
    this.saver.close();
    this.asked?.abort();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** Listeners hear of it once the present event is over, however much changed in it. */
  readonly changed = (): void => {
    this.version += 1;
    if (this.told) return;
    this.told = true;
    queueMicrotask(() => {
      this.told = false;
      for (const listener of this.listeners) listener();
    });
  };

  get draft(): Draft {
    return this.history.now;
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

  get selection(): Contour | null {
    return this.draft.contours.find((contour) => contour.id === this.selected) ?? null;
  }


  edit(draft: Draft): void {
    if (!this.isOpen) {
      this.say("This case is locked.");
      return;
    }
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
    const frame = place.frames.facts.frames[place.index]!.number;
    const series = place.frames.facts.id;
    return this.draft.contours.filter((contour) => contour.series === series && contour.frame === frame);
  }

  drawn(place: Place, ring: Ring2, tool: DrawnWith): void {
    if (this.drawAs === "hole") {
      this.cutHole(place, ring);
      return;
    }
    const contour: Contour = {
      id: newId(),
      role: this.drawAs,
      series: place.frames.facts.id,
      frame: place.frames.facts.frames[place.index]!.number,
      tool,
      points_lps_mm: this.inside(place, ring),
      holes_lps_mm: [],
    };
    if (contour.points_lps_mm.length < 3) return;
    const draft = withDrawn(this.draft, contour);
    const replaced = draft.contours.length === this.draft.contours.length;
    this.selected = contour.id;
    this.message = replaced ? "The region that was here is one undo away." : "";
    this.edit(draft);
  }

  reshaped(contour: Contour, place: Place, ring: Ring2, holes?: readonly Ring2[]): void {
    this.selected = contour.id;
    this.edit(
      withContour(this.draft, {
        ...contour,
        points_lps_mm: this.inside(place, ring),
        ...(holes ? { holes_lps_mm: holes.map((hole) => this.inside(place, hole)) } : {}),
      }),
    );
  }

  ruled(place: Place, axis: Ruler["axis"], from: Point2, to: Point2): void {
    const { plane, frames, index } = place;
    this.edit(
      withRuler(this.draft, {
        id: newId(),
        axis,
        series: frames.facts.id,
        frame: frames.facts.frames[index]!.number,
        from_lps_mm: plane.toLps(plane.clamp(from)),
        to_lps_mm: plane.toLps(plane.clamp(to)),
      }),
    );
  }

  pan(place: Place, by: Point2): void {
    this.board.pan(place.at, by);
  }

  remove(): void {
    if (this.selected) {
      this.edit(withoutContour(this.draft, this.selected));
      this.selected = null;
    }
  }

  removeRuler(id: string): void {
    this.edit(withoutRuler(this.draft, id));
  }

  setCircleArea(area: number): void {
    this.circleArea = Math.min(10_000, Math.max(1, area));
    this.changed();
  }

  setDiscRadius(radius: number): void {
    this.discRadius = Math.min(50, Math.max(0.5, radius));
    this.changed();
  }

  async repair(id: string): Promise<void> {
    const contour = this.draft.contours.find((one) => one.id === id);
    if (!contour) return;
    try {
      const { contours, sentence } = await repair(this.open.facts.item, contour);
      const rest = this.draft.contours.filter((one) => one.id !== id);
      this.edit({ ...this.draft, contours: [...rest, ...contours] });
      this.selected = contours[0]?.id ?? null;
      this.say(`${sentence} Undo brings back what was drawn.`);
    } catch (thrown) {
      this.say(Refusal.of(thrown).message);
    }
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
    this.measureSoon();
    this.changed();
  }

  private kept(): void {
    this.edits += 1;
    void this.saver.add(this.draft);
    const { contours, rulers } = this.draft;
    const measured = this.measured;
    if (contours !== measured?.contours || rulers !== measured.rulers) this.measureSoon();
    this.changed();
  }

  private saved(state: SaveState): void {
    this.saving = state;
    this.changed();
  }

  private cutHole(place: Place, ring: Ring2): void {
    const under = this.contoursAt(place);
    const around = (contour: Contour) =>
      ring.every((point) => windingNumber(point, place.plane.ringToPlane(contour.points_lps_mm)) !== 0);
    const outer = under.find((contour) => contour.id === this.selected && around(contour)) ?? under.find(around);
    if (!outer) {
      this.say("A hole lies inside a region of the same slice: draw the region first.");
      return;
    }
    this.selected = outer.id;
    this.edit(
      withContour(this.draft, { ...outer, holes_lps_mm: [...outer.holes_lps_mm, this.inside(place, ring)] }),
    );
  }

  private inside(place: Place, ring: Ring2): Contour["points_lps_mm"] {
    const { plane } = place;
    let points = thinned(
      ring.map((point) => plane.clamp(point)),
      1e-3,
    );
    for (let step = 0.1; points.length > MAX_POINTS; step *= 2) points = thinned(points, step);
    return plane.ringToLps(points);
  }


  private measureSoon(): void {
    this.asked?.abort();
    this.measured = this.draft;
    if (this.draft.contours.length === 0 && this.draft.rulers.length === 0) {
      this.numbers = null;
      this.measuring = false;
      return;
    }
    this.measuring = true;
    void this.measure();
  }

  private async measure(): Promise<void> {
    const asked = new AbortController();
    this.asked = asked;
    try {
      const numbers = await measure(this.open.facts.item, this.draft, asked.signal);
      if (asked.signal.aborted) return;
      this.numbers = numbers;
    } catch {
      if (asked.signal.aborted) return;
      this.numbers = null;
    }
    this.measuring = false;
    this.changed();
  }
}
