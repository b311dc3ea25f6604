// One question to the server whose answer its caller names.
import { client } from "./client";

type Options = { body?: unknown; signal?: AbortSignal };

/** `path` is below /api. Throws `Refusal`. */
export async function ask<T>(method: "GET" | "POST" | "PUT", path: string, options: Options = {}): Promise<T> {
  const untyped = client.request as (
    method: string,
    path: string,
    options: Options,
  ) => Promise<{ data?: unknown }>;
  return (await untyped(method.toLowerCase(), `/api${path}`, options)).data as T;
}
