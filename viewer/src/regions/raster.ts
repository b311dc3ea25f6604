// Rings to voxels and back, for previews and the brush: a voxel belongs when its centre lies inside. The server's
// rule decides what is measured; here a centre on the line may fall either way.
import type { Plane } from "./plane";
import type { Point2, Ring2 } from "./ring";

export class Mask {
  readonly bits: Uint8Array;

  constructor(
    readonly rows: number,
    readonly columns: number,
    bits?: Uint8Array,
  ) {
    this.bits = bits ?? new Uint8Array(rows * columns);
  }

  at(row: number, column: number): boolean {
    return row >= 0 && column >= 0 && row < this.rows && column < this.columns && this.bits[row * this.columns + column] === 1;
  }

  count(): number {
    return this.bits.reduce((sum, bit) => sum + bit, 0);
  }
}

/** The voxels inside the outer ring (plane mm) and inside no hole. */
export function rasterized(plane: Plane, outer: Ring2, holes: readonly Ring2[] = []): Mask {
  const mask = new Mask(plane.rows, plane.columns);
  fill(mask, plane, outer, 1);
  for (const hole of holes) fill(mask, plane, hole, 0);
  return mask;
}

function fill(mask: Mask, plane: Plane, ring: Ring2, value: 0 | 1): void {
  const points = ring.map((point) => plane.toPixel(point));
  const ys = points.map((point) => point[1]);
  const from = Math.max(0, Math.ceil(Math.min(...ys)));
  const to = Math.min(mask.rows - 1, Math.floor(Math.max(...ys)));
  for (let row = from; row <= to; row += 1) {
    const turns: [number, number][] = [];
    for (let i = 0; i < points.length; i += 1) {
      const [ax, ay] = points[i]!;
      const [bx, by] = points[(i + 1) % points.length]!;
      if (ay <= row === by <= row) continue;
      turns.push([ax + ((row - ay) / (by - ay)) * (bx - ax), by > ay ? 1 : -1]);
    }
    turns.sort((a, b) => a[0] - b[0]);
    let winding = 0;
    turns.forEach(([x, turn], i) => {
      winding += turn;
      const end = turns[i + 1]?.[0];
      if (winding === 0 || end === undefined) return;
      const first = Math.max(0, Math.ceil(x));
      const last = Math.min(mask.columns - 1, Math.floor(end));
      if (first <= last) mask.bits.fill(value, row * mask.columns + first, row * mask.columns + last + 1);
    });
  }
}

/** One voxel less all round: what has a neighbour outside (four neighbours) goes. */
export function eroded(mask: Mask): Mask {
  const kept = new Mask(mask.rows, mask.columns);
  for (let row = 0; row < mask.rows; row += 1) {
    for (let column = 0; column < mask.columns; column += 1) {
      const stays =
        mask.at(row, column) &&
        mask.at(row - 1, column) &&
        mask.at(row + 1, column) &&
        mask.at(row, column - 1) &&
        mask.at(row, column + 1);
      if (stays) kept.bits[row * mask.columns + column] = 1;
    }
  }
  return kept;
}

/** Paint (or wipe) the voxels whose centre lies under a disc in plane mm. */
export function painted(mask: Mask, plane: Plane, centre: Point2, radius: number, value: 0 | 1): void {
  const [width, height] = plane.spacing;
  const [x, y] = plane.toPixel(centre);
  const [across, along] = [radius / width, radius / height];
  for (let row = Math.max(0, Math.ceil(y - along)); row <= Math.min(mask.rows - 1, y + along); row += 1) {
    for (let column = Math.max(0, Math.ceil(x - across)); column <= Math.min(mask.columns - 1, x + across); column += 1) {
      if (Math.hypot((column - x) * width, (row - y) * height) <= radius) mask.bits[row * mask.columns + column] = value;
    }
  }
}

