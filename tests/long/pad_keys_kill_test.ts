import assert from "node:assert/strict";
import { developmentKeys, developmentPadTransport } from "../../cli/dev/development_keys.ts";
import { seedCity } from "../../cli/dev/seed_city.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { sm4Decrypt } from "../../crypto/sm4.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { SimulatedPinPad } from "../../sandbox/devices/pin_pad/simulated_pin_pad.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { createPadMaster } from "../../server/modules/fleet/pad_keys/issue_pad_keys.ts";
import { padKeyRoutes } from "../../server/modules/fleet/pad_keys/routes.ts";
import { usePadKeys } from "../../server/modules/fleet/pad_keys/use_pad_keys.ts";
import { findTerminal } from "../../server/modules/fleet/register_terminals.ts";
import type { TerminalEnv } from "../../server/modules/fleet/terminal_door.ts";
import { padMacMethod } from "../../server/platform/card_sale_text.ts";
import { createRoutes } from "../../server/platform/http.ts";
import { ensurePartitions } from "../../server/platform/partitions.ts";
import { PARTITIONED } from "../../server/schema.ts";
import { Journal } from "../../terminal/journal.ts";
import { type PadKeyEnd, settlePadKeys } from "../../terminal/pad_keys/settle_pad_keys.ts";
import { askPadKeys } from "../../terminal/platform_calls.ts";
import type { PlatformAnswer, PlatformCall } from "../../terminal/platform_client.ts";
import { testAudit } from "../audit.ts";
import { Crash } from "../crash.ts";
import { testDb } from "../db.ts";
import { testRowTags } from "../sealer.ts";

const SECRET = "5a".repeat(32);
const OVER_A_WEEK_MS = 8 * 24 * 3_600_000;
const OPTIONS = { signal: new AbortController().signal, timeoutMs: 5_000 };
const SALE = new TextEncoder().encode("YKCARD1|0001|t|100|6229990000000000|-");

class PowerCut extends Error {}

/** Asked, fetched, kept, PIN key in, MAC key in, kept, confirmed, kept; and none. */
const CUTS = [0, 1, 2, 3, 4, 5, 6, 7, Infinity];
/** With the platform dying as well: keys half in, all in and not told, and none. */
const CUTS_AND_DEATH = [4, 6, Infinity];

/** Where the platform dies: at the commit of the new keys, and at that of the confirmation. */
const DEATHS: readonly ((crash: Crash) => void)[] = [
  (crash) => crash.beforeCommit(1),
  (crash) => crash.afterCommits(1),
  (crash) => crash.beforeCommit(2),
  (crash) => crash.afterCommits(2),
];

