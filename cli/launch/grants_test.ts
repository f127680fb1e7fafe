import assert from "node:assert/strict";
import { addressesIn } from "./addresses.ts";
import { NOTHING, permissionFlags, together } from "./grants.ts";
import { namedOn, pathsIn } from "./own_paths.ts";
import { optionOf } from "./permissions.ts";
import { quoted } from "./quoted.ts";

Deno.test("permissionFlags() names what is granted, asks for nothing and hides the environment", () => {
  assert.deepEqual(permissionFlags(NOTHING), ["--no-prompt", "--ignore-env"]);
  const grants = together([NOTHING, { read: ["/b", "/a,1"], env: "all" }, { read: ["/b"] }]);
  assert.deepEqual(permissionFlags(grants), [
    "--no-prompt",
    "--allow-read=/a,,1,/b",
    "--allow-env",
  ]);
});

Deno.test("together() takes a whole kind over its parts", () => {
  assert.equal(together([{ run: ["tar"] }, { run: "all" }]).run, "all");
});

Deno.test("addressesIn() finds ports, several servers and sockets, and leaves out what is only told", () => {
  assert.deepEqual(
    addressesIn({
      public_url: "https://us.example",
      database: { url: "postgres://u:p@w:5432,h2/x?host=/run/postgresql" },
      sso_oidc: { issuer: "https://sso.example/a", redirect_url: "https://us.example/b" },
      list: ["http://[::1]:8080/x"],
      card_host: { host: "10.0.0.8", port: 5000 },
      note: "no address",
    }),
    [
      "10.0.0.8:5000",
      "[::1]:8080",
      "h2:5432",
      "sso.example:443",
      "unix:/run/postgresql/.s.PGSQL.5432",
      "w:5432",
    ],
  );
});

Deno.test("pathsIn() finds absolute paths at any depth", () => {
  assert.deepEqual(pathsIn({ a: "/x", b: ["/y", "z"], c: { d: "/w", e: 1, f: null } }), [
    "/x",
    "/y",
    "/w",
  ]);
});

Deno.test("namedOn() grants words of the command line with their folders, never the root", () => {
  assert.deepEqual(namedOn(["--force", "--out=/o/f", "g"], "/desk"), [
    "/desk",
    "/o/f",
    "/o",
    "/desk/g",
    "/desk",
  ]);
  assert.deepEqual(namedOn(["/f"], "/desk"), ["/desk", "/f"]);
});

Deno.test("optionOf() reads both ways of writing an option", () => {
  assert.equal(optionOf(["--config", "a"], "config"), "a");
  assert.equal(optionOf(["--config=b=c"], "config"), "b=c");
  assert.equal(optionOf(["--configs", "a"], "config"), undefined);
});

Deno.test("quoted() gives a shell the same words back, whatever is in them", async () => {
  const words = ["plain", "two words", "it's", "$HOME `id` \\", "", "line\nbreak", "*"];
  const { stdout } = await new Deno.Command("sh", {
    args: ["-c", `printf '%s\\0' ${quoted(words)}`],
  }).output();
  assert.deepEqual(new TextDecoder().decode(stdout).split("\0").slice(0, -1), words);
});
