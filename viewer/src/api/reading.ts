// A reader's own list and nothing of anybody else.
import { answer, client, until } from "./client";
import type { Reading } from "./names";

export function readReading(signal?: AbortSignal): Promise<Reading> {
  return answer(client.GET("/api/reading", until(signal)));
}

/** Opens a locked reading of one's own again; refused once the results are known. */
export const amendReading = (item: string, reason: string): Promise<unknown> =>
  answer(client.POST("/api/reading/items/{item}/amend", { params: { path: { item } }, body: { reason } }));