async function openBothEnds() {
  let now = new Date("2026-11-23T01:00:00Z");
  const clock = { now: () => now };
  const folder = await Deno.makeTempDir({ prefix: "yikatong-pad-" });
  const crash = new Crash();
  const own = await testDb(now, (dialect) => crash.wrap(dialect));
  const { db } = own;
  const provider = new SoftwareProvider(portableEngine(), {
    name: "test",
    keys: developmentKeys(SECRET),
  });
  const audit = testAudit(clock);
  await seedCity({ db, clock, audit, rowTags: testRowTags() }, buildCity());
  const terminal = await findTerminal({ db }, { number: "0001" });
  const transportKey = await provider.findKey("pad-transport");
  assert.ok(terminal && transportKey);
  const actor = shellActor("0001");
  const deps = { db, clock, audit, provider };
  const asked = { terminalId: terminal.id, actor, algorithm: "sm4", to: { transportKey } } as const;
  const master = await createPadMaster(deps, asked);
  const pad = new SimulatedPinPad({ isSecureRoom: true });
  const transport = developmentPadTransport(SECRET);
  const key = sm4Decrypt({ mode: "ecb", key: transport, padding: "none" }, master.wrapped);
  const slot = { slot: 0, algorithm: "sm4", purpose: "key_encryption", under: null } as const;
  assert.equal((await pad.loadKey({ ...slot, key }, OPTIONS)).kind, "done");

  const routes = createRoutes<TerminalEnv>();
  routes.use(async (c, next) => {
    c.set("actor", actor);
    // The routes look at nothing else of a site.
    c.set("site", Object.assign(Object.create(null), { terminal }));
    await next();
  });
  routes.route("/", padKeyRoutes(deps));
  routes.onError(() => new Response(null, { status: 503 }));

  async function call<Value>(
    { method, path, body, schema }: PlatformCall<Value>,
  ): Promise<PlatformAnswer<Value>> {
    const reply = await routes.request(path, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
    });
    if (reply.status >= 400) return { kind: "no_answer", reason: "it is dead", late: false };
    const value = reply.status === 204 ? null : await reply.json();
    return { kind: "answered", status: reply.status, value: schema.parse(value) };
  }

  /** One life of the terminal; its power goes behind so many steps. */
  async function live(cutBehind = Infinity): Promise<PadKeyEnd> {
    let left = cutBehind;
    const step = <Value>(value: Value): Value => {
      if (--left < 0) throw new PowerCut();
      return value;
    };
    using journal = new Journal(`${folder}/journal.sqlite`, clock);
    const pinPad = new Proxy(pad, {
      get(target, name) {
        if (name === "loadKey") {
          return async (...args: Parameters<typeof pad.loadKey>) =>
            step(await target.loadKey(...args));
        }
        const value = Reflect.get(target, name, target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const client = { call: async <Value>(one: PlatformCall<Value>) => step(await call(one)) };
    const memory = {
      keep: (keys: Parameters<typeof journal.pad.keep>[0]) => step(journal.pad.keep(keys)),
      find: () => journal.pad.find(),
      forget: () => step(journal.pad.forget()),
    };
    const told = await client.call(askPadKeys());
    const state = told.kind === "answered" ? told.value : null;
    const end = { pinPad, register: null, client, memory, note: () => {} };
    return await settlePadKeys(end, state, OPTIONS.signal);
  }

  return {
    crash,
    live,
    /** Until the keys are so old that new ones are wanted. */
    async nextRenewal(): Promise<void> {
      now = new Date(now.getTime() + OVER_A_WEEK_MS);
      await ensurePartitions(db, PARTITIONED, now);
    },
    /** Which generation the platform takes the pad's signature for: 0 is the one that counts. */
    async generationOf(end: PadKeyEnd): Promise<number> {
      assert.ok(end.kind === "ready", JSON.stringify(end));
      const made = await pad.mac({ ...end.keys.mac, data: SALE }, OPTIONS);
      assert.ok(made.kind === "done", JSON.stringify(made));
      const found = await usePadKeys({ db, provider })("0001", async (generations) => {
        const fits = await Promise.all(
          generations.map(({ mac, algorithm }) =>
            provider.verifyMac(mac, padMacMethod(algorithm), SALE, made.value)
          ),
        );
        return fits.indexOf(true);
      });
      return found ?? -1;
    },
    async counting(): Promise<number | null> {
      const told = await call(askPadKeys());
      return told.kind === "answered" && !told.value.wanted ? told.value.version : null;
    },
    async [Symbol.asyncDispose]() {
      await provider[Symbol.asyncDispose]();
      await own[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("wherever platform and terminal are killed, both end with one generation of keys (R-DEV-10)", async () => {
  await using ends = await openBothEnds();
  const { crash, live } = ends;
  assert.equal((await live()).kind, "ready");
  let cuts = 0;
  const kills = [
    ...CUTS.map((cutBehind) => ({ cutBehind, death: -1 })),
    ...DEATHS.flatMap((_, death) => CUTS_AND_DEATH.map((cutBehind) => ({ cutBehind, death }))),
  ];
  for (const { cutBehind, death } of kills) {
    const where = `death ${death}, cut behind ${cutBehind}`;
    await ends.nextRenewal();
    DEATHS[death]?.(crash);
    const broken = await live(cutBehind).catch((thrown) => {
      assert.ok(thrown instanceof PowerCut, String(thrown));
      cuts += 1;
      return null;
    });
    crash.restart();
    // Cards may be offered now: then the platform knows what the pad signs with.
    if (broken?.kind === "ready") assert.equal(await ends.generationOf(broken), 0, where);
    const end = await live();
    assert.equal(await ends.generationOf(end), 0, where);
    assert.equal(end.kind === "ready" ? end.version : null, await ends.counting(), where);
  }
  assert.ok(cuts >= CUTS.length - 1, "the terminal was really killed");
});
