/**
 * Everything the platform answers, logs, keeps in its tables and tells its trail after a day with
 * patients, searched for their names, numbers, phones and cards in clear (R-SEC-12, R-SEC-14). What
 * gives them in clear on purpose is not called here: reveal and export have tests of their own.
 */
import assert from "node:assert/strict";
import { sql } from "kysely";
import { PERMISSIONS } from "../server/modules/access/permission.ts";
import type { Log } from "../server/platform/log.ts";
import { addPerson } from "./console.ts";
import { callerOf, callerWith, consoleAs, consoleRoutes } from "./console_callers.ts";
import {
  act,
  billsOf,
  identifyByCard,
  identifyByIdCard,
  orderAllBills,
  payShownCode,
  readOrder,
  settle,
} from "./visit.ts";
import { openWorld, type World } from "./world.ts";

interface Said {
  readonly where: string;
  readonly text: string;
}

const STORIES = ["two_bills", "one_bill_resident"] as const;

Deno.test("nothing of a patient is in clear where it need not be (R-SEC-12)", async (t) => {
  const said: Said[] = [];
  await using world = await openWorld({ log: rememberingLog(said) });
  rememberAnswers(world, said);
  await aDay(world);
  const known = clearData(world);

  await t.step("the day was seen: masked names are in the answers", () => {
    assert.ok(said.length > 20);
    assert.ok(said.some(({ text }) => text.includes("maskedName")));
  });

  await t.step("answers to terminals and log lines", () => assertMasked(said, known));

  await t.step("every list and page of the console", async () => {
    const answers = await walkConsole(world);
    assert.ok(answers.length > 20);
    assertMasked(answers, known);
  });

  await t.step("refusals do not repeat what was typed", async () => {
    const person = world.person(STORIES[0]);
    const call = consoleAs(world, await everything(world));
    const answers: Said[] = [];
    for (const value of [person.name, person.idNumber, person.phone]) {
      for (
        const [path, body] of [
          ["/persons/search", { by: "id_number", value, more: value }],
          ["/persons/search", { by: value, value }],
          [`/persons/${encodeURIComponent(value)}/reveal`, { fields: [value], reason: value }],
          ["/audit/search", { filter: { from: value, to: value, patientIdNumber: value } }],
        ] as const
      ) {
        const reply = await call("POST", path, body);
        answers.push({ where: `POST ${path} ${reply.status}`, text: await reply.text() });
      }
      const reply = await world.call("POST", "/identifications", {
        id: world.id(),
        credential: { kind: "id_card", idNumber: person.idNumber, name: value, validUntil: value },
      });
      answers.push({ where: `identify ${reply.status}`, text: await reply.text() });
    }
    assertMasked(answers, known);
    assertMasked(said, known);
  });

  await t.step("every table, the audit trail among them", async () => {
    assertMasked(await dumpTables(world), known);
  });
});

/** Two visits, one paid, one given back; consent, a call for staff, a search. */
async function aDay(world: World): Promise<void> {
  const order = await orderAllBills(world, STORIES[0]);
  await act(world, order, "confirm", { quoteVersion: order.quote?.version });
  const shown = await act(world, order, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, shown);
  assert.equal((await settle(world, order)).state, "completed");
  await readOrder(world, order);
  const other = await orderAllBills(world, STORIES[1], "self_pay");
  await act(world, other, "confirm", { quoteVersion: other.quote?.version });
  const paid = await act(world, other, "tender", { id: world.id(), mode: "show_code" });
  await payShownCode(world, paid);
  await act(world, other, "cancel");
  assert.equal((await settle(world, other)).state, "unwound");
  const identificationId = await identifyByCard(world, STORIES[0]);
  await identifyByIdCard(world, STORIES[0]);
  await billsOf(world, identificationId);
  await world.call("POST", "/consents", {
    id: world.id(),
    identificationId,
    purpose: "notification",
    decision: "given",
    noticeVersion: "2026-11",
  });
  await world.call("POST", "/calls", { id: world.id(), reason: "help", orderId: order.id });
  await world.call("GET", "/departments");
  await world.work();
  const call = consoleAs(world, await everything(world));
  const { idNumber } = world.person(STORIES[0]);
  await call("POST", "/persons/search", { by: "id_number", value: idNumber });
}

async function everything(world: World) {
  const login = `clerk-${crypto.randomUUID().slice(0, 8)}`;
  await addPerson(world, { login, permissions: ["person.read"] });
  const names = Object.keys(PERMISSIONS) as (keyof typeof PERMISSIONS)[];
  return callerWith(await callerOf(world, login), names, "/");
}

async function walkConsole(world: World): Promise<Said[]> {
  const caller = await everything(world);
  const call = consoleAs(world, caller);
  const patient = await world.own.db.selectFrom("patient").select("id").executeTakeFirstOrThrow();
  const answers: Said[] = [];
  const paths = consoleRoutes(world.services, caller, world.clock).routes
    .filter(({ method }) => method === "GET").map(({ path }) => path);
  for (const path of new Set(paths)) {
    const id = path.startsWith("/persons") ? patient.id : world.terminal.id;
    const reply = await call("GET", path.replaceAll(/:\w+/g, id));
    answers.push({ where: `GET ${path}`, text: await reply.text() });
  }
  const from = new Date(world.clock.now().getTime() - 86_400_000).toISOString();
  const to = new Date(world.clock.now().getTime() + 60_000).toISOString();
  const { idNumber } = world.person(STORIES[0]);
  for (
    const [path, body] of [
      ["/persons/search", { by: "id_number", value: idNumber }],
      ["/audit/search", { filter: { from, to } }],
    ] as const
  ) {
    const reply = await call("POST", path, body);
    assert.equal(reply.status, 200, path);
    answers.push({ where: `POST ${path}`, text: await reply.text() });
  }
  return answers;
}

async function dumpTables({ own }: World): Promise<Said[]> {
  const { rows: tables } = await sql<{ relname: string }>`select relname from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace`.execute(own.db);
  const dumped: Said[] = [];
  for (const { relname } of tables) {
    const { rows } = await sql<{ text: string }>`select row_to_json(t)::text as text
      from ${sql.table(relname)} t`.execute(own.db);
    dumped.push({ where: relname, text: rows.map(({ text }) => text).join("\n") });
  }
  return dumped;
}

/** Of everybody in the city, not of those who came only. */
function clearData({ city }: World): readonly string[] {
  return city.persons.flatMap(({ name, idNumber, phone, card }) => [
    name,
    idNumber,
    phone,
    ...(card ? [card.number, card.identifier] : []),
  ]);
}

function assertMasked(said: readonly Said[], known: readonly string[]): void {
  const found = said.flatMap(({ where, text }) =>
    known.filter((clear) => text.includes(clear)).map((clear) => `${where}: ${clear}`)
  );
  assert.deepEqual([...new Set(found)], []);
}

function rememberingLog(said: Said[]): Log {
  // As they are handed over, before digits are taken out of them.
  const at = (level: string) => (message: string, fields = {}) => {
    said.push({ where: `log ${level}`, text: `${message} ${JSON.stringify(fields)}` });
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

function rememberAnswers({ app }: World, said: Said[]): void {
  const ask = app.request;
  app.request = async (input, init, ...rest) => {
    const reply = await ask(input, init, ...rest);
    said.push({ where: `${init?.method ?? "GET"} ${input}`, text: await reply.clone().text() });
    return reply;
  };
}
