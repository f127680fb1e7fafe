import type { Kysely } from "kysely";
import { importHostKeys, restoreKey } from "../../../../crypto/key_ladder.ts";
import type { KeyRecord } from "../../../../crypto/key_record.ts";
import { activateKey, destroyKeyVersion } from "../../../../crypto/key_states.ts";
import type { KeyHandle, SmProvider } from "../../../../crypto/provider.ts";
import type { CardHostClient } from "../../../gateways/card_host/client.ts";
import { signInRequest } from "../../../gateways/card_host/requests.ts";
import type { HostProfile } from "../../../gateways/card_host/wire/host_profile.ts";
import type { WrappedWorkKey } from "../../../gateways/card_host/work_keys.ts";
import { businessDay, type Clock } from "../../../platform/clock.ts";
import { invariant, reasonOf } from "../../../platform/errors.ts";
import { LADDER_ROOT_KEY } from "../../../platform/key_record_row.ts";
import type { Log } from "../../../platform/log.ts";
import type { CardLineSettings } from "./card_deps.ts";
import {
  claimSignIn,
  highestKeyVersion,
  lockOpenBatch,
  releaseSignIn,
  saveWorkKeys,
  selectWorkKeys,
  takeStan,
} from "./store.ts";
import type { CardTables } from "./tables.ts";

/** The host's work keys of the day; handles of this process, the same keys in every one. */
export interface HostKeys {
  readonly version: number;
  /** The business day they were handed out. */
  readonly day: string;
  readonly pin: KeyHandle;
  readonly mac: KeyHandle;
}

export interface HostSession {
  /** Signs in where there are none of today; null when that does not work. */
  keys(): Promise<HostKeys | null>;
  /** An answer did not fit these keys: the next asker gets newer ones. */
  doubt(keys: HostKeys): void;
}

export interface HostSessionDeps {
  readonly db: Kysely<CardTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly provider: SmProvider;
  readonly host: CardHostClient;
  readonly profile: HostProfile;
  readonly settings: CardLineSettings;
}

const SIGN_IN_MS_MAX = 60_000;
/** Versions whose handles live: answers under the last one may be under way. */
const LIVE_VERSIONS_MAX = 2;

interface Session extends HostSessionDeps {
  readonly live: Map<number, HostKeys>;
}

/**
 * Work keys lie sealed in the database, so that every process of the platform speaks under the same
 * ones: a second sign-in would end the first one's keys at the host.
 */
export function openHostSession(options: HostSessionDeps): HostSession {
  const deps: Session = { ...options, live: new Map() };
  const state: { held: HostKeys | null; doubted: number; under: Promise<HostKeys | null> | null } =
    {
      held: null,
      doubted: 0,
      under: null,
    };
  async function renew(): Promise<HostKeys | null> {
    const kept = await restoreHostKeys(deps);
    const today = businessDay(deps.clock.now());
    if (kept && kept.version > state.doubted && kept.day === today) return kept;
    const signed = await signIn(deps, Math.max(state.doubted, kept?.version ?? 0));
    // Yesterday's keys are better than none; doubted ones are not.
    return signed ?? (kept && kept.version > state.doubted ? kept : null);
  }
  return {
    async keys() {
      const { held } = state;
      const today = businessDay(deps.clock.now());
      if (held && held.version > state.doubted && held.day === today) return held;
      state.under ??= renew().finally(() => state.under = null);
      return state.held = await state.under;
    },
    doubt({ version }) {
      state.doubted = Math.max(state.doubted, version);
    },
  };
}

async function signIn(deps: Session, above: number): Promise<HostKeys | null> {
  const { db, clock, log, settings } = deps;
  const now = clock.now();
  const until = new Date(now.getTime() + SIGN_IN_MS_MAX);
  const claimed = await db.transaction().execute((tx) =>
    claimSignIn(tx, settings.hostId, { now, until })
  );
  // Another process signs in; what it gets is in the database in a moment.
  if (!claimed) return await newerThan(deps, above);
  try {
    return await newerThan(deps, above) ?? await fetchKeys(deps);
  } catch (thrown) {
    log.error("Card host not signed in to", { why: reasonOf(thrown) });
    return null;
  } finally {
    await db.transaction().execute((tx) => releaseSignIn(tx, settings.hostId, clock.now()));
  }
}

