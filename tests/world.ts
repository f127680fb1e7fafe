import type { Hono } from "hono";
import { devConfig, sandboxSecrets } from "../cli/dev/config.ts";
import { developmentCardMaster } from "../cli/dev/development_keys.ts";
import type { DevSecrets } from "../cli/dev/secrets.ts";
import { seedCity } from "../cli/dev/seed_city.ts";
import { buildCity } from "../sandbox/city/build_city.ts";
import type { City, CityPerson } from "../sandbox/city/city.ts";
import { type Faults, inProcessFetch } from "../sandbox/faults.ts";
import { DONGGUAN_SANDBOX, type SandboxRegion } from "../sandbox/insurance/region.ts";
import { createSandbox, urlsOf } from "../sandbox/start_sandbox.ts";
import { createApp } from "../server/app.ts";
import type { ConnectCardHost } from "../server/gateways/card_host/card_link.ts";
import { DONGGUAN, type RegionalProfile } from "../server/gateways/insurance/profile.ts";
import { shellActor } from "../server/modules/audit/actor.ts";
import { findCity } from "../server/modules/access/find_organisation.ts";
import { driveDueOrders } from "../server/modules/checkout/jobs.ts";
import { developmentTerminals } from "../server/modules/fleet/authenticate_terminal.ts";
import { installationOf } from "../server/modules/compliance/installation.ts";
import { findTerminal } from "../server/modules/fleet/register_terminals.ts";
import type { LineKeys } from "../server/modules/fleet/line/line_keys.ts";
import type { Terminal } from "../server/modules/fleet/terminal.ts";
import { changeSetting } from "../server/modules/settings/read_settings.ts";
import type { CheckoutProfile } from "../server/modules/settings/setting.ts";
import { SETTING_DEFAULTS } from "../server/modules/settings/setting.ts";
import type { OutsideConfig } from "../server/outside_services.ts";
import { bankConfig, openParties } from "../server/parties.ts";
import { openServerDatabase } from "../server/platform/db.ts";
import type { Clock } from "../server/platform/clock.ts";
import { newId } from "../server/platform/ids.ts";
import { type Log, SILENT_LOG } from "../server/platform/log.ts";
import { Metrics } from "../server/platform/metrics.ts";
import { dispatchOutbox } from "../server/platform/outbox.ts";
import type { Tables } from "../server/schema.ts";
import { buildServices, type Services } from "../server/services.ts";
import { subscriptions } from "../server/subscriptions.ts";
import { testAudit } from "./audit.ts";
import { type TestDb, testDb, type WrapDialect } from "./db.ts";
import { testLineKeys } from "./line_keys.ts";
import { TEST_KEYS_SECRET, testProvider, testRowTags, testSealer } from "./sealer.ts";
import type { Kysely } from "kysely";

/** A clock the test moves by hand. */
export class TestClock {
  #now: number;

  constructor(start: Date) {
    this.#now = start.getTime();
  }

