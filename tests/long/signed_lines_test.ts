import assert from "node:assert/strict";
import { createApp } from "../../server/app.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import {
  approveTerminal,
  findEnrolmentToApprove,
} from "../../server/modules/fleet/enrolment/approve_terminal.ts";
import { revokeTerminal } from "../../server/modules/fleet/enrolment/revoke_terminal.ts";
import { enrolmentCode, LINE_HEADERS, LINE_WINDOW } from "../../server/platform/signed_line.ts";
import {
  askState,
  askToEnrol,
  callSigned,
  enrol,
  type EnrolledLine,
  newTerminal,
  open,
  type OpenLine,
  postJson,
  readAnswer,
  sendSigned,
  signCall,
  signOpening,
  tryToOpen,
} from "../line_client.ts";
import { openWorld, type World } from "../world.ts";

/** Enrolment and signed lines through the platform's whole HTTP face (R-DEV-12, R-TOM-07). */

const MINUTE_MS = 60_000;

function sendTo(world: World) {
  return (path: string, init: RequestInit) => world.app.request(path, init);
}

async function enrolled(world: World, number = world.terminal.number): Promise<EnrolledLine> {
  const terminal = await newTerminal({ clock: world.clock, send: sendTo(world), number });
  return await enrol(terminal, world.own.db);
}

const CALL = (world: World) => ({
  method: "POST",
  path: "/calls",
  body: { id: world.id(), reason: "help", orderId: null },
});

async function staffCalls(world: World): Promise<number> {
  return (await world.own.db.selectFrom("staff_call").select("id").execute()).length;
}

async function eventsOf(world: World, kind: string) {
  const rows = await world.own.db.selectFrom("terminal_event").selectAll()
    .where("kind", "=", kind).execute();
  return rows.map((row) => ({ ...row, fields: JSON.parse(row.fields) }));
}

Deno.test("a terminal enrols, is approved once, opens a line and is served on it", async () => {
  await using world = await openWorld();
  const { clock, own: { db } } = world;
  const terminal = await newTerminal({ clock, send: sendTo(world), number: "0001" });
  const asked = await askToEnrol(terminal);
  assert.match(asked.code, /^[2-9A-HJ-NP-Z]{8}$/);
  assert.equal((await askState(terminal, asked.id)).state.state, "waiting");

  const found = await findEnrolmentToApprove({ db, clock }, asked.code);
  assert.ok(found.kind === "found");
  const { enrolment } = found;
  assert.equal(enrolment.terminal.id, world.terminal.id);
  const approval = { enrolment, code: asked.code, actor: shellActor("张工"), reason: null };
  assert.equal(await approveTerminal({ db, clock, audit: world.services.audit }, approval), true);
  assert.equal(
    await approveTerminal({ db, clock, audit: world.services.audit }, approval),
    false,
    "one-time",
  );
  assert.equal((await findEnrolmentToApprove({ db, clock }, asked.code)).kind, "no_such_code");
  const { state } = await askState(terminal, asked.id);
  assert.deepEqual(state, { state: "approved", terminalId: world.terminal.id });
  const [event] = await eventsOf(world, "line.enrolled");
  assert.equal(event?.actor, "张工");
  assert.equal(event?.fields.fingerprint, enrolment.signFingerprint);

  const line = await open({
    ...terminal,
    terminalId: world.terminal.id,
    platform: asked.reply,
    generation: 1,
  });
  const settings = await callSigned(line, { method: "GET", path: "/settings" });
  assert.deepEqual([settings.status, settings.isSigned], [200, true]);
  assert.equal(settings.body.terminal.number, "0001");
  const called = await callSigned(line, CALL(world));
  assert.deepEqual([called.status, called.isSigned, called.body], [200, true, { number: "0001" }]);
  assert.equal(await staffCalls(world), 1);
  const pulse = await callSigned(line, { method: "GET", path: "/pulse" });
  assert.deepEqual(pulse, { status: 204, isSigned: true, body: null });
  const missing = await callSigned(line, { method: "GET", path: "/nowhere?x=1" });
  assert.deepEqual([missing.status, missing.isSigned], [404, true]);
  const wrong = await callSigned(line, { method: "POST", path: "/calls", body: { id: 1 } });
  assert.deepEqual([wrong.status, wrong.isSigned, wrong.body.code], [
    400,
    true,
    "request.malformed",
  ]);
});

