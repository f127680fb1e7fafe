import assert from "node:assert/strict";
import { Sm3 } from "../../../crypto/sm3.ts";
import {
  makeReleaseFolder,
  makeSigner,
  manifestOf,
  RELEASED_FILES,
  type ReleaseFolder,
} from "../../../tests/release_folder.ts";
import { type CheckOptions, checkRelease, type ReleaseCheck } from "./check_release.ts";
import { troubleLines } from "./trouble_text.ts";

const build = makeSigner("build");
const owner = makeSigner("owner");
const BOTH = [build, owner];
const NOW = new Date("2026-11-23T02:00:00Z");

Deno.test("checkRelease() finds nothing in what both signers released", async () => {
  using folder = await makeReleaseFolder();
  await folder.release({}, BOTH);
  const { manifest, signers, troubles } = await check(folder);
  assert.deepEqual(troubles, []);
  assert.equal(manifest?.counter, 7);
  assert.deepEqual(signers, [
    { signer: "build", state: "signed", keyId: build.keyId },
    { signer: "owner", state: "signed", keyId: owner.keyId },
  ]);
});

Deno.test("checkRelease() names what was changed, cut off, swapped, taken away and added", async () => {
  using folder = await makeReleaseFolder();
  await folder.release({}, BOTH);
  const { "lib/app.js": app = "", "lib/runtime": runtime = "" } = RELEASED_FILES;
  const cases: [string, () => Promise<void>][] = [
    ["changed lib/app.js", () => folder.write("lib/app.js", app.replace("serving", "stealing"))],
    ["changed lib/app.js", () => folder.write("lib/app.js", app.replace("serving", "forging"))],
    ["changed lib/runtime", () => folder.write("lib/runtime", runtime.slice(0, -1))],
    ["changed lib/runtime", () => folder.write("lib/runtime", `${runtime.slice(0, -1)}!`)],
    [
      "missing share/console/index.html",
      () => Deno.remove(`${folder.path}/share/console/index.html`),
    ],
    ["missing lib/app.js", async () => {
      await Deno.remove(`${folder.path}/lib/app.js`);
      await Deno.mkdir(`${folder.path}/lib/app.js`);
    }],
    ["surplus lib/preload.js", () => folder.write("lib/preload.js", "")],
    ["surplus manifest.json.old", () => folder.write("manifest.json.old", "")],
    ["surplus lib/manifest.json", () => folder.write("lib/manifest.json", "")],
  ];
  for (const [told, tamper] of cases) {
    await tamper();
    assert.deepEqual(await filesTold(folder), [told]);
    await restore(folder);
  }
  await folder.write("bin/yikatong", app);
  await folder.write("lib/app.js", RELEASED_FILES["bin/yikatong"] ?? "");
  assert.deepEqual(await filesTold(folder), ["changed bin/yikatong", "changed lib/app.js"]);
});

Deno.test("checkRelease() follows no link and opens no pipe", async () => {
  using folder = await makeReleaseFolder();
  using other = await makeReleaseFolder();
  await folder.release({}, BOTH);
  await Deno.remove(`${folder.path}/lib/app.js`);
  await Deno.symlink(`${other.path}/lib/app.js`, `${folder.path}/lib/app.js`);
  await Deno.remove(`${folder.path}/share`, { recursive: true });
  await Deno.symlink(`${other.path}/share`, `${folder.path}/share`);
  await new Deno.Command("mkfifo", { args: [`${folder.path}/pipe`] }).output();
  assert.deepEqual(await filesTold(folder), [
    "missing share/console/index.html",
    "not_a_file lib/app.js",
    "not_a_file pipe",
    "not_a_file share",
  ]);
});

Deno.test("checkRelease() follows a link to the folder itself", async () => {
  using folder = await makeReleaseFolder();
  using links = await makeReleaseFolder();
  await folder.release({}, BOTH);
  await Deno.symlink(folder.path, `${links.path}/current`);
  const { troubles } = await checkRelease(optionsFor(`${links.path}/current`));
  assert.deepEqual(troubles, []);
});

Deno.test("checkRelease() takes what it cannot read for no better than changed", async () => {
  using folder = await makeReleaseFolder();
  await folder.release({}, BOTH);
  // Root may read every file: a disk that fails is played by the digest of what comes from it.
  const { troubles } = await checkRelease({
    ...optionsFor(folder.path),
    newDigest() {
      throw Object.assign(new Error("Input/output error"), { code: "EIO" });
    },
  });
  assert.deepEqual(toldFiles(troubles), [
    "unreadable bin/yikatong",
    "unreadable lib/app.js",
    "unreadable lib/runtime",
    "unreadable share/console/index.html",
  ]);
});

