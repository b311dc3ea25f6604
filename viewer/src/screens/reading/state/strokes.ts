// What a finished stroke does to a draft: a new region, a hole in one, another form for one, a ruler. Pure: from a
// draft and a stroke to the next draft, what is selected then, and what the reader is told.
import {
  MAX_POINTS,
  newId,
  withContour,
  withDrawn,
  withRuler,
  type Contour,
  type Draft,
  type DrawnWith,
  type Role,
  type Ruler,
} from "../../../regions/draft";
import { thinned, windingNumber, type Point2, type Ring2 } from "../../../regions/ring";
import type { Place } from "../pointer/tool";

export interface Outcome {
  readonly draft: Draft;
  readonly selected: string | null;
  readonly message: string;
}

/** A region of the role; the one that was there makes way. Null when the ring holds nothing. */
export function regionDrawn(draft: Draft, role: Role, place: Place, ring: Ring2, tool: DrawnWith): Outcome | null {
  const points = ringToKeep(place, ring);
  if (points.length < 3) return null;
  const contour: Contour = {
    ...imageOf(place),
    id: newId(),
    role,
    tool,
    points_lps_mm: points,
    holes_lps_mm: [],
  };
  const next = withDrawn(draft, contour);
  const replaced = next.contours.length === draft.contours.length;
  return { draft: next, selected: contour.id, message: replaced ? "The region that was here is one undo away." : "" };
}

/** A hole in the region that holds all of the ring: the selected one before any other. */
export function holeCut(draft: Draft, selected: string | null, place: Place, ring: Ring2): Outcome {
  const under = contoursOn(draft, place);
  const around = (contour: Contour) =>
    ring.every((point) => windingNumber(point, place.plane.ringToPlane(contour.points_lps_mm)) !== 0);
  const outer = under.find((contour) => contour.id === selected && around(contour)) ?? under.find(around);
  if (!outer) {
    return { draft, selected, message: "A hole lies inside a region of the same slice: draw the region first." };
  }
  const holes_lps_mm = [...outer.holes_lps_mm, ringToKeep(place, ring)];
  return { draft: withContour(draft, { ...outer, holes_lps_mm }), selected: outer.id, message: "" };
}

/** The contour with another line; with other holes too, where they are given. */
export function regionReshaped(draft: Draft, contour: Contour, place: Place, ring: Ring2, holes?: readonly Ring2[]): Outcome {
  const reshaped = {
    ...contour,
    points_lps_mm: ringToKeep(place, ring),
    ...(holes ? { holes_lps_mm: holes.map((hole) => ringToKeep(place, hole)) } : {}),
  };
  return { draft: withContour(draft, reshaped), selected: contour.id, message: "" };
}

/** A long or a short axis, in place of the one there was. */
export function axisRuled(draft: Draft, axis: Ruler["axis"], place: Place, from: Point2, to: Point2): Outcome {
  const { plane } = place;
  const ends = { from_lps_mm: plane.toLps(plane.clamp(from)), to_lps_mm: plane.toLps(plane.clamp(to)) };
  const ruler = { ...imageOf(place), id: newId(), axis, ...ends };
  return { draft: withRuler(draft, ruler), selected: ruler.id, message: "" };
}

/** The contours that were drawn on the image at the place. */
export function contoursOn(draft: Draft, place: Place): readonly Contour[] {
  const { series, frame } = imageOf(place);
  return draft.contours.filter((contour) => contour.series === series && contour.frame === frame);
}

function imageOf({ frames, index }: Place): { series: string; frame: number } {
  return { series: frames.facts.id, frame: frames.facts.frames[index]!.number };
}

/** Inside the image, and no more points than the server takes. */
function ringToKeep({ plane }: Place, ring: Ring2): Contour["points_lps_mm"] {
  let points = thinned(
    ring.map((point) => plane.clamp(point)),
    1e-3,
  );
  for (let step = 0.1; points.length > MAX_POINTS; step *= 2) points = thinned(points, step);
  return plane.ringToLps(points);
}
