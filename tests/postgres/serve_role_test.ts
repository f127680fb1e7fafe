import assert from "node:assert/strict";
import { type Kysely, sql } from "kysely";
import { devConfig, sandboxSecrets } from "../../cli/dev/config.ts";
import { seedCity } from "../../cli/dev/seed_city.ts";
import { paymentCode } from "../../sandbox/aggregate_pay/payment_code.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { startSandbox } from "../../sandbox/start_sandbox.ts";
import { GRANT_PLAN } from "../../server/grant_plan.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import { grantTables } from "../../server/platform/grants.ts";
import { newId } from "../../server/platform/ids.ts";
import type { Tables } from "../../server/schema.ts";
import { testAudit } from "../audit.ts";
import { testDb } from "../db.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { testRowTags } from "../sealer.ts";
import { TEST_SECRETS } from "../world.ts";
import { freePort, ready, serveProcess } from "./serve_process.ts";

/** `serve` as it is installed: under a role that may do what GRANT_PLAN says. */

const ROLE = "yikatong_app";
const END_MS_MAX = 60_000;

Deno.test("R-SEC-02: serve takes a visit to its end under the application's own role", async () => {
  await using server = await startPostgresServer();
  await using own = await testDb(new Date(), undefined, server.url);
  const city = buildCity();
  const deps = { db: own.db, clock: SYSTEM_CLOCK, audit: testAudit(), rowTags: testRowTags() };
  await seedCity(deps, city);
  await sql`create role ${sql.ref(ROLE)} login`.execute(own.db);
  await grantTables(own.db, ROLE, GRANT_PLAN);
  await using sandbox = await startSandbox({
    dataDir: ":memory:",
    clock: SYSTEM_CLOCK,
    city,
    host: "127.0.0.1",
    port: 0,
    secrets: sandboxSecrets(TEST_SECRETS),
  });
  const port = freePort();
  const config = devConfig({
    host: "127.0.0.1",
    port,
    dataDir: "unused",
    databaseUrl: own.url?.replace("postgres@", `${ROLE}@`),
    urls: sandbox.urls,
    secrets: TEST_SECRETS,
  });
  await using _process = serveProcess(config, port);
  await ready(port);

  const person = city.persons.find(({ card, hisRecords }) => card && hisRecords.length > 0);
  assert.ok(person?.card);
  const [institutionCode] = person.hisRecords;
  await fetch(`${sandbox.urls.his}/sandbox/persons/${person.idNumber}/bills`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ institutionCode }),
  }).then((reply) => reply.body?.cancel());
  const at = city.terminals.find((one) => one.institutionCode === institutionCode);
  const where = at && await findTerminal({ db: own.db }, { number: at.number });
  assert.ok(where);
  const call = caller(port, where.id);
  const identified = await call("POST", "/identifications", {
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
  assert.equal(identified.kind, "known", JSON.stringify(identified));
  const { bills } = await call("GET", `/identifications/${identified.id}/bills`);
  const id = newId(new Date());
  await call("POST", "/orders", {
    id,
    identificationId: identified.id,
    payable: { kind: "bills", billIds: [bills.at(-1).id] },
    settlement: identified.insurance.status === "covered" ? "insurance" : "self_pay",
  });
  assert.equal(await settled(call, id), "completed");
  // A refused sign-in counts its failure and leaves its event.
  const refused = await fetch(`http://127.0.0.1:${port}/api/console/v1/sign-in`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: `http://127.0.0.1:${port}` },
    body: JSON.stringify({ login: "nobody", password: "not this one" }),
  });
  assert.equal(refused.status, 401, await refused.text());

  const until = Date.now() + END_MS_MAX;
  while (Date.now() < until && await linksOf(own.db) === 0n) await pause();
  assert.ok(await linksOf(own.db) > 0n, "the worker links under this role too");
});

type Call = (method: string, path: string, body?: unknown) => Promise<Reply>;
// deno-lint-ignore no-explicit-any -- whatever the platform replies, read as a script would
type Reply = any;

function caller(port: number, terminalId: string): Call {
  return async (method, path, body) => {
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

async function settled(call: Call, id: string): Promise<string> {
  const until = Date.now() + END_MS_MAX;
  while (Date.now() < until) {
    const view = await call("GET", `/orders/${id}`);
    if (view.state === "completed" || view.state === "unwound") return view.state;
    if (view.stage === "confirm" || view.stage === "confirm_again") {
      await call("POST", `/orders/${id}/confirm`, { quoteVersion: view.quote?.version });
    } else if (view.stage === "choose_tender") {
      const code = paymentCode("WXPAY", "pays", 1);
      await call("POST", `/orders/${id}/tender`, {
        id: newId(new Date()),
        mode: "scan_code",
        code,
      });
    } else await pause();
  }
  throw new Error(`Cannot finish order ${id} in ${END_MS_MAX} ms`);
}

function pause(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, 200));
}

async function linksOf(db: Kysely<Tables>): Promise<bigint> {
  const row = await db.selectFrom("audit_chain_state").select("links").executeTakeFirst();
  return BigInt(row?.links ?? 0);
}
