import type { Transaction } from "kysely";
import { CryptoError } from "../../../crypto/errors.ts";
import type { KeyHandle, SmProvider } from "../../../crypto/provider.ts";
import type { Clock } from "../../platform/clock.ts";
import { newIdAfter, timeOfId } from "../../platform/ids.ts";
import type { Actor } from "./actor.ts";
import { type AuditEventRow, canonicalForm } from "./canonical_form.ts";
import type { AuditEvent } from "./event.ts";
import { insertEvents } from "./store.ts";
import type { AuditTables } from "./tables.ts";

/** The label under which the provider keeps the key of the events' tags. */
export const AUDIT_TAG_KEY = "audit-tag";
/** And of the SM2 key that signs checkpoints and packs. */
export const AUDIT_SIGN_KEY = "audit-sign";

/** The stream of what belongs to no organisation. */
export const PLATFORM_STREAM = "00000000-0000-0000-0000-000000000000";

const TEXT_LENGTH_MAX = 500;
const FIELDS_LENGTH_MAX = 16_000;

/** Writes the audit trail; what it cannot write, the caller's transaction does not do either. */
export interface AuditWriter {
  record(
    tx: Transaction<AuditTables>,
    actor: Actor,
    events: readonly AuditEvent[],
  ): Promise<void>;
}

export interface AuditWriterDeps {
  readonly clock: Clock;
  readonly provider: SmProvider;
}

/** Its `record` throws CryptoError `unknown_key` where the key store has no tag key. */
export function createAuditWriter({ clock, provider }: AuditWriterDeps): AuditWriter {
  let known: KeyHandle | null = null;
  let lastId = "";
  return {
    async record(tx, actor, events) {
      if (events.length === 0) return;
      const key = known ??= await findTagKey(provider);
      const now = clock.now();
      const rows = events.map((event) => {
        lastId = newIdAfter(lastId, now);
        return rowOf({ id: lastId, event, actor });
      });
      await insertEvents(tx, await Promise.all(rows.map((row) => tagged({ provider, key }, row))));
    },
  };
}

async function findTagKey(provider: SmProvider): Promise<KeyHandle> {
  const key = await provider.findKey(AUDIT_TAG_KEY);
  if (key) return key;
  throw new CryptoError("unknown_key", `Cannot find key "${AUDIT_TAG_KEY}"`);
}

function rowOf(
  { id, event, actor }: {
    readonly id: string;
    readonly event: AuditEvent;
    readonly actor: Actor;
  },
): Omit<AuditEventRow, "tag"> {
  const organisationId = event.organisationId ?? actor.organisationId;
  return {
    id,
    at: timeOfId(id),
    stream_id: organisationId ?? PLATFORM_STREAM,
    kind: event.kind,
    result: event.result,
    reason: event.reason ?? null,
    actor_kind: actor.kind,
    actor_id: actor.id,
    actor_name: bounded(actor.name),
    actor_organisation_id: actor.organisationId,
    session_id: actor.sessionId,
    address: actor.address,
    trace_id: actor.traceId,
    object_id: event.objectId === undefined ? null : bounded(event.objectId),
    terminal_id: event.terminalId ?? (actor.kind === "terminal" ? actor.id : null),
    patient_id: event.patientId ?? null,
    order_id: event.orderId ?? null,
    fields: fieldsText(event.fields),
  };
}

async function tagged(
  { provider, key }: { readonly provider: SmProvider; readonly key: KeyHandle },
  row: Omit<AuditEventRow, "tag">,
): Promise<AuditEventRow> {
  return { ...row, tag: await provider.mac(key, "hmac_sm3", canonicalForm(row)) };
}

function fieldsText(fields: AuditEvent["fields"]): string {
  const sorted = Object.entries(fields).toSorted(([left], [right]) => left < right ? -1 : 1)
    .map(([name, value]) => [name, typeof value === "string" ? value.toWellFormed() : value]);
  const text = JSON.stringify(Object.fromEntries(sorted));
  return text.length <= FIELDS_LENGTH_MAX ? text : JSON.stringify({ tooLong: text.length });
}

function bounded(text: string): string {
  return text.toWellFormed().replaceAll("\0", " ").slice(0, TEXT_LENGTH_MAX) || "-";
}
