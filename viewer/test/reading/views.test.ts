import { describe, expect, it } from "vitest";

import { shownValue, unitWords, windowWords } from "../../src/screens/reading/amounts";
import type { CaseSeries } from "../../src/screens/reading/case";
import { slicesAt, slicesFollowing, viewsFollowing } from "../../src/screens/reading/state/following";
import { fitted, nextPreset, panned, refitted, viewAt, windowMoved, zoomed } from "../../src/screens/reading/state/shown";
import { SeriesFrames } from "../../src/viewer/frames";

const AXIAL = [1, 0, 0, 0, 1, 0];
const CORONAL = [1, 0, 0, 0, 0, -1];

function series(changes: Partial<CaseSeries> & { gap?: number } = {}): CaseSeries {
  const { gap = 5, ...others } = changes;
  const along = others.orientation_lps === CORONAL ? 1 : 2;
  const at = (i: number) => [0, 0, 0].map((_, axis) => (axis === along ? gap * i : 0));
  return {
    id: "s1", role: "adc", label: "ADC", is_record: true, linked: true, b_value: null, unit: "mm2/s", fit: "",
    rows: 100, columns: 200, pixel_spacing_mm: [1, 1], orientation_lps: AXIAL, type: "f32",
    scale: { slope: 1, intercept: 0 }, window: { center: 1250, width: 2500 },
    frames: Array.from({ length: 10 }, (_, i) => ({ number: i + 1, position_lps_mm: at(i), thickness_mm: gap })),
    ...others,
  };
}

function shown(facts = series(), size = { clientWidth: 400, clientHeight: 400 }) {
  const frames = new SeriesFrames("1", facts, () => Promise.reject(new Error("nothing is fetched")));
  return fitted(facts, frames, [0, 0, 20], size);
}

describe("a map whose numbers are hidden", () => {
  it("is a picture: no value under the pointer, and the same windows as the map has", () => {
    const [map, picture] = [series(), series({ unit: "", window: { center: 50, width: 100 } })];
    expect([shownValue(map, 1021), shownValue(picture, 40.84)]).toEqual(["1.021 ×10⁻³ mm²/s", ""]);
    expect([unitWords(map), unitWords(picture)]).toEqual(["ADC in ×10⁻³ mm²/s", "ADC, values hidden"]);
    expect(windowWords(picture, picture.window)).toBe("W 100 · C 50");
    const [of, ofPicture] = [nextPreset(shown(map)), nextPreset(shown(picture))];
    expect([of.center, of.width, ofPicture.center * 25, ofPicture.width * 25]).toEqual([750, 1500, 750, 1500]);
  });
});

describe("a pane", () => {
  it("opens on the slice nearest to the place, the whole image in view", () => {
    const one = shown();
    expect([one.index, one.view.scale, one.view.scale === one.fit]).toEqual([4, 0.5, true]);
  });

  it("zooms round a place that stays where it is on the screen", () => {
    const { view } = shown();
    const nearer = zoomed(view, 2, [10, 20]);
    const onScreen = (one: typeof view) => [(10 - one.centre[0]) / one.scale, (20 - one.centre[1]) / one.scale];
    onScreen(nearer).forEach((mm, axis) => expect(mm).toBeCloseTo(onScreen(view)[axis]!, 9));
    expect(panned(nearer, [4, 0]).centre[0]).toBeCloseTo(nearer.centre[0] - 4 * nearer.scale, 9);
  });

  it("of another size stays whole, or as near as it was", () => {
    const one = shown();
    const half = { clientWidth: 200, clientHeight: 200 };
    expect(refitted(one, half).view.scale).toBe(1);
    const near = { ...one, view: zoomed(one.view, 4, [0, 0]) };
    expect(refitted(near, half).view).toEqual({ centre: near.view.centre, scale: 0.25 });
  });

  it("shows a place close up, or everything", () => {
    const one = shown();
    const size = { clientWidth: 600, clientHeight: 300 };
    expect(viewAt(one, [30, 40, 20], true, size)).toEqual({ centre: [30, 40], scale: 0.4 });
    expect(viewAt(one, [30, 40, 20], false, size).centre).toEqual([99.5, 49.5]);
  });

  it("gets wider across and darker down, and steps through its windows back to its own", () => {
    const one = shown();
    const moved = windowMoved(one, [8, 4]);
    expect(moved.width).toBeGreaterThan(one.window.width);
    expect(moved.center).toBeGreaterThan(one.window.center);
    let window = one.window;
    const seen = new Set<number>();
    do seen.add((window = nextPreset({ ...one, window })).center * 1e5 + window.width);
    while (window.width !== one.window.width || window.center !== one.window.center);
    expect(seen.size).toBeGreaterThan(3);
  });
});

describe("panes that go along", () => {
  const lead = shown();
  const finer = shown(series({ id: "s2", gap: 2 }));
  const across = shown(series({ id: "s3", orientation_lps: CORONAL }));
  const apart = shown(series({ id: "s4", linked: false }));
  const panes = [lead, finer, across, apart, null];

  it("turn to the same place in the patient, unless they lie across or mean another place", () => {
    const changes = slicesFollowing(panes, 0, lead.frames.planes[2]!);
    expect(changes).toEqual([[1, { index: 5, away: false }]]);
    expect(slicesFollowing(panes, 3, apart.frames.planes[2]!)).toEqual([]);
  });

  it("say when they have no slice there", () => {
    expect(slicesFollowing(panes, 0, lead.frames.planes[9]!)).toEqual([[1, { index: 9, away: true }]]);
    expect(slicesAt(panes, [0, 15, 10]).map(([at, { index }]) => [at, index])).toEqual([[0, 2], [1, 5], [2, 3]]);
  });

  it("show the same millimetres where they are linked", () => {
    const view = { centre: [30, 40], scale: 0.2 } as const;
    expect(viewsFollowing(panes, 0, view)).toEqual([[1, { view }]]);
  });
});
