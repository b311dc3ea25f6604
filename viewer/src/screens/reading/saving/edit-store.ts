// Edits that the server has not answered for yet, kept by the browser: they outlive a reload, a crash and a lost
// network. One database for all readers of this computer; an edit says whose it is.
import type { Draft } from "../../../regions/draft";

export interface KeptEdit {
  /** Idempotency key: the same edit is sent under the same key however often it is tried. */
  readonly key: string;
  readonly reader: string;
  readonly item: string;
  readonly tab: string;
  /** Order within the tab. */
  readonly sequence: number;
  /** The revision it was drawn on; null: the revision that the edit before it becomes. */
  readonly base: number | null;
  readonly draft: Draft;
  /** Which list of series it was drawn on, as the case said it. */
  readonly images?: string;
  readonly at: string;
}

export interface EditStore {
  keep(edit: KeptEdit): Promise<void>;
  /** The edit is on the server; the one after it was drawn on this revision. */
  answered(key: string, next: KeptEdit | null): Promise<void>;
  forget(keys: readonly string[]): Promise<void>;
  of(reader: string, item: string): Promise<KeptEdit[]>;
}

const NAME = "adcurate-reading";
const EDITS = "edits";

export async function openEditStore(factory: IDBFactory = indexedDB): Promise<EditStore> {
  const database = await new Promise<IDBDatabase>((resolve, reject) => {
    const request = factory.open(NAME, 1);
    request.onupgradeneeded = () => {
      const edits = request.result.createObjectStore(EDITS, { keyPath: "key" });
      edits.createIndex("case", ["reader", "item"]);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("The browser keeps nothing."));
  });
  const write = (change: (edits: IDBObjectStore) => void) =>
    new Promise<void>((resolve, reject) => {
      const transaction = database.transaction(EDITS, "readwrite", { durability: "strict" });
      change(transaction.objectStore(EDITS));
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error("The browser could not keep an edit."));
    });
  return {
    keep: (edit) => write((edits) => void edits.put(edit)),
    answered: (key, next) =>
      write((edits) => {
        edits.delete(key);
        if (next) edits.put(next);
      }),
    forget: (keys) => write((edits) => keys.forEach((key) => void edits.delete(key))),
    of: (reader, item) =>
      new Promise((resolve, reject) => {
        const request = database.transaction(EDITS).objectStore(EDITS).index("case").getAll([reader, item]);
        request.onsuccess = () => resolve(inOrder(request.result as KeptEdit[]));
        request.onerror = () => reject(request.error ?? new Error("The browser did not give its edits back."));
      }),
  };
}

/** For a browser that keeps nothing (private windows of some): edits live as long as the page. */
export function passingEditStore(): EditStore {
  const edits = new Map<string, KeptEdit>();
  return {
    keep: async (edit) => void edits.set(edit.key, edit),
    answered: async (key, next) => {
      edits.delete(key);
      if (next) edits.set(next.key, next);
    },
    forget: async (keys) => keys.forEach((key) => edits.delete(key)),
    of: async (reader, item) => inOrder([...edits.values()].filter((one) => one.reader === reader && one.item === item)),
  };
}

function inOrder(edits: KeptEdit[]): KeptEdit[] {
  return edits.sort((a, b) => a.at.localeCompare(b.at) || a.sequence - b.sequence);
}
