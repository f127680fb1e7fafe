import assert from "node:assert/strict";
import { createApp } from "../../server/app.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { changeSetting } from "../../server/modules/settings/read_settings.ts";
import { assertBooksAgree, assertNothingForgotten, readBooks } from "../books.ts";
import { admitPatient, askDischarge, endOfDischarge, topUp, ward } from "../inpatient.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { openWorld, TEST_SECRETS, type World } from "../world.ts";

/** What is due after a stay, asked for at once where transactions really run side by side. */

const STORY = "card_v2";
const REQUESTS = 20;

Deno.test("of 20 requests at once for what a stay leaves one is made (R-REF-07)", async () => {
  await using server = await startPostgresServer();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url },
  });
  const other: World = { ...world, call: callsOf(world) };
  await openService(world);
  const patient = await admitPatient(world, STORY);
  await topUp(world, patient);
  world.clock.advance(60_000);
  await topUp(world, patient, { choice: "preset-100000" }, "WXPAY");
  const before = (await readBooks(world)).parties.bank;
  await ward(world, STORY, "settle-stay", { cost: "300.00" });
  const replies = await Promise.all(
    Array.from({ length: REQUESTS }, (_, n) => askDischarge(n % 2 === 0 ? world : other, patient)),
  );
  const made = replies.filter(({ status }) => status === 201);
  assert.equal(made.length, 1);
  for (const reply of replies.filter((each) => each !== made[0])) {
    const { code } = await reply.json();
    assert.ok(["inpatient.in_another_refund", "inpatient.nothing_due"].includes(code), code);
  }
  assert.ok(made[0]);
  const view = await endOfDischarge(world, made[0]);
  assert.deepEqual([view.state, view.hereFen], ["returned", "120000"]);
  assert.equal(before - (await readBooks(world)).parties.bank, 120_000n);
  const rows = await world.own.db.selectFrom("inpatient_discharge").select("id").execute();
  assert.equal(rows.length, 1);

  // One id from two processes is one request.
  await ward(world, STORY, "settle-stay", { cost: "100.00" });
  const id = world.id();
  const same = await Promise.all(
    Array.from({ length: REQUESTS }, (_, n) => askDischarge(n % 2 ? world : other, patient, id)),
  );
  for (const reply of same) {
    assert.ok([200, 201, 409].includes(reply.status), await reply.clone().text());
  }
  const first = same.find(({ status }) => status === 201);
  assert.ok(first);
  const more = await endOfDischarge(world, first);
  assert.deepEqual([more.state, more.hereFen], ["returned", "20000"]);
  assert.equal(before - (await readBooks(world)).parties.bank, 140_000n);
  await assertBooksAgree(world, "twenty at once");
  await assertNothingForgotten(world, "twenty at once");
});

async function openService(world: World): Promise<void> {
  const { audit, rowTags } = world.services;
  await world.own.db.transaction().execute((tx) =>
    changeSetting({ clock: world.clock, audit, rowTags }, tx, {
      change: {
        scopeId: world.terminal.id,
        name: "services.open",
        value: ["pay", "register", "inpatient"],
      },
      actor: shellActor("test"),
    })
  );
  world.clock.advance(3_000);
}

/** Through a second platform on the same database. */
function callsOf(world: World): World["call"] {
  const app = createApp(world.another());
  return async (method, path, body) =>
    await app.request(`/api/terminal/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TEST_SECRETS.terminalToken}`,
        "x-terminal-id": world.terminal.id,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
}
