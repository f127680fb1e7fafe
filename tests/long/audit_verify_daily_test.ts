import assert from "node:assert/strict";
import { sql } from "kysely";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { openAuditTags } from "../../server/modules/audit/chain/audit_tags.ts";
import { viewChain } from "../../server/modules/audit/archive/view_archives.ts";
import { platformKeys } from "../../server/modules/audit/verify/known_keys.ts";
import { verifyAndRecord } from "../../server/modules/audit/verify/record_verify.ts";
import { verifyDaily } from "../../server/modules/audit/verify/verify_daily.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { openTrail, VERIFY_ALL } from "../audit_trail.ts";
import { testDb } from "../db.ts";
import { testProvider } from "../sealer.ts";
import { START } from "../world.ts";

const DAY_MS = 24 * 3_600_000;

Deno.test("R-SEC-02: the worker checks the whole chain once a day and leaves its result", async () => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  const { clock, audit } = trail;
  await trail.write(3);
  await trail.link();
  await trail.sign();
  const stopping = new AbortController();
  let pages = 0;
  const deps = {
    db,
    clock,
    audit,
    log: SILENT_LOG,
    provider: testProvider(),
    stopping: stopping.signal,
    readAnchors: () => {
      clock.advance(1_000);
      return Promise.resolve(new Map<bigint, Uint8Array>());
    },
    pause: () => Promise.resolve(void (pages += 1)),
  };
  const [first, second] = await Promise.all([verifyDaily(deps), verifyDaily(deps)]);
  assert.deepEqual([first, second].map((report) => report?.verdict ?? null).toSorted(), [
    "intact",
    null,
  ]);
  assert.equal(pages, 1);
  assert.equal(await verifyDaily(deps), null);

  clock.advance(DAY_MS + 1_000);
  await trail.link();
  await sql`update audit_event set result = 'failed' where id =
    (select event_id from audit_link where stream_id = ${trail.streams[0] ?? ""} and n = 2)`
    .execute(db);
  assert.equal((await verifyDaily(deps))?.verdict, "broken");
  const { lastVerification } = await viewChain({ db, clock });
  assert.equal(lastVerification?.verdict, "broken");
  assert.match(lastVerification?.broken ?? "", /^内容被改：机构流 \S+，第 2 条/);

  clock.advance(DAY_MS + 1_000);
  await trail.link();
  stopping.abort();
  await sql`update audit_event set result = 'succeeded' where id =
    (select event_id from audit_link where stream_id = ${trail.streams[0] ?? ""} and n = 2)`
    .execute(db);
  assert.equal((await verifyDaily(deps))?.verdict, "stopped");
  assert.equal((await verifyDaily(deps))?.verdict, "stopped", "begun anew: it was not finished");
});

Deno.test("a check on the shell leaves two events, one of a role that may only read none", async () => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  const provider = testProvider();
  const tags = await openAuditTags(provider);
  const keys = await platformKeys(provider);
  const deps = { db, clock: trail.clock, provider, tags, keys, audit: trail.audit };
  const actor = shellActor("audit verify");
  assert.equal((await verifyAndRecord(deps, actor, VERIFY_ALL)).isRecorded, true);
  const events = await db.selectFrom("audit_event").select("kind").orderBy("kind").execute();
  assert.deepEqual(events.map(({ kind }) => kind), ["audit.verified", "audit.verify_started"]);
  await sql`set default_transaction_read_only = on`.execute(db);
  const { report, isRecorded } = await verifyAndRecord(deps, actor, VERIFY_ALL);
  assert.deepEqual([report.verdict, isRecorded], ["intact", false]);
});
