import { IDBFactory } from "fake-indexeddb";
import { beforeEach, describe, expect, it, vi } from "vitest";

import { EMPTY_DRAFT, type Draft } from "../../src/regions/draft";
import { openEditStore, passingEditStore, type EditStore } from "../../src/screens/reading/saving/edit-store";
import { Saver, type SaveEdit, type SaveState } from "../../src/screens/reading/saving/saver";

const draft = (comment: string): Draft => ({ ...EMPTY_DRAFT, comment });
const owner = { reader: "anna", item: "i1", tab: "t1" };

/** A server that keeps revisions, answers a key once, and can be out of reach or lose its answer. */
class Server {
  revisions: Draft[] = [];
  keys = new Map<string, number>();
  away = false;
  losesAnswer = false;

  readonly save: SaveEdit = async (base, key, edit) => {
    if (this.away) throw { status: 0, body: null, message: "The server does not answer." };
    const known = this.keys.get(key);
    if (known !== undefined) return { revision: known };
    if (base !== this.revisions.length) {
      const current = { revision: this.revisions.length, draft: this.revisions.at(-1)! };
      throw { status: 409, body: { error: { code: "read.stale" }, current }, message: "Stale." };
    }
    this.revisions.push(edit);
    this.keys.set(key, this.revisions.length);
    if (this.losesAnswer) {
      this.losesAnswer = false;
      throw { status: 0, body: null, message: "The server does not answer." };
    }
    return { revision: this.revisions.length };
  };

  get comments(): string[] {
    return this.revisions.map((one) => one.comment);
  }
}

let server: Server;
let store: EditStore;
let said: SaveState[];

beforeEach(async () => {
  server = new Server();
  store = await openEditStore(new IDBFactory());
  said = [];
});

const make = (revision = 0, tab = "t1") => new Saver({ ...owner, tab }, store, server.save, revision, (state) => said.push(state));
const dead = async () => false;

describe("saving", () => {
  it("every edit becomes a revision, in order, each on the one before", async () => {
    const saver = make();
    for (const word of ["a", "b", "c", "d"]) void saver.add(draft(word));
    expect(await saver.flushed()).toBe(true);
    expect(server.comments).toEqual(["a", "b", "c", "d"]);
    expect(said.at(-1)!.kind).toBe("saved");
    expect(await store.of("anna", "i1")).toEqual([]);
  });

  it("edits made without a network are kept, counted and sent later", async () => {
    server.away = true;
    const saver = make();
    for (const word of ["a", "b", "c"]) await saver.add(draft(word));
    expect(await saver.flushed()).toBe(false);
    expect(saver.state).toEqual({ kind: "offline", waiting: 3 });
    expect(await store.of("anna", "i1")).toHaveLength(3);
    server.away = false;
    expect(await saver.flushed()).toBe(true);
    expect(server.comments).toEqual(["a", "b", "c"]);
  });

  it("an edit whose answer was lost is sent again under its key and stays one revision", async () => {
    server.losesAnswer = true;
    const saver = make();
    await saver.add(draft("a"));
    await saver.flushed();
    await saver.add(draft("b"));
    expect(await saver.flushed()).toBe(true);
    expect(server.comments).toEqual(["a", "b"]);
  });

  it("a page that died without a network leaves its edits to the next", async () => {
    server.away = true;
    const first = make();
    await first.add(draft("a"));
    await first.add(draft("b"));
    first.close();
    server.away = false;
    const second = make(0, "t2");
    expect((await second.resume(dead))?.comment).toBe("b");
    expect(await second.flushed()).toBe(true);
    expect(server.comments).toEqual(["a", "b"]);
  });

  it("the edits of a tab that is still open, of another reader and of another case are left alone", async () => {
    server.away = true;
    await make(0, "t9").add(draft("theirs"));
    const mine = make(0, "t2");
    expect(await mine.resume(async (tab) => tab === "t9")).toBeNull();
    const other = new Saver({ reader: "ben", item: "i1", tab: "t3" }, store, server.save, 0, () => undefined);
    expect(await other.resume(dead)).toBeNull();
  });

  it("a draft saved elsewhere stops the line and is shown; neither is lost when mine is kept", async () => {
    const [here, there] = [make(0, "t1"), make(0, "t2")];
    await there.add(draft("there"));
    await there.flushed();
    await here.add(draft("here"));
    await here.add(draft("here too"));
    await here.flushed();
    const state = here.state;
    if (state.kind !== "conflict") throw new Error(state.kind);
    expect([state.mine.comment, state.theirs.draft?.comment, state.waiting]).toEqual(["here too", "there", 2]);
    await here.keepMine();
    expect(await here.flushed()).toBe(true);
    expect(server.comments).toEqual(["there", "here too"]);
  });

  it("taking theirs keeps mine as the revision below it", async () => {
    const [here, there] = [make(0, "t1"), make(0, "t2")];
    await there.add(draft("there"));
    await there.flushed();
    await here.add(draft("here"));
    await here.flushed();
    await here.takeTheirs();
    await here.add(draft("after"));
    expect(await here.flushed()).toBe(true);
    expect(server.comments).toEqual(["there", "here", "there", "after"]);
  });

  it("a locked case and a refused edit are said; a refused edit makes way for the next", async () => {
    const answers = [{ status: 422, body: null, message: "Too large." }, null, { status: 423, body: null, message: "Locked." }];
    const save = vi.fn<SaveEdit>(async () => {
      const answer = answers.shift();
      if (answer) throw answer;
      return { revision: 1 };
    });
    const saver = new Saver(owner, store, save, 0, (state) => said.push(state));
    await saver.add(draft("too large"));
    await saver.flushed();
    expect(saver.state).toEqual({ kind: "refused", waiting: 1, sentence: "Too large." });
    await saver.add(draft("fine"));
    expect(await saver.flushed()).toBe(true);
    await saver.add(draft("late"));
    await saver.flushed();
    expect(saver.state).toEqual({ kind: "locked", waiting: 1 });
  });

  it("a browser that keeps nothing still saves", async () => {
    const saver = new Saver(owner, passingEditStore(), server.save, 0, () => undefined);
    await saver.add(draft("a"));
    expect(await saver.flushed()).toBe(true);
    expect(server.comments).toEqual(["a"]);
  });
});
