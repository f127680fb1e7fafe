import assert from "node:assert/strict";
import { developmentKeys } from "../../cli/dev/development_keys.ts";
import type { KeyHandle } from "../../crypto/provider.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { openLineKeys } from "../../server/modules/fleet/line/line_keys.ts";
import { LineSessions } from "../../server/modules/fleet/line/line_sessions.ts";
import { notAuthenticated } from "../../server/modules/fleet/line/refusals.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { Crash } from "../crash.ts";
import {
  callSigned,
  enrol,
  newTerminal,
  open,
  type OpenLine,
  postJson,
  signOpening,
} from "../line_client.ts";
import { openWorld, type World, type WorldOptions } from "../world.ts";

/** What one process of the platform keeps of its lines, and what a request costs. */

async function linesOf(world: World, numbers: readonly string[]): Promise<OpenLine[]> {
  const send = (path: string, init: RequestInit) => world.app.request(path, init);
  const lines: OpenLine[] = [];
  for (const number of numbers) {
    const terminal = await newTerminal({ clock: world.clock, send, number });
    lines.push(await open(await enrol(terminal, world.own.db)));
  }
  return lines;
}

/** Counts what reaches the database. */
function counting(): { readonly wrap: NonNullable<WorldOptions["wrap"]>; statements: number } {
  const count = {
    statements: 0,
    wrap: (dialect: Parameters<NonNullable<WorldOptions["wrap"]>>[0]) => ({
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (db: Parameters<typeof dialect.createIntrospector>[0]) =>
        dialect.createIntrospector(db),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createDriver() {
        const driver = dialect.createDriver();
        const acquire = driver.acquireConnection.bind(driver);
        driver.acquireConnection = (...args) => {
          count.statements += 1;
          return acquire(...args);
        };
        return driver;
      },
    }),
  };
  return count;
}

Deno.test("a pulse on a session that is known here asks no database", async () => {
  const count = counting();
  await using world = await openWorld({ wrap: count.wrap });
  const [line] = await linesOf(world, ["0001"]);
  assert.ok(line);
  assert.equal((await callSigned(line, { method: "GET", path: "/pulse" })).status, 204);
  world.clock.advance(60_000);
  const before = count.statements;
  for (let n = 0; n < 20; n++) {
    const pulse = await callSigned(line, { method: "GET", path: "/pulse" });
    assert.deepEqual([pulse.status, pulse.isSigned], [204, true]);
  }
  assert.equal(count.statements, before);
});

Deno.test("a pulse is answered while the database is gone", async () => {
  const crash = new Crash();
  await using world = await openWorld({ wrap: (dialect) => crash.wrap(dialect) });
  const [line] = await linesOf(world, ["0001"]);
  assert.ok(line);
  assert.equal((await callSigned(line, { method: "GET", path: "/pulse" })).status, 204);
  crash.afterCommits(1);
  await world.call("POST", "/calls", { id: world.id(), reason: "help", orderId: null });
  assert.ok(crash.isDead);
  assert.equal((await callSigned(line, { method: "GET", path: "/pulse" })).status, 204);
  const call = { id: world.id(), reason: "help", orderId: null };
  const failed = await callSigned(line, { method: "POST", path: "/calls", body: call });
  assert.deepEqual([failed.status, failed.isSigned], [500, true], "a trouble is told signed");
  crash.restart();
  assert.equal(
    (await callSigned(line, { method: "POST", path: "/calls", body: call })).status,
    200,
  );
});

/** Knows which ephemeral keys it was not told to destroy yet. */
class WatchedProvider extends SoftwareProvider {
  readonly held = new Set<KeyHandle>();
  most = 0;

  override async unwrapKey(
    ...args: Parameters<SoftwareProvider["unwrapKey"]>
  ): Promise<KeyHandle> {
    const key = await super.unwrapKey(...args);
    this.held.add(key);
    this.most = Math.max(this.most, this.held.size);
    return key;
  }

  override async destroyKey(key: KeyHandle): Promise<void> {
    await super.destroyKey(key);
    this.held.delete(key);
  }
}

Deno.test("LineSessions keeps few sessions, and wipes no key that is in use", async () => {
  await using world = await openWorld();
  const lines = await linesOf(world, ["0001", "0002", "0003", "0004"]);
  await using provider = new WatchedProvider(portableEngine(), {
    name: "watched",
    keys: developmentKeys("00".repeat(32)),
  });
  const keys = { provider };
  const { clock, own: { db } } = world;
  const sessions = new LineSessions({ db, clock, keys, log: SILENT_LOG }, 2);
  const ids = lines.map(({ sessionId }) => sessionId);
  const message = new Uint8Array(8);
  const macOf = (id: string) =>
    sessions.use(id, ({ macKey }) => keys.provider.mac(macKey, "hmac_sm3", message));

  const held = Promise.withResolvers<void>();
  const [first = ""] = ids;
  const expected = await macOf(first);
  const slow = sessions.use(first, async ({ macKey }) => {
    await held.promise;
    return await keys.provider.mac(macKey, "hmac_sm3", message);
  });
  for (const id of ids.slice(1)) assert.ok(await macOf(id));
  await Promise.all(
    Array.from({ length: 40 }, (_, n) => macOf(ids[n % ids.length] ?? "")),
  );
  held.resolve();
  assert.deepEqual(await slow, expected, "evicted while it was used");
  assert.equal(await macOf(world.id()), null);
  assert.deepEqual(await macOf(first), expected);
  await sessions.close();
  assert.ok(provider.most <= 8, `${provider.most} keys at once, of two kept and two in use`);
  assert.equal(provider.held.size, 0, "a provider holds a bounded number");
});

