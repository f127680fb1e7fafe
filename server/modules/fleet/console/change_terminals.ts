import type { Kysely } from "kysely";
import type { Clock } from "../../../platform/clock.ts";
import { DomainError } from "../../../platform/errors.ts";
import { type Caller, scopeOf } from "../../access/caller.ts";
import type { AccessTables } from "../../access/tables.ts";
import type { AuditWriter } from "../../audit/record_events.ts";
import {
  approveTerminal,
  type EnrolmentToApprove,
  findEnrolmentToApprove,
  type FoundEnrolment,
  readEnrolmentCode,
} from "../enrolment/approve_terminal.ts";
import { revokeTerminal } from "../enrolment/revoke_terminal.ts";
import type { FleetDb } from "../tables.ts";
import type { EnrolmentToApproveView } from "./contract.ts";
import { getTerminalIn } from "./read_terminals.ts";
import { findTerminalIn, moveState, type TerminalInScope } from "./store.ts";

export interface ChangeTerminalsDeps {
  readonly db: Kysely<FleetDb & AccessTables>;
  readonly clock: Clock;
  readonly audit: AuditWriter;
}

interface Found {
  readonly enrolment: EnrolmentToApprove;
  readonly terminal: TerminalInScope;
}

/** What is compared with the terminal's screen before it is approved. */
export async function findEnrolment(
  deps: ChangeTerminalsDeps,
  caller: Caller,
  typed: string,
): Promise<EnrolmentToApproveView> {
  const { enrolment, terminal } = await getEnrolment(deps, caller, readEnrolmentCode(typed));
  return {
    id: enrolment.id,
    terminalNumber: terminal.number,
    institutionName: terminal.institution_name,
    institutionCode: terminal.institution_code,
    requestedAt: enrolment.requestedAt.toISOString(),
    signFingerprint: enrolment.signFingerprint,
    agreeFingerprint: enrolment.agreeFingerprint,
  };
}

/** Binds the keys that were looked at; the terminal's id. */
export async function approveEnrolment(
  deps: ChangeTerminalsDeps,
  caller: Caller,
  { id, code: typed }: { readonly id: string; readonly code: string },
): Promise<string> {
  const code = readEnrolmentCode(typed);
  const { enrolment, terminal } = await getEnrolment(deps, caller, code);
  const approval = { enrolment, code, actor: caller.actor, reason: null };
  if (enrolment.id !== id || !await approveTerminal(deps, approval)) {
    throw new DomainError("fleet.enrolment_over", "Cannot approve: it ran out or was approved");
  }
  return terminal.id;
}

export async function revokeKey(
  deps: ChangeTerminalsDeps,
  caller: Caller,
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<void> {
  const row = await getTerminalIn(deps.db, { id, caller, permission: "terminal.approve" });
  const terminal = { ...row, institutionId: row.institution_id };
  if (await revokeTerminal(deps, { terminal, actor: caller.actor, reason })) return;
  throw new DomainError("fleet.no_key", `Cannot revoke: terminal "${row.number}" has no key`);
}

/** Suspended ones show that they are out of service; what was begun is still ended. */
export async function setService(
  { db, audit }: ChangeTerminalsDeps,
  caller: Caller,
  { id, to, reason }: {
    readonly id: string;
    readonly to: "active" | "suspended";
    readonly reason: string;
  },
): Promise<void> {
  const row = await getTerminalIn(db, { id, caller, permission: "terminal.approve" });
  const from = to === "active" ? "suspended" : "active";
  await db.transaction().execute(async (tx) => {
    if (!await moveState(tx, id, { from, to })) {
      throw new DomainError(
        "fleet.wrong_state",
        `Cannot change terminal "${row.number}": not ${from}`,
      );
    }
    await audit.record(tx, caller.actor, [{
      kind: to === "active" ? "fleet.terminal_resumed" : "fleet.terminal_suspended",
      result: "succeeded",
      objectId: id,
      terminalId: id,
      organisationId: row.institution_id,
      fields: { number: row.number, reason },
    }]);
  });
}

/** Throws a DomainError for what the approver must hear about it; that it was tried is an event. */
async function getEnrolment(
  deps: ChangeTerminalsDeps,
  caller: Caller,
  code: string,
): Promise<Found> {
  const found = await findEnrolmentToApprove(deps, code);
  if (found.kind !== "found") return await refuse(deps, caller, found);
  const { enrolment } = found;
  const scope = scopeOf(caller, "terminal.approve");
  const terminal = await findTerminalIn(deps.db, { id: enrolment.terminal.id, scope });
  if (terminal) return { enrolment, terminal };
  return await refuse(deps, caller, { kind: "not_here", number: enrolment.terminal.number });
}

type Refusal =
  | Exclude<FoundEnrolment, { kind: "found" }>
  /** A terminal of another place. */
  | { readonly kind: "not_here"; readonly number: string };

async function refuse(
  { db, audit }: ChangeTerminalsDeps,
  { actor }: Caller,
  refusal: Refusal,
): Promise<never> {
  const number = "number" in refusal ? refusal.number : null;
  await db.transaction().execute((tx) =>
    audit.record(tx, actor, [{
      kind: "fleet.terminal_enrolled",
      result: "refused",
      reason: refusal.kind,
      fields: { number, fingerprint: null, reason: null },
    }])
  );
  if (refusal.kind === "not_here") {
    throw new DomainError("fleet.not_found", "Cannot find such a terminal");
  }
  throw new DomainError(`fleet.${refusal.kind}`, TITLES[refusal.kind], {
    ...(number !== null && { detail: number }),
  });
}

/** The console says what to do then in Chinese, by the code; as the shell's command does. */
const TITLES = {
  no_such_code: "Cannot approve: no enrolment waits under this code",
  not_unique: "Cannot approve: two enrolments have this code, trust neither",
  no_such_terminal: "Cannot approve: no terminal has this number",
  retired: "Cannot approve: the terminal is retired",
} as const;
