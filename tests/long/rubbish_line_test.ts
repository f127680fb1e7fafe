import assert from "node:assert/strict";
import { DomainError } from "../../server/platform/errors.ts";
import { readSignedRequest } from "../../server/modules/fleet/line/signed_request.ts";
import { LINE_HEADERS, SEALED_BODY } from "../../server/platform/signed_line.ts";
import {
  enrol,
  newTerminal,
  open,
  type OpenLine,
  readAnswer,
  signCall,
  type SignedCall,
  signOpening,
} from "../line_client.ts";
import { seededRandom } from "../random.ts";
import { openWorld, type World } from "../world.ts";

/** Whatever comes to the line's addresses is refused: no defect, no word too many, nothing done. */

const INPUTS = 100_000;
const REQUESTS = 1_500;
const SIGNED = 600;
const random = seededRandom(20261122);

function below(max: number): number {
  return Math.floor(random() * max);
}

function pick<Value>(values: readonly Value[]): Value {
  const value = values[below(values.length)];
  if (value === undefined) throw new Error("Cannot pick of nothing");
  return value;
}

function bytes(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => below(256));
}

const TEXTS = [
  "",
  "0",
  "-1",
  "1e9",
  "999999999999999999999",
  "null",
  "2026-11-18T01:00:00Z",
  "2026-13-45T99:99:99Z",
  "+275760-09-13T00:00:00Z",
  "x".repeat(5_000),
  "0".repeat(64),
  "é\u00a0",
];

/** Headers carry only Latin-1 without line breaks; the rest the server's HTTP refuses. */
function spoilt(text: string): string {
  const kind = below(5);
  if (kind === 0) return pick(TEXTS);
  if (kind === 1) return text.slice(0, below(text.length + 1));
  if (kind === 2) return text + pick(["0", "f", " ", "\t", "-", ",1"]);
  if (kind === 3) return text.toUpperCase();
  const at = below(text.length);
  return text.slice(0, at) + String.fromCharCode(0x20 + below(0x5f)) + text.slice(at + 1);
}

function spoiltCall(call: SignedCall): RequestInit {
  const headers: Record<string, string> = { ...call.init.headers };
  const names = Object.keys(headers);
  for (let n = 1 + below(2); n > 0; n--) {
    const name = pick(names);
    if (random() < 0.2) delete headers[name];
    else headers[name] = spoilt(headers[name] ?? "");
  }
  const body = random() < 0.5 ? call.init.body : bytes(below(200));
  return { method: "POST", headers, body: body ?? null };
}

async function signedWorld(): Promise<{ readonly world: World; readonly line: OpenLine }> {
  const world = await openWorld();
  const send = (path: string, init: RequestInit) => world.app.request(path, init);
  const terminal = await newTerminal({ clock: world.clock, send, number: "0001" });
  return { world, line: await open(await enrol(terminal, world.own.db)) };
}

const CALL = (world: World) => ({
  method: "POST",
  path: "/calls",
  body: { id: world.id(), reason: "help", orderId: null },
});

Deno.test(`the headers of a signed request: ${INPUTS} malformed inputs`, async () => {
  const good = {
    [LINE_HEADERS.terminal]: "019a8f3e-5c00-7abc-8def-0123456789ab",
    [LINE_HEADERS.session]: "019a8f3e-5c00-7abc-8def-0123456789ac",
    [LINE_HEADERS.sequence]: "17",
    [LINE_HEADERS.time]: "2026-11-18T01:00:00.000Z",
    [LINE_HEADERS.mac]: "0f".repeat(32),
  };
  const names = Object.keys(good);
  let read = 0;
  for (let input = 0; input < INPUTS; input++) {
    const headers: Record<string, string> = { ...good };
    const name = pick(names);
    headers[name] = spoilt(headers[name] ?? "");
    const request = new Request("http://test/api/terminal/v1/calls?a=1", { headers });
    try {
      const { sequence, at, mac } = await readSignedRequest(request);
      assert.ok(Number.isSafeInteger(sequence) && sequence >= 1);
      assert.ok(mac.length === 32 && !Number.isNaN(at.getTime()));
      read++;
    } catch (thrown) {
      assert.ok(thrown instanceof DomainError && thrown.code === "line.malformed", String(thrown));
    }
  }
  assert.ok(read > 0 && read < INPUTS / 2, `${read} read`);
});

Deno.test(`a signed line: ${REQUESTS} spoilt requests`, async () => {
  const { world, line } = await signedWorld();
  await using _closing = world;
  const paths = ["/calls", "/events", "/heartbeats", "/orders", "/pulse", "/%00", "/?"];
  for (let n = 0; n < REQUESTS; n++) {
    const call = await signCall(line, CALL(world));
    const path = random() < 0.5 ? call.path : `/api/terminal/v1${pick(paths)}`;
    const reply = await world.app.request(path, spoiltCall(call));
    const text = await reply.text();
    // 429: too many requests of the minute named a session nobody has.
    assert.ok([200, 400, 401, 429].includes(reply.status), text);
    world.clock.advance(reply.status === 429 ? 60_000 : 0);
  }
  const calls = await world.own.db.selectFrom("staff_call").select("id").execute();
  // What was spoilt and still let in had only its content type or the case of a header changed.
  assert.ok(calls.length < REQUESTS / 5, `${calls.length} let in`);
});