Deno.test("enrolment tells an outsider nothing, and ends by itself", async () => {
  await using world = await openWorld();
  const { clock, own: { db } } = world;
  const known = await newTerminal({ clock, send: sendTo(world), number: "0001" });
  const unknown = await newTerminal({ clock, send: sendTo(world), number: "9999" });
  const [asked, other] = [await askToEnrol(known), await askToEnrol(unknown)];
  assert.deepEqual(Object.keys(asked.reply).sort(), Object.keys(other.reply).sort());
  assert.equal((await findEnrolmentToApprove({ db, clock }, other.code)).kind, "no_such_terminal");

  // Asked by somebody else, with another key, it is as if it were not there.
  assert.equal(
    (await askState({ ...known, sign: unknown.sign, provider: unknown.provider }, asked.id)).status,
    404,
  );
  assert.equal((await askState(known, world.id())).status, 404);
  const guessed = await postJson(known, `/enrolments/${asked.id}/nonce`, {
    nonce: "00".repeat(32),
  });
  assert.equal((await guessed.json()).code, "line.wrong_nonce");
  const again = await postJson(known, `/enrolments/${asked.id}/nonce`, { nonce: asked.nonce });
  assert.equal(again.status, 204);

  clock.advance(16 * MINUTE_MS);
  assert.equal((await findEnrolmentToApprove({ db, clock }, asked.code)).kind, "no_such_code");
  assert.equal((await askState(known, asked.id)).state.state, "expired");
});

Deno.test("a code fits only when nobody in between changed a key", async () => {
  await using world = await openWorld();
  const { clock, own: { db } } = world;
  const terminal = await newTerminal({ clock, send: sendTo(world), number: "0001" });
  const between = await newTerminal({ clock, send: sendTo(world), number: "0001" });
  const passedOn = {
    ...terminal,
    // What the platform sees is the keys of whoever sits in between, under a commitment of its own.
    sign: between.sign,
    agree: between.agree,
    provider: between.provider,
  };
  const forPlatform = await askToEnrol(passedOn);
  const shown = enrolmentCode({
    terminalNumber: "0001",
    terminalSignKey: (await terminal.provider.publicKey(terminal.sign)).toHex(),
    terminalAgreeKey: (await terminal.provider.publicKey(terminal.agree)).toHex(),
    terminalNonce: forPlatform.nonce,
    platformSignKey: forPlatform.reply.signKey,
    platformAgreeKey: forPlatform.reply.agreeKey,
    platformNonce: forPlatform.reply.nonce,
  });
  assert.equal((await findEnrolmentToApprove({ db, clock }, shown)).kind, "no_such_code");
  assert.equal((await findEnrolmentToApprove({ db, clock }, forPlatform.code)).kind, "found");
});

Deno.test("enrolments that wait are bounded, of one number and in a time", async () => {
  await using world = await openWorld();
  const terminal = await newTerminal({ clock: world.clock, send: sendTo(world), number: "0001" });
  for (let n = 0; n < 5; n++) await askToEnrol(terminal);
  await assert.rejects(askToEnrol(terminal), /line\.too_busy/);
  const refusals: number[] = [];
  for (let n = 0; n < 40; n++) {
    const one = { ...terminal, number: `N${n}` };
    refusals.push(await askToEnrol(one).then(() => 200, () => 429));
  }
  assert.ok(refusals.includes(429), "in a rush some are told to wait");
  world.clock.advance(16 * MINUTE_MS);
  await askToEnrol(terminal);
});

