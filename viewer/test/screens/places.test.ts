import { describe, expect, it } from "vitest";

import type { Role, Session } from "../../src/api";
import { placesOf } from "../../src/screens/shell/Shell";

const addresses = (...roles: Role[]) => placesOf({ person: { roles } } as unknown as Session).map((place) => place.to);

describe("the places of a person", () => {
  it("are those of the roles", () => {
    expect(addresses({ role: "reader", site: "" })).toEqual(["/", "/adjudication"]);
    expect(addresses({ role: "auditor", site: "" })).toEqual(["/audit"]);
    expect(addresses({ role: "coordinator", site: "" })).toContain("/protocol");
    expect(addresses()).toEqual([]);
  });
  it("leave out what concerns every site, for a role held at one", () => {
    expect(addresses({ role: "coordinator", site: "Gent" })).toEqual(["/pointers", "/adjudication"]);
    expect(addresses({ role: "administrator", site: "Gent" })).toEqual(["/people"]);
  });
});
