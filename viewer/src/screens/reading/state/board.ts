// What stands in the four panes: series, frame, view, window, colours; scrolling by position, linking on demand. It
// drives the panes and says when something moved; it knows no contour.
import type { Point3 } from "../../../regions/draft";
import type { Plane } from "../../../regions/plane";
import type { Point2 } from "../../../regions/ring";
import { SeriesFrames } from "../../../viewer/frames";
import { windowFor, type Window } from "../../../viewer/shades";
import type { Pane, View } from "../../../viewer/stage";
import type { CaseSeries, SeriesRole } from "../case";
import { slicesAt, slicesFollowing, viewsFollowing, type Changes } from "./following";
import * as look from "./shown";
import type { Shown } from "./shown";

export class Board {
  shown: (Shown | null)[] = [];
  active = 0;
  linked = false;
  /** A case is shown close up as soon as it opens, if the one before was. */
  isClose = false;
  maximised: number | null = null;
  cursor: Point3 | null = null;
  private panes: (Pane | null)[] = [];
  private series: readonly { facts: CaseSeries; frames: SeriesFrames }[] = [];
  private place: Point3 = [0, 0, 0];

  /** Told of every change; the board outlives the cases that are shown on it. */
  onMoved: () => void = () => undefined;

  constructor(readonly count = 4) {}

  /** The panes on the screen, and another number of them when the window is laid out anew. */
  attach(at: number, pane: Pane | null): void {
    this.panes[at] = pane;
    if (pane && this.shown[at]) this.draw(at, true);
  }

  /** A new case: its series go to the places that the layout names; `place` is looked at first. */
  open(series: readonly { facts: CaseSeries; frames: SeriesFrames }[], layout: readonly SeriesRole[], place: Point3 | null): void {
    const before = this.shown;
    this.series = series;
    const main = series.find((one) => one.facts.is_record) ?? series[0];
    this.place = place ?? (main ? look.middleOf(main.frames) : [0, 0, 0]);
    this.cursor = this.place;
    this.maximised = null;
    this.shown = layout.slice(0, this.count).map((role, at) => {
      const one = series.find(({ facts }) => facts.role === role);
      if (!one) return null;
      const colours = before[at]?.series.role === role ? before[at].colours : "grey";
      return look.fitted(one.facts, one.frames, this.place, this.panes[at]?.element, colours);
    });
    const record = this.shown.findIndex((one) => one?.series.is_record);
    this.active = record >= 0 ? record : Math.max(0, this.shown.findIndex((one) => one !== null));
    if (this.isClose) this.lookAt(this.place, true);
    this.shown.forEach((_, at) => this.draw(at, true));
    this.onMoved();
  }

  get current(): Shown | null {
    return this.shown[this.active] ?? null;
  }

  planeOf(at: number): Plane | null {
    const one = this.shown[at];
    return one ? (one.frames.planes[one.index] ?? null) : null;
  }

  activate(at: number): void {
    if (this.active === at || !this.shown[at]) return;
    this.active = at;
    this.onMoved();
  }

  /** Turn the pane's stack; the others follow by position. */
  scroll(at: number, steps: number): void {
    const one = this.shown[at];
    if (one) this.goToFrame(at, one.index + steps);
  }

  goToFrame(at: number, index: number): void {
    const one = this.shown[at];
    if (!one) return;
    const wanted = Math.min(one.frames.count - 1, Math.max(0, index));
    const plane = one.frames.planes[wanted]!;
    this.set(at, { index: wanted, away: false });
    this.place = plane.toLps(one.view.centre);
    this.change(slicesFollowing(this.shown, at, plane));
    if (this.cursor) this.cursor = plane.toLps(plane.clamp(plane.toPlane(this.cursor)));
    this.onMoved();
  }

  goTo(place: Point3): void {
    this.place = place;
    this.cursor = place;
    this.change(slicesAt(this.shown, place));
    this.onMoved();
  }

  setCursor(place: Point3 | null): void {
    this.cursor = place;
    this.onMoved();
  }

  setView(at: number, view: View): void {
    if (!this.shown[at]) return;
    this.set(at, { view });
    if (this.linked) this.change(viewsFollowing(this.shown, at, view));
    this.onMoved();
  }

  /** Zoom by a factor (above 1: nearer) round a place that stays where it is. */
  zoom(at: number, factor: number, round?: Point2): void {
    const one = this.shown[at];
    if (one) this.setView(at, look.zoomed(one.view, factor, round));
  }

