import assert from "node:assert/strict";
import { httpPort } from "./http_port.ts";

interface Heard {
  readonly method: string;
  readonly path: string;
  readonly csrf: string | null;
  readonly body: string;
}

/** Answers every request in order, and tells what it heard. */
function openPlatform(answers: readonly (() => Response)[]) {
  const heard: Heard[] = [];
  const waiting = [...answers];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { pathname, search } = new URL(request.url);
      heard.push({
        method: request.method,
        path: pathname + search,
        csrf: request.headers.get("x-csrf-token"),
        body: await request.text(),
      });
      return waiting.shift()?.() ?? new Response(null, { status: 204 });
    },
  );
  return {
    heard,
    port: httpPort({ origin: `http://127.0.0.1:${server.addr.port}`, csrfToken: () => "token-1" }),
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

function problem(status: number, body: unknown): () => Response {
  return () => Response.json(body, { status });
}

Deno.test("httpPort() asks by method and path, and writes with the session's token", async () => {
  await using platform = openPlatform([
    () => Response.json({ accounts: [], next: null }),
    () => new Response(null, { status: 204 }),
  ]);
  const { port, heard } = platform;
  const list = await port.call("GET /accounts", { query: { login: "a&b", limit: 20 } });
  const end = await port.call("POST /session/end", {});
  assert.deepEqual(list, { ok: true, value: { accounts: [], next: null } });
  assert.deepEqual(end, { ok: true, value: null });
  assert.deepEqual(heard, [
    { method: "GET", path: "/api/console/v1/accounts?login=a%26b&limit=20", csrf: null, body: "" },
    { method: "POST", path: "/api/console/v1/session/end", csrf: "token-1", body: "{}" },
  ]);
});

Deno.test("httpPort() hands on why the platform refused", async () => {
  await using platform = openPlatform([
    problem(403, { code: "access.forbidden", traceId: "t-1", detail: "account.read" }),
    problem(409, { code: "access.login_taken" }),
  ]);
  const refusals = [];
  for (let asked = 0; asked < 2; asked++) {
    const answer = await platform.port.call("GET /accounts", { query: {} });
    refusals.push(answer.ok ? null : answer.refusal);
  }
  assert.deepEqual(refusals, [
    { code: "access.forbidden", traceId: "t-1", detail: "account.read" },
    { code: "access.login_taken", traceId: null, detail: null },
  ]);
});

Deno.test("httpPort() takes what is no answer of the platform's as none", async () => {
  await using platform = openPlatform([
    () => new Response("<html>502</html>", { status: 502 }),
    problem(500, "oops"),
    problem(500, { code: 7 }),
  ]);
  for (let asked = 0; asked < 3; asked++) {
    const answer = await platform.port.call("GET /session", {});
    assert.ok(!answer.ok && answer.refusal.code === "console.no_answer");
  }
});

Deno.test("httpPort() does not know what became of a write that nobody answered", async () => {
  const port = httpPort({ origin: "http://127.0.0.1:1", csrfToken: () => null });
  const read = await port.call("GET /session", {});
  const write = await port.call("POST /session/end", {});
  assert.ok(!read.ok && read.refusal.code === "console.no_answer");
  assert.ok(!write.ok && write.refusal.code === "console.outcome_unknown");
});

Deno.test("httpPort() hands a signed file on byte by byte, though it is JSON", async () => {
  const text = '{ "record":\t"{}" }\n';
  const headers = { "content-type": "application/octet-stream" };
  await using platform = openPlatform([() => new Response(text, { headers })]);
  const request = { path: { id: "0001" } };
  const file = await platform.port.call("POST /terminals/{id}/retirement/file", request);
  assert.ok(file.ok);
  assert.equal(await file.value.text(), text);
});

Deno.test("httpPort() hands a ZIP on as it came, and a refusal to make one as a refusal", async () => {
  const zip = new Uint8Array([0x50, 0x4b, 0xff, 0x00]);
  const headers = { "content-type": "application/zip" };
  await using platform = openPlatform([
    () => new Response(zip, { headers }),
    problem(404, { code: "identity.not_found" }),
  ]);
  const request = { path: { id: "a/b" }, body: { reason: "…" } };
  const file = await platform.port.call("POST /persons/{id}/export", request);
  const refused = await platform.port.call("POST /persons/{id}/export", request);
  assert.ok(file.ok && !refused.ok);
  assert.deepEqual(new Uint8Array(await file.value.arrayBuffer()), zip);
  assert.equal(refused.refusal.code, "identity.not_found");
  assert.equal(platform.heard[0]?.path, "/api/console/v1/persons/a%2Fb/export");
});
