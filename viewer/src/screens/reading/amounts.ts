// Numbers as they are shown: the only place of the page that rounds them. ADC is shown in 10⁻³ mm²/s.
import type { CaseSeries } from "./case";

const ADC_UNIT = "×10⁻³ mm²/s";

/** A measured ADC in mm²/s. */
export function adcWords(mm2_per_s: number): string {
  return Number.isFinite(mm2_per_s) ? (mm2_per_s * 1e3).toFixed(3) : "—";
}

export function adcRange([low, high]: readonly [number, number]): string {
  return `${adcWords(low)} – ${adcWords(high)}`;
}

export function areaWords(mm2: number): string {
  return `${mm2.toFixed(1)} mm²`;
}

export const adcUnit = ADC_UNIT;

/** What stands below a series' name; its frames hold maps in 10⁻⁶ of the unit, or a picture where there is none. */
export function unitWords(series: Pick<CaseSeries, "role" | "unit">): string {
  if (series.role !== "adc") return series.unit;
  return series.unit ? `ADC in ${ADC_UNIT}` : "ADC, values hidden";
}

/** One voxel's value; nothing of a map whose values are hidden. */
export function shownValue(series: Pick<CaseSeries, "role" | "unit">, value: number): string {
  if (series.role !== "adc") return `${Math.round(value * 10) / 10}`;
  return series.unit ? `${(value / 1e3).toFixed(3)} ${ADC_UNIT}` : "";
}

/** A window's width and centre. */
export function windowWords(series: Pick<CaseSeries, "role" | "unit">, { width, center }: { width: number; center: number }): string {
  const shown = (value: number) => (series.role === "adc" && series.unit ? (value / 1e3).toFixed(2) : `${Math.round(value)}`);
  return `W ${shown(width)} · C ${shown(center)}`;
}
