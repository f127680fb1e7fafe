import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { generateKeyPair, sign } from "../../crypto/sm2.ts";
import { sm3 } from "../../crypto/sm3.ts";
import { faultText } from "../../server/modules/audit/verify/fault.ts";
import type { VerifyReport } from "../../server/modules/audit/verify/report.ts";
import { newId } from "../../server/platform/ids.ts";
import { ensurePartitions } from "../../server/platform/partitions.ts";
import { PARTITIONED, type Tables } from "../../server/schema.ts";
import { openTrail, type Trail } from "../audit_trail.ts";
import { type TestDb, testDb } from "../db.ts";
import { START } from "../world.ts";

/**
 * An attacker who has read the format, holds the owner's rights in the database and no key. Digests
 * of links need none: he computes them himself, in his own code here.
 */

interface EventRow extends Record<string, unknown> {
  readonly id: string;
  readonly at: Date;
  readonly tag: Uint8Array;
}

const COLUMNS = [
  "id",
  "at",
  "stream_id",
  "kind",
  "result",
  "reason",
  "actor_kind",
  "actor_id",
  "actor_name",
  "actor_organisation_id",
  "session_id",
  "address",
  "trace_id",
  "object_id",
  "terminal_id",
  "patient_id",
  "order_id",
  "fields",
];

function ownDigest(
  event: EventRow,
  previous: Uint8Array,
  { n, at }: { readonly n: bigint; readonly at: Date },
): Uint8Array {
  const values = COLUMNS.map((name) => {
    const value = event[name];
    return value instanceof Date ? value.toISOString() : value;
  });
  const numbers = new DataView(new ArrayBuffer(17));
  numbers.setBigUint64(0, n);
  numbers.setBigUint64(8, BigInt(at.getTime()));
  numbers.setUint8(16, 1);
  const form = new TextEncoder().encode(JSON.stringify([1, ...values]));
  const parts = [form, event.tag, previous, new Uint8Array(numbers.buffer)];
  return sm3(Uint8Array.from(parts.flatMap((part) => [...part])));
}

/** Links the stream's remaining events anew, from 1 without a gap. */
async function relink(db: Kysely<Tables>, stream: string): Promise<void> {
  const links = await db.selectFrom("audit_link").selectAll().where("stream_id", "=", stream)
    .orderBy("n").execute();
  let previous: Uint8Array = new Uint8Array(32);
  let n = 0n;
  for (const link of links) {
    const { rows: [event] } = await sql<
      EventRow
    >`select * from audit_event where id = ${link.event_id}`
      .execute(db);
    assert.ok(event);
    n += 1n;
    const digest = ownDigest(event, previous, { n, at: link.at });
    await sql`update audit_link set n = ${n}, digest = ${digest}
      where stream_id = ${stream} and event_id = ${link.event_id}`.execute(db);
    previous = digest;
  }
}

function firstText({ faults: [first] }: VerifyReport): string {
  return first ? faultText(first) : "";
}

interface Attacked extends AsyncDisposable {
  readonly db: Kysely<Tables>;
  readonly trail: Trail;
  readonly stream: string;
  readonly other: string;
}

/** Five signed events in each of three streams, two more that are linked only. */
async function attacked(): Promise<Attacked> {
  const own: TestDb = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  await trail.write(5);
  await trail.link();
  await trail.sign();
  await trail.write(2);
  await trail.link();
  const [stream = "", other = ""] = trail.streams;
  return { db, trail, stream, other, [Symbol.asyncDispose]: () => own[Symbol.asyncDispose]() };
}

const NO_TAG = new Uint8Array(32).fill(0xab);

async function forge(
  db: Kysely<Tables>,
  stream: string,
  { id, at, tag = NO_TAG }: {
    readonly id: string;
    readonly at: Date;
    readonly tag?: Uint8Array;
  },
): Promise<void> {
  await sql`insert into audit_event
    (id, at, stream_id, kind, result, actor_kind, actor_name, fields, tag)
    values (${id}, ${at}, ${stream}, 'platform.started', 'succeeded', 'system', 'serve', '{}', ${tag})`
    .execute(db);
}