Deno.test("an enrolment resent under its id gets its first answer, another gets none", async () => {
  await using world = await openWorld();
  const terminal = await newTerminal({ clock: world.clock, send: sendTo(world), number: "0001" });
  const key = (await terminal.provider.publicKey(terminal.sign)).toHex();
  const commitment = "ab".repeat(32);
  const body = { id: world.id(), terminalNumber: "0001", signKey: key, agreeKey: key, commitment };
  const first = await (await postJson(terminal, "/enrolments", body)).json();
  assert.deepEqual(await (await postJson(terminal, "/enrolments", body)).json(), first);
  const other = await postJson(terminal, "/enrolments", { ...body, terminalNumber: "0002" });
  assert.equal((await other.json()).code, "line.other_enrolment");
  const offCurve = { ...body, id: world.id(), agreeKey: `04${"11".repeat(64)}` };
  const refused = await postJson(terminal, "/enrolments", offCurve);
  assert.deepEqual([refused.status, (await refused.json()).code], [400, "line.malformed"]);
});

Deno.test("enrolling anew ends the earlier key", async () => {
  await using world = await openWorld();
  const before = await enrolled(world);
  const line = await open(before);
  assert.equal((await callSigned(line, CALL(world))).status, 200);
  const after = await enrolled(world);
  world.clock.advance(3_000);
  const old = await callSigned(line, CALL(world));
  assert.equal(old.status, 401);
  const reopened = await tryToOpen(before);
  assert.ok("refused" in reopened);
  assert.equal((await reopened.refused.json()).code, "line.not_authenticated");
  assert.equal((await callSigned(await open(after), CALL(world))).status, 200);
});

Deno.test("a write is done once, however often it comes and in what order", async () => {
  await using world = await openWorld();
  const line = await open(await enrolled(world));
  const call = await signCall(line, CALL(world));
  assert.equal((await sendSigned(line, call)).status, 200);
  const again = await sendSigned(line, call);
  assert.deepEqual([again.status, again.isSigned, again.body.code], [409, true, "line.replayed"]);
  assert.equal(await staffCalls(world), 1);

  const order = [70, 69, 71, 7, 8, 70, 6, 200, 136, 137, 8];
  const statuses: number[] = [];
  for (const sequence of order) {
    statuses.push((await callSigned(line, { ...CALL(world), sequence })).status);
  }
  // 71 - 64 = 7 is out of the window, 8 in it; 200 - 64 = 136 out, 137 in.
  assert.deepEqual(statuses, [200, 200, 200, 409, 200, 409, 409, 200, 409, 200, 409]);
  for (let n = 201; n < 201 + 2 * LINE_WINDOW; n++) {
    assert.equal((await callSigned(line, { ...CALL(world), sequence: n })).status, 200);
  }
  const [row] = await world.own.db.selectFrom("line_session").selectAll().execute();
  assert.deepEqual([row?.highest, row?.writes], [328n, 135n]);
});

Deno.test("a lost answer is asked for again under a new number", async () => {
  await using world = await openWorld();
  const line = await open(await enrolled(world));
  const call = CALL(world);
  const lost = await signCall(line, call);
  await world.app.request(lost.path, lost.init);
  const again = await callSigned(line, call);
  assert.deepEqual([again.status, again.body], [200, { number: "0001" }]);
  assert.equal(await staffCalls(world), 1, "the id makes it one call");
});

