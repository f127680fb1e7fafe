import type { Kysely } from "kysely";
import { prepareCity } from "../../bench/stage/city_database.ts";
import { type Patient, patientsOf } from "../../bench/load/patients.ts";
import { freePort } from "../../bench/stage/process.ts";
import { environmentOf } from "../../bench/stage/stage.ts";
import { devConfig } from "../../cli/dev/config.ts";
import { type DevSecrets, loadSecrets } from "../../cli/dev/secrets.ts";
import { type CityCard, cityCards } from "../../sandbox/card_host/bank_cards.ts";
import { buildCity } from "../../sandbox/city/build_city.ts";
import { type SandboxUrls, urlsOf } from "../../sandbox/start_sandbox.ts";
import { findCity } from "../../server/modules/access/find_organisation.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { changeSetting } from "../../server/modules/settings/read_settings.ts";
import {
  type CheckoutProfile,
  SETTING_DEFAULTS,
  type SettingName,
  type SettingValue,
} from "../../server/modules/settings/setting.ts";
import { SYSTEM_CLOCK } from "../../server/platform/clock.ts";
import type { Config } from "../../server/platform/config.ts";
import type { Tables } from "../../server/schema.ts";
import { startDurablePostgres } from "../../bench/stage/durable_postgres.ts";
import { testAudit } from "../audit.ts";
import type { PostgresServer } from "../postgres_server.ts";
import { testRowTags } from "../sealer.ts";
import { TEST_SECRETS } from "../world.ts";
import { type CardDesk, openCardDesks } from "./card_desk.ts";
import { withDatabase } from "./database.ts";
import { MortalProcess } from "./mortal_process.ts";

/** The platform, its database and its outside world as processes that may all be killed. */
export interface FaultStage extends AsyncDisposable {
  readonly server: PostgresServer;
  readonly databaseUrl: string;
  readonly sandbox: MortalProcess;
  readonly urls: SandboxUrls;
  /** All that serve; a worker serves no terminals. */
  readonly platform: readonly MortalProcess[];
  /** Where terminals find those that do. */
  readonly doors: readonly { readonly process: MortalProcess; readonly url: string }[];
  readonly terminalToken: string;
  readonly patients: readonly Patient[];
  /** Of the patients' terminals, by their id; none where no cards are taken. */
  readonly desks: ReadonlyMap<string, CardDesk>;
  /** Every card of the city as its bank gave it out. */
  readonly cards: readonly CityCard[];
}

export interface StageOptions {
  /** Processes that do everything, and such that only work. */
  readonly serving: number;
  readonly working: number;
  readonly profile: Partial<CheckoutProfile>;
  /** Whether terminals have pads with keys. */
  readonly takesCards: boolean;
  /** Where what the processes print stays; thrown away with the rest when absent. */
  readonly logFolder?: string;
}

/** The keys that seeded rows are tagged under. */
const SECRETS: DevSecrets = { ...TEST_SECRETS, columnSecret: "00".repeat(32) };
/** So that an answer that was delayed is one that is lost. */
const PARTY_TIMEOUT_MS = 3_000;
const POOL = 8;

export async function openFaultStage(options: StageOptions): Promise<FaultStage> {
  await using stack = new AsyncDisposableStack();
  const folder = await Deno.makeTempDir({ prefix: "yikatong-faults-" });
  stack.defer(() => Deno.remove(folder, { recursive: true }));
  const logFolder = options.logFolder ?? folder;
  const database = stack.use(await startDurablePostgres());
  const city = buildCity();
  const terminals = await prepareCity(database.url, city);
  await withDatabase(database.url, (db) => changeSettings(db, options.profile));
  await Deno.writeTextFile(`${folder}/development_secrets.json`, JSON.stringify(SECRETS));
  const secrets = await loadSecrets(folder);
  const patients = patientsOf(city, terminals);
  const desks = await openCardDesks(
    database.url,
    [...terminals.values()].filter(({ id }) =>
      options.takesCards && patients.some((one) => one.terminalId === id)
    ),
  );
  const cardHost = { host: "127.0.0.1", port: freePort() };
  const urls = urlsOf(`http://127.0.0.1:${freePort()}`);
  const sandbox = stack.use(
    new MortalProcess({
      name: "sandbox",
      args: [
        "sandbox",
        `--port=${new URL(urls.panel).port}`,
        `--card-port=${cardHost.port}`,
        `--data=${folder}`,
      ],
      env: {},
      logFolder,
      readyWord: "cardHost",
    }),
  );
  const ports = Array.from({ length: options.serving + options.working }, freePort);
  const platform = ports.map((port, n) =>
    stack.use(
      processOf(
        devConfig({
          host: "127.0.0.1",
          port,
          dataDir: folder,
          databaseUrl: database.url,
          urls,
          cardHost,
          secrets,
        }),
        { logFolder, role: n < options.serving ? "all" : "worker", name: `serve-${n}` },
      ),
    )
  );
  await Promise.all([sandbox, ...platform].map((process) => process.start()));
  const keep = stack.move();
  return {
    server: database.server,
    databaseUrl: database.url,
    sandbox,
    urls,
    platform,
    doors: platform.slice(0, options.serving).map((process, n) => ({
      process,
      url: `http://127.0.0.1:${ports[n]}/api/terminal/v1`,
    })),
    terminalToken: secrets.terminalToken,
    patients,
    desks,
    cards: cityCards(city),
    [Symbol.asyncDispose]: () => keep.disposeAsync(),
  };
}

function processOf(
  config: Config,
  { logFolder, role, name }: {
    readonly logFolder: string;
    readonly role: "all" | "worker";
    readonly name: string;
  },
): MortalProcess {
  const timeout_ms = PARTY_TIMEOUT_MS;
  return new MortalProcess({
    name,
    args: ["serve", "--insecure-development", `--role=${role}`],
    env: environmentOf({
      ...config,
      log_level: "info",
      database: { ...config.database, pool: POOL },
      his: { ...config.his, timeout_ms },
      citizen_code: { ...config.citizen_code, timeout_ms },
      insurance: { ...config.insurance, timeout_ms },
      aggregate_pay: { ...config.aggregate_pay, timeout_ms },
      ...(config.card_host && { card_host: { ...config.card_host, timeout_ms } }),
    }),
    logFolder,
    readyWord: '"Serving"',
  });
}

async function changeSettings(
  db: Kysely<Tables>,
  profile: Partial<CheckoutProfile>,
): Promise<void> {
  await changeOne(db, "checkout.profile", { ...SETTING_DEFAULTS["checkout.profile"], ...profile });
  await changeOne(db, "payment.modes", ["show_code", "scan_code", "citizen_code", "card"]);
  await changeOne(db, "services.open", ["pay", "register", "inpatient"]);
  const terms = { ...SETTING_DEFAULTS["inpatient.deposits"], refundFenMax: 10_000_000 };
  await changeOne(db, "inpatient.deposits", terms);
  const limits = { ...SETTING_DEFAULTS["refund.limits"], patientFenMax: 10_000_000 };
  await changeOne(db, "refund.limits", limits);
}

async function changeOne<Name extends SettingName>(
  db: Kysely<Tables>,
  name: Name,
  value: SettingValue<Name>,
): Promise<void> {
  const city = await findCity({ db });
  if (!city) throw new Error("Cannot set up the stage: there is no city");
  const deps = { clock: SYSTEM_CLOCK, audit: testAudit(), rowTags: testRowTags() };
  const asked = { change: { scopeId: city.id, name, value }, actor: shellActor("faults") };
  await db.transaction().execute((tx) => changeSetting(deps, tx, asked));
}