Deno.test("an event gone, the rest renumbered and linked anew: the signed checkpoint says so", async () => {
  await using own = await attacked();
  const { db, trail, stream } = own;
  const link = await db.selectFrom("audit_link").selectAll().where("stream_id", "=", stream)
    .where("n", "=", 2n).executeTakeFirstOrThrow();
  await sql`delete from audit_event where id = ${link.event_id}`.execute(db);
  await sql`delete from audit_link where event_id = ${link.event_id}`.execute(db);
  await relink(db, stream);
  assert.match(firstText(await trail.verify()), /^尾部截断：机构流 \S+，第 5 条，.*签名的检查点/);
});

Deno.test("behind the last checkpoint the head's tag says so", async () => {
  await using own = await attacked();
  const { db, trail, stream } = own;
  const link = await db.selectFrom("audit_link").selectAll().where("stream_id", "=", stream)
    .where("n", "=", 6n).executeTakeFirstOrThrow();
  await sql`delete from audit_event where id = ${link.event_id}`.execute(db);
  await sql`delete from audit_link where event_id = ${link.event_id}`.execute(db);
  await relink(db, stream);
  assert.match(
    firstText(await trail.verify()),
    /^尾部截断：机构流 \S+，第 7 条，链头记着到第 7 条/,
  );
  await sql`update audit_head set n = 6, digest =
    (select digest from audit_link where stream_id = ${stream} and n = 6)
    where stream_id = ${stream}`.execute(db);
  assert.match(firstText(await trail.verify()), /^链头被改：机构流 \S+，第 6 条/);
});

Deno.test("heads of two streams exchanged are no heads of the platform's", async () => {
  await using own = await attacked();
  const { db, trail, stream, other } = own;
  const spare = "00000000-0000-7000-8000-0000000000ff";
  for (const [from, to] of [[stream, spare], [other, stream], [spare, other]]) {
    await sql`update audit_head set stream_id = ${to} where stream_id = ${from}`.execute(db);
  }
  assert.match(firstText(await trail.verify()), /^链头被改：机构流/);
});

Deno.test("an older head put back with the tail cut is counted by the state, from any start", async () => {
  await using own = await attacked();
  const { db, trail, stream } = own;
  const head = await db.selectFrom("audit_head").selectAll().where("stream_id", "=", stream)
    .executeTakeFirstOrThrow();
  await trail.write(1);
  await trail.link();
  await sql`delete from audit_event where id in
    (select event_id from audit_link where stream_id = ${stream} and n = 8)`.execute(db);
  await sql`delete from audit_link where stream_id = ${stream} and n = 8`.execute(db);
  await db.updateTable("audit_head").set(head).where("stream_id", "=", stream).execute();
  assert.match(firstText(await trail.verify()), /^尾部截断：.*共 24 条链接，链上有 23 条/);
  const late = await trail.verify({ from: new Date(START.getTime() + 6_000) });
  assert.match(firstText(late), /^尾部截断：.*共 24 条链接，链上有 23 条/);
});

Deno.test("a checkpoint signed with another SM2 key is forged, whatever it names as its key", async () => {
  await using own = await attacked();
  const { db, trail } = own;
  const forger = generateKeyPair();
  const row = await db.selectFrom("audit_checkpoint").selectAll().executeTakeFirstOrThrow();
  const put = async (body: string) => {
    const bytes = new TextEncoder().encode(body);
    const signature = sign(forger.privateKey, bytes);
    await sql`update audit_checkpoint set body = ${body}, digest = ${
      sm3(bytes)
    }, signature = ${signature}
      where number = 1`.execute(db);
    return firstText(await trail.verify());
  };
  assert.match(await put(row.body), /^检查点伪造：第 1 号检查点，.*签名不符/);
  const own_key = row.body.replace(/^key .*$/m, `key ${sm3(forger.publicKey).toHex()}`);
  assert.match(await put(own_key), /^检查点伪造：第 1 号检查点，.*不是所给公钥签的/);
});

Deno.test("an event under the id of another, at another time, is found by verify and the chainer", async () => {
  await using own = await attacked();
  const { db, trail, stream } = own;
  const link = await db.selectFrom("audit_link").selectAll().where("stream_id", "=", stream)
    .where("n", "=", 3n).executeTakeFirstOrThrow();
  const { tag } = await db.selectFrom("audit_event").select("tag").where("id", "=", link.event_id)
    .executeTakeFirstOrThrow();
  const at = new Date(link.event_at.getTime() + 7_200_000);
  trail.clock.advance(3 * 3_600_000);
  await trail.write(1);
  await trail.link();
  await forge(db, stream, { id: link.event_id, at, tag });
  const report = await trail.verify();
  assert.match(firstText(report), /^插入：机构流 .*标签不符/);
});

