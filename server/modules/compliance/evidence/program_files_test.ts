import assert from "node:assert/strict";
import { openTrail } from "../../../../tests/audit_trail.ts";
import { testDb } from "../../../../tests/db.ts";
import { textOf, unpack } from "../../../../tests/packs.ts";
import {
  makeReleaseFolder,
  makeSigner,
  RELEASED_FILES,
  type ReleaseFolder,
} from "../../../../tests/release_folder.ts";
import { testProvider } from "../../../../tests/sealer.ts";
import { TemporaryFolder } from "../../../../tests/temporary_folder.ts";
import type { OwnCheck } from "../../../platform/release/own_release.ts";
import { type ReleaseSettings, releaseSettings } from "../../../platform/release/settings.ts";
import { releaseEvent } from "../../../release_events.ts";
import { systemActor } from "../../audit/actor.ts";
import type { ReadTrailDeps } from "../../audit/evidence/read_trail.ts";
import { judgeClause, reasonsOf } from "../clause.ts";
import { CLAUSES } from "../clauses.ts";
import { EvidenceFiles } from "../evidence_files.ts";
import type { KnownFacts } from "../facts.ts";
import { PackWriter } from "../pack/pack_writer.ts";
import { readPeriod } from "../period.ts";
import { programSource } from "./program_files.ts";

const build = makeSigner("build");

Deno.test("E-14 compares every program file with what was signed, and the clauses follow", async (t) => {
  await using database = await testDb();
  const { db } = database;
  const trail = await openTrail(db);
  using folder = await makeReleaseFolder();
  using keys = new TemporaryFolder();
  await Deno.writeTextFile(keys.file("build.pem"), build.pem);
  await folder.release({}, [build]);
  const settings = { ...releaseSettings.parse(undefined), keys: keys.path };
  const check: OwnCheck = { verification: "enforce", manifest: null, signers: [], troubles: [] };
  await db.transaction().execute((tx) =>
    trail.audit.record(tx, systemActor("serve"), [
      releaseEvent({ ...check, troubles: [{ kind: "no_manifest" }] }),
    ])
  );
  const day = trail.clock.now().toISOString().slice(0, 10);
  trail.clock.advance(2 * 86_400_000);
  const collected = () => collect({ db }, { folder, settings, day, now: trail.clock.now() });

  await t.step("whole and signed", async () => {
    const { facts, files } = await collected();
    assert.deepEqual(facts, {
      releaseChecks: 1,
      releaseTroubles: 0,
      programFiles: 4,
      differingFiles: 0,
    });
    assert.match(textOf(files, "E-14-program-files.csv"), /lib\/app\.js,24,[0-9a-f]{64},一致\r?\n/);
    assert.match(textOf(files, "E-14-signatures.csv"), /build 签名正确/);
    assert.match(textOf(files, "E-14-checks.csv"), /platform\.release_refused/);
    assert.equal(textOf(files, "E-14-manifest.json"), await folder.read("manifest.json"));
    assert.equal(textOf(files, "E-14-manifest.sig.json"), await folder.read("manifest.sig.json"));
    assert.deepEqual(verdicts(facts), ["met", "met"]);
  });

  await t.step("changed", async () => {
    await folder.write("lib/app.js", "other");
    for (let at = 0; at < 120; at++) await folder.write(`share/more/${at}`, "");
    const { facts, files } = await collected();
    assert.deepEqual([facts.programFiles, facts.differingFiles], [4, 121]);
    const table = textOf(files, "E-14-program-files.csv");
    assert.match(table, /lib\/app\.js,24,[0-9a-f]{64},内容不符/);
    assert.equal(table.match(/,多出/g)?.length, 120, "every one, not the first hundred");
    assert.deepEqual(verdicts(facts), ["partly", "partly"]);
    await Deno.remove(`${folder.path}/share/more`, { recursive: true });
    await folder.write("lib/app.js", RELEASED_FILES["lib/app.js"] ?? "");
  });

  await t.step("not signed by all who are trusted", async () => {
    await Deno.writeTextFile(keys.file("owner.pem"), makeSigner("owner").pem);
    const { facts, files } = await collected();
    assert.deepEqual(facts, { releaseChecks: 1, releaseTroubles: 1 });
    assert.match(textOf(files, "E-14-signatures.csv"), /没有 owner 的签名/);
    const [, trusted] = clauses(facts);
    assert.ok(trusted);
    assert.match(reasonsOf(trusted).join(), /1 项签名或版本问题.*可信的发布清单/);
  });
});

async function collect(
  deps: ReadTrailDeps,
  { folder, settings, day, now }: {
    readonly folder: ReleaseFolder;
    readonly settings: ReleaseSettings;
    readonly day: string;
    readonly now: Date;
  },
): Promise<{ readonly facts: KnownFacts; readonly files: Map<string, Uint8Array> }> {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const reading = new Response(readable as ReadableStream<Uint8Array<ArrayBuffer>>).bytes();
  const { signal } = new AbortController();
  const writer = new PackWriter({ out: writable, provider: testProvider(), day, signal });
  const source = programSource({ ...deps, folder: folder.path, settings });
  const period = readPeriod({ from: day, to: day }, now);
  const facts = await source.collect(period, new EvidenceFiles("E-14", writer));
  await writer.close();
  return { facts, files: await unpack(await reading) };
}

function clauses(facts: KnownFacts) {
  return CLAUSES.mlps3.filter(({ id }) => id === "L3-CES1-23" || id === "L3-CES1-24")
    .map((clause) => judgeClause(clause, facts));
}

function verdicts(facts: KnownFacts): string[] {
  return clauses(facts).map(({ verdict }) => verdict);
}
