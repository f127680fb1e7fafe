import type { Kysely } from "kysely";
import { restoreKey } from "../../../../crypto/key_ladder.ts";
import type { KeyRecord } from "../../../../crypto/key_record.ts";
import type { KeyHandle, SmProvider } from "../../../../crypto/provider.ts";
import type { FleetTables } from "../tables.ts";
import { findTerminalId, selectPadKeys } from "./store.ts";
import type { PadKeyTables } from "./tables.ts";

/** One generation of a pad's work keys, for as long as the work with them takes. */
export interface PadKeys {
  readonly algorithm: "sm4" | "tdes";
  readonly pin: KeyHandle;
  readonly mac: KeyHandle;
}

/**
 * Works with the keys of a terminal's pad; null for a terminal that has none. The generation before
 * is tried as well while it is retiring: the pad may not have taken the new one yet.
 */
export type UsePadKeys = <Made>(
  terminalNumber: string,
  work: (generations: readonly PadKeys[]) => Promise<Made>,
) => Promise<Made | null>;

export interface PadKeysDeps {
  readonly db: Kysely<FleetTables & PadKeyTables>;
  readonly provider: SmProvider;
}

export function usePadKeys({ db, provider }: PadKeysDeps): UsePadKeys {
  return async (terminalNumber, work) => {
    const terminalId = await findTerminalId(db, terminalNumber);
    if (terminalId === null) return null;
    const records = await selectPadKeys(db, terminalId);
    await using live = new AsyncDisposableStack();
    const generations: PadKeys[] = [];
    for (const { pin, mac } of pairsOf(records)) {
      const restored = { algorithm: pin.algorithm, pin: await open(pin), mac: await open(mac) };
      generations.push(restored);
    }
    return generations.length === 0 ? null : await work(generations);

    async function open(record: KeyRecord): Promise<KeyHandle> {
      const key = await restoreKey(provider, record);
      live.defer(() => provider.destroyKey(key));
      return key;
    }
  };
}

/** PIN and MAC keys of one version, the active ones first. */
function pairsOf(records: readonly KeyRecord[]) {
  const usable = records.filter(({ state }) => state === "active" || state === "retiring");
  return usable.filter(({ purpose }) => purpose === "pin").reverse().flatMap((pin) => {
    const mac = usable.find(({ purpose, version }) => purpose === "mac" && version === pin.version);
    return mac ? [{ pin, mac }] : [];
  });
}