Deno.test("a deletion that psql wrote hides nothing", async () => {
  await using own = await attacked();
  const { db, trail, stream } = own;
  const { rows: [event] } = await sql<{ id: string }>`select event_id as id from audit_link
    where stream_id = ${stream} and n = 2`.execute(db);
  assert.ok(event);
  await sql`insert into audit_archive
    (month, body, signature, events, file_digest, archived_at, keep_until)
    values ('2026-10', 'x', ${new Uint8Array(64)}, 1, ${NO_TAG}, ${START}, ${START})`.execute(db);
  await sql`insert into audit_deletion (id, month, state, reason, requested_by, requested_at,
      confirmed_by, confirmed_at, done_at, tag)
    values (${newId(START)}, '2026-10', 'done', 'x', ${newId(START)}, ${START}, ${newId(START)},
      ${START}, ${START}, ${NO_TAG})`.execute(db);
  assert.match(firstText(await trail.verify()), /^删除记录伪造：.*2026-10/);
  // The link says of an event that is gone that it was of the dropped month.
  await sql`delete from audit_event where id = ${event.id}`.execute(db);
  await sql`update audit_link set event_at = '2026-10-20T00:00:00Z' where event_id = ${event.id}`
    .execute(db);
  const late = await trail.verify({ from: new Date(START.getTime() - 1) });
  assert.ok(late.faults.some(({ kind }) => kind === "deleted"), Deno.inspect(late.faults));
});

Deno.test("events dated into the future do not lead the chainer past the present", async () => {
  await using own = await attacked();
  const { db, trail, stream } = own;
  const future = new Date(trail.clock.now().getTime() + 40 * 86_400_000);
  await ensurePartitions(db, PARTITIONED, future);
  for (let count = 0; count < 1_000; count++) {
    await forge(db, stream, { id: newId(future), at: future });
  }
  await trail.link();
  await trail.write(1);
  trail.clock.advance(1_000);
  const { scanned_to } = await db.selectFrom("audit_chain_state").selectAll()
    .executeTakeFirstOrThrow();
  assert.ok(scanned_to <= trail.clock.now(), scanned_to.toISOString());
  assert.ok(await trail.link() >= 3);
});

Deno.test("a chain that nobody goes on with is no whole chain, nor what is dated behind its end", async () => {
  await using own = await attacked();
  const { db, trail, stream } = own;
  await trail.write(2);
  assert.deepEqual([(await trail.verify()).verdict, (await trail.verify()).waiting], ["intact", 6]);
  const future = new Date(trail.clock.now().getTime() + 86_400_000);
  await forge(db, stream, { id: newId(future), at: future });
  assert.match(firstText(await trail.verify()), /^插入：机构流/);
  await sql`delete from audit_event where at = ${future}`.execute(db);
  trail.clock.advance(3_600_000);
  assert.match(firstText(await trail.verify()), /^尾部截断：.*没有链接/);
});

Deno.test("events and links of a month behind a detached partition are named as missing", async () => {
  await using own = await attacked();
  const { db, trail } = own;
  await sql`alter table audit_event detach partition audit_event_y2026m11`.execute(db);
  assert.match(firstText(await trail.verify()), /^被删除：机构流 \S+，第 1 条，.*事件没有了/);
  await sql`alter table audit_link detach partition audit_link_y2026m11`.execute(db);
  assert.match(firstText(await trail.verify()), /^尾部截断：机构流 \S+，第 1 条/);
});

Deno.test("a head row that is gone stops its stream instead of beginning it anew", async () => {
  await using own = await attacked();
  const { db, trail, stream } = own;
  await sql`delete from audit_head where stream_id = ${stream}`.execute(db);
  await trail.write(1);
  assert.equal(await trail.link(), 2);
  const { rows } = await sql`select 1 from audit_head where stream_id = ${stream}`.execute(db);
  assert.equal(rows.length, 0);
});
