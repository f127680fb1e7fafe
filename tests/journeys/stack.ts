import { developmentKeys } from "../../cli/dev/development_keys.ts";
import { type DevDeviceForm, type DevStack, startDevStack } from "../../cli/dev/stack.ts";
import { type DevSecrets, loadSecrets } from "../../cli/dev/secrets.ts";
import { portableEngine } from "../../crypto/providers/portable.ts";
import { SoftwareProvider } from "../../crypto/providers/software.ts";
import { findCity } from "../../server/modules/access/find_organisation.ts";
import { shellActor } from "../../server/modules/audit/actor.ts";
import { createAuditWriter } from "../../server/modules/audit/record_events.ts";
import { changeSetting } from "../../server/modules/settings/read_settings.ts";
import type { SettingName, SettingValue } from "../../server/modules/settings/setting.ts";
import { OffsetClock } from "../../server/platform/clock.ts";
import { SILENT_LOG } from "../../server/platform/log.ts";
import { createRowTags } from "../../server/platform/row_tags.ts";
import { testDb } from "../db.ts";

/** A weekday morning in Beijing: clinics are open and slots are there. */
const START = new Date("2026-11-18T01:00:00Z");

/** The platform keeps what it read of a terminal's settings for two seconds of its clock. */
const SETTING_KEPT_MS = 2_001;

export interface Stack extends DevStack {
  readonly clock: OffsetClock;
  readonly secrets: DevSecrets;
  /** For the whole city, as an operator would. */
  set<Name extends SettingName>(name: Name, value: SettingValue<Name>): Promise<void>;
}

/** What `yikatong dev` starts, on free ports and in a folder that goes with it. */
export async function startStack(
  devices: DevDeviceForm = chosenDevices(),
): Promise<Stack> {
  await using owned = new AsyncDisposableStack();
  const dataDir = await Deno.makeTempDir({ prefix: "yikatong-journey-" });
  owned.defer(() => Deno.remove(dataDir, { recursive: true }));
  const clock = new OffsetClock();
  clock.jump(START.getTime() - Date.now());
  const running = owned.use(
    await startDevStack({
      host: "127.0.0.1",
      port: freePorts(),
      dataDir,
      terminal: "0001",
      devices,
      databaseUrl: undefined,
      openDatabase: async () => (await testDb(START)).db,
      clock,
      log: SILENT_LOG,
      step: () => {},
    }),
  );
  const secrets = await loadSecrets(dataDir);
  const kept = owned.move();
  return {
    ...running,
    clock,
    secrets,
    async set(name, value) {
      await change(running, { clock, secrets, name, value });
      clock.jump(SETTING_KEPT_MS);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

/** `TEST_DEVICES=hardware` takes every journey over drivers, ports and a compiled library. */
export function chosenDevices(): DevDeviceForm {
  return Deno.env.get("TEST_DEVICES") === "hardware" ? "hardware" : "virtual";
}

async function change<Name extends SettingName>(
  { db }: DevStack,
  { clock, secrets, name, value }: {
    readonly clock: OffsetClock;
    readonly secrets: DevSecrets;
    readonly name: Name;
    readonly value: SettingValue<Name>;
  },
): Promise<void> {
  const city = await findCity({ db });
  if (!city) throw new Error("Cannot change a setting: no city was seeded");
  // The keys of the stack itself: a setting under others counts for nothing.
  const keys = developmentKeys(secrets.columnSecret);
  const provider = new SoftwareProvider(portableEngine(), { name: "stack", keys });
  await db.transaction().execute((tx) =>
    changeSetting(
      { clock, audit: createAuditWriter({ clock, provider }), rowTags: createRowTags(provider) },
      tx,
      { change: { scopeId: city.id, name, value }, actor: shellActor("test") },
    )
  );
}

const PORTS_FROM = 20_000;
const PORTS_TO = 32_000;
const FREE_PORT_TRIES_MAX = 50;

/** The first of three free ports in a row, below those that systems hand out themselves. */
export function freePorts(): number {
  for (let tried = 0; tried < FREE_PORT_TRIES_MAX; tried++) {
    const port = PORTS_FROM + Math.floor(Math.random() * (PORTS_TO - PORTS_FROM));
    if ([port, port + 1, port + 2].every(isFree)) return port;
  }
  throw new Error(`Cannot find three free ports in ${FREE_PORT_TRIES_MAX} tries`);
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (thrown) {
    if (thrown instanceof Deno.errors.AddrInUse) return false;
    throw thrown;
  }
}
