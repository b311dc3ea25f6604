// What is asked about a file as JSON, then the file: read while it is sent, so that a large one never is a text in memory.
const BOUNDARY = "adcurate-asked-3e86b1d05a";
export const FILE_HEADERS = { "Content-Type": `multipart/related; boundary=${BOUNDARY}` };

/** The types come from the server's description, in which a file is a text. */
export const inParts = ({ asked, file }: { asked: unknown; file: string }): Blob =>
  new Blob([
    `--${BOUNDARY}\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(asked)}\r\n`,
    `--${BOUNDARY}\r\nContent-Type: application/octet-stream\r\n\r\n`,
    file as unknown as Blob,
    `\r\n--${BOUNDARY}--\r\n`,
  ]);

export const aFile = (file: Blob): string => file as unknown as string;
