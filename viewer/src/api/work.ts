// Long work: how far it is, and stopping it.
import { answer, client, until } from "./client";
import type { Work } from "./names";

export async function listWork(signal?: AbortSignal): Promise<Work[]> {
  return (await answer<{ works: Work[] }>(client.GET("/api/work", until(signal)))).works;
}

export const readWork = (work: string, signal?: AbortSignal): Promise<Work> =>
  answer(client.GET("/api/work/{work}", { params: { path: { work } }, ...until(signal) }));

export const cancelWork = (work: string): Promise<Work> =>
  answer(client.DELETE("/api/work/{work}", { params: { path: { work } } }));

export const isOver = (work: Work): boolean => ["done", "failed", "cancelled"].includes(work.state);
