// Whom links let in: this computer alone, or colleagues on other computers, too.
import { answer, client, until } from "./client";
import type { Door, OpenDoor } from "./names";

export const readDoor = (signal?: AbortSignal): Promise<Door> => answer(client.GET("/api/door", until(signal)));

export const openDoor = (body: OpenDoor): Promise<Door> => answer(client.POST("/api/door", { body }));

export const shutDoor = (): Promise<Door> => answer(client.DELETE("/api/door"));
