import assert from "node:assert/strict";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { compileArguments, whyNot } from "./compile.ts";

const NO_NETWORK = `Cannot run "deno compile a.js": error: Writing deno compile executable to '/x'

Caused by:
    0: Setting up base binary.
    1: error sending request for url (https://dl.deno.land/denort.zip): client error (Connect)
    2: Name or service not known

Stack backtrace:
   0: <unknown>`;

Deno.test("whyNot() gives the compiler's causes in one line, without its stack", () => {
  assert.equal(
    whyNot(NO_NETWORK),
    "Setting up base binary: error sending request for url (https://dl.deno.land/denort.zip): " +
      "client error (Connect): Name or service not known",
  );
  assert.equal(
    whyNot('Cannot run "deno": error: No such file\n\nStack backtrace:\n   0: <unknown>'),
    'Cannot run "deno": error: No such file',
  );
});

Deno.test("compileArguments() embeds what is read, bakes in no right to everything, and asks nobody", async () => {
  using stage = new TemporaryFolder();
  for (const name of ["pglite", "console", "simulators", "licences"]) {
    await Deno.mkdir(stage.file(`share/${name}`), { recursive: true });
  }
  const path = stage.file("a.bin");
  const words = await compileArguments({ target: "linux-arm64", stage: stage.path, path });
  assert.deepEqual(words.filter((word) => word.startsWith("--include=")), [
    `--include=${stage.file("share/console")}`,
    `--include=${stage.file("share/pglite")}`,
  ]);
  assert.deepEqual(words.filter((word) => word.startsWith("--allow")), [
    ...["read", "write", "net", "ffi", "run", "sys", "env"].map((kind) => `--allow-${kind}`),
  ]);
  for (const fixed of ["--no-prompt", "--deny-import", "--no-remote", "--no-npm"]) {
    assert.ok(words.includes(fixed), fixed);
  }
  assert.ok(words.includes("--target=aarch64-unknown-linux-gnu"));
  assert.equal(words.at(-1), stage.file("lib/app.js"));
});
