import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { UNION } from "../../cli/launch/revoke.ts";
import { compile, stageFiles } from "../../tools/build/compile.ts";
import { ownTarget } from "../../tools/build/targets.ts";
import { TemporaryFolder } from "../temporary_folder.ts";

/**
 * What can be proven without `denort`, which is not on npm: the compiler does all of its work with
 * any ELF file in its place, and what it embeds can be read. Only such a program does not run.
 */

const CREATED = new Date("2026-11-20T08:00:00Z");
const FACTS = { commit: "of-a-test", created: CREATED, counter: 1 };
const TARGET = ownTarget();
/** Scripts; the screens and the database's engine come on top in a release. */
const SCRIPTS_MB_MAX = 12;

Deno.test("a compiled release", async (t) => {
  using place = new TemporaryFolder();
  const folder = place.file("the form");
  await Deno.mkdir(`${folder}/share/console`, { recursive: true });
  await Deno.mkdir(`${folder}/share/licences`);
  await Deno.writeTextFile(`${folder}/share/console/index.html`, "<title>console</title>");
  await Deno.writeTextFile(`${folder}/share/licences/packages.txt`, "of nobody's interest");

  await t.step("has a script that gives up what its command does not need, and runs", async () => {
    const stage = place.file("stage");
    await stageFiles({ folder, stage, facts: FACTS });
    const run = (args: string[], stdin: string) => runStaged(stage, args, stdin);
    const digest = await run(["sm", "digest", "-"], "abc");
    assert.equal(digest.stderr, "");
    assert.match(digest.text, /^66c7f0f462eeedd9/);
    const wrong = await run(["nonsense"], "");
    assert.deepEqual([wrong.code, wrong.text], [2, ""]);
    assert.match(wrong.stderr, /没有命令 "nonsense"/);
  });

  const made = await compile({ target: TARGET, folder, facts: FACTS }, Deno.execPath());
  assert.ok("path" in made);
  const { settings, files, size } = readEmbedded(await Deno.readFile(made.path));

  await t.step("bakes in the union of rights by whole kinds, and never asks", () => {
    const { permissions } = settings;
    for (const kind of UNION) assert.deepEqual(permissions[`allow_${kind}`], [], kind);
    assert.deepEqual(permissions.deny_import, []);
    assert.equal(permissions.prompt, false);
    assert.equal(settings.entrypoint_key, "lib/app.js");
  });

  await t.step("embeds every script and what is read at run time, and nothing else", () => {
    const scripts = files.filter(({ path }) => path.startsWith("lib/"));
    assert.ok(scripts.length > 100 && scripts.some(({ path }) => path === "lib/app.js"));
    assert.ok(scripts.every(({ path }) => /^lib\/app(-\w+)?\.js$/.test(path)));
    const shared = files.filter((file) => !scripts.includes(file));
    assert.deepEqual(shared.map(({ path }) => path), ["share/console/index.html"]);
    assert.ok(size < SCRIPTS_MB_MAX * 1e6, `${size} bytes`);
  });

  await t.step("says nothing of when and where it was built", () => {
    assert.deepEqual([...new Set(files.map(({ time }) => time))], [CREATED.getTime()]);
    assert.ok(!JSON.stringify([settings, files]).includes(place.path));
  });

  await t.step("is no release where a runtime was named that is none", async () => {
    const denort = place.file("denort");
    await Deno.writeTextFile(denort, "#!/bin/sh\n");
    await assert.rejects(compile({ target: TARGET, folder, facts: FACTS }, denort), {
      name: "BuildError",
      message: /^Cannot compile with ".*\/denort": [^\n]*ELF[^\n]*$/,
    });
  });
});

async function runStaged(stage: string, args: string[], stdin: string) {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-config", "--no-lock", "--no-remote", "--no-npm"],
      ...["--unstable-net", "--unstable-no-legacy-abort"],
      ...UNION.map((kind) => `--allow-${kind}`),
      `${stage}/lib/app.js`,
      ...args,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [{ code, stdout, stderr }] = await Promise.all([
    child.output(),
    new Blob([stdin]).stream().pipeTo(child.stdin).catch(() => {}),
  ]);
  const decoder = new TextDecoder();
  return { code, text: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

interface Embedded {
  readonly path: string;
  readonly size: number;
  readonly time: number;
}

type Entry =
  | { readonly Dir: { readonly n: string; readonly e: readonly Entry[] } }
  | {
    readonly File: {
      readonly n: string;
      readonly o: readonly [number, number];
      readonly t: number;
    };
  };

/** What a compiled program begins with: texts in JSON, each behind its length, then the files. */
function readEmbedded(program: Uint8Array<ArrayBuffer>) {
  const bytes = Buffer.from(program.buffer);
  const textAt = (at: number) => {
    const length = Number(bytes.readBigUInt64LE(at));
    return {
      value: JSON.parse(bytes.toString("utf8", at + 8, at + 8 + length)),
      end: at + 8 + length,
    };
  };
  const settings = textAt(bytes.lastIndexOf('{"argv":') - 8);
  const tree = textAt(bytes.indexOf('[{"', settings.end) - 8);
  const files = walk(tree.value, "");
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return { settings: settings.value, files, size };
}

function walk(entries: readonly Entry[], folder: string): Embedded[] {
  return entries.flatMap((entry) =>
    "Dir" in entry
      ? walk(entry.Dir.e, `${folder}${entry.Dir.n}/`)
      : [{ path: `${folder}${entry.File.n}`, size: entry.File.o[1], time: entry.File.t }]
  );
}
