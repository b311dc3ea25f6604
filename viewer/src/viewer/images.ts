// Frames for Cornerstone3D: an image and its description by an id, as the library asks for them.
import { cache, Enums, imageLoader, metaData, type Types, utilities } from "@cornerstonejs/core";

import type { SeriesFrames } from "./frames";
import { forScreen, screenRange } from "./shades";

const SCHEME = "frames";
const open = new Map<string, SeriesFrames>();

/** From now on the library can load frames and ask where they lie. */
export function offerFrames(): void {
  imageLoader.registerImageLoader(SCHEME, (imageId) => ({ promise: load(imageId) as Promise<Types.IImage> }) as never);
  metaData.addProvider(describe as never, 10_000);
}

/** These series can be shown until they are forgotten. */
export function remember(series: Iterable<SeriesFrames>): void {
  for (const one of series) open.set(one.key, one);
}

export function forget(series: Iterable<SeriesFrames>): void {
  for (const one of series) {
    one.close();
    open.delete(one.key);
    one.planes.forEach((_, index) => {
      const imageId = imageIdOf(one, index);
      if (cache.getImageLoadObject(imageId)) cache.removeImageLoadObject(imageId, { force: true });
    });
  }
}

export function imageIdOf(series: SeriesFrames, index: number): string {
  return `${SCHEME}:${series.key}/${index}`;
}

function split(imageId: string): { series: SeriesFrames; index: number } | null {
  const [key, number] = imageId.slice(SCHEME.length + 1).split("/");
  const series = open.get(key ?? "");
  return series ? { series, index: Number(number) } : null;
}

async function load(imageId: string): Promise<object> {
  const found = split(imageId);
  if (!found) throw new Error("The series is no longer open.");
  const { series, index } = found;
  const pixels = forScreen(series.facts, await series.need(index));
  const { rows, columns, pixel_spacing_mm } = series.facts;
  const range = screenRange(series.facts, series.facts.window);
  let [least, most] = [Infinity, -Infinity];
  for (const value of pixels) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return {
    imageId,
    minPixelValue: least,
    maxPixelValue: most,
    slope: 1,
    intercept: 0,
    windowCenter: (range.lower + range.upper) / 2,
    windowWidth: range.upper - range.lower,
    voiLUTFunction: Enums.VOILUTFunctionType.LINEAR,
    getPixelData: () => pixels,
    rows,
    columns,
    height: rows,
    width: columns,
    color: false,
    rgba: false,
    numberOfComponents: 1,
    rowPixelSpacing: pixel_spacing_mm[0],
    columnPixelSpacing: pixel_spacing_mm[1],
    invert: false,
    photometricInterpretation: "MONOCHROME2",
    sizeInBytes: pixels.byteLength,
    dataType: pixels.constructor.name,
    voxelManager: utilities.VoxelManager.createImageVoxelManager({
      width: columns,
      height: rows,
      scalarData: pixels,
      numberOfComponents: 1,
    }),
  };
}

function describe(kind: string, imageId: unknown): object | undefined {
  const found = typeof imageId === "string" && imageId.startsWith(`${SCHEME}:`) ? split(imageId) : null;
  if (!found) return undefined;
  const { facts, planes } = found.series;
  const plane = planes[found.index]!;
  const modules = Enums.MetadataModules;
  if (kind === modules.GENERAL_SERIES) return { modality: "MR" };
  if (kind === modules.IMAGE_PIXEL) {
    const signed = facts.type === "u16" ? 0 : 1;
    return {
      bitsAllocated: 16,
      bitsStored: 16,
      highBit: 15,
      samplesPerPixel: 1,
      pixelRepresentation: signed,
      photometricInterpretation: "MONOCHROME2",
    };
  }
  if (kind === modules.IMAGE_PLANE) {
    return {
      rows: plane.rows,
      columns: plane.columns,
      imageOrientationPatient: [...plane.right, ...plane.down],
      rowCosines: [...plane.right],
      columnCosines: [...plane.down],
      imagePositionPatient: [...plane.origin],
      columnPixelSpacing: plane.spacing[0],
      rowPixelSpacing: plane.spacing[1],
      pixelSpacing: [plane.spacing[1], plane.spacing[0]],
      sliceThickness: plane.reach,
      frameOfReferenceUID: "1",
    };
  }
  return undefined;
}
