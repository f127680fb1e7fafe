import assert from "node:assert/strict";
import { devConfig } from "../../cli/dev/config.ts";
import { seedCity } from "../../cli/dev/seed_city.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { urlsOf } from "../../sandbox/start_sandbox.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { revokeTerminal } from "../../server/modules/fleet/enrolment/revoke_terminal.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import { LINE_WINDOW } from "../../server/platform/signed_line.ts";
import { testAudit } from "../audit.ts";
import { testRowTags } from "../sealer.ts";
import { testDb } from "../db.ts";
import {
  type Answer,
  enrol,
  newTerminal,
  open,
  type OpenLine,
  postJson,
  readAnswer,
  type Send,
  signCall,
  type SignedCall,
  signOpening,
  tryToOpen,
} from "../line_client.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { TEST_SECRETS } from "../world.ts";
import { freePort, ready, serveProcess } from "./serve_process.ts";

/** Two `serve` processes share every session, and of a number or an opening one of them gets one. */

const SAME_AT_ONCE = 24;

const CALL = () => ({
  method: "POST",
  path: "/calls",
  body: { id: newId(new Date()), reason: "help", orderId: null },
});

Deno.test("two serve processes share sessions, numbers and revocations", async () => {
  await using server = await startPostgresServer();
  await using own = await testDb(new Date(), undefined, server.url);
  await seedCity(
    { db: own.db, clock: SYSTEM_CLOCK, audit: testAudit(), rowTags: testRowTags() },
    buildCity(),
  );
  const ports = [freePort(), freePort()];
  const config = devConfig({
    host: "127.0.0.1",
    port: ports[0] ?? 0,
    dataDir: "unused",
    databaseUrl: own.url ?? undefined,
    urls: urlsOf("http://127.0.0.1:1"),
    secrets: TEST_SECRETS,
  });
  await using processes = new AsyncDisposableStack();
  for (const port of ports) processes.use(serveProcess(config, port));
  for (const port of ports) await ready(port);
  const to = (turn: number): Send => (path, init) =>
    fetch(`http://127.0.0.1:${ports[turn % ports.length]}${path}`, init);
  let turn = 0;
  const inTurn: Send = (path, init) => to(turn++)(path, init);

  const terminal = await newTerminal({ clock: SYSTEM_CLOCK, send: inTurn, number: "0001" });
  const enrolled = await enrol(terminal, own.db);
  const line = await open(enrolled);

  const same = await signCall(line, CALL());
  const answers = await sendAll(line, Array.from({ length: SAME_AT_ONCE }, () => same), to);
  const done = answers.filter(({ status }) => status === 200);
  assert.equal(done.length, 1, "one number is one write");
  assert.ok(answers.every(({ isSigned }) => isSigned));
  assert.ok(answers.every(({ status }) => status === 200 || status === 409));

  const calls: SignedCall[] = [];
  for (let n = 0; n < LINE_WINDOW; n++) calls.push(await signCall(line, CALL()));
  const window = await sendAll(line, calls.toReversed(), to);
  assert.deepEqual(window.filter(({ status }) => status !== 200), []);
  const again = await sendAll(line, calls, to);
  assert.deepEqual(again.filter(({ status }) => status !== 409), []);
  const kept = await own.db.selectFrom("staff_call").select("id").execute();
  assert.equal(kept.length, 1 + LINE_WINDOW);

  await openAtOnce(line, to);

  const { db } = own;
  const registered = await findTerminal({ db }, { number: "0001" });
  assert.ok(registered);
  assert.ok(
    await revokeTerminal(
      { db, clock: SYSTEM_CLOCK, audit: testAudit() },
      { terminal: registered, actor: shellActor("张工"), reason: "报废" },
    ),
  );
  const refused = await sendAll(
    line,
    [await signCall(line, CALL()), await signCall(line, CALL())],
    to,
  );
  assert.deepEqual(refused.map(({ body }) => body.code), ["line.key_revoked", "line.key_revoked"]);
  const reopened = await tryToOpen(enrolled);
  assert.ok("refused" in reopened);
  assert.equal((await reopened.refused.json()).code, "line.key_revoked");
});

async function openAtOnce(line: OpenLine, to: (turn: number) => Send): Promise<void> {
  const { of } = line;
  using agreement = await of.provider.beginAgreement(of.agree, {
    role: "initiator",
    userId: new TextEncoder().encode("any"),
  });
  const ephemeralPublicKey = agreement.ephemeralPublicKey.toHex();
  const opening = await signOpening(of, { ephemeralPublicKey });
  const replies = await Promise.all(
    Array.from({ length: 6 }, (_, n) => postJson({ send: to(n) }, "/sessions", opening)),
  );
  const codes = await Promise.all(replies.map(async (reply) => (await reply.json()).code));
  assert.deepEqual(
    codes.filter((code) => code === undefined).length,
    1,
    "one opening, one session",
  );
  assert.equal(codes.filter((code) => code === "line.old_generation").length, 5);
}

async function sendAll(
  line: OpenLine,
  calls: readonly SignedCall[],
  to: (turn: number) => Send,
): Promise<Answer[]> {
  return await Promise.all(
    calls.map(async ({ path, init, sequence }, n) =>
      readAnswer(line, sequence, await to(n)(path, init))
    ),
  );
}
