import type { Kysely } from "kysely";
import { CryptoError } from "../../../../crypto/errors.ts";
import { publicKeyFromPem } from "../../../../crypto/keys.ts";
import { signatureFromDer } from "../../../../crypto/sm2_codec.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../actor.ts";
import { countersign, type CountersignDeps } from "../chain/countersign.ts";
import { findCheckpoint } from "../chain/store.ts";
import type { AuditTables } from "../tables.ts";
import { listCountersignatures } from "../verify/store.ts";
import type { CheckpointText, CountersignBody } from "./contract.ts";

/** Throws DomainError `audit.not_found`. */
export async function readCheckpointText(
  { db }: { readonly db: Kysely<AuditTables> },
  number: bigint,
): Promise<CheckpointText> {
  const row = await findCheckpoint(db, number);
  if (!row) throw noCheckpoint(number);
  return {
    number: Number(row.number),
    at: row.at.toISOString(),
    digest: row.digest.toHex(),
    body: row.body,
    countersignatures: (await listCountersignatures(db, [number])).map((signed) => ({
      party: signed.party,
      fingerprint: signed.fingerprint,
      recordedAt: signed.recorded_at.toISOString(),
    })),
  };
}

/**
 * Takes a signature that was made elsewhere. Throws DomainError: see contract.ts. The platform's
 * own key is no second one.
 */
export async function takeCountersignature(
  deps: CountersignDeps,
  actor: Actor,
  { number, body }: { readonly number: bigint; readonly body: CountersignBody },
): Promise<void> {
  if (!await findCheckpoint(deps.db, number)) throw noCheckpoint(number);
  const publicKey = readable("key_unreadable", () => publicKeyFromPem(body.publicKey));
  const signature = readable("signature_unreadable", () => signatureFromDer(fromBase64(body)));
  await countersign(deps, actor, { number, party: body.party, publicKey, signature });
}

function fromBase64({ signature }: CountersignBody): Uint8Array {
  return Uint8Array.fromBase64(signature);
}

function readable<Value>(reason: string, read: () => Value): Value {
  try {
    return read();
  } catch (thrown) {
    const isForm = thrown instanceof CryptoError || thrown instanceof SyntaxError;
    if (!isForm) throw thrown;
    throw new DomainError(`audit.${reason}`, `Cannot take the signature: ${reason}`, {
      cause: thrown,
    });
  }
}

function noCheckpoint(number: bigint): DomainError {
  return new DomainError("audit.not_found", `Cannot find checkpoint ${number}`);
}
