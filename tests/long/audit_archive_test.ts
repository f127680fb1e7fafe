import assert from "node:assert/strict";
import { openTrail, VERIFY_ALL } from "../audit_trail.ts";
import { testDb } from "../db.ts";
import { testProvider } from "../sealer.ts";
import { START } from "../world.ts";
import { sql } from "kysely";
import { continueChain } from "../../server/modules/audit/chain/continue_chain.ts";
import { viewArchives } from "../../server/modules/audit/archive/view_archives.ts";
import { newId } from "../../server/platform/ids.ts";
import { ensurePartitions } from "../../server/platform/partitions.ts";
import { PARTITIONED } from "../../server/schema.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { platformKeys } from "../../server/modules/audit/verify/known_keys.ts";
import { type PackFolder, verifyPack } from "../../server/modules/audit/verify/verify_pack.ts";
import {
  type ArchiveDeps,
  checkMonth,
  nextMonthToArchive,
  recordArchive,
} from "../../server/modules/audit/archive/archive_month.ts";
import {
  confirmDeletion,
  dropArchivedMonth,
  requestDeletion,
} from "../../server/modules/audit/archive/delete_month.ts";

const DAY_MS = 24 * 3_600_000;
const RUN = { signal: new AbortController().signal, onProgress: () => {}, withBreaks: false };
const SHELL = shellActor("test");

async function inMemory(
  files: AsyncIterable<{ readonly name: string; readonly content: AsyncIterable<Uint8Array> }>,
): Promise<Map<string, Uint8Array>> {
  const folder = new Map<string, Uint8Array>();
  for await (const { name, content } of files) {
    const parts = await Array.fromAsync(content);
    folder.set(name, new Uint8Array(await new Blob(parts.map((part) => part.slice())).bytes()));
  }
  return folder;
}

function folderOf(files: ReadonlyMap<string, Uint8Array>): PackFolder {
  return {
    names: [...files.keys()],
    async *read(name) {
      const bytes = files.get(name);
      if (bytes) yield await Promise.resolve(bytes);
    },
  };
}

const person = (accountId: string) => ({ accountId, actor: { ...SHELL, id: accountId } });

Deno.test("R-SEC-02: an archived month is dropped by two people, and the chain goes on behind it", async () => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  const { clock, audit } = trail;
  const provider = testProvider();
  let policyDays = 184;
  const deps: ArchiveDeps = {
    db,
    clock,
    provider,
    audit,
    policyDays: () => Promise.resolve(policyDays),
  };
  for (let month = 0; month < 3; month++) {
    await trail.write(3);
    await trail.link();
    await trail.sign();
    await trail.write(1);
    await trail.link();
    clock.advance(30 * DAY_MS);
  }
  const keys = await platformKeys(provider);
  const months: string[] = [];
  for (;;) {
    const month = await nextMonthToArchive(deps, "2027-01");
    if (month === null) break;
    months.push(month);
    const checked = await checkMonth(deps, month, RUN);
    const files = await inMemory(checked.files());
    const report = await verifyPack({ provider, keys }, folderOf(files), VERIFY_ALL);
    assert.deepEqual([report.verdict, report.links], ["intact", 12n]);
    const name = [...files.keys()].find((file) => file.startsWith("links-")) ?? "";
    const lines = new TextDecoder().decode(files.get(name)).trimEnd().split("\n");
    const shorter = new Map(files).set(
      name,
      new TextEncoder().encode(lines.slice(0, -1).join("\n")),
    );
    const cut = await verifyPack({ provider, keys }, folderOf(shorter), VERIFY_ALL);
    assert.equal(cut.faults[0]?.kind, "tail_missing");
    await recordArchive(deps, SHELL, { checked, fileDigest: new Uint8Array(32) });
  }
  assert.deepEqual(months, ["2026-11", "2026-12"]);
  await trail.link();

  const month = "2026-11";
  const [first, second] = [newId(START), newId(START)].map(person);
  assert.ok(first && second);
  await assert.rejects(requestDeletion(deps, first, { month, reason: "到期" }), {
    code: "audit.must_be_kept",
  });
  clock.advance(400 * DAY_MS);
  await ensurePartitions(db, PARTITIONED, clock.now());
  policyDays = 3_650;
  await assert.rejects(requestDeletion(deps, first, { month, reason: "到期" }), {
    code: "audit.must_be_kept",
  });
  policyDays = 184;
  await requestDeletion(deps, first, { month, reason: "到期" });
  await assert.rejects(confirmDeletion(deps, first, month), { code: "audit.same_person" });
  const digest = { month, fileDigest: new Uint8Array(32) };
  await assert.rejects(dropArchivedMonth(deps, SHELL, digest), { code: "audit.wrong_state" });

  await db.updateTable("audit_deletion").set({ state: "confirmed", confirmed_by: newId(START) })
    .execute();
  await assert.rejects(dropArchivedMonth(deps, SHELL, digest), {
    code: "audit.forged_confirmation",
  });
  await db.updateTable("audit_deletion").set({ state: "requested", confirmed_by: null }).execute();
  await confirmDeletion(deps, second, month);
  const other = { month, fileDigest: new Uint8Array(32).fill(1) };
  await assert.rejects(dropArchivedMonth(deps, SHELL, other), { code: "audit.other_file" });
  policyDays = 3_650;
  await assert.rejects(dropArchivedMonth(deps, SHELL, digest), { code: "audit.must_be_kept" });
  policyDays = 184;
  assert.equal(await dropArchivedMonth(deps, SHELL, digest), 12n);

  await trail.link();
  await trail.sign();
  const report = await trail.verify();
  assert.equal(report.verdict, "intact", Deno.inspect(report.faults));
  assert.ok(report.links > 24n);
  await db.updateTable("audit_archive").set({ signature: new Uint8Array(64).fill(1) }).execute();
  assert.match((await trail.verify()).faults[0]?.what ?? "", /归档清单的签名不符/);
});

