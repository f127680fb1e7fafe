import { CryptoError } from "../../../../crypto/errors.ts";
import type { KeyHandle, SmProvider } from "../../../../crypto/provider.ts";
import { type AuditEventRow, canonicalForm } from "../canonical_form.ts";
import { AUDIT_TAG_KEY } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";

/**
 * HMAC-SM3 of events, heads and state under the key of the audit trail, of any version: after a
 * rotation older rows still carry the older one's.
 */
export interface AuditTags {
  fitsEvent(event: AuditEventRow): Promise<boolean>;
  /** The same of an event whose canonical form is known already. */
  fitsForm(form: Uint8Array, tag: Uint8Array): Promise<boolean>;
  headTag(head: Omit<HeadRow, "tag">): Promise<Uint8Array>;
  fitsHead(head: HeadRow): Promise<boolean>;
  stateTag(state: Omit<StateRow, "tag">): Promise<Uint8Array>;
  fitsState(state: StateRow): Promise<boolean>;
  deletionTag(deletion: Omit<DeletionRow, "tag">): Promise<Uint8Array>;
  fitsDeletion(deletion: DeletionRow): Promise<boolean>;
}

export type HeadRow = AuditTables["audit_head"];
export type StateRow = AuditTables["audit_chain_state"];
export type DeletionRow = AuditTables["audit_deletion"];

/** Throws CryptoError `unknown_key` where the key store has none. */
export async function openAuditTags(provider: SmProvider): Promise<AuditTags> {
  const newest = await provider.findKey(AUDIT_TAG_KEY);
  if (!newest) throw new CryptoError("unknown_key", `Cannot find key "${AUDIT_TAG_KEY}"`);
  const keys = [newest, ...await olderKeys(provider, newest)];
  const make = (bytes: Uint8Array) => provider.mac(newest, "hmac_sm3", bytes);
  async function fits(bytes: Uint8Array, tag: Uint8Array): Promise<boolean> {
    for (const [at, key] of keys.entries()) {
      if (!await provider.verifyMac(key, "hmac_sm3", bytes, tag)) continue;
      // Rows of one time come together: the version that fitted is tried first.
      if (at > 0) keys.unshift(...keys.splice(at, 1));
      return true;
    }
    return false;
  }
  return {
    fitsEvent: (event) => fits(canonicalForm(event), event.tag),
    fitsForm: fits,
    headTag: (head) => make(headForm(head)),
    fitsHead: (head) => fits(headForm(head), head.tag),
    stateTag: (state) => make(stateForm(state)),
    fitsState: (state) => fits(stateForm(state), state.tag),
    deletionTag: (deletion) => make(deletionForm(deletion)),
    fitsDeletion: (deletion) => fits(deletionForm(deletion), deletion.tag),
  };
}

async function olderKeys(provider: SmProvider, newest: KeyHandle): Promise<KeyHandle[]> {
  const found: KeyHandle[] = [];
  for (let version = newest.version - 1; version > 0; version--) {
    const key = await provider.findKey(AUDIT_TAG_KEY, version);
    if (key) found.push(key);
  }
  return found;
}

function headForm({ stream_id, at, n, digest }: Omit<HeadRow, "tag">): Uint8Array {
  return form(["audit_head", stream_id, at, n, digest]);
}

function stateForm(state: Omit<StateRow, "tag">): Uint8Array {
  return form([
    "audit_chain_state",
    state.at,
    state.links,
    state.checkpoint_number,
    state.checkpoint_digest,
    state.checkpoint_at,
    state.checkpoint_links,
  ]);
}

function deletionForm(deletion: Omit<DeletionRow, "tag">): Uint8Array {
  return form([
    "audit_deletion",
    deletion.id,
    deletion.month,
    deletion.state,
    deletion.reason,
    deletion.requested_by,
    deletion.requested_at,
    deletion.confirmed_by,
    deletion.confirmed_at,
    deletion.done_at,
  ]);
}

function form(values: readonly (string | bigint | Date | Uint8Array | null)[]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(values.map(textOf)));
}

function textOf(value: string | bigint | Date | Uint8Array | null): string | null {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return value.toHex();
  return value === null ? null : String(value);
}
