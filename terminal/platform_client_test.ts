import assert from "node:assert/strict";
import { z } from "zod";
import { SILENT_LOG } from "../server/platform/log.ts";
import { BreakingParty } from "../server/platform/testing/breaking_party.ts";
import type { Connection } from "./contract.ts";
import { LineRefused, LineTrouble } from "./line/line_client.ts";
import { type PlatformCall, PlatformClient } from "./platform_client.ts";

const READ: PlatformCall<{ n: number }> = {
  method: "GET",
  path: "/settings",
  schema: z.strictObject({ n: z.number() }),
  repeatable: true,
};
const WRITE: PlatformCall<{ n: number }> = { ...READ, method: "POST", body: {}, repeatable: false };

Deno.test("PlatformClient says who it is and reads the answer by its schema", async () => {
  let headers = new Headers();
  const { client } = newClient((_input, init) => {
    headers = new Headers(init?.headers);
    return Promise.resolve(Response.json({ n: 1 }));
  });
  assert.deepEqual(await client.call(READ), { kind: "answered", status: 200, value: { n: 1 } });
  assert.equal(headers.get("authorization"), "Bearer secret");
  assert.equal(headers.get("x-terminal-id"), "T1");
});

Deno.test("PlatformClient tries reads twice and writes that may not be repeated once", async () => {
  for (const [call, expected] of [[READ, 2], [WRITE, 1]] as const) {
    let tries = 0;
    const { client } = newClient(() => {
      tries += 1;
      return Promise.reject(new TypeError("connection reset"));
    });
    assert.equal((await client.call(call)).kind, "no_answer");
    assert.equal(tries, expected);
  }
});

Deno.test("PlatformClient never takes a gateway's page or a foreign answer for the platform's", async () => {
  const answers = [
    new Response("<html>502</html>", { status: 502 }),
    Response.json({ error: "x" }, { status: 404 }),
    Response.json({ m: 1 }),
    new Response("{"),
    new Response("x".repeat(3 * 1024 * 1024)),
  ];
  for (const answer of answers) {
    const { client } = newClient(() => Promise.resolve(answer));
    assert.equal((await client.call(WRITE)).kind, "no_answer");
  }
});

Deno.test("PlatformClient passes the platform's problems on", async () => {
  const problem = {
    type: "about:blank",
    title: "Slot taken",
    status: 409,
    code: "registration.slot_taken",
    retry: "never",
    traceId: "t-1",
  } as const;
  const { client } = newClient(() => Promise.resolve(Response.json(problem, { status: 409 })));
  assert.deepEqual(await client.call(READ), { kind: "problem", status: 409, problem });
});

Deno.test("PlatformClient tells a terminal that is refused from a line that is dead", async () => {
  const told: Connection[] = [];
  const thrown = [new LineRefused("line.key_revoked"), new LineTrouble("no answer")];
  const client = new PlatformClient({
    options: { kind: "line", line: { send: () => Promise.reject(thrown.shift()) } },
    pause: () => Promise.resolve(),
    log: SILENT_LOG,
    tell: (connection) => told.push(connection),
  });
  await client.call(WRITE);
  await client.call(WRITE);
  assert.deepEqual(told, ["refused", "unreachable"]);
});

Deno.test("PlatformClient.setLine() ends a call under way and tells the connection", async () => {
  const { client, told } = newClient((_input, init) =>
    new Promise((_resolve, reject) => {
      init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
    })
  );
  const answer = client.call(WRITE);
  client.setLine(false);
  assert.equal((await answer).kind, "no_answer");
  client.setLine(true);
  assert.deepEqual(told, ["unreachable", "connecting"]);
});

Deno.test("PlatformClient takes one late call for late, not for the end of a line that answers others", async () => {
  const { client, told } = newClient((input, init) =>
    String(input).endsWith("/slow")
      ? new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      })
      : Promise.resolve(Response.json({ n: 1 }))
  );
  const slow = client.call({ ...WRITE, path: "/slow", waitMsMax: 20 });
  await client.call(READ);
  const answer = await slow;
  assert.ok(answer.kind === "no_answer" && answer.late);
  assert.deepEqual(told, ["connected"]);
});

Deno.test("PlatformClient sends what breaks the line once, by nobody twice", async () => {
  using far = new BreakingParty();
  const { client } = newClient(fetch, far.url);
  const write = { ...WRITE, schema: z.strictObject({}) };
  assert.equal((await client.call(write)).kind, "answered");
  assert.equal((await client.call({ ...write, body: { what: "pay" } })).kind, "no_answer");
  assert.deepEqual(far.received, ["{}", '{"what":"pay"}']);
  far.stopListening();
});

function newClient(
  fetch: (input: string, init?: RequestInit) => Promise<Response>,
  url = "http://platform",
): { readonly client: PlatformClient; readonly told: Connection[] } {
  const told: Connection[] = [];
  const client = new PlatformClient({
    options: {
      kind: "token",
      url,
      token: "secret",
      terminalId: "T1",
      fetch: (input, init) => fetch(String(input), init),
    },
    pause: () => Promise.resolve(),
    log: SILENT_LOG,
    tell: (connection) => told.push(connection),
  });
  return { client, told };
}