Deno.test("whatever of a request is changed, it is not let in", async () => {
  await using world = await openWorld();
  const line = await open(await enrolled(world));
  const other = await open(await enrolled(world, "0002"));
  const make = () => signCall(line, { ...CALL(world), path: "/calls?a=1" });
  const changes:
    ((call: Awaited<ReturnType<typeof make>>) => Parameters<typeof world.app.request>)[] = [
      ({ path, init }) => [path.replace("a=1", "a=2"), init],
      ({ path, init }) => [path.replace("/calls?a=1", "/events"), init],
      ({ path, init }) => [path, { ...init, method: "PUT" }],
      ({ path, init }) => [path, header(init, LINE_HEADERS.sequence, "99")],
      ({ path, init }) => [path, header(init, LINE_HEADERS.terminal, other.of.terminalId)],
      ({ path, init }) => [path, header(init, LINE_HEADERS.session, other.sessionId)],
      ({ path, init }) => [path, header(init, LINE_HEADERS.session, world.id())],
      ({ path, init }) => [path, header(init, LINE_HEADERS.mac, "00".repeat(32))],
      ({ path, init }) => [
        path,
        header(init, LINE_HEADERS.time, new Date(world.clock.now().getTime() + 1).toISOString()),
      ],
      ({ path, init }) => [path, { ...init, body: flipped(init.body) }],
      ({ path, init }) => [path, { ...init, body: new Uint8Array(0) }],
    ];
  for (const [at, change] of changes.entries()) {
    const reply = await world.app.request(...change(await make()));
    assert.equal(reply.status, 401, `change ${at}`);
    assert.equal((await reply.json()).code, "line.not_authenticated", `change ${at}`);
    assert.equal(reply.headers.get(LINE_HEADERS.mac), null);
  }
  const headerless = await make();
  for (const name of [LINE_HEADERS.mac, LINE_HEADERS.time, LINE_HEADERS.sequence]) {
    const { [name]: _gone, ...headers } = headerless.init.headers;
    const reply = await world.app.request(headerless.path, { ...headerless.init, headers });
    assert.equal((await reply.json()).code, "line.malformed");
  }
  assert.equal(await staffCalls(world), 0);
  const { init, path } = await make();
  assert.equal((await world.app.request(path, init)).status, 200, "unchanged it is let in");
});

Deno.test("a signed body that is not sealed, or for another number, is refused", async () => {
  await using world = await openWorld();
  const line = await open(await enrolled(world));
  const plain = await signCall(line, {
    ...CALL(world),
    raw: new TextEncoder().encode(JSON.stringify(CALL(world).body)),
  });
  const answer = await sendSigned(line, plain);
  assert.deepEqual([answer.status, answer.isSigned, answer.body.code], [
    400,
    true,
    "line.malformed",
  ]);
  const typed = await signCall(line, {
    ...CALL(world),
    raw: new TextEncoder().encode(JSON.stringify(CALL(world).body)),
  });
  const json = header(typed.init, "content-type", "application/json");
  const unsealed = await world.app.request(typed.path, json);
  assert.equal((await readAnswer(line, typed.sequence, unsealed)).body.code, "line.malformed");
  const earlier = await signCall(line, CALL(world));
  const moved = await signCall(line, {
    ...CALL(world),
    raw: earlier.init.body instanceof Uint8Array ? earlier.init.body : new Uint8Array(0),
  });
  assert.equal((await sendSigned(line, moved)).body.code, "line.malformed");
  assert.equal(await staffCalls(world), 0);
});

Deno.test("clocks that differ are told the platform's time, and nothing is done", async () => {
  await using world = await openWorld();
  const enrolledLine = await enrolled(world);
  const line = await open(enrolledLine);
  for (const skewMs of [-6 * MINUTE_MS, 6 * MINUTE_MS]) {
    const time = new Date(world.clock.now().getTime() + skewMs);
    const answer = await callSigned(line, { ...CALL(world), time });
    assert.deepEqual([answer.status, answer.isSigned, answer.body.code], [
      401,
      true,
      "line.clock_skew",
    ]);
    assert.equal(answer.body.detail, world.clock.now().toISOString());
    const opening = await tryToOpen(enrolledLine, { time: time.toISOString() });
    assert.ok("refused" in opening);
    const refusal = await opening.refused.json();
    assert.deepEqual([refusal.code, refusal.detail], [
      "line.clock_skew",
      world.clock.now().toISOString(),
    ]);
  }
  assert.equal(await staffCalls(world), 0);
  const late = await signCall(line, CALL(world));
  world.clock.advance(4 * MINUTE_MS);
  assert.equal((await sendSigned(line, late)).status, 200);
});

