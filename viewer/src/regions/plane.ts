// One frame's place in the patient: between LPS mm, millimetres in the plane (along a row, down a column, from the
// centre of the first voxel) and fractional pixels (column, row), whose whole numbers are voxel centres.
import type { Point3, Ring3 } from "./draft";
import type { Point2, Ring2 } from "./ring";

export interface PlaneFacts {
  readonly rows: number;
  readonly columns: number;
  readonly pixel_spacing_mm: readonly [number, number];
  readonly orientation_lps: readonly number[];
}

const UNKNOWN_MM = 0.01;

export class Plane {
  readonly rows: number;
  readonly columns: number;
  /** Between neighbouring columns and between neighbouring rows. */
  readonly spacing: Point2;
  readonly origin: Point3;
  readonly right: Point3;
  readonly down: Point3;
  readonly normal: Point3;
  /** How far off the plane something still belongs to it: half a slice; a hair where no thickness is known. */
  readonly half: number;

  /** `reach`: how far off the plane the slice still shows something, mostly the way to the next slice. */
  constructor(
    facts: PlaneFacts,
    position: readonly number[],
    thickness: number | null,
    readonly reach: number = thickness ?? 1,
  ) {
    const o = facts.orientation_lps;
    this.rows = facts.rows;
    this.columns = facts.columns;
    this.spacing = [facts.pixel_spacing_mm[1], facts.pixel_spacing_mm[0]];
    this.origin = [position[0]!, position[1]!, position[2]!];
    this.right = [o[0]!, o[1]!, o[2]!];
    this.down = [o[3]!, o[4]!, o[5]!];
    this.normal = cross(this.right, this.down);
    this.half = thickness === null ? UNKNOWN_MM : thickness / 2;
  }

  toPlane(point: Point3): Point2 {
    const offset = subtract(point, this.origin);
    return [dot(offset, this.right), dot(offset, this.down)];
  }

  toLps([u, v]: Point2): Point3 {
    const { origin, right, down } = this;
    return [
      origin[0] + u * right[0] + v * down[0],
      origin[1] + u * right[1] + v * down[1],
      origin[2] + u * right[2] + v * down[2],
    ];
  }

  ringToPlane(ring: Ring3): Point2[] {
    return ring.map((point) => this.toPlane(point));
  }

  ringToLps(ring: Ring2): Point3[] {
    return ring.map((point) => this.toLps(point));
  }

  toPixel([u, v]: Point2): Point2 {
    return [u / this.spacing[0], v / this.spacing[1]];
  }

  fromPixel([column, row]: Point2): Point2 {
    return [column * this.spacing[0], row * this.spacing[1]];
  }

  /** Signed, positive along the normal. */
  distance(point: Point3): number {
    return dot(subtract(point, this.origin), this.normal);
  }

  /** The nearest place inside the image, whose edge lies half a voxel outside the outer centres. */
  clamp([u, v]: Point2): Point2 {
    const [width, height] = this.spacing;
    return [
      Math.min(Math.max(u, -0.5 * width), (this.columns - 0.5) * width),
      Math.min(Math.max(v, -0.5 * height), (this.rows - 0.5) * height),
    ];
  }

  holds([u, v]: Point2): boolean {
    const [column, row] = this.toPixel([u, v]);
    return column >= -0.5 && row >= -0.5 && column <= this.columns - 0.5 && row <= this.rows - 0.5;
  }

  get centre(): Point2 {
    return this.fromPixel([(this.columns - 1) / 2, (this.rows - 1) / 2]);
  }
}

/** Whether two planes look the same way, within about eight degrees, so that one can be scrolled with the other. */
export function areParallel(a: Plane, b: Plane): boolean {
  return Math.abs(dot(a.normal, b.normal)) > 0.99;
}

/** Which of the planes lies nearest to the point; the first of equals. */
export function nearestPlane(planes: readonly Plane[], point: Point3): number {
  let best = 0;
  let least = Infinity;
  planes.forEach((plane, index) => {
    const distance = Math.abs(plane.distance(point));
    if (distance < least - 1e-6) [best, least] = [index, distance];
  });
  return best;
}

/** Whether a contour drawn elsewhere lies on this plane: every point within half a slice thickness. */
export function liesOn(plane: Plane, ring: Ring3): boolean {
  return ring.every((point) => Math.abs(plane.distance(point)) <= plane.half + 1e-6);
}

/** Where another plane cuts this one, as a line across the image in plane mm; null where they are parallel. */
export function cutLine(on: Plane, other: Plane): [Point2, Point2] | null {
  const a = dot(other.normal, on.right);
  const b = dot(other.normal, on.down);
  if (Math.hypot(a, b) < 0.05) return null;
  const offset = other.distance(on.origin);
  const reach = Math.hypot(on.columns * on.spacing[0], on.rows * on.spacing[1]);
  const scale = -offset / (a * a + b * b);
  const [u, v] = [a * scale, b * scale];
  const length = Math.hypot(a, b);
  const [du, dv] = [(-b / length) * reach, (a / length) * reach];
  return [
    [u - du, v - dv],
    [u + du, v + dv],
  ];
}

export function dot(a: Point3, b: Point3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function subtract(a: Point3, b: Point3): Point3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function cross(a: Point3, b: Point3): Point3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