/**
 * The outlines of a mask along the voxels' sides, in plane mm: the largest piece's outer ring first, its holes after.
 * Corners that lie on a straight side are left out. `pieces`: how many there are, the largest included.
 */
export function outlined(mask: Mask, plane: Plane): { outer: Point2[]; holes: Point2[][]; pieces: number } | null {
  const rings = traced(mask);
  if (rings.length === 0) return null;
  const area = (ring: readonly Point2[]) =>
    ring.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = ring[(i + 1) % ring.length]!;
      return sum + (x * nextY - nextX * y) / 2;
    }, 0);
  const outers = rings.filter((ring) => area(ring) > 0).sort((a, b) => area(b) - area(a));
  const outer = outers[0];
  if (!outer) return null;
  const inside = (ring: readonly Point2[]) => oddInside(ring[0]!, outer);
  const holes = rings.filter((ring) => area(ring) < 0 && inside(ring));
  const place = (ring: readonly Point2[]) => ring.map(([x, y]) => plane.fromPixel([x - 0.5, y - 0.5]));
  return { outer: place(outer), holes: holes.map(place), pieces: outers.length };
}

/** Every boundary as corners (column, row) in voxel sides, clockwise on screen round voxels, the other way round holes. */
function traced(mask: Mask): Point2[][] {
  const next = new Map<number, number[]>();
  const width = mask.columns + 1;
  const side = (fromX: number, fromY: number, toX: number, toY: number) => {
    const key = fromY * width + fromX;
    next.set(key, [...(next.get(key) ?? []), toY * width + toX]);
  };
  for (let row = 0; row < mask.rows; row += 1) {
    for (let column = 0; column < mask.columns; column += 1) {
      if (!mask.at(row, column)) continue;
      if (!mask.at(row - 1, column)) side(column, row, column + 1, row);
      if (!mask.at(row, column + 1)) side(column + 1, row, column + 1, row + 1);
      if (!mask.at(row + 1, column)) side(column + 1, row + 1, column, row + 1);
      if (!mask.at(row, column - 1)) side(column, row + 1, column, row);
    }
  }
  const rings: Point2[][] = [];
  for (const start of [...next.keys()]) {
    while (next.get(start)?.length) rings.push(follow(next, start, width));
  }
  return rings;
}

function follow(next: Map<number, number[]>, start: number, width: number): Point2[] {
  const keys = [start];
  let here = next.get(start)!.pop()!;
  while (here !== start) {
    const before = keys.at(-1)!;
    const ways = next.get(here)!;
    // Where two voxels touch at a corner, turn right: they become two rings that touch nowhere along a side.
    const pick = ways.length === 1 ? 0 : ways.findIndex((to) => isRightTurn(before, here, to, width));
    keys.push(here);
    here = ways.splice(Math.max(0, pick), 1)[0]!;
  }
  const corners = keys.map((key): Point2 => [key % width, Math.floor(key / width)]);
  return corners.filter(([x, y], i) => {
    const [ax, ay] = corners[(i + corners.length - 1) % corners.length]!;
    const [bx, by] = corners[(i + 1) % corners.length]!;
    return (x - ax) * (by - y) !== (bx - x) * (y - ay);
  });
}

function isRightTurn(before: number, here: number, to: number, width: number): boolean {
  const place = (key: number): Point2 => [key % width, Math.floor(key / width)];
  const [ax, ay] = place(before);
  const [x, y] = place(here);
  const [bx, by] = place(to);
  return (x - ax) * (by - y) - (y - ay) * (bx - x) > 0;
}

function oddInside([x, y]: Point2, ring: readonly Point2[]): boolean {
  let inside = false;
  for (let i = 0; i < ring.length; i += 1) {
    const [ax, ay] = ring[i]!;
    const [bx, by] = ring[(i + 1) % ring.length]!;
    if (ay + 0.001 > y !== by + 0.001 > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax) + 0.001) inside = !inside;
  }
  return inside;
}
