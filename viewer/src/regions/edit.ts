// Changing a ring: redraw a part, push with a disc, smooth, close a stroke.
import { distance, nearestOnRing, perimeter, resampled, signedArea, type Point2, type Ring2 } from "./ring";

/**
 * A stroke that starts and ends on the ring's line takes the place of the nearer part between its ends.
 *
 * Of the two ways round, the one kept makes the ring whose rest is longer; the stroke's direction follows it.
 */
export function redrawPart(ring: Ring2, stroke: Ring2): Point2[] {
  const first = nearestOnRing(stroke[0]!, ring);
  const last = nearestOnRing(stroke.at(-1)!, ring);
  const along = walk(ring, last.segment, last.point, first.segment, first.point);
  const back = walk(ring, first.segment, first.point, last.segment, last.point);
  return length(along) >= length(back) ? [...along, ...stroke] : [...back, ...[...stroke].reverse()];
}

/** The ring's points from one place on its line forward to another, both places included. */
function walk(ring: Ring2, from: number, start: Point2, to: number, end: Point2): Point2[] {
  const n = ring.length;
  const points: Point2[] = [start];
  const ahead = from === to && distance(ring[from]!, start) <= distance(ring[from]!, end);
  if (!ahead) {
    for (let i = (from + 1) % n, steps = 0; steps < n; i = (i + 1) % n, steps += 1) {
      points.push(ring[i]!);
      if (i === to) break;
    }
  }
  points.push(end);
  return points.filter((point, i) => i === 0 || distance(point, points[i - 1]!) > 1e-6);
}

function length(points: Ring2): number {
  return points.reduce((sum, point, i) => (i === 0 ? 0 : sum + distance(point, points[i - 1]!)), 0);
}

/** What a disc that moved to `centre` does to the line: points under it are pushed out to its rim, along the way. */
export function pushed(ring: Ring2, centre: Point2, radius: number, spacing: number): Point2[] {
  const moved = ring.map((point): Point2 => {
    const away = distance(point, centre);
    if (away >= radius) return point;
    const scale = away < 1e-9 ? 0 : radius / away;
    return away < 1e-9
      ? [centre[0] + radius, centre[1]]
      : [centre[0] + (point[0] - centre[0]) * scale, centre[1] + (point[1] - centre[1]) * scale];
  });
  return resampled(moved, spacing);
}

/** One pass that evens the line out and keeps the area (Taubin's two steps, then scaled to the old area). */
export function smoothed(ring: Ring2): Point2[] {
  const even = resampled(ring, perimeter(ring) / Math.max(24, Math.min(ring.length, 400)));
  let points = even;
  for (const weight of [0.5, -0.53, 0.5, -0.53, 0.5, -0.53]) points = relaxed(points, weight);
  const wanted = Math.abs(signedArea(ring));
  const got = Math.abs(signedArea(points));
  if (got === 0) return [...ring];
  const scale = Math.sqrt(wanted / got);
  const centre = points.reduce<[number, number]>(([x, y], p) => [x + p[0] / points.length, y + p[1] / points.length], [0, 0]);
  return points.map(([x, y]) => [centre[0] + (x - centre[0]) * scale, centre[1] + (y - centre[1]) * scale]);
}

function relaxed(ring: Ring2, weight: number): Point2[] {
  const n = ring.length;
  return ring.map(([x, y], i) => {
    const before = ring[(i + n - 1) % n]!;
    const after = ring[(i + 1) % n]!;
    return [x + weight * ((before[0] + after[0]) / 2 - x), y + weight * ((before[1] + after[1]) / 2 - y)];
  });
}

export function moved(ring: Ring2, [dx, dy]: Point2): Point2[] {
  return ring.map(([x, y]) => [x + dx, y + dy]);
}
