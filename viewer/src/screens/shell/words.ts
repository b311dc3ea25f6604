// How times, durations and numbers read on the page.

/** 3 Mar 2026 */
export function day(at: string): string {
  return new Date(at).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** 14:05 */
export function clock(at: string): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

/** 2026-03-03 14:05:09 */
export function moment(at: string): string {
  const when = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  const date = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}`;
  return `${date} ${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
}

export function many(count: number, one: string, more = `${one}s`): string {
  return `${count} ${count === 1 ? one : more}`;
}

/** An ADC in mm²/s as 10⁻³ mm²/s with three decimals; a dash where there is none. */
export function adc(value: number | null | undefined): string {
  return value === null || value === undefined || !Number.isFinite(value) ? "–" : (value * 1e3).toFixed(3);
}
