/**
 * Latency of whole refunds (HIS, insurance and wallet) at a steady pace on PostgreSQL, from the
 * patient's request to the money being back: `deno run -A bench/refunds.ts [--seconds N] [--rate N]`.
 */
import { parseArgs } from "node:util";
import type { RefundView } from "../server/modules/refund/contract.ts";
import { newId } from "../server/platform/ids.ts";
import { latenciesOf, ms, print, table } from "./figures.ts";
import { writeBill } from "./load/bills.ts";
import type { Patient } from "./load/patients.ts";
import { credentialOf, visit } from "./load/visit.ts";
import { openStage, type Stage } from "./stage/stage.ts";

/** Issue 6, "Speed". */
const REFUND_P99_MS_MAX = 300;
const RATE = 20;
const WARM_REFUNDS = 100;
const PAYING_AT_ONCE = 8;
const READ_EVERY_MS = 50;
const READS_MAX = 200;

interface Paid {
  readonly patient: Patient;
  readonly orderId: string;
  readonly identificationId: string;
}

const { values } = parseArgs({
  args: [...Deno.args],
  options: {
    seconds: { type: "string", default: "20" },
    rate: { type: "string", default: String(RATE) },
  },
});
await measure(whole("seconds", values.seconds, 120), whole("rate", values.rate, 200));

function whole(name: string, text: string, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new RangeError(`Cannot use --${name} "${text}": expected a whole number from 1 to ${max}`);
}

async function measure(seconds: number, rate: number): Promise<void> {
  print("· starting PostgreSQL, the sandbox and the platform");
  await using stage = await openStage();
  await using _platform = await stage.startPlatform();
  const count = seconds * rate;
  print(`· paying ${count + WARM_REFUNDS} orders to give back`);
  const paid = await payOrders(stage, count + WARM_REFUNDS);
  for (const order of paid.slice(0, WARM_REFUNDS)) await giveBack(stage, order);
  print(`· ${rate} refunds a second for ${seconds} s`);
  const took = await pace(stage, { orders: paid.slice(WARM_REFUNDS), rate });
  const { p50Ms, p99Ms, maxMs } = latenciesOf(took);
  print("");
  print(table(["refund", "p50 ms", "p99 ms", "max ms"], [
    [`at ${rate}/s`, ms(p50Ms), ms(p99Ms), ms(maxMs)],
  ]));
  const isMet = p99Ms <= REFUND_P99_MS_MAX;
  print(`\n${took.length} refunds (${isMet ? "met" : "MISSED"}: p99 ≤ ${REFUND_P99_MS_MAX} ms)`);
  if (!isMet) Deno.exitCode = 1;
}

/** A person has one visit at a time. */
async function payOrders(stage: Stage, count: number): Promise<Paid[]> {
  const paid: Paid[] = [];
  let serial = 1;
  await Promise.all(Array.from({ length: PAYING_AT_ONCE }, async (_, client) => {
    const own = stage.patients.filter((_patient, n) => n % PAYING_AT_ONCE === client);
    for (let n = 0; paid.length < count; n++) {
      const patient = own[n % own.length];
      if (!patient) throw new RangeError("Cannot pay: expected patients in the city");
      await writeBill(stage.hisUrl, patient);
      const deps = { ask: stage.ask, observe: () => {}, serial: serial++ };
      const { id: orderId } = await visit(deps, patient);
      paid.push({ patient, orderId, identificationId: await identify(stage, patient) });
    }
  }));
  return paid.slice(0, count);
}

async function identify({ ask }: Stage, patient: Patient): Promise<string> {
  const id = newId(new Date());
  const body = { id, credential: credentialOf(patient) };
  await answer(await ask({ method: "POST", path: "/identifications", body }, patient.terminalId));
  return id;
}

async function pace(
  stage: Stage,
  { orders, rate }: { readonly orders: readonly Paid[]; readonly rate: number },
): Promise<number[]> {
  const started = performance.now();
  const refunds: Promise<number>[] = [];
  for (const [n, order] of orders.entries()) {
    const waitMs = started + n * 1_000 / rate - performance.now();
    if (waitMs > 0) await new Promise((resume) => setTimeout(resume, waitMs));
    refunds.push(giveBack(stage, order));
  }
  return await Promise.all(refunds);
}

/** Milliseconds from asking to the answer that the money is back. */
async function giveBack(
  { ask }: Stage,
  { patient, orderId, identificationId }: Paid,
): Promise<number> {
  const id = newId(new Date());
  const body = { id, identificationId, orderId, lines: null, why: "not_wanted" };
  const started = performance.now();
  let view: RefundView = await answer(
    await ask({ method: "POST", path: "/refunds", body }, patient.terminalId),
  );
  for (let n = 0; view.state !== "returned"; n++) {
    if (n >= READS_MAX) throw new Error(`Cannot give back: the refund stands "${view.state}"`);
    await new Promise((resume) => setTimeout(resume, READ_EVERY_MS));
    view = await answer(await ask({ method: "GET", path: `/refunds/${id}` }, patient.terminalId));
  }
  return performance.now() - started;
}

async function answer(response: Response) {
  const reply = await response.json();
  if (!response.ok) throw new Error(`Cannot go on: ${JSON.stringify(reply)}`);
  return reply;
}
