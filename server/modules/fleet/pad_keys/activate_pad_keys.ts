import type { KeyPurpose, KeyRecord } from "../../../../crypto/key_record.ts";
import { activateKey, destroyKeyVersion } from "../../../../crypto/key_states.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../../audit/actor.ts";
import type { IssuePadKeysDeps } from "./issue_pad_keys.ts";
import { savePadKeys, selectPadKeys } from "./store.ts";

interface Activation {
  readonly purposes: readonly KeyPurpose[];
  readonly version: number;
  readonly event: "fleet.pad_keys_loaded" | "fleet.pad_master_loaded";
}

/**
 * The pad has this version: it counts from now on. The active one before it retires, all others
 * end. A second time it does nothing; one that was overtaken or destroyed is refused.
 */
export async function activatePadKeys(
  { db, clock, audit }: Pick<IssuePadKeysDeps, "db" | "clock" | "audit">,
  { terminalId, actor }: { readonly terminalId: string; readonly actor: Actor },
  { purposes, version, event }: Activation,
): Promise<void> {
  const act = { by: actor.name, at: clock.now().toISOString() };
  await db.transaction().execute(async (tx) => {
    const known = await selectPadKeys(tx, terminalId);
    const wanted = purposes.map((purpose) =>
      known.find((one) => one.purpose === purpose && one.version === version)
    );
    if (wanted.every((one) => one?.state === "active")) return;
    if (wanted.some((one) => one?.state !== "pending")) {
      throw new DomainError(
        "fleet.unknown_pad_keys",
        `Cannot confirm pad keys of version ${version}: expected keys that wait for it`,
      );
    }
    for (const purpose of purposes) {
      const versions = known.filter((one) => one.purpose === purpose);
      await savePadKeys(tx, terminalId, activateKey(endOthers(versions), version, act));
    }
    await audit.record(tx, actor, [{
      kind: event,
      result: "succeeded",
      objectId: terminalId,
      fields: { version },
    }]);
  });

  function endOthers(versions: readonly KeyRecord[]): readonly KeyRecord[] {
    const ended = versions.filter((one) => one.version !== version && one.state !== "active");
    return ended.reduce<readonly KeyRecord[]>(
      (kept, one) => destroyKeyVersion(kept, one.version, act),
      versions,
    );
  }
}
