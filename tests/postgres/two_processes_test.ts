import assert from "node:assert/strict";
import { devConfig, sandboxSecrets } from "../../cli/dev/config.ts";
import { seedCity } from "../../cli/dev/seed_city.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import { startSandbox } from "../../sandbox/start_sandbox.ts";
import type { OrderView } from "../../server/modules/checkout/contract.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { newId } from "../../server/platform/ids.ts";
import { testAudit } from "../audit.ts";
import { testRowTags } from "../sealer.ts";
import { testDb } from "../db.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { TEST_SECRETS } from "../world.ts";
import { freePort, ready, serveProcess } from "./serve_process.ts";

/**
 * Two `serve` processes with their workers on one database, asked in turn for the same orders, with
 * answers of parties lost: every order is advanced by one of them at a time, and ends once.
 */

const ORDERS = 24;
const END_MS_MAX = 120_000;

Deno.test("two serve processes on one PostgreSQL advance no order twice", async () => {
  await using server = await startPostgresServer();
  await using own = await testDb(new Date(), undefined, server.url);
  const city = buildCity();
  await seedCity(
    { db: own.db, clock: SYSTEM_CLOCK, audit: testAudit(), rowTags: testRowTags() },
    city,
  );
  const ports = [freePort(), freePort()];
  await using sandbox = await startSandbox({
    dataDir: ":memory:",
    clock: SYSTEM_CLOCK,
    city,
    host: "127.0.0.1",
    port: 0,
    secrets: sandboxSecrets(TEST_SECRETS),
  });
  const config = devConfig({
    host: "127.0.0.1",
    port: ports[0] ?? 0,
    dataDir: "unused",
    databaseUrl: own.url ?? undefined,
    urls: sandbox.urls,
    secrets: TEST_SECRETS,
  });
  await using processes = new AsyncDisposableStack();
  for (const port of ports) processes.use(serveProcess(config, port));
  for (const port of ports) await ready(port);

  for (const name of ["post", "micropay", "2207"]) {
    const party = name === "post" ? "his" : name === "2207" ? "insurance" : "aggregate_pay";
    sandbox.faults.plan(party, name, { kind: "lose_answer" }, 4);
  }
  const ids: string[] = [];
  const persons = city.persons.filter((person) => person.card && person.hisRecords.length > 0)
    .slice(0, ORDERS);
  for (const person of persons) {
    await fetch(`${sandbox.urls.his}/sandbox/persons/${person.idNumber}/bills`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ institutionCode: person.hisRecords[0] }),
    }).then((reply) => reply.body?.cancel());
  }
  await Promise.all(
    persons.map(async (person, n) => {
      const at = city.terminals.find((one) => one.institutionCode === person.hisRecords[0]);
      const where = at && await findTerminal({ db: own.db }, { number: at.number });
      if (!where || !person.card) return;
      const visit = caller(ports, where.id);
      const identified = await visit("POST", "/identifications", {
        id: newId(new Date()),
        credential: {
          kind: "social_security_card",
          region: "441900",
          socialSecurityNumber: person.idNumber,
          cardNumber: person.card.number,
          cardIdentifier: person.card.identifier,
          name: person.name,
          version: person.card.version,
        },
      });
      if (identified.kind !== "known") return;
      const { bills } = await visit("GET", `/identifications/${identified.id}/bills`);
      const id = newId(new Date());
      ids.push(id);
      await visit("POST", "/orders", {
        id,
        identificationId: identified.id,
        payable: { kind: "bills", billIds: [bills.at(-1).id] },
        settlement: identified.insurance.status === "covered" ? "insurance" : "self_pay",
      });
      await finish(visit, id, n);
    }),
  );
  assert.ok(ids.length >= ORDERS / 2, `${ids.length} orders`);

  const attempts = await own.db.selectFrom("checkout_attempt").selectAll()
    .orderBy("order_id").orderBy("n").execute();
  for (const [n, attempt] of attempts.entries()) {
    const next = attempts[n + 1];
    if (next?.order_id !== attempt.order_id) continue;
    assert.ok(attempt.answered_at !== null, "no attempt was left behind by a living process");
    assert.ok(
      attempt.answered_at <= next.asked_at,
      `order ${attempt.order_id}: attempt ${next.n} was asked before ${attempt.n} was answered`,
    );
  }
  const orders = await own.db.selectFrom("checkout_order").select(["id", "state"]).execute();
  assert.deepEqual(orders.filter((order) => order.state !== "completed"), []);
  const postings = (await (await fetch(`${sandbox.urls.his}/sandbox/postings`)).json()).postings;
  assert.equal(postings.length, orders.length, "HIS posted each order once");
});

type Call = (method: string, path: string, body?: unknown) => Promise<Reply>;
// deno-lint-ignore no-explicit-any -- whatever the platform replies, read as a script would
type Reply = any;

/** Asks the processes in turn. */
function caller(ports: readonly number[], terminalId: string): Call {
  let turn = 0;
  return async (method, path, body) => {
    const port = ports[turn++ % ports.length];
    const reply = await fetch(`http://127.0.0.1:${port}/api/terminal/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TEST_SECRETS.terminalToken}`,
        "x-terminal-id": terminalId,
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return await reply.json();
  };
}

async function finish(call: Call, id: string, n: number): Promise<void> {
  const until = Date.now() + END_MS_MAX;
  while (Date.now() < until) {
    const view: OrderView = await call("GET", `/orders/${id}`);
    if (view.state === "completed" || view.state === "unwound") return;
    if (view.stage === "confirm" || view.stage === "confirm_again") {
      await call("POST", `/orders/${id}/confirm`, { quoteVersion: view.quote?.version });
    } else if (view.stage === "choose_tender") {
      const code = paymentCode("WXPAY", "pays", n + 1);
      await call("POST", `/orders/${id}/tender`, {
        id: newId(new Date()),
        mode: "scan_code",
        code,
      });
    } else await new Promise((resume) => setTimeout(resume, 200));
  }
  throw new Error(`Cannot finish order ${id} in ${END_MS_MAX} ms`);
}
