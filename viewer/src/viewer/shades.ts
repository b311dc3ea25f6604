// How stored numbers become shades: whole numbers for the screen, windows in the series' unit, colour maps.
import type { Pixels, SeriesFacts } from "./frames";

export interface Window {
  readonly center: number;
  readonly width: number;
}

/** Screen number = (value in the series' unit - shift) * factor. */
export interface Shading {
  readonly shift: number;
  readonly factor: number;
}

/** Whole numbers stay as they are stored; others get at least a thousand steps across the window. */
export function shadingOf(facts: SeriesFacts): Shading {
  if (facts.type !== "f32") return { shift: facts.scale.intercept, factor: 1 / (facts.scale.slope || 1) };
  const steps = Math.ceil(Math.log10(1000 / Math.max(facts.window.width, 1e-12)));
  return { shift: 0, factor: 10 ** Math.min(9, Math.max(0, steps)) };
}

/** Numbers that the image library can draw with or without a graphics card; what was not estimated is drawn as 0. */
export function forScreen(facts: SeriesFacts, pixels: Pixels): Uint16Array | Int16Array {
  if (!(pixels instanceof Float32Array)) return pixels;
  const { factor } = shadingOf(facts);
  const { slope, intercept } = facts.scale;
  return Int16Array.from(pixels, (stored) => {
    if (Number.isNaN(stored)) return 0;
    return Math.max(-32768, Math.min(32767, Math.round((stored * slope + intercept) * factor)));
  });
}

/** The window's two ends as screen numbers. */
export function screenRange(facts: SeriesFacts, window: Window): { lower: number; upper: number } {
  const { shift, factor } = shadingOf(facts);
  const ends = [window.center - window.width / 2, window.center + window.width / 2].map((end) => (end - shift) * factor);
  return { lower: Math.min(...ends), upper: Math.max(...ends) };
}

/** The middle 98 of 100 values of a frame. */
export function windowFor(facts: SeriesFacts, pixels: Pixels): Window {
  const { slope, intercept } = facts.scale;
  const values = Array.from(pixels)
    .filter((stored) => !Number.isNaN(stored) && stored !== 0)
    .map((stored) => stored * slope + intercept)
    .sort((a, b) => a - b);
  if (values.length < 10) return facts.window;
  const low = values[Math.floor(0.01 * values.length)]!;
  const high = values[Math.floor(0.99 * values.length)]!;
  return { center: (low + high) / 2, width: Math.max(high - low, 1e-6) };
}

/** Windows to step through: of an ADC map the customary ones, by its own that is 0 to 2500 (10⁻⁶ mm²/s) or a picture of that; of a signal around its own. */
export function presetsOf(role: string, own: Window): readonly Window[] {
  const { center, width } = own;
  if (role === "adc") {
    const [black, step] = [center - width / 2, width / ADC_WIDTH];
    const of = (low: number, high: number) => between(black + low * step, black + high * step);
    return [own, of(0, 1500), of(0, 2000), of(0, 3000), of(500, 1500)];
  }
  return [own, { center: center / 2, width: width / 2 }, { center: 1.5 * center, width: 1.5 * width }];
}

const ADC_WIDTH = 2500;

function between(low: number, high: number): Window {
  return { center: (low + high) / 2, width: high - low };
}

export interface ColourMap {
  readonly name: string;
  /** Position 0 to 1, red, green, blue, one after the other. */
  readonly points: readonly number[];
}

export const COLOUR_MAPS: readonly ColourMap[] = [
  { name: "grey", points: [0, 0, 0, 0, 1, 1, 1, 1] },
  { name: "grey, inverted", points: [0, 1, 1, 1, 1, 0, 0, 0] },
  { name: "iron", points: [0, 0, 0, 0, 0.25, 0.28, 0.04, 0.42, 0.5, 0.73, 0.21, 0.33, 0.75, 0.98, 0.55, 0.04, 1, 0.99, 1, 0.75] },
  {
    name: "lake",
    points: [0, 0.27, 0, 0.33, 0.25, 0.23, 0.32, 0.55, 0.5, 0.13, 0.57, 0.55, 0.75, 0.37, 0.79, 0.38, 1, 0.99, 0.91, 0.15],
  },
];
