import assert from "node:assert/strict";
import { DEFAULT_USER_ID } from "../crypto/sm2.ts";
import { findEnrolmentToApprove } from "../server/modules/fleet/enrolment/approve_terminal.ts";
import {
  retirementRecordSchema,
  type RetirementReply,
} from "../server/modules/fleet/retire/contract.ts";
import { askToEnrol, newTerminal, open, postJson } from "./line_client.ts";
import { askIntent, certify, codeOf, enrolled, suspend } from "./retiring_terminal.ts";
import { openWorld } from "./world.ts";

/** A terminal that goes, as the platform sees it (R-TOM-16). */

Deno.test("a terminal goes only when an administrator suspended it, and only by its own signature", async () => {
  await using world = await openWorld();
  const line = await enrolled(world);
  const signed = await certify(line);
  assert.equal(await codeOf(await askIntent(line)), "fleet.not_suspended");
  assert.equal(await codeOf(await postJson(line, "/retirements", signed)), "fleet.not_suspended");
  await suspend(world);
  assert.equal((await askIntent(line)).status, 204);
  for (
    const wrong of [
      { ...signed, certificate: signed.certificate.replace("到期更换", "另有理由") },
      { ...signed, signature: "00".repeat(64) },
      await certify(line, { terminalNumber: "0002" }),
      await certify(line, { keyFingerprint: "5a".repeat(32) }),
    ]
  ) {
    assert.equal(
      await codeOf(await postJson(line, "/retirements", wrong)),
      "line.not_authenticated",
    );
  }
  for (const changes of [{ witness: "张工" }, { wiped: [] }, { reason: "" }]) {
    const wrong = await certify(line, changes);
    assert.equal(await codeOf(await postJson(line, "/retirements", wrong)), "line.malformed");
  }
  const { state } = await world.own.db.selectFrom("terminal").select("state")
    .where("number", "=", "0001").executeTakeFirstOrThrow();
  assert.equal(state, "suspended");
});

Deno.test("a retired terminal's certificate is countersigned, and its number and keys are refused for ever", async () => {
  await using world = await openWorld();
  const { own: { db }, clock } = world;
  const line = await enrolled(world);
  await open(line);
  await suspend(world);
  const signed = await certify(line);
  const answer = await postJson(line, "/retirements", signed);
  assert.equal(answer.status, 200, await answer.clone().text());
  const reply: RetirementReply = await answer.json();
  const record = retirementRecordSchema.parse(JSON.parse(reply.record));
  assert.deepEqual([record.certificate, record.signature], [signed.certificate, signed.signature]);
  const isGood = await line.provider.sm2Verify(
    Uint8Array.fromHex(line.platform.signKey),
    new TextEncoder().encode(reply.record),
    Uint8Array.fromHex(reply.countersignature),
    { userId: DEFAULT_USER_ID },
  );
  assert.ok(isGood, "by the key the terminal was enrolled with");

  clock.advance(60_000);
  assert.deepEqual(await (await postJson(line, "/retirements", signed)).json(), reply);
  const other = await certify(line, { reason: "另一份" });
  assert.equal(await codeOf(await postJson(line, "/retirements", other)), "fleet.retired");

  await assert.rejects(open({ ...line, generation: 2 }), "no session");
  const again = await askToEnrol(await newTerminal(line));
  assert.deepEqual(
    await findEnrolmentToApprove({ db, clock }, again.code),
    { kind: "retired", number: "0001" },
    "the number with new keys",
  );
  const moved = await askToEnrol({ ...line, number: "0002" });
  assert.deepEqual(
    await findEnrolmentToApprove({ db, clock }, moved.code),
    { kind: "retired", number: "0002" },
    "the keys under another number",
  );
  const events = await db.selectFrom("audit_event").select(["kind", "actor_kind", "fields"])
    .where("kind", "=", "fleet.terminal_retired").execute();
  assert.deepEqual(events.map(({ actor_kind }) => actor_kind), ["terminal"]);
  assert.match(events[0]?.fields ?? "", /"operator":"张工".*"witness":"李工"/);
});
