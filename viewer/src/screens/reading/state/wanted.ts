// What this study asks of a reading before it is locked, and what of it is there. The server holds to the same list.
import type { Reading } from "./reading";

export interface Wanted {
  readonly id: "lesion" | "long-axis" | "reference" | "confidence";
  readonly name: string;
  /** The command that begins it. */
  readonly command: string;
  readonly isThere: boolean;
}

/** In the order in which they are done; empty where there is nothing to assess. */
export function wantedOf({ draft, list }: Pick<Reading, "draft" | "list">): readonly Wanted[] {
  if (draft.cannot_assess) return [];
  const { ruler, reference, confidence } = list.wants;
  const drawn = (role: string) => draft.contours.some((contour) => contour.role === role);
  const all: readonly (Wanted | false)[] = [
    { id: "lesion", name: "the lesion's region", command: "as.lesion", isThere: drawn("lesion") },
    ruler && {
      id: "long-axis",
      name: "the long axis",
      command: "tool.long-axis",
      isThere: draft.rulers.some(({ axis }) => axis === "long"),
    },
    reference && {
      id: "reference",
      name: "a region of reference tissue",
      command: "as.reference",
      isThere: drawn("reference"),
    },
    confidence && { id: "confidence", name: "a confidence", command: "case.surer", isThere: draft.confidence !== null },
  ];
  return all.filter((one) => one !== false);
}
