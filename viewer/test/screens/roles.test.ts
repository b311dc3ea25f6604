import { describe, expect, it } from "vitest";

import type { Role } from "../../src/api";
import { inWords, rolesOf, tickedOf } from "../../src/screens/people/roles";

const HELD: Role[] = [
  { role: "reader", site: "Gent" },
  { role: "reader", site: "Leuven" },
  { role: "auditor", site: "" },
];

describe("roles as they are ticked", () => {
  it("come back as they were, whatever the order of the sites", () => {
    expect(rolesOf(tickedOf(HELD))).toEqual(HELD);
    expect(inWords(HELD)).toBe("Reader (Gent, Leuven), Auditor");
  });
  it("are held at every site where one of them is", () => {
    expect(rolesOf(tickedOf([...HELD, { role: "reader", site: "" }]))).toContainEqual({ role: "reader", site: "" });
  });
  it("are none without a tick, and at every site without a site", () => {
    expect(rolesOf({})).toEqual([]);
    expect(rolesOf({ reader: " , " })).toEqual([{ role: "reader", site: "" }]);
  });
});
