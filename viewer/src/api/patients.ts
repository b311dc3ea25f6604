// The list of screened subjects, tables that come into it, and the exams that arrive for it.
import { answer, client, until } from "./client";
import type { AnsweredQuestions, ArrivedExams, ChangedPatients, EnteredPatients, Patients, PatientsChange, ProposedTable, TakenTable, TakeTable } from "./names";
import { aFile, FILE_HEADERS, inParts } from "./parts";

export const readPatients = (signal?: AbortSignal): Promise<Patients> => answer(client.GET("/api/patients", until(signal)));

/** The code of whoever has this hospital number; the log keeps that it was asked. */
export const findSubject = (typed: string): Promise<{ subject: string }> =>
  answer(client.POST("/api/patients/find", { body: { typed } }));

export const changePatients = (change: PatientsChange): Promise<ChangedPatients> =>
  answer(client.PATCH("/api/patients", { body: change }));

/** What a table's columns would be taken for; nothing is kept. */
export const proposeTable = (table: Blob): Promise<ProposedTable> =>
  answer(
    client.POST("/api/patients/table", { body: { asked: {}, file: aFile(table) }, bodySerializer: inParts, headers: FILE_HEADERS }),
  );

export const takeTable = (asked: TakeTable, table: Blob): Promise<TakenTable> =>
  answer(
    client.POST("/api/patients/table/rows", { body: { asked, file: aFile(table) }, bodySerializer: inParts, headers: FILE_HEADERS }),
  );

export const enterPatients = (version: string): Promise<EnteredPatients> =>
  answer(client.POST("/api/patients/entry", { body: { based_on: version } }));

/** Of every cell changed here and in the study: which of the two stands. */
export const answerListQuestions = (said: AnsweredQuestions): Promise<Patients> => answer(client.POST("/api/patients/questions", { body: said }));

export const patientsFile = (kind: "csv" | "xlsx") => `/api/patients/list.${kind}`;

/** It names people. */
export const REQUESTS_FILE = "/api/patients/requests.xlsx";

export const readArrivedExams = (signal?: AbortSignal): Promise<ArrivedExams> =>
  answer(client.GET("/api/patients/exams", until(signal)));

export const chooseExam = (choice: { subject: string; visit: string; exam: string; why: string }): Promise<ArrivedExams> =>
  answer(client.POST("/api/patients/exams", { body: choice }));
