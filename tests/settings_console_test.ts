import assert from "node:assert/strict";
import { findCity, getOrganisation } from "../server/modules/access/find_organisation.ts";
import type { Caller } from "../server/modules/access/caller.ts";
import type { Permission } from "../server/modules/access/permission.ts";
import type { SettingsReply } from "../server/modules/settings/console/contract.ts";
import { readSettings } from "../server/modules/settings/read_settings.ts";
import { newId } from "../server/platform/ids.ts";
import {
  ADMINISTRATORS,
  answered,
  callerOf,
  callerWith,
  consoleAs,
  initialiseWorld,
  refused,
} from "./console_callers.ts";
import { openWorld, type World } from "./world.ts";

/** Settings in the console: what holds where, and who changes it (R-ORG-05, R-SEC-04). */

const HOURS = { name: "services.hours", value: { from: "08:00", to: "17:30" } } as const;

async function opened() {
  const world = await openWorld();
  await initialiseWorld(world);
  const city = await findCity(world.own);
  const institution = await getOrganisation(world.own, world.terminal.institutionId);
  assert.ok(city);
  const caller = await callerOf(world, ADMINISTRATORS.system);
  return { world, city, institution, caller, call: consoleAs(world, caller) };
}

function at(
  world: World,
  caller: Caller,
  { permissions, path }: { permissions: readonly Permission[]; path: string },
) {
  return consoleAs(world, callerWith(caller, permissions, path));
}

async function lastChange({ own }: World) {
  const row = await own.db.selectFrom("audit_event").selectAll()
    .where("kind", "=", "settings.changed").orderBy("id", "desc").executeTakeFirstOrThrow();
  return { actor: row.actor_name, node: row.stream_id, fields: JSON.parse(row.fields) };
}

Deno.test("settings: what holds at a node, where it comes from, and back again", async (t) => {
  const { world, city, institution, caller, call } = await opened();
  await using _world = world;
  const here = `/settings?organisationId=${institution.id}`;

  await t.step("what nobody set is the default, what the city set is the city's", async () => {
    const { organisation, settings } = await answered<SettingsReply>(call("GET", here));
    assert.equal(organisation.name, institution.name);
    assert.deepEqual(settings["services.hours"].from, { level: "default", name: null });
    assert.equal(settings["services.hours"].version, 0);
    const top = await answered<SettingsReply>(call("GET", "/settings"));
    assert.equal(top.organisation.id, city.id);
  });

  await t.step(
    "a change of the city's holds below; who sees less is not told its name",
    async () => {
      const body = { organisationId: city.id, version: 0, setting: HOURS };
      await answered<SettingsReply>(call("POST", "/settings", body));
      const { settings } = await answered<SettingsReply>(call("GET", here));
      assert.deepEqual(settings["services.hours"].value, HOURS.value);
      assert.deepEqual(settings["services.hours"].from, { level: "city", name: city.name });
      const local = at(world, caller, { permissions: ["setting.read"], path: institution.path });
      const seen = await answered<SettingsReply>(local("GET", "/settings"));
      assert.equal(seen.organisation.id, institution.id);
      assert.deepEqual(seen.settings["services.hours"].from, { level: "city", name: null });
      assert.equal(
        await refused(local("GET", `/settings?organisationId=${city.id}`)),
        "404 access.not_found",
      );
    },
  );

  await t.step("the nearer one wins, terminals go by it, and the trail has both", async () => {
    const value = { from: "09:00", to: "12:00" };
    const body = { organisationId: institution.id, version: 0, setting: { ...HOURS, value } };
    const { settings } = await answered<SettingsReply>(call("POST", "/settings", body));
    assert.deepEqual(settings["services.hours"].inherited.value, HOURS.value);
    const held = await readSettings({ ...world.services.platform, ...world.services }, [
      city.id,
      institution.id,
    ]);
    assert.deepEqual(held.get("services.hours"), value);
    assert.deepEqual(await lastChange(world), {
      actor: ADMINISTRATORS.system,
      node: institution.id,
      fields: { name: "services.hours", before: null, after: JSON.stringify(value) },
    });
  });

  await t.step("who saw something older is refused, and nothing is written over", async () => {
    const { settings } = await answered<SettingsReply>(call("GET", here));
    const { version } = settings["services.hours"];
    assert.ok(version > 0);
    const body = { organisationId: institution.id, setting: HOURS };
    const wrong = "409 settings.changed_meanwhile";
    assert.equal(await refused(call("POST", "/settings", { ...body, version: 0 })), wrong);
    await answered<SettingsReply>(call("POST", "/settings", { ...body, version }));
    assert.equal(await refused(call("POST", "/settings", { ...body, version })), wrong);
    const reset = { organisationId: institution.id, version, name: HOURS.name };
    assert.equal(await refused(call("POST", "/settings/reset", reset)), wrong);
    const never = { ...reset, version: 0, name: "payment.modes" };
    assert.equal(await refused(call("POST", "/settings/reset", never)), wrong);
  });

  await t.step("after a reset what comes from above holds again", async () => {
    const { settings } = await answered<SettingsReply>(call("GET", here));
    const { version } = settings["services.hours"];
    const body = { organisationId: institution.id, version, name: HOURS.name };
    const after = await answered<SettingsReply>(call("POST", "/settings/reset", body));
    assert.deepEqual(after.settings["services.hours"].from, { level: "city", name: city.name });
    assert.equal(after.settings["services.hours"].version, 0);
    assert.equal((await lastChange(world)).fields.after, null);
  });

  await t.step("one changed past the platform does not count, and is shown as that", async () => {
    await world.own.db.updateTable("setting").set({ value: '{"from":"00:00","to":"00:01"}' })
      .where("name", "=", HOURS.name).execute();
    const { settings } = await answered<SettingsReply>(call("GET", "/settings"));
    assert.equal(settings["services.hours"].broken, true);
    assert.deepEqual(settings["services.hours"].from, { level: "default", name: null });
  });
});

Deno.test("settings: what terminals could not go by is not taken (R-SEC-09)", async () => {
  const { world, city, call } = await opened();
  await using _world = world;
  const wrong: readonly (readonly [string, unknown])[] = [
    ["services.hours", { from: "17:00", to: "08:00" }],
    ["services.hours", { from: "8:00", to: "25:00" }],
    ["services.open", ["pay", "pay"]],
    ["services.open", ["steal"]],
    ["kiosk.idle", { warnAfterMs: 60_000, endAfterMs: 30_000 }],
    ["kiosk.brand", { product: "", city: "", logoSvg: null, accent: null }],
    ["kiosk.brand", { product: "一卡通", city: "", logoSvg: "<script>", accent: null }],
    ["kiosk.brand", { product: "一卡通", city: "", logoSvg: null, accent: "red" }],
    ["payment.modes", []],
    ["terminal.suspended", "yes"],
    ["no.such", true],
  ];
  for (const [name, value] of wrong) {
    const body = { organisationId: city.id, version: 0, setting: { name, value } };
    assert.equal(await refused(call("POST", "/settings", body)), "400 request.malformed", name);
  }
  const body = { organisationId: newId(world.clock.now()), version: 0, setting: HOURS };
  assert.equal(await refused(call("POST", "/settings", body)), "404 access.not_found");
});
