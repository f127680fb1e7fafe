import assert from "node:assert/strict";
import { problemText } from "./problems.ts";
import { REFUND_BARS } from "../../server/modules/refund/contract.ts";

const ROOT = new URL("../../", import.meta.url);

/** The modules whose refusals a terminal is told, or whose reasons an order shows. */
const MODULES = [
  "identity",
  "insurance",
  "checkout",
  "payment",
  "refund",
  "billing",
  "registration",
  "inpatient",
] as const;

const CODE = new RegExp(`"((?:${MODULES.join("|")})\\.[a-z_]+)"`, "g");

/** Pages of staff, programs and phones, and what runs by itself, which no terminal is told. */
const NOT_FOR_TERMINALS =
  /\/(?:console|persons|alarms|testing|check|requests)\/|_test\.ts$|_events?\.ts$/;

/** Events, rights and what only staff or a job can be refused; with the reason why. */
const NEVER_SENT: Readonly<Record<string, string>> = {
  "checkout.number_needed": "staff states an outcome",
  "insurance.reported": "an event",
  "payment.notice_refused": "the channel's own notice",
  "payment.trade_reported": "an event",
  "refund.act_waits": "staff asks",
  "refund.decided": "staff decides",
  "refund.own_request": "staff decides",
};

/** Refunds are not shown as orders. */
const ONLY_OF_REFUNDS: readonly string[] = ["called_off"];

Deno.test("every code that the modules can send to a terminal has a sentence of its own", async () => {
  const codes = await codesInSource();
  for (const stop of await stops()) codes.add(`checkout.${stop}`);
  for (const bar of REFUND_BARS) codes.add(`refund.${bar}`);
  assert.ok(codes.size > 80, `only ${codes.size} codes were found`);
  const mute = [...codes].filter((code) => problemText(code) === problemText(null));
  assert.deepEqual(mute.sort(), []);
});

/** Why an order turns back, where no party said a code of its own. */
async function stops(): Promise<string[]> {
  const source = await Deno.readTextFile(new URL("server/modules/checkout/saga.ts", ROOT));
  const [, union = ""] = /export type Stop =([^;]+);/.exec(source) ?? [];
  const found = [...union.matchAll(/"([a-z_]+)"/g)].map(([, stop = ""]) => stop);
  assert.ok(found.includes("expired"), "the reasons are where they were");
  return found.filter((stop) => !ONLY_OF_REFUNDS.includes(stop));
}

async function codesInSource(): Promise<Set<string>> {
  const known = await otherNames();
  const found = new Set<string>();
  for (const module of MODULES) {
    for await (const path of filesBelow(`server/modules/${module}`)) {
      if (NOT_FOR_TERMINALS.test(path)) continue;
      const source = await Deno.readTextFile(new URL(path, ROOT));
      for (const [, code = ""] of source.matchAll(CODE)) if (!known.has(code)) found.add(code);
    }
  }
  for (const code of Object.keys(NEVER_SENT)) found.delete(code);
  return found;
}

/** Names of the same shape that are no refusals: audit events, settings, rights. */
async function otherNames(): Promise<Set<string>> {
  const read = (path: string) => Deno.readTextFile(new URL(path, ROOT));
  const events = await read("server/modules/audit/catalogue.toml");
  const settings = await read("server/modules/settings/setting.ts");
  const rights = await read("server/modules/access/permission.ts");
  return new Set([
    ...[...events.matchAll(/^id = "([a-z_.]+)"/gm)].map(([, name = ""]) => name),
    ...[...`${settings}${rights}`.matchAll(/"([a-z]+\.[a-z_]+)"/g)].map(([, name = ""]) => name),
  ]);
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for await (const { name, isDirectory } of Deno.readDir(new URL(`${folder}/`, ROOT))) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesBelow(path);
    else if (name.endsWith(".ts")) yield path;
  }
}
