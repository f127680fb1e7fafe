import assert from "node:assert/strict";
import { DEFAULT_USER_ID } from "../crypto/sm2.ts";
import { findEnrolmentToApprove } from "../server/modules/fleet/enrolment/approve_terminal.ts";
import { fingerprintOf } from "../server/modules/fleet/line/line_keys.ts";
import {
  type ErasureCertificate,
  type RetirementBody,
  retirementIntentText,
  retirementRecordSchema,
  type RetirementReply,
} from "../server/modules/fleet/retire/contract.ts";
import { terminalUserId } from "../server/platform/signed_line.ts";
import {
  askToEnrol,
  enrol,
  type EnrolledLine,
  newTerminal,
  open,
  postJson,
} from "./line_client.ts";
import { openWorld, type World } from "./world.ts";

/** A terminal that goes, as the platform sees it (R-TOM-16). */

async function enrolled(world: World): Promise<EnrolledLine> {
  const send = (path: string, init: RequestInit) => world.app.request(path, init);
  const terminal = await newTerminal({ clock: world.clock, send, number: "0001" });
  return await enrol(terminal, world.own.db);
}

async function askIntent(line: EnrolledLine): Promise<Response> {
  const { terminalId } = line;
  const time = line.clock.now().toISOString();
  const text = retirementIntentText(terminalId, time);
  const userId = terminalUserId(terminalId);
  const signature = (await line.provider.sm2Sign(line.sign, text, { userId })).toHex();
  return await postJson(line, "/retirements/intent", { terminalId, time, signature });
}

async function certify(
  line: EnrolledLine,
  changes: Partial<ErasureCertificate> = {},
): Promise<RetirementBody> {
  const now = line.clock.now().toISOString();
  const certificate = JSON.stringify({
    format: 1,
    product: "yikatong",
    kind: "erasure_certificate",
    id: "01a1ec2a-f280-7cbb-b371-e1567b13a073",
    terminalId: line.terminalId,
    terminalNumber: line.number,
    keyFingerprint: fingerprintOf(await line.provider.publicKey(line.sign)),
    machine: { maker: "", model: "", serial: "" },
    media: [],
    method: "overwrite_verify_unlink",
    trim: { done: false, said: "" },
    startedAt: now,
    endedAt: now,
    wiped: [{ path: "/var/lib/yikatong-terminal", files: 3, bytes: 9_000 }],
    verification: { blocks: 3, mismatches: 0, markers: 3, found: 0, device: null },
    keysDestroyed: [],
    operator: "张工",
    witness: "李工",
    reason: "到期更换",
    photos: [],
    ...changes,
  });
  const message = new TextEncoder().encode(certificate);
  const signature = await line.provider.sm2Sign(line.sign, message, { userId: DEFAULT_USER_ID });
  return { certificate, signature: signature.toHex() };
}

async function suspend({ own: { db } }: World): Promise<void> {
  await db.updateTable("terminal").set({ state: "suspended" }).where("number", "=", "0001")
    .execute();
}

async function codeOf(response: Response): Promise<string> {
  return response.ok ? "ok" : (await response.json()).code;
}

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
