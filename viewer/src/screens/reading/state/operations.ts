// What can be done to the selected region at one stroke of a key: smooth, shrink, copy to another slice, fill the
// slices between, repair.
import { Refusal } from "../../../api";
import { newId, withDrawn, type Contour, type Draft } from "../../../regions/draft";
import { smoothed } from "../../../regions/edit";
import { between } from "../../../regions/interpolate";
import type { Plane } from "../../../regions/plane";
import { eroded, outlined, rasterized } from "../../../regions/raster";
import type { Point2 } from "../../../regions/ring";
import type { SeriesFrames } from "../../../viewer/frames";
import { repair } from "../case";
import type { Reading } from "./reading";

export interface Erosion {
  readonly outer: readonly Point2[];
  readonly holes: readonly (readonly Point2[])[];
}

function framesOf(reading: Reading, contour: Contour): { frames: SeriesFrames; index: number; plane: Plane } | null {
  const frames = reading.open.series.find((one) => one.facts.id === contour.series)?.frames;
  const index = frames?.facts.frames.findIndex((frame) => frame.number === contour.frame) ?? -1;
  const plane = frames?.planes[index];
  return frames && plane ? { frames, index, plane } : null;
}

/** The selected region, or the only one. */
export function chosen(reading: Reading): Contour | null {
  const selected = reading.draft.contours.find((contour) => contour.id === reading.selected);
  if (selected) return selected;
  const lesions = reading.draft.contours.filter((contour) => contour.role === "lesion");
  return lesions.length === 1 ? lesions[0]! : null;
}

export function smooth(reading: Reading): void {
  const contour = chosen(reading);
  const home = contour && framesOf(reading, contour);
  if (!contour || !home) return reading.say("Select a region first.");
  const ring = smoothed(home.plane.ringToPlane(contour.points_lps_mm)).map((point) => home.plane.clamp(point));
  const smoother = { ...contour, points_lps_mm: home.plane.ringToLps(ring) };
  reading.edit(replaced(reading.draft, smoother));
}

/** The region one voxel smaller, on the voxels of its own series. */
export function erosionOf(reading: Reading, contour: Contour): Erosion | null {
  const home = framesOf(reading, contour);
  if (!home) return null;
  const { plane } = home;
  const holes = contour.holes_lps_mm.map((hole) => plane.ringToPlane(hole));
  const mask = rasterized(plane, plane.ringToPlane(contour.points_lps_mm), holes);
  const smaller = eroded(mask);
  const shape = outlined(smaller, plane);
  return { outer: shape?.outer ?? [], holes: shape?.holes ?? [] };
}

/** Accept the preview: the region becomes the smaller one. */
export function erode(reading: Reading): void {
  const contour = chosen(reading);
  const home = contour && framesOf(reading, contour);
  const smaller = contour && erosionOf(reading, contour);
  if (!contour || !home || !smaller) return reading.say("Select a region first.");
  if (smaller.outer.length === 0) return reading.say("Nothing would be left of the region.");
  const { plane } = home;
  reading.showErosion = false;
  reading.edit(
    replaced(reading.draft, {
      ...contour,
      points_lps_mm: plane.ringToLps(smaller.outer),
      holes_lps_mm: smaller.holes.map((hole) => plane.ringToLps(hole)),
    }),
  );
}

/** The same outline on a neighbouring slice, which comes into view. */
export function copyBy(reading: Reading, step: 1 | -1): void {
  const contour = chosen(reading);
  const home = contour && framesOf(reading, contour);
  if (!contour || !home) return reading.say("Select a region first.");
  const to = home.frames.planes[home.index + step];
  if (!to) return reading.say("There is no slice beyond.");
  const carry = (ring: Contour["points_lps_mm"]) =>
    ring.map((point) => to.toLps(to.clamp(to.toPlane(point))));
  const copy: Contour = {
    ...contour,
    id: newId(),
    frame: home.frames.facts.frames[home.index + step]!.number,
    points_lps_mm: carry(contour.points_lps_mm),
    holes_lps_mm: contour.holes_lps_mm.map(carry),
  };
  const next = withDrawn(reading.draft, copy);
  const replaced = next.contours.length === reading.draft.contours.length;
  reading.selected = copy.id;
  reading.say(replaced ? "The region that was on this slice is one undo away." : "");
  reading.edit(next);
  reading.board.goTo(to.toLps(to.toPlane(contour.points_lps_mm[0]!)));
}

/** Regions for the empty slices between each two drawn ones of the selected region's series and role. */
export function interpolate(reading: Reading): void {
  const contour = chosen(reading) ?? reading.draft.contours[0];
  const home = contour && framesOf(reading, contour);
  if (!contour || !home) return reading.say("Draw on two slices first.");
  const { frames } = home;
  const indexOf = (one: Contour) => frames.facts.frames.findIndex((frame) => frame.number === one.frame);
  const drawn = reading.draft.contours
    .filter((one) => one.series === contour.series && one.role === contour.role)
    .sort((a, b) => indexOf(a) - indexOf(b));
  const made = drawn.flatMap((one, i) => filled(one, drawn[i + 1], frames, indexOf));
  if (made.length === 0) return reading.say("There is no empty slice between two drawn ones.");
  reading.edit(made.reduce(withDrawn, reading.draft));
  reading.say(`${made.length} ${made.length === 1 ? "slice was" : "slices were"} filled; look at each before you lock.`);
}

/** What the server offers in place of a line that crosses itself; what was drawn is one undo away. */
export async function repairLine(reading: Reading, id: string): Promise<void> {
  const contour = reading.draft.contours.find((one) => one.id === id);
  if (!contour) return;
  try {
    const { contours, sentence } = await repair(reading.open.facts.item, contour);
    const rest = reading.draft.contours.filter((one) => one.id !== id);
    reading.selected = contours[0]?.id ?? null;
    reading.edit({ ...reading.draft, contours: [...rest, ...contours] });
    reading.say(`${sentence} Undo brings back what was drawn.`);
  } catch (thrown) {
    reading.say(Refusal.of(thrown).message);
  }
}

function filled(
  first: Contour,
  second: Contour | undefined,
  frames: SeriesFrames,
  indexOf: (one: Contour) => number,
): Contour[] {
  if (!second) return [];
  const [from, to] = [indexOf(first), indexOf(second)];
  const inner = Array.from({ length: Math.max(0, to - from - 1) }, (_, i) => from + 1 + i);
  if (inner.length === 0) return [];
  const base = frames.planes[from]!;
  const end = base.distance(frames.planes[to]!.origin);
  const parts = inner.map((index) => base.distance(frames.planes[index]!.origin) / end);
  const rings = between(
    base.ringToPlane(first.points_lps_mm),
    base.ringToPlane(second.points_lps_mm),
    parts,
    Math.min(...base.spacing) / 2,
  );
  return rings.flatMap((ring, i): Contour[] => {
    const plane = frames.planes[inner[i]!]!;
    if (!ring) return [];
    const points = ring.map((point) => plane.toLps(plane.clamp(plane.toPlane(base.toLps(point)))));
    const frame = frames.facts.frames[inner[i]!]!.number;
    return [{ ...first, id: newId(), frame, tool: "interpolated", points_lps_mm: points, holes_lps_mm: [] }];
  });
}

function replaced(draft: Draft, contour: Contour): Draft {
  return { ...draft, contours: draft.contours.map((one) => (one.id === contour.id ? contour : one)) };
}
