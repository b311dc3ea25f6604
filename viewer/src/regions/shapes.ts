// Rings that are made rather than followed: ellipse, circle of a fixed area, closed spline.
import type { Point2, Ring2 } from "./ring";

const CORNERS = 96;
const PER_SPAN = 12;

/** The ellipse in the box between two opposite corners. */
export function ellipse(a: Point2, b: Point2): Point2[] {
  const centre: Point2 = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2];
  return oval(centre, Math.abs(a[0] - b[0]) / 2, Math.abs(a[1] - b[1]) / 2);
}

/** A circle whose polygon has exactly this area. */
export function circleOfArea(centre: Point2, area_mm2: number): Point2[] {
  const radius = Math.sqrt((2 * area_mm2) / (CORNERS * Math.sin((2 * Math.PI) / CORNERS)));
  return oval(centre, radius, radius);
}

function oval([x, y]: Point2, width: number, height: number): Point2[] {
  return Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS;
    return [x + width * Math.cos(angle), y + height * Math.sin(angle)] as const;
  });
}

/** A closed curve through the points (centripetal Catmull-Rom, which makes no loops of its own). */
export function closedSpline(points: Ring2): Point2[] {
  if (points.length < 3) return [...points];
  const n = points.length;
  return points.flatMap((_, i) =>
    span(points[(i + n - 1) % n]!, points[i]!, points[(i + 1) % n]!, points[(i + 2) % n]!),
  );
}

function span(p0: Point2, p1: Point2, p2: Point2, p3: Point2): Point2[] {
  const t0 = 0;
  const t1 = t0 + knot(p0, p1);
  const t2 = t1 + knot(p1, p2);
  const t3 = t2 + knot(p2, p3);
  return Array.from({ length: PER_SPAN }, (_, i) => {
    const t = t1 + ((t2 - t1) * i) / PER_SPAN;
    const a1 = mix(p0, p1, t0, t1, t);
    const a2 = mix(p1, p2, t1, t2, t);
    const a3 = mix(p2, p3, t2, t3, t);
    return mix(mix(a1, a2, t0, t2, t), mix(a2, a3, t1, t3, t), t1, t2, t);
  });
}

function knot(a: Point2, b: Point2): number {
  return Math.sqrt(Math.hypot(a[0] - b[0], a[1] - b[1])) || 1e-6;
}

function mix(a: Point2, b: Point2, from: number, to: number, t: number): Point2 {
  const weight = (t - from) / (to - from);
  return [a[0] + (b[0] - a[0]) * weight, a[1] + (b[1] - a[1]) * weight];
}
