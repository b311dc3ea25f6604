// A tab whose token went stale, because its user signed in again in another tab, loses nothing.
import { afterEach, expect, test, vi } from "vitest";

import { client, isReached, keepToken, lookWhoIsHere, onReachChanged, onSignedOut } from "../../src/api";

const stale = { error: { code: "web.cross-site", sentence: "The token is not this session's.", remedy: "" } };

function server(token: string, person = "") {
  const saved: string[] = [];
  vi.stubGlobal("location", new URL("http://localhost/"));
  vi.stubGlobal("fetch", async (input: Request | string) => {
    const request = typeof input === "string" ? new Request(new URL(input, "http://localhost")) : input;
    if (request.method === "GET") return Response.json({ csrf: token, person: person ? { id: person } : null });
    if (request.headers.get("X-Adcurate-CSRF") !== token) return Response.json(stale, { status: 403 });
    saved.push(await request.text());
    return Response.json({ revision: saved.length });
  });
  return saved;
}

afterEach(() => vi.unstubAllGlobals());

const save = () =>
  (client.request as (method: string, path: string, options: object) => Promise<{ data: unknown }>)(
    "put",
    "http://localhost/api/reading/items/x/draft",
    { body: { key: "k" } },
  );

test("a stale token is renewed and the save is sent again", async () => {
  const saved = server("new");
  keepToken("old");
  expect((await save()).data).toEqual({ revision: 1 });
  expect(saved).toEqual(['{"key":"k"}']);
});

test("nothing is sent in the name of somebody who signed in in another tab", async () => {
  const saved = server("bens", "ben");
  const ended = vi.fn();
  const stop = onSignedOut(ended);
  keepToken("annas", "anna");
  await expect(save()).rejects.toMatchObject({ status: 401, code: "web.signed-out" });
  expect(saved).toEqual([]);
  expect(ended).toHaveBeenCalledOnce();
  keepToken("annas", "anna");
  await lookWhoIsHere();
  expect(ended).toHaveBeenCalledTimes(2);
  stop();
});

test("whether the server answers is told once each time it changes", async () => {
  server("new");
  keepToken("new");
  const heard: boolean[] = [];
  const stop = onReachChanged(() => heard.push(isReached()));
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("no network")));
  await expect(save()).rejects.toMatchObject({ code: "network.unreachable" });
  await lookWhoIsHere();
  server("new");
  await lookWhoIsHere();
  expect(heard).toEqual([false, true]);
  stop();
});

test("what is refused with the right token is refused", async () => {
  server("new");
  keepToken("new");
  vi.stubGlobal("fetch", async (input: Request | string) =>
    typeof input === "string" ? Response.json({ csrf: "new" }) : Response.json(stale, { status: 403 }),
  );
  await expect(save()).rejects.toMatchObject({ code: "web.cross-site" });
});
