// The longest closed line along which a field on a grid is zero (marching squares, linear between grid points).
import type { Point2 } from "./ring";

export function closedZeroLine(field: Float64Array, rows: number, columns: number): Point2[] | null {
  const at = (row: number, column: number) => field[row * columns + column]!;
  // A crossing lies on a grid edge; edges to the right are even, edges down are odd.
  const places = new Map<number, Point2>();
  const links = new Map<number, number[]>();
  const crossing = (row: number, column: number, down: boolean): number => {
    const key = 2 * (row * columns + column) + (down ? 1 : 0);
    if (!places.has(key)) {
      const a = at(row, column);
      const b = down ? at(row + 1, column) : at(row, column + 1);
      const t = a / (a - b);
      places.set(key, down ? [column, row + t] : [column + t, row]);
    }
    return key;
  };
  const link = (a: number, b: number) => {
    links.set(a, [...(links.get(a) ?? []), b]);
    links.set(b, [...(links.get(b) ?? []), a]);
  };
  for (let row = 0; row < rows - 1; row += 1) {
    for (let column = 0; column < columns - 1; column += 1) {
      const inside = [at(row, column), at(row, column + 1), at(row + 1, column + 1), at(row + 1, column)].map((v) => v < 0);
      const edges = [
        () => crossing(row, column, false),
        () => crossing(row, column + 1, true),
        () => crossing(row + 1, column, false),
        () => crossing(row, column, true),
      ];
      const crossed = [0, 1, 2, 3].filter((k) => inside[k] !== inside[(k + 1) % 4]);
      if (crossed.length === 2) link(edges[crossed[0]!]!(), edges[crossed[1]!]!());
      else if (crossed.length === 4) {
        // A saddle: the corners that are inside stay apart.
        const turn = inside[0] ? [3, 0, 1, 2] : [0, 1, 2, 3];
        link(edges[turn[0]!]!(), edges[turn[1]!]!());
        link(edges[turn[2]!]!(), edges[turn[3]!]!());
      }
    }
  }
  return longestLoop(links, places);
}

function longestLoop(links: Map<number, number[]>, places: Map<number, Point2>): Point2[] | null {
  const seen = new Set<number>();
  let best: Point2[] | null = null;
  for (const start of links.keys()) {
    if (seen.has(start)) continue;
    const loop: Point2[] = [];
    let here: number | undefined = start;
    while (here !== undefined && !seen.has(here)) {
      seen.add(here);
      loop.push(places.get(here)!);
      here = links.get(here)!.find((key) => !seen.has(key));
    }
    if (loop.length >= 3 && (!best || loop.length > best.length)) best = loop;
  }
  return best;
}
