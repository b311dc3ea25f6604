// Backups, checks, and subjects who leave.
import { answer, client, until } from "./client";
import type { BackupSchedule, Kept, Places, SubjectBelongings, Withdrawn, Work } from "./names";

export const readKept = (signal?: AbortSignal): Promise<Kept> => answer(client.GET("/api/keep", until(signal)));

export const setSchedule = (schedule: BackupSchedule): Promise<Kept> =>
  answer(client.PUT("/api/keep/schedule", { body: schedule }));

export const dropSchedule = (): Promise<Kept> => answer(client.DELETE("/api/keep/schedule"));

export const makeBackup = (folder: string): Promise<Work> =>
  answer(client.POST("/api/keep/backups", { body: { folder } }));

/** Folders of the computer that serves the study; "" gives its disks. */
export const lookIn = (folder: string): Promise<Places> => answer(client.POST("/api/keep/places", { body: { folder } }));

/** The key's file, for the browser to save. */
export const copyKey = (password: string): Promise<Blob> =>
  answer(client.POST("/api/keep/key", { body: { password }, parseAs: "blob" }));

export const drillBackup = (file: string): Promise<Work> => answer(client.POST("/api/keep/drills", { body: { file } }));

export const verifyStudy = (): Promise<Work> => answer(client.POST("/api/keep/checks"));

export const readSubject = (code: string): Promise<SubjectBelongings> =>
  answer(client.GET("/api/keep/subjects/{code}", { params: { path: { code } } }));

export type Leaving = { subject: string; confirmed: string; why: string; extent: "stopped" | "erased" };

export const withdrawSubject = (leaving: Leaving): Promise<Withdrawn> =>
  answer(client.POST("/api/keep/withdrawals", { body: leaving }));

export type Moving = { exam: string; to: string; confirmed: string; why: string };

export const moveExam = (moving: Moving): Promise<Work> => answer(client.POST("/api/keep/moves", { body: moving }));