Deno.test("a revoked terminal writes nothing at once and reads nothing soon", async () => {
  await using world = await openWorld();
  const enrolledLine = await enrolled(world);
  const line = await open(enrolledLine);
  assert.equal((await callSigned(line, { method: "GET", path: "/settings" })).status, 200);
  const { clock, own: { db } } = world;
  const deps = { db, clock, audit: world.services.audit };
  assert.equal(
    await revokeTerminal(deps, {
      terminal: world.terminal,
      actor: shellActor("张工"),
      reason: "报废",
    }),
    true,
  );
  assert.equal(
    await revokeTerminal(deps, {
      terminal: world.terminal,
      actor: shellActor("张工"),
      reason: "报废",
    }),
    false,
  );
  const write = await callSigned(line, CALL(world));
  assert.deepEqual([write.status, write.isSigned, write.body.code], [
    403,
    true,
    "line.key_revoked",
  ]);
  world.clock.advance(2_001);
  const read = await callSigned(line, { method: "GET", path: "/settings" });
  assert.equal(read.body.code, "line.key_revoked");
  const reopened = await tryToOpen(enrolledLine);
  assert.ok("refused" in reopened);
  assert.equal((await reopened.refused.json()).code, "line.key_revoked");
  assert.equal((await eventsOf(world, "line.revoked"))[0]?.actor, "张工");
  assert.equal(await staffCalls(world), 0);
  assert.equal((await callSigned(await open(await enrolled(world)), CALL(world))).status, 200);
});

Deno.test("a retired terminal is refused, a suspended one only closed", async () => {
  await using world = await openWorld();
  const line = await open(await enrolled(world));
  const to = (state: "suspended" | "retired") =>
    world.own.db.updateTable("terminal").set({ state })
      .where("id", "=", world.terminal.id).execute();
  await to("suspended");
  world.clock.advance(3_000);
  const settings = await callSigned(line, { method: "GET", path: "/settings" });
  assert.equal(settings.body.terminal.suspended, true);
  await to("retired");
  assert.equal((await callSigned(line, CALL(world))).body.code, "line.key_revoked");
});

Deno.test("an opening sent or delivered again changes nothing", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const { provider } = terminal;
  using agreement = await provider.beginAgreement(terminal.agree, {
    role: "initiator",
    userId: new TextEncoder().encode("any"),
  });
  const ephemeralPublicKey = agreement.ephemeralPublicKey.toHex();
  const opening = await signOpening(terminal, { ephemeralPublicKey });
  assert.equal((await postJson(terminal, "/sessions", opening)).status, 200);
  const line = await open(terminal);
  const again = await postJson(terminal, "/sessions", opening);
  assert.deepEqual([again.status, (await again.json()).code], [409, "line.old_generation"]);
  const forged = await postJson(terminal, "/sessions", { ...opening, generation: 50 });
  assert.deepEqual([forged.status, (await forged.json()).code], [401, "line.not_authenticated"]);
  const nobody = await postJson(terminal, "/sessions", { ...opening, terminalId: world.id() });
  assert.deepEqual([nobody.status, (await nobody.json()).code], [401, "line.not_authenticated"]);
  assert.equal((await callSigned(line, CALL(world))).status, 200);
  assert.equal((await eventsOf(world, "line.cloned")).length, 0);
});

Deno.test("an opening taken before the terminal's clock was set back is no copy's", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const ephemeralPublicKey = terminal.platform.agreeKey;
  const ahead = new Date(world.clock.now().getTime() + 4 * MINUTE_MS).toISOString();
  const opening = await signOpening(terminal, { ephemeralPublicKey, time: ahead });
  assert.equal((await postJson(terminal, "/sessions", opening)).status, 200);
  const line = await open(terminal);
  const again = await postJson(terminal, "/sessions", opening);
  assert.equal((await again.json()).code, "line.old_generation");
  assert.equal((await callSigned(line, CALL(world))).status, 200);
});

