// Where readers differ, for who decides: two readings without names.
import { answer, client, until } from "./client";
import type { DecisionChoice, Dispute, Disputes, DrawnContour } from "./names";

export async function listDisputes(signal?: AbortSignal): Promise<Disputes["disputes"]> {
  return (await answer<Disputes>(client.GET("/api/adjudication", until(signal)))).disputes;
}

export const openDispute = (dispute: string, signal?: AbortSignal): Promise<Dispute> =>
  answer(client.GET("/api/adjudication/{dispute}", { params: { path: { dispute } }, ...until(signal) }));

/** Below it lie the images of the dispute's exam. */
export const disputeAddress = (dispute: string): string => `/adjudication/${encodeURIComponent(dispute)}`;

/** `drawn` comes with the choice "new", and with no other. */
export function decideDispute(
  dispute: string,
  choice: DecisionChoice,
  reason: string,
  drawn: DrawnContour | null,
): Promise<Dispute> {
  const draft = drawn ? { contours: [drawn], comment: "" } : null;
  const params = { path: { dispute } };
  return answer(client.POST("/api/adjudication/{dispute}", { params, body: { choice, reason, draft } }));
}