Deno.test(`rubbish a terminal signs itself: ${SIGNED} bodies`, async () => {
  const { world, line } = await signedWorld();
  await using _closing = world;
  for (let n = 0; n < SIGNED; n++) {
    const path = pick(["/calls", "/events", "/heartbeats", "/identifications"]);
    const body = pick<unknown>([
      null,
      [],
      {},
      { events: [] },
      { events: [{ id: world.id(), number: 0 }] },
      { events: Array.from({ length: 101 }, () => ({})) },
      { events: [{ ...EVENT, id: "x" }] },
      { events: [{ ...EVENT, id: world.id(), fields: { "__proto__": 1, a: { b: 1 } } }] },
      { ...BEAT, devices: Array.from({ length: 33 }, () => ({})) },
      { ...BEAT, journal: { unsent: -1, openOrders: 2 ** 60, diskFreeBytes: 1.5 } },
      "x".repeat(60_000),
    ]);
    const raw = random() < 0.3 ? bytes(1 + below(100)) : undefined;
    const call = await signCall(line, { method: "POST", path, body, ...(raw && { raw }) });
    const answer = await readAnswer(
      line,
      call.sequence,
      await world.app.request(call.path, call.init),
    );
    assert.ok(answer.isSigned && answer.status === 400, JSON.stringify(answer));
  }
  const events = await world.own.db.selectFrom("terminal_event").select("source").execute();
  assert.ok(events.every(({ source }) => source === "platform"));
});

const EVENT = { number: 1, kind: "a.b", severity: "info", fields: {} };
const BEAT = {
  at: "2026-11-18T01:00:00Z",
  startedAt: "2026-11-18T01:00:00Z",
  version: "1",
  devices: [],
  journal: { unsent: 0, openOrders: 0, diskFreeBytes: 0 },
};

Deno.test(`the open addresses of the line: ${REQUESTS} spoilt bodies`, async () => {
  const { world, line } = await signedWorld();
  await using _closing = world;
  const { of } = line;
  const key = of.platform.signKey;
  const opening = await signOpening(of, { ephemeralPublicKey: key, generation: 2 });
  const bodies = {
    "/sessions": opening,
    "/enrolments": {
      id: world.id(),
      terminalNumber: "0001",
      signKey: key,
      agreeKey: key,
      commitment: "00".repeat(32),
    },
    [`/enrolments/${world.id()}/nonce`]: { nonce: "00".repeat(32) },
    [`/enrolments/${world.id()}/state`]: { time: opening.time, signature: "11".repeat(64) },
  };
  const allowed = new Set([400, 401, 404, 409, 413, 415, 429]);
  for (let n = 0; n < REQUESTS; n++) {
    const [path, body] = pick(Object.entries(bodies));
    world.clock.advance(20);
    const reply = await world.app.request(`/api/line/v1${path}`, {
      method: "POST",
      headers: { "content-type": pick(["application/json", "application/json", SEALED_BODY, "a"]) },
      body: spoiltBody(body),
    });
    const text = await reply.text();
    const isAsked = path === "/enrolments" && reply.status === 200;
    assert.ok(allowed.has(reply.status) || isAsked, `${path}: ${reply.status} ${text}`);
  }
  const keys = await world.own.db.selectFrom("terminal_key").selectAll().execute();
  assert.deepEqual(keys.map(({ ended_why, generation }) => [ended_why, generation]), [[null, 1n]]);
});

function spoiltBody(body: Record<string, unknown>): Uint8Array<ArrayBuffer> | string {
  if (random() < 0.1) return bytes(below(400));
  const changed = { ...body };
  const name = pick(Object.keys(body));
  const value = changed[name];
  changed[name] = typeof value === "string" && random() < 0.7 ? spoiltHex(value) : pick<unknown>([
    null,
    -1,
    2 ** 31 + 1,
    1.5,
    {},
    [],
    "",
    "a\u0000",
    "a\nb",
    "\ud800",
    "0000-01-01T00:00:00Z",
    "x".repeat(70_000),
  ]);
  const text = JSON.stringify(changed);
  return random() < 0.1 ? text.slice(0, below(text.length)) : text;
}

/** Well-formed and wrong, more often than not: that gets deeper. */
function spoiltHex(text: string): string {
  const at = below(text.length);
  const digit = pick([..."0123456789abcdef"]);
  return text.slice(0, at) + (digit === text[at] ? "g" : digit) + text.slice(at + 1);
}