Deno.test("a terminal enrolled with another platform is told so", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const opening = await tryToOpen(terminal, { platformKey: "00".repeat(32) });
  assert.ok("refused" in opening);
  assert.equal((await opening.refused.json()).code, "line.wrong_platform_key");
});

Deno.test("an opening with no point of the curve is refused, and the next one taken", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const opening = await tryToOpen(terminal, { ephemeralPublicKey: `04${"11".repeat(64)}` });
  assert.ok("refused" in opening);
  const { status } = opening.refused;
  assert.deepEqual([status, (await opening.refused.json()).code], [400, "line.malformed"]);
  assert.equal((await callSigned(await open(terminal), CALL(world))).status, 200);
});

Deno.test("a copy of a terminal's disk is found by its generation, and both stand still", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const copy = { ...terminal };
  const line = await open(terminal);
  assert.equal((await callSigned(line, CALL(world))).status, 200);
  world.clock.advance(MINUTE_MS);
  const copied = await open(copy);
  assert.equal((await eventsOf(world, "line.cloned")).length, 0, "not proved yet");
  const first = await callSigned(copied, { method: "GET", path: "/pulse" });
  assert.deepEqual([first.status, first.isSigned, first.body.code], [
    403,
    true,
    "line.key_blocked",
  ]);
  const events = await eventsOf(world, "line.cloned");
  assert.deepEqual(events.map(({ severity }) => severity), ["error"]);
  await assertStandsStill(world, line);
});

Deno.test("two lines with one key are found when one of them comes back, and both stand still", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const before = await open(terminal);
  assert.equal((await callSigned(before, CALL(world))).status, 200);
  const after = await open({ ...terminal });
  assert.equal((await callSigned(before, CALL(world))).status, 200, "not taken up yet");
  assert.equal((await callSigned(after, CALL(world))).status, 200);
  assert.equal((await callSigned(before, CALL(world))).status, 200, "what is under way ends");
  world.clock.advance(31_000);
  const over = await callSigned(before, CALL(world));
  assert.deepEqual([over.status, over.isSigned, over.body.code], [401, true, "line.ended"]);
  assert.equal((await eventsOf(world, "line.cloned")).length, 0);
  assert.equal((await callSigned(after, CALL(world))).status, 200);
  const again = await callSigned(await open(terminal), CALL(world));
  assert.deepEqual([again.status, again.body.code], [403, "line.key_blocked"]);
  assert.equal((await eventsOf(world, "line.cloned")).length, 1);
  await assertStandsStill(world, after);
});

Deno.test("recordings block no terminal, whatever time somebody had made it name", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const ephemeralPublicKey = terminal.platform.agreeKey;
  const later = (ms: number) => new Date(world.clock.now().getTime() + ms);
  const time = later(6 * MINUTE_MS).toISOString();
  // Its clock is wrong, or somebody in between said so: refused, or held back, and recorded.
  const recorded = await signOpening(terminal, { ephemeralPublicKey, time });
  assert.equal((await postJson(terminal, "/sessions", recorded)).status, 401);
  const before = await open(terminal);
  const call = { method: "GET", path: "/settings", time: later(40 * MINUTE_MS) };
  const ahead = await signCall(before, call);
  assert.equal((await sendSigned(before, ahead)).body.code, "line.clock_skew");
  const line = await open(terminal);
  assert.equal((await callSigned(line, CALL(world))).status, 200);

  world.clock.advance(2 * MINUTE_MS);
  assert.equal((await postJson(terminal, "/sessions", recorded)).status, 200);
  for (let n = 0; n < 3; n++) {
    const again = await postJson(terminal, "/sessions", recorded);
    assert.equal((await again.json()).code, "line.old_generation", "one row at most");
  }
  world.clock.advance(38 * MINUTE_MS);
  assert.equal((await sendSigned(before, ahead)).body.code, "line.ended");
  assert.equal((await callSigned(line, CALL(world))).status, 200);
  assert.equal((await callSigned(await open(terminal), CALL(world))).status, 200);
  assert.equal((await eventsOf(world, "line.cloned")).length, 0);
  const kept = await world.own.db.selectFrom("line_session").select("generation")
    .orderBy("generation").execute();
  assert.deepEqual(kept.map(({ generation }) => generation), [3n, 4n], "swept");
});

