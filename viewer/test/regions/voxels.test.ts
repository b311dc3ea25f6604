import { describe, expect, it } from "vitest";

import { between } from "../../src/regions/interpolate";
import { waysFrom } from "../../src/regions/livewire";
import { areParallel, cutLine, liesOn, nearestPlane, Plane } from "../../src/regions/plane";
import { eroded, Mask, outlined, painted, rasterized } from "../../src/regions/raster";
import { signedArea, windingNumber } from "../../src/regions/ring";
import { circleOfArea } from "../../src/regions/shapes";

const facts = { rows: 40, columns: 50, pixel_spacing_mm: [2, 1.5] as const, orientation_lps: [1, 0, 0, 0, 0.8, -0.6] };
const plane = new Plane(facts, [-10, 20, 30], 4);

describe("a plane", () => {
  it("carries points to the patient and back", () => {
    const there = plane.toLps([12.5, 7.25]);
    expect(plane.toPlane(there)[0]).toBeCloseTo(12.5, 12);
    expect(plane.toPlane(there)[1]).toBeCloseTo(7.25, 12);
    expect(plane.distance(there)).toBeCloseTo(0, 12);
    expect(plane.toPixel([3, 4])).toEqual([2, 2]);
  });

  it("holds what lies within half a slice, and a hair where no thickness is known", () => {
    const off = (mm: number) => plane.toLps([5, 5]).map((place, axis) => place + mm * plane.normal[axis]!) as unknown as readonly [number, number, number];
    expect(liesOn(plane, [off(1.99)])).toBe(true);
    expect(liesOn(plane, [off(2.01)])).toBe(false);
    expect(liesOn(new Plane(facts, [-10, 20, 30], null), [off(0.02)])).toBe(false);
  });

  it("is found by the place in the patient, and cut by one that is not parallel", () => {
    const straight = { ...facts, orientation_lps: [1, 0, 0, 0, 1, 0] };
    const stack = [0, 3, 6, 9].map((z) => new Plane(straight, [0, 0, z], 3));
    expect(nearestPlane(stack, [99, 99, 5])).toBe(2);
    expect(areParallel(stack[0]!, stack[3]!)).toBe(true);
    expect(cutLine(stack[0]!, stack[1]!)).toBeNull();
    const upright = new Plane({ ...facts, orientation_lps: [1, 0, 0, 0, 0, -1] }, [0, 17, 0], 3);
    for (const [, v] of cutLine(stack[0]!, upright)!) expect(v).toBeCloseTo(17, 9);
  });
});

describe("voxels", () => {
  const ring = circleOfArea(plane.fromPixel([25, 20]), 600);

  it("belong by their centres", () => {
    const mask = rasterized(plane, ring);
    let counted = 0;
    for (let row = 0; row < 40; row += 1) {
      for (let column = 0; column < 50; column += 1) {
        const inside = windingNumber(plane.fromPixel([column, row]), ring) !== 0;
        expect(mask.at(row, column)).toBe(inside);
        counted += inside ? 1 : 0;
      }
    }
    expect(mask.count()).toBe(counted);
    expect(counted).toBeGreaterThan(150);
  });

  it("come back from their outline, hole and all", () => {
    const mask = rasterized(plane, ring, [circleOfArea(plane.fromPixel([25, 20]), 90)]);
    const shape = outlined(mask, plane)!;
    expect(shape.holes).toHaveLength(1);
    expect([...rasterized(plane, shape.outer, shape.holes).bits]).toEqual([...mask.bits]);
    expect(Math.abs(signedArea(shape.outer)) - Math.abs(signedArea(shape.holes[0]!))).toBeCloseTo(mask.count() * 3, 9);
  });

  it("that touch at a corner only are two pieces, and the larger is outlined", () => {
    const mask = new Mask(40, 50);
    for (const [row, column] of [[5, 5], [5, 6], [6, 7]] as const) mask.bits[row * 50 + column] = 1;
    expect(Math.abs(signedArea(outlined(mask, plane)!.outer))).toBeCloseTo(6, 9);
  });

  it("with a neighbour outside go when one voxel is taken off", () => {
    const mask = new Mask(6, 6);
    for (let row = 1; row < 5; row += 1) mask.bits.fill(1, row * 6 + 1, row * 6 + 5);
    const small = eroded(mask);
    expect(small.count()).toBe(4);
    expect(small.at(2, 2) && small.at(3, 3)).toBe(true);
  });

  it("are painted and wiped under a disc", () => {
    const mask = new Mask(40, 50);
    painted(mask, plane, plane.fromPixel([10, 10]), 3, 1);
    expect(mask.at(10, 12)).toBe(true);
    expect(mask.at(10, 13)).toBe(false);
    expect(mask.at(11, 10)).toBe(true);
    painted(mask, plane, plane.fromPixel([10, 10]), 3, 0);
    expect(mask.count()).toBe(0);
  });
});

describe("between two slices", () => {
  it("a circle grows by the part of the way", () => {
    const [half] = between(circleOfArea([0, 0], Math.PI * 25), circleOfArea([0, 0], Math.PI * 225), [0.5], 0.5);
    expect(Math.abs(signedArea(half!))).toBeCloseTo(Math.PI * 100, -1);
  });

  it("nothing is made where nothing would be left", () => {
    expect(between(circleOfArea([0, 0], 20), circleOfArea([60, 0], 20), [0.5], 0.5)).toEqual([null]);
  });
});

describe("the live wire", () => {
  it("follows the edge of a disc rather than the straight line", () => {
    const [rows, columns, radius] = [60, 60, 18];
    const pixels = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        pixels[row * columns + column] = Math.hypot(row - 30, column - 30) <= radius ? 100 : 10;
      }
    }
    const way = waysFrom(pixels, rows, columns, [30 - radius, 30]).to(30 + radius, 30);
    expect(way[0]).toEqual([30 - radius, 30]);
    expect(way.at(-1)).toEqual([30 + radius, 30]);
    const off = way.map(([column, row]) => Math.abs(Math.hypot(row - 30, column - 30) - radius));
    expect(Math.max(...off)).toBeLessThan(1.6);
  });
});
