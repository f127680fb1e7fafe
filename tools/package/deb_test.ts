import assert from "node:assert/strict";
import { TemporaryFolder } from "../../tests/temporary_folder.ts";
import { buildDeb } from "./deb.ts";
import { fillIn } from "./fill_in.ts";
import { run } from "./run.ts";
import { bytesOf, type Entry, EXECUTABLE, layOut, PLAIN } from "./tree.ts";

const AT = new Date("2026-11-23T01:02:03Z");
const ENTRIES: readonly Entry[] = [
  { kind: "file", path: "usr/lib/a/run", mode: EXECUTABLE, content: { text: "#!/bin/sh\n" } },
  { kind: "file", path: "etc/a.toml", mode: PLAIN, content: { text: "a = 1\n" }, isConfig: true },
  { kind: "link", path: "usr/bin/a", to: "../lib/a/run" },
];

Deno.test("layOut() sets modes and times, whatever the umask", async () => {
  using folder = new TemporaryFolder();
  const umask = Deno.umask(0o077);
  try {
    await layOut(ENTRIES, { root: folder.path, at: AT });
  } finally {
    Deno.umask(umask);
  }
  for (const [path, mode] of [["usr/lib/a/run", 0o755], ["etc/a.toml", 0o644], ["usr", 0o755]]) {
    const info = await Deno.stat(folder.file(`${path}`));
    assert.equal((info.mode ?? 0) & 0o777, mode, `${path}`);
    assert.deepEqual(info.mtime, AT);
  }
  assert.equal(await Deno.readLink(folder.file("usr/bin/a")), "../lib/a/run");
});

Deno.test("buildDeb() counts, sums and marks what the operator may change", async () => {
  using folder = new TemporaryFolder();
  const deb = await buildDeb({
    fileName: "a_1_all.deb",
    entries: ENTRIES,
    control: [
      "Package: a",
      "Version: 1",
      "Architecture: all",
      "Maintainer: A <a@example.org>",
      "Description: a",
    ],
    controlFiles: { postinst: "#!/bin/sh\n", templates: "Template: a/b\n" },
    at: AT,
  }, folder.path);
  const show = (name: string) => run("dpkg-deb", ["-I", deb, name]);
  assert.match(await show("control"), /^Package: a\nInstalled-Size: 2\nVersion: 1\n/);
  assert.equal(await show("conffiles"), "/etc/a.toml\n");
  assert.match(
    await show("md5sums"),
    /^[0-9a-f]{32} {2}etc\/a\.toml\n[0-9a-f]{32} {2}usr\/lib\/a\/run\n$/,
  );
  const listed = await run("dpkg-deb", ["-c", deb]);
  assert.match(listed, /^-rwxr-xr-x root\/root +10 2026-11-23 01:02 \.\/usr\/lib\/a\/run$/m);
});

Deno.test("fillIn() fills every place and refuses a name without a value", () => {
  assert.equal(fillIn("@A@ and @A@ at a@b", { A: "x\n" }), "x and x at a@b");
  assert.throws(() => fillIn("@B@", { A: "x" }), /Cannot fill in @B@/);
});

Deno.test("bytesOf() leaves bytes as they are", () => {
  const bytes = new Uint8Array([1, 2]);
  assert.equal(bytesOf(bytes), bytes);
});
