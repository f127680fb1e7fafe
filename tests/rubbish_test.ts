import assert from "node:assert/strict";
import { DONGGUAN } from "../server/gateways/insurance/profile.ts";
import { openParties, type Parties } from "../server/parties.ts";
import { devConfig } from "../cli/dev/config.ts";
import { urlsOf } from "../sandbox/start_sandbox.ts";
import { SYSTEM_CLOCK } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import { Metrics } from "../server/platform/metrics.ts";
import { asFen } from "../server/platform/money.ts";
import type { Outcome } from "../server/platform/outcome.ts";
import { seededRandom } from "./random.ts";
import { openWorld, TEST_SECRETS } from "./world.ts";

/** Whatever bytes come in, nothing throws, nothing is believed, and nothing is called a failure. */

const RUNS = 300;

function rubbish(random: () => number): Uint8Array<ArrayBuffer> {
  const kind = random();
  if (kind < 0.3) return bytes(random, Math.floor(random() * 400));
  const text = JSON.stringify(value(random, 0));
  return new TextEncoder().encode(kind < 0.5 ? text.slice(0, Math.floor(random() * 80)) : text);
}

function bytes(random: () => number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

const NAMES = ["code", "data", "infcode", "output", "errCode", "setlinfo", "state", "patient", ""];

function value(random: () => number, depth: number): unknown {
  const pick = Math.floor(random() * (depth > 3 ? 6 : 8));
  const leaves = [null, true, -1, 1e308, "ok", "0", 0];
  if (pick < 6) return leaves[Math.floor(random() * leaves.length)];
  if (pick === 6) return [value(random, depth + 1), value(random, depth + 1)];
  return Object.fromEntries(
    Array.from({ length: 3 }, () => [
      NAMES[Math.floor(random() * NAMES.length)],
      value(random, depth + 1),
    ]),
  );
}

function partiesThatGet(answer: () => Response): Parties {
  const config = devConfig({
    host: "127.0.0.1",
    port: 8700,
    dataDir: "unused",
    databaseUrl: undefined,
    urls: urlsOf("http://rubbish.test"),
    secrets: TEST_SECRETS,
  });
  return openParties({
    config,
    profile: DONGGUAN,
    clock: SYSTEM_CLOCK,
    metrics: new Metrics(),
    fetch: () => Promise.resolve(answer()),
  });
}

Deno.test("rubbish from a party is never done and never throws", async () => {
  const random = seededRandom(7);
  const parties = partiesThatGet(() =>
    new Response(rubbish(random), { status: random() < 0.7 ? 200 : 502 })
  );
  const institutionCode = "H44190000001";
  const order = {
    tradeId: newId(new Date()),
    merchant: institutionCode,
    terminalNumber: "0001",
    amount: asFen(100n),
  };
  const posting = { institutionCode, postingId: newId(new Date()) };
  const changing: (() => Promise<Outcome<unknown>>)[] = [
    () => parties.his.cancel(posting),
    () => parties.aggregatePay.micropay(order, { title: "t", code: "130000000000008000" }),
    () => parties.aggregatePay.precreate(order, { title: "t", expiresAt: new Date() }),
    () => parties.aggregatePay.close(order),
    () => parties.aggregatePay.refund(order, { refundId: newId(new Date()), amount: asFen(100n) }),
    () => insuranceCall(parties, "2207"),
    () => insuranceCall(parties, "2208"),
    () => insuranceCall(parties, "2601"),
  ];
  const reading: (() => Promise<Outcome<unknown>>)[] = [
    () => parties.his.findPosting(posting),
    () => parties.his.listBills({ institutionCode, patientId: "P1" }),
    () => parties.aggregatePay.query(order),
    () => parties.citizenCode.decode({ code: "SSC0000000000" }),
    () => insuranceCall(parties, "5203"),
  ];
  for (let run = 0; run < RUNS; run++) {
    for (const call of [...changing, ...reading]) {
      const outcome = await call();
      assert.notEqual(outcome.kind, "done", JSON.stringify(outcome));
    }
  }
});

async function insuranceCall(
  parties: Parties,
  infno: "2207" | "2208" | "2601" | "5203",
): Promise<Outcome<unknown>> {
  const { outcome } = await parties.insurance.send(infno, { data: {} }, {
    site: {
      code: "H44190000001",
      name: "测试",
      admdvs: "441900",
      operator: { number: "ZZ0001", name: "自助机0001" },
    },
    msgid: "H44190000001202611180900000001",
    insuplc: "441900",
    signNo: "SN1",
  });
  return outcome;
}

Deno.test("rubbish from a terminal or the street is a problem, never a defect", async () => {
  await using world = await openWorld();
  const random = seededRandom(11);
  const paths = [
    "/api/terminal/v1/orders",
    "/api/terminal/v1/identifications",
    `/api/terminal/v1/orders/${world.id()}/confirm`,
    `/api/terminal/v1/orders/${world.id()}/tender`,
    `/api/terminal/v1/orders/${"x".repeat(300)}/cancel`,
    "/api/terminal/v1/orders/%00/cancel",
    "/api/terminal/v1/calls",
    "/api/notify/aggregate-pay",
    "/api/notify/mobile-insurance",
  ];
  for (let run = 0; run < RUNS / 10; run++) {
    for (const path of paths) {
      const reply = await world.app.request(path, {
        method: "POST",
        headers: {
          authorization: `Bearer ${TEST_SECRETS.terminalToken}`,
          "x-terminal-id": world.terminal.id,
          "content-type": random() < 0.8 ? "application/json" : "text/plain",
        },
        body: rubbish(random),
      });
      const text = await reply.text();
      assert.ok(reply.status < 500, `${path}: ${reply.status} ${text}`);
    }
  }
  assert.deepEqual(await world.own.db.selectFrom("checkout_order").select("id").execute(), []);
});