Deno.test("checkRelease() takes the size for the content of what is not to be read", async () => {
  using folder = await makeReleaseFolder();
  await folder.release({}, BOTH);
  const isRead = (path: string) => path !== "lib/runtime";
  const { "lib/runtime": runtime = "" } = RELEASED_FILES;
  await folder.write("lib/runtime", `${runtime.slice(0, -1)}!`);
  assert.deepEqual(await kinds(folder, { isRead }), []);
  await folder.write("lib/runtime", runtime.slice(0, -1));
  assert.deepEqual(await kinds(folder, { isRead }), ["files"]);
});

Deno.test("checkRelease() lists a hundred files and counts them all", async () => {
  using folder = await makeReleaseFolder();
  await folder.release({}, BOTH);
  for (let at = 0; at < 120; at++) await folder.write(`share/${at}`, "");
  const { troubles: [trouble] } = await check(folder);
  assert.ok(trouble?.kind === "files");
  assert.equal(trouble.differences.count, 120);
  assert.equal(trouble.differences.listed.length, 100);
  assert.equal(troubleLines(trouble).at(-1), "……共 120 个文件与清单不符");
});

Deno.test("checkRelease() wants every trusted signer, by one of his keys", async () => {
  using folder = await makeReleaseFolder();
  const stranger = makeSigner("owner");
  const successor = makeSigner("owner");
  await folder.release({}, [build]);
  assert.deepEqual(await kinds(folder), ["unsigned owner"]);
  await folder.release({}, [build, stranger]);
  assert.deepEqual(await kinds(folder), ["unsigned owner"]);
  await folder.release({}, []);
  assert.deepEqual(await kinds(folder), ["unsigned build", "unsigned owner"]);
  await folder.release({}, [build, successor]);
  assert.deepEqual(await kinds(folder, { trusted: [...BOTH, successor] }), []);
  assert.deepEqual(await kinds(folder, { trusted: [build] }), []);
});

Deno.test("checkRelease() takes no signature for another signer's or another manifest's", async () => {
  using folder = await makeReleaseFolder();
  await folder.release({}, BOTH);
  const signatures = JSON.parse(await folder.read("manifest.sig.json"));
  const swapped = signatures.map((entry: object, at: number) => ({
    ...entry,
    signature: signatures[1 - at].signature,
  }));
  await folder.write("manifest.sig.json", JSON.stringify(swapped));
  assert.deepEqual(await kinds(folder), ["wrong_signature build", "wrong_signature owner"]);

  await folder.release({}, [build, { ...build, signer: "owner" }]);
  assert.deepEqual(await kinds(folder), ["unsigned owner"]);

  await folder.release({ counter: 6 }, BOTH);
  const older = await folder.read("manifest.sig.json");
  await folder.release({ counter: 7 }, BOTH);
  await folder.write("manifest.sig.json", older);
  assert.deepEqual(await kinds(folder), ["wrong_signature build", "wrong_signature owner"]);
});

Deno.test("checkRelease() refuses what is no list of signatures or none", async () => {
  using folder = await makeReleaseFolder();
  await folder.release({}, BOTH);
  const [entry] = JSON.parse(await folder.read("manifest.sig.json"));
  const wrong = [
    "",
    "{}",
    "[null]",
    JSON.stringify([{ ...entry, algorithm: "none" }]),
    JSON.stringify([{ ...entry, signature: "***" }]),
    JSON.stringify(Array(17).fill(entry)),
    `[${" ".repeat(64 * 1024)}]`,
  ];
  for (const text of wrong) {
    await folder.write("manifest.sig.json", text);
    const [kind] = await kinds(folder);
    assert.match(kind ?? "", /^(malformed_signatures|unsigned build)$/, text.slice(0, 80));
  }
  await Deno.remove(`${folder.path}/manifest.sig.json`);
  assert.deepEqual(await kinds(folder), ["unsigned build", "unsigned owner"]);
});

