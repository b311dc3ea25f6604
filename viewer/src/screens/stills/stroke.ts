// A stroke as a region's line: points that repeat the one before are left out, and what is no region is said at once.
import { firstCrossing, signedArea, thinned, type Point2 } from "../../regions/ring";

/** Nobody draws a region finer than this, mm. */
const STEP_MM = 0.05;

export function strokeOf(line: readonly Point2[]): { ring: Point2[] | null; wrong: string } {
  const ring = thinned(line, STEP_MM);
  if (ring.length > 3 && firstCrossing(ring)) return { ring: null, wrong: "The line crosses itself: draw it again." };
  if (ring.length < 3 || Math.abs(signedArea(ring)) < STEP_MM) {
    return { ring: null, wrong: "That is no region yet: drag around the lesion." };
  }
  return { ring, wrong: "" };
}
