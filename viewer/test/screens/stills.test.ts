import { describe, expect, it } from "vitest";

import type { Point2 } from "../../src/regions/ring";
import { lastChance } from "../../src/screens/coordinator/NewLesions";
import { sealStands, sealWords, waitsFor } from "../../src/screens/coordinator/Blinding";
import { strokeOf } from "../../src/screens/stills/stroke";
import { middleAfter } from "../../src/screens/stills/useLook";

const SQUARE: Point2[] = [[0, 0], [5, 0], [5, 5], [0, 5]];

describe("a stroke over a still", () => {
  it("loses points that repeat the one before, and is a region", () => {
    const stroke = SQUARE.flatMap((point) => [point, point]);
    expect(strokeOf([...stroke, SQUARE[0]!]).ring).toEqual(SQUARE);
  });
  it("is refused on letting go where it crosses itself or is no more than a click", () => {
    expect(strokeOf([SQUARE[0]!, SQUARE[2]!, SQUARE[1]!, SQUARE[3]!]).wrong).toContain("crosses itself");
    expect(strokeOf([SQUARE[0]!, SQUARE[0]!, SQUARE[1]!]).ring).toBeNull();
  });
});

describe("a zoom", () => {
  it("leaves the place under the mouse where it is", () => {
    const [middle, round]: Point2[] = [[100, 80], [130, 60]];
    const kept = 0.8;
    const after = middleAfter(middle!, round!, kept);
    expect((round![0] - after[0]) / kept).toBeCloseTo(round![0] - middle![0]);
    expect((round![1] - after[1]) / kept).toBeCloseTo(round![1] - middle![1]);
  });
});

describe("the words about the seal", () => {
  const report = {
    readers: [], n_decisions: 0, n_decisions_not_blinded: 0, outcomes_sealed_by: "carla", outcomes_opened_at: "",
    outcomes_opened_by: "", seal_broken_early: false, is_everything_locked: true, n_undecided: 0, n_not_given: 0, n_unnamed: 0, log_head: "",
    is_own_only: false,
  };
  it("say who opened it once it was opened", () => {
    const opened = { ...report, outcomes_opened_at: "2026-03-03T14:05:09+00:00", outcomes_opened_by: "oda" };
    expect([sealStands(report), sealStands(opened)]).toEqual([true, false]);
    expect(sealWords(opened)).toContain("by oda");
  });
  it("name what it still waits for", () => {
    expect(waitsFor(report)).toBe("");
    expect(waitsFor({ ...report, n_undecided: 1 })).toBe("1 difference between readers is not decided.");
    expect(waitsFor({ ...report, is_everything_locked: false })).toBe("Not every case is locked.");
  });
  it("warn of lesions that no reader has", () => {
    expect(lastChance(1)).toContain("1 lesion more could be read, and no reader has it. After this it is too late");
    expect(lastChance(2)).toContain("gives them to the readers under Design");
  });
});
