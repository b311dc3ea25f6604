import { describe, expect, it } from "vitest";

import {
  changedKeys,
  changesOnly,
  keptAdc,
  shownAdc,
  shownValue,
  typedNumber,
  typedNumbers,
  typedTexts,
  valueAt,
  withValue,
} from "../../src/screens/protocol/values";

const PROTOCOL = { title: "ADC", adc: { fit: "loglinear", b_values: [0, 800] }, plan: { date: "" } };
const KEYS = ["title", "adc.fit", "adc.b_values", "plan.date"];

describe("values by key", () => {
  it("reads and changes one without touching the others", () => {
    const changed = withValue(PROTOCOL, "adc.fit", "nonlinear");
    expect(valueAt(changed, "adc.fit")).toBe("nonlinear");
    expect(valueAt(changed, "adc.b_values")).toEqual([0, 800]);
    expect(PROTOCOL.adc.fit).toBe("loglinear");
  });

  it("tells what was changed, and only that", () => {
    const changed = withValue(withValue(PROTOCOL, "adc.fit", "nonlinear"), "title", "ADC");
    expect(changedKeys(KEYS, PROTOCOL, changed)).toEqual(["adc.fit"]);
    expect(changesOnly(KEYS, PROTOCOL, changed)).toEqual({ adc: { fit: "nonlinear" } });
  });
});

describe("an ADC", () => {
  it.each([
    [0.00124, "1.24"],
    [1e-6, "0.001"],
    [0.00095, "0.95"],
  ])("of %s mm²/s is shown and typed as %s", (kept, shown) => {
    expect(shownAdc(kept)).toBe(shown);
    expect(keptAdc(Number(shown))).toBe(kept);
  });
});

describe("what people type", () => {
  it.each([
    ["0.00124", 0.00124],
    ["1.24e-3", 0.00124],
    ["0,5", 0.5],
    [" 12 ", 12],
    [".5", 0.5],
  ])("takes %s for a number", (text, value) => expect(typedNumber(text)).toBe(value));

  it.each(["", "1.2.3", "1,2,3", "ten", "1e999", "0x10", "Infinity"])("takes %s for none", (text) =>
    expect(typedNumber(text)).toBeNull(),
  );

  it("takes lists apart at commas", () => {
    expect(typedTexts("G1, G2;G3,")).toEqual(["G1", "G2", "G3"]);
    expect(typedNumbers("0, 50 800")).toEqual([0, 50, 800]);
    expect(typedNumbers("0, b800")).toBeNull();
    expect(typedNumbers("")).toEqual([]);
  });

  it("says what stood there before", () => {
    expect([shownValue(true), shownValue([]), shownValue(["a", "b"]), shownValue([{}, {}]), shownValue(null)]).toEqual([
      "yes",
      "empty",
      "a, b",
      "2 rows",
      "empty",
    ]);
  });
});
