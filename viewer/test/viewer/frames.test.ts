import { describe, expect, it } from "vitest";

import { SeriesFrames, type SeriesFacts } from "../../src/viewer/frames";
import { forScreen, screenRange, windowFor } from "../../src/viewer/shades";

const facts = (type: SeriesFacts["type"], n = 20): SeriesFacts => ({
  id: "s1",
  rows: 2,
  columns: 3,
  pixel_spacing_mm: [1, 1],
  orientation_lps: [1, 0, 0, 0, 1, 0],
  type,
  scale: { slope: type === "u16" ? 2 : 1, intercept: type === "u16" ? -10 : 0 },
  window: { center: 100, width: 200 },
  frames: Array.from({ length: n }, (_, i) => ({ number: i + 1, position_lps_mm: [0, 0, 3 * i], thickness_mm: null })),
});

function served(one: SeriesFacts): { frames: SeriesFrames; asked: string[] } {
  const asked: string[] = [];
  const frames = new SeriesFrames("k", one, async (series, first, last) => {
    asked.push(`${series}:${first}-${last}`);
    const size = one.rows * one.columns;
    const values = Array.from({ length: size * (last - first + 1) }, (_, i) => 100 * (first + Math.floor(i / size)) + (i % size));
    return (one.type === "f32" ? Float32Array.from(values) : Uint16Array.from(values)).buffer;
  });
  return { frames, asked };
}

describe("frames", () => {
  it("arrive as numbers in the series' unit, each where it belongs", async () => {
    const { frames } = served(facts("u16"));
    await frames.need(4);
    expect(frames.value(4, 1, 2)).toBe(505 * 2 - 10);
    expect(frames.value(4, 2, 0)).toBeNull();
    expect(frames.value(5, 0, 0)).toBeNull();
  });

  it("are asked for once, and the rest in runs from the wanted one outwards", async () => {
    const { frames, asked } = served(facts("f32"));
    await Promise.all([frames.need(10), frames.need(10)]);
    await frames.fill(10);
    expect(asked).toEqual(["s1:11-11", "s1:9-16", "s1:1-8", "s1:17-20"]);
    for (let i = 0; i < frames.count; i += 1) expect(frames.value(i, 0, 1)).toBe(100 * (i + 1) + 1);
  });

  it("refuse an answer of another size, and can be asked for again", async () => {
    let size = 5;
    const frames = new SeriesFrames("k", facts("f32", 1), async () => new Float32Array(size).buffer);
    await expect(frames.need(0)).rejects.toThrow("another number of voxels");
    size = 6;
    expect(await frames.need(0)).toHaveLength(6);
  });

  it("have a reach of one gap where no thickness is known", () => {
    expect(served(facts("u16")).frames.planes[3]!.reach).toBe(3);
  });
});

describe("shades", () => {
  it("what was not estimated is drawn as nothing, never as a number", () => {
    expect([...forScreen(facts("f32"), Float32Array.of(NaN, 1200.4, -5, 1e9))]).toEqual([0, 12004, -50, 32767]);
  });

  it("a window in the unit becomes one in stored numbers", () => {
    expect(screenRange(facts("u16"), { center: 90, width: 40 })).toEqual({ lower: 40, upper: 60 });
  });

  it("a window of its own leaves out the strange one in a hundred", () => {
    const pixels = Float32Array.from({ length: 1000 }, (_, i) => (i === 999 ? 1e6 : 1 + (i % 100)));
    expect(windowFor(facts("f32"), pixels).width).toBeLessThan(120);
  });
});
