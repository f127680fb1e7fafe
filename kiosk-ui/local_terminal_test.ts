import assert from "node:assert/strict";
import { localTerminal } from "./local_terminal.ts";

interface Boot {
  token: string;
  readonly asked: string[];
}

/** A terminal that knows the token of its present boot only. */
function serveTerminal(boot: Boot) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    boot.asked.push(pathname);
    if (pathname === "/") {
      return new Response(`<head><meta name="kiosk-token" content="${boot.token}">`);
    }
    return request.headers.get("x-kiosk-token") === boot.token
      ? Response.json({ number: "12" })
      : Response.json({ code: "terminal.wrong_token" }, { status: 401 });
  });
}

Deno.test("a call after the terminal restarted takes the new token and is asked again", async () => {
  const boot: Boot = { token: "aa", asked: [] };
  await using server = serveTerminal(boot);
  const port = localTerminal({ token: "aa", origin: `http://127.0.0.1:${server.addr.port}` });
  assert.ok((await port.callStaff("help", null)).ok);
  boot.token = "bb";
  assert.ok((await port.callStaff("help", null)).ok);
  assert.deepEqual(boot.asked.slice(1), ["/local/v1/calls", "/", "/local/v1/calls"]);
  boot.asked.length = 0;
  assert.ok((await port.callStaff("help", null)).ok);
  assert.deepEqual(boot.asked, ["/local/v1/calls"]);
});

Deno.test("a token that the page does not renew is a refusal, not a loop", async () => {
  const boot: Boot = { token: "aa", asked: [] };
  await using server = serveTerminal(boot);
  const port = localTerminal({ token: "aa", origin: `http://127.0.0.1:${server.addr.port}` });
  boot.token = "not a token";
  const answer = await port.callStaff("help", null);
  assert.deepEqual(answer, { ok: false, code: "terminal.wrong_token" });
  assert.equal(boot.asked.length, 2);
});
