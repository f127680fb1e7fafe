import assert from "node:assert/strict";
import { sql } from "kysely";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { continueChain } from "../../server/modules/audit/chain/continue_chain.ts";
import { faultText } from "../../server/modules/audit/verify/fault.ts";
import { openTrail, VERIFY_ALL } from "../audit_trail.ts";
import { testDb } from "../db.ts";
import { testProvider } from "../sealer.ts";
import { START } from "../world.ts";

const DAY_MS = 24 * 3_600_000;

Deno.test("R-SEC-02: a stopped chain goes on behind a signed break, which every check names", async () => {
  await using own = await testDb(START);
  const { db } = own;
  const trail = await openTrail(db);
  const { clock, audit } = trail;
  const deps = { db, clock, audit, provider: testProvider() };
  const wanted = { ...VERIFY_ALL, stream: null, reason: "数据库管理员改过一行" };
  const go = () => continueChain(deps, shellActor("张工"), wanted);
  await trail.write(3);
  await trail.link();
  await trail.sign();
  await assert.rejects(go(), { code: "audit.not_broken" });

  const [stream = "", other = ""] = trail.streams;
  await sql`update audit_event set result = 'failed' where id =
    (select event_id from audit_link where stream_id = ${stream} and n = 2)`.execute(db);
  await sql`update audit_head set n = 9 where stream_id = ${stream}`.execute(db);
  await sql`delete from audit_head where stream_id = ${other}`.execute(db);
  await sql`update audit_chain_state set links = 1`.execute(db);
  await trail.write(2);
  await assert.rejects(trail.link(), { code: "audit.state_changed" });
  await assert.rejects(
    continueChain(deps, shellActor("张工"), { ...wanted, stream }),
    { code: "audit.head_changed" },
  );
  assert.match((await go()).found, /^内容被改：机构流 \S+，第 2 条/);
  clock.advance(1_000);
  // Six that stood, and what tells of the break.
  assert.equal(await trail.link(), 7);
  await trail.sign();
  const broken = await trail.verify();
  assert.deepEqual(broken.faults.map(({ kind }) => kind), ["content_changed", "continued"]);
  assert.match(
    faultText(broken.faults[1] ?? assert.fail()),
    /^断点之后人工续链：.*第 1 号续链，经手 "张工"，原因 "数据库管理员改过一行"；当时的断点 "内容被改/,
  );
  await assert.rejects(go(), { code: "audit.not_broken" });

  clock.advance(DAY_MS);
  await trail.write(1);
  await trail.link();
  await trail.sign();
  clock.advance(1_000);
  assert.equal((await trail.verify({ from: clock.now() })).verdict, "intact");
  await sql`update audit_event set result = 'failed' where id =
    (select event_id from audit_link where stream_id = ${stream} and n = 6)`.execute(db);
  const again = await trail.verify();
  assert.match(faultText(again.faults.at(-1) ?? assert.fail()), /^内容被改：机构流 \S+，第 6 条/);

  await sql`update audit_break set body = replace(body, '张工', '李工')`.execute(db);
  const forged = await trail.verify();
  assert.ok(forged.faults.some(({ what }) => /第 1 号续链记录的签名不符/.test(what)));
});
