import assert from "node:assert/strict";
import { sql } from "kysely";
import { publicKeyToPem } from "../crypto/keys.ts";
import { DEFAULT_USER_ID, generateKeyPair, sign } from "../crypto/sm2.ts";
import { findCity } from "../server/modules/access/find_organisation.ts";
import { AUDIT_SIGN_KEY } from "../server/modules/audit/record_events.ts";
import { createAuditJobs } from "../server/modules/audit/jobs.ts";
import { makeCheckpoint } from "../server/modules/audit/chain/make_checkpoint.ts";
import type { CheckpointText } from "../server/modules/audit/countersigning/contract.ts";
import type { VerifyRunList, VerifyRunView } from "../server/modules/audit/verify_runs/contract.ts";
import { workOnRuns } from "../server/modules/audit/verify_runs/work_on_runs.ts";
import { pauseFor } from "../server/platform/pause.ts";
import {
  ADMINISTRATORS,
  answered,
  type CallConsole,
  callerOf,
  callerWith,
  consoleAs,
  initialiseWorld,
  refused,
} from "./console_callers.ts";
import { openWorld, type World } from "./world.ts";

/** Checks of the chain and second signatures as an audit administrator meets them. */

async function auditor(world: World): Promise<CallConsole> {
  await initialiseWorld(world);
  const caller = await callerOf(world, ADMINISTRATORS.audit);
  const city = await findCity({ db: world.own.db });
  return consoleAs(
    world,
    callerWith(caller, ["audit.verify", "audit.countersign"], city?.path ?? ""),
  );
}

function jobsOf({ services }: World) {
  const { platform, audit } = services;
  return createAuditJobs({ ...platform, audit, anchors: null });
}

async function toldOf(world: World, objectId: string) {
  const rows = await world.own.db.selectFrom("audit_event").select(["kind", "result", "reason"])
    .where("object_id", "=", objectId).orderBy("kind").execute();
  return rows.map(({ kind, result, reason }) => [kind, result, reason]);
}

const FORM = { userId: DEFAULT_USER_ID, format: "der" } as const;

const read = (call: CallConsole, id: string) =>
  answered<VerifyRunView>(call("GET", `/audit/verifications/${id}`));

Deno.test("R-SEC-02: a check is asked for in the console, done by a worker, and both ends are told", async () => {
  await using world = await openWorld();
  const call = await auditor(world);
  const jobs = jobsOf(world);
  await jobs.link();
  world.clock.advance(1_000);
  const id = world.id();
  const asked = await answered<VerifyRunView>(call("POST", "/audit/verifications", { id }), 201);
  assert.equal(asked.state, "waiting");
  assert.ok(asked.linksExpected > 0);
  const again = await answered<VerifyRunView>(call("POST", "/audit/verifications", { id }), 201);
  assert.equal(again.id, id);
  const other = { id: world.id() };
  assert.equal(
    await refused(call("POST", "/audit/verifications", other)),
    "409 audit.verify_running",
  );
  await jobs.verifyAsked();
  const done = await read(call, id);
  assert.deepEqual([done.state, done.verdict, done.faults], ["done", "intact", []]);
  assert.equal(done.links, asked.linksExpected);
  assert.deepEqual(await toldOf(world, id), [
    ["audit.verified", "succeeded", null],
    ["audit.verify_started", "succeeded", null],
  ]);

  await jobs.link();
  const { event_id } = await world.own.db.selectFrom("audit_link").select("event_id").limit(1)
    .executeTakeFirstOrThrow();
  await sql`update audit_event set result = 'failed' where id = ${event_id}`.execute(world.own.db);
  world.clock.advance(1_000);
  await answered(call("POST", "/audit/verifications", other), 201);
  await jobs.verifyAsked();
  const broken = await read(call, other.id);
  assert.equal(broken.verdict, "broken");
  assert.match(broken.faults[0] ?? "", new RegExp(`^内容被改：.*事件 ${event_id}`));
  assert.deepEqual((await toldOf(world, other.id))[0], ["audit.verified", "failed", "broken"]);
  const { runs } = await answered<VerifyRunList>(call("GET", "/audit/verifications"));
  assert.deepEqual(runs.map((run) => run.id), [other.id, id]);
  const before = `/audit/verifications?before=${other.id}`;
  const older = await answered<VerifyRunList>(call("GET", before));
  assert.deepEqual([older.runs.map((run) => run.id), older.next], [[id], null]);
  const span = { from: "2026-11-18T00:00:00Z", to: "2026-11-17T00:00:00Z" };
  assert.equal(
    await refused(call("POST", "/audit/verifications", { id: world.id(), ...span })),
    "409 audit.span_malformed",
  );
  assert.equal(
    await refused(
      call("POST", "/audit/verifications", { id, ...span, from: span.to, to: span.from }),
    ),
    "409 audit.id_taken",
  );
  assert.equal(
    await refused(call("GET", `/audit/verifications/${world.id()}`)),
    "404 audit.not_found",
  );
});

