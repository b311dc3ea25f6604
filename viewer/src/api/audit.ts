// The log of who did what, for an auditor.
import { answer, client, until } from "./client";
import type { AuditCheck, AuditPage } from "./names";

/** Lines after a number; `next` is null after the last. */
export function readAudit(after: number, limit: number, signal?: AbortSignal): Promise<AuditPage> {
  return answer(client.GET("/api/audit", { params: { query: { after, limit } }, ...until(signal) }));
}

/** The server computes the whole chain again. */
export function checkAudit(): Promise<AuditCheck> {
  return answer(client.GET("/api/audit/check"));
}
