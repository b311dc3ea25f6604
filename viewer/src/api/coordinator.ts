// What a coordinator asks and says: the design, pointers, progress, blinding, the seal. No outcome among it.
import { answer, client, until } from "./client";
import type {
  BlindingReport,
  DesignPage,
  LesionCase,
  Lesions,
  PlacedPointer,
  Preview,
  ReadDesign,
  RoomProgress,
  Seal,
} from "./names";

export const readDesign = (signal?: AbortSignal): Promise<DesignPage> =>
  answer(client.GET("/api/coordinator/design", until(signal)));

export const saveDesign = (design: ReadDesign): Promise<DesignPage> =>
  answer(client.PUT("/api/coordinator/design", { body: design }));

export const previewDesign = (design: ReadDesign, signal?: AbortSignal): Promise<Preview> =>
  answer(client.POST("/api/coordinator/design/preview", { body: design, ...until(signal) }));

export const startReading = (leave_out_without_pointer: boolean): Promise<DesignPage> =>
  answer(client.POST("/api/coordinator/start", { body: { leave_out_without_pointer } }));

/** Gives every reader the lesions that became ready after the reading began. */
export const giveLesions = (reason: string): Promise<DesignPage> =>
  answer(client.POST("/api/coordinator/late-lesions", { body: { reason } }));

export const readProgress = (signal?: AbortSignal): Promise<RoomProgress> =>
  answer(client.GET("/api/coordinator/progress", until(signal)));

export const readBlinding = (signal?: AbortSignal): Promise<BlindingReport> =>
  answer(client.GET("/api/coordinator/blinding", until(signal)));

export const sealOutcomes = (passphrase: string): Promise<Seal> =>
  answer(client.POST("/api/coordinator/outcomes/seal", { body: { passphrase } }));

/** `early_reason`: why, where not every case is locked. */
export const unsealOutcomes = (passphrase: string, early_reason: string): Promise<Seal> =>
  answer(client.POST("/api/coordinator/outcomes/unseal", { body: { passphrase, early_reason } }));

export const listLesions = (signal?: AbortSignal): Promise<Lesions> =>
  answer(client.GET("/api/coordinator/lesions", until(signal)));

export const openLesion = (key: string, signal?: AbortSignal): Promise<LesionCase> =>
  answer(client.GET("/api/coordinator/lesions/{key}/case", { params: { path: { key } }, ...until(signal) }));

/** Below it lie the lesion's images. */
export const lesionAddress = (key: string): string => `/coordinator/lesions/${encodeURIComponent(key)}`;

export const placePointer = (key: string, pointer: PlacedPointer): Promise<void> =>
  answer(client.PUT("/api/coordinator/lesions/{key}/pointer", { params: { path: { key } }, body: pointer }));
