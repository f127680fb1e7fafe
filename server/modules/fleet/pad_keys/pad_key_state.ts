import type { KeyRecord } from "../../../../crypto/key_record.ts";
import type { PadKeysState } from "../contract.ts";

/** Work keys are renewed when they are so old; the master stays for the pad's life. */
const WORK_KEY_MS_MAX = 7 * 24 * 3_600_000;

/** What a terminal must know to decide whether its pad needs other keys. */
export function padKeysState(records: readonly KeyRecord[], now: Date): PadKeysState {
  const master = activeOf(records, "master");
  const pin = activeOf(records, "pin");
  const mac = activeOf(records, "mac");
  const version = pin && pin.version === mac?.version ? pin.version : null;
  const isOld = !pin || now.getTime() - Date.parse(pin.created.at) > WORK_KEY_MS_MAX;
  // Versions count through all purposes: a master that is newer has other work keys under it.
  const isUnderOther = master !== undefined && version !== null && version < master.version;
  return {
    master: master ? { algorithm: master.algorithm, checkValue: master.checkValue.toHex() } : null,
    version,
    wanted: master !== undefined && (version === null || isOld || isUnderOther),
  };
}

function activeOf(
  records: readonly KeyRecord[],
  purpose: KeyRecord["purpose"],
): KeyRecord | undefined {
  return records.find((one) => one.purpose === purpose && one.state === "active");
}