Deno.test("R-SEC-02: a month with a named break is archived only when asked, and the archive names it", async () => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  const { clock, audit } = trail;
  const provider = testProvider();
  const policyDays = () => Promise.resolve(184);
  const deps: ArchiveDeps = { db, clock, provider, audit, policyDays };
  const keys = await platformKeys(provider);
  for (let month = 0; month < 3; month++) {
    await trail.write(3);
    await trail.link();
    await trail.sign();
    clock.advance(30 * DAY_MS);
  }
  const [stream = ""] = trail.streams;
  const change = (n: number) =>
    sql`update audit_event set result = 'failed' where id =
      (select event_id from audit_link where stream_id = ${stream} and n = ${n})`.execute(db);
  // One in November, one in December; the break that answers for both is made in February.
  await change(2);
  await change(5);
  await assert.rejects(checkMonth(deps, "2026-11", { ...RUN, withBreaks: true }), {
    code: "audit.chain_broken",
  });
  await continueChain(deps, SHELL, { ...RUN, stream: null, reason: "数据库管理员改过两行" });
  clock.advance(1_000);
  await ensurePartitions(db, PARTITIONED, clock.now());
  await trail.write(1);
  await trail.link();
  await trail.sign();
  clock.advance(30 * DAY_MS);
  await assert.rejects(checkMonth(deps, "2026-11", RUN), { code: "audit.break_named" });
  const told: (readonly string[])[] = [];
  for (;;) {
    const month = await nextMonthToArchive(deps, "2027-03");
    if (month === null) break;
    const checked = await checkMonth(deps, month, { ...RUN, withBreaks: true });
    const files = await inMemory(checked.files());
    const report = await verifyPack({ provider, keys }, folderOf(files), VERIFY_ALL);
    told.push([month, report.verdict, ...report.faults.map(({ kind }) => kind)]);
    if (month === "2026-11") {
      assert.match(report.faults.map(({ what }) => what).join(), /第 2 条/);
      const manifest = new TextDecoder().decode(files.get("archive-manifest.txt"));
      assert.match(manifest, /^break 1 [0-9a-f]{64}\nfault "内容被改：机构流/m);
      const bare = new Map(files);
      bare.delete("breaks.ndjson");
      const hidden = await verifyPack({ provider, keys }, folderOf(bare), VERIFY_ALL);
      assert.equal(hidden.verdict, "broken");
    }
    await recordArchive(deps, SHELL, { checked, fileDigest: new Uint8Array(32) });
  }
  assert.deepEqual(told, [
    ["2026-11", "broken", "content_changed", "named"],
    ["2026-12", "broken", "content_changed", "named"],
    ["2027-01", "intact"],
    ["2027-02", "broken", "continued", "named"],
  ]);
  const views = await viewArchives(deps);
  assert.deepEqual(views.map(({ faults }) => faults.length), [1, 0, 1, 1]);
});
