/** What no compiler checks about the tree as a whole. Each test lists every offender at once. */
import assert from "node:assert/strict";
import denoConfig from "../deno.json" with { type: "json" };
import { catalogueDocument, catalogueSource, readCatalogue } from "../tools/list_audit_events.ts";
import { listSource, migrationNames } from "../tools/list_migrations.ts";
import { listFiles, readSources, ROOT, type SourceFile } from "../tools/source_files.ts";
import { deadExports } from "./tidy/dead_exports.ts";
import { forbiddenLogCalls } from "./tidy/logged_words.ts";
import { unportableQueries, unportableSql } from "./tidy/portable_sql.ts";

const VAGUE_NAME =
  /(^|[/_-])(utils?|helpers?|common|misc|shared|manager|base|services?Impl|dto)[._/-]/i;
const TEXT = /\.(tsx?|md|json|sql|css|html|toml|txt|sh)$|^\.ci\/|^deno\.lock$/;

/** These hold offences on purpose, to show that they are found. */
const OF_THE_TIDY_TESTS = /^tests\/tidy\//;

Deno.test("tidy: no source file is vaguely named", async () => {
  const names = (await listFiles()).filter((path) => /\.(tsx?|sql)$/.test(path));
  assert.deepEqual(names.filter((path) => VAGUE_NAME.test(path)), []);
});

Deno.test("tidy: the migration list is the migrations folder", async () => {
  const list = await readText("server/migrations/list.ts");
  assert.equal(list, listSource(await migrationNames()), "run tools/list_migrations.ts");
});

Deno.test("tidy: the audit events' types and document are those of catalogue.toml", async () => {
  const events = readCatalogue(await readText("server/modules/audit/catalogue.toml"));
  const types = await readText("server/modules/audit/catalogue.ts");
  assert.equal(types, catalogueSource(events), "run tools/list_audit_events.ts");
  const document = await readText("docs/audit-events.md");
  assert.equal(document, catalogueDocument(events), "run tools/list_audit_events.ts");
});

Deno.test("tidy: migrations and queries stay in the portable subset of SQL", async () => {
  const migrations = await offenders(/^server\/migrations\/.*\.sql$/, unportableSql);
  const code = await offenders(/^(server|cli)\/.*\.ts$/, unportableQueries);
  const allowed = /^server\/platform\/(upsert\.ts: onConflict|partitions\.ts: partitions)/;
  assert.deepEqual([...migrations, ...code].filter((line) => !allowed.test(line)), []);
});

Deno.test("tidy: no personal data and no secret is handed to a log", async () => {
  assert.deepEqual(await offenders(/\.tsx?$/, forbiddenLogCalls), []);
});

Deno.test("tidy: nothing in the tree names the machine or the network it was made on", async () => {
  // Put together here, so that this file is not its own finding.
  const words = [
    "/wo" + "rk/",
    "/fa" + "rm/",
    "registry.npm" + "js",
    "npm" + "mirror",
    "jsr" + ".io",
  ];
  words.push("deb.deb" + "ian", "/tmp/bash" + "_jobs");
  assert.deepEqual(
    await offenders(TEXT, (text) => words.filter((word) => text.includes(word))),
    [],
  );
});

Deno.test("tidy: every package is pinned exactly and its reason is written down", async () => {
  const reasons = await readText("docs/dependencies.md");
  for (const [name, specifier] of Object.entries(denoConfig.imports)) {
    assert.match(specifier, /^npm:(@[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+$/, `${name} is not pinned`);
    assert.ok(reasons.includes(`\`${name}\``), `${name} is missing in docs/dependencies.md`);
  }
});

Deno.test("tidy: packages are named in deno.json only", async () => {
  const specifier = /\bfrom "(npm|jsr|https?):|\bimport\("(npm|jsr|https?):/;
  assert.deepEqual(
    await offenders(/\.tsx?$/, (text) => specifier.test(text) ? ["imports by address"] : []),
    [],
  );
});

Deno.test("tidy: every export is used somewhere", async () => {
  const dead = deadExports(await readSources());
  assert.deepEqual(dead.filter((name) => !OF_THE_TIDY_TESTS.test(name)), []);
});

Deno.test("tidy: every requirement that is named exists", async () => {
  const known = new Set((await readText("tests/requirement_ids.txt")).trim().split("\n"));
  const unknown = await offenders(
    TEXT,
    (text) => (text.match(/\bR-[A-Z]+-\d+/g) ?? []).filter((id) => !known.has(id)),
  );
  assert.deepEqual(unknown, []);
});

Deno.test("tidy: an open end in a comment names its issue", async () => {
  const openEnd = /\b(TODO|FIXME|XXX|HACK)\b(?!\(#\d+\))/g;
  const inComment = (text: string) =>
    text.split("\n").filter((line) => /\/\/|\*|--/.test(line) && line.search(openEnd) >= 0);
  assert.deepEqual(await offenders(/\.(tsx?|sql)$/, inComment), []);
});

/** `path: finding` for every finding in the files that match. */
async function offenders(
  pattern: RegExp,
  find: (text: string, file: SourceFile) => readonly string[],
): Promise<string[]> {
  const files = (await readSources(pattern)).filter(({ path }) => !OF_THE_TIDY_TESTS.test(path));
  return files.flatMap((file) => find(file.text, file).map((what) => `${file.path}: ${what}`));
}

async function readText(path: string): Promise<string> {
  return await Deno.readTextFile(new URL(path, ROOT));
}
