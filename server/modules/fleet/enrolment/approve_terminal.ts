import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import type { Actor } from "../../audit/actor.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import { noteEvents } from "../fleet_event.ts";
import { fingerprintOf } from "../line/line_keys.ts";
import { deleteSessions, endKeys, insertKey } from "../line/store.ts";
import { isRetiredKey } from "../retire/store.ts";
import { findTerminalByNumber } from "../store.ts";
import type { FleetDb } from "../tables.ts";
import type { Terminal } from "../terminal.ts";
import { listWaitingByCode, markApproved } from "./store.ts";

export interface ApproveTerminalDeps {
  readonly db: Kysely<FleetDb>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

/** What an approver sees before saying yes. */
export interface EnrolmentToApprove {
  readonly id: string;
  readonly terminal: Terminal;
  /** Hex SM3 of the terminal's public keys. */
  readonly signFingerprint: string;
  readonly agreeFingerprint: string;
  readonly requestedAt: Date;
}

export type FoundEnrolment =
  | { readonly kind: "found"; readonly enrolment: EnrolmentToApprove }
  | { readonly kind: "no_such_code" }
  /** Somebody makes enrolments to meet the code: none of them is to be trusted. */
  | { readonly kind: "not_unique" }
  | { readonly kind: "no_such_terminal"; readonly number: string }
  | { readonly kind: "retired"; readonly number: string };

/** As people type it: in groups, in small letters. */
export function readEnrolmentCode(typed: string): string {
  return typed.replace(/[\s-]/g, "").toUpperCase();
}

export async function findEnrolmentToApprove(
  { db, clock }: Pick<ApproveTerminalDeps, "db" | "clock">,
  code: string,
): Promise<FoundEnrolment> {
  const [row, second] = await listWaitingByCode(db, code, clock.now());
  if (!row) return { kind: "no_such_code" };
  if (second) return { kind: "not_unique" };
  const number = row.terminal_number;
  const terminal = await findTerminalByNumber(db, number);
  if (!terminal) return { kind: "no_such_terminal", number };
  // Neither a number that is gone for good, nor under another number the key of one that is.
  const keys = [row.sign_key, row.agree_key];
  if (terminal.state === "retired" || await isRetiredKey(db, keys)) {
    return { kind: "retired", number };
  }
  return {
    kind: "found",
    enrolment: {
      id: row.id,
      terminal,
      signFingerprint: fingerprintOf(row.sign_key),
      agreeFingerprint: fingerprintOf(row.agree_key),
      requestedAt: row.requested_at,
    },
  };
}

/**
 * Binds the keys to the terminal and ends its earlier ones, with their sessions; false when the code
 * was approved or ran out meanwhile.
 */
export async function approveTerminal(
  { db, clock, audit }: ApproveTerminalDeps,
  { enrolment, code, actor, reason }: {
    readonly enrolment: EnrolmentToApprove;
    readonly code: string;
    /** Who answers for it. */
    readonly actor: Actor;
    /** Why it was not done on the page made for it; null when it was. */
    readonly reason: string | null;
  },
): Promise<boolean> {
  const at = clock.now();
  const { terminal } = enrolment;
  return await db.transaction().execute(async (tx) => {
    const [row] = await listWaitingByCode(tx, code, at);
    if (row?.id !== enrolment.id) return false;
    if (!await markApproved(tx, row.id, { terminalId: terminal.id, at })) return false;
    await endKeys(tx, terminal.id, { why: "replaced", at });
    await deleteSessions(tx, terminal.id);
    const { id, sign_key, agree_key, platform_sign_version, platform_agree_version } = row;
    await insertKey(tx, {
      id,
      terminal_id: terminal.id,
      sign_key,
      agree_key,
      platform_sign_version,
      platform_agree_version,
      enrolled_at: at,
      approved_by: actor.name,
      ended_at: null,
      ended_why: null,
      generation: 0n,
      opened_time: null,
    });
    await noteEvents(tx, [{
      terminalId: terminal.id,
      kind: "line.enrolled",
      severity: "info",
      fields: { keyId: id, fingerprint: enrolment.signFingerprint },
      actor: actor.name,
      at,
    }]);
    await audit.record(tx, actor, [{
      kind: "fleet.terminal_enrolled",
      result: "succeeded",
      objectId: terminal.id,
      terminalId: terminal.id,
      organisationId: terminal.institutionId,
      fields: { number: terminal.number, fingerprint: enrolment.signFingerprint, reason },
    }]);
    return true;
  });
}
