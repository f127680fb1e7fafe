import assert from "node:assert/strict";
import * as esbuild from "esbuild";
import { ownFile } from "../../server/platform/release.ts";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { writeArchive } from "./archive.ts";
import { BuildError } from "./build_error.ts";
import { bundleProgram, inAscii, readWhenWanted } from "./bundle.ts";
import { launcherScript } from "./launcher.ts";
import { SHARED_FILES } from "./share.ts";

const CREATED = new Date("2026-11-20T08:00:00Z");

Deno.test("everything that is shared is there to be copied", async () => {
  for (const path of SHARED_FILES) assert.ok((await Deno.stat(ownFile(path))).size > 0, path);
});

Deno.test("writeArchive() gives the same bytes for the same files, whoever made them and when", async () => {
  using folder = new TemporaryFolder();
  const digests = new Set<string>();
  for (const [at, time] of [["one", 1_000], ["two", 2_000]] as const) {
    const place = `${folder.path}/${at}/release`;
    await Deno.mkdir(`${place}/lib`, { recursive: true });
    for (const name of at === "one" ? ["b", "a"] : ["a", "b"]) {
      await Deno.writeTextFile(`${place}/lib/${name}`, `file ${name}`);
      await Deno.chmod(`${place}/lib/${name}`, 0o644);
      await Deno.utime(`${place}/lib/${name}`, time, time);
    }
    const path = `${folder.path}/${at}.tar.xz`;
    await writeArchive({ folder: place, path, created: CREATED });
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(path));
    digests.add(new Uint8Array(digest).toHex());
  }
  assert.equal(digests.size, 1);
});

Deno.test("the launcher has no place left to fill in, and a shell reads it", async () => {
  const script = await launcherScript();
  assert.doesNotMatch(script, /@\w+@/);
  assert.match(script, /--unstable-no-legacy-abort/);
  assert.match(script, /--no-wasm-code-gc/);
  using folder = new TemporaryFolder();
  await Deno.writeTextFile(`${folder.path}/yikatong`, script);
  const { success, stderr } = await new Deno.Command("sh", {
    args: ["-n", `${folder.path}/yikatong`],
  }).output();
  assert.equal(success, true, new TextDecoder().decode(stderr));
});

Deno.test("bundleProgram() leaves out what only runs from source, and every path of this machine", async () => {
  using folder = new TemporaryFolder();
  const built = { form: "bundled", version: "1.2.3", commit: "abc" } as const;
  try {
    const inputs = await bundleProgram({
      entry: "main.ts",
      folder: folder.path,
      name: "app",
      built,
    });
    assert.ok(inputs.includes("cli/serve.ts") && inputs.includes("cli/dev.ts"));
    assert.ok(!inputs.includes("tools/bundle_screens.ts"));
  } finally {
    await esbuild.stop();
  }
  const entries = await Array.fromAsync(Deno.readDir(folder.path));
  const names = entries.map(({ name }) => name);
  assert.ok(names.includes("app.js"));
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(folder.file(name))));
  const text = texts.join("\n");
  assert.ok(!text.includes(ownFile(".")), "a path of this machine");
  assert.match(text, /^[\0-\x7f]*$/);
  assert.match(text, /version:"1\.2\.3",commit:"abc"/);
  // Nothing is asked for by name but what the runtime has itself, and the scripts beside.
  const asked = [...text.matchAll(/(?:^|;)import[^;"]*"([^"]+)"/gm)].map(([, name = ""]) => name);
  assert.ok(asked.length > names.length);
  const isThere = (name: string) =>
    name.startsWith("node:") || (name.startsWith("./") && names.includes(name.slice(2)));
  assert.deepEqual(asked.filter((name) => !isThere(name)), []);
});

Deno.test("readWhenWanted() hides what is loaded later from whoever reads all that is named", () => {
  const script = readWhenWanted('const load = () => import("./app-1.js"); import "./app-2.js";');
  assert.equal(script, 'const load = () => import(String("./app-1.js")); import "./app-2.js";');
});

Deno.test("inAscii() keeps what expressions and templates mean, and refuses raw text", () => {
  const script = inAscii('const say = ([text]) => text; say`去付款` + /^[瀚高]😀$/u.test("高😀")');
  assert.match(script, /^[\0-\x7f]*$/);
  assert.equal(new Function(`${script.replace("; say", "; return say")}`)(), "去付款true");
  assert.throws(() => inAscii("String.raw`去`"), BuildError);
});
