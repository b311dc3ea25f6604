// An OpenID provider for tests: npm's oidc-provider, with accounts for whatever name is typed in.
// node provider.mjs FOLDER_OF_PACKAGE PORT REDIRECT_URI [MODE]
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [folder, port, redirect, mode = "right"] = process.argv.slice(2);
const found = createRequire(pathToFileURL(`${folder}/package.json`)).resolve("oidc-provider");
const { Provider } = await import(pathToFileURL(found).href);

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "adcurate",
      client_secret: "a secret of the test",
      redirect_uris: [redirect],
      grant_types: ["authorization_code"],
      response_types: ["code"],
      id_token_signed_response_alg: mode === "symmetric" ? "HS256" : "RS256",
    },
  ],
  enabledJWA: { idTokenSigningAlgValues: ["RS256", "HS256"] },
  pkce: { required: () => true },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  cookies: { keys: ["only for a test"] },
});
provider.listen(Number(port), "127.0.0.1", () => console.log("listening"));
