import { describe, expect, it } from "vitest";

import { EMPTY_DRAFT, type Draft } from "../../src/regions/draft";
import { circleOfArea, ellipse } from "../../src/regions/shapes";
import type { Place } from "../../src/screens/reading/pointer/tool";
import { axisRuled, holeCut, regionDrawn, regionReshaped } from "../../src/screens/reading/state/strokes";
import { wantedOf } from "../../src/screens/reading/state/wanted";
import { SeriesFrames } from "../../src/viewer/frames";

const FRAMES = new SeriesFrames(
  "1",
  {
    id: "s1",
    rows: 100,
    columns: 100,
    pixel_spacing_mm: [1, 1],
    orientation_lps: [1, 0, 0, 0, 1, 0],
    type: "u16",
    scale: { slope: 1, intercept: 0 },
    window: { center: 1, width: 1 },
    frames: [1, 2].map((number) => ({ number, position_lps_mm: [0, 0, 5 * number], thickness_mm: 5 })),
  },
  () => Promise.reject(new Error("nothing is fetched")),
);

function place(index: number): Place {
  return { at: 0, plane: FRAMES.planes[index]!, frames: FRAMES, index, point: [50, 50], scale: 1, shift: false };
}

function drawn(draft: Draft, index: number, area: number): Draft {
  return regionDrawn(draft, "lesion", place(index), circleOfArea([50, 50], area), "circle")!.draft;
}

describe("a stroke", () => {
  it("takes the place of the region of the same role on the same image, and says so", () => {
    const first = drawn(EMPTY_DRAFT, 0, 400);
    const second = regionDrawn(first, "lesion", place(0), circleOfArea([50, 50], 100), "circle")!;
    expect(second.draft.contours).toHaveLength(1);
    expect(second.message).toContain("one undo away");
    expect(second.selected).toBe(second.draft.contours[0]!.id);
    expect(drawn(first, 1, 100).contours.map(({ frame }) => frame)).toEqual([1, 2]);
  });

  it("that holds nothing draws nothing", () => {
    const ring = [[1, 1], [1, 1], [1, 1.0001]] as const;
    expect(regionDrawn(EMPTY_DRAFT, "lesion", place(0), ring, "freehand")).toBeNull();
  });

  it("stays inside the image", () => {
    const { draft } = regionDrawn(EMPTY_DRAFT, "lesion", place(0), ellipse([-30, 40], [30, 60]), "ellipse")!;
    expect(Math.min(...draft.contours[0]!.points_lps_mm.map(([x]) => x))).toBe(-0.5);
  });

  it("cuts a hole only into a region that holds all of it, of the same image", () => {
    const region = drawn(EMPTY_DRAFT, 0, 400);
    const ring = circleOfArea([50, 50], 50);
    expect(holeCut(region, null, place(0), ring).draft.contours[0]!.holes_lps_mm).toHaveLength(1);
    for (const [index, beside] of [[1, ring], [0, circleOfArea([60, 50], 50)]] as const) {
      const refused = holeCut(region, null, place(index), beside);
      expect(refused.draft).toBe(region);
      expect(refused.message).toContain("draw the region first");
    }
  });

  it("keeps the holes of a region whose line it changes", () => {
    const holed = holeCut(drawn(EMPTY_DRAFT, 0, 400), null, place(0), circleOfArea([50, 50], 50)).draft;
    const wider = regionReshaped(holed, holed.contours[0]!, place(0), circleOfArea([50, 50], 900));
    expect(wider.draft.contours[0]!.holes_lps_mm).toEqual(holed.contours[0]!.holes_lps_mm);
  });

  it("along an axis replaces the axis that was there", () => {
    const long = axisRuled(EMPTY_DRAFT, "long", place(0), [10, 10], [30, 10]).draft;
    const again = axisRuled(axisRuled(long, "short", place(0), [10, 10], [10, 20]).draft, "long", place(1), [0, 0], [9, 0]);
    expect(again.draft.rulers.map(({ axis, frame }) => [axis, frame])).toEqual([["short", 1], ["long", 2]]);
  });
});

describe("what the study asks for", () => {
  const list = { wants: { confidence: true, ruler: true, reference: true } } as never;
  const there = (draft: Draft) => wantedOf({ draft, list }).filter(({ isThere }) => isThere).map(({ id }) => id);

  it("is ticked off as it is drawn and said", () => {
    expect(there(EMPTY_DRAFT)).toEqual([]);
    const region = drawn(EMPTY_DRAFT, 0, 400);
    const short = axisRuled(region, "short", place(0), [1, 1], [9, 1]).draft;
    expect(there(short)).toEqual(["lesion"]);
    const ruled = axisRuled(short, "long", place(0), [1, 1], [9, 1]).draft;
    expect(there({ ...ruled, confidence: 2 })).toEqual(["lesion", "long-axis", "confidence"]);
  });

  it("is nothing where the lesion cannot be assessed", () => {
    const draft = { ...EMPTY_DRAFT, cannot_assess: { reason: "artefact", text: "" } } as const;
    expect(wantedOf({ draft, list })).toEqual([]);
  });
});
