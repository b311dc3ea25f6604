// Roles as they are ticked: for each role the sites, "" for all of them.
import type { Role, RoleName } from "../../api";

export const ROLES: readonly { role: RoleName; label: string; does: string }[] = [
  { role: "reader", label: "Reader", does: "draws, blinded" },
  { role: "coordinator", label: "Coordinator", does: "designs the reading, places pointers, sees outcomes" },
  { role: "statistician", label: "Statistician", does: "sees results, not people" },
  { role: "auditor", label: "Auditor", does: "reads the log" },
  { role: "administrator", label: "Administrator", does: "lets people in" },
];

export type Ticked = Partial<Record<RoleName, string>>;

export function tickedOf(roles: readonly Role[]): Ticked {
  const ticked: Ticked = {};
  for (const { role, site } of roles) {
    const before = ticked[role];
    ticked[role] = before === undefined || site === "" ? site : before === "" ? "" : `${before}, ${site}`;
  }
  return ticked;
}

export function rolesOf(ticked: Ticked): Role[] {
  return ROLES.flatMap(({ role }) => {
    const sites = ticked[role];
    if (sites === undefined) return [];
    const named = sites.split(",").map((site) => site.trim());
    const kept = named.filter(Boolean);
    return kept.length === 0 ? [{ role, site: "" }] : kept.map((site) => ({ role, site }));
  });
}

export function inWords(roles: readonly Role[]): string {
  const ticked = tickedOf(roles);
  const held = ROLES.filter(({ role }) => ticked[role] !== undefined);
  return held.map(({ role, label }) => (ticked[role] ? `${label} (${ticked[role]})` : label)).join(", ");
}
