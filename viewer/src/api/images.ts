// Images: what came and what is missing, one exam, what a person says of its series, and the way in for files.
import { answer, client, until } from "./client";
import type { ExamLines, ExamSeen, Images, LeftAlone, SeriesKind, SeriesSeen, UploadCount, Work } from "./names";

export type Show = "all" | "look-at" | "unmatched" | "incomplete" | "not-seen";
const BOUNDARY = "adcurate-files-7d1f0c9b4e";

export const readImages = (signal?: AbortSignal): Promise<Images> => answer(client.GET("/api/images", until(signal)));

export const listExams = (
  query: { show: Show; words: string; offset: number; limit: number },
  signal?: AbortSignal,
): Promise<ExamLines> => answer(client.GET("/api/images/exams", { params: { query }, ...until(signal) }));

export const readExam = (exam: string, signal?: AbortSignal): Promise<ExamSeen> =>
  answer(client.GET("/api/images/exams/{exam}", { params: { path: { exam } }, ...until(signal) }));

export const setSeriesKind = (exam: string, series: SeriesSeen, kind: SeriesKind, why: string): Promise<ExamSeen> =>
  answer(
    client.PUT("/api/images/exams/{exam}/series/{series}/kind", {
      params: { path: { exam, series: series.series } },
      body: { told: series.told as SeriesKind, kind, why },
    }),
  );

export const lookAtExams = (): Promise<Work> => answer(client.POST("/api/images/look"));

export const addFolder = (path: string): Promise<Work> => answer(client.POST("/api/images/folder", { body: { path } }));

export const tryRefusedAgain = (why: string): Promise<Work> =>
  answer(client.POST("/api/images/quarantine/try-again", { body: { why } }));

export const thumbnailOf = (exam: string, series: SeriesSeen): string =>
  `/api/images/exams/${exam}/series/${series.series}/${series.kind}/thumbnail`;

/** Opened in a window of its own. */
export const qualityOf = (exam: string): string => `/api/images/exams/${exam}/quality`;

export const beginUpload = (): Promise<UploadCount> => answer(client.POST("/api/images/uploads"));

/** The files are read while they are sent: none has to fit into memory. */
export const sendFiles = (upload: string, files: readonly Blob[], signal?: AbortSignal): Promise<UploadCount> => {
  const parts = files.flatMap((file) => [`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`, file, "\r\n"]);
  const body = new Blob([...parts, `--${BOUNDARY}--\r\n`]);
  return answer(
    client.POST("/api/images/uploads/{upload}/files", {
      params: { path: { upload } },
      body: body as unknown as string,
      bodySerializer: (whole) => whole as unknown as Blob,
      headers: { "Content-Type": `multipart/related; type="application/dicom"; boundary=${BOUNDARY}` },
      ...until(signal),
    }),
  );
};

export const countLeftAlone = (upload: string, reasons: LeftAlone): Promise<UploadCount> =>
  answer(
    client.POST("/api/images/uploads/{upload}/left-alone", { params: { path: { upload } }, body: { reasons } }),
  );

export const endUpload = (upload: string): Promise<UploadCount> =>
  answer(client.DELETE("/api/images/uploads/{upload}", { params: { path: { upload } } }));
