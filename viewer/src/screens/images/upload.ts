// Sending what was dropped: in batches, two at a time, each counted by the server. It goes on while other pages are
// looked at. Stopped or broken off, the rest stays here to go on with; what came already is known to the server.
import { useSyncExternalStore } from "react";

import {
  beginUpload,
  countLeftAlone,
  endUpload,
  listWork,
  lookAtExams,
  Refusal,
  sendFiles,
  type LeftAlone,
  type UploadCount,
  type Work,
} from "../../api";
import { contentOf, filesBelow, type Dropped, type Found, type Reason } from "./files";

const MOST_FILES = 128;
const MOST_BYTES = 32 * 2 ** 20;
const AT_ONCE = 2;
const TRIES = 5;
const LOOK_EVERY_MS = 15_000;
export const LOOK = "images.look";

export type Sending = {
  state: "finding" | "sending" | "stopped" | "failed" | "done";
  /** Files found, and looked at so far; what became of those is in `count`. */
  found: number;
  done: number;
  count: UploadCount | null;
  error: unknown;
  /** The look at what came, while it runs. */
  look: Work | null;
};

let sending: Sending | null = null;
let rest: Found[] = [];
let stopping = new AbortController();
const listeners = new Set<() => void>();

export function useSending(): Sending | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => sending,
  );
}

export function isSending(now: Sending | null): boolean {
  return now?.state === "finding" || now?.state === "sending";
}

export async function startSending(things: readonly Dropped[]): Promise<void> {
  if (isSending(sending)) return;
  stopping = new AbortController();
  show({ state: "finding", found: 0, done: 0, count: null, error: null, look: null });
  const left = new Map<Reason, number>();
  const files: Found[] = [];
  for await (const file of filesBelow(things, (reason) => count(left, reason))) {
    if (stopping.signal.aborted) break;
    files.push(file);
    if (files.length % 200 === 0) change({ found: files.length });
  }
  await send(files, left);
}

export function goOnSending(): void {
  stopping = new AbortController();
  void send(rest, new Map());
}

export function stopSending(): void {
  stopping.abort();
}

export function dismissSending(): void {
  show(null);
}

async function send(files: readonly Found[], left: Map<Reason, number>): Promise<void> {
  const { signal } = stopping;
  const unsent = new Set(files);
  const queue = files[Symbol.iterator]();
  let upload = "";
  let lookedAt = Date.now();
  const lane = async () => {
    while (!signal.aborted) {
      const { taken, blobs, reasons } = await nextBatch(queue);
      if (!taken.length) return;
      if (blobs.length) change({ count: await patiently(() => sendFiles(upload, blobs, signal), signal) });
      taken.forEach((file) => unsent.delete(file));
      reasons.forEach((reason) => count(left, reason));
      change({ done: files.length - unsent.size });
      if (Date.now() - lookedAt > LOOK_EVERY_MS) {
        lookedAt = Date.now();
        void look();
      }
    }
  };
  let outcome: Partial<Sending> = { state: "done" };
  try {
    change({ state: "sending", found: files.length, done: 0, error: null });
    upload = (await beginUpload()).id;
    addEventListener("beforeunload", ask);
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    if (signal.aborted) outcome = { state: "stopped" };
  } catch (thrown) {
    outcome = signal.aborted ? { state: "stopped" } : { state: "failed", error: thrown };
    stopping.abort();
  }
  removeEventListener("beforeunload", ask);
  if (upload) await end(upload, left).catch(() => undefined);
  rest = [...unsent];
  // Before it is over: once it can be dismissed, nobody would follow a look that begins later.
  await look();
  change(outcome);
}

/** Whatever was left alone is told once, when what was sent has been answered for. */
async function end(upload: string, left: Map<Reason, number>): Promise<void> {
  if (left.size) await countLeftAlone(upload, Object.fromEntries(left) as LeftAlone);
  change({ count: await endUpload(upload) });
}

type Batch = { taken: Found[]; blobs: Blob[]; reasons: Reason[] };

/** The next files, read until they are enough for a request, and why some of them are not sent. */
async function nextBatch(queue: Iterator<Found>): Promise<Batch> {
  const taken: Found[] = [];
  const blobs: Blob[] = [];
  const reasons: Reason[] = [];
  let bytes = 0;
  while (blobs.length < MOST_FILES && bytes < MOST_BYTES) {
    const next = queue.next();
    if (next.done) break;
    taken.push(next.value);
    const content = await contentOf(next.value);
    if (typeof content === "string") reasons.push(content);
    else {
      blobs.push(content);
      bytes += content.size;
    }
  }
  return { taken, blobs, reasons };
}

/** Asks again where the connection broke or the server was busy: what it kept already is known to it. */
async function patiently<T>(deed: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await deed();
    } catch (thrown) {
      const passes = thrown instanceof Refusal && (thrown.status === 0 || thrown.code === "web.busy");
      if (!passes || turn === TRIES || signal.aborted) throw thrown;
      await new Promise((done) => setTimeout(done, 500 * 2 ** turn));
    }
  }
}

/** Has the server look at what came, unless it does already. */
async function look(): Promise<void> {
  try {
    const waits = (await listWork()).find((one) => one.kind === LOOK && one.state === "waiting");
    change({ look: waits ?? (await lookAtExams()) });
  } catch {
    // The page offers the look again: exams that nobody looked at stand in its table as such.
  }
}

function count(left: Map<Reason, number>, reason: Reason): void {
  left.set(reason, (left.get(reason) ?? 0) + 1);
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function change(part: Partial<Sending>): void {
  if (sending) show({ ...sending, ...part });
}

function show(now: Sending | null): void {
  sending = now;
  listeners.forEach((listener) => listener());
}
