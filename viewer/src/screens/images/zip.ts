// The members of a zip file, read where they lie: only its table of contents is held, and each member is unpacked
// when its turn comes. What could do harm is refused by that table alone; the server judges every object anyway.
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MOST_MEMBERS = 100_000;
const MOST_BYTES = 4 * 2 ** 30;
const FULL = 0xffffffff;

export type Member = { name: string; size: number; read: () => Promise<Blob> };

/** Why a zip file is left alone. */
export class ZipRefusal extends Error {
  constructor(readonly reason: "zip.encrypted" | "input.not-readable") {
    super(reason);
  }
}

export async function membersOf(zip: Blob): Promise<Member[]> {
  const { start, size, count } = await directoryOf(zip);
  if (count > MOST_MEMBERS) throw new ZipRefusal("input.not-readable");
  const table = await view(zip, start, start + size);
  const members: Member[] = [];
  let at = 0;
  for (let n = 0; n < count; n++) {
    if (at + 46 > table.byteLength || table.getUint32(at, true) !== ENTRY) throw new ZipRefusal("input.not-readable");
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((o) => table.getUint16(at + o, true)) as [number, number, number];
    const name = new TextDecoder().decode(new Uint8Array(table.buffer, table.byteOffset + at + 46, nameLength));
    const extra = new DataView(table.buffer, table.byteOffset + at + 46 + nameLength, extraLength);
    const place = sizesOf(table, at, extra);
    const method = table.getUint16(at + 10, true);
    if (table.getUint16(at + 8, true) & 1) throw new ZipRefusal("zip.encrypted");
    if (place.size > MOST_BYTES || (method !== 0 && method !== 8)) throw new ZipRefusal("input.not-readable");
    if (!name.endsWith("/")) members.push({ name, size: place.size, read: () => unpack(zip, place, method) });
    at += 46 + nameLength + extraLength + commentLength;
  }
  return members;
}

type Place = { packed: number; size: number; offset: number };

/** Sizes and place of a member; those that need more than 32 bits stand in an extra field. */
function sizesOf(table: DataView, at: number, extra: DataView): Place {
  const place = { size: table.getUint32(at + 24, true), packed: table.getUint32(at + 20, true), offset: table.getUint32(at + 42, true) };
  for (let o = 0; o + 4 <= extra.byteLength; o += 4 + extra.getUint16(o + 2, true)) {
    if (extra.getUint16(o, true) !== 1) continue;
    let next = o + 4;
    for (const part of ["size", "packed", "offset"] as const) {
      if (place[part] !== FULL) continue;
      place[part] = Number(extra.getBigUint64(next, true));
      next += 8;
    }
  }
  return place;
}

async function directoryOf(zip: Blob): Promise<{ start: number; size: number; count: number }> {
  const tail = await view(zip, Math.max(0, zip.size - 65_557), zip.size);
  for (let at = tail.byteLength - 22; at >= 0; at--) {
    if (tail.getUint32(at, true) !== END) continue;
    if (at >= 20 && tail.getUint32(at - 20, true) === LOCATOR_64) {
      const offset = Number(tail.getBigUint64(at - 12, true));
      const end = await view(zip, offset, offset + 56);
      if (end.byteLength < 56 || end.getUint32(0, true) !== END_64) break;
      const [count, size, start] = [32, 40, 48].map((o) => Number(end.getBigUint64(o, true))) as [number, number, number];
      return { start, size, count };
    }
    return { count: tail.getUint16(at + 10, true), size: tail.getUint32(at + 12, true), start: tail.getUint32(at + 16, true) };
  }
  throw new ZipRefusal("input.not-readable");
}

async function unpack(zip: Blob, place: Place, method: number): Promise<Blob> {
  const head = await view(zip, place.offset, place.offset + 30);
  if (head.byteLength < 30 || head.getUint32(0, true) !== LOCAL) throw new ZipRefusal("input.not-readable");
  const start = place.offset + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  const packed = zip.slice(start, start + place.packed);
  if (method === 0) return packed;
  const reader = packed.stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    size += piece.value.byteLength;
    // More than was declared is a bomb or a damaged file.
    if (size > place.size) throw new ZipRefusal("input.not-readable");
    pieces.push(piece.value as Uint8Array<ArrayBuffer>);
  }
  if (size !== place.size) throw new ZipRefusal("input.not-readable");
  return new Blob(pieces);
}

async function view(blob: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await blob.slice(start, end).arrayBuffer());
}
