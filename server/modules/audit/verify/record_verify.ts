import type { Transaction } from "kysely";
import type { Actor } from "../actor.ts";
import type { AuditEvent } from "../event.ts";
import type { AuditWriter } from "../record_events.ts";
import type { AuditTables } from "../tables.ts";
import { faultText } from "./fault.ts";
import type { VerifyReport } from "./report.ts";
import {
  verifyDatabase,
  type VerifyDatabaseDeps,
  type VerifyDatabaseOptions,
} from "./verify_database.ts";

export interface RecordVerifyDeps extends VerifyDatabaseDeps {
  readonly audit: AuditWriter;
}

type Span = Pick<VerifyDatabaseOptions, "from" | "to">;

/** SQLSTATE: insufficient_privilege, read_only_sql_transaction. */
const MAY_NOT_WRITE: readonly unknown[] = ["42501", "25006"];

/** A check that leaves its two events; `isRecorded` is false for a role that may only read. */
export async function verifyAndRecord(
  deps: RecordVerifyDeps,
  actor: Actor,
  options: VerifyDatabaseOptions,
): Promise<{ readonly report: VerifyReport; readonly isRecorded: boolean }> {
  const isRecorded = await mayWrite(() => write(deps, actor, verifyStarted(options)));
  const report = await verifyDatabase(deps, options);
  if (isRecorded) await write(deps, actor, verified(report));
  return { report, isRecorded };
}

export async function recordVerifyStarted(
  audit: AuditWriter,
  tx: Transaction<AuditTables>,
  actor: Actor,
): Promise<void> {
  await audit.record(tx, actor, [verifyStarted({ from: null, to: null })]);
}

export async function recordVerified(
  deps: Pick<RecordVerifyDeps, "db" | "audit">,
  actor: Actor,
  report: VerifyReport,
): Promise<void> {
  await write(deps, actor, verified(report));
}

async function write(
  { db, audit }: Pick<RecordVerifyDeps, "db" | "audit">,
  actor: Actor,
  event: AuditEvent,
): Promise<void> {
  await db.transaction().execute((tx) => audit.record(tx, actor, [event]));
}

async function mayWrite(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && MAY_NOT_WRITE.includes(thrown.code)) {
      return false;
    }
    throw thrown;
  }
}

export function verifyStarted({ from, to }: Span): AuditEvent {
  return {
    kind: "audit.verify_started",
    result: "succeeded",
    fields: { from: from?.toISOString() ?? null, to: to?.toISOString() ?? null },
  };
}

function verified({ verdict, faults: [first], links }: VerifyReport): AuditEvent {
  return {
    kind: "audit.verified",
    result: verdict === "intact" ? "succeeded" : "failed",
    ...(verdict !== "intact" && { reason: first?.kind ?? verdict }),
    fields: { events: String(links), verdict, broken: first ? faultText(first) : null },
  };
}
