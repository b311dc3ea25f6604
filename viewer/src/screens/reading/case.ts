// What the server says of a case, and the questions of the reading page.
import { answer, client, Refusal, until } from "../../api";
import type { Contour, Draft, Point3, Ring3 } from "../../regions/draft";
import type { FetchFrames, SeriesFacts } from "../../viewer/frames";

export type ShowNumbers = "live" | "after_lock" | "never";
export type ItemState = "open" | "drafted" | "locked" | "amending";
export type SeriesRole = "t2" | "dwi" | "adc" | "t1";

export interface CaseSeries extends SeriesFacts {
  readonly role: SeriesRole;
  readonly label: string;
  readonly is_record: boolean;
  /** Whether its coordinates mean the same place as the maps'. */
  readonly linked: boolean;
  readonly b_value: number | null;
  readonly unit: string;
  readonly fit: string;
}

export interface Pointer {
  readonly series: string;
  readonly frame: number;
  readonly point_lps_mm: Point3;
}

export interface RegionNumbers {
  readonly region: "lesion" | "reference";
  readonly map: string;
  readonly is_record: boolean;
  readonly mean: number;
  readonly minimum: number;
  readonly area_mm2: number;
  readonly n_voxels: number;
  readonly band: { readonly mean: readonly [number, number]; readonly minimum: readonly [number, number] };
  readonly darkest: Pointer | null;
}

export interface Problem {
  readonly contour: string;
  readonly code: string;
  readonly sentence: string;
  readonly repair: boolean;
}

export interface Numbers {
  readonly valid: boolean;
  readonly problems: readonly Problem[];
  readonly numbers: readonly RegionNumbers[];
  readonly rulers: readonly { readonly id: string; readonly mm: number }[];
  readonly at_least_1_cm: boolean | null;
}

/** Of a training case, mm²/s: how the reading compares with the reference. */
export interface Feedback {
  readonly reader: number | null;
  readonly reference: number | null;
  readonly difference: number | null;
  readonly overlap: number | null;
  readonly contours: readonly { readonly role: "lesion" | "exclusion"; readonly points_lps_mm: Ring3 }[];
}

export interface Case {
  readonly item: string;
  readonly label: string;
  readonly kind: "read" | "training";
  readonly state: ItemState;
  readonly organ: string;
  readonly pointer: Pointer | null;
  readonly revision: number;
  readonly draft: Draft | null;
  readonly locked: { readonly at: string; readonly numbers: Numbers | null } | null;
  readonly show_numbers: ShowNumbers;
  /** Names the list of series; what is drawn on it says it again. */
  readonly images: string;
  readonly series: readonly CaseSeries[];
}

export interface ReadingList {
  readonly reader: string;
  readonly done: number;
  readonly total: number;
  readonly next: string | null;
  readonly items: readonly { readonly item: string; readonly label: string; readonly state: ItemState; readonly kind: string }[];
  readonly show_numbers: ShowNumbers;
  /** A locked case shows neither outline nor numbers yet. */
  readonly hides_locked: boolean;
  readonly layout: readonly (readonly SeriesRole[])[];
  readonly wants: { readonly confidence: boolean; readonly ruler: boolean; readonly reference: boolean };
}

export interface Locked {
  readonly state: "locked";
  readonly numbers: Numbers | null;
  readonly feedback: Feedback | null;
  readonly next: string | null;
}

export const SIGNATURE = "I drew this region and it is my reading.";

const of = (item: string) => ({ params: { path: { item } } });

/** The images of the case are not those that the page shows. */
export const areStale = (thrown: unknown): boolean => thrown instanceof Refusal && thrown.code === "read.stale-images";

export const readList = (): Promise<ReadingList> => answer(client.GET("/api/reading"));

export const readCase = (item: string): Promise<Case> => answer(client.GET("/api/reading/items/{item}", of(item)));

export const measure = (item: string, draft: Draft, images: string, signal: AbortSignal): Promise<Numbers> =>
  answer(
    client.POST("/api/reading/items/{item}/numbers", { ...of(item), ...until(signal), body: { draft: sent(draft), images } }),
  );

export const repair = (item: string, contour: Contour): Promise<{ contours: Contour[]; sentence: string }> =>
  answer(client.POST("/api/reading/items/{item}/repair", { ...of(item), body: { contour: sent(contour) } }));

export const lock = (
  { item, images }: Case,
  base_revision: number,
  key: string,
  password: string,
): Promise<Locked> =>
  answer(
    client.POST("/api/reading/items/{item}/lock", {
      ...of(item),
      body: { base_revision, key, password, meaning: SIGNATURE, images },
    }),
  );

export const amend = (item: string, reason: string): Promise<{ state: ItemState; revision: number }> =>
  answer(client.POST("/api/reading/items/{item}/amend", { ...of(item), body: { reason } }));

export const saveDraft = (
  item: string,
  base_revision: number,
  key: string,
  draft: Draft,
  images: string,
): Promise<{ revision: number }> =>
  answer(
    client.PUT("/api/reading/items/{item}/draft", { ...of(item), body: { base_revision, key, draft: sent(draft), images } }),
  );

/** The same thing; the generated types know no values that cannot be changed. */
function sent<T>(value: T): Changeable<T> {
  return value as Changeable<T>;
}

type Changeable<T> = T extends readonly (infer Item)[]
  ? number extends T["length"]
    ? Changeable<Item>[]
    : { -readonly [Index in keyof T]: Changeable<T[Index]> }
  : T extends object
    ? { -readonly [Name in keyof T]: Changeable<T[Name]> }
    : T;

/** How the frames below an address of the server are fetched: a reader's case, or a coordinator's. */
export function framesBelow(address: string): FetchFrames {
  return async (series, first, last, signal) => {
    const url = `/api${address}/series/${encodeURIComponent(series)}/frames/${first}-${last}`;
    const response = await fetch(url, { credentials: "same-origin", signal }).catch((thrown: unknown) => {
      throw signal.aborted ? thrown : Refusal.of(thrown);
    });
    if (!response.ok) throw Refusal.from(response.status, await response.json().catch(() => null));
    return response.arrayBuffer();
  };
}

export const framesOf = (item: string): FetchFrames => framesBelow(`/reading/items/${encodeURIComponent(item)}`);
