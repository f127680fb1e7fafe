import assert from "node:assert/strict";
import { createApp } from "../../server/app.ts";
import { addPerson, Browser, codeNow, PASSWORD, signInEnrolling } from "../console.ts";
import { startPostgresServer } from "../postgres_server.ts";
import { openWorld } from "../world.ts";

/** What many do at the same moment, over two processes on one PostgreSQL. */

async function asked(browsers: readonly Browser[], path: string, body: unknown): Promise<number[]> {
  const replies = await Promise.all(
    browsers.map((browser) => browser.call("POST", path, { body })),
  );
  return replies.map(({ status }) => status);
}

Deno.test("sign-ins at the same moment", async (t) => {
  await using server = await startPostgresServer();
  await using world = await openWorld({
    databaseServer: { url: server.url, through: server.url },
  });
  const apps = [world.app, createApp(world.another())];
  let hosts = 0;
  const browserOf = (at: number): Browser => {
    const app = apps[at % apps.length] ?? world.app;
    return new Browser({ app }, { "x-forwarded-for": `172.18.${hosts >> 8}.${++hosts & 255}` });
  };
  const crowd = (size: number) => Array.from({ length: size }, (_, at) => browserOf(at));

  await t.step("no more guesses are looked at than the policy allows", async () => {
    const id = await addPerson(world, { login: "raced" });
    const guesses = crowd(24).map((browser, at) =>
      browser.call("POST", "/sign-in", { body: { login: "raced", password: `guess-${at}` } })
    );
    const statuses = (await Promise.all(guesses)).map(({ status }) => status);
    assert.ok(statuses.every((status) => status === 401 || status === 429), String(statuses));
    const looked = await world.own.db.selectFrom("audit_event").select("id")
      .where("kind", "=", "access.sign_in_refused").where("object_id", "=", id)
      .where("reason", "=", "wrong_password").execute();
    assert.ok(looked.length >= 1 && looked.length <= 5, `${looked.length} guesses were looked at`);
    const row = await world.own.db.selectFrom("sign_in_failure").selectAll()
      .where("name", "=", id).executeTakeFirstOrThrow();
    assert.equal(row.failures, looked.length);
  });

  await t.step("one code signs in once", async () => {
    await addPerson(world, { login: "coded", duty: "audit" });
    const { secret, recoveryCodes } = await signInEnrolling(world, browserOf(0), "coded");
    world.clock.advance(30_000);
    const body = { kind: "totp", code: codeNow(world, secret) };
    const statuses = await halfway({ browsers: [browserOf(0), browserOf(1)], body });
    assert.deepEqual(statuses.toSorted(), [200, 401]);
    world.clock.advance(60_000);
    const [code = ""] = recoveryCodes;
    const recovery = { kind: "recovery_code", code };
    const recovered = await halfway({
      browsers: [browserOf(0), browserOf(1)],
      body: recovery,
    });
    assert.deepEqual(recovered.toSorted(), [200, 401]);
  });

  await t.step("sessions at the same moment stay within the bound", async () => {
    const id = await addPerson(world, { login: "many" });
    const browsers = crowd(6);
    for (let at = 0; at < browsers.length; at += 2) {
      await asked(browsers.slice(at, at + 2), "/sign-in", { login: "many", password: PASSWORD });
    }
    const open = await world.own.db.selectFrom("console_session").select("id")
      .where("account_id", "=", id).where("ended_at", "is", null).execute();
    assert.equal(open.length, 2);
  });

  await t.step("a limit holds over both processes", async () => {
    const statuses = await Promise.all(
      Array.from(
        { length: 90 },
        (_, at) =>
          new Browser({ app: apps[at % 2] ?? world.app }, { "x-forwarded-for": "172.19.0.1" })
            .call("POST", "/sign-in/totp").then(({ status }) => status),
      ),
    );
    assert.equal(statuses.filter((status) => status === 429).length, 30);
  });
});

/** Attempts of the same account beside each other, as two devices would have them. */
async function halfway(
  { browsers, body }: { readonly browsers: readonly Browser[]; readonly body: unknown },
): Promise<number[]> {
  const [first, ...others] = browsers;
  assert.ok(first);
  await first.signIn("coded");
  // A second sign-in ends the first one's attempt: both hold the same.
  for (const other of others) {
    for (const [name, value] of first.cookies) other.cookies.set(name, value);
  }
  return await asked(browsers, "/sign-in/second-factor", body);
}
