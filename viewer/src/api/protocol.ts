// The protocol as a form: its keys and values, a check that keeps nothing, a change.
import { answer, client, until } from "./client";
import type { ProtocolChange, ProtocolForm } from "./names";

export const readProtocol = (signal?: AbortSignal): Promise<ProtocolForm> =>
  answer(client.GET("/api/protocol", until(signal)));

export const saveProtocol = (change: ProtocolChange): Promise<ProtocolForm> =>
  answer(client.PUT("/api/protocol", { body: change }));

/** Refused where these values cannot be a protocol; the refusal's facts name the key. */
export const checkProtocol = (change: ProtocolChange, signal?: AbortSignal): Promise<void> =>
  answer(client.POST("/api/protocol/check", { body: change, ...until(signal) }));
