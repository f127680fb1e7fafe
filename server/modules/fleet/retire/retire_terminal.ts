import type { Kysely, Transaction } from "kysely";
import { DEFAULT_USER_ID } from "../../../../crypto/sm2.ts";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import { noteEvents } from "../fleet_event.ts";
import { findPlatformPair, fingerprintOf, type LineKeys } from "../line/line_keys.ts";
import { unavailable } from "../line/refusals.ts";
import { deleteSessions, endKeys } from "../line/store.ts";
import { destroyPadKeys } from "../pad_keys/destroy_pad_keys.ts";
import type { FleetDb } from "../tables.ts";
import type { Terminal, TerminalState } from "../terminal.ts";
import type { RetirementRecord, RetirementReply } from "./contract.ts";
import { insertErasure, markRetired } from "./store.ts";

export interface RetireDeps {
  readonly db: Kysely<FleetDb>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
  readonly keys: LineKeys;
}

export interface Retirement {
  readonly terminal: Terminal;
  /** Of the certificate or statement. */
  readonly id: string;
  /** JSON. */
  readonly certificate: string;
  /** The terminal's, hex; null where it could not sign any more. */
  readonly signature: string | null;
  readonly method: string;
  readonly operator: string;
  readonly witness: string;
  readonly reason: string;
  readonly actor: Actor;
  readonly from: readonly TerminalState[];
  /** Of the line key the terminal knows; the newest when absent. */
  readonly versions?: { readonly sign: number; readonly agree: number };
}

/**
 * Countersigns, and in one transaction ends all that lets the terminal in: its keys, its sessions,
 * its pad's keys, its place in the register. Throws `fleet.not_suspended` where it is in no state to
 * go from.
 */
export async function retireTerminal(
  deps: RetireDeps,
  retirement: Retirement,
): Promise<RetirementReply> {
  const pair = await findPlatformPair(deps.keys, retirement.versions);
  if (!pair) throw unavailable();
  const now = deps.clock.now();
  const record: RetirementRecord = {
    format: 1,
    kind: "retirement_record",
    terminalNumber: retirement.terminal.number,
    certificate: retirement.certificate,
    signature: retirement.signature,
    recordedAt: now.toISOString(),
    recordedBy: retirement.actor.name,
    platformKey: fingerprintOf(pair.signKey),
  };
  const text = JSON.stringify(record);
  const message = new TextEncoder().encode(text);
  const signed = await deps.keys.provider.sm2Sign(pair.sign, message, { userId: DEFAULT_USER_ID });
  await deps.db.transaction().execute(async (tx) => {
    await end(deps, tx, retirement, now);
    await insertErasure(tx, {
      terminal_id: retirement.terminal.id,
      id: retirement.id,
      record: text,
      countersignature: signed,
      platform_key: record.platformKey,
      recorded_at: now,
      recorded_by: retirement.actor.name,
    });
  });
  return { record: text, countersignature: signed.toHex() };
}

async function end(
  { clock, audit }: RetireDeps,
  tx: Transaction<FleetDb>,
  retirement: Retirement,
  at: Date,
): Promise<void> {
  const { terminal, actor, id, method, operator, witness, reason, from } = retirement;
  if (!await markRetired(tx, terminal.id, from)) {
    throw new DomainError(
      "fleet.not_suspended",
      `Cannot retire terminal "${terminal.number}": an administrator suspends it first`,
      { retry: "ask_operator" },
    );
  }
  await endKeys(tx, terminal.id, { why: "revoked", at });
  await deleteSessions(tx, terminal.id);
  await destroyPadKeys({ clock, audit }, tx, { terminalId: terminal.id, actor, why: "revoked" });
  await noteEvents(tx, [{
    terminalId: terminal.id,
    kind: "terminal.retired",
    severity: "warning",
    fields: { certificateId: id, method },
    actor: actor.name,
    at,
  }]);
  await audit.record(tx, actor, [{
    kind: "fleet.terminal_retired",
    result: "succeeded",
    objectId: terminal.id,
    terminalId: terminal.id,
    organisationId: terminal.institutionId,
    fields: { number: terminal.number, certificateId: id, method, operator, witness, reason },
  }]);
}
