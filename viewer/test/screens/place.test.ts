import { describe, expect, it } from "vitest";

import { match } from "../../src/screens/shell/place";

describe("the address of a place", () => {
  it("gives its parts as they were before they were made safe for an address", () => {
    expect(match("/pointers/{key}", "/pointers/S-2%2F1")).toEqual({ key: "S-2/1" });
  });
  it("is another place with more, fewer or other parts", () => {
    for (const path of ["/read", "/read/", "/read/a/b", "/write/a"]) expect(match("/read/{item}", path)).toBeNull();
  });
});
