// What a statistician gets: counts, the plan that stands, and files once the reading has ended.
import { answer, client, until } from "./client";
import type { Results } from "./names";

export const readResults = (signal?: AbortSignal): Promise<Results> =>
  answer(client.GET("/api/results", until(signal)));

/** Begins the work; refused before the last lock. */
export const makeResults = (): Promise<Results> => answer(client.POST("/api/results"));

export const resultFile = (name: string): string => `/api/results/files/${encodeURIComponent(name)}`;
