import assert from "node:assert/strict";
import { sql } from "kysely";
import { openTrail } from "../../../../tests/audit_trail.ts";
import { testDb } from "../../../../tests/db.ts";
import { testProvider } from "../../../../tests/sealer.ts";
import { START } from "../../../../tests/world.ts";
import { SILENT_LOG } from "../../../platform/log.ts";
import { shellActor } from "../actor.ts";
import { createAuditWriter } from "../record_events.ts";
import { verifyDatabase } from "../verify/verify_database.ts";
import { openAnchorFile } from "./anchor_file.ts";
import { dayAnchorLine, readAnchorLine, writeAnchors } from "./write_anchors.ts";

Deno.test("events that commit late or come out of order are linked, each once", async () => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  await trail.write(2);
  assert.equal(await trail.link(), 6);
  trail.clock.advance(30_000);
  const provider = testProvider();
  const before = { now: () => new Date(trail.clock.now().getTime() - 50_000) };
  const late = createAuditWriter({ clock: before, provider });
  await db.transaction().execute((tx) =>
    late.record(tx, shellActor("late"), [{
      kind: "platform.stopped",
      result: "succeeded",
      organisationId: trail.streams[0] ?? null,
      fields: {},
    }])
  );
  await trail.write(1);
  assert.equal(await trail.link(), 4);
  assert.equal(await trail.link(), 0);

  // Later than a round looks back: a sweep finds it.
  trail.clock.advance(3_600_000);
  const older = { now: () => new Date(trail.clock.now().getTime() - 1_800_000) };
  await db.transaction().execute((tx) =>
    createAuditWriter({ clock: older, provider }).record(tx, shellActor("older"), [{
      kind: "platform.stopped",
      result: "succeeded",
      fields: {},
    }])
  );
  assert.equal(await trail.link(), 1);
  const report = await trail.verify();
  assert.deepEqual([report.verdict, report.links, report.waiting], ["intact", 11n, 0]);
});

Deno.test("a head that psql changed is not built on, other streams go on", async () => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  await trail.write(1);
  await trail.link();
  const [stream = ""] = trail.streams;
  await sql`update audit_head set n = 5 where stream_id = ${stream}`.execute(db);
  await trail.write(1);
  assert.equal(await trail.link(), 2);
  await assert.rejects(trail.sign(), { code: "audit.head_changed" });
  await sql`update audit_chain_state set links = 0`.execute(db);
  await assert.rejects(trail.link(), { code: "audit.state_changed" });
});

Deno.test("checkpoints are anchored in a file once, in the order of their numbers", async () => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  const path = await Deno.makeTempFile();
  try {
    await trail.write(1);
    await trail.link();
    await trail.sign();
    const write = () => writeAnchors({ db, log: SILENT_LOG, anchors: openAnchorFile(path) });
    assert.equal(await write(), 1);
    assert.equal(await write(), 0);
    await trail.sign();
    assert.equal(await write(), 1);
    const lines = (await Deno.readTextFile(path)).trimEnd().split("\n").map(readAnchorLine);
    assert.deepEqual(lines.map((line) => line?.number), [1n, 2n]);
    const anchors = new Map(
      lines.flatMap((line) => line ? [[line.number, line.digest] as const] : []),
    );
    assert.equal((await trail.verify({ anchors })).anchored, 2);
    const dayEnd = new Date(START.getTime() + 24 * 3_600_000);
    assert.match(await dayAnchorLine({ db }, dayEnd) ?? "", /^审计链检查点 第 2 号 2026-11-18 /);
    assert.equal(await dayAnchorLine({ db }, START), null);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a verify that has no key of another platform calls its checkpoints forged", async () => {
  await using own = await testDb(START);
  const trail = await openTrail(own.db);
  await trail.write(1);
  await trail.link();
  await trail.sign();
  const { faults: [fault] } = await verifyDatabase({
    db: own.db,
    clock: trail.clock,
    provider: testProvider(),
    tags: null,
    keys: new Map(),
  }, {
    from: null,
    to: null,
    anchors: new Map(),
    counterKey: null,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  assert.equal(fault?.kind, "checkpoint_forged");
});
