import type { Kysely, Transaction } from "kysely";
import {
  createTerminalMaster,
  createWorkKeys,
  type DeliverTo,
  exportForLoading,
  type KeyDelivery,
  restoreKey,
} from "../../../../crypto/key_ladder.ts";
import type { KeyRecord } from "../../../../crypto/key_record.ts";
import { destroyEveryKey } from "../../../../crypto/key_states.ts";
import type { KeyHandle, SmProvider } from "../../../../crypto/provider.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { LADDER_ROOT_KEY } from "../../../platform/key_record_row.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import type { AuditTables } from "../../audit/tables.ts";
import { activatePadKeys } from "./activate_pad_keys.ts";
import {
  highestPadKeyVersion,
  insertPadKeys,
  lockPadMasters,
  savePadKeys,
  selectPadKeys,
} from "./store.ts";
import type { PadKeyTables } from "./tables.ts";

export interface IssuePadKeysDeps {
  readonly db: Kysely<PadKeyTables & AuditTables>;
  readonly audit: AuditWriter;
  readonly provider: SmProvider;
  readonly clock: Clock;
}

interface Asked {
  readonly terminalId: string;
  /** Stands in the keys' records too, by name. */
  readonly actor: Actor;
}

export interface IssuedWorkKeys {
  readonly version: number;
  readonly algorithm: "sm4" | "tdes";
  /** Under the terminal's master, in the form of pads. */
  readonly pin: KeyDelivery;
  readonly mac: KeyDelivery;
}

/**
 * A new master for a terminal's pad, `pending`: the one before goes on until somebody has seen the
 * check value at the pad (`confirmPadMaster`). It leaves wrapped only, to a transport key or to the
 * pad's own SM2 key.
 */
export async function makePadMaster(
  deps: IssuePadKeysDeps,
  asked: Asked & { readonly algorithm: "sm4" | "tdes"; readonly to: DeliverTo },
): Promise<KeyDelivery & { readonly version: number }> {
  const { db, provider } = deps;
  const { terminalId, algorithm } = asked;
  const request = { ...await begin(deps, asked), terminalId, algorithm };
  const { version } = request;
  const { key, record } = await createTerminalMaster(provider, request);
  try {
    const delivery = await exportForLoading(provider, key, asked.to);
    const checkValue = delivery.checkValue.toHex();
    await db.transaction().execute(async (tx) => {
      await insertPadKeys(tx, terminalId, [record]);
      await deps.audit.record(tx, asked.actor, [{
        kind: "fleet.pad_master_made",
        result: "succeeded",
        objectId: terminalId,
        fields: { version, algorithm, checkValue },
      }]);
    });
    return { ...delivery, version };
  } finally {
    await provider.destroyKey(key);
  }
}

/** Made and in use at once: for a simulated pad, at which nobody has to look. */
export async function createPadMaster(
  deps: IssuePadKeysDeps,
  asked: Parameters<typeof makePadMaster>[1],
): Promise<KeyDelivery> {
  const made = await makePadMaster(deps, asked);
  const { terminalId, actor } = asked;
  await activatePadKeys(deps, { terminalId, actor }, {
    purposes: ["master"],
    version: made.version,
    event: "fleet.pad_master_loaded",
  });
  return made;
}

/** New PIN and MAC keys, `pending` until the terminal says that its pad has them. */
export async function issueWorkKeys(
  deps: IssuePadKeysDeps,
  asked: Asked,
): Promise<IssuedWorkKeys> {
  const { db, provider } = deps;
  const { terminalId } = asked;
  const master = (await selectPadKeys(db, terminalId)).find(isActiveMaster);
  if (!master) {
    throw new DomainError("fleet.no_pad_master", "Cannot issue work keys: the pad has no master");
  }
  const request = { ...await begin(deps, asked), terminalId, purposes: ["pin", "mac"] as const };
  const key = await restoreKey(provider, master, { forLoading: true });
  try {
    const made = await createWorkKeys(provider, { ...request, master: key });
    for (const one of made) await provider.destroyKey(one.key);
    const records = made.map(({ record }) => record);
    await db.transaction().execute(async (tx) => {
      await requireMaster(tx, terminalId, master.version);
      await dropPending(deps, tx, asked);
      await insertPadKeys(tx, terminalId, records);
      await deps.audit.record(tx, asked.actor, [{
        kind: "fleet.pad_keys_issued",
        result: "succeeded",
        objectId: asked.terminalId,
        fields: { version: request.version },
      }]);
    });
    const [pin, mac] = made.map(({ forPad }) => forPad);
    if (!pin || !mac) throw new Error("Cannot issue work keys: expected both");
    return { version: request.version, algorithm: master.algorithm, pin, mac };
  } finally {
    await provider.destroyKey(key);
  }
}

/** The pad has them: they count, and the generation before only for what is under way. */
export async function confirmWorkKeys(
  deps: Pick<IssuePadKeysDeps, "db" | "clock" | "audit">,
  asked: Asked & { readonly version: number },
): Promise<void> {
  const { version } = asked;
  await activatePadKeys(deps, asked, {
    purposes: ["pin", "mac"],
    version,
    event: "fleet.pad_keys_loaded",
  });
}

/** Destroyed since it was read: the pad was opened, or its terminal is trusted no more. */
async function requireMaster(
  tx: Transaction<PadKeyTables>,
  terminalId: string,
  version: number,
): Promise<void> {
  await lockPadMasters(tx, terminalId);
  const master = (await selectPadKeys(tx, terminalId)).find(isActiveMaster);
  if (master?.version === version) return;
  throw new DomainError("fleet.no_pad_master", "Cannot issue work keys: the master has ended");
}

/** What was issued before and never confirmed: its answer was lost, and no pad will ever use it. */
async function dropPending(
  { clock }: IssuePadKeysDeps,
  tx: Transaction<PadKeyTables>,
  { terminalId, actor }: Asked,
): Promise<void> {
  const known = await selectPadKeys(tx, terminalId);
  const lost = known.filter(({ purpose, state }) => purpose !== "master" && state === "pending");
  const act = { by: actor.name, at: clock.now().toISOString() };
  await savePadKeys(tx, terminalId, destroyEveryKey(lost, act));
}

async function begin({ db, provider, clock }: IssuePadKeysDeps, { terminalId, actor }: Asked) {
  const root = await rootKey(provider);
  const version = await highestPadKeyVersion(db, terminalId) + 1;
  return { root, version, created: { by: actor.name, at: clock.now().toISOString() } };
}

async function rootKey(provider: SmProvider): Promise<KeyHandle> {
  const root = await provider.findKey(LADDER_ROOT_KEY);
  if (root) return root;
  throw new DomainError("fleet.no_key_root", `Cannot make keys: no "${LADDER_ROOT_KEY}"`);
}

function isActiveMaster({ purpose, state }: KeyRecord): boolean {
  return purpose === "master" && state === "active";
}