Deno.test("a check that is cancelled, or whose process dies, ends once and frees the place", async () => {
  await using world = await openWorld();
  const call = await auditor(world);
  const jobs = jobsOf(world);
  await jobs.link();
  const { platform, audit } = world.services;
  const waiting = world.id();
  await answered(call("POST", "/audit/verifications", { id: waiting }), 201);
  const cancel = (id: string) =>
    answered<VerifyRunView>(call("POST", `/audit/verifications/${id}/cancel`));
  assert.equal((await cancel(waiting)).state, "cancelled");
  assert.equal((await cancel(waiting)).state, "cancelled");

  const running = world.id();
  await answered(call("POST", "/audit/verifications", { id: running }), 201);
  await workOnRuns({
    ...platform,
    audit,
    readAnchors: () => Promise.resolve(new Map()),
    pause: async () => void await cancel(running),
  });
  assert.equal((await read(call, running)).state, "cancelled");

  const dying = world.id();
  await answered(call("POST", "/audit/verifications", { id: dying }), 201);
  await sql`update audit_verify_run set state = 'running' where live = 1`.execute(world.own.db);
  await jobs.verifyAsked();
  assert.equal((await read(call, dying)).state, "running");
  world.clock.advance(3 * 60_000);
  await jobs.verifyAsked();
  assert.equal((await read(call, dying)).state, "interrupted");

  const failing = world.id();
  await answered(call("POST", "/audit/verifications", { id: failing }), 201);
  const readAnchors = () => Promise.reject(new Error("disk gone"));
  await workOnRuns({ ...platform, audit, readAnchors, pause: pauseFor });
  assert.equal((await read(call, failing)).state, "failed");
  for (
    const [id, reason] of [
      [waiting, "cancelled"],
      [running, "cancelled"],
      [dying, "interrupted"],
      [failing, "failed"],
    ] as const
  ) {
    assert.deepEqual(await toldOf(world, id), [
      ["audit.verified", "failed", reason],
      ["audit.verify_started", "succeeded", null],
    ]);
  }
});

Deno.test("R-SEC-02: a second key's owner reads a checkpoint, and the signature made elsewhere is kept", async () => {
  await using world = await openWorld();
  const call = await auditor(world);
  await jobsOf(world).link();
  const { platform } = world.services;
  await makeCheckpoint(platform, { atOnce: true });
  const text = await answered<CheckpointText>(call("GET", "/audit/checkpoints/1"));
  assert.match(text.body, /^yikatong-audit-checkpoint 1\nnumber 1\n/);
  const bytes = new TextEncoder().encode(text.body);
  const pair = generateKeyPair();
  const own = await platform.provider.findKey(AUDIT_SIGN_KEY);
  assert.ok(own);
  const ownPem = publicKeyToPem(await platform.provider.publicKey(own));
  const der = sign(pair.privateKey, bytes, FORM);
  const good = {
    party: "卫健局",
    publicKey: publicKeyToPem(pair.publicKey),
    signature: der.toBase64(),
  };
  const path = "/audit/checkpoints/1/countersignatures";
  const otherDer = sign(pair.privateKey, bytes.subarray(1), FORM);
  for (
    const [body, code] of [
      [{ ...good, publicKey: ownPem }, "409 audit.own_key"],
      [{ ...good, publicKey: "no PEM" }, "409 audit.key_unreadable"],
      [{ ...good, signature: "%%%" }, "409 audit.signature_unreadable"],
      [{ ...good, signature: der.subarray(1).toBase64() }, "409 audit.signature_unreadable"],
      [{ ...good, signature: otherDer.toBase64() }, "409 audit.wrong_signature"],
      [{ ...good, party: "卫健局\u202e" }, "400 request.malformed"],
    ] as const
  ) assert.equal(await refused(call("POST", path, body)), code);
  assert.equal(await refused(call("GET", "/audit/checkpoints/9")), "404 audit.not_found");
  assert.equal(
    await refused(call("POST", "/audit/checkpoints/9/countersignatures", good)),
    "404 audit.not_found",
  );
  await answered(call("POST", path, good), 204);
  assert.equal(await refused(call("POST", path, good)), "409 audit.already_signed");
  const signed = await answered<CheckpointText>(call("GET", "/audit/checkpoints/1"));
  assert.deepEqual(signed.countersignatures.map(({ party }) => party), ["卫健局"]);
  assert.deepEqual(await toldOf(world, "1"), [
    ["audit.checkpoint_countersigned", "succeeded", null],
  ]);
});
