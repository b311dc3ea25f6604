// A reader's own list and nothing of anybody else.
import { answer, client, until } from "./client";
import type { Reading } from "./names";

export function readReading(signal?: AbortSignal): Promise<Reading> {
  return answer(client.GET("/api/reading", until(signal)));
}
