// Closed rings in a plane, in mm: measures, and whether a point or a crossing is there. The last point joins the first.

export type Point2 = readonly [number, number];
export type Ring2 = readonly Point2[];

export function signedArea(ring: Ring2): number {
  let twice = 0;
  for (let i = 0; i < ring.length; i += 1) {
    const [x, y] = ring[i]!;
    const [nextX, nextY] = ring[(i + 1) % ring.length]!;
    twice += x * nextY - nextX * y;
  }
  return twice / 2;
}

export function perimeter(ring: Ring2): number {
  return ring.reduce((sum, point, i) => sum + distance(point, ring[(i + 1) % ring.length]!), 0);
}

export function distance(a: Point2, b: Point2): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

export function centroid(ring: Ring2): Point2 {
  const sum = ring.reduce<[number, number]>(([x, y], point) => [x + point[0], y + point[1]], [0, 0]);
  return [sum[0] / ring.length, sum[1] / ring.length];
}

/** How often the ring winds round the point. */
export function windingNumber([x, y]: Point2, ring: Ring2): number {
  let turns = 0;
  for (let i = 0; i < ring.length; i += 1) {
    const [ax, ay] = ring[i]!;
    const [bx, by] = ring[(i + 1) % ring.length]!;
    const side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
    if (ay <= y && by > y && side > 0) turns += 1;
    else if (ay > y && by <= y && side < 0) turns -= 1;
  }
  return turns;
}

export interface Nearest {
  /** The segment starts at this point of the ring. */
  readonly segment: number;
  readonly point: Point2;
  readonly distance: number;
}

/** The place on the ring's line that lies nearest to the point. */
export function nearestOnRing(point: Point2, ring: Ring2): Nearest {
  let best: Nearest = { segment: 0, point: ring[0]!, distance: Infinity };
  for (let i = 0; i < ring.length; i += 1) {
    const foot = footOn(point, ring[i]!, ring[(i + 1) % ring.length]!);
    const away = distance(point, foot);
    if (away < best.distance) best = { segment: i, point: foot, distance: away };
  }
  return best;
}

export function footOn(point: Point2, a: Point2, b: Point2): Point2 {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const length2 = dx * dx + dy * dy;
  const along = length2 === 0 ? 0 : ((point[0] - a[0]) * dx + (point[1] - a[1]) * dy) / length2;
  const t = Math.min(1, Math.max(0, along));
  return [a[0] + t * dx, a[1] + t * dy];
}

/** Points that follow one another more closely than `step` are left out; the first always stays. */
export function thinned(points: Ring2, step: number): Point2[] {
  const kept: Point2[] = [];
  for (const point of points) {
    const last = kept.at(-1);
    if (!last || distance(last, point) >= step) kept.push(point);
  }
  while (kept.length > 3 && distance(kept[0]!, kept.at(-1)!) < step) kept.pop();
  return kept;
}

/** About equally spaced points on the ring's own line, at least twelve. */
export function resampled(ring: Ring2, spacing: number): Point2[] {
  const length = perimeter(ring);
  const count = Math.max(12, Math.round(length / spacing));
  const step = length / count;
  const points: Point2[] = [];
  let travelled = 0;
  for (let i = 0; i < ring.length; i += 1) {
    const a = ring[i]!;
    const b = ring[(i + 1) % ring.length]!;
    const side = distance(a, b);
    while (points.length < count && points.length * step < travelled + side) {
      const t = (points.length * step - travelled) / side;
      points.push([a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])]);
    }
    travelled += side;
  }
  return points;
}

/**
 * The first two segments that cross, by the number of the point each starts at; null when the ring is simple.
 * Shown while drawing; the server decides what is valid.
 */
export function firstCrossing(ring: Ring2): [number, number] | null {
  const order = ring
    .map((a, i) => {
      const b = ring[(i + 1) % ring.length]!;
      return { i, a, b, low: Math.min(a[0], b[0]), high: Math.max(a[0], b[0]) };
    })
    .sort((first, second) => first.low - second.low);
  let found: [number, number] | null = null;
  for (let k = 0; k < order.length; k += 1) {
    const one = order[k]!;
    for (let m = k + 1; m < order.length && order[m]!.low <= one.high; m += 1) {
      const two = order[m]!;
      const apart = Math.abs(one.i - two.i);
      if (apart === 1 || apart === ring.length - 1) continue;
      if (!cross(one.a, one.b, two.a, two.b)) continue;
      const pair: [number, number] = [Math.min(one.i, two.i), Math.max(one.i, two.i)];
      if (!found || pair[0] < found[0] || (pair[0] === found[0] && pair[1] < found[1])) found = pair;
    }
  }
  return found;
}

function cross(a: Point2, b: Point2, c: Point2, d: Point2): boolean {
  return side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0 && !apart(a, b, c, d);
}

function apart(a: Point2, b: Point2, c: Point2, d: Point2): boolean {
  return [0, 1].some(
    (axis) =>
      Math.max(a[axis]!, b[axis]!) < Math.min(c[axis]!, d[axis]!) ||
      Math.max(c[axis]!, d[axis]!) < Math.min(a[axis]!, b[axis]!),
  );
}

function side(a: Point2, b: Point2, point: Point2): number {
  return Math.sign((b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0]));
}
