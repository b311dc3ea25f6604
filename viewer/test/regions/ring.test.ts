import { describe, expect, it } from "vitest";

import { redrawPart, pushed, smoothed } from "../../src/regions/edit";
import { firstCrossing, nearestOnRing, perimeter, resampled, signedArea, thinned, windingNumber, type Point2 } from "../../src/regions/ring";
import { circleOfArea, closedSpline, ellipse } from "../../src/regions/shapes";

const SQUARE: Point2[] = [[0, 0], [10, 0], [10, 10], [0, 10]];
const area = (ring: readonly Point2[]) => Math.abs(signedArea(ring));

describe("rings", () => {
  it("have the area and the way round of a square", () => {
    expect(signedArea(SQUARE)).toBe(100);
    expect(perimeter(SQUARE)).toBe(40);
    expect(windingNumber([5, 5], SQUARE)).toBe(1);
    expect(windingNumber([15, 5], SQUARE)).toBe(0);
    expect(nearestOnRing([5, -2], SQUARE)).toEqual({ segment: 0, point: [5, 0], distance: 2 });
  });

  it("are simple until they cross themselves", () => {
    expect(firstCrossing(SQUARE)).toBeNull();
    expect(firstCrossing([[0, 0], [10, 10], [10, 0], [0, 10]])).toEqual([0, 2]);
    expect(firstCrossing(circleOfArea([3, 4], 50))).toBeNull();
  });

  it("lose near points and keep far ones when they are thinned", () => {
    expect(thinned([[0, 0], [0.1, 0], [1, 0], [1, 1], [0.05, 0.02]], 0.5)).toEqual([[0, 0], [1, 0], [1, 1]]);
  });

  it("keep their area when they are resampled on their own line", () => {
    const even = resampled(SQUARE, 0.5);
    expect(even).toHaveLength(80);
    expect(area(even)).toBeCloseTo(100, 9);
  });
});

describe("shapes", () => {
  it("a circle of a fixed area has that area as a polygon", () => {
    expect(area(circleOfArea([1, 2], 123.4))).toBeCloseTo(123.4, 9);
  });

  it("an ellipse fills its box", () => {
    const xs = ellipse([0, 0], [8, 4]).map(([x]) => x);
    expect(Math.min(...xs)).toBeCloseTo(0, 9);
    expect(Math.max(...xs)).toBeCloseTo(8, 9);
  });

  it("a spline passes through its points", () => {
    const line = closedSpline(SQUARE);
    for (const point of SQUARE) expect(nearestOnRing(point, line).distance).toBeLessThan(1e-9);
    expect(firstCrossing(line)).toBeNull();
  });
});

describe("editing", () => {
  it("a stroke from the line to the line takes the place of the shorter part", () => {
    const bulge: Point2[] = [[3, 0], [3, -4], [7, -4], [7, 0]];
    expect(area(redrawPart(SQUARE, bulge))).toBeCloseTo(116, 9);
    expect(area(redrawPart(SQUARE, [...bulge].reverse()))).toBeCloseTo(116, 9);
    const bite: Point2[] = [[7, 10], [7, 6], [3, 6], [3, 10]];
    expect(area(redrawPart(SQUARE, bite))).toBeCloseTo(84, 9);
  });

  it("a stroke within one segment or round the start of the ring does the same", () => {
    expect(area(redrawPart(SQUARE, [[0, 7], [-2, 7], [-2, 3], [0, 3]]))).toBeCloseTo(108, 9);
    expect(area(redrawPart(SQUARE, [[0, 2], [-2, -2], [2, 0]]))).toBeGreaterThan(100);
  });

  it("pushing moves the line out of the disc and leaves the rest", () => {
    const ring = pushed(resampled(SQUARE, 0.25), [5, 11], 2, 0.25);
    expect(nearestOnRing([5, 9], ring).distance).toBeLessThan(0.1);
    expect(nearestOnRing([5, 0], ring).distance).toBeLessThan(1e-9);
  });

  it("smoothing takes the jags and keeps the area", () => {
    const jagged = circleOfArea([0, 0], 300).map(([x, y], i): Point2 => (i % 2 ? [x, y] : [x * 1.08, y * 1.08]));
    const smooth = smoothed(jagged);
    expect(area(smooth)).toBeCloseTo(area(jagged), 6);
    expect(perimeter(smooth)).toBeLessThan(0.95 * perimeter(jagged));
  });
});
