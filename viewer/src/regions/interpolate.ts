// Between two drawn slices: each slice in between gets the zero line of the mixed signed distances (shape-based
// interpolation), so that a region may change its form on the way.
import { closedZeroLine } from "./zero-line";
import { nearestOnRing, resampled, windingNumber, type Point2, type Ring2 } from "./ring";

/** Rings in one common plane's mm at the given parts of the way (0 = first, 1 = second). */
export function between(first: Ring2, second: Ring2, parts: readonly number[], spacing: number): (Point2[] | null)[] {
  const box = boxOf([...first, ...second], 3 * spacing);
  const columns = Math.ceil((box.right - box.left) / spacing) + 1;
  const rows = Math.ceil((box.bottom - box.top) / spacing) + 1;
  const distances = [first, second].map((ring) => {
    const field = new Float64Array(rows * columns);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        field[row * columns + column] = signedDistance([box.left + column * spacing, box.top + row * spacing], ring);
      }
    }
    return field;
  });
  return parts.map((part) => {
    const mixed = distances[0]!.map((value, i) => (1 - part) * value + part * distances[1]![i]!);
    const line = closedZeroLine(mixed, rows, columns);
    if (!line) return null;
    const ring = line.map(([x, y]): Point2 => [box.left + x * spacing, box.top + y * spacing]);
    return resampled(ring, spacing);
  });
}

function signedDistance(point: Point2, ring: Ring2): number {
  const away = nearestOnRing(point, ring).distance;
  return windingNumber(point, ring) === 0 ? away : -away;
}

function boxOf(points: Ring2, margin: number): { left: number; right: number; top: number; bottom: number } {
  const xs = points.map((point) => point[0]);
  const ys = points.map((point) => point[1]);
  return {
    left: Math.min(...xs) - margin,
    right: Math.max(...xs) + margin,
    top: Math.min(...ys) - margin,
    bottom: Math.max(...ys) + margin,
  };
}
