// What series show, what is missing and how a unit is known, in words.
import type { ExamLine, SeriesKind } from "../../api";

export const SHORT: Record<SeriesKind, string> = {
  t2: "T2",
  dwi: "DWI",
  trace: "DWI trace",
  adc: "ADC",
  calculated_b: "calculated b",
  t1: "T1",
  t1_ce: "T1 post",
  other: "not used",
};

export const PROOF: Record<ExamLine["unit_evidence"], string> = {
  refit: "proved by refit",
  real_world_map: "stated, real-world map",
  declared: "declared",
  plausibility: "plausible only",
  unknown: "not known",
  "": "no ADC map",
};

export const PROOF_SAYS: Record<ExamLine["unit_evidence"], string> = {
  refit: "The map agrees with ADC computed again from the exam's own diffusion images.",
  real_world_map: "The scanner's own mapping to mm²/s stands in the file; no diffusion images were there to check it.",
  declared: "The header states the unit; no diffusion images were there to check it.",
  plausibility: "Nothing states the unit. It was taken as the one that gives tissue a possible ADC: check it.",
  unknown: "Nothing shows what one unit of the map is worth: it is not measured.",
  "": "The exam holds no ADC map of the scanner.",
};

export const LINK: Record<string, string> = {
  matched: "matched",
  ambiguous: "to be decided",
  unrequested: "not asked for",
};

export const LACKS: Record<string, string> = { adc: "ADC map", dwi: "DWI", t2: "T2", t1_ce: "T1 post contrast" };

export function bs(values: readonly number[]): string {
  return values.map((b) => String(Math.round(b))).join(", ") || "–";
}

/** 12,345 */
export function grouped(count: number): string {
  return count.toLocaleString("en-GB");
}

/** 1e-6 as 10⁻⁶ */
export function power(value: number): string {
  const exponent = Math.round(Math.log10(value));
  if (Math.abs(value / 10 ** exponent - 1) > 1e-9) return value.toPrecision(4);
  return `10${String(exponent).replace(/[-\d]/g, (one) => ({ "-": "⁻" })[one] ?? "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(one)] ?? one)}`;
}
