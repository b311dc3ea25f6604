// The images of one series as they come from the server: numbers, where each lies, and which have arrived. Frames are
// asked for in runs, the wanted one first; nothing here draws.
import { nearestPlane, Plane } from "../regions/plane";
import type { Point3 } from "../regions/draft";

export type Pixels = Uint16Array | Int16Array | Float32Array;

export interface SeriesFacts {
  readonly id: string;
  readonly rows: number;
  readonly columns: number;
  readonly pixel_spacing_mm: readonly [number, number];
  readonly orientation_lps: readonly number[];
  readonly type: "u16" | "i16" | "f32";
  readonly scale: { readonly slope: number; readonly intercept: number };
  readonly window: { readonly center: number; readonly width: number };
  readonly frames: readonly { readonly number: number; readonly position_lps_mm: readonly number[]; readonly thickness_mm: number | null }[];
}

/** Asks for the frames first to last (their numbers, both included) of one series. */
export type FetchFrames = (series: string, first: number, last: number, signal: AbortSignal) => Promise<ArrayBuffer>;

const RUN = 8;
const ARRAYS = { u16: Uint16Array, i16: Int16Array, f32: Float32Array } as const;

export class SeriesFrames {
  readonly planes: readonly Plane[];
  private readonly pixels: (Pixels | undefined)[];
  private readonly asked = new Map<number, Promise<void>>();
  private readonly stop = new AbortController();

  constructor(
    /** Unlike that of any other series ever shown: the image library keeps images by it. */
    readonly key: string,
    readonly facts: SeriesFacts,
    private readonly fetchFrames: FetchFrames,
  ) {
    this.planes = facts.frames.map((frame, i) => {
      const next = facts.frames[i + 1] ?? facts.frames[i - 1];
      const gap = next ? distance(frame.position_lps_mm, next.position_lps_mm) : 0;
      return new Plane(facts, frame.position_lps_mm, frame.thickness_mm, Math.max(gap, frame.thickness_mm ?? 1));
    });
    this.pixels = new Array<Pixels | undefined>(facts.frames.length);
  }

  get count(): number {
    return this.planes.length;
  }

  /** What has arrived of a frame, by its index from 0. */
  at(index: number): Pixels | undefined {
    return this.pixels[index];
  }

  has(index: number): boolean {
    return this.pixels[index] !== undefined;
  }

  /** The voxel's value in the series' unit; null where none was estimated or it has not arrived. */
  value(index: number, row: number, column: number): number | null {
    const { rows, columns, scale } = this.facts;
    if (row < 0 || column < 0 || row >= rows || column >= columns) return null;
    const stored = this.pixels[index]?.[row * columns + column];
    if (stored === undefined || Number.isNaN(stored)) return null;
    return stored * scale.slope + scale.intercept;
  }

  nearest(point: Point3): number {
    return nearestPlane(this.planes, point);
  }

  /** The frame is here when this resolves. */
  async need(index: number): Promise<Pixels> {
    if (!this.has(index)) await (this.asked.get(index) ?? this.fetchRun(index, index));
    const pixels = this.pixels[index];
    if (!pixels) throw new Error(`Frame ${index + 1} did not arrive.`);
    return pixels;
  }

  /** Everything, from the given frame outwards; a run that fails is asked for again when it is needed. */
  async fill(from: number): Promise<void> {
    const runs: [number, number][] = [];
    for (let first = 0; first < this.count; first += RUN) runs.push([first, Math.min(first + RUN, this.count) - 1]);
    const away = ([first, last]: [number, number]) => (from < first ? first - from : from > last ? from - last : 0);
    runs.sort((a, b) => away(a) - away(b));
    for (const [first, last] of runs) {
      const missing = [];
      for (let i = first; i <= last; i += 1) if (!this.has(i) && !this.asked.has(i)) missing.push(i);
      if (missing.length === 0) continue;
      if (this.stop.signal.aborted) return;
      await this.fetchRun(missing[0]!, missing.at(-1)!).catch(() => undefined);
    }
  }

  /** Nothing more is asked for. */
  close(): void {
    this.stop.abort();
  }

  private fetchRun(first: number, last: number): Promise<void> {
    const { facts } = this;
    const run = this.fetchFrames(facts.id, facts.frames[first]!.number, facts.frames[last]!.number, this.stop.signal)
      .then((bytes) => this.keep(first, last, bytes))
      .finally(() => {
        for (let i = first; i <= last; i += 1) if (this.asked.get(i) === run) this.asked.delete(i);
      });
    for (let i = first; i <= last; i += 1) this.asked.set(i, run);
    return run;
  }

  private keep(first: number, last: number, bytes: ArrayBuffer): void {
    const { rows, columns, type } = this.facts;
    const size = rows * columns;
    const all = new ARRAYS[type](bytes);
    if (all.length !== size * (last - first + 1)) throw new Error("The server sent another number of voxels than it said.");
    for (let i = first; i <= last; i += 1) this.pixels[i] = all.slice((i - first) * size, (i - first + 1) * size);
  }
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!, a[2]! - b[2]!);
}
