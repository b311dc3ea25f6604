// Questions to the server, typed by its own description. Adds the token that proves that a question comes from this
// page, turns every refusal into a `Refusal`, and says when the server no longer knows this browser.
import createClient from "openapi-fetch";

import type { paths } from "./generated";
import { Refusal } from "./refusal";

let token = "";
const signedOut = new Set<() => void>();

/** Returns how to stop listening. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

export function keepToken(csrf: string): void {
  token = csrf;
}

export const client = createClient<paths>({ credentials: "same-origin", headers: { Accept: "application/json" } });

client.use({
  onRequest({ request }) {
    if (request.method !== "GET") request.headers.set("X-Adcurate-CSRF", token);
  },
  async onResponse({ response }) {
    if (response.ok) return;
    const refusal = Refusal.from(response.status, await response.json().catch(() => null));
    if (refusal.code === "web.signed-out") signedOut.forEach((listener) => listener());
    throw refusal;
  },
  onError({ error, request }) {
    throw request.signal.aborted ? error : Refusal.of(error);
  },
});

/** What was answered, under its name; the library's own type of an answer forgets that a point has three numbers. */
export async function answer<T>(asked: Promise<{ data?: unknown }>): Promise<T> {
  return (await asked).data as T;
}

/** For questions that may be given up. */
export function until(signal?: AbortSignal): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
