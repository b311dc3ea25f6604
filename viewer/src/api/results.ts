// What a statistician gets: counts, the plan that stands, and files once the reading has ended.
import { answer, client, until } from "./client";
import type { Explored, MeasuredLesion, Results, WhatIf, WhatIfChoices, Work } from "./names";

export const readResults = (signal?: AbortSignal): Promise<Results> =>
  answer(client.GET("/api/results", until(signal)));

/** Begins the work; refused before the last lock. */
export const makeResults = (): Promise<Results> => answer(client.POST("/api/results"));

export const resultFile = (name: string): string => `/api/results/files/${encodeURIComponent(name)}`;

export const reportPage = (): string => "/api/results/report";

/** The protocol that stands, as two pages in a window of their own. */
export const STANDING_PROTOCOL = "/api/results/protocol";

export const exploreResults = (signal?: AbortSignal): Promise<Explored> =>
  answer(client.GET("/api/results/view", until(signal)));

/** Found, or begun: asked again `after` the work that was told, until it is found or has failed. */
export const askWhatIf = (choices: WhatIfChoices, after: string, signal?: AbortSignal): Promise<WhatIf> =>
  answer(client.POST("/api/results/what-if", { params: { query: { after } }, body: choices, ...until(signal) }));

export const stopWhatIf = (work: string): Promise<Work> =>
  answer(client.DELETE("/api/results/what-if/{work}", { params: { path: { work } } }));

export const seeLesion = (key: string, measurement: string, signal?: AbortSignal): Promise<MeasuredLesion> =>
  answer(client.GET("/api/results/lesions/{key}", { params: { path: { key }, query: { measurement } }, ...until(signal) }));