  now(): Date {
    return new Date(this.#now);
  }

  advance(ms: number): void {
    this.#now += ms;
  }
}

const KEY = "5a".repeat(32);

export const TEST_SECRETS: DevSecrets = {
  columnSecret: TEST_KEYS_SECRET,
  terminalToken: KEY,
  his: KEY,
  citizenCode: KEY,
  insurance: KEY,
  bankApp: KEY,
  bankNotify: KEY,
};

/** A weekday morning: clinics are open and slots are there. */
export const START = new Date("2026-11-18T01:00:00Z");

export interface WorldOptions {
  readonly profile?: Partial<CheckoutProfile>;
  /** What the region of insurance has set otherwise, and its centre with it. */
  readonly regional?: Partial<RegionalProfile>;
  readonly centre?: Partial<Omit<SandboxRegion, "tif">>;
  /** Stands between the platform and its database, to make it fail where a test wants. */
  readonly wrap?: WrapDialect;
  readonly log?: Log;
  /** Identity providers and authorities of certificates; none when absent. */
  readonly outside?: OutsideConfig;
  /** Null for a platform whose key store has none. */
  readonly lineKeys?: LineKeys | null;
  /** A database with a city in it already; the world disposes of it. */
  readonly own?: TestDb;
  /** A server of the test's own, and the address the platform reaches it by. */
  readonly databaseServer?: { readonly url: string; readonly through: string };
}

/** The whole platform with its outside world in one process, on one database, under one clock. */
export interface World extends AsyncDisposable {
  readonly own: TestDb;
  readonly clock: TestClock;
  readonly city: City;
  readonly faults: Faults;
  readonly app: Hono;
  readonly services: Services;
  readonly terminal: Terminal;
  person(story: string): CityPerson;
  id(): string;
  /** Calls the terminal API as the first terminal, or another. */
  call(method: string, path: string, body?: unknown, terminal?: Terminal): Promise<Response>;
  /** The control side of the outside world. */
  control(path: string, body?: unknown): Promise<Response>;
  /** Lets workers do all that is due now. */
  work(): Promise<void>;
  /** The outside world's own clockwork: the bank sends the notices that are due. */
  tick(): Promise<number>;
  /** The line to the outside world, as the platform's gateways have it. */
  readonly fetch: typeof fetch;
  readonly connectCardHost: ConnectCardHost;
  /** A second platform process on the same database, with what it has of its own. */
  another(own?: Partial<ProcessParts>): Services;
}

/** What a process of the platform may have other than the world's. */
export interface ProcessParts {
  readonly db: Kysely<Tables>;
  readonly clock: Clock;
  readonly log: Log;
  /** Its line to the outside world. */
  readonly fetch: typeof fetch;
  /** Its line to the card host. */
  readonly connectCardHost: ConnectCardHost;
}

/** What is seeded is older than what a test does: ids of one millisecond, by two writers, mix. */
const SEED_LEAD_MS = 1000;

const SANDBOX_URL = "http://sandbox.test";

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const own = options.own ?? await testDb(START, options.wrap, options.databaseServer?.url);
  const clock = new TestClock(new Date(START.getTime() - SEED_LEAD_MS));
  const city = buildCity();
  const platform: { app: Hono | null } = { app: null };
  const sandbox = createSandbox({
    dataDir: ":memory:",
    clock,
    city,
    ...(options.centre && { region: { ...DONGGUAN_SANDBOX, ...options.centre } }),
    secrets: {
      ...sandboxSecrets(TEST_SECRETS),
      cardHost: { master: developmentCardMaster(TEST_KEYS_SECRET) },
    },
    fetch: inProcessFetch((request) =>
      platform.app?.fetch(request) ?? new Response(null, { status: 503 })
    ),
  }, () => `${SANDBOX_URL}/aggregate-pay`);
  const seed = { db: own.db, clock, audit: testAudit(clock), rowTags: testRowTags() };
  if (!options.own) await seedCity(seed, city);
  const terminal = await findTerminal({ db: own.db }, { number: "0001" });
  if (!terminal) throw new Error("Cannot open the world: no terminal 0001");
  await setProfile(own.db, { clock, profile: options.profile ?? {} });
  clock.advance(SEED_LEAD_MS);
  const db = options.databaseServer
    ? through(options.databaseServer.through, own)
    : { db: own.db, close: () => Promise.resolve() };
  const parts = {
    db: db.db,
    clock,
    log: options.log ?? SILENT_LOG,
    lineKeys: options.lineKeys === undefined ? testLineKeys() : options.lineKeys,
    fetch: inProcessFetch(sandbox.handle),
    connectCardHost: () => sandbox.cardHost.connect(),
    regional: { ...DONGGUAN, ...options.regional },
    ...(options.outside && { outside: options.outside }),
  };
  const services = wire(parts);
  const app = createApp(services);
  platform.app = app;
  return {
    own,
    clock,
    city,
    faults: sandbox.faults,
    app,
    services,
    terminal,
    person: (story) => personOf(city, story),
    id: () => newId(clock.now()),
    async call(method, path, body, as = terminal) {
      return await app.request(`/api/terminal/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TEST_SECRETS.terminalToken}`,
          "x-terminal-id": as.id,
          ...(body !== undefined && { "content-type": "application/json" }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
    },
    control: async (path, body) =>
      await sandbox.handle(
        new Request(`${SANDBOX_URL}${path}`, {
          method: body === undefined ? "GET" : "POST",
          headers: { "content-type": "application/json" },
          ...(body !== undefined && { body: JSON.stringify(body) }),
        }),
      ),
    async work() {
      await sandbox.tick();
      await dispatchOutbox({ ...services.platform, handlers: subscriptions(services) });
      await driveDueOrders(services.checkout);
    },
    fetch: parts.fetch,
    connectCardHost: parts.connectCardHost,
    tick: () => sandbox.tick(),
    another: (own = {}) => wire({ ...parts, ...own }),
    async [Symbol.asyncDispose]() {
      await services.background.settle();
      services.platform.parties.cardHost?.[Symbol.dispose]();
      await db.close();
      sandbox[Symbol.dispose]();
      await own[Symbol.asyncDispose]();
    },
  };
}

function through(address: string, own: TestDb): { db: Kysely<Tables>; close(): Promise<void> } {
  const name = new URL(own.url ?? "").pathname;
  const db = openServerDatabase<Tables>({ url: `${address}${name}`, poolSize: 8 });
  return { db, close: () => db.destroy() };
}

interface Parts extends ProcessParts {
  readonly regional: RegionalProfile;
  readonly lineKeys: LineKeys | null;
  readonly outside?: OutsideConfig;
}

function wire(parts: Parts): Services {
  const { db, clock, log } = parts;
  const config = devConfig({
    host: "127.0.0.1",
    port: 8700,
    dataDir: "unused",
    databaseUrl: undefined,
    urls: urlsOf(SANDBOX_URL),
    cardHost: { host: "sandbox.test", port: 1 },
    secrets: TEST_SECRETS,
  });
  const metrics = new Metrics();
  return buildServices({
    db,
    clock,
    log,
    metrics,
    provider: testProvider(),
    sealer: testSealer(),
    ...(parts.lineKeys && { lineKeys: parts.lineKeys }),
    stopping: new AbortController().signal,
    profile: parts.regional,
    parties: openParties({
      config,
      profile: parts.regional,
      clock,
      metrics,
      fetch: parts.fetch,
      connectCardHost: parts.connectCardHost,
    }),
    authenticate: developmentTerminals({ db, token: TEST_SECRETS.terminalToken }),
    notifyConfig: bankConfig(config.aggregate_pay),
    publicUrl: "https://phones.test",
    traceUrl: "https://traces.test/{traceId}",
    installation: installationOf(config),
    passwordIterations: 1_000,
    ...(parts.outside && { outside: parts.outside }),
    trustedProxies: ["10.9.9.9"],
  });
}

async function setProfile(
  db: Kysely<Tables>,
  { clock, profile }: { clock: TestClock; profile: Partial<CheckoutProfile> },
): Promise<void> {
  const city = await findCity({ db });
  if (!city || Object.keys(profile).length === 0) return;
  const value = { ...SETTING_DEFAULTS["checkout.profile"], ...profile };
  const change = { scopeId: city.id, name: "checkout.profile" as const, value };
  await db.transaction().execute((tx) =>
    changeSetting(
      { clock, audit: testAudit(clock), rowTags: testRowTags() },
      tx,
      { change, actor: shellActor("test") },
    )
  );
}

function personOf(city: City, story: string): CityPerson {
  const person = city.persons.find((candidate) => candidate.story?.id === story);
  if (!person) throw new Error(`Cannot find a person with the story "${story}"`);
  return person;
}