  pan(at: number, by: Point2): void {
    const one = this.shown[at];
    if (one) this.setView(at, look.panned(one.view, by));
  }

  reset(at: number): void {
    const one = this.shown[at];
    if (!one) return;
    this.setWindow(at, one.series.window);
    this.setView(at, look.wholeView(one.frames.planes[one.index]!, this.panes[at]?.element));
  }

  /** Every image close up round the cursor; all of them whole again when they are. */
  toggleCloseUp(): boolean {
    this.isClose = this.current !== null && this.current.view.scale > 0.99 * this.current.fit;
    this.lookAt(this.cursor ?? this.place, this.isClose);
    this.onMoved();
    return this.isClose;
  }

  /** With the link on, series of the same role share the window; a window means nothing between roles. */
  setWindow(at: number, window: Window): void {
    const one = this.shown[at];
    if (!one) return;
    this.shown.forEach((other, place) => {
      if (place !== at && !(this.linked && other?.series.role === one.series.role)) return;
      this.set(place, { window });
      this.panes[place]?.setWindow(window);
    });
    this.onMoved();
  }

  windowBy(at: number, by: Point2): void {
    const one = this.shown[at];
    if (one) this.setWindow(at, look.windowMoved(one, by));
  }

  autoWindow(at: number): void {
    const one = this.shown[at];
    const pixels = one?.frames.at(one.index);
    if (one && pixels) this.setWindow(at, windowFor(one.series, pixels));
  }

  nextWindow(at: number): void {
    const one = this.shown[at];
    if (one) this.setWindow(at, look.nextPreset(one));
  }

  nextColours(at: number): string {
    const one = this.shown[at];
    if (!one) return "";
    const colours = look.nextColoursAfter(one.colours);
    this.set(at, { colours });
    this.panes[at]?.setColours(colours);
    this.onMoved();
    return colours;
  }

  /** Another series in this pane, at the same place in the patient. */
  swap(at: number, step: number): void {
    const one = this.shown[at];
    const n = this.series.length;
    if (n === 0) return;
    const now = this.series.findIndex(({ facts }) => facts.id === one?.series.id);
    const next = this.series[(now + step + n) % n]!;
    const place = this.planeOf(at)?.toLps(one!.view.centre) ?? this.place;
    const fitted = look.fitted(next.facts, next.frames, place, this.panes[at]?.element);
    const centre = fitted.frames.planes[fitted.index]!.toPlane(place);
    this.shown[at] = { ...fitted, view: one ? { centre, scale: one.view.scale } : fitted.view };
    this.draw(at, true);
    this.onMoved();
  }

  toggleLink(): boolean {
    this.linked = !this.linked;
    const one = this.current;
    if (this.linked && one) this.setView(this.active, one.view);
    this.onMoved();
    return this.linked;
  }

  toggleMaximised(): void {
    this.maximised = this.maximised === null ? this.active : null;
    this.onMoved();
  }

  /** The panes have another size: what fitted fits again, what was zoomed stays as near as it was. */
  fitAll(): void {
    this.shown.forEach((one, at) => {
      if (one) this.set(at, look.refitted(one, this.panes[at]?.element));
    });
    this.onMoved();
  }

  private lookAt(place: Point3, close: boolean): void {
    this.shown.forEach((one, at) => {
      if (!one || (close && !one.series.linked)) return;
      this.set(at, { view: look.viewAt(one, place, close, this.panes[at]?.element) });
    });
  }

  private change(changes: Changes): void {
    for (const [at, change] of changes) this.set(at, change);
  }

  private set(at: number, change: Partial<Shown>): void {
    const one = this.shown[at];
    if (!one) return;
    this.shown[at] = { ...one, ...change };
    if (change.index !== undefined && change.index !== one.index) this.draw(at, false);
    else if (change.view) this.panes[at]?.setView(change.view);
  }

  private draw(at: number, anew: boolean): void {
    const [one, pane] = [this.shown[at], this.panes[at]];
    if (!one || !pane) return;
    if (anew) pane.setView(one.view);
    const { frames, index } = one;
    void pane.show(frames, index).then(
      (current) => {
        const now = this.shown[at];
        if (!current || !now || now.frames !== frames) return;
        if (anew) {
          pane.setWindow(now.window);
          pane.setColours(now.colours);
        }
        this.shown[at] = { ...now, ready: true };
        this.onMoved();
      },
      () => undefined,
    );
  }
}