Deno.test("a process without the session's wrapping key sends the terminal to open another", async () => {
  await using world = await openWorld();
  const [line] = await linesOf(world, ["0001"]);
  assert.ok(line);
  await world.own.db.updateTable("line_session").set({ wrap_version: 2 }).execute();
  const answer = await callSigned(line, { method: "GET", path: "/settings" });
  assert.deepEqual([answer.status, answer.isSigned, answer.body.code], [
    401,
    false,
    notAuthenticated().code,
  ]);
});

Deno.test("a session that another key store made is opened anew", async () => {
  await using world = await openWorld();
  const [line, other] = await linesOf(world, ["0001", "0002"]);
  assert.ok(line && other);
  const [of] = await world.own.db.selectFrom("line_session").select(["mac_key", "data_key"])
    .where("id", "=", other.sessionId).execute();
  assert.ok(of);
  await world.own.db.updateTable("line_session").set(of).where("id", "=", line.sessionId).execute();
  const answer = await callSigned(line, { method: "GET", path: "/settings" });
  assert.deepEqual([answer.status, answer.body.code], [401, notAuthenticated().code]);
  assert.equal(
    (await callSigned(await open(line.of), { method: "GET", path: "/pulse" })).status,
    204,
  );
});

Deno.test("strangers keep no terminal out, and who knows one terminal keeps that one out alone", async () => {
  await using world = await openWorld();
  const [line, other] = await linesOf(world, ["0001", "0002"]);
  assert.ok(line && other);
  const ephemeralPublicKey = line.of.platform.agreeKey;
  const good = await signOpening(line.of, { ephemeralPublicKey });
  const statuses = async (terminalId: string, { count, from }: { count: number; from: string }) => {
    const seen = new Set<number>();
    const body = { ...good, terminalId, signature: "00".repeat(64) };
    const send = async (path: string, init: RequestInit) =>
      await world.app.request(path, init, { remoteAddr: { hostname: from } });
    for (let n = 0; n < count; n++) seen.add((await postJson({ send }, "/sessions", body)).status);
    return [...seen];
  };
  assert.deepEqual(await statuses(world.id(), { count: 600, from: "192.0.2.1" }), [401]);
  assert.deepEqual(await statuses(world.id(), { count: 100, from: "192.0.2.1" }), [429]);
  const known = { count: 40, from: "192.0.2.2" };
  assert.deepEqual(await statuses(line.of.terminalId, known), [401, 429]);
  assert.equal(
    (await callSigned(await open(other.of), { method: "GET", path: "/pulse" })).status,
    204,
  );
});

Deno.test("openLineKeys() tells what is missing, and what may not be used", async () => {
  const all = developmentKeys("11".repeat(32));
  const old = all.filter(({ label }) => label.startsWith("column-"));
  const provider = (options: ConstructorParameters<typeof SoftwareProvider>[1]) =>
    new SoftwareProvider(portableEngine(), options);
  await using without = provider({ name: "old", keys: old });
  assert.deepEqual(await openLineKeys(without), {
    trouble: { kind: "missing", labels: ["line-sign", "line-agree", "line-wrap"] },
  });
  await using forbidden = provider({
    name: "strict",
    keys: all,
    allowSoftwarePrivateKeys: false,
  });
  assert.deepEqual(await openLineKeys(forbidden), { trouble: { kind: "not_allowed" } });
  await using whole = provider({ name: "whole", keys: all });
  assert.ok("keys" in await openLineKeys(whole));
});

Deno.test("a platform without keys for the line says so", async () => {
  await using world = await openWorld({ lineKeys: null });
  const send = (path: string, init: RequestInit) => world.app.request(path, init);
  const reply = await postJson({ send }, "/enrolments", {
    id: world.id(),
    terminalNumber: "0001",
    signKey: `04${"00".repeat(64)}`,
    agreeKey: `04${"00".repeat(64)}`,
    commitment: "00".repeat(32),
  });
  assert.deepEqual([reply.status, (await reply.json()).code], [503, "line.unavailable"]);
  assert.equal((await world.call("GET", "/settings")).status, 200, "the rest is served");
});
