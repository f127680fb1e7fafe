import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { openTrail, type Trail } from "../audit_trail.ts";
import { testDb } from "../db.ts";
import { START } from "../world.ts";
import { newId } from "../../server/platform/ids.ts";
import type { Tables } from "../../server/schema.ts";
import { faultText } from "../../server/modules/audit/verify/fault.ts";

/** Everything that is written past the platform is done here as psql would do it. */

const CHAIN_TABLES = [
  "audit_event",
  "audit_link",
  "audit_head",
  "audit_checkpoint",
  "audit_chain_state",
] as const;

type Saved = ReadonlyMap<string, readonly Record<string, unknown>[]>;

async function save(db: Kysely<Tables>): Promise<Saved> {
  const saved = new Map<string, readonly Record<string, unknown>[]>();
  for (const table of CHAIN_TABLES) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(table)}`
      .execute(db);
    saved.set(table, rows);
  }
  return saved;
}

async function restore(db: Kysely<Tables>, saved: Saved): Promise<void> {
  for (const [table, rows] of saved) {
    await sql`delete from ${sql.table(table)}`.execute(db);
    for (const row of rows) {
      const columns = sql.join(Object.keys(row).map((name) => sql.ref(name)));
      await sql`insert into ${sql.table(table)} (${columns}) values (${
        sql.join(Object.values(row))
      })`.execute(db);
    }
  }
}

/** Two rounds that are linked and signed, one that is linked only; three streams. */
async function filled(trail: Trail): Promise<void> {
  await trail.write(3);
  await trail.link();
  await trail.sign();
  await trail.write(2);
  await trail.link();
  await trail.sign();
  await trail.write(2);
  await trail.link();
}

interface Case {
  readonly name: string;
  readonly how: string;
  /** What the first fault has to say. */
  readonly says: RegExp;
}

const EVENT = "(select event_id from audit_link where stream_id = $S and n = 2)";
const OF_EVENT = `where id = ${EVENT}`;
const LAST_TWO = "(select event_id from audit_link where stream_id = $S and n > 5)";

const CHANGED_COLUMNS: readonly (readonly [string, string])[] = [
  ["kind", "'platform.stopped'"],
  ["result", "'failed'"],
  ["reason", "'none'"],
  ["actor_kind", "'user'"],
  ["actor_id", "'00000000-0000-7000-8000-000000000001'"],
  ["actor_name", "'somebody'"],
  ["actor_organisation_id", "'00000000-0000-7000-8000-000000000001'"],
  ["session_id", "'00000000-0000-7000-8000-000000000001'"],
  ["address", "'10.0.0.1'"],
  ["trace_id", "'x'"],
  ["object_id", "'x'"],
  ["terminal_id", "'00000000-0000-7000-8000-000000000001'"],
  ["patient_id", "'00000000-0000-7000-8000-000000000001'"],
  ["order_id", "'00000000-0000-7000-8000-000000000001'"],
  ["fields", "'{}'"],
  ["stream_id", "'$T'"],
  ["tag", "decode(repeat('00', 32), 'hex')"],
];

const SECOND = /机构流 \S+，第 2 条，事件 \S+，2026-11-18 09:00:0\d（北京时间）/;

const CASES: readonly Case[] = [
  ...CHANGED_COLUMNS.map(([column, value]): Case => ({
    name: `event: ${column} changed`,
    how: `update audit_event set ${column} = ${value} ${OF_EVENT}`,
    says: new RegExp(`^内容被改：${SECOND.source}`),
  })),
  {
    name: "event: its time changed",
    how: `update audit_event set at = at + interval '1 second' ${OF_EVENT}`,
    says: new RegExp(`^(内容被改|被删除)：${SECOND.source}`),
  },
  {
    name: "event: its id changed",
    how: `update audit_event set id = '00000000-0000-7000-8000-000000000001' ${OF_EVENT}`,
    says: new RegExp(`^被删除：${SECOND.source}`),
  },
  {
    name: "event deleted",
    how: `delete from audit_event ${OF_EVENT}`,
    says: new RegExp(`^被删除：${SECOND.source}`),
  },
  {
    name: "event and its link deleted",
    how:
      `delete from audit_event ${OF_EVENT}; delete from audit_link where stream_id = $S and n = 2`,
    says: /^被删除：机构流 \S+，第 3 条，.*它之前的 1 条（从第 2 条起）不见了/,
  },
  {
    name: "link: digest changed",
    how:
      "update audit_link set digest = decode(repeat('00', 32), 'hex') where stream_id = $S and n = 2",
    says: new RegExp(`^顺序或链接被改：${SECOND.source}`),
  },
  {
    name: "link: its mark changed",
    how: "update audit_link set genuine = false where stream_id = $S and n = 2",
    says: new RegExp(`^顺序或链接被改：${SECOND.source}`),
  },
  {
    name: "link: its time changed",
    how: "update audit_link set at = at + interval '1 millisecond' where stream_id = $S and n = 2",
    says: new RegExp(`^(顺序或链接被改：${SECOND.source}|被删除：机构流 \\S+，第 3 条)`),
  },
  {
    name: "links of two events exchanged",
    how: `update audit_link set n = -n where false;
      update audit_link set event_id = case n
        when 2 then (select event_id from audit_link where stream_id = $S and n = 3)
        else (select event_id from audit_link where stream_id = $S and n = 2) end
      where stream_id = $S and n in (2, 3)`,
    says: /^(被删除|顺序或链接被改)：机构流 \S+，第 2 条/,
  },
  {
    name: "streams exchanged",
    how:
      `update audit_link set stream_id = '00000000-0000-7000-8000-0000000000ff' where stream_id = $S;
      update audit_link set stream_id = $S where stream_id = '$T';
      update audit_link set stream_id = '$T' where stream_id = '00000000-0000-7000-8000-0000000000ff'`,
    says: /^(顺序或链接被改|内容被改)：机构流 \S+，第 1 条/,
  },
  {
    name: "tail: the last events deleted",
    how: `delete from audit_event where id in ${LAST_TWO}`,
    says: /^被删除：机构流 \S+，第 6 条/,
  },
  {
    name: "tail: events and links deleted",
    how: `delete from audit_event where id in ${LAST_TWO};
      delete from audit_link where stream_id = $S and n > 5`,
    says: /^尾部截断：机构流 \S+，第 6 条，链头记着到第 7 条，链上只到第 5 条/,
  },
  {
    name: "tail: links that are signed deleted too",
    how: `delete from audit_event where id in
        (select event_id from audit_link where stream_id = $S and n > 4);
      delete from audit_link where stream_id = $S and n > 4`,
    says: /^尾部截断：机构流 \S+，第 5 条，.*签名的检查点记着到第 5 条，链上只到第 4 条/,
  },
  {
    name: "tail: with the checkpoint that named it",
    how: `delete from audit_event where id in
        (select event_id from audit_link where stream_id = $S and n > 4);
      delete from audit_link where stream_id = $S and n > 4;
      delete from audit_checkpoint where number = 2`,
    says: /^尾部截断：机构流 \S+，第 5 条，链头记着到第 7 条，链上只到第 4 条/,
  },
  {
    name: "tail: with checkpoint and head",
    how: `delete from audit_event where id in
        (select event_id from audit_link where stream_id = $S and n > 4);
      delete from audit_link where stream_id = $S and n > 4;
      delete from audit_checkpoint where number = 2;
      update audit_head set n = 4,
        digest = (select digest from audit_link where stream_id = $S and n = 4)
        where stream_id = $S`,
    says: /^链头被改：机构流 \S+，第 4 条/,
  },
  {
    name: "a whole stream deleted",
    how: `delete from audit_event where stream_id = $S; delete from audit_link where stream_id = $S;
      delete from audit_head where stream_id = $S`,
    says: /^尾部截断：机构流 \S+，第 1 条，.*签名的检查点记着到第 3 条，链上只到第 0 条/,
  },
  {
    name: "a head deleted",
    how: "delete from audit_head where stream_id = $S",
    says: /^链头被改：机构流 \S+，第 7 条，这条流的链头被删除/,
  },
  {
    name: "everything deleted but the state",
    how: `delete from audit_event; delete from audit_link; delete from audit_head;
      delete from audit_checkpoint`,
    says: /^尾部截断：第 1 号检查点，状态行记着到第 2 号检查点，表里只到第 0 号/,
  },
  {
    name: "the state deleted",
    how: "delete from audit_chain_state",
    says: /^链头被改：审计链的状态行/,
  },
  {
    name: "the last checkpoint deleted",
    how: "delete from audit_checkpoint where number = 2",
    says: /^尾部截断：第 2 号检查点，状态行记着到第 2 号检查点，表里只到第 1 号/,
  },
  {
    name: "the first checkpoint deleted",
    how: "delete from audit_checkpoint where number = 1",
    says: /^被删除：第 2 号检查点，\S+ \S+，它之前的检查点（从第 1 号起）不见了/,
  },
  {
    name: "a checkpoint's text changed",
    how: "update audit_checkpoint set body = replace(body, ' 3 ', ' 2 ') where number = 1",
    says: /^检查点伪造：第 1 号检查点，.*摘要与内容不符/,
  },
  {
    name: "a checkpoint's signature changed",
    how: "update audit_checkpoint set signature = decode(repeat('11', 64), 'hex') where number = 2",
    says: /^检查点伪造：第 2 号检查点，.*签名不符/,
  },
  {
    name: "a signed checkpoint put in place of another",
    how: `update audit_checkpoint set body = (select body from audit_checkpoint where number = 1),
      digest = (select digest from audit_checkpoint where number = 1),
      signature = (select signature from audit_checkpoint where number = 1) where number = 2`,
    says: /^检查点伪造：第 2 号检查点，.*号码或时间与签名的内容不同/,
  },
];

Deno.test("R-SEC-02: verify names what was changed past the platform, and where", async (t) => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  await filled(trail);
  const [stream = "", other = ""] = trail.streams;
  const intact = await trail.verify();
  assert.deepEqual([intact.verdict, intact.links, intact.checkpoints], ["intact", 21n, 2]);
  const saved = await save(db);

  for (const { name, how, says } of CASES) {
    await t.step(name, async () => {
      await restore(db, saved);
      const statements = how.replaceAll("$S", `'${stream}'`).replaceAll("$T", other);
      for (const statement of statements.split(";")) await sql.raw(statement).execute(db);
      const report = await trail.verify();
      const [first] = report.faults;
      assert.equal(report.verdict, "broken");
      assert.match(first ? faultText(first) : "", says);
    });
  }

  await t.step("an event inserted with no link", async () => {
    await restore(db, saved);
    await insertForged(db, stream, new Date(START.getTime() + 1_500));
    const { faults: [first] } = await trail.verify();
    assert.match(first ? faultText(first) : "", /^插入：机构流 .*也没有链接/);
  });

  await t.step("an event inserted with a link of the forger's", async () => {
    await restore(db, saved);
    const id = await insertForged(db, stream, trail.clock.now());
    await sql`insert into audit_link (at, stream_id, n, event_id, event_at, genuine, digest)
      select ${trail.clock.now()}, ${stream}, 8, ${id}, ${trail.clock.now()}, true, digest
      from audit_link where stream_id = ${stream} and n = 7`.execute(db);
    const { faults: [first] } = await trail.verify();
    assert.match(first ? faultText(first) : "", /^内容被改：.*第 8 条.*或是插入的/);
  });

  await t.step(
    "an event inserted before it is linked stays foreign, and the chain goes on",
    async () => {
      await restore(db, saved);
      const id = await insertForged(db, stream, trail.clock.now());
      trail.clock.advance(1_000);
      // The forged one and what is said about it, in the round after.
      assert.equal(await trail.link() + await trail.link(), 2);
      await trail.write(1);
      assert.equal(await trail.link(), 3);
      await trail.sign();
      const report = await trail.verify();
      assert.equal(report.faults.length, 1);
      const [first] = report.faults;
      assert.equal(first?.eventId, id);
      assert.match(first ? faultText(first) : "", /^插入：机构流 .*入链时已识别/);
    },
  );

  await t.step("an older state put back is shown by an anchor only", async () => {
    await restore(db, saved);
    await trail.sign();
    const { number, digest } = await db.selectFrom("audit_checkpoint").selectAll()
      .orderBy("number", "desc").executeTakeFirstOrThrow();
    await restore(db, saved);
    assert.equal((await trail.verify()).verdict, "intact");
    const { faults: [first] } = await trail.verify({ anchors: new Map([[number, digest]]) });
    assert.match(first ? faultText(first) : "", /^尾部截断：第 3 号检查点，锚文件记着到第 3 号/);
  });

  await t.step("another history under the same number differs from its anchor", async () => {
    await restore(db, saved);
    const anchors = new Map([[2n, new Uint8Array(32)]]);
    const { faults: [first] } = await trail.verify({ anchors });
    assert.match(first ? faultText(first) : "", /^检查点伪造：第 2 号检查点，.*锚文件/);
  });
});

/** As psql would: no key, so no tag. */
async function insertForged(db: Kysely<Tables>, stream: string, at: Date): Promise<string> {
  const id = newId(at);
  await sql`insert into audit_event
    (id, at, stream_id, kind, result, actor_kind, actor_name, fields, tag)
    values (${id}, ${at}, ${stream}, 'platform.started', 'succeeded', 'system', 'serve', '{}',
      decode(repeat('ab', 32), 'hex'))`.execute(db);
  return id;
}

Deno.test("verify starts at a day's first checkpoint and may stop at one", async () => {
  await using own = await testDb(START);
  const trail = await openTrail(own.db);
  await trail.write(2);
  await trail.link();
  await trail.sign();
  trail.clock.advance(24 * 3_600_000);
  await trail.write(1);
  await trail.link();
  await trail.sign();
  trail.clock.advance(1_000);
  const from = trail.clock.now();
  trail.clock.advance(60_000);
  await trail.write(3);
  await trail.link();
  await trail.sign();
  const late = await trail.verify({ from });
  assert.deepEqual([late.verdict, late.links, late.checkpoints], ["intact", 9n, 1]);
  const early = await trail.verify({ to: new Date(START.getTime() + 1_000) });
  assert.deepEqual([early.verdict, early.links, early.checkpoints], ["intact", 6n, 1]);
  const stopped = await trail.verify({ signal: AbortSignal.abort() });
  assert.equal(stopped.verdict, "stopped");
});
