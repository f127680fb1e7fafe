import assert from "node:assert/strict";
import { newId } from "../server/platform/ids.ts";
import { addPerson, Browser, signInEnrolling } from "./console.ts";
import { openWorld } from "./world.ts";

Deno.test("console: nobody writes over what somebody else changed meanwhile (R-ORG-01)", async (t) => {
  await using world = await openWorld();
  const { db } = world.own;
  await addPerson(world, {
    login: "admin",
    duty: "system",
    permissions: [
      "organisation.read",
      "organisation.change",
      "account.read",
      "account.change",
      "rights.read",
    ],
  });
  await addPerson(world, {
    login: "chief",
    duty: "security",
    permissions: ["rights.read", "role.change"],
  });
  const [admin, chief] = [new Browser(world), new Browser(world)];
  await signInEnrolling(world, admin, "admin");
  await signInEnrolling(world, chief, "chief");

  /** Two who read the same: the first is answered, the second told, and does it after reading. */
  async function twoChange(
    { browser, path, read, changes }: {
      readonly browser: Browser;
      readonly path: string;
      readonly read: () => Promise<{ readonly version: string }>;
      readonly changes: readonly [object, object];
    },
  ): Promise<void> {
    const { version } = await read();
    const send = (body: object) => browser.call("PATCH", path, { body });
    const first = await send({ ...changes[0], version });
    assert.equal(first.status, 200, await first.clone().text());
    const answered = await first.json();
    assert.notEqual(answered.version, version);
    assert.deepEqual((await read()).version, answered.version, "as a reader sees it");
    const second = await send({ ...changes[1], version });
    assert.equal(second.status, 409);
    assert.equal((await second.json()).code, "access.changed_meanwhile");
    assert.deepEqual((await read()).version, answered.version, "nothing was changed");
    const after = await send({ ...changes[1], version: answered.version });
    assert.equal(after.status, 200, await after.clone().text());
    await after.body?.cancel();
    const malformed = await send({ ...changes[1], version: "1" });
    assert.equal(malformed.status, 400);
    await malformed.body?.cancel();
  }

  const readOne = (browser: Browser, path: string) => async () =>
    await (await browser.call("GET", path)).json();

  await t.step("organisations", async () => {
    const { id } = await db.selectFrom("organisation").select("id").where("kind", "=", "centre")
      .orderBy("id").executeTakeFirstOrThrow();
    const path = `/organisations/${id}`;
    await twoChange({
      browser: admin,
      path,
      read: readOne(admin, path),
      changes: [{ staffPhone: "0769-1" }, { staffPhone: "0769-2" }],
    });
  });

  await t.step("accounts, whose last use is no change", async () => {
    const id = await addPerson(world, { login: "clerk" });
    const path = `/accounts/${id}`;
    const read = readOne(admin, path);
    const { version } = await read();
    await new Browser(world).signIn("clerk");
    assert.equal((await read()).version, version);
    await twoChange({ browser: admin, path, read, changes: [{ name: "甲" }, { name: "乙" }] });
    const { version: named } = await read();
    const expiresAt = "2027-01-01T00:00:00.000Z";
    const end = await admin.call("PATCH", path, { body: { expiresAt, version: named } });
    assert.notEqual((await end.json()).version, named);
  });

  await t.step("roles", async () => {
    const id = newId(world.clock.now());
    const made = await chief.call("POST", "/roles", {
      body: { id, name: "导诊", duty: "business", permissions: ["order.read"], addresses: null },
    });
    assert.equal(made.status, 201, await made.clone().text());
    await made.body?.cancel();
    const read = async () => {
      const { roles } = await (await chief.call("GET", "/roles")).json();
      return roles.find((role: { id: string }) => role.id === id);
    };
    const changes = [{ name: "导诊台" }, { name: "咨询台" }] as const;
    await twoChange({ browser: chief, path: `/roles/${id}`, read, changes });
  });
});
