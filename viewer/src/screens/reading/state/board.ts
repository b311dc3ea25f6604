// What stands in the four panes: series, frame, view, window, colours; scrolling by position, linking on demand. It
// drives the panes and says when something moved; it knows no contour.
import type { Point3 } from "../../../regions/draft";
import { areParallel, type Plane } from "../../../regions/plane";
import type { Point2 } from "../../../regions/ring";
import { SeriesFrames } from "../../../viewer/frames";
import { COLOUR_MAPS, presetsOf, windowFor, type Window } from "../../../viewer/shades";
import type { Pane, View } from "../../../viewer/stage";
import type { CaseSeries, SeriesRole } from "../case";

export interface Shown {
  readonly series: CaseSeries;
  readonly frames: SeriesFrames;
  readonly index: number;
  readonly view: View;
  readonly window: Window;
  readonly colours: string;
  /** False until the frame is on the screen. */
  readonly ready: boolean;
  /** No frame of the series lies within a slice of the place being looked at. */
  readonly away: boolean;
}

export class Board {
  shown: (Shown | null)[] = [];
  active = 0;
  linked = false;
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
    this.place = place ?? (main ? middleOf(main.frames) : [0, 0, 0]);
    this.cursor = this.place;
    this.maximised = null;
    this.shown = layout.slice(0, this.count).map((role, at) => {
      const one = series.find(({ facts }) => facts.role === role);
      if (!one) return null;
      const colours = before[at]?.series.role === role ? before[at].colours : "grey";
      return this.fitted(at, one.facts, one.frames, colours);
    });
    const record = this.shown.findIndex((one) => one?.series.is_record);
    this.active = record >= 0 ? record : Math.max(0, this.shown.findIndex((one) => one !== null));
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
    this.follow(at, plane.toLps(one.view.centre), plane);
    if (this.cursor) this.cursor = plane.toLps(plane.clamp(plane.toPlane(this.cursor)));
    this.onMoved();
  }

  goTo(place: Point3): void {
    this.place = place;
    this.cursor = place;
    this.shown.forEach((one, at) => {
      if (one?.series.linked) this.set(at, { index: one.frames.nearest(place), away: isAway(one.frames, place) });
    });
    this.onMoved();
  }

  setCursor(place: Point3 | null): void {
    this.cursor = place;
    this.onMoved();
  }

  setView(at: number, view: View): void {
    const plane = this.planeOf(at);
    if (!plane) return;
    this.set(at, { view });
    if (this.linked) {
      const centre = plane.toLps(view.centre);
      this.shown.forEach((one, other) => {
        const theirs = this.planeOf(other);
        if (one?.series.linked && theirs && other !== at && areParallel(plane, theirs)) {
          this.set(other, { view: { centre: theirs.toPlane(centre), scale: view.scale } });
        }
      });
    }
    this.onMoved();
  }

  /** Zoom by a factor (above 1: nearer) round a place that stays where it is. */
  zoom(at: number, factor: number, round?: Point2): void {
    const one = this.shown[at];
    if (!one) return;
    const scale = Math.min(10, Math.max(0.02, one.view.scale / factor));
    const fixed = round ?? one.view.centre;
    const kept = scale / one.view.scale;
    const centre: Point2 = [
      fixed[0] + (one.view.centre[0] - fixed[0]) * kept,
      fixed[1] + (one.view.centre[1] - fixed[1]) * kept,
    ];
    this.setView(at, { centre, scale });
  }

  pan(at: number, [dx, dy]: Point2): void {
    const one = this.shown[at];
    if (!one) return;
    const { centre, scale } = one.view;
    this.setView(at, { centre: [centre[0] - dx * scale, centre[1] - dy * scale], scale });
  }

  reset(at: number): void {
    const one = this.shown[at];
    if (!one) return;
    this.setWindow(at, one.series.window);
    this.setView(at, this.fitView(at, one.frames.planes[one.index]!));
  }

  /** With the link on, series of the same role share the window; a window means nothing between roles. */
  setWindow(at: number, window: Window): void {
    const one = this.shown[at];
    if (!one) return;
    this.shown.forEach((other, place) => {
      if (place === at || (this.linked && other?.series.role === one.series.role)) {
        this.set(place, { window });
        this.panes[place]?.setWindow(window);
      }
    });
    this.onMoved();
  }

  windowBy(at: number, [dx, dy]: Point2): void {
    const one = this.shown[at];
    if (!one) return;
    const { center, width } = one.window;
    const step = Math.max(one.series.window.width, 1e-9) / 400;
    this.setWindow(at, { center: center + dy * step, width: Math.max(step, width + dx * step) });
  }

  autoWindow(at: number): void {
    const one = this.shown[at];
    const pixels = one?.frames.at(one.index);
    if (one && pixels) this.setWindow(at, windowFor(one.series, pixels));
  }

  nextWindow(at: number): void {
    const one = this.shown[at];
    if (!one) return;
    const presets = presetsOf(one.series.role, one.series.window);
    const now = presets.findIndex(({ center, width }) => center === one.window.center && width === one.window.width);
    this.setWindow(at, presets[(now + 1) % presets.length]!);
  }

  nextColours(at: number): string {
    const one = this.shown[at];
    if (!one) return "";
    const names = COLOUR_MAPS.map(({ name }) => name);
    const colours = names[(names.indexOf(one.colours) + 1) % names.length]!;
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
    const fitted = this.fitted(at, next.facts, next.frames, "grey");
    const index = next.frames.nearest(place);
    const plane = next.frames.planes[index]!;
    const view = one ? { centre: plane.toPlane(place), scale: one.view.scale } : fitted.view;
    this.shown[at] = { ...fitted, index, view };
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

  /** The panes have another size: what fitted fits again. */
  fitAll(): void {
    this.shown.forEach((one, at) => {
      const plane = this.planeOf(at);
      if (one && plane) this.set(at, { view: this.fitView(at, plane) });
    });
    this.onMoved();
  }

  private follow(leader: number, place: Point3, plane: Plane): void {
    this.place = place;
    const linked = this.shown[leader]?.series.linked ?? false;
    this.shown.forEach((one, at) => {
      if (!one || at === leader || !linked || !one.series.linked || !areParallel(plane, one.frames.planes[one.index]!)) return;
      this.set(at, { index: one.frames.nearest(place), away: isAway(one.frames, place) });
    });
  }

  private fitted(at: number, facts: CaseSeries, frames: SeriesFrames, colours: string): Shown {
    const index = frames.nearest(this.place);
    const view = this.fitView(at, frames.planes[index]!);
    return { series: facts, frames, index, view, window: facts.window, colours, ready: false, away: isAway(frames, this.place) };
  }

  private fitView(at: number, plane: Plane): View {
    const element = this.panes[at]?.element;
    const [width, height] = [element?.clientWidth || 400, element?.clientHeight || 400];
    const scale = Math.max((plane.columns * plane.spacing[0]) / width, (plane.rows * plane.spacing[1]) / height);
    return { centre: plane.centre, scale };
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

function isAway(frames: SeriesFrames, place: Point3): boolean {
  const plane = frames.planes[frames.nearest(place)]!;
  return Math.abs(plane.distance(place)) > plane.reach;
}

function middleOf(frames: SeriesFrames): Point3 {
  const plane = frames.planes[Math.floor(frames.count / 2)]!;
  return plane.toLps(plane.centre);
}
