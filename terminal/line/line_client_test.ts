import assert from "node:assert/strict";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { sm3 } from "../../crypto/sm3.ts";
import { OffsetClock } from "../../server/platform/clock.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { TERMINAL_AGREE_KEY, TERMINAL_SIGN_KEY } from "../../server/platform/signed_line.ts";
import { Journal } from "../journal.ts";
import { LinePlatform } from "../testing/line_platform.ts";
import { stepEnrolment } from "./enrol.ts";
import { LineClient, type LineNote } from "./line_client.ts";
import { findLineKeys } from "./line_keys.ts";
import type { LineCall } from "./signed_call.ts";

const ASK: LineCall = {
  method: "GET",
  target: "/api/terminal/v1/settings?a=1",
  body: new Uint8Array(0),
};
const TELL: LineCall = {
  method: "POST",
  target: "/api/terminal/v1/orders",
  body: new TextEncoder().encode('{"idNumber":"441900199001010000"}'),
};

Deno.test("an enrolment shows the code the platform computes, and a restart shows the same", async () => {
  await using rig = await openRig();
  const first = await rig.step();
  assert.equal(first.kind, "waiting");
  const again = await rig.step();
  assert.deepEqual(again, first);
  assert.equal(await rig.platform.approve("AAAAAAAA"), false);
  assert.ok(first.kind === "waiting" && await rig.platform.approve(first.code));
  assert.equal((await rig.step()).kind, "approved");
  assert.equal(rig.journal.line.enrolment()?.terminalId, [...rig.platform.enrolments.keys()][0]);
});

Deno.test("somebody in between who changes a key changes the code", async () => {
  await using rig = await openRig();
  const own = rig.platform.fetch;
  await using other = await LinePlatform.open(() => Promise.resolve(new Response()));
  const evil = await other.publicKeys();
  const step = await rig.step(async (input, init) => {
    const response = await own(input, init);
    if (!String(input).endsWith("/enrolments")) return response;
    return Response.json({ ...await response.json(), ...evil }, { status: 201 });
  });
  assert.ok(step.kind === "waiting");
  assert.equal(await rig.platform.approve(step.code), false);
});

Deno.test("whoever has another key than the configured one approves nobody", async () => {
  await using rig = await openRig();
  const { signKey } = await rig.platform.publicKeys();
  const check = sm3(Uint8Array.fromHex(signKey)).toHex().slice(0, 16);
  const other = await rig.step(undefined, { platformKeyCheck: "0".repeat(16) });
  assert.ok(other.kind === "refused");
  assert.equal(other.problem.code, "terminal.other_platform");
  assert.equal(rig.journal.line.enrolment(), null);
  assert.equal((await rig.step(undefined, { platformKeyCheck: check })).kind, "waiting");
});

Deno.test("an expired enrolment begins anew with another code", async () => {
  await using rig = await openRig();
  const first = await rig.step();
  for (const enrolling of rig.platform.enrolments.values()) enrolling.state = "expired";
  assert.equal((await rig.step()).kind, "expired");
  const second = await rig.step();
  assert.ok(first.kind === "waiting" && second.kind === "waiting");
  assert.notEqual(first.code, second.code);
});

Deno.test("what goes over the line is sealed and comes back opened", async () => {
  await using rig = await openRig();
  const seen: string[] = [];
  const client = await rig.enrolled(async (input, init) => {
    // Bytes would be sent a second time by Deno's fetch when the line breaks.
    assert.ok(!init?.body || init.body instanceof Blob || String(input).endsWith("/sessions"));
    const sent = init?.body instanceof Blob ? await init.body.text() : "";
    seen.push(`${String(input)} ${sent} ${JSON.stringify(init?.headers)}`);
    return await rig.platform.fetch(input, init);
  });
  const answer = await client.send(TELL, SIGNAL);
  assert.equal(answer.status, 201);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(answer.body)), {
    heard: { idNumber: "441900199001010000" },
  });
  assert.equal((await client.send(ASK, SIGNAL)).body.length, 0);
  assert.ok(!seen.join().includes("441900199001010000"), "no body is readable on the wire");
  assert.equal(rig.platform.generations.length, 1, "one session for all calls");
});