Deno.test("checkRelease() refuses a signed text that is no manifest", async () => {
  using folder = await makeReleaseFolder();
  const [file] = manifestOf(RELEASED_FILES).files;
  const paths = (...names: string[]) => ({ files: names.map((path) => ({ ...file, path })) });
  const wrong = [
    { format: 2 },
    { product: "another" },
    { counter: 0 },
    { counter: "7" },
    { created: "yesterday" },
    { target: "windows" },
    paths("/etc/passwd"),
    paths("../other"),
    paths("lib/../../other"),
    paths("lib//app.js"),
    paths("lib/app.js", "lib/app.js"),
    paths("lib/app.js", "LIB/App.js"),
    paths("lib", "lib/app.js"),
    paths("manifest.json"),
    paths("Manifest.sig.json"),
    paths("lib\\app.js"),
    { files: [{ ...file, size: -1 }] },
    { files: [{ ...file, size: 2 ** 40 }] },
    { files: [{ ...file, sm3: "00" }] },
  ];
  for (const changes of wrong) {
    await folder.release(changes, BOTH);
    assert.deepEqual(await kinds(folder), ["malformed_manifest"], JSON.stringify(changes));
  }
  await Deno.remove(`${folder.path}/manifest.json`);
  assert.deepEqual(await kinds(folder), ["no_manifest"]);
  await folder.write("manifest.json", " ".repeat(4 * 1024 * 1024 + 1));
  assert.deepEqual(await kinds(folder), ["no_manifest"]);
});

Deno.test("checkRelease() installs no release that is expired or older than the least", async () => {
  using folder = await makeReleaseFolder();
  await folder.release({}, BOTH);
  const later = new Date("2027-11-20T02:00:00Z");
  assert.deepEqual(await kinds(folder, { installedAt: later }), ["expired"]);
  assert.deepEqual(await kinds(folder, { installedAt: null }), []);
  assert.deepEqual(await kinds(folder, { counterMin: 7 }), []);
  assert.deepEqual(await kinds(folder, { counterMin: 8 }), ["old_counter"]);
  await folder.release({ expires: undefined }, BOTH);
  assert.deepEqual(await kinds(folder, { installedAt: later }), []);
});

Deno.test("checkRelease() compares the files where nobody is trusted, and says so", async () => {
  using folder = await makeReleaseFolder();
  await folder.release();
  assert.deepEqual(await kinds(folder, { trusted: [] }), ["no_trusted_keys"]);
  await folder.write("lib/app.js", "");
  assert.deepEqual(await kinds(folder, { trusted: [] }), ["no_trusted_keys", "files"]);
});

Deno.test("troubleLines() lets no file's name forge a line", () => {
  const listed = [{ kind: "surplus", path: "a\n正常\u001b[2J\u202eb" }] as const;
  const lines = troubleLines({ kind: "files", differences: { count: 1, listed } });
  assert.deepEqual(lines, ["多出：a\\n正常\\u001b[2J\\u{202e}b"]);
});

function optionsFor(folder: string): CheckOptions {
  return { folder, trusted: BOTH, newDigest: () => new Sm3(), counterMin: 0, installedAt: NOW };
}

async function check(
  folder: ReleaseFolder,
  options: Partial<CheckOptions> = {},
): Promise<ReleaseCheck> {
  return await checkRelease({ ...optionsFor(folder.path), ...options });
}

/** Each with its signer, where it has one. */
async function kinds(folder: ReleaseFolder, options: Partial<CheckOptions> = {}) {
  const { troubles } = await check(folder, options);
  return troubles.map((trouble) =>
    "signer" in trouble ? `${trouble.kind} ${trouble.signer}` : trouble.kind
  );
}

async function filesTold(folder: ReleaseFolder): Promise<string[]> {
  return toldFiles((await check(folder)).troubles);
}

function toldFiles(troubles: ReleaseCheck["troubles"]): string[] {
  return troubles.flatMap((trouble) => {
    assert.equal(trouble.kind, "files");
    return trouble.kind === "files" ? trouble.differences.listed : [];
  }).map(({ kind, path }) => `${kind} ${path}`).sort();
}

async function restore(folder: ReleaseFolder): Promise<void> {
  for await (const { name } of Deno.readDir(folder.path)) {
    if (name.endsWith(".old")) await Deno.remove(`${folder.path}/${name}`);
  }
  for (const name of ["preload.js", "manifest.json", "app.js"]) {
    await Deno.remove(`${folder.path}/lib/${name}`).catch(() => {});
  }
  for (const [name, text] of Object.entries(RELEASED_FILES)) await folder.write(name, text);
}
