// The protocol as a form: its keys and values, a check that keeps nothing, a change.
import { answer, client, until } from "./client";
import type { DocumentFacts, ProtocolChange, ProtocolForm } from "./names";

export const readProtocol = (signal?: AbortSignal): Promise<ProtocolForm> =>
  answer(client.GET("/api/protocol", until(signal)));

export const saveProtocol = (change: ProtocolChange): Promise<ProtocolForm> =>
  answer(client.PUT("/api/protocol", { body: change }));

/** Refused where these values cannot be a protocol; the refusal's facts name the key. */
export const checkProtocol = (change: ProtocolChange, signal?: AbortSignal): Promise<void> =>
  answer(client.POST("/api/protocol/check", { body: change, ...until(signal) }));

/** Opened in a window of its own, to be printed. */
export const PROTOCOL_DOCUMENT = "/api/protocol/document";

export const readDocumentFacts = (signal?: AbortSignal): Promise<DocumentFacts> =>
  answer(client.GET("/api/protocol/document-facts", until(signal)));

export const saveDocumentFacts = (facts: DocumentFacts): Promise<void> =>
  answer(client.PUT("/api/protocol/document-facts", { body: facts }));