Deno.test("many calls at once have numbers of their own and share one opening", async () => {
  await using rig = await openRig();
  const client = await rig.enrolled();
  const answers = await Promise.all(Array.from({ length: 40 }, () => client.send(TELL, SIGNAL)));
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]));
  assert.equal(rig.platform.generations.length, 1);
});

Deno.test("an answer that does not verify is no answer", async () => {
  await using rig = await openRig();
  const client = await rig.enrolled();
  await client.send(ASK, SIGNAL);
  const headers = (response: Response) => new Headers(response.headers);
  const forgeries: readonly ((response: Response) => Response)[] = [
    (response) => new Response(null, { status: 409, headers: headers(response) }),
    (response) => new Response("{}", { status: 200, headers: headers(response) }),
    () => new Response(null, { status: 204 }),
    () => new Response("<html>502</html>", { status: 502 }),
    () => new Response(null, { status: 204, headers: { "x-line-mac": "0".repeat(64) } }),
    () => new Response(null, { status: 204, headers: { "x-line-mac": "no hex" } }),
  ];
  for (const tamper of forgeries) {
    rig.platform.tamper = tamper;
    await assert.rejects(client.send(ASK, SIGNAL), { name: "LineTrouble" });
  }
  assert.ok(rig.notes.some(({ kind }) => kind === "line.answer_forged"));
});

Deno.test("an answer of another call is no answer", async () => {
  await using rig = await openRig();
  const client = await rig.enrolled();
  const kept: Response[] = [];
  rig.platform.tamper = (response) => (kept.push(response.clone()), response);
  await client.send(ASK, SIGNAL);
  rig.platform.tamper = () => kept[0] ?? new Response();
  await assert.rejects(client.send(ASK, SIGNAL), { name: "LineTrouble" });
});

Deno.test("a session the platform forgot is opened anew with the next generation", async () => {
  await using rig = await openRig();
  const client = await rig.enrolled();
  await client.send(ASK, SIGNAL);
  rig.platform.forgetSessions();
  await assert.rejects(client.send(TELL, SIGNAL), /does not know this session/);
  assert.equal((await client.send(TELL, SIGNAL)).status, 201);
  rig.platform.forgetSessions();
  assert.equal((await client.send(ASK, SIGNAL)).status, 204, "what only reads is asked again");
  assert.deepEqual(rig.platform.generations, [8, 9, 10]);
});

Deno.test("a session is renewed before its end while calls go on", async () => {
  await using rig = await openRig();
  rig.platform.sessionMs = 60_000;
  const client = await rig.enrolled();
  await client.send(ASK, SIGNAL);
  rig.clock.jump(57_000);
  const platformClock = rig.platform.clock;
  rig.platform.clock = { now: () => new Date(platformClock.now().getTime() + 57_000) };
  await Promise.all([client.send(ASK, SIGNAL), client.send(TELL, SIGNAL)]);
  while (rig.platform.generations.length < 2) await client.send(ASK, SIGNAL);
  assert.equal((await client.send(TELL, SIGNAL)).status, 201);
});

Deno.test("a clock that is a day off takes the platform's time", async () => {
  await using rig = await openRig();
  const client = await rig.enrolled();
  rig.clock.jump(-86_400_000);
  assert.equal((await client.send(ASK, SIGNAL)).status, 204);
  assert.ok(Math.abs(rig.clock.now().getTime() - Date.now()) < 60_000);
});

Deno.test("a time that nobody vouches for does not move the terminal's clock", async () => {
  await using rig = await openRig();
  const detail = "2031-01-01T00:00:00.000Z";
  const asked: string[] = [];
  const client = await rig.enrolled((_input, init) => {
    asked.push(JSON.parse(String(init?.body)).time);
    const code = "line.clock_skew";
    const problem = { type: "about:blank", title: code, status: 401, code, detail };
    return Promise.resolve(Response.json({ ...problem, retry: "safe", traceId: "t-1" }, problem));
  });
  await assert.rejects(client.send(ASK, SIGNAL), /clock_skew/);
  assert.ok(asked[1]?.startsWith("2031-"), "one try is made with it");
  assert.equal(rig.clock.offsetMs, 0);
});