async function newerThan(deps: Session, above: number): Promise<HostKeys | null> {
  const kept = await restoreHostKeys(deps);
  const isNewer = kept !== null && kept.version > above &&
    kept.day === businessDay(deps.clock.now());
  return isNewer ? kept : null;
}

async function fetchKeys(deps: Session): Promise<HostKeys | null> {
  const { db, clock, log, host, profile, settings } = deps;
  const { speaker } = settings;
  const numbered = await db.transaction().execute(async (tx) => ({
    speaker,
    stan: await takeStan(tx, speaker),
    batch: await lockOpenBatch(tx, speaker.merchant, clock.now()),
  }));
  const reply = await host.askPlainly(signInRequest(profile, numbered));
  const isGood = reply.kind === "answered" && reply.answer.meaning.kind === "done";
  if (!isGood || !reply.keys) {
    const why = reply.kind === "answered" ? `code ${reply.answer.responseCode}` : reply.reason;
    log.warn("Card host refused to sign in", { why });
    return null;
  }
  await keepKeys(deps, reply.keys);
  return await restoreHostKeys(deps);
}

/** Never clear: unwrapped inside the provider and sealed there again, for the database. */
async function keepKeys(deps: HostSessionDeps, keys: readonly WrappedWorkKey[]): Promise<void> {
  const { db, clock, provider, profile, settings } = deps;
  const [under, root] = await Promise.all([
    provider.findKey(settings.masterKey),
    provider.findKey(LADDER_ROOT_KEY),
  ]);
  invariant(under !== null && root !== null, "the key store has the host's master and our root");
  const act = { by: "card-host", at: clock.now().toISOString() };
  const version = await highestKeyVersion(db, settings.hostId) + 1;
  const { hostId } = settings;
  const { algorithm } = profile;
  const made = await importHostKeys(provider, {
    root,
    hostId,
    under,
    algorithm,
    keys,
    version,
    created: act,
  });
  for (const { key } of made) await provider.destroyKey(key);
  await db.transaction().execute(async (tx) => {
    const known = await selectWorkKeys(tx, hostId);
    for (const { record } of made) {
      const versions = [...known.filter(({ purpose }) => purpose === record.purpose), record];
      await saveWorkKeys(tx, hostId, activated(versions, version, act));
    }
  });
}

/** The last one stays for answers that are under way; older ones are gone. */
function activated(
  versions: readonly KeyRecord[],
  version: number,
  act: { readonly by: string; readonly at: string },
): KeyRecord[] {
  let changed = [...versions];
  for (const { version: old, state } of versions) {
    if (old === version || state === "active") continue;
    changed = destroyKeyVersion(changed, old, act);
  }
  return activateKey(changed, version, act);
}

async function restoreHostKeys(deps: Session): Promise<HostKeys | null> {
  const { db, provider, settings, live } = deps;
  const records = await selectWorkKeys(db, settings.hostId);
  const active = (purpose: KeyRecord["purpose"]) =>
    records.find((record) => record.purpose === purpose && record.state === "active");
  const [pin, mac] = [active("pin"), active("mac")];
  if (!pin || !mac || pin.version !== mac.version) return null;
  const known = live.get(pin.version);
  if (known) return known;
  const keys = {
    version: pin.version,
    day: businessDay(new Date(pin.created.at)),
    pin: await restoreKey(provider, pin),
    mac: await restoreKey(provider, mac),
  };
  live.set(keys.version, keys);
  await forgetOldest(deps);
  return keys;
}

async function forgetOldest({ live, provider }: Session): Promise<void> {
  const [oldest] = [...live.keys()].sort((left, right) => left - right);
  const keys = live.size > LIVE_VERSIONS_MAX && oldest !== undefined && live.get(oldest);
  if (!keys) return;
  live.delete(keys.version);
  await provider.destroyKey(keys.pin);
  await provider.destroyKey(keys.mac);
}
