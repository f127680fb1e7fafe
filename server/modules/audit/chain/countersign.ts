import type { Kysely } from "kysely";
import type { SmProvider } from "../../../../crypto/provider.ts";
import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import { sm3 } from "../../../../crypto/sm3.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../actor.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { platformKeys } from "../verify/known_keys.ts";
import { findCheckpoint, insertCountersignature } from "./store.ts";

export interface CountersignDeps {
  readonly db: Kysely<AuditTables>;
  readonly clock: Clock;
  readonly provider: Pick<SmProvider, "sm2Verify" | "findKey" | "publicKey">;
  readonly audit: AuditWriter;
}

export interface Countersignature {
  readonly number: bigint;
  /** Whose signature it is, as reports name it. */
  readonly party: string;
  /** 65 bytes. */
  readonly publicKey: Uint8Array;
  /** r‖s over the checkpoint's text, default user id. */
  readonly signature: Uint8Array;
}

/**
 * Keeps what another organisation signed beside the checkpoint: who rewrites the trail later needs
 * its key too. Throws DomainError `audit.no_checkpoint`, `audit.own_key`,
 * `audit.wrong_signature`, `audit.already_signed`.
 */
export async function countersign(
  deps: CountersignDeps,
  actor: Actor,
  { number, party, publicKey, signature }: Countersignature,
): Promise<void> {
  const checkpoint = await findCheckpoint(deps.db, number);
  if (!checkpoint) {
    throw new DomainError("audit.no_checkpoint", `Cannot find checkpoint ${number}`);
  }
  const fingerprint = sm3(publicKey).toHex();
  if ((await platformKeys(deps.provider)).has(fingerprint)) {
    throw new DomainError("audit.own_key", "Cannot countersign with the platform's own key");
  }
  const message = new TextEncoder().encode(checkpoint.body);
  const options = { userId: DEFAULT_USER_ID };
  if (!await deps.provider.sm2Verify(publicKey, message, signature, options)) {
    throw new DomainError(
      "audit.wrong_signature",
      `Cannot take the signature of checkpoint ${number}: it is not one of this key over its text`,
    );
  }
  await deps.db.transaction().execute(async (tx) => {
    const isNew = await insertCountersignature(tx, {
      checkpoint_number: number,
      fingerprint,
      party,
      signature,
      recorded_at: deps.clock.now(),
    });
    if (!isNew) {
      throw new DomainError("audit.already_signed", `Cannot sign checkpoint ${number} twice`);
    }
    await deps.audit.record(tx, actor, [{
      kind: "audit.checkpoint_countersigned",
      result: "succeeded",
      objectId: String(number),
      fields: { party, fingerprint },
    }]);
  });
}