Deno.test("a platform with other keys is refused, and not asked again at once", async () => {
  await using rig = await openRig();
  await using other = await LinePlatform.open(() => Promise.resolve(new Response()));
  let openings = 0;
  const client = await rig.enrolled(async (input, init) => {
    openings += 1;
    const response = await rig.platform.fetch(input, init);
    if (!String(input).endsWith("/sessions")) return response;
    const reply = await response.json();
    return Response.json({ ...reply, ephemeralPublicKey: (await other.publicKeys()).signKey });
  });
  await assert.rejects(client.send(ASK, SIGNAL), /signature does not fit/);
  await assert.rejects(client.send(ASK, SIGNAL), /a moment ago/);
  assert.equal(openings, 1);
  assert.deepEqual(rig.notes.map(({ kind }) => kind), ["line.forged"]);
});

Deno.test("a revoked terminal has no line, and says so once", async () => {
  await using rig = await openRig();
  const client = await rig.enrolled();
  rig.platform.refusal = "line.key_revoked";
  await assert.rejects(client.send(ASK, SIGNAL), /line.key_revoked/);
  assert.deepEqual(rig.notes.map(({ kind }) => kind), ["line.refused"]);
});

Deno.test("a terminal revoked in the middle of a session says so, and is not merely offline", async () => {
  const answers = { revoked: false };
  await using rig = await openRig(() => answers.revoked ? keyRevoked() : null);
  const client = await rig.enrolled();
  await client.send(ASK, SIGNAL);
  answers.revoked = true;
  rig.platform.refusal = "line.key_revoked";
  await assert.rejects(client.send(ASK, SIGNAL), { name: "LineRefused" });
  await assert.rejects(client.send(ASK, SIGNAL), { name: "LineRefused" });
  assert.deepEqual(rig.notes.map(({ kind }) => kind), ["line.refused"]);
});

Deno.test("a caller that gives up does not end the opening others wait for", async () => {
  await using rig = await openRig();
  const client = await rig.enrolled();
  const impatient = new AbortController();
  const given = client.send(ASK, impatient.signal);
  const patient = client.send(ASK, SIGNAL);
  impatient.abort(new Error("no patience"));
  await assert.rejects(given, /no patience/);
  assert.equal((await patient).status, 204);
});

const SIGNAL = new AbortController().signal;

function keyRevoked(): Response {
  const code = "line.key_revoked";
  const problem = { type: "about:blank", title: code, status: 403, code, retry: "ask_operator" };
  return Response.json({ ...problem, traceId: "t-1" }, { status: 403 });
}

/** `refuse` answers in the place of a good platform. */
async function openRig(refuse: () => Response | null = () => null) {
  await using stack = new AsyncDisposableStack();
  const platform = stack.use(
    await LinePlatform.open(async (request) => {
      const refusal = refuse();
      if (refusal) return refusal;
      return request.method === "GET"
        ? new Response(null, { status: 204 })
        : Response.json({ heard: await request.json() }, { status: 201 });
    }),
  );
  const clock = new OffsetClock();
  const journal = stack.use(new Journal(":memory:", clock));
  const provider = stack.use(
    new SoftwareProvider(portableEngine(), {
      name: "terminal",
      onKeysChanged: () => Promise.resolve(),
    }),
  );
  const spec = { algorithm: "sm2", leaves: "never" } as const;
  await provider.generateKey({ ...spec, label: TERMINAL_SIGN_KEY, usage: "sign" });
  await provider.generateKey({ ...spec, label: TERMINAL_AGREE_KEY, usage: "agree" });
  const keys = await findLineKeys(provider);
  const notes: LineNote[] = [];
  const step = (
    fetch = platform.fetch,
    pin: { readonly platformKeyCheck?: string } = {},
  ) =>
    stepEnrolment({
      ...pin,
      route: { url: "http://platform", fetch },
      keys,
      memory: journal.line,
      terminalNumber: "0317",
      clock,
    }, SIGNAL);
  const owned = stack.move();
  return {
    platform,
    clock,
    journal,
    notes,
    step,
    async enrolled(fetch = platform.fetch): Promise<LineClient> {
      const waiting = await step();
      assert.ok(waiting.kind === "waiting" && await platform.approve(waiting.code));
      const approved = await step();
      assert.ok(approved.kind === "approved");
      return owned.use(
        new LineClient({
          route: { url: "http://platform", fetch },
          keys,
          enrolled: approved.enrolled,
          memory: journal.line,
          clock,
          log: SILENT_LOG,
          note: (note) => notes.push(note),
        }),
      );
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
