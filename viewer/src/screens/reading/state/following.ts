// Which panes go along when one of them moves: to the same place in the patient, and, where they are linked, to the
// same view. Pure: from what is shown to what changes.
import type { Point3 } from "../../../regions/draft";
import { areParallel, type Plane } from "../../../regions/plane";
import type { View } from "../../../viewer/stage";
import { isAway, type Shown } from "./shown";

export type Panes = readonly (Shown | null)[];
export type Changes = readonly (readonly [at: number, change: Partial<Shown>])[];

const planeOf = (one: Shown): Plane => one.frames.planes[one.index]!;

/** The slice nearest to a place, in every pane whose coordinates mean the same place. */
export function slicesAt(panes: Panes, place: Point3): Changes {
  return panes.flatMap((one, at) => (one?.series.linked ? [[at, sliceAt(one, place)] as const] : []));
}

/** The leader's stack was turned to a plane: parallel stacks turn with it. */
export function slicesFollowing(panes: Panes, leader: number, plane: Plane): Changes {
  const lead = panes[leader];
  if (!lead?.series.linked) return [];
  const place = plane.toLps(lead.view.centre);
  return panes.flatMap((one, at) => {
    const follows = one && at !== leader && one.series.linked && areParallel(plane, planeOf(one));
    return follows ? [[at, sliceAt(one, place)] as const] : [];
  });
}

/** The leader's zoom and place, in every pane that lies parallel to it. */
export function viewsFollowing(panes: Panes, leader: number, view: View): Changes {
  const lead = panes[leader];
  if (!lead) return [];
  const plane = planeOf(lead);
  const centre = plane.toLps(view.centre);
  return panes.flatMap((one, at) => {
    if (!one?.series.linked || at === leader || !areParallel(plane, planeOf(one))) return [];
    return [[at, { view: { centre: planeOf(one).toPlane(centre), scale: view.scale } }] as const];
  });
}

function sliceAt({ frames }: Shown, place: Point3): Partial<Shown> {
  return { index: frames.nearest(place), away: isAway(frames, place) };
}
