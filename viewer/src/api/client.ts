// Questions to the server, typed by its own description. Adds the token that proves that a question comes from this
// page, turns every refusal into a `Refusal`, and says when the server no longer knows this browser.
import createClient from "openapi-fetch";

import type { paths } from "./generated";
import { Refusal } from "./refusal";

const TOKEN = "X-Adcurate-CSRF";
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

export const client = createClient<paths>({
  credentials: "same-origin",
  headers: { Accept: "application/json" },
  fetch: (request) => fetch(request),
});

// What was sent, until it is answered: signing in anew in another tab makes this tab's token stale, and the same
// question is then asked once more with the new one.
const sent = new Map<string, Request>();

client.use({
  onRequest({ request, id }) {
    if (request.method === "GET") return;
    request.headers.set(TOKEN, token);
    sent.set(id, request.clone());
  },
  async onResponse({ response, id }) {
    const again = sent.get(id);
    sent.delete(id);
    if (response.ok) return undefined;
    const refusal = await refusalOf(response);
    if (refusal.code !== "web.cross-site" || !again || !(await renewToken())) throw heard(refusal);
    again.headers.set(TOKEN, token);
    const second = await fetch(again);
    if (!second.ok) throw heard(await refusalOf(second));
    return second;
  },
  onError({ error, request, id }) {
    sent.delete(id);
    throw request.signal.aborted ? error : Refusal.of(error);
  },
});

/** Whether this browser has another token by now. */
async function renewToken(): Promise<boolean> {
  const response = await fetch("/api/session", { credentials: "same-origin" });
  const session = response.ok ? ((await response.json()) as { csrf?: string }) : {};
  const isNew = Boolean(session.csrf) && session.csrf !== token;
  if (session.csrf) token = session.csrf;
  return isNew;
}

async function refusalOf(response: Response): Promise<Refusal> {
  return Refusal.from(response.status, await response.json().catch(() => null));
}

function heard(refusal: Refusal): Refusal {
  if (refusal.code === "web.signed-out") signedOut.forEach((listener) => listener());
  return refusal;
}

/** What was answered, under its name; the library's own type of an answer forgets that a point has three numbers. */
export async function answer<T>(asked: Promise<{ data?: unknown }>): Promise<T> {
  return (await asked).data as T;
}

/** For questions that may be given up. */
export function until(signal?: AbortSignal): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}
