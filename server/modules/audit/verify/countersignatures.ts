import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { sm3 } from "../../../../crypto/sm3.ts";
import type { CheckpointRow } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import { wholeFault } from "./chain_check.ts";
import type { Fault } from "./fault.ts";
import { knownKeys, signatureCheck } from "./known_keys.ts";
import { listCountersignatures } from "./store.ts";

interface CountersignatureDeps {
  readonly db: Kysely<AuditTables>;
  readonly provider: SmProvider;
}

/** Checks what the second organisation signed; what others signed is not looked at. */
export function countersignatureCheck(deps: CountersignatureDeps, counterKey: Uint8Array | null): {
  check(row: CheckpointRow): Promise<Fault | null>;
  count(): number | null;
} {
  if (!counterKey) return { check: () => Promise.resolve(null), count: () => null };
  const fingerprint = sm3(counterKey).toHex();
  const isSigned = signatureCheck(deps.provider, knownKeys([counterKey]));
  let count = 0;
  return {
    async check({ number, at, body }) {
      const rows = await listCountersignatures(deps.db, [number]);
      for (const { signature } of rows.filter((row) => row.fingerprint === fingerprint)) {
        if (await isSigned({ body, signature }, fingerprint)) count += 1;
        else return wholeFault("checkpoint_forged", "第二方的会签不符", { n: number, at });
      }
      return null;
    },
    count: () => count,
  };
}
