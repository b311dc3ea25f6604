// What was dropped or chosen, as files to send: folders to the bottom, zip files by their members. What is no DICOM
// file is left alone and counted; names stay in this browser, since they often hold a patient's.
import type { LeftAlone } from "../../api";
import { membersOf, ZipRefusal } from "./zip";

export type Reason = keyof LeftAlone & string;
export type Found = { name: string; size: number; read: () => Promise<Blob> };
export type Dropped = { file: File } | { entry: FileSystemEntry };

/** Must be called while the drop is being told: afterwards the browser forgets what was dropped. */
export function dropped(list: DataTransfer): Dropped[] {
  return [...list.items].flatMap((item): Dropped[] => {
    const entry = item.webkitGetAsEntry();
    if (entry) return [{ entry }];
    const file = item.getAsFile();
    return file ? [{ file }] : [];
  });
}

/** Every file below what was dropped; `leave` is told of what is no file to send. */
export async function* filesBelow(things: readonly Dropped[], leave: (reason: Reason) => void): AsyncGenerator<Found> {
  for (const thing of things) {
    if ("file" in thing) yield* oneFile(thing.file, leave);
    else yield* below(thing.entry, leave);
  }
}

/** The bytes of a file to send, or why it is left alone. */
export async function contentOf(found: Found): Promise<Blob | Reason> {
  if (found.size === 0) return "empty";
  if (baseOf(found.name).toUpperCase() === "DICOMDIR") return "dicomdir";
  try {
    const blob = await found.read();
    const head = new Uint8Array(await blob.slice(0, 132).arrayBuffer());
    if (isZip(head)) return "zip.nested";
    return looksLikeDicom(head) ? blob : "not-dicom";
  } catch {
    return "input.not-readable";
  }
}

async function* below(entry: FileSystemEntry, leave: (reason: Reason) => void): AsyncGenerator<Found> {
  if (entry.isFile) {
    const file = await new Promise<File | null>((done) => (entry as FileSystemFileEntry).file(done, () => done(null)));
    if (file) yield* oneFile(file, leave);
    else leave("input.not-readable");
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A browser gives a part of a folder at a time, and nothing at its end.
    const some = await new Promise<FileSystemEntry[] | null>((done) => reader.readEntries(done, () => done(null)));
    if (some === null) leave("input.not-readable");
    if (!some?.length) return;
    for (const one of some) yield* below(one, leave);
  }
}

async function* oneFile(file: File, leave: (reason: Reason) => void): AsyncGenerator<Found> {
  const head = file.size ? new Uint8Array(await file.slice(0, 132).arrayBuffer().catch(() => new ArrayBuffer(0))) : new Uint8Array();
  if (!isZip(head)) {
    yield { name: file.name, size: file.size, read: () => Promise.resolve(file) };
    return;
  }
  try {
    yield* await membersOf(file);
  } catch (trouble) {
    leave(trouble instanceof ZipRefusal ? trouble.reason : "input.not-readable");
  }
}

function baseOf(name: string): string {
  return name.slice(name.lastIndexOf("/") + 1);
}

function isZip(head: Uint8Array): boolean {
  const starts = head[0] === 0x50 && head[1] === 0x4b && ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6));
  return starts && !hasPrefix(head);
}

function hasPrefix(head: Uint8Array): boolean {
  return head.length >= 132 && String.fromCharCode(...head.subarray(128, 132)) === "DICM";
}

/** Old exports lack the prefix: they begin with an element of the file header or of the first group. */
function looksLikeDicom(head: Uint8Array): boolean {
  if (hasPrefix(head)) return true;
  if (head.length < 8 || head[1] !== 0 || (head[0] !== 2 && head[0] !== 8)) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const isVr = /^[A-Z]{2}$/.test(String.fromCharCode(head[4] ?? 0, head[5] ?? 0));
  return view.getUint16(2, true) <= 0x0100 && (isVr || view.getUint32(4, true) <= 1024);
}
