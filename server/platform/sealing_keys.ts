import type { Kysely, Transaction } from "kysely";
import { equalBytes } from "../../crypto/bytes.ts";
import { keyVersionOf } from "../../crypto/envelope.ts";
import { CryptoError } from "../../crypto/errors.ts";
import type { Clock } from "./clock.ts";
import type { Sealer } from "./sealer.ts";
import { insertIfAbsent } from "./upsert.ts";

export interface SealingKeyTables {
  /** One row for each key personal columns were ever sealed or indexed with. */
  sealing_key: {
    kind: "data" | "index";
    version: number;
    proof: Uint8Array;
    created_at: Date;
  };
}

export interface SealingKeyDeps {
  readonly db: Kysely<SealingKeyTables>;
  readonly clock: Clock;
  readonly sealer: Sealer;
}

/** Whether this process seals with the keys the database was sealed with. */
export type SealingKeys =
  | { readonly kind: "same"; readonly versions: readonly number[] }
  /** Rows may be sealed under a version this process has not got. */
  | { readonly kind: "missing"; readonly version: number }
  /** Another key store: what it seals, the others cannot read, and it finds nobody. */
  | { readonly kind: "other"; readonly of: "data" | "index"; readonly version: number };

const COLUMN = "sealing_key.proof";
const TEXT = "yikatong";
const INDEX_VERSION = 1;
const ROWS_MAX = 10_000;

/**
 * Compares the sealer's keys with those of the database and, unless `readOnly`, adds the ones it
 * would use first. Without this a second key store would silently make second patients.
 */
export async function compareSealingKeys(
  deps: SealingKeyDeps,
  { readOnly }: { readonly readOnly: boolean },
): Promise<SealingKeys> {
  const found = await compare(deps);
  if (found.kind !== "same" || readOnly) return found;
  const proof = await deps.sealer.seal(COLUMN, TEXT);
  const created_at = deps.clock.now();
  const rows = [
    { kind: "data", version: keyVersionOf(proof), proof, created_at },
    { kind: "index", version: INDEX_VERSION, proof: await indexProof(deps.sealer), created_at },
  ] as const;
  await deps.db.transaction().execute(async (tx) => {
    for (const row of rows) await insertIfAbsent(tx, "sealing_key", row, ["kind", "version"]);
  });
  // Another process may have been first, with another key.
  return await compare(deps);
}

/** After no row is left under them: a key store without these versions is whole from then on. */
export async function forgetOlderKeys(
  tx: Transaction<SealingKeyTables>,
  version: number,
): Promise<void> {
  await tx.deleteFrom("sealing_key").where("kind", "=", "data").where("version", "<", version)
    .execute();
}

async function compare({ db, sealer }: SealingKeyDeps): Promise<SealingKeys> {
  const rows = await db.selectFrom("sealing_key").selectAll()
    .orderBy("kind").orderBy("version").limit(ROWS_MAX).execute();
  const ownIndex = await indexProof(sealer);
  for (const { kind, version, proof } of rows) {
    if (kind === "index") {
      if (!equalBytes(proof, ownIndex)) return { kind: "other", of: "index", version };
      continue;
    }
    const opened = await openProof(sealer, proof);
    if (opened === "missing") return { kind: "missing", version };
    if (opened === "other") return { kind: "other", of: "data", version };
  }
  const versions = rows.filter(({ kind }) => kind === "data").map(({ version }) => version);
  return { kind: "same", versions };
}

async function openProof(sealer: Sealer, proof: Uint8Array): Promise<"same" | "missing" | "other"> {
  try {
    return await sealer.open(COLUMN, proof) === TEXT ? "same" : "other";
  } catch (thrown) {
    if (!(thrown instanceof CryptoError)) throw thrown;
    return thrown.code === "unknown_key" ? "missing" : "other";
  }
}

function indexProof(sealer: Sealer): Promise<Uint8Array> {
  return sealer.index(COLUMN, TEXT);
}
