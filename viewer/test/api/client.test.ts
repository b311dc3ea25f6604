// A tab whose token went stale, because its user signed in again in another tab, loses nothing.
import { afterEach, expect, test, vi } from "vitest";

import { client, keepToken } from "../../src/api";

const stale = { error: { code: "web.cross-site", sentence: "The token is not this session's.", remedy: "" } };

function server(token: string) {
  const saved: string[] = [];
  vi.stubGlobal("location", new URL("http://localhost/"));
  vi.stubGlobal("fetch", async (input: Request | string) => {
    const request = typeof input === "string" ? new Request(new URL(input, "http://localhost")) : input;
    if (request.method === "GET") return Response.json({ csrf: token });
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

test("what is refused with the right token is refused", async () => {
  server("new");
  keepToken("new");
  vi.stubGlobal("fetch", async (input: Request | string) =>
    typeof input === "string" ? Response.json({ csrf: "new" }) : Response.json(stale, { status: 403 }),
  );
  await expect(save()).rejects.toMatchObject({ code: "web.cross-site" });
});
