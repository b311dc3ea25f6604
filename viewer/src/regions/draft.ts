// What a reader has drawn and said about one case, in the words of the server's draft. All points are patient
// coordinates (LPS, mm). A draft is a value: an edit makes a new one.

export type Point3 = readonly [number, number, number];
export type Ring3 = readonly Point3[];

export type Role = "lesion" | "exclusion" | "reference";
export type DrawnWith = "freehand" | "spline" | "livewire" | "ellipse" | "circle" | "brush" | "interpolated";

export interface Contour {
  readonly id: string;
  readonly role: Role;
  readonly series: string;
  readonly frame: number;
  readonly tool: DrawnWith;
  readonly points_lps_mm: Ring3;
  readonly holes_lps_mm: readonly Ring3[];
}

export interface Ruler {
  readonly id: string;
  readonly axis: "long" | "short";
  readonly series: string;
  readonly frame: number;
  readonly from_lps_mm: Point3;
  readonly to_lps_mm: Point3;
}

export type Reason = "no-lesion-seen" | "artefact" | "not-covered" | "other";

export interface Draft {
  readonly contours: readonly Contour[];
  readonly rulers: readonly Ruler[];
  readonly confidence: number | null;
  readonly comment: string;
  readonly cannot_assess: { readonly reason: Reason; readonly text: string } | null;
}

export const EMPTY_DRAFT: Draft = { contours: [], rulers: [], confidence: null, comment: "", cannot_assess: null };

// The server refuses more points a contour, and more contours a draft than two megabytes hold.
export const MAX_POINTS = 10_000;

let counter = 0;

/** An id that is new in this page and unlikely in any other. */
export function newId(): string {
  counter += 1;
  const random = crypto.getRandomValues(new Uint32Array(2));
  return `${random[0]!.toString(36)}${random[1]!.toString(36)}${counter.toString(36)}`;
}

/** The contour stands in the draft: in its old place when its id is known, at the end when it is new. */
export function withContour(draft: Draft, contour: Contour): Draft {
  const known = draft.contours.some((other) => other.id === contour.id);
  const contours = known
    ? draft.contours.map((other) => (other.id === contour.id ? contour : other))
    : [...draft.contours, contour];
  return { ...draft, contours };
}

/**
 * A newly drawn region takes the place of the one of the same role on the same frame. Exclusions add up: a lesion
 * can have several necroses.
 */
export function withDrawn(draft: Draft, contour: Contour): Draft {
  if (contour.role === "exclusion") return withContour(draft, contour);
  const contours = draft.contours.filter(
    (other) =>
      other.id === contour.id ||
      other.role !== contour.role ||
      other.series !== contour.series ||
      other.frame !== contour.frame,
  );
  return withContour({ ...draft, contours }, contour);
}

export function withoutContour(draft: Draft, id: string): Draft {
  return { ...draft, contours: draft.contours.filter((contour) => contour.id !== id) };
}

/** There is one long and one short axis; a new one takes the old one's place. */
export function withRuler(draft: Draft, ruler: Ruler): Draft {
  return { ...draft, rulers: [...draft.rulers.filter((other) => other.axis !== ruler.axis), ruler] };
}

export function withoutRuler(draft: Draft, id: string): Draft {
  return { ...draft, rulers: draft.rulers.filter((ruler) => ruler.id !== id) };
}

/** The middle of a region's points, or of a ruler's ends. */
export function middleOf(points: Ring3): Point3 {
  const sum = (axis: 0 | 1 | 2) => points.reduce((total, point) => total + point[axis], 0);
  return [sum(0) / points.length, sum(1) / points.length, sum(2) / points.length];
}

export function sameDraft(a: Draft, b: Draft): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
