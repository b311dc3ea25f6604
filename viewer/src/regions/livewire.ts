// A line that clings to edges: the cheapest way over the voxels, cheap where the image changes steeply.

/** Costs of one image around a place: a window of at most `REACH` voxels to each side. */
const REACH = 64;
const FLAT = 0.04;

export interface Way {
  /** Voxels (column, row) from the anchor to the asked place, both included. */
  to(column: number, row: number): (readonly [number, number])[];
}

/**
 * Every cheapest way from the anchor, found at once (Dijkstra over eight neighbours).
 *
 * `pixels` is row by row; a value that is not a number costs as much as a flat place.
 */
export function waysFrom(pixels: ArrayLike<number>, rows: number, columns: number, anchor: readonly [number, number]): Way {
  const left = Math.max(0, anchor[0] - REACH);
  const top = Math.max(0, anchor[1] - REACH);
  const width = Math.min(columns, anchor[0] + REACH + 1) - left;
  const height = Math.min(rows, anchor[1] + REACH + 1) - top;
  const cost = edgeCosts(pixels, columns, rows, { left, top, width, height });
  const from = cheapest(cost, width, height, (anchor[1] - top) * width + (anchor[0] - left));
  return {
    to(column, row) {
      const x = Math.min(width - 1, Math.max(0, column - left));
      const y = Math.min(height - 1, Math.max(0, row - top));
      const way: [number, number][] = [];
      for (let here = y * width + x; here !== -1; here = from[here]!) {
        way.push([(here % width) + left, Math.floor(here / width) + top]);
      }
      return way.reverse();
    },
  };
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function edgeCosts(pixels: ArrayLike<number>, columns: number, rows: number, box: Box): Float64Array {
  const at = (row: number, column: number) => {
    const value = pixels[Math.min(rows - 1, Math.max(0, row)) * columns + Math.min(columns - 1, Math.max(0, column))]!;
    return Number.isFinite(value) ? value : 0;
  };
  const steep = new Float64Array(box.width * box.height);
  for (let y = 0; y < box.height; y += 1) {
    for (let x = 0; x < box.width; x += 1) {
      const [row, column] = [y + box.top, x + box.left];
      const across = at(row, column + 1) - at(row, column - 1);
      const down = at(row + 1, column) - at(row - 1, column);
      steep[y * box.width + x] = Math.hypot(across, down);
    }
  }
  const sorted = Float64Array.from(steep).sort();
  const high = sorted[Math.floor(0.98 * (sorted.length - 1))]! || 1;
  return steep.map((value) => FLAT + 1 - Math.min(1, value / high));
}

/** For each place the one before it on the cheapest way from the start; -1 at the start. */
function cheapest(cost: Float64Array, width: number, height: number, start: number): Int32Array {
  const total = new Float64Array(cost.length).fill(Infinity);
  const from = new Int32Array(cost.length).fill(-1);
  const done = new Uint8Array(cost.length);
  const heap: [number, number][] = [[0, start]];
  total[start] = 0;
  while (heap.length > 0) {
    const [, here] = popLeast(heap);
    if (done[here]) continue;
    done[here] = 1;
    const [x, y] = [here % width, Math.floor(here / width)];
    for (let dy = -1; dy <= 1; dy += 1) {
      for (let dx = -1; dx <= 1; dx += 1) {
        const [nx, ny] = [x + dx, y + dy];
        if ((dx === 0 && dy === 0) || nx < 0 || ny < 0 || nx >= width || ny >= height) continue;
        const there = ny * width + nx;
        const sum = total[here]! + cost[there]! * (dx !== 0 && dy !== 0 ? Math.SQRT2 : 1);
        if (sum >= total[there]!) continue;
        total[there] = sum;
        from[there] = here;
        push(heap, [sum, there]);
      }
    }
  }
  return from;
}

function push(heap: [number, number][], entry: [number, number]): void {
  heap.push(entry);
  for (let i = heap.length - 1; i > 0; ) {
    const up = (i - 1) >> 1;
    if (heap[up]![0] <= heap[i]![0]) return;
    [heap[up], heap[i]] = [heap[i]!, heap[up]!];
    i = up;
  }
}

function popLeast(heap: [number, number][]): [number, number] {
  const least = heap[0]!;
  const last = heap.pop()!;
  if (heap.length === 0) return least;
  heap[0] = last;
  for (let i = 0; ; ) {
    const [left, right] = [2 * i + 1, 2 * i + 2];
    let small = i;
    if (left < heap.length && heap[left]![0] < heap[small]![0]) small = left;
    if (right < heap.length && heap[right]![0] < heap[small]![0]) small = right;
    if (small === i) return least;
    [heap[i], heap[small]] = [heap[small]!, heap[i]!];
    i = small;
  }
}
