// Questions to the server, typed by its own description. Adds the token that proves that a question comes from this
// page, turns every refusal into a `Refusal`, and says when the server no longer knows this browser, when another person
// signed in beside this page, and whether the server answers at all.
import createClient from "openapi-fetch";

import type { paths } from "./generated";
import { Refusal } from "./refusal";

const TOKEN = "X-Adcurate-CSRF";
let token = "";
/** Whom this page was opened for; "" before somebody signed in. */
let owner = "";
let reached = true;
const signedOut = new Set<() => void>();
const signedIn = new Set<() => void>();
const reachChanged = new Set<() => void>();

/** Returns how to stop listening. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

/** Hears of a session that is there (again): what waited for it can be sent. Returns how to stop listening. */
export function onSignedIn(listener: () => void): () => void {
  signedIn.add(listener);
  return () => signedIn.delete(listener);
}

/** Whether the server answered when it was asked last. */
export function isReached(): boolean {
  return reached;
}

/** Returns how to stop listening. */
export function onReachChanged(listener: () => void): () => void {
  reachChanged.add(listener);
  return () => reachChanged.delete(listener);
}

function wasReached(now: boolean): void {
  if (now === reached) return;
  reached = now;
  reachChanged.forEach((listener) => listener());
}

export function keepToken(csrf: string, person = ""): void {
  token = csrf;
  owner = person;
  if (person) signedIn.forEach((listener) => listener());
}

/** Who is signed in in this browser by now; changes nothing of this page. Null where the server does not answer. */
async function whoIsHere(): Promise<{ person: string; csrf: string } | null> {
  try {
    const response = await fetch("/api/session", { credentials: "same-origin" });
    wasReached(true);
    const session = (await response.json()) as { csrf?: string; person?: { id: string } | null };
    return response.ok ? { person: session.person?.id ?? "", csrf: session.csrf ?? "" } : null;
  } catch {
    wasReached(false);
    return null;
  }
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
    wasReached(true);
    if (response.ok) return undefined;
    const refusal = await refusalOf(response);
    if (refusal.code !== "web.cross-site" || !again) throw heard(refusal);
    const renewed = await renewToken();
    if (renewed !== "new") throw heard(renewed === "another's" ? ANOTHERS : refusal);
    again.headers.set(TOKEN, token);
    const second = await fetch(again);
    if (!second.ok) throw heard(await refusalOf(second));
    return second;
  },
  onError({ error, request, id }) {
    sent.delete(id);
    if (request.signal.aborted) throw error;
    wasReached(false);
    throw Refusal.of(error);
  },
});

const ANOTHERS = new Refusal(
  401,
  "web.signed-out",
  "Somebody else signed in in this browser.",
  "Sign in again. Nothing that was drawn is lost.",
);

/** Takes up another token of the same person: nothing is sent in another's name. */
async function renewToken(): Promise<"new" | "same" | "another's"> {
  const here = await whoIsHere();
  if (here && owner && here.person !== owner) return "another's";
  if (!here?.csrf || here.csrf === token) return "same";
  token = here.csrf;
  return "new";
}

/** Asked when a tab is looked at again: signing out, or in as another, in another tab ends this one's session too. */
export async function lookWhoIsHere(): Promise<void> {
  if ((await renewToken()) === "another's") heard(ANOTHERS);
}

/** Before somebody enters: whoever it is, the token must be this browser's. */
export async function takeToken(): Promise<void> {
  token = (await whoIsHere())?.csrf ?? token;
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
