// Locking the data and handing them over; files that come back.
import { answer, client, until } from "./client";
import type { HandOverState, Joined, ReturnedColumn, Work } from "./names";
import { aFile, FILE_HEADERS, inParts } from "./parts";

export const readHandOver = (signal?: AbortSignal): Promise<HandOverState> =>
  answer(client.GET("/api/hand-over", until(signal)));

export const draftHandOver = (): Promise<Work> => answer(client.POST("/api/hand-over/draft"));

export const lockAndHandOver = (why: string): Promise<Work> => answer(client.POST("/api/hand-over", { body: { why } }));

export const handedOverZip = (folder: string): string => `/api/hand-over/${encodeURIComponent(folder)}.zip`;

export const handedOverFile = (folder: string, name: string): string =>
  `/api/hand-over/${encodeURIComponent(folder)}/files/${name.split("/").map(encodeURIComponent).join("/")}`;

export async function returnedColumns(file: File): Promise<string[]> {
  const body = { asked: { name: file.name }, file: aFile(file) };
  const given = { body, bodySerializer: inParts, headers: FILE_HEADERS };
  return (await answer<{ columns: string[] }>(client.POST("/api/hand-over/returned/columns", given))).columns;
}

export const joinReturned = (asked: ReturnedColumn, file: File): Promise<Joined> =>
  answer(
    client.POST("/api/hand-over/returned", { body: { asked, file: aFile(file) }, bodySerializer: inParts, headers: FILE_HEADERS }),
  );
