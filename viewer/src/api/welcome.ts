// The page before any study speaks with a server of its own: few questions, each with a key that is in no cookie.
import type { Work } from "./names";
import { Refusal } from "./refusal";

const KEPT = "adcurate-key";

export type RecentStudy = { path: string; title: string; opened_at: string; is_there: boolean; is_open: boolean };
/** `main` and `typical` are the questions of its plan, in words. */
export type Template = {
  id: string;
  label: string;
  positive_label: string;
  published_prevalence: number | null;
  main: string[];
  typical: string[];
};
export type WelcomeState = {
  version: string;
  folder: string;
  key_folder: string;
  demo_folder: string;
  templates: Template[];
  recent: RecentStudy[];
  work: Work | null;
};
export type Language = "en" | "nl" | "fr" | "de";
export type NewStudy = { name: string; folder: string; template: string; language: Language; prevalence: number | null; asked: "main" | "all" };
export type Backup = { file: string; name: string; folder: string; key_file: string };
export type MadeStudy = { path: string; key_file: string; key_is_here: boolean };

async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { "X-Adcurate-Key": sessionStorage.getItem(KEPT) ?? "" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(`/api/welcome${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch (thrown) {
    throw Refusal.of(thrown);
  }
  if (!response.ok) throw Refusal.from(response.status, await response.json().catch(() => null));
  return (response.status === 204 ? null : await response.json()) as T;
}

/** The link's secret works once; the key that it is given for stays with this tab. */
export async function enterWelcome(secret: string): Promise<void> {
  const { key } = await ask<{ key: string }>("POST", "/enter", { secret });
  sessionStorage.setItem(KEPT, key);
}

export const readWelcome = (): Promise<WelcomeState> => ask("GET", "");

export const makeStudy = (study: NewStudy): Promise<MadeStudy> => ask("POST", "/studies", study);

/** Every byte is checked, which may take minutes. */
export const openBackup = (backup: Backup): Promise<MadeStudy> => ask("POST", "/backup", backup);

/** Where the browser goes. */
export async function openStudy(path: string): Promise<string> {
  return (await ask<{ url: string }>("POST", "/open", { path })).url;
}

export const makeDemo = (): Promise<Work> => ask("POST", "/demo", {});

export const stopDemo = (): Promise<Work | null> => ask("DELETE", "/demo");

export const endAdcurate = (): Promise<null> => ask("POST", "/end", {});
