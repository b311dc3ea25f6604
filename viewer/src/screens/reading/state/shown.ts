// What one pane shows: series, frame, view, window, colours, as a value; and the views and windows that follow from
// others. It knows no other pane, and no contour.
import type { Point3 } from "../../../regions/draft";
import type { Plane } from "../../../regions/plane";
import type { Point2 } from "../../../regions/ring";
import type { SeriesFrames } from "../../../viewer/frames";
import { COLOUR_MAPS, presetsOf, type Window } from "../../../viewer/shades";
import type { View } from "../../../viewer/stage";
import type { CaseSeries } from "../case";

/** What a close-up shows across the shorter side of its pane. */
export const CLOSE_MM = 120;

export interface Shown {
  readonly series: CaseSeries;
  readonly frames: SeriesFrames;
  readonly index: number;
  readonly view: View;
  /** The scale at which the whole image fits its pane. */
  readonly fit: number;
  readonly window: Window;
  readonly colours: string;
  /** False until the frame is on the screen. */
  readonly ready: boolean;
  /** No frame of the series lies within a slice of the place being looked at. */
  readonly away: boolean;
}

/** How large a pane is, in CSS pixels; one that is not on the screen counts as an ordinary one. */
export type Size = { readonly clientWidth: number; readonly clientHeight: number } | undefined;

/** A series as it is first shown: the slice nearest to a place, the whole image, its own window. */
export function fitted(series: CaseSeries, frames: SeriesFrames, place: Point3, size: Size, colours = "grey"): Shown {
  const index = frames.nearest(place);
  const view = wholeView(frames.planes[index]!, size);
  const away = isAway(frames, place);
  return { series, frames, index, view, fit: view.scale, window: series.window, colours, ready: false, away };
}

/** The whole image, as large as it goes. */
export function wholeView(plane: Plane, size: Size): View {
  const [width, height] = [size?.clientWidth || 400, size?.clientHeight || 400];
  const scale = Math.max((plane.columns * plane.spacing[0]) / width, (plane.rows * plane.spacing[1]) / height);
  return { centre: plane.centre, scale };
}

/** A place close up, in the middle of the pane; or the whole image. */
export function viewAt({ frames, index }: Shown, place: Point3, close: boolean, size: Size): View {
  const plane = frames.planes[index]!;
  if (!close) return wholeView(plane, size);
  const across = Math.min(size?.clientWidth || 400, size?.clientHeight || 400);
  return { centre: plane.toPlane(place), scale: CLOSE_MM / across };
}

/** In a pane of another size: what was whole is whole again, what was zoomed stays as near as it was. */
export function refitted({ frames, index, view, fit }: Shown, size: Size): Pick<Shown, "view" | "fit"> {
  const whole = wholeView(frames.planes[index]!, size);
  const { centre, scale } = view;
  const isWhole = scale === fit && centre[0] === whole.centre[0] && centre[1] === whole.centre[1];
  return { fit: whole.scale, view: isWhole ? whole : { centre, scale: (scale * whole.scale) / fit } };
}

/** Nearer (a factor above 1) or farther, round a place that stays where it is on the screen. */
export function zoomed(view: View, factor: number, round?: Point2): View {
  const scale = Math.min(10, Math.max(0.02, view.scale / factor));
  const fixed = round ?? view.centre;
  const kept = scale / view.scale;
  const centre: Point2 = [
    fixed[0] + (view.centre[0] - fixed[0]) * kept,
    fixed[1] + (view.centre[1] - fixed[1]) * kept,
  ];
  return { centre, scale };
}

/** The image moved by screen pixels. */
export function panned({ centre, scale }: View, [dx, dy]: Point2): View {
  return { centre: [centre[0] - dx * scale, centre[1] - dy * scale], scale };
}

/** The window moved by screen pixels: across wider, down higher (darker). */
export function windowMoved({ window, series }: Shown, [dx, dy]: Point2): Window {
  const step = Math.max(series.window.width, 1e-9) / 400;
  return { center: window.center + dy * step, width: Math.max(step, window.width + dx * step) };
}

export function nextPreset({ window, series }: Shown): Window {
  const presets = presetsOf(series.role, series.window);
  const now = presets.findIndex(({ center, width }) => center === window.center && width === window.width);
  return presets[(now + 1) % presets.length]!;
}

export function nextColoursAfter(colours: string): string {
  const names = COLOUR_MAPS.map(({ name }) => name);
  return names[(names.indexOf(colours) + 1) % names.length]!;
}

export function isAway(frames: SeriesFrames, place: Point3): boolean {
  const plane = frames.planes[frames.nearest(place)]!;
  return Math.abs(plane.distance(place)) > plane.reach;
}

export function middleOf(frames: SeriesFrames): Point3 {
  const plane = frames.planes[Math.floor(frames.count / 2)]!;
  return plane.toLps(plane.centre);
}
