// Where the study stands.
import { answer, client, until } from "./client";
import type { Home } from "./names";

export const readHome = (signal?: AbortSignal): Promise<Home> => answer(client.GET("/api/home", until(signal)));
