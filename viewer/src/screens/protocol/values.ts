// The protocol's values by their keys, such as "adc.fit"; what was changed; and how lists and numbers are typed.

export type Values = Record<string, unknown>;

export function valueAt(values: Values, key: string): unknown {
  return key.split(".").reduce<unknown>((inner, part) => (inner as Values | undefined)?.[part], values);
}

export function withValue(values: Values, key: string, value: unknown): Values {
  const [first = "", ...rest] = key.split(".");
  if (rest.length === 0) return { ...values, [first]: value };
  return { ...values, [first]: withValue((values[first] ?? {}) as Values, rest.join("."), value) };
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The keys whose values differ. */
export function changedKeys(keys: readonly string[], before: Values, after: Values): string[] {
  return keys.filter((key) => !isSame(valueAt(before, key), valueAt(after, key)));
}

/** Only what differs, in the shape of the file. */
export function changesOnly(keys: readonly string[], before: Values, after: Values): Values {
  return changedKeys(keys, before, after).reduce<Values>((kept, key) => withValue(kept, key, valueAt(after, key) ?? null), {});
}

/** "G1, G2" as a list; a comma or a semicolon parts. */
export function typedTexts(text: string): string[] {
  return text
    .split(/[,;\n]/)
    .map((one) => one.trim())
    .filter(Boolean);
}

/** A number as people type it, with a point or one comma; null where it is none. */
export function typedNumber(text: string): number | null {
  const plain = text.trim().replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain)) return null;
  const value = Number(plain);
  return Number.isFinite(value) ? value : null;
}

/** An ADC is shown and typed in 10⁻³ mm²/s, as everywhere on the pages; the protocol keeps it in mm²/s. */
export const KEPT_UNIT = "mm²/s";
export const SHOWN_UNIT = "10⁻³ mm²/s";

export function shownAdc(kept: number): string {
  return String(Number((kept * 1e3).toPrecision(12)));
}

export function keptAdc(typed: number): number {
  return Number((typed * 1e-3).toPrecision(12));
}

/** "0, 50, 800" as numbers; null where one of them is none. */
export function typedNumbers(text: string): number[] | null {
  const parts = text.split(/[,;\s]+/).filter(Boolean);
  const numbers = parts.map(typedNumber);
  return numbers.includes(null) ? null : (numbers as number[]);
}

export function shownValue(value: unknown): string {
  if (value === null || value === undefined || value === "") return "empty";
  if (value === true) return "yes";
  if (value === false) return "no";
  if (Array.isArray(value)) {
    return value.length === 0 ? "empty" : typeof value[0] === "object" ? `${value.length} rows` : value.join(", ");
  }
  return typeof value === "object" ? Object.entries(value).map(([name, one]) => `${name}: ${String(one)}`).join(", ") || "empty" : String(value);
}
