import { describe, expect, it } from "vitest";

import { Refusal } from "../../src/api/refusal";

describe("a refusal", () => {
  it("says what the server said", () => {
    const body = { error: { code: "read.stale", sentence: "It was saved elsewhere.", remedy: "Choose.", facts: {} } };
    expect(Refusal.from(409, body)).toMatchObject({ code: "read.stale", message: "It was saved elsewhere.", remedy: "Choose." });
  });
  it("has a code and a remedy when a proxy answered, or nobody", () => {
    expect(Refusal.from(502, null).code).toBe("http.502");
    expect(Refusal.of(new TypeError("Failed to fetch"))).toMatchObject({ status: 0, code: "network.unreachable" });
  });
});