Deno.test("an opening whose answer was lost does not end the session in use", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const line = await open(terminal);
  assert.equal((await callSigned(line, CALL(world))).status, 200);
  await tryToOpen(terminal);
  world.clock.advance(10 * MINUTE_MS);
  assert.equal((await callSigned(line, CALL(world))).status, 200);
  assert.equal((await callSigned(line, { method: "GET", path: "/settings" })).status, 200);
  await tryToOpen(terminal);
  const rows = await world.own.db.selectFrom("line_session").select("generation")
    .orderBy("generation").execute();
  assert.deepEqual(rows.map(({ generation }) => generation), [1n, 3n], "the lost one is swept");
  assert.equal((await callSigned(line, CALL(world))).status, 200);
});

Deno.test("a session ends after its time, and is swept", async () => {
  await using world = await openWorld();
  const terminal = await enrolled(world);
  const line = await open(terminal);
  assert.equal((await callSigned(line, CALL(world))).status, 200);
  world.clock.advance(12 * 60 * MINUTE_MS);
  const over = await callSigned(line, CALL(world));
  assert.deepEqual([over.status, over.isSigned, over.body.code], [401, true, "line.ended"]);
  assert.equal((await callSigned(line, { method: "GET", path: "/pulse" })).body.code, "line.ended");
  await open(terminal);
  const rows = await world.own.db.selectFrom("line_session").select("id").execute();
  assert.equal(rows.length, 1);
});

Deno.test("a second process takes a session up without a word between them", async () => {
  await using world = await openWorld();
  const second = createApp(world.another());
  const line = await open(await enrolled(world));
  const call = await signCall(line, CALL(world));
  const reply = await second.request(call.path, call.init);
  assert.deepEqual((await readAnswer(line, call.sequence, reply)).body, { number: "0001" });
  assert.equal((await sendSigned(line, call)).body.code, "line.replayed");
});

Deno.test("the keys of a session stand in no column as they are", async () => {
  await using world = await openWorld();
  await open(await enrolled(world));
  const [row] = await world.own.db.selectFrom("line_session").selectAll().execute();
  assert.deepEqual([row?.mac_key.length, row?.data_key.length], [12 + 32 + 16, 12 + 16 + 16]);
});

async function assertStandsStill(world: World, line: OpenLine): Promise<void> {
  const before = await staffCalls(world);
  const write = await callSigned(line, CALL(world));
  assert.deepEqual([write.status, write.isSigned, write.body.code], [
    403,
    true,
    "line.key_blocked",
  ]);
  world.clock.advance(2_001);
  const read = await callSigned(line, { method: "GET", path: "/settings" });
  assert.equal(read.body.code, "line.key_blocked");
  const reopened = await tryToOpen(line.of);
  assert.ok("refused" in reopened);
  assert.equal((await reopened.refused.json()).code, "line.key_blocked");
  assert.equal(await staffCalls(world), before);
  const anew = await open(await enrolled(world));
  assert.equal((await callSigned(anew, CALL(world))).status, 200);
}

function header<Init extends { readonly headers: Record<string, string> }>(
  init: Init,
  name: string,
  value: string,
): Init {
  return { ...init, headers: { ...init.headers, [name]: value } };
}

function flipped(body: BodyInit | null | undefined): Uint8Array<ArrayBuffer> {
  assert.ok(body instanceof Uint8Array);
  const copy = new Uint8Array(body);
  copy[0] = (copy[0] ?? 0) ^ 1;
  return copy;
}
